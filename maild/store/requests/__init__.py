"""Patrons, their requests and registrations."""
