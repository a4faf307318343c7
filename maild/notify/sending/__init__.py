"""The outbox relay: what goes out now, to whom, and what became of it."""

from maild.tables.texts import Texts

SAY = Texts(__name__)
