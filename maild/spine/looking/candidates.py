"""Which requests a mail may be about, weighed: those it names, and those of its writer that run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from maild.domain.incoming.matching import Candidate, MatchOutcome, Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.requests.lifecycle import Event, Service, State
from maild.domain.requests.patron import Patron, Transaction
from maild.match import judge, weigh
from maild.match.reader_names import names_reader
from maild.match.texts import SAY as MATCH
from maild.spine import SAY
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.looking.lookups import OVER, Lookups

LENT = frozenset({State.SHIPPED, State.RECEIVED, State.ON_LOAN, State.OVERDUE})
MOST_SLIPS = 2  # figures in which a mistyped number differs from the one that was meant
STILL_ASKED = timedelta(days=90)  # how long after its end a request is still asked for


def match(
    reading: Reading,
    query: Query,
    lookup: LookupSettings,
    lookups: Lookups,
    now: datetime,
    *,
    authors: Iterable[Patron],
    requests: Iterable[Transaction],
) -> tuple[tuple[Candidate, ...], MatchOutcome]:
    """The candidates, likeliest first, and what follows from them. requests: all of the authors'."""
    ruling = reading.classification.main
    named = lookups.transactions(
        [*query.tokens, *query.numbers, *query.quoted, *query.threads, *query.joined, *query.alike, query.titled]
    )
    missed = Kind.NOT_RECEIVED in reading.classification.kinds
    open_ = (t for t in requests if t.state not in OVER or (missed and _ended_lately(t, now)))
    considered = {t.number: t for t in (*named, *open_)}
    patrons = {p.patron_id: p for p in (*authors, *lookups.patrons(t.patron_id for t in considered.values()))}
    if query.told and query.institution and _like_readers(query, lookups):
        query = replace(query, readers_alike=True)
    candidates = weigh(
        query, list(considered.values()), patrons, lookup.weights, event=_event(ruling), fits=_FITS.get(ruling.kind)
    )
    outcome = judge(candidates, query, lookup.weights) if candidates else Unmatched(reasons=(_why_none(query),))
    return candidates, outcome


def _like_readers(query: Query, lookups: Lookups) -> bool:
    """Whether a running request is numbered nearly as one that is named, and its reader, too, is one the mail names."""
    near = [
        each
        for each in lookups.running()
        if each.number not in query.numbers and any(_near(each.number, number) for number in query.numbers)
    ]
    return any(names_reader(patron.name, query.told) for patron in lookups.patrons(each.patron_id for each in near))


def _near(one: str, other: str) -> bool:
    """Whether two numbers differ by a slip: in one or two figures."""
    return len(one) == len(other) and 0 < sum(a != b for a, b in zip(one, other, strict=True)) <= MOST_SLIPS


def is_running(transaction: Transaction) -> bool:
    """Whether anything may still come of it."""
    return transaction.state not in OVER


def _event(ruling: Ruling) -> Event | None:
    """No kind of mail means 'renewed'; a field says it."""
    return Event.RENEWED if ruling.value("renewal") == "granted" else ruling.event


def _why_none(query: Query) -> str:
    numbers = [*query.tokens, *query.numbers]
    if numbers:
        return SAY("no_such_number", numbers=", ".join(numbers[:5]))
    return MATCH("no_request_named")


def _payable(transaction: Transaction) -> bool:
    return transaction.payment_state in ("quoted", "due", "disputed")


def _ended_lately(transaction: Transaction, now: datetime) -> bool:
    """'It says closed, and I have nothing' is about a request that is over."""
    ended = transaction.since or transaction.updated
    return transaction.state is State.CLOSED and ended is not None and now - ended <= STILL_ASKED


def _to_be_had(transaction: Transaction) -> bool:
    return is_running(transaction) or transaction.state is State.CLOSED


def _running_loan(transaction: Transaction) -> bool:
    return transaction.service is Service.LOAN and is_running(transaction)


def _lent(transaction: Transaction) -> bool:
    return transaction.service is Service.LOAN and transaction.state in LENT


_FITS = {
    Kind.PAYMENT_PROOF: _payable,
    Kind.FEE_QUESTION: _payable,
    Kind.CANCEL_REQUEST: is_running,
    Kind.NOT_RECEIVED: _to_be_had,
    Kind.PICKUP_QUESTION: _running_loan,
    Kind.RENEW_REQUEST: _lent,
}
