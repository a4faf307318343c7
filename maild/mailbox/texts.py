"""What the mailbox says (maild/texts.py)."""

from maild.texts import Texts

SAY = Texts("maild.mailbox")
