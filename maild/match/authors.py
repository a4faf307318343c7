"""Who writes, as evidence: a request's patron, a supplier that a file knows, a library that the directory knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maild.domain.incoming.matching import Evidence, Query, Signal
from maild.domain.requests.lifecycle import Event, Move, Service, State, advance
from maild.domain.requests.patron import Patron, Transaction
from maild.match.texts import SAY
from maild.match.weights import Weights
from maild.match.words import fold

LEAST_NAME = 4  # characters of a library's name that a branch of it may begin with
# What can be taken back by the next mail: that somebody works on a request, here or elsewhere.
MILD = frozenset({Event.ACCEPTED, Event.FORWARDED})
# A mistyped number seldom is that of a book which is lent: few requests are, and nothing is lost by a wrong day.
MILD_OF_LOANS = frozenset({Event.DUE, Event.OVERDUE, Event.RENEWED})
# Nothing has been priced, supplied or ended yet: a network by the record may have passed the request on to anybody.
PENDING = frozenset({State.SUBMITTED, State.FORWARDED, State.IN_PROCESS})
TELLING = frozenset({Event.ACCEPTED, Event.FORWARDED, Event.SHIPPED, Event.UNFILLED, Event.FEE_QUOTED})  # of a supply
FITTING = (Signal.TITLE, Signal.PATRON_EMAIL, Signal.PATRON_NAME, Signal.LOGIN)


def author(
    query: Query,
    transaction: Transaction,
    patron: Patron | None,
    weights: Weights,
    contents: Sequence[Evidence],
    event: Event | None,
) -> list[Evidence]:
    """What speaks for the request, or against it, in who writes. contents: what of the mail fits the request."""
    if query.institution:
        return [_institution(query, transaction, weights, contents, event)]
    if query.provider:
        named = fold(transaction.provider)
        if event is Event.FORWARDED and named and named in query.said:
            return [
                weights.evidence(
                    Signal.PROVIDER, SAY("provider_names_holder", provider=query.provider, holder=transaction.provider)
                )
            ]
        another = named and not query.system and (named in query.other_providers or named in query.networks)
        if another and not _may_have(query, transaction, contents, event):
            return [weights.evidence(Signal.SENDER_MISFIT, SAY("provider_is", provider=transaction.provider))]
        return [weights.evidence(Signal.PROVIDER, SAY("provider_may_speak", provider=query.provider))]
    if not query.sender or patron is None:
        return []
    if patron.owns(query.sender):
        return [weights.evidence(Signal.SENDER, SAY("patrons_address", address=query.sender))]
    if transaction.number in query.tokens:
        return []  # the token vouches for the writer (a patron's other address)
    return [weights.evidence(Signal.SENDER_MISFIT, SAY("not_patrons_address", address=query.sender))]


def _may_have(query: Query, transaction: Transaction, contents: Sequence[Evidence], event: Event | None) -> bool:
    """Whether a supplier may have a request that is on record with another one, or with a network."""
    if not any(each.signal in FITTING for each in contents):
        return False
    named = fold(transaction.provider)
    if event is Event.SHIPPED and named in query.networks:
        return True
    bound = event is Event.SHIPPED and transaction.service is Service.LOAN
    return named in query.passing_on and transaction.state in PENDING and event in TELLING and not bound


def _institution(
    query: Query, transaction: Transaction, weights: Weights, contents: Sequence[Evidence], event: Event | None
) -> Evidence:
    """A library that only the directory knows: a number alone may be mistyped, and is nobody's secret."""
    if query.by_letter:
        if transaction.number in query.answered:
            return weights.evidence(Signal.PROVIDER, SAY("answers_letter", address=query.provider))
        return weights.evidence(Signal.SENDER_MISFIT, SAY("not_written_to", address=query.provider))
    if query.shown and (why := _shown_only(query, transaction, contents, event)):
        return weights.evidence(Signal.INSTITUTION, why)
    named = fold(transaction.provider)
    expected = bool(named) and is_named(named, query.provider_names)
    if expected and not query.unchecked:
        return weights.evidence(Signal.PROVIDER, SAY("provider_is", provider=transaction.provider))
    asked = transaction.number in query.answered or transaction.number in query.threads
    if asked or any(each.signal in FITTING for each in contents):
        return weights.evidence(Signal.PROVIDER, SAY("library_may_speak", provider=query.provider))
    if expected:
        why = SAY("unlooked_domain", provider=transaction.provider, id=query.provider)
        return weights.evidence(Signal.INSTITUTION, why)
    if named in query.other_providers and named not in query.networks:
        return weights.evidence(Signal.SENDER_MISFIT, SAY("provider_is", provider=transaction.provider))
    free = not named or named in query.networks
    if free and event in MILD and transaction.state in (State.SUBMITTED, State.IN_PROCESS):
        return weights.evidence(Signal.MILD, SAY("worked_on"))
    if free and event in MILD_OF_LOANS and transaction.service is Service.LOAN and is_legal(transaction, event):
        return weights.evidence(Signal.MILD, SAY("kept_until"))
    if free and event is Event.SHIPPED and transaction.service is Service.LOAN and is_legal(transaction, event):
        return weights.evidence(Signal.MILD, SAY("on_its_way"))
    if free and event is Event.RETURNED and transaction.state is State.RETURNED:
        return weights.evidence(Signal.MILD, SAY("sent_back_came"))
    return weights.evidence(Signal.INSTITUTION, SAY("nothing_fits"))


def _shown_only(query: Query, transaction: Transaction, contents: Sequence[Evidence], event: Event | None) -> str:
    """Why a sender that only shows the library's name does not speak of it: it has to know number and title."""
    known = transaction.number in (*query.numbers, *query.answered) and any(e.signal is Signal.TITLE for e in contents)
    if event is Event.FEE_QUOTED or not known:
        return SAY("name_only", id=query.provider)
    return ""


def is_legal(transaction: Transaction, event: Event) -> bool:
    """Whether the event can follow the request's state, or is the same news again."""
    return advance(transaction.state, event, transaction.service).move in (Move.MOVED, Move.REPEATED)


def is_named(holder: str, names: Iterable[str]) -> bool:
    """Whether a request's provider (folded) is called so, or is a branch of who is called so."""
    return any(holder == name or (len(name) >= LEAST_NAME and holder.startswith(name)) for name in names)
