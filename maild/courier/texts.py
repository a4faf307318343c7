"""What the courier says (maild/texts.py)."""

from maild.texts import Texts

SAY = Texts("maild.courier")
