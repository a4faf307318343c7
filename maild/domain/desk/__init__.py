"""What staff ask for: lists, searches, figures; and who may ask."""
