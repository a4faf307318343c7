"""The regions of a delivery report in words: what the server says, and what it sends back of our mail.

Only the first names who failed. The returned header is full of addresses and Message-IDs that are nobody's failure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from enum import IntEnum
from itertools import accumulate

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


_DESCRIBES = re.compile(
    r"\W{0,6}(?:原?(?:邮件|信件|信)的?(?:基本|相关|详细)?信息|原始邮件详细信息|(?:original )?message details)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s{0,8}\w[^:：\n]{0,20}[:：]")
_OF_FAILURE = re.compile(r"退信|原因|错误|失败|英文|说明|error|reason|status|code|fail", re.IGNORECASE)
# "For help write to …": at the end of what stands before an address on its line.
_HELPER = re.compile(r"(?:contact|write to|help\b|assistance|联系|咨询|客服|写信[至给到])[^@\n]{0,30}$", re.IGNORECASE)


def said(text: str) -> str:
    """What the server says: the report up to the returned header, lines about other addresses left empty."""
    lines = [line[:LINE] for line in text[:TEXT].split("\n")]
    end = _returned(lines)
    return "\n".join("" if _OF_OTHERS.match(line) else line for line in lines[: end or len(lines)])


class Named(IntEnum):
    """As what an address stands where it stands; who failed stands highest."""

    HELPER = 0  # whom to ask
    OF_OUR_MAIL = 1  # to whom our mail went, in a block that describes it
    FAILED = 2


def named_as(text: str, positions: Sequence[int]) -> list[Named]:
    """As what the addresses at these positions stand."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    described = _described(lines)
    found = []
    for at in positions:
        number = bisect_right(starts, at) - 1
        if _HELPER.search(text, starts[number], at):
            found.append(Named.HELPER)
        else:
            found.append(Named.OF_OUR_MAIL if number in described else Named.FAILED)
    return found


def _described(lines: Sequence[str]) -> set[int]:
    """The lines of blocks that say what our mail was: a heading, then labels, none of them about the failure."""
    inside, found = False, set[int]()
    for number, line in enumerate(lines):
        if _DESCRIBES.match(line):
            inside = True
        elif inside and line.strip():
            inside = bool(_LABEL.match(line)) and not _OF_FAILURE.search(line[:30])
        if inside:
            found.add(number)
    return found


def returned_mail(text: str) -> str:
    """What is sent back of our mail, from its header on; '' where nothing is."""
    lines = text[:TEXT].split("\n")
    start = _returned(lines)
    return "\n".join(lines[start:]) if start else ""


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
