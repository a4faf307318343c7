"""The outbox relay: what goes out now, to whom, and what became of it."""

from maild.texts import Texts

SAY = Texts(__name__)
