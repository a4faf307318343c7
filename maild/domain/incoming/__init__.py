"""A mail that came: what it is, who wrote it, what it says, what it is about, and what was decided."""
