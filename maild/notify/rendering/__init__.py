"""From templates and values to the bytes of a mail."""

from maild.texts import Texts

SAY = Texts(__name__)
