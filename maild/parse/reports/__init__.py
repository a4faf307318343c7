"""Machines' reports on a mail of ours: not delivered, complained of, opened."""
