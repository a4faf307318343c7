"""Supplied documents made by code, and what becomes of them."""
