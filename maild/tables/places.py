"""Where each key of a TOML file stands: tomllib does not tell. Looked for only where a fault is told."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import lru_cache

Place = tuple[str | int, ...]  # keys, and the numbers of what stands in a list: ('act', 1, 'risk')

_BLANK = re.compile(r"(?:[\s,]|#[^\n]*)*")
_WITHIN = re.compile(r"[ \t]*")
_KEY = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\'|([A-Za-z0-9_-]+)')
_TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_SCALAR = re.compile(r"[^\s,\]}#]+(?: [\d:.]+(?:Z|[+-][\d:]+)?)?")
_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def place_of(field: str) -> Place:
    """'act[1].risk' as the place ('act', 1, 'risk')."""
    return tuple(int(number) if number else name for number, name in _PART.findall(field))


def field_of(place: Place) -> str:
    """The place ('act', 1, 'risk') as 'act[1].risk'."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def depth(text: str, place: Place) -> int:
    """How many parts of a place, from its beginning, stand in a text that is TOML."""
    return next((end for end in range(len(place), 0, -1) if place[:end] in lines(text)), 0)


@lru_cache(maxsize=4)
def lines(text: str) -> Mapping[Place, int]:
    """The line, from 1, of every key, table and entry of a list in a text that is TOML."""
    return _Scan(text).found


class _Scan:
    def __init__(self, text: str) -> None:
        self.found: dict[Place, int] = {}
        self._text, self._at = text, 0
        self._ends = [hit.start() for hit in re.finditer("\n", text)]
        self._many: dict[Place, int] = {}  # how many tables each [[…]] has so far
        table: Place = ()
        while self._blank():
            begin = self._at
            if not text.startswith("[", begin):
                self._pair(table)
                continue
            double = text.startswith("[[", begin)
            self._at += 2 if double else 1
            table = self._heading(self._keys(), begin, double=double)
            self._at += 2 if double else 1

    def _blank(self) -> bool:
        """Whether anything follows."""
        self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]
        return self._at < len(self._text)

    def _note(self, place: Place, at: int) -> None:
        self.found.setdefault(place, bisect(self._ends, at) + 1)

    def _heading(self, keys: Sequence[str], at: int, *, double: bool) -> Place:
        place: Place = ()
        for n, key in enumerate(keys):
            place = (*place, key)
            self._note(place, at)
            if double and n == len(keys) - 1:
                self._many[place] = self._many.get(place, -1) + 1
            if place in self._many:
                place = (*place, self._many[place])
                self._note(place, at)
        return place

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._at = _WITHIN.match(self._text, self._at).end()  # type: ignore[union-attr]
            hit = _KEY.match(self._text, self._at)
            if hit is None:  # no TOML
                self._at += 1
                return keys
            keys.append(next(one for one in hit.groups() if one is not None))
            self._at = _WITHIN.match(self._text, hit.end()).end()  # type: ignore[union-attr]
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _pair(self, table: Place) -> None:
        begin = self._at
        place = table
        for key in self._keys():
            place = (*place, key)
            self._note(place, begin)
        self._at += 1  # '='
        self._value(place)

    def _value(self, place: Place) -> None:
        self._blank()
        self._note(place, self._at)
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._at += 1
            number = 0
            while self._blank() and self._text[self._at] != "]":
                self._value((*place, number))
                number += 1
            self._at += 1
        elif opening == "{":
            self._at += 1
            while self._blank() and self._text[self._at] != "}":
                self._pair(place)
            self._at += 1
        else:
            hit = _TEXT.match(self._text, self._at) or _SCALAR.match(self._text, self._at)
            self._at = hit.end() if hit else self._at + 1
