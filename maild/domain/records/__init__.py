"""What is kept, for how long, and what proves that it is whole."""
