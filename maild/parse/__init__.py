"""Bytes → ParsedMail: MIME, charsets, HTML to text, quoting, bounces, automatic mail. No I/O.

The law: any bytes in, a ParsedMail out (or MalformedMail); within two seconds; every repair in `defects`.

head        the header block          address    addresses, Message-IDs, dates
words       RFC 2047, 8-bit headers   pairs      label/value pairs
parts/      the MIME tree (RFC 2046), Content-Type (RFC 2231), bytes to text, transfer encodings, what hides files
markup/     HTML to lines of text, what CSS hides
quoting     new text and history      quote_marks  the marks, as data
reports/    delivery reports, foreign wordings as data, complaints, receipts
automatic   RFC 3834                  mail       all of it put together
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maild.domain.text import normalise
from maild.parse.address import date_of
from maild.parse.peeking import Peek, peek

if TYPE_CHECKING:
    from maild.parse.mail import parse_mail

__all__ = ["Peek", "date_of", "normalise", "parse_mail", "peek"]


def __getattr__(name: str) -> Any:
    """The parser itself where it is asked for: a daemon leaves it to its readers."""
    if name != "parse_mail":
        raise AttributeError(name)
    from maild.parse.mail import parse_mail

    return parse_mail
