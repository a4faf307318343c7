"""A provider's mail about several requests, divided: what it says of each stands in its row, line or sentence.

Only where each piece names one request: what cannot be divided so is a person's to divide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify.model import ANY_PROVIDER, EVENT_OF_KIND
from maild.classify.numbers import loose_numbers
from maild.classify.status import StatusReader
from maild.domain.mail import ParsedMail
from maild.domain.ruling import Field, Kind, Party, Row, Ruling
from maild.domain.text import normalise

if TYPE_CHECKING:
    from maild.classify.model import Rule
    from maild.classify.values import Typing

MOST_ROWS = 50
MOST_LINES = 400
_BLANK = re.compile(r"\n[^\S\n]*\n")
_CELLS = re.compile(r"\t+|[^\S\n]{2,}|\s*[|｜│]\s*|\s[-–—]{1,2}\s|—{2,}|\s*•\s*")
_SENTENCES = re.compile(r"(?<=[。；;！!])|(?<=[.])\s+(?=[A-Z])")
_ASIDE = re.compile(r"[(（].*")


def divider(rules: Sequence[Rule], name: str = "") -> Rule | None:
    """The rule that reads rows: the one of that name, which read the mail, else the general one."""
    readers = [r for r in rules if isinstance(r.reader, StatusReader) and r.party is Party.PROVIDER]
    own = (r for r in readers if r.name == name)
    return next(own, next((r for r in readers if r.provider == ANY_PROVIDER), None))


def read_rows(
    mail: ParsedMail, main: Ruling, rule: Rule | None, typing: Typing, read: Callable[[ParsedMail], Ruling | None]
) -> tuple[Row, ...]:
    """Each row with its ruling; () where the mail cannot be divided, or no row tells an outcome.

    main: what the mail says as a whole; read: the rule's ruling on a mail that says no more than a row
    """
    reader = rule.reader if rule else None
    pieces = divided(mail, typing) if isinstance(reader, StatusReader) else ()
    rows: list[Row] = []
    for number, text in pieces:
        assert isinstance(reader, StatusReader), "without one there are no pieces"
        small = as_mail(mail, text, reader.is_status)
        unread = replace(main, kind=Kind.PROVIDER_OTHER, reasons=("nothing is said of it that rules can act on",))
        said = read(small) or unread
        fields = MappingProxyType({**said.fields, "transaction": Field(number, 1.0, "row")})
        rows.append(Row(text=small.text, ruling=replace(said, fields=fields)))
    joint = EVENT_OF_KIND.get(main.kind)
    if joint and not any(row.ruling.event for row in rows):
        # 'The following have been accepted:' is said once, of all.
        rows = [replace(row, ruling=replace(row.ruling, kind=main.kind, event=joint, reasons=main.reasons))
                for row in rows]  # fmt: skip
    return tuple(rows) if any(row.ruling.event for row in rows) else ()


def divided(mail: ParsedMail, typing: Typing) -> tuple[tuple[str, str], ...]:
    """(number, what is said of it) for each request, in order; () where the mail cannot be divided."""
    text = mail.reply_text if mail.reply_text.strip() else mail.text
    found: dict[str, list[str]] = {}
    for block in _BLANK.split("\n".join(text.split("\n")[:MOST_LINES])):
        for number, piece in _pieces(block, typing):
            if not number:
                return ()
            found.setdefault(number, []).append(piece)
    return tuple((n, "\n".join(pieces)) for n, pieces in found.items()) if 1 < len(found) <= MOST_ROWS else ()


def _pieces(block: str, typing: Typing) -> Iterator[tuple[str, str]]:
    """A block without blank lines: whole where it names one request, else by its lines and their sentences.

    The number is '' where a piece names several. What names none belongs to what stands above it.
    """
    if len(numbers := _numbers(block, typing)) < 2:
        if numbers:
            yield numbers[0], block
        return
    number, kept = "", list[str]()
    for line in block.split("\n"):
        parts = [line] if len(_numbers(line, typing)) < 2 else [p for p in _SENTENCES.split(line) if p.strip()]
        for part in parts:
            named = _numbers(part, typing)
            if len(named) > 1:
                yield "", part
                return
            if named and named[0] != number:
                if number:
                    yield number, "\n".join(kept)
                number, kept = named[0], []
            if number:
                kept.append(part)
    if number:
        yield number, "\n".join(kept)


def _numbers(text: str, typing: Typing) -> tuple[str, ...]:
    return loose_numbers(normalise(text), typing)


def as_mail(mail: ParsedMail, text: str, is_status: Callable[[str], bool]) -> ParsedMail:
    """A mail that says no more than one row. A cell that is nothing but a status is labelled as one."""
    lines: list[str] = []
    for line in text.split("\n"):
        cells = [cell.strip() for cell in _CELLS.split(line) if cell.strip()]
        lines += [line] if len(cells) < 2 else cells
        lines += [f"status: {head}" for head in map(_head, cells) if len(cells) > 1 and is_status(head)]
    said = "\n".join(lines)
    return replace(mail, subject="", text=said, reply_text=said, quoted_text="", html="", pairs=(), forwarded=())


def _head(cell: str) -> str:
    return normalise(_ASIDE.sub("", cell))
