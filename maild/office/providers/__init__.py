"""Providing libraries: their news, what they supply, how they are called, and their messages in ISO 18626."""

from maild.texts import Texts

SAY = Texts(__name__)
