"""The second reader: a linear model over character n-grams, its training and its levels."""
