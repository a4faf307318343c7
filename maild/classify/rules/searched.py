"""RE2 patterns with a short way for what they mostly meet: a text in which they find nothing.

google-re2's wrapper encodes a text for each question and wraps it in generators; hundreds of word lists are asked of
every sentence of a mail, and one in sixteen finds something. Here a text is encoded once for all lists, and only a hit
goes the long way (decision 0079). Patterns are compiled where they are first searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

SHORT, REMEMBERED, LONG_REMEMBERED = 600, 512, 4  # characters; texts
_NOWHERE = (-1, -1)
_short: Callable[[str], bytes] = lru_cache(REMEMBERED)(str.encode)
_long: Callable[[str], bytes] = lru_cache(LONG_REMEMBERED)(str.encode)


class Searched:
    """One pattern, with the methods of google-re2's own."""

    __slots__ = ("_compile", "_loose", "_match", "_relaxed", "_whole", "pattern")

    def __init__(self, pattern: str, relaxed: Callable[[str], str], compiled: Callable[[str], Any]) -> None:
        """relaxed: the text of a pattern without what ties it to a place; compiled: google-re2's pattern of a text."""
        self.pattern = pattern
        self._relaxed, self._compile = relaxed, compiled
        self._whole: Any = None
        self._match: Any = None
        self._loose: Any = None

    @property
    def whole(self) -> Any:
        """google-re2's own."""
        if self._whole is None:
            self._whole = self._compile(self.pattern)
        return self._whole

    def occurs(self, text: str) -> bool:
        """Whether it is found in the text."""
        if self._match is None:
            self._match = self.whole._regexp.Match  # the wrapper's own door
        raw = _short(text) if len(text) <= SHORT else _long(text)
        return bool(self._match(_unanchored(), raw, 0, len(raw))[0] != _NOWHERE)

    def may_be_in(self, text: str) -> bool:
        """Whether it may be found in a line of the text: False is certain."""
        if self._loose is None:
            loose = self._relaxed(self.pattern)
            self._loose = self if loose == self.pattern else Searched(loose, self._relaxed, self._compile)
        return bool(self._loose.occurs(text))

    def search(self, text: str, pos: int | None = None, endpos: int | None = None) -> Any:
        return self.whole.search(text, pos, endpos) if self.occurs(text) else None

    def match(self, text: str, pos: int | None = None, endpos: int | None = None) -> Any:
        return self.whole.match(text, pos, endpos)

    def fullmatch(self, text: str, pos: int | None = None, endpos: int | None = None) -> Any:
        return self.whole.fullmatch(text, pos, endpos)

    def finditer(self, text: str, pos: int | None = None, endpos: int | None = None) -> Iterator[Any]:
        return self.whole.finditer(text, pos, endpos) if self.occurs(text) else iter(())

    def sub(self, repl: Any, text: str, count: int = 0) -> str:
        return str(self.whole.sub(repl, text, count)) if self.occurs(text) else text

    @property
    def groups(self) -> int:
        return int(self.whole.groups)

    @property
    def groupindex(self) -> dict[str, int]:
        return dict(self.whole.groupindex)


@lru_cache(1)
def _unanchored() -> Any:
    import re2

    return re2._Anchor.UNANCHORED
