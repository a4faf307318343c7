"""Label/value pairs that only known labels show: several on a line, one below the other, a heading row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from maild.domain.incoming.mail import Pair

if TYPE_CHECKING:
    from maild.classify.vocabulary.lexicon import Lexicon

MOST_LINES = 2000
_COLUMNS = re.compile(r" ?[|\t] ?")
_IS = re.compile(r"^(?:is|are)\s*:?\s+")
_LABEL_EDGE = " []【】*•·#>-–:="


def line_pairs(text: str, lexicon: Lexicon) -> Iterator[Pair]:
    """Pairs of folded text, in order. A known label ends the value before it."""
    lines = [line for line in text.split("\n")[:MOST_LINES] if line]
    heading: list[str] = []
    for index, line in enumerate(lines):
        columns = [c.strip() for c in _COLUMNS.split(line.strip("| "))] if "|" in line or "\t" in line else [line]
        if len(columns) > 1:
            if all(lexicon.label_kind(c.strip(_LABEL_EDGE)) or not c for c in columns[:2]):
                heading = columns
                continue
            if heading and len(columns) == len(heading):
                yield from (
                    Pair(label.strip(_LABEL_EDGE), value) for label, value in zip(heading, columns, strict=True)
                )
                continue
            yield from _row_pairs(columns, lexicon)
        else:
            heading = []
            yield from _line_pairs(line, lines[index + 1] if index + 1 < len(lines) else "", lexicon)


def _row_pairs(columns: list[str], lexicon: Lexicon) -> Iterator[Pair]:
    """'label | value | label | value': rows that carry two pairs side by side."""
    for label, value in zip(columns[::2], columns[1::2], strict=False):
        if lexicon.label_kind(label.strip(_LABEL_EDGE)):
            yield Pair(label.strip(_LABEL_EDGE), value)


def _line_pairs(line: str, following: str, lexicon: Lexicon) -> Iterator[Pair]:
    hits = lexicon.labels_in(line)
    for (label, _, end), after in zip(hits, [*hits[1:], None], strict=False):
        value = line[end : after[1] if after else len(line)].strip(" ,;，；。|])】")
        if value or after:
            yield Pair(label.strip(), value)
    label = line.strip(_LABEL_EDGE)
    if len(label) > 40 or not lexicon.label_kind(label):
        if not hits:
            yield from _spaced_pair(line, lexicon)
        return
    # A label alone on its line: its value is the next line, unless that is a label too.
    if following and not lexicon.label.search(following):
        yield Pair(label, following)


def _spaced_pair(line: str, lexicon: Lexicon) -> Iterator[Pair]:
    """'Status Shipped', 'Password is x7' or '状态 已寄送': a label, a space and a short value, as columns become."""
    for position in [i for i, c in enumerate(line[:40]) if c == " "][:4]:
        label, value = line[:position].strip(_LABEL_EDGE), _IS.sub("", line[position + 1 :].strip())
        if lexicon.label_kind(label) and len(value) <= 60:
            yield Pair(label, value)
            return
