"""Registrations: both steps, their review, and what is told to the person who registered."""
