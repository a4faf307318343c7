"""What the courier says (maild/tables/texts.py)."""

from maild.tables.texts import Texts

SAY = Texts("maild.courier")
