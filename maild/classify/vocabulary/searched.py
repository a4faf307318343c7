"""RE2 patterns with a short way for what they mostly meet: a text in which they find nothing.

google-re2's wrapper encodes a text for each question and counts out every group's place; hundreds of word lists are
asked of every sentence of a mail, and one in sixteen finds something. Here a text is encoded once for all lists, and a
hit counts the characters of a place where it is asked for (decisions 0079, 0094). Patterns are compiled where they are
first searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from maild.classify.needed import needed

SHORT, REMEMBERED, LONG_REMEMBERED = 600, 512, 4  # characters; texts
NOWHERE = (-1, -1)
_short: Callable[[str], bytes] = lru_cache(REMEMBERED)(str.encode)
_long: Callable[[str], bytes] = lru_cache(LONG_REMEMBERED)(str.encode)
LONGEST = 20_000  # characters of a text in which words are looked for one by one
OFTEN = 500  # texts of one mail in which they are: RE2 looks for all of them at once, and is worth its memory there
_mails = [0]  # that were begun


def begin_mail() -> None:
    """Before each mail: a pattern that is asked about very often in it is compiled, however rare its words are."""
    _mails[0] += 1


def encoded(text: str) -> bytes:
    """The text in UTF-8, as RE2 searches it."""
    return _short(text) if len(text) <= SHORT else _long(text)


def _lower(text: str) -> str:
    return text.lower().replace("ſ", "s")  # RE2 takes it for an s; else it is as Python has it for what `_words` takes


_short_lower, _long_lower = lru_cache(REMEMBERED)(_lower), lru_cache(LONG_REMEMBERED)(_lower)


def _words(pattern: str) -> tuple[str, ...]:
    """What the pattern cannot do without; none where a letter has forms that two libraries may see differently."""
    words = needed(pattern)
    plain = all(one.isascii() or one.lower() == one.upper() for one in frozenset().union(*words))
    return tuple(words) if plain else ()


class Hit:
    """Where a pattern was found: what is used of the methods of google-re2's own match."""

    __slots__ = ("_counted", "_raw", "_spans", "re", "string")

    def __init__(
        self,
        pattern: Searched,
        text: str,
        raw: bytes,
        spans: Sequence[tuple[int, int]],
        counted: list[int] | None = None,
    ) -> None:
        """spans: of all groups, in bytes of `raw`, the text in UTF-8. counted: a place in bytes and the same in
        characters, which the hits of one text share: counted from its beginning each, many would take squares.
        """
        self.re = pattern
        self.string = text
        self._raw = raw
        self._spans = spans
        self._counted = counted

    def group(self, group: int = 0) -> Any:
        """The words of a group; None where it is not part of the hit."""
        start, end = self._spans[group]
        return None if start < 0 else self._raw[start:end].decode()

    def groups(self) -> tuple[str | None, ...]:
        return tuple(map(self.group, range(1, len(self._spans))))

    def __getitem__(self, group: int) -> Any:
        return self.group(group)

    def start(self, group: int = 0) -> int:
        """In characters; -1 where the group is not part of the hit."""
        return self._place(self._spans[group][0])

    def end(self, group: int = 0) -> int:
        """In characters; -1 where the group is not part of the hit."""
        return self._place(self._spans[group][1])

    def span(self, group: int = 0) -> tuple[int, int]:
        return self.start(group), self.end(group)

    def _place(self, offset: int) -> int:
        if offset <= 0 or len(self._raw) == len(self.string):
            return offset
        if self._counted is None:
            return len(self._raw[:offset].decode())
        begin, count = self._counted if self._counted[0] <= offset else (0, 0)
        place = count + len(self._raw[begin:offset].decode())
        self._counted[:] = offset, place
        return place


