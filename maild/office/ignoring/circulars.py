"""A note of a proven library or supplier that says when it is closed, and nothing else: nobody has to answer it. Pure.

Ignoring is an act (decision 0058). It rests on who writes – a sender whose mail we act on, proven, about no request of
ours – and on every word: what is said beyond rules/circulars.toml, whatever it is, is a person's to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from maild.classify.providers import parents
from maild.classify.rules.patterns import Pattern, compile_pattern
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.text import normalise
from maild.spine.facts import Facts
from maild.tables import Source
from maild.traditional import simplified

FILE = "circulars.toml"
LONGEST = 600  # characters; a longer letter says more
_LETTERS = re.compile(r"[^\W\d_]")
_NAME = re.compile(r"[a-z]{2,}|[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulars:
    """The lists of rules/circulars.toml: what has to stand (closed, ends, day), and what else may."""

    closed: Pattern
    ends: Pattern
    day: Pattern
    words: Pattern

    @classmethod
    def of(cls, source: Source) -> Circulars:
        """What a table says. Raises RuleError naming file, line and list."""
        lists = [one.name for one in fields(cls)]
        if unknown := sorted(set(source.data) - set(lists)):
            raise source.error(unknown[0], "is not known", f"one of {', '.join(lists)}")
        return cls(**{name: _pattern(source, name) for name in lists})

    def closing(self, text: str, name: str) -> bool:
        """Whether a text says when its writer, called `name`, is closed, and nothing else."""
        folded, own = (simplified(normalise(each)).lower() for each in (text, name))
        if not all(needed.search(folded) for needed in (self.closed, self.ends, self.day)):
            return False
        for word in sorted(_NAME.findall(own), key=len, reverse=True):
            folded = re.sub(rf"\b{word}\b" if word.isascii() else word, " ", folded)
        for known in (self.closed, self.ends, self.words):
            folded = known.sub(" ", folded)
        return not _LETTERS.search(folded) and not re.search(r"[?@/]|\d{5}", folded)


def _pattern(source: Source, name: str) -> Pattern:
    listed = source.data.get(name)
    if not isinstance(listed, list) or not listed or not all(isinstance(text, str) and text for text in listed):
        raise source.error(name, "must be a list of patterns", "restore the shipped file")
    try:
        return compile_pattern("|".join(f"(?:{text})" for text in listed))
    except ValueError as error:
        raise source.error(name, str(error)) from error


def circular(reading: Reading, facts: Facts, lists: Circulars) -> str:
    """What the mail is in words for staff, where a library says when it is closed; '' for everything else."""
    mail = reading.mail
    text = f"{mail.subject}\n{mail.text}"
    if mail.attachments or len(text) > LONGEST or _is_ours(mail, facts) or not from_a_library(reading, facts):
        return ""
    return "a proven library tells everybody when it is closed" if lists.closing(text, mail.author.name) else ""


def from_a_library(reading: Reading, facts: Facts) -> bool:
    """Whether a provider or a library wrote it, proven by its own host or one above it."""
    auth, author = reading.auth, reading.mail.author
    own = not auth.domain or auth.domain in parents(author.domain)
    return facts.ties.provider and auth.passed and own and not (facts.lookalikes or facts.authors)


def _is_ours(mail: ParsedMail, facts: Facts) -> bool:
    """Whether it names a request, or answers somebody."""
    query = facts.query
    named = (*query.numbers, *query.quoted, *query.tokens, *query.threads, *query.joined, *query.alike)
    return bool(named or mail.in_reply_to or mail.references or mail.quoted_text.strip() or mail.forwarded)
