"""What staff keep at the desk, look for and list."""
