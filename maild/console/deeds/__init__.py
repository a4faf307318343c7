"""The acts of each area."""
