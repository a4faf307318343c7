"""The nouns and laws of the office. Standard library only: no I/O and no clock."""
