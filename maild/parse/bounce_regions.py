"""The regions of a delivery report in words: what the server says, and what it sends back of our mail.

Only the first names who failed. The returned header is full of addresses and Message-IDs that are nobody's failure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.parse.head import KNOWN

TEXT = 20_000  # characters of a report that are read
LINE = 400  # characters of a line: nobody explains a failure in longer ones
_FIELD = re.compile(r"[>\s]{0,10}([A-Za-z][A-Za-z0-9-]{1,40})\s{0,3}:(?!\S{0,3}//)")
# Fields that only a mail's own header has; From, To, Date, Subject stand in what servers say, too.
_OF_A_HEADER = frozenset(
    {
        "received",
        "message-id",
        "return-path",
        "mime-version",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "in-reply-to",
        "references",
    }
)
_TELLING = 3  # different fields in a row
# Lines whose address is no recipient's, wherever they stand.
_OF_OTHERS = re.compile(
    r"[>\s]{0,10}(?:(?:Original-|X-)?Message-ID|References|In-Reply-To|Return-Path|From|Sender|Reply-To|Received"
    r"|X-[A-Za-z-]{1,40}|Envelope-From|邮件\s?ID|信件\s?ID|发件人|寄件人|發件人|寄件者|发信人)\s{0,3}[:：]",
    re.IGNORECASE,
)


def said(text: str) -> str:
    """What the server says: the report up to the returned header, lines about other addresses left empty."""
    lines = [line[:LINE] for line in text[:TEXT].split("\n")]
    end = _returned(lines)
    return "\n".join("" if _OF_OTHERS.match(line) else line for line in lines[: end or len(lines)])


def _returned(lines: Sequence[str]) -> int:
    """The line at which the header of the returned mail begins; 0 where there is none below some words."""
    start, names = 0, set[str]()
    for number, line in enumerate(lines):
        if names and line[:1] in (" ", "\t"):
            continue  # folded (RFC 5322 section 2.2.3)
        name = _name(line)
        if not name:
            names.clear()
            continue
        start = start if names else number
        names.add(name)
        if len(names) >= _TELLING and names & _OF_A_HEADER and start:
            return start
    return 0


def _name(line: str) -> str:
    """The field that the line is, in lower case; '' for words."""
    found = _FIELD.match(line)
    name = found[1].lower() if found else ""
    return name if name.startswith("x-") or name.encode() in KNOWN else ""
