"""Linear models over the characters of a text: what of a text they see, and weights that are run and kept."""
