"""Rows of an import that what is known contradicts: what was charged, claimed or paid, and what is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from maild.domain.accounting.ledger import Standing
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Transaction
from maild.office.imports import SAY

OVER = frozenset({State.CLOSED, State.CANCELLED})
PAID = frozenset({PaymentState.CONFIRMED, PaymentState.WAIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """Why a row was left out (or, as a warning, what is odd about it). `column` is '' for the whole row."""

    line: int
    column: str
    what: str
    remedy: str = ""


def against_books(
    items: Iterable[tuple[int, Transaction]], known: Mapping[str, Transaction], books: Mapping[str, Standing]
) -> Iterator[RowError]:
    """Why rows (by line, as they would be written) cannot go in; one error a row."""
    for line, item in items:
        standing, before = books.get(item.number), known.get(item.number)
        error = _other_patron(line, item, before, standing) or _other_currency(line, item, standing)
        if error:
            yield error


def _other_patron(
    line: int, item: Transaction, before: Transaction | None, standing: Standing | None
) -> RowError | None:
    """Postings name the patron, and none is ever edited: one would owe for ever what the other has paid."""
    if standing is None or before is None or item.patron_id == before.patron_id:
        return None
    what = SAY("books_of_other", number=item.number, patron=repr(before.patron_id), other=repr(item.patron_id))
    remedy = SAY("keep_patron")
    return RowError(line=line, column="patron_id", what=what, remedy=remedy)


def _other_currency(line: int, item: Transaction, standing: Standing | None) -> RowError | None:
    """A transaction has one currency: that of its charge, or else that of its first amount."""
    said = [(name, getattr(item, name)) for name in ("total", "subsidy", "payable")]
    amounts = [(name, amount) for name, amount in said if amount is not None]
    if not amounts:
        return None
    first = standing.total.currency if standing else amounts[0][1].currency
    wrong = next(((name, amount) for name, amount in amounts if amount.currency != first), None)
    if wrong is None:
        return None
    name, amount = wrong
    what = SAY("charged_in", number=item.number, currency=first, name=name, amount=amount)
    return RowError(line=line, column=name, what=what, remedy=SAY("say_in_currency", currency=first))


def reopened(items: Iterable[tuple[int, Transaction]], known: Mapping[str, Transaction]) -> Iterator[RowError]:
    """Rows that take back what is over: the patron would be reminded, or asked to pay, once more."""
    for line, item in items:
        before = known.get(item.number)
        if before is None:
            continue
        for column, ends in (("state", OVER), ("payment_state", PAID)):
            was, will = getattr(before, column), getattr(item, column)
            if was in ends and will not in ends:
                what = SAY("is_but_will", number=item.number, was=was, will=will)
                yield RowError(line=line, column=column, what=what, remedy=SAY("reopen"))
