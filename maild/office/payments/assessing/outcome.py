"""What becomes of one payment proof: booked, answered, or put before a librarian."""

from __future__ import annotations

from dataclasses import dataclass

from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.requests.patron import Patron
from maild.office.payments.announce_payment import Problem
from maild.office.payments.assessing.evidence import Names
from maild.office.payments.facts_payment import Earlier, Proof
from maild.office.payments.payment_policy import Link, Sender, Then


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of one proof.

    then     RELEASE, STATEMENT: it is booked; LIBRARIAN: it waits, `cause` says why; None: answered, nothing to do
    patron   whose requests (or deposit) it pays, where that is known
    parts    number → amount; rest: what goes to the deposit
    choices  sets of requests that fit, where a person must choose
    """

    proof: Proof
    then: Then | None = Then.LIBRARIAN
    cause: Cause = Cause.NONE
    patron: Patron | None = None
    link: Link | None = None
    sender: Sender | None = None
    amount: Money | None = None
    parts: tuple[tuple[str, Money], ...] = ()
    rest: Money | None = None
    due: Money | None = None
    choices: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()
    earlier: Earlier | None = None
    reasons: tuple[str, ...] = ()

    @property
    def booked(self) -> bool:
        """Whether a claim is posted for it."""
        return self.then in (Then.RELEASE, Then.STATEMENT)


def waiting(
    proof: Proof,
    cause: Cause,
    reason: str,
    *,
    then: Then | None = Then.LIBRARIAN,
    names: Names | None = None,
    amount: Money | None = None,
    choices: tuple[tuple[str, ...], ...] = (),
    problems: tuple[Problem, ...] = (),
    earlier: Earlier | None = None,
    patron: Patron | None = None,
) -> Outcome:
    """A person looks (or, with `then` None, the answer is enough)."""
    named = names.numbers if names else ()
    return Outcome(
        proof=proof,
        then=then,
        cause=cause,
        reasons=(reason,),
        amount=amount,
        problems=problems,
        earlier=earlier,
        patron=patron,
        link=names.link if names and named else None,
        choices=choices or ((named,) if named else ()),
    )
