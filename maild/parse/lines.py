"""The body as lines: what HTML knew of them (quoted, table cells) goes with the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_EMPTY_LINES = re.compile(r"\n{3,}")


class Line(NamedTuple):
    """A line of text. `quoted`: it stood in a container that mail programs use for history;
    `cells`: the cells of the table row it was; `header`: all its cells were column heads.
    """

    text: str
    quoted: bool = False
    cells: tuple[str, ...] = ()
    header: bool = False


def of_text(text: str) -> list[Line]:
    """Plain text as lines."""
    # Not Line(line): a body may have a quarter of a million lines, and a named tuple's own constructor is slow.
    return [tuple.__new__(Line, (line, False, (), False)) for line in text.split("\n")]


def to_text(lines: Iterable[Line]) -> str:
    """Lines as text: no blanks at line ends, at most one empty line in a row, none at either end."""
    return _EMPTY_LINES.sub("\n\n", "\n".join([line.text.rstrip() for line in lines])).strip("\n")
