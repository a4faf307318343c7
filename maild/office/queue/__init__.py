"""The review queue: what its page shows, and what staff do with an item, with its author, undone where it can be."""

from maild.texts import Texts

SAY = Texts(__name__)
