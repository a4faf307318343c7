"""The rows of a provider's mail as readings of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Row
from maild.match.words import fold
from maild.spine.reading.files import SUPPLYING


def row_readings(reading: Reading) -> Iterator[Reading]:
    """Each row with what belongs to it alone: its words, and the files that name it.

    Files that name no row belong to the only one that brings something, where every other is known to bring nothing.
    """
    rows = reading.classification.rows
    # What was said of a row and not understood may have brought the file, too.
    known = all(row.ruling.event for row in rows)
    bringing = [row for row in rows if row.ruling.kind in SUPPLYING] if known else []
    for row in rows:
        files = (
            reading.mail.attachments
            if bringing == [row]
            else tuple(each for each in reading.mail.attachments if _names(each, row))
        )
        mail = replace(
            reading.mail,
            subject="",
            text=row.text,
            reply_text=row.text,
            quoted_text="",
            html="",
            pairs=(),
            forwarded=(),
            attachments=files,
        )
        yield replace(reading, mail=mail, classification=Classification(rulings=(row.ruling,)))


def row_number(reading: Reading) -> str:
    """Of which request a row's reading speaks."""
    return reading.classification.main.value("transaction")


def _names(attachment: Attachment, row: Row) -> bool:
    name, title = fold(attachment.filename), fold(row.ruling.value("title"))
    return row.ruling.value("transaction") in attachment.filename or (len(title) > 3 and title in name)
