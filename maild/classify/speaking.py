"""Which addresses below an institution's domain are its library's: words of speaking.toml, letters of Chinese names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

_BREAK = re.compile(r"[._+-]")
_MOST_LOCAL = 40
_MOST_SHORT = 5  # letters of an institution's short name
_MOST_PLACE = 10  # letters of a campus, a team or a person beside a word of the work
_LEAST_SYLLABLES = 2  # 'hjzx' is 互借咨询; 'hj' by itself is as well a person's
_ROLES = ("lib", "ill", "tsg", "doc", "docs", "copy", "archive", "loans")  # what a desk's name ends with
_MOST_ROLE = 3  # letters of a name before the '@' that may be a desk's where the sender shows the library's name
_HOUSE = "tsg"  # 图书馆
_AHEAD = ("ill", "wxcd", "gjhj", _HOUSE)  # work ahead of an institution's letters: 'illdmu'; other words begin names
_LIBRARIES = (_HOUSE, "lib")  # ahead of a syllable of its work
_SHORT = ("lib", _HOUSE)  # what a host of a library is called by, with its institution's letters at the other end
# The first character of each letter in the first level of GB 2312, which is ordered by sound.
_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"


_LETTERS = "abcdefghjklmnopqrstwxyz"
_STARTS = tuple(character.encode("gb2312") for character in _FIRST)
_LAST = b"\xd7\xf9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """What makes an address a library's: labels of hosts, words before the '@'. See speaking.toml.

    registries  suffixes below which only what teaches or does research gets a domain → networks it supplies in there
    """

    hosts: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    mail: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    work: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    syllables: frozenset[str] = frozenset()
    registries: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def registered(self, domain: str) -> tuple[str, tuple[str, ...]] | None:
        """The domain that such a registry gave out, and the labels below it, outermost first."""
        labels = domain.lower().rstrip(".").split(".")
        start = next((i for i in range(1, len(labels)) if ".".join(labels[i:]) in self.registries), 0)
        return (".".join(labels[start - 1 :]), tuple(reversed(labels[: start - 1]))) if start else None

    def host(self, below: tuple[str, ...], own: Iterable[str] = ()) -> bool:
        """Whether the labels below an institution's domain, outermost first, are a host of its library.

        own: labels of its domains, of which a host's name may have letters ('libfd' of fudan), or all of it ('zjulib')
        """
        return bool(below) and self.people.isdisjoint(below) and self._houses(below[0], own)

    def _houses(self, label: str, own: Iterable[str]) -> bool:
        if label in self.hosts or not self.hosts.isdisjoint(label.split("-")):
            return True
        if any(label == f"{each[:1]}ul" for each in own):
            return True  # 'hul' of harvard, 'nul' of nagoya: a university's library
        rest = next(
            (label.removeprefix(w).removesuffix(w) for w in _SHORT if label.startswith(w) or label.endswith(w)), ""
        )
        return bool(rest) and any(_shortens(rest, each) for each in own)

    def bare(self, below: tuple[str, ...]) -> bool:
        """Whether an address there is one at the domain itself."""
        return not below or (len(below) == 1 and below[0] in self.mail)

    def local(self, name: str, own: Iterable[str], letters: str = "") -> bool:
        """Whether the name is made of the library's words alone. `own`: how the institution is called, which may
        stand beside them, too; letters: with which the characters of its name begin, some of which may ('hdill')."""
        if not name or len(name) > _MOST_LOCAL:
            return False
        plain, own = re.sub(r"\d{1,2}$", "", name), tuple(own)
        houses = {f"{each}{word}" for each in own for word in _SHORT}  # 'zzulib' is the library of zzu
        if (
            not self.words.isdisjoint((plain, _BREAK.sub("-", plain)))
            or plain in houses
            or self._abbreviated(plain, letters, own)
            or self._spelt(plain)
        ):
            return True
        pieces = _BREAK.split(plain)
        beside = self.beside.union(own) if houses.isdisjoint(pieces) else self.beside.union(own, self.syllables)
        found = [piece in houses or self._made(piece, beside) for piece in pieces]
        return (all(made is not None for made in found) and any(found)) or self._placed(pieces)

    def _spelt(self, name: str) -> bool:
        """Made of two or more of the syllables by which Chinese libraries shorten their work, or of one behind the
        library itself: 'hjzx', 'tsgwx', 'libwx'."""
        rest = next((name.removeprefix(word) for word in _LIBRARIES if name.startswith(word)), name)
        pairs = [rest[i : i + 2] for i in range(0, len(rest), 2)]
        return len(pairs) >= _LEAST_SYLLABLES - (rest != name) and self.syllables.issuperset(pairs)

    def works(self, name: str) -> bool:
        """Whether it is a word of the work and nothing else, or a number of it: no person is called so ('ill660')."""
        return name.rstrip("0123456789") in self.work

    def role(self, name: str) -> bool:
        """Whether it may be a desk's as well as a person's: a word of the work, or so short that it is no full name."""
        short = len(name) <= _MOST_ROLE or name.endswith(_ROLES)
        return name.isalpha() and (short or name in self.beside or name in self.words)

    def _placed(self, pieces: Sequence[str]) -> bool:
        """Work, said first or last, and a place, a team or a hand: 'ill-gongguan', 'docsupply-lei'."""
        if len(pieces) < 2:
            return False
        work, *rest = pieces if pieces[0] in self.work else pieces[::-1]
        return work in self.work and all(piece.isalpha() and 2 <= len(piece) <= _MOST_PLACE for piece in rest)

    def _abbreviated(self, name: str, letters: str, own: Iterable[str]) -> bool:
        """'hdill' of 中国海洋大学, whose characters begin with z g h y d x: two letters or more, in that order; behind
        the work letters of its domain do, too ('illdmu' of dlmu)."""
        by_length = sorted(self.words, key=len, reverse=True)
        if word := next((word for word in by_length if name.endswith(word)), ""):
            return _abbreviates(name.removesuffix(word), letters)
        word = next((word for word in _AHEAD if name.startswith(word)), "")
        short = name.removeprefix(word)
        named = any(_shortens(short.removesuffix("l"), each) for each in own)  # 'hkul' is the library of hku
        # The last letter of 'illzsu' of 中山大学 is that of a university.
        of_sounds = _abbreviates(short, letters) or _abbreviates(short.removesuffix("u"), letters)
        return bool(word) and len(short) <= _MOST_SHORT and (named or of_sounds)

    def _made(self, piece: str, beside: frozenset[str]) -> bool | None:
        """None: not made of known words; else whether a telling one is among them."""
        reached: dict[int, bool] = {0: False}
        for start in range(len(piece)):
            if start not in reached:
                continue
            for end in range(start + 1, len(piece) + 1):
                word = piece[start:end]
                if word in self.words or word in beside:
                    reached[end] = reached.get(end, False) or reached[start] or word in self.words
        return reached.get(len(piece))


def _abbreviates(short: str, letters: str) -> bool:
    rest = iter(letters)
    return 2 <= len(short) <= _MOST_SHORT and all(letter in rest for letter in short)


def _shortens(short: str, name: str) -> bool:
    """Whether it is the name, or letters of it in its order from the first on: 'fd' of fudan."""
    rest = iter(name)
    return len(short) >= 2 and short[0] == name[:1] and all(letter in rest for letter in short)


@cache
def initials(name: str) -> str:
    """With which letters the sounds of the characters begin, as far as GB 2312's first level tells."""
    found = []
    for character in name:
        try:
            code = character.encode("gb2312")
        except UnicodeEncodeError:
            continue
        if _STARTS[0] <= code <= _LAST:
            found.append(_LETTERS[bisect_right(_STARTS, code) - 1])
    return "".join(found)
