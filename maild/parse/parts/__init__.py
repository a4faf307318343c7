"""The parts of a mail: the MIME tree, their headers, bytes to text, and what hides files."""
