"""Mails, what was decided of them, and the review queue."""
