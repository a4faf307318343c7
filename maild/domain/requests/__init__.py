"""Patrons, their requests and registrations, and the providers that serve them."""
