"""What the store says (maild/texts.py)."""

from maild.texts import Texts

SAY = Texts("maild.store")
