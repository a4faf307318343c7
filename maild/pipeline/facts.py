"""What the store knows that bears on a mail: looked up through indexes, handed to the pure decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from maild.domain import token
from maild.domain.lifecycle import State
from maild.domain.matching import Candidate, MatchOutcome, Query, Unmatched
from maild.domain.notice import OutboxEntry
from maild.domain.patron import Document, Patron, Registration, Transaction
from maild.domain.reading import Reading
from maild.domain.ruling import Kind, Party, Ruling
from maild.match import NumberFinder, Weights, judge, weigh
from maild.match.score import fold
from maild.ports import UnitOfWork

OVER = frozenset({State.CLOSED, State.CANCELLED, State.UNFILLED, State.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderNames:
    """Who the providers are, for telling them apart in a transaction's provider field.

    names   provider id → its names, folded; systems: ids that speak for every provider (the request system)
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    systems: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """How to look: the settings that turn a reading into look-ups."""

    numbers: NumberFinder
    weights: Weights
    token_key: bytes
    providers: ProviderNames = ProviderNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a decision may depend on beside the reading.

    `patient`: the mail may still wait for DNS answers that did not come.
    """

    now: datetime
    query: Query
    outcome: MatchOutcome
    candidates: tuple[Candidate, ...] = ()
    authors: tuple[Patron, ...] = ()
    named_patrons: tuple[Patron, ...] = ()
    requests: tuple[Transaction, ...] = ()
    documents: Mapping[str, tuple[Document, ...]] = field(default_factory=lambda: MappingProxyType({}))
    registration: Registration | None = None
    bounced: OutboxEntry | None = None
    patient: bool = False


def gather(uow: UnitOfWork, reading: Reading, lens: Lens, now: datetime, *, patient: bool = False) -> Facts:
    """Look up what bears on the mail: at most a dozen indexed queries, whatever the size of the tables."""
    ruling = reading.classification.main
    query = ask(reading, lens, uow)
    authors = tuple(uow.patrons.by_email([reading.mail.author.address])) if _by_person(reading) else ()
    requests = tuple(uow.transactions.of_patrons([p.patron_id for p in authors])) if authors else ()
    named = uow.transactions.get_many(
        list(dict.fromkeys([*query.tokens, *query.numbers, *query.quoted, *query.threads]))
    )
    considered = {t.number: t for t in (*named, *(t for t in requests if t.state not in OVER))}
    patrons = {p.patron_id: p for p in authors}
    missing = sorted({t.patron_id for t in considered.values()} - set(patrons))
    patrons |= {p.patron_id: p for p in uow.patrons.get_many(missing)} if missing else {}
    candidates = weigh(
        query,
        list(considered.values()),
        patrons,
        lens.weights,
        event=ruling.event,
        fits=_FITS.get(ruling.kind),
    )
    outcome = judge(candidates, query, lens.weights) if candidates else Unmatched(reasons=(_why_none(query),))
    return Facts(
        now=now, query=query, outcome=outcome, patient=patient,
        candidates=candidates, authors=authors, requests=requests,
        documents={c.transaction.number: tuple(uow.documents.of_transaction(c.transaction.number))
                   for c in candidates[:10]},
        named_patrons=_named_patrons(uow, ruling), registration=_registration(uow, ruling),
        bounced=_bounced(uow, reading),
    )  # fmt: skip


def _named_patrons(uow: UnitOfWork, ruling: Ruling) -> tuple[Patron, ...]:
    """The patrons a provider's mail names: whom a new request or a registration is for."""
    email, login = ruling.value("patron_email"), ruling.value("login")
    if ruling.party is not Party.PROVIDER or not (email or login):
        return ()
    return tuple(uow.patrons.by_email([email]) if email else uow.patrons.by_login(login))


