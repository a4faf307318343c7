"""Which fees an amount pays: exact, several together, a part, more than is due, or not to be told. Pure.

Tolerance is zero. What fits in several ways fits in none: a wrong match is worse than one that a person makes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from maild.domain import SAY
from maild.domain.money import Money

MOST_OPEN = 30  # fees among which sums are looked for
MOST_SUMS = 20_000  # different sums that are followed before it is given up
CHOICES = 3  # subsets that are told apart: one is unique, more are not


class Fit(StrEnum):
    """How an amount fits what is due."""

    EXACT = "exact"  # pays one or several fees to the cent
    PARTIAL = "partial"  # pays a part of the one fee that it can be for
    OVER = "over"  # pays all it can be for, and more
    AMBIGUOUS = "ambiguous"  # several sets of fees fit, or it is not clear of which fee it is a part
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is still to be paid of one transaction."""

    number: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """parts: number → what of the amount goes there; rest: what goes nowhere; choices: sets of numbers that fit."""

    fit: Fit
    parts: tuple[tuple[str, Money], ...] = ()
    rest: Money | None = None
    choices: tuple[tuple[str, ...], ...] = ()
    reason: str = ""

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(number for number, _ in self.parts)


def allocate(amount: Money, dues: Sequence[Due], named: Collection[str] = ()) -> Allocation:
    """Which of a patron's open fees `amount` pays. `named`: those the payment speaks of; it pays no others,
    unless it is more than these and the rest fits exactly one set of the others.
    """
    usable = [due for due in dues if due.amount.amount > 0 and due.amount.currency == amount.currency]
    if amount.amount <= 0 or not usable:
        return Allocation(fit=Fit.NONE, rest=amount, reason=SAY("no_fee_in_currency"))
    if not named:
        return _unnamed(amount, usable)
    wanted = [due for due in usable if due.number in named]
    if not wanted:
        return Allocation(fit=Fit.NONE, rest=amount, reason=SAY("nothing_open_named"))
    return _named(amount, wanted, [due for due in usable if due.number not in named])


def total(dues: Sequence[Due], currency: str = "CNY") -> Money:
    """The sum of what is due, in one currency."""
    return sum((due.amount for due in dues), Money.of(0, dues[0].amount.currency if dues else currency))


def _named(amount: Money, wanted: Sequence[Due], others: Sequence[Due]) -> Allocation:
    due = total(wanted)
    if amount.amount < due.amount:
        return _less(amount, wanted, due)
    if amount == due:
        return _exact(wanted, SAY("due_of_named", amount=amount))
    found = _sets(amount - due, others)
    if found is not None and len(found) == 1:
        return _exact([*wanted, *found[0]], SAY("due_of_named_and_others", amount=amount))
    if found is None or found:
        choices = tuple(_numbers([*wanted, *more]) for more in found or ())
        why = SAY("more_than_named", amount=amount, due=due)
        return Allocation(fit=Fit.AMBIGUOUS, rest=amount, choices=choices, reason=why)
    return Allocation(
        fit=Fit.OVER,
        parts=_parts(wanted),
        rest=amount - due,
        reason=SAY("more_than_due", amount=amount, more=amount - due),
    )


def _less(amount: Money, wanted: Sequence[Due], due: Money) -> Allocation:
    if len(wanted) == 1:
        return Allocation(
            fit=Fit.PARTIAL,
            parts=((wanted[0].number, amount),),
            reason=SAY("less_than_due", amount=amount, less=due - amount),
        )
    found = _sets(amount, wanted)
    if found is not None and len(found) == 1:
        return _exact(found[0], SAY("due_of_some_named", amount=amount))
    choices = tuple(_numbers(some) for some in found or ())
    why = SAY("fits_several_named" if choices else "fits_no_named", amount=amount, due=due)
    return Allocation(fit=Fit.AMBIGUOUS, rest=amount, choices=choices, reason=why)


def _unnamed(amount: Money, dues: Sequence[Due]) -> Allocation:
    found = _sets(amount, dues)
    if found is None:
        return Allocation(fit=Fit.AMBIGUOUS, rest=amount, reason=SAY("too_many_open", count=len(dues)))
    if len(found) == 1:
        return _exact(found[0], SAY("fits_one_set", amount=amount))
    if found:
        return Allocation(
            fit=Fit.AMBIGUOUS,
            rest=amount,
            choices=tuple(map(_numbers, found)),
            reason=SAY("fits_several_sets", amount=amount),
        )
    due = total(dues)
    if amount.amount > due.amount:
        return Allocation(
            fit=Fit.OVER, parts=_parts(dues), rest=amount - due, reason=SAY("more_than_open", amount=amount, due=due)
        )
    if len(dues) == 1:
        return Allocation(
            fit=Fit.PARTIAL, parts=((dues[0].number, amount),), reason=SAY("less_than_only", amount=amount, due=due)
        )
    return Allocation(fit=Fit.NONE, rest=amount, reason=SAY("fits_no_set", amount=amount))


def _exact(dues: Sequence[Due], reason: str) -> Allocation:
    return Allocation(fit=Fit.EXACT, parts=_parts(dues), choices=(_numbers(dues),), reason=reason)


def _parts(dues: Sequence[Due]) -> tuple[tuple[str, Money], ...]:
    return tuple((due.number, due.amount) for due in dues)


def _numbers(dues: Sequence[Due]) -> tuple[str, ...]:
    return tuple(due.number for due in dues)


def _sets(amount: Money, dues: Sequence[Due]) -> list[list[Due]] | None:
    """Up to CHOICES sets of fees that sum to the amount; None where there are too many to be sure.

    Sums in cents, each with the sets that make it: as many as tell whether there is one or are several.
    """
    if len(dues) > MOST_OPEN:
        return None
    target = _cents(amount)
    values = [_cents(due.amount) for due in dues]
    left = sum(values)
    sums: dict[int, list[int]] = {0: [0]}
    for place, value in enumerate(values):
        left -= value
        for reached, masks in list(sums.items()):
            if (made := reached + value) <= target:
                more = [mask | 1 << place for mask in masks]
                sums[made] = (sums.get(made, []) + more)[:CHOICES]
        # What cannot reach the amount any more need not be followed.
        sums = {reached: masks for reached, masks in sums.items() if reached + left >= target}
        if len(sums) > MOST_SUMS:
            return None
    return [[due for place, due in enumerate(dues) if mask >> place & 1] for mask in sums.get(target, []) if mask]


def _cents(amount: Money) -> int:
    return int(amount.amount * 100)