class Searched:
    """One pattern, with the methods of google-re2's own."""

    __slots__ = ("_asked", "_compile", "_found", "_is_tied", "_mail", "_needed", "_tied_to_place", "_whole", "pattern")

    def __init__(self, pattern: str, is_tied: Callable[[str], bool], compiled: Callable[[str], Any]) -> None:
        """is_tied: whether a pattern is tied to the ends of a text; compiled: google-re2's pattern of a text."""
        self.pattern = pattern
        self._is_tied, self._compile = is_tied, compiled
        self._whole: Any = None
        self._found: Any = None
        self._tied_to_place: bool | None = None
        self._needed: tuple[str, ...] | None = None
        self._mail = self._asked = 0

    @property
    def whole(self) -> Any:
        """google-re2's own."""
        if self._whole is None:
            self._whole = self._compile(self.pattern)
        return self._whole

    def spans(self, raw: bytes, at: int = 0) -> Sequence[tuple[int, int]]:
        """Places of all groups of the first hit in a text in UTF-8 from a byte on; those of none are below 0."""
        if self._found is None:
            self._found = self.whole._regexp.Match  # the wrapper's own door
        return self._found(anchors().UNANCHORED, raw, at, len(raw))  # type: ignore[no-any-return]

    def could(self, text: str) -> bool:
        """Whether it may be found in the text: False is certain.

        RE2 is not asked before words stand in a text that the pattern cannot do without: three lists in four never
        need it. After that it tells as fast by itself.
        """
        if self._whole is not None:
            return True
        if self._needed is None:
            self._needed = _words(self.pattern)
        if not self._needed or len(text) > LONGEST:
            return True
        if self._mail != _mails[0]:
            self._mail, self._asked = _mails[0], 0
        self._asked += 1
        if self._asked > OFTEN:
            return self.whole is not None
        lower = _short_lower(text) if len(text) <= SHORT else _long_lower(text)
        return any(map(lower.__contains__, self._needed))

    def occurs(self, text: str) -> bool:
        """Whether it is found in the text."""
        return self.could(text) and self.spans(encoded(text))[0] != NOWHERE

    def may_be_in(self, text: str) -> bool:
        """Whether it may be found in a line of the text: False is certain.

        What is tied to the ends of a line is not looked for: an automaton of its own without them would take as much
        memory again, and spares nothing (decision 0142).
        """
        if self._tied_to_place is None:
            self._tied_to_place = self._is_tied(self.pattern)
        return self.could(text) if self._tied_to_place else self.occurs(text)

    def search(self, text: str) -> Hit | None:
        if not self.could(text):
            return None
        raw = encoded(text)
        spans = self.spans(raw)
        return None if spans[0] == NOWHERE else Hit(self, text, raw, spans)

    def match(self, text: str) -> Hit | None:
        return self._tied(anchors().ANCHOR_START, text)

    def fullmatch(self, text: str) -> Hit | None:
        return self._tied(anchors().ANCHOR_BOTH, text)

    def _tied(self, anchor: Any, text: str) -> Hit | None:
        if not self.could(text):
            return None
        raw = encoded(text)
        spans = self.whole._regexp.Match(anchor, raw, 0, len(raw))
        return None if spans[0] == NOWHERE else Hit(self, text, raw, spans)

    def finditer(self, text: str) -> Iterator[Hit]:
        """All hits that do not overlap, as google-re2 finds them."""
        if not self.could(text):
            return
        raw, at, counted = encoded(text), 0, [0, 0]
        while (spans := self.spans(raw, at))[0] != NOWHERE:
            yield Hit(self, text, raw, spans, counted)
            end = spans[0][1]
            if at == len(raw):
                return
            # Behind an empty hit at this very place the search goes on with the next character.
            at = end if end > at else at + width(raw, at)

    def sub(self, repl: Any, text: str, count: int = 0) -> str:
        """A text to put in its place is put in as it stands: RE2's own way takes the bytes of '。' for characters."""
        put = (lambda _: repl) if isinstance(repl, str) else repl
        return str(self.whole.sub(put, text, count)) if self.occurs(text) else text

    @property
    def groups(self) -> int:
        return int(self.whole.groups)

    @property
    def groupindex(self) -> dict[str, int]:
        return dict(self.whole.groupindex)


def width(raw: bytes, at: int) -> int:
    """Bytes of the character that begins there in a text in UTF-8."""
    first = raw[at]
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4


@lru_cache(1)
def anchors() -> Any:
    """How a search of google-re2's is tied to the text."""
    import re2

    return re2._Anchor
