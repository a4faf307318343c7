"""What was decided, written down in one transaction by keepers, and taken back by them."""