def _registration(uow: UnitOfWork, ruling: Ruling) -> Registration | None:
    if ruling.party is not Party.PROVIDER or not ruling.kind.startswith("registration_"):
        return None
    return uow.registrations.of(email=ruling.value("patron_email"), login=ruling.value("login"))


def _bounced(uow: UnitOfWork, reading: Reading) -> OutboxEntry | None:
    """The notice of ours that a delivery report speaks of."""
    bounce = reading.mail.bounce
    return uow.outbox.of_message(bounce.original_message_id) if bounce and bounce.original_message_id else None


def _by_person(reading: Reading) -> bool:
    return bool(reading.mail.author.address) and reading.classification.main.party is not Party.PROVIDER


def _why_none(query: Query) -> str:
    said = [*query.tokens, *query.numbers]
    if said:
        return f"no transaction is numbered {', '.join(said[:5])}"
    return "no transaction is named, and none is known of this sender"


def ask(reading: Reading, lens: Lens, uow: UnitOfWork) -> Query:
    """Turn a reading into what the look-ups need."""
    mail, ruling = reading.mail, reading.classification.main
    own_words = f"{mail.subject}\n{mail.reply_text}"
    said = tuple(n for n in ruling.value("transaction").split("\n") if n)
    if not said or ruling.party is not Party.PROVIDER:
        said = tuple(dict.fromkeys([*said, *lens.numbers.find(own_words)]))
    tokens = _tokens(f"{mail.subject}\n{mail.text}", said, lens)
    quoted = tuple(n for n in lens.numbers.find(mail.quoted_text) if n not in said)
    threads = tuple(uow.transactions.of_messages(list(dict.fromkeys([*mail.in_reply_to, *mail.references[-20:]]))))
    provider = ruling.provider if ruling.party is Party.PROVIDER and ruling.trusted else ""
    return Query(
        numbers=said, tokens=tokens, quoted=quoted, threads=threads,
        sender=mail.author.address if reading.auth.passed and not provider else "",
        emails=_lines(ruling.value("patron_email").lower()), names=_lines(ruling.value("patron_name")),
        logins=_lines(ruling.value("login").lower()), title=ruling.value("title"),
        amount=_amount(ruling.value("payable") or ruling.value("amount")),
        provider=provider, provider_names=lens.providers.names.get(provider, ()),
        other_providers=_others(provider, lens.providers), system=provider in lens.providers.systems,
    )  # fmt: skip


def _lines(value: str) -> tuple[str, ...]:
    return tuple(line for line in value.split("\n") if line)


def _others(provider: str, providers: ProviderNames) -> tuple[str, ...]:
    own = set(providers.names.get(provider, ()))
    return tuple(n for key, names in providers.names.items() if key != provider for n in names if n not in own)


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _tokens(text: str, said: tuple[str, ...], lens: Lens) -> tuple[str, ...]:
    """Numbers that a genuine token of ours vouches for. The check is tried on each 'ILL-…' word."""
    found: dict[str, None] = {}
    for word in token.words(text):
        number = token.verify(lens.token_key, word)
        if number:
            found[number] = None
    return tuple(found)


def _payable(transaction: Transaction) -> bool:
    return transaction.payment_state in ("quoted", "due", "disputed")


def _running(transaction: Transaction) -> bool:
    return transaction.state not in OVER


_FITS = {Kind.PAYMENT_PROOF: _payable, Kind.FEE_QUESTION: _payable, Kind.CANCEL_REQUEST: _running,
         Kind.NOT_RECEIVED: _running, Kind.PICKUP_QUESTION: _running, Kind.RENEW_REQUEST: _running}  # fmt: skip


def provider_names(rows: Mapping[str, tuple[str, ...]], systems: frozenset[str]) -> ProviderNames:
    """Fold the names of providers.toml (id → names) for comparison."""
    return ProviderNames(
        names=MappingProxyType({k: tuple(dict.fromkeys([fold(k), *map(fold, v)])) for k, v in rows.items()}),
        systems=systems,
    )
