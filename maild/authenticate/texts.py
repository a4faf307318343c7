"""What is said of who wrote a mail (maild/tables/texts.py)."""

from maild.tables.texts import Texts

SAY = Texts("maild.authenticate")
