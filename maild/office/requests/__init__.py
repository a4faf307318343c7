"""Requests for documents and loans: what patrons wish of one that runs, what time brings, questions to providers."""

from maild.texts import Texts

SAY = Texts(__name__)
