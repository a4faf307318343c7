"""What a notice says: the values that its templates are given."""
