"""What a proven library or supplier writes to everybody, and nobody has to answer: closing days, newsletters. Pure.

Ignoring is an act (decision 0058); here it rests on who writes as much as on the words: a sender whose mail we act on,
proven, about no request of ours, that asks nothing, changes nothing we know, and is not about money.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maild.classify.patterns import Pattern, compile_pattern
from maild.classify.providers import parents
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.text import normalise
from maild.resources import data_folder
from maild.spine.facts import Facts
from maild.tables import read_toml
from maild.traditional import simplified

LONGEST = 1500  # characters; a longer letter says more
LISTS = ("closing", "day", "letter", "to_all", "asks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulars:
    """The lists of rules/circulars.toml."""

    closing: tuple[Pattern, ...]
    day: tuple[Pattern, ...]
    letter: tuple[Pattern, ...]
    to_all: tuple[Pattern, ...]
    asks: tuple[Pattern, ...]


@cache
def shipped() -> Circulars:
    """Read once."""
    data = read_toml(data_folder("rules") / "circulars.toml").data
    return Circulars(**{name: tuple(map(compile_pattern, data[name])) for name in LISTS})


def circular(reading: Reading, facts: Facts) -> str:
    """What kind of circular the mail is, in words; '' for everything else."""
    mail, lists = reading.mail, shipped()
    if not from_a_library(reading, facts) or _is_ours(mail, facts):
        return ""
    subject = simplified(normalise(mail.subject))
    text = f"{subject}\n{simplified(normalise(mail.text))}"
    if len(text) > LONGEST or hits(lists.asks, text):
        return ""
    if hits(lists.closing, text) and hits(lists.day, text) and not mail.attachments:
        return "a proven library tells everybody when it is closed"
    if hits(lists.letter, subject) and hits(lists.to_all, text):
        return "a newsletter of a proven library"
    return ""


def from_a_library(reading: Reading, facts: Facts) -> bool:
    """Whether a provider or a library wrote it, proven by its own host or one above it."""
    auth, author = reading.auth, reading.mail.author
    own = not auth.domain or auth.domain in parents(author.domain)
    return facts.ties.provider and auth.passed and own and not (facts.lookalikes or facts.authors)


def asks(text: str) -> bool:
    """Whether something is wanted of us, or told that a person has to know."""
    return hits(shipped().asks, simplified(normalise(text)))


def hits(patterns: tuple[Pattern, ...], text: str) -> bool:
    """Whether one of them occurs."""
    return any(pattern.search(text) for pattern in patterns)


def _is_ours(mail: ParsedMail, facts: Facts) -> bool:
    """Whether it names a request, or answers somebody."""
    query = facts.query
    named = (*query.numbers, *query.quoted, *query.tokens, *query.threads, *query.joined, *query.alike)
    return bool(named or mail.in_reply_to or mail.references or mail.quoted_text.strip() or mail.forwarded)
