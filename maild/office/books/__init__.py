"""Statements held against the books, and what staff post: claims confirmed, money of nobody, refunds paid out."""

from maild.texts import Texts

SAY = Texts(__name__)
