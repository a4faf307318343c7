"""Bytes → ParsedMail: MIME, charsets, HTML to text, quoting, bounces, automatic mail. No I/O.

The law: any bytes in, a ParsedMail out (or MalformedMail); within two seconds; every repair in `defects`.

head        the header block          address    addresses, Message-IDs, dates
words       RFC 2047, 8-bit headers   params     Content-Type and its parameters (RFC 2231)
mime        the walk over the parts   body       what the parts amount to
charset     bytes to text             transfer   base64, quoted-printable, uuencode, format=flowed
html style  HTML to lines             pairs      label/value pairs
quoting     new text and history      quote_marks  the marks, as data
bounce      delivery reports          bounce_formats  foreign wordings, as data
automatic   RFC 3834                  tnef smime files  what hides files, and their names
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
