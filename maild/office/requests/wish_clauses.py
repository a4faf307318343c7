"""Whether a wish is about what a mail names: it belongs to the request that its own clause names. Pure.

'The one on Rilke is not needed, 《Dinggedicht》 goes on': the only title that was found is not the one that is meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from maild.classify.vocabulary.patterns import Pattern
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.patron import Transaction
from maild.match.pieces import CLAUSE, folded, is_named, pieces_of, stands_in
from maild.office.answers.heard import clauses
from maild.office.answers.telling_policy import Telling
from maild.office.requests import SAY
from maild.spine.facts import Facts

_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A folded clause, the requests that it speaks of by number, title or a piece of that, and whether it wishes.

    bare     it says nothing but their numbers and titles
    heading  it stands in the subject
    """

    said: str
    names: frozenset[str]
    wishes: bool
    bare: bool
    heading: bool


def elsewhere(reading: Reading, facts: Facts, telling: Telling, kind: Kind, case: Transaction) -> str:
    """Why the wish may be about another request than this, the only one that was found, in words for staff; ''."""
    words = telling.words.get(kind)
    own = [t for t in facts.requests if t.patron_id == case.patron_id]
    said = _read(reading, [case, *own], words, telling) if words is not None else []
    wishes = [clause for clause in said if clause.wishes]
    if not wishes or any(case.number in clause.names for clause in wishes):
        return ""
    if other := next((name for clause in wishes for name in sorted(clause.names)), ""):
        return SAY("clause_of_other", number=other)
    if any(case.number in clause.names for clause in said) and not _belongs(said, case.number, telling):
        return SAY("wish_of_other", number=case.number)
    return ""


def belong(reading: Reading, cases: Collection[Transaction], telling: Telling, kind: Kind) -> bool:
    """Whether all of these, which the mail names, are what it wishes this for."""
    words = telling.words.get(kind)
    said = _read(reading, cases, words, telling) if words is not None else []
    wished = frozenset(name for clause in said if clause.wishes for name in clause.names)
    others = {case.number for case in cases} - wished
    if wished:
        return all(_is_listed(said, name) for name in others)
    return all(_belongs(said, name, telling) for name in others)


def _read(reading: Reading, cases: Collection[Transaction], words: Pattern, telling: Telling) -> list[Clause]:
    keeps, labels = telling.danger.keeps, telling.danger.labels

    headings = sum(bool(c.strip()) for c in CLAUSE.split(folded(reading.mail.subject)))

    def read(place: int, clause: str) -> Clause:
        left = clause
        for name in (name for case in cases for name in (case.number.lower(), folded(case.title)) if name):
            left = left.replace(name, " ")
        return Clause(
            said=clause,
            names=frozenset(case.number for case in cases if _speaks(clause, case)),
            wishes=bool(words.search(clause)) and not (keeps is not None and keeps.search(clause)),
            bare=labels is not None and not _LETTER.search(labels.sub(" ", left)),
            heading=not reading.mail.in_reply_to and place < headings,
        )

    return [read(place, clause) for place, clause in enumerate(clauses(reading))]


def _speaks(clause: str, case: Transaction) -> bool:
    return is_named(clause, case) or any(stands_in(piece, clause) for piece in pieces_of(case))


def _belongs(said: Sequence[Clause], number: str, telling: Telling) -> bool:
    """Whether a wish whose own clause names nothing is about what this number names: named before, or by itself.

    A subject's wish is about all that the text names, where no clause of the text sets something apart.
    """
    apart = telling.danger.apart
    wishes = [place for place, clause in enumerate(said) if clause.wishes]
    if not wishes:
        return False
    heading = said[wishes[-1]].heading
    alone = [c for c in said if not c.heading and number not in c.names] if heading else []
    if apart is not None and any(apart.search(c.said) for c in (*(said[place] for place in wishes), *alone)):
        return False
    if heading:
        return not any(clause.names for clause in alone)
    return any(number in clause.names for clause in said[: wishes[-1]]) or _is_listed(said, number)


def _is_listed(said: Sequence[Clause], number: str) -> bool:
    """Whether each clause that names it says nothing else."""
    return all(clause.bare for clause in said if number in clause.names)
