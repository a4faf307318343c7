"""What the daemon says (maild/texts.py)."""

from maild.texts import Texts

SAY = Texts("maild.daemon")
