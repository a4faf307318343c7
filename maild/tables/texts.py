"""Moved to maild.texts."""

from maild.texts import FILE, ROOT, Texts, beside, read_all

__all__ = ["FILE", "ROOT", "Texts", "beside", "read_all"]
