"""What is said of who wrote a mail (maild/texts.py)."""

from maild.texts import Texts

SAY = Texts("maild.authenticate")
