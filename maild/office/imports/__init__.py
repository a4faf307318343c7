"""Patrons, requests and registrations from files of other systems."""

from maild.texts import Texts

SAY = Texts(__name__)
