"""What is said of a match (maild/texts.py)."""

from maild.texts import Texts

SAY = Texts("maild.match")
