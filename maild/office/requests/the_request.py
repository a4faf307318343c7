"""Which request a known and proven patron means: the one named, or the only one that fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from maild.domain.incoming.decision import Cause
from maild.domain.incoming.matching import Matched
from maild.domain.incoming.reading import Reading
from maild.domain.requests.patron import Patron, Transaction
from maild.office import SAY as COMMON
from maild.office.requests import SAY
from maild.spine.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """Why it is not plain which request is meant."""

    cause: Cause
    reason: str


def writer(reading: Reading, facts: Facts) -> Patron | None:
    """The patron who wrote, where that is one, known and proven."""
    alone = len(facts.authors) == 1 and len(reading.mail.from_) == 1
    return facts.authors[0] if alone and reading.auth.passed else None


def the_request(facts: Facts, patron: Patron, fits: Callable[[Transaction], bool], what: str) -> Transaction | Unsure:
    """The request that is meant; not sure where the mail's other words (a title) speak for another one."""
    found = _named_or_only(facts, patron, fits, what)
    if isinstance(found, Unsure) or not isinstance(facts.outcome, Matched):
        return found
    likely = [candidate.transaction.number for candidate in facts.outcome.candidates]
    if found.number in likely:
        return found
    reason = SAY("others_named", number=found.number, what=what, others=", ".join(likely[:5]))
    return Unsure(cause=Cause.SEVERAL_CANDIDATES, reason=reason)


def _named_or_only(
    facts: Facts, patron: Patron, fits: Callable[[Transaction], bool], what: str
) -> Transaction | Unsure:
    """The request that is meant. `what`: in words, what would fit ('loan that is out').

    What is named in the mail's own words, or by our reply token, counts first; then the notice it answers; then what
    it quotes; the only one whose title it says; and where nothing is named, the only one that fits.
    """
    query = facts.query
    known = {c.transaction.number: c.transaction for c in facts.candidates} | {t.number: t for t in facts.requests}
    for numbers in ((*query.tokens, *query.numbers), query.threads, query.quoted):
        named = [known[number] for number in dict.fromkeys(numbers) if number in known]
        foreign = [case.number for case in named if case.patron_id != patron.patron_id]
        if foreign:
            return Unsure(cause=Cause.SENDER_MISFIT, reason=COMMON("not_the_writers", numbers=", ".join(foreign)))
        if len(named) == 1:
            return named[0]
        if len(named) > 1:
            fitting = [case for case in named if fits(case)]
            if len(fitting) == 1 and not query.numbers:
                return fitting[0]
            return Unsure(cause=Cause.SEVERAL_CANDIDATES, reason=SAY("names_several", numbers=_listed(named)))
        if query.numbers:
            return Unsure(
                cause=Cause.UNKNOWN_NUMBER, reason=COMMON("unknown_numbers", numbers=", ".join(query.numbers[:5]))
            )
    titled = [c.transaction for c in facts.candidates if c.transaction.patron_id == patron.patron_id and c.titled]
    if len(titled) == 1:
        return titled[0]
    fitting = [case for case in facts.requests if fits(case)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        return Unsure(cause=Cause.SEVERAL_CANDIDATES, reason=SAY("which_is_meant", what=what, numbers=_listed(fitting)))
    return Unsure(cause=Cause.QUESTION, reason=SAY("has_none", patron=patron.patron_id, what=what))


def _listed(cases: list[Transaction]) -> str:
    return ", ".join(case.number for case in cases[:5])
