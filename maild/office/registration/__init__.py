"""Registrations: both steps, their review, and what is told to the person who registered."""

from maild.texts import Texts

SAY = Texts(__name__)
