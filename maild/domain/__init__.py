"""The nouns and laws of the office. Standard library only: no clock, and no I/O but for the texts of what they say."""

from maild.texts import Texts

SAY = Texts(__name__)
