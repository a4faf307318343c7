"""What rules and the readers beside them are made of: patterns, word lists, values, and what a rule says."""
