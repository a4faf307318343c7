"""A mail that is made of known words alone (words/plain.toml): what they come to, however they are put together.

Where no wording tells anything. Each word has a class; outcomes are patterns over classes, so that 'none of our
libraries lacks' and '三处书目均无' need no list of sentences. What no class knows is left over: a name of the request's
own accounts for it (maild.office.providers.left_over), else a person reads the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from maild.classify.reading.claims import Claim
from maild.classify.reading.composed import SCANS
from maild.classify.reading.wordings import NOTHING
from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from maild.classify.rules.lexicon import Words
    from maild.classify.rules.view import View
    from maild.domain.incoming.mail import Attachment

SHIPPED_FILE, SHIPPED_LINK = "shipped_file", "shipped_link"
UNKNOWN = "x"
MOST_CHARACTERS = 1500  # who writes more than that says more
MOST_LEFT = 6
_LINKS = re.compile(r"https?://[^\s<>]+", re.ASCII)
_MASKED = re.compile(
    r"https?://[^\s<>]+|\S+@\S+|《[^《》\n]{1,200}》|第?[a-z]{0,4}[-#]?\d[\w.,:/#%×*=+-]*(?:[日号年月页元天]|mb|kb|dpi|th|st|nd|rd)*",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,.;:!()\[\]{}|/=→←<>\n、。·•—–~…\"“”「」-]+|\s{2,}")
_WORD = re.compile(r"[a-z]+(?:['.][a-z]+)*|[^\W\d_]", re.IGNORECASE)
_ASKED = ("?", "？")
# Lists of words/hedges.toml of which none may occur.
_FORBIDDING = (
    *(
        "condition",
        "question",
        "wants_reply",
        "asks_us",
        "sample",
        "incomplete",
        "astray",
        "guess",
        "partly",
        "damaged",
    ),
    *(
        "presses",
        "more_money",
        "their_wish",
        "not_real",
        "no_state",
        "not_final",
        "silence",
        "retraction",
        "supposition",
        "future",
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """kinds: what the words come to; left: the words that no class knows, as they were written."""

    kinds: Mapping[Kind, Claim]
    left: tuple[str, ...]


class Plain:
    """The engine over the classes. Pure; linear in the text, which is bounded."""

    def __init__(self, words: Words) -> None:
        lists = words["plain"]
        told = {*Kind, NOTHING, SHIPPED_FILE, SHIPPED_LINK}
        self._classes = {name: entries for name, entries in lists.items() if name not in told}
        self._compositions = {name: entries for name, entries in lists.items() if name in told}

    @cached_property
    def _words(self) -> re.Pattern[str]:
        every = [(word, name) for name, entries in self._classes.items() for word in entries]
        every.sort(key=lambda each: -len(each[0]))
        framed = (rf"\b{word}\b" if word[0].isascii() and word[0].isalpha() else word for word, _ in every)
        groups = "|".join(f"(?P<{name}_{i}>{w})" for i, (w, (_, name)) in enumerate(zip(framed, every, strict=True)))
        return re.compile(groups, re.IGNORECASE)

    @cached_property
    def _patterns(self) -> Mapping[str, re.Pattern[str]]:
        return {name: re.compile("|".join(entries)) for name, entries in self._compositions.items()}

    def instead(self, view: View, told: dict[Kind, Claim]) -> tuple[dict[Kind, Claim], tuple[str, ...]]:
        """What is told; where nothing is, what known words alone come to, and what is left over."""
        plain = None if told else self(view)
        return (dict(plain.kinds), plain.left) if plain else (told, ())

    def __call__(self, view: View) -> Told | None:
        """None where the words come to nothing, or some of them forbid it."""
        text = _text(view)
        if len(text) > MOST_CHARACTERS or any(mark in text for mark in _ASKED) or _forbidden(view):
            return None
        clauses = list(self._clauses(text))
        left = tuple(dict.fromkeys(piece for _, _, pieces in clauses for piece in pieces))
        if len(left) > MOST_LEFT or any(self._patterns[NOTHING].search(said) for said, _, _ in clauses):
            return None
        clauses.append((" , ".join(said for said, _, _ in clauses), clauses[-1][1] if clauses else "", ()))
        kinds: dict[Kind, Claim] = {}
        for name, pattern in self._patterns.items():
            hit = next((shown for said, shown, _ in clauses if name in set(Kind) and pattern.search(said)), None)
            if hit is not None:
                kinds[Kind(name)] = Claim(hit, hit, "text", 0, len(hit))
        if not kinds and (shown := self._supplied(view, clauses)):
            kinds[Kind.SHIPPED] = Claim(shown, shown, "text", 0, len(shown))
        return Told(kinds, left) if kinds else None

    def _supplied(self, view: View, clauses: Sequence[tuple[str, str, tuple[str, ...]]]) -> str:
        """The clause that stands beside what came: scans, or one link; '' where nothing did."""
        files = view.own_attachments
        if files and all(map(_is_scan, files)):
            pattern = self._patterns[SHIPPED_FILE]
        elif not files and len(set(_LINKS.findall(view.text))) == 1 and not any(left for _, _, left in clauses):
            pattern = self._patterns[SHIPPED_LINK]
        else:
            return ""
        if any("no" in said.split() and "about_money" not in said.split() for said, _, _ in clauses):
            return ""
        return next((shown for said, shown, _ in clauses if pattern.search(said)), "")

    def _clauses(self, text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Each clause: its classes, as it was written, and what of it no class knows."""
        for clause in _CLAUSES.split(_MASKED.sub(" ", text)):
            if clause.strip():
                classes: list[str] = []
                left: list[str] = []
                at = 0
                for hit in self._words.finditer(clause):
                    _unknown(clause[at : hit.start()], classes, left)
                    classes.append((hit.lastgroup or UNKNOWN).rpartition("_")[0])
                    at = hit.end()
                _unknown(clause[at:], classes, left)
                yield " ".join(classes), clause.strip(), tuple(left)


def _unknown(piece: str, classes: list[str], left: list[str]) -> None:
    if _WORD.search(piece):
        classes.append(UNKNOWN)
        left.append(" ".join(piece.split()))


def _text(view: View) -> str:
    return f"{view.read_subject}\n{view.text}"


def _forbidden(view: View) -> bool:
    hedges = view.lexicon.hedges
    for sentence in view.claims.sentences:
        said = hedges["needless"].sub("", hedges["neutral"].sub("", sentence.text))
        if any(hedges[name].search(said) for name in _FORBIDDING):
            return True
    return False


def _is_scan(attachment: Attachment) -> bool:
    return attachment.filename.lower().endswith(SCANS)
