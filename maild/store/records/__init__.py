"""The evidence, and how what is about a person goes."""
