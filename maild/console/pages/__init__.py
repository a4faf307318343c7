"""The views of each area."""
