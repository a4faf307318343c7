"""What the store knows that bears on a patron's question: indexed look-ups, and only those that are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.accounting.ledger import Account, LedgerEntry, Standing
from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.matching import Query
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import Document, Transaction
from maild.spine.facts import Looking

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

ASKING = frozenset(
    {
        Kind.STATUS_QUERY,
        Kind.NOT_RECEIVED,
        Kind.INVOICE_REQUEST,
        Kind.DEPOSIT,
        Kind.FEE_QUESTION,
        Kind.PICKUP_QUESTION,
        Kind.PERMISSION_PROBLEM,
        Kind.REFUND_REQUEST,
        Kind.RENEW_REQUEST,  # until when the loan is due, is told while a person decides
        Kind.REGISTRATION_QUESTION,
        Kind.ADDRESS_CHANGE,
        Kind.PATRON_OTHER,
    }
)
MONEY = frozenset({Kind.FEE_QUESTION, Kind.DEPOSIT})
MOST_REQUESTS = 1000  # of one patron: more than anybody has
MOST_LISTED = 60  # whose documents are looked up: a table has 50 rows
MOST_EXPLAINED = 20  # fees that are explained line by line


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    """The writer's side. requests: all of the writer's, latest first; documents by number.

    entries, standing  of the writer's fees in question, as the books have them (entries oldest first)
    fee_lines          what such a fee is made of, where a fee notice said so
    account            the writer's balances; answered: automatic answers to the address in the last 24 hours
    to_strangers       of a writer who is no known patron: such answers to all who are none, in the last 24 hours
    """

    requests: tuple[Transaction, ...] = ()
    documents: Mapping[str, tuple[Document, ...]] = field(default_factory=lambda: MappingProxyType({}))
    entries: Mapping[str, tuple[LedgerEntry, ...]] = field(default_factory=lambda: MappingProxyType({}))
    standing: Mapping[str, Standing] = field(default_factory=lambda: MappingProxyType({}))
    fee_lines: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    account: Account | None = None
    answered: int = 0
    to_strangers: int = 0


def gather_answers(look: Looking) -> AnswerFacts | None:
    """The facts, where one proven person, a patron or nobody known, may be asking something; else None."""
    uow, reading, query, authors = look.uow, look.reading, look.query, look.authors
    kinds, main = reading.classification.kinds, reading.classification.main
    if main.party is not Party.PATRON or len(authors) > 1 or not reading.auth.passed:
        return None
    if reading.mail.automatic is not Automatic.NO or ASKING.isdisjoint(kinds):
        return None
    address = reading.mail.author.address
    if not authors:
        return AnswerFacts(
            answered=look.lookups.answered_lately(address, look.now),
            to_strangers=look.lookups.strangers_lately(look.now),
        )
    patron = authors[0]
    requests = tuple(uow.transactions.of_patrons([patron.patron_id], limit=MOST_REQUESTS))
    answered = look.lookups.answered_lately(address, look.now)
    facts = AnswerFacts(requests=requests, answered=answered)
    listed = [t.number for t in requests[:MOST_LISTED]]
    documents = look.lookups.documents([*query.numbers, *query.tokens, *query.threads, *listed])
    if MONEY.isdisjoint(kinds):
        return AnswerFacts(requests=requests, answered=answered, documents=documents)
    numbers = _priced(requests, query)
    return AnswerFacts(
        requests=facts.requests,
        answered=answered,
        documents=documents,
        entries={n: tuple(reversed(uow.ledger.entries(number=n, limit=50))) for n in numbers},
        standing=uow.ledger.standing(numbers) if numbers else {},
        fee_lines=_fee_lines(uow, numbers),
        account=uow.ledger.account(patron.patron_id),
    )


def _priced(requests: Sequence[Transaction], query: Query) -> list[str]:
    """The writer's requests whose fee may be in question: those that are named, else all that have one."""
    own = {t.number: t for t in requests}
    named = [n for n in dict.fromkeys([*query.numbers, *query.tokens, *query.threads]) if n in own]
    return (named or [t.number for t in requests if t.payable or t.total])[:MOST_EXPLAINED]


def _fee_lines(uow: UnitOfWork, numbers: Sequence[str]) -> dict[str, object]:
    """The latest fee notice of each that named its lines."""
    rows = uow.outbox.about(numbers) if numbers else []
    return {row.request.number: row.request.data["fee_lines"] for row in rows if row.request.data.get("fee_lines")}


def is_loan(transaction: Transaction) -> bool:
    return transaction.service is Service.LOAN
