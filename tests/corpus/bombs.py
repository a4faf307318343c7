"""Hostile and broken files, made when they are asked for. None is larger than 65 MB, most are small."""

from __future__ import annotations

from tests.corpus import bombs_archives, bombs_pdfs, bombs_pictures
from tests.corpus.bombing import TABLE

MADE = (bombs_archives, bombs_pdfs, bombs_pictures)  # each enters its own in the table
BOMBS = tuple(TABLE)
