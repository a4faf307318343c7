"""One template of a reason: English with {gaps}, and how it is said in Chinese and in plainer English.

A gap is {name} or {name:kind}; the kinds are in saying_values. A gap takes at least one character, {name:…} of the
kind 'maybe' none as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maild.console.wording.saying_values import AMOUNT, KINDS, TABLES, is_amount

_GAP = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
# Gaps of these kinds are short, so that a template does not swallow what another one says.
_SHAPES = {"int": r"[+-]?[0-9]+", "amount": AMOUNT, "maybe": r"(?s:.*?)"}
_ANY = r"(?s:.+?)"
_FREE = frozenset({"free", "lines", "reasons", "rest"})  # what may hold '; ', which stands between reasons elsewhere
_KEY = r"[\w.:-]+(?:, [\w.:-]+)*"  # a value of an enumeration, or several
_KEYS = re.compile(_KEY, re.ASCII)

Piece = tuple[str, str, str]  # text before the gap, the gap's name, its kind; the last has no gap


class TemplateError(ValueError):
    """A template is not as it must be, with the reason."""


def words_of(text: str) -> list[str]:
    """The words of a sentence by which a template is found, in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


@dataclass(slots=True)
class Template:
    """A template. fixed: the text between its gaps; weight: how much of that; words: those every sentence of it has."""

    source: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    weight: int
    words: tuple[str, ...]
    fixed: tuple[str, ...]
    zh: Sequence[Piece]
    en: Sequence[Piece]
    _pattern: Any = field(default=None)

    @classmethod
    def of(cls, source: str, said: object) -> Template:
        """Raises TemplateError."""
        texts = [said] if isinstance(said, str) else said
        if not isinstance(texts, list) or not 1 <= len(texts) <= 2 or not all(isinstance(t, str) and t for t in texts):
            raise TemplateError('write "中文", or ["中文", "plainer English"]')
        english = _pieces(source)
        kinds = {name: kind for _, name, kind in english if name}
        names = tuple(name for _, name, _ in english if name)
        if len(kinds) < len(names):
            raise TemplateError("a gap stands twice")
        if unknown := [kind for kind in kinds.values() if kind not in KINDS]:
            raise TemplateError(f"{unknown[0]} is no kind of gap")
        out = [_typed(_pieces(text), kinds) for text in (*texts, source)[:2]]
        for pieces in out:
            if sorted(name for _, name, _ in pieces if name) != sorted(names):
                raise TemplateError("the languages have not the same gaps")
        words = tuple(dict.fromkeys(_whole_words(english)))
        fixed = tuple(text for text, _, _ in english)
        return cls(
            source=source,
            names=names,
            kinds=tuple(kinds.values()),
            weight=sum(map(len, fixed)),
            words=words,
            fixed=fixed,
            zh=out[0],
            en=out[1],
        )

    def out(self, *, chinese: bool) -> Sequence[Piece]:
        """How it is said, piece by piece."""
        return self.zh if chinese else self.en

    def match(self, sentence: str) -> Mapping[str, str] | None:
        """What fills the gaps where all of the sentence fits, else None. In linear time, whatever a mail says."""
        values = self._leftmost(sentence)
        if values is None:
            return None
        if not all(map(_fits, values, self.kinds)):
            if self._pattern is None:
                self._pattern = self._compiled()
            hit = self._pattern.fullmatch(sentence)
            if not hit or not all(map(_fits, hit.groups(), self.kinds)):
                return None
            values = hit.groups()
        return dict(zip(self.names, values, strict=True))

    def _leftmost(self, sentence: str) -> Sequence[str] | None:
        """What lies between the fixed texts, each found as early as possible; None where they are not all there."""
        first, *middle, last = self.fixed
        end = len(sentence) - len(last)
        if not sentence.startswith(first) or not sentence.endswith(last) or end < len(first):
            return None
        values, place = [], len(first)
        for text in middle:
            found = sentence.find(text, place, end)
            if found < 0:
                return None
            values.append(sentence[place:found])
            place = found + len(text)
        return [*values, sentence[place:end]]

    def _compiled(self) -> Any:
        import re2  # only where a sentence comes near

        pattern = ""
        for text, name, kind in _pieces(self.source):
            shape = _SHAPES.get(kind, _KEY if kind in TABLES else _ANY)
            pattern += re2.escape(text) + (f"({shape})" if name else "")
        return re2.compile(pattern)


def _fits(value: str, kind: str) -> bool:
    """As the shapes say, at once."""
    if kind == "int":
        return value.lstrip("+-").isdecimal() and value.isascii()
    if kind == "amount":
        return is_amount(value)
    if kind in TABLES:
        return _KEYS.fullmatch(value) is not None
    return (bool(value) or kind == "maybe") and (kind in _FREE or "; " not in value)


def _pieces(text: str) -> list[Piece]:
    made: list[Piece] = []
    end = 0
    for gap in _GAP.finditer(text):
        made.append((text[end : gap.start()], gap[1], gap[2] or ""))
        end = gap.end()
    made.append((text[end:], "", ""))
    if any("{" in piece or "}" in piece for piece, _, _ in made):
        raise TemplateError("a brace that is no gap")
    return made


def _typed(pieces: Sequence[Piece], kinds: Mapping[str, str]) -> list[Piece]:
    """With the kinds that the English says; the other language need not repeat them."""
    return [(text, name, kinds.get(name, kind)) for text, name, kind in pieces]


def _whole_words(pieces: Sequence[Piece]) -> Iterator[str]:
    """Words of the fixed text that no gap can lengthen."""
    for place, (text, name, _) in enumerate(pieces):
        for word in _WORD.finditer(text):
            glued = (word.start() == 0 and place > 0) or (word.end() == len(text) and name)
            if not glued:
                yield word[0].lower()
