"""The body as lines: what HTML knew of them (quoted, table cells) goes with the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


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
    return [Line(line) for line in text.split("\n")]


def to_text(lines: Iterable[Line]) -> str:
    """Lines as text: no blanks at line ends, at most one empty line in a row."""
    out: list[str] = []
    for line in lines:
        text = line.text.rstrip()
        if text or (out and out[-1]):
            out.append(text)
    while out and not out[-1]:
        out.pop()
    return "\n".join(out)
