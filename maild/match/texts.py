"""What is said of a match (maild/tables/texts.py)."""

from maild.tables.texts import Texts

SAY = Texts("maild.match")
