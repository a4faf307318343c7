"""What the doctor says (maild/texts.py)."""

from maild.texts import Texts

SAY = Texts("maild.doctor")
