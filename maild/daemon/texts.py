"""What the daemon says (maild/tables/texts.py)."""

from maild.tables.texts import Texts

SAY = Texts("maild.daemon")
