"""What the office does, one folder a capability: what is known, how it is decided, what staff and the clock do."""

from maild.texts import Texts

SAY = Texts(__name__)
