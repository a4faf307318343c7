"""From templates and values to the bytes of a mail."""

from maild.tables.texts import Texts

SAY = Texts(__name__)
