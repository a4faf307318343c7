"""The rows of a provider's mail as readings of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification
from maild.spine.looking.row_files import files_of_rows


def row_readings(reading: Reading) -> Iterator[Reading]:
    """Each row with what belongs to it alone: its words, and its files."""
    rows = reading.classification.rows
    for row, files in zip(rows, files_of_rows(rows, reading.mail.attachments), strict=True):
        mail = replace(
            reading.mail,
            subject="",
            text=row.text,
            reply_text=row.text,
            quoted_text=row.quoted,
            html="",
            pairs=(),
            forwarded=(),
            attachments=files,
        )
        yield replace(reading, mail=mail, classification=Classification(rulings=(row.ruling,)))


def row_number(reading: Reading) -> str:
    """The number that a row says; '' where its title names the request."""
    return reading.classification.main.value("transaction")
