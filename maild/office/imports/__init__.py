"""Patrons, requests and registrations from files of other systems."""
