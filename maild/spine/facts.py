"""What the store knows that bears on a mail: looked up through indexes, handed to the pure decision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from maild.authenticate.lookalike import Known
from maild.classify.providers import Providers
from maild.domain.incoming import token
from maild.domain.incoming.commitment import Standing
from maild.domain.incoming.ignored import IgnoredSender
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.matching import Candidate, Matched, MatchOutcome, Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party, Ruling
from maild.domain.requests.lifecycle import Event, Service, State
from maild.domain.requests.patron import Document, Patron, Registration, Transaction
from maild.match import NumberFinder, Weights, judge, weigh
from maild.match.score import fold, latin_words
from maild.office.answers.facts_answer import AnswerFacts, answered_lately, gather_answers
from maild.office.invoices.facts_invoice import InvoiceFacts, gather_invoices
from maild.office.payments.facts_payment import PaymentFacts, Prepaid, concerns_money, gather_payment, gather_prepaid
from maild.office.providers.provider_names import ProviderNames
from maild.office.reach.by_hand import ByHand, gather_by_hand
from maild.office.reach.facts_reach import ReachFacts, gather_report, gather_sent
from maild.office.registration.facts_registration import applications, registration_named
from maild.office.requests.facts_requests import RequestFacts, gather_requests
from maild.ports import UnitOfWork
from maild.spine.facts_lookalike import gather_lookalikes
from maild.spine.facts_standing import Ours, gather_standing
from maild.spine.facts_ties import TieFacts, gather_ties
from maild.spine.lookups import Lookups
from maild.spine.row_readings import row_readings
from maild.traditional import simplified

LENT = frozenset({State.SHIPPED, State.RECEIVED, State.ON_LOAN, State.OVERDUE})
SUPPLIES = (Event.SHIPPED, Event.DELIVERED, Event.ARRIVED)
MOST_WORDS = 4000  # characters of a patron's own words in which titles are looked for
NUMBERS = 20  # requests whose notices are looked up, for a patron who has nothing
STILL_ASKED = timedelta(days=90)  # how long after its end a request is still asked for
# A house that is greeted, or whose reader it is, is no patron's name.
_HOUSE = re.compile(
    r"图书馆|圖書館|资料室|情报|馆际|文献传递|信息中心|(?:大学|学院|馆)$|\b(?:librar|universit|college|office|ill\b)",
    re.IGNORECASE,
)
OVER = frozenset({State.CLOSED, State.CANCELLED, State.UNFILLED, State.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """How to look: the settings that turn a reading into look-ups.

    own_address: the office's; aliases: other addresses by which its mail comes in
    sent_folders: 'account/folder' of those that hold what it sent by hand
    trusted: the providers, by their addresses; known: whom others may want to look like
    token_keys: the newest first; token_days: how long a reply token holds
    """

    numbers: NumberFinder
    weights: Weights
    token_keys: tuple[bytes, ...]
    token_days: int = 180
    providers: ProviderNames = field(default_factory=ProviderNames)
    own_address: str = ""
    aliases: frozenset[str] = frozenset()
    sent_folders: frozenset[str] = frozenset()
    trusted: Providers = field(default_factory=lambda: Providers(()))
    known: Known = field(default_factory=Known)
    _others: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def others(self, provider: str) -> frozenset[str]:
        """As ProviderNames.others, worked out once for each."""
        provider = provider if provider in self.providers.names else ""
        if provider not in self._others:
            self._others[provider] = self.providers.others(provider)
        return self._others[provider]

    @property
    def ours(self) -> Ours:
        """By what a mail shows that it is meant for us."""
        return Ours(
            addresses=self.aliases | {self.own_address}, numbers=self.numbers, systems=self.providers.system_names
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a decision may depend on beside the reading.

    `reach`: how our mails fared, where the mail is about that.
    `patient`: the mail may still wait for DNS answers that did not come. `money`: of a mail that speaks of payment;
    `invoices`: of one that asks for an invoice or a refund;
    `prepaid`: deposits, where something comes that may be paid from them.
    `registration`: the step that a provider's mail is about; `applications`: all steps of its applicant, or, of a
    writer who asks about registering, the writer's own.
    `answered`: automatic answers of the last 24 hours to a writer who asks after a registration.
    `wishes`: of a patron's mail that wants something of a request that runs.
    `answers`: of a question of a known and proven patron.
    `by_hand`: of a mail that a librarian wrote.
    `ignored`: who wants to see no more of its writer, where that holds for this mail.
    `vouched`: a librarian assigns the mail, and has seen what it brings.
    `standing`: what is proven of when, to whom and about what it was written.
    `lookalikes`: as whom the author only looks, in words.
    `ties`: whether notices of ours went to the sender.
    `rows`: of a mail about several requests, each row with facts of its own.
    `charged_in`: the currency of each matched transaction that the books hold, where a provider's mail says a fee.
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
    applications: tuple[Registration, ...] = ()
    answered: int = 0
    reach: ReachFacts | None = None
    patient: bool = False
    vouched: bool = False
    money: PaymentFacts | None = None
    invoices: InvoiceFacts | None = None
    prepaid: Prepaid = field(default_factory=Prepaid)
    charged_in: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    wishes: RequestFacts = field(default_factory=RequestFacts)
    answers: AnswerFacts | None = None
    by_hand: ByHand | None = None
    standing: Standing | None = None
    lookalikes: tuple[str, ...] = ()
    ignored: IgnoredSender | None = None
    ties: TieFacts = field(default_factory=TieFacts)
    rows: tuple[tuple[Reading, Facts], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a mail names that can be looked up, as in matching.Query; `messages` it answers, `author` if a person.

    joined    what its figures may be together; alike: with figures for the letters in it
    tokens    words of a reply token's shape, anywhere in the mail; own_tokens: in what is new in it
    bearers   who may hold one: the writer, and of whom a delivery report speaks
    """

    numbers: tuple[str, ...]
    tokens: tuple[str, ...]
    own_tokens: tuple[str, ...]
    bearers: tuple[str, ...]
    quoted: tuple[str, ...]
    messages: tuple[str, ...]
    author: str
    joined: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


def said(reading: Reading, lens: Lens) -> Said:
    """Read out of a mail what the look-ups need."""
    mail, ruling = reading.mail, reading.classification.main
    numbers = tuple(n for n in ruling.value("transaction").split("\n") if n)
    own_words = not numbers or ruling.party is not Party.PROVIDER
    if own_words:
        own = f"{mail.subject}\n{mail.reply_text}"
        numbers = tuple(dict.fromkeys([*numbers, *lens.numbers.find(own)]))
    return Said(
        numbers=numbers,
        tokens=tuple(token.words(f"{mail.subject}\n{mail.text}")),
        own_tokens=tuple(token.words(f"{mail.subject}\n{mail.reply_text}")) if own_words else (),
        bearers=(mail.author.address, *(r.address for r in (mail.bounce.recipients if mail.bounce else ()))),
        quoted=tuple(n for n in lens.numbers.find(_history(mail)) if n not in numbers),
        messages=tuple(dict.fromkeys([*mail.in_reply_to, *mail.references[-20:]])),
        author=mail.author.address if ruling.party is not Party.PROVIDER else "",
        joined=_lines(ruling.value("transaction_joined")),
        alike=_lines(ruling.value("transaction_alike")),
    )


def look_ahead(lookups: Lookups, mails: Iterable[Said]) -> None:
    """Read what these mails name in a handful of statements."""
    mails = tuple(mails)
    threads = lookups.threads(m for mail in mails for m in mail.messages)
    tokens = [token.claimed(word) for mail in mails for word in mail.tokens]
    numbers = (n for m in mails for n in (*m.numbers, *m.quoted, *m.joined, *m.alike))
    named = lookups.transactions([*threads, *tokens, *numbers])
    lookups.patrons(t.patron_id for t in named)
    lookups.writers(mail.author for mail in mails)
    lookups.ignored(mail.author for mail in mails)
    lookups.written(mail.author for mail in mails)
    lookups.documents(t.number for t in named)


def gather(
    uow: UnitOfWork,
    reading: Reading,
    lens: Lens,
    now: datetime,
    *,
    patient: bool = False,
    lookups: Lookups | None = None,
    words: Said | None = None,
    mail_id: int | None = None,
    arrived: datetime | None = None,
) -> Facts:
    """Look up what bears on the mail: indexed queries only, a dozen (some more for each payment proof).

    lookups, words   of a batch that has been looked ahead for
    mail_id          of a stored mail: its own proofs did not come before it
    arrived          when our server took the mail in; None: now
    """
    if reading.classification.unless is not None:  # whether it is bulk mail is decided with what its writer is told
        reading = replace(reading, classification=reading.classification.unless)
    ruling = reading.classification.main
    lookups, words = lookups or Lookups(uow), words or said(reading, lens)
    query = ask(reading, lens, words, lookups, now)
    authors = tuple(lookups.writers([words.author]))
    requests = tuple(uow.transactions.of_patrons([p.patron_id for p in authors])) if authors else ()
    named = lookups.transactions(
        [*query.tokens, *query.numbers, *query.quoted, *query.threads, *query.joined, *query.alike]
    )
    missed = Kind.NOT_RECEIVED in reading.classification.kinds
    open_ = (t for t in requests if t.state not in OVER or (missed and _ended_lately(t, now)))
    considered = {t.number: t for t in (*named, *open_)}
    patrons = {p.patron_id: p for p in (*authors, *lookups.patrons(t.patron_id for t in considered.values()))}
    candidates = weigh(
        query,
        list(considered.values()),
        patrons,
        lens.weights,
        event=_event(ruling),
        fits=_FITS.get(ruling.kind),
    )
    outcome = judge(candidates, query, lens.weights) if candidates else Unmatched(reasons=(_why_none(query),))
    registration = registration_named(uow, ruling)
    own = applications(uow, reading, authors, registration)
    rows = tuple(
        (row, gather(uow, row, lens, now, patient=patient, lookups=lookups, mail_id=mail_id, arrived=arrived))
        for row in row_readings(reading)
    )
    return Facts(
        now=now,
        query=query,
        outcome=outcome,
        patient=patient,
        rows=rows,
        candidates=candidates,
        authors=authors,
        requests=requests,
        documents=lookups.documents(c.transaction.number for c in candidates[:10]),
        named_patrons=_named_patrons(lookups, ruling),
        registration=registration,
        applications=own,
        answered=answered_lately(uow, words.author, lookups, now) if own and words.author else 0,
        reach=_reach(uow, reading, query, candidates, authors, lens),
        money=gather_payment(uow, reading, query, authors, lookups, lens.token_keys, mail_id)
        if concerns_money(reading)
        else None,
        invoices=gather_invoices(uow, reading, authors),
        prepaid=_prepaid(uow, ruling, outcome),
        charged_in=_charged_in(uow, ruling, outcome),
        wishes=gather_requests(uow, reading, requests),
        answers=gather_answers(uow, reading, query, authors, lookups, now),
        ignored=_ignored(lookups, words, query, reading, requests),
        ties=gather_ties(
            reading,
            lookups,
            own_address=lens.own_address,
            provider=lens.trusted.of_address(reading.mail.author.address) is not None,
        ),
        by_hand=gather_by_hand(uow, reading, query, lens.own_address, lens.sent_folders, mail_id, now),
        standing=gather_standing(
            lookups,
            reading,
            query,
            outcome,
            candidates,
            lens.ours,
            now=now,
            arrived=min(arrived or now, now),
            mail_id=mail_id,
        ),
        lookalikes=gather_lookalikes(
            lookups, reading, lens.known, authors, mail_id, listed=ruling.provider in lens.providers.names
        ),
    )


def _event(ruling: Ruling) -> Event | None:
    """No kind of mail means 'renewed'; a field says it."""
    return Event.RENEWED if ruling.value("renewal") == "granted" else ruling.event


def _ignored(
    lookups: Lookups, words: Said, query: Query, reading: Reading, requests: Iterable[Transaction]
) -> IgnoredSender | None:
    """Whether staff ignore the writer. Never a provider, a report of a machine, what carries a token of ours, or who
    has a request that runs: that may have begun since.
    """
    kind = reading.classification.main.kind
    if not words.author or query.tokens or kind in (Kind.BOUNCE, Kind.OWN) or any(map(_running, requests)):
        return None
    return lookups.ignored([words.author]).get(words.author)


def _prepaid(uow: UnitOfWork, ruling: Ruling, outcome: MatchOutcome) -> Prepaid:
    if ruling.party is not Party.PROVIDER or ruling.event not in SUPPLIES or not isinstance(outcome, Matched):
        return Prepaid()
    return gather_prepaid(uow, [c.transaction for c in outcome.candidates])


def _charged_in(uow: UnitOfWork, ruling: Ruling, outcome: MatchOutcome) -> dict[str, str]:
    says = any(ruling.value(name) for name in ("total", "subsidy", "payable"))
    if ruling.party is not Party.PROVIDER or not says or not isinstance(outcome, Matched):
        return {}
    books = uow.ledger.standing([c.transaction.number for c in outcome.candidates])
    return {number: standing.total.currency for number, standing in books.items()}


def _named_patrons(lookups: Lookups, ruling: Ruling) -> tuple[Patron, ...]:
    """The patrons a provider's mail names: whom a new request or a registration is for."""
    email, login = ruling.value("patron_email"), ruling.value("login")
    if ruling.party is not Party.PROVIDER or not (email or login):
        return ()
    return tuple(lookups.writers([email.lower()]) if email else lookups.uow.patrons.by_login(login))


def _reach(
    uow: UnitOfWork,
    reading: Reading,
    query: Query,
    candidates: Iterable[Candidate],
    authors: Iterable[Patron],
    lens: Lens,
) -> ReachFacts | None:
    if Kind.NOT_RECEIVED in reading.classification.kinds:
        return gather_sent(uow, [c.transaction.number for c in candidates][:NUMBERS], authors)
    return gather_report(uow, reading, query.tokens, lens.token_keys)


def _why_none(query: Query) -> str:
    numbers = [*query.tokens, *query.numbers]
    if numbers:
        return f"no request is numbered {', '.join(numbers[:5])}"
    return "no request is named, and none is known of this sender"


def ask(reading: Reading, lens: Lens, words: Said, lookups: Lookups, now: datetime) -> Query:
    """Turn a reading into what candidates are weighed by."""
    mail, ruling = reading.mail, reading.classification.main
    provider = ruling.provider if ruling.party is Party.PROVIDER and ruling.trusted else ""
    held = held_tokens(words, lens, lookups, now.date())
    told = _said_by_provider(reading) if provider else ""
    joined = _pieced(words, lookups)
    unproven = [number for word in words.own_tokens if (number := token.claimed(word)) not in held]
    query = Query(
        numbers=tuple(dict.fromkeys([*words.numbers, *unproven])),
        tokens=held,
        quoted=words.quoted,
        answered=_answered(mail, lens) if provider else (),
        joined=joined,
        alike=() if joined else tuple(t.number for t in lookups.transactions(words.alike)),
        threads=tuple(lookups.threads(words.messages)),
        sender=mail.author.address if reading.auth.passed and not provider else "",
        emails=_lines(ruling.value("patron_email").lower()),
        names=tuple(name for name in _lines(ruling.value("patron_name")) if not _HOUSE.search(name)),
        logins=_lines(ruling.value("login").lower()),
        title=ruling.value("title"),
        words="" if provider else fold(f"{mail.subject}\n{mail.reply_text}"[:MOST_WORDS]),
        said=fold(told),
        latin=frozenset(latin_words(told)),
        works="《" in told,
        amount=_amount(ruling.value("payable") or ruling.value("amount")),
        provider=provider,
        provider_names=lens.providers.of(provider),
        other_providers=lens.others(provider),
        system=provider in lens.providers.systems,
        institution=ruling.institution,
        networks=lens.providers.nets(provider),
    )
    return replace(query, numbers=tuple(n for n in query.numbers if not query.is_piece(n))) if joined else query


def _answered(mail: ParsedMail, lens: Lens) -> tuple[str, ...]:
    """The number in a letter of ours that the mail quotes: whom we asked is expected to answer. One, or none."""
    quoted = mail.quoted_text.lower()
    numbers = lens.numbers.find(mail.quoted_text) if any(a and a in quoted for a in lens.ours.addresses) else ()
    return numbers if len(numbers) == 1 else ()


def _pieced(words: Said, lookups: Lookups) -> tuple[str, ...]:
    """Numbers of ours that the mail's figures are together, where it says none of ours in one piece."""
    if not words.joined or lookups.transactions(words.numbers):
        return ()
    return tuple(t.number for t in lookups.transactions(words.joined))


def _said_by_provider(reading: Reading) -> str:
    """What a provider's mail says, what it quotes, and how the documents it supplies are called."""
    mail = reading.mail
    files = [a.filename for a in mail.attachments] if reading.documents else []
    fronts = [page[:MOST_WORDS] for report in reading.documents if report.usable for page in report.front[:2]]
    text = f"{mail.subject}\n{mail.text}\n{mail.quoted_text}"[:MOST_WORDS]
    return simplified("\n".join([text, *files, *fronts]))


def _lines(value: str) -> tuple[str, ...]:
    return tuple(line for line in value.split("\n") if line)


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def held_tokens(words: Said, lens: Lens, lookups: Lookups, today: date) -> tuple[str, ...]:
    """Numbers that a genuine token vouches for which was written to the mail's bearers or the request's own patron."""
    claimed = {word: token.claimed(word) for word in words.tokens}
    owners = {t.number: t.patron_id for t in lookups.transactions(claimed.values())}
    known = {p.patron_id: [e.address for e in p.emails] for p in lookups.patrons(owners.values())}
    found: dict[str, None] = {}
    for word, number in claimed.items():
        to = (*words.bearers, *known.get(owners.get(number, ""), ()))
        if token.verify(lens.token_keys, word, to, today=today, days=lens.token_days):
            found[number] = None
    return tuple(found)


def _history(mail: ParsedMail) -> str:
    """What the mail quotes or forwards."""
    return "\n".join([mail.quoted_text, *(f"{inner.subject}\n{inner.text}" for inner in mail.forwarded[:3])])


def _payable(transaction: Transaction) -> bool:
    return transaction.payment_state in ("quoted", "due", "disputed")


def _running(transaction: Transaction) -> bool:
    return transaction.state not in OVER


def _ended_lately(transaction: Transaction, now: datetime) -> bool:
    """'It says closed, and I have nothing' is about a request that is over."""
    ended = transaction.since or transaction.updated
    return transaction.state is State.CLOSED and ended is not None and now - ended <= STILL_ASKED


def _to_be_had(transaction: Transaction) -> bool:
    return _running(transaction) or transaction.state is State.CLOSED


def _running_loan(transaction: Transaction) -> bool:
    return transaction.service is Service.LOAN and _running(transaction)


def _lent(transaction: Transaction) -> bool:
    return transaction.service is Service.LOAN and transaction.state in LENT


_FITS = {
    Kind.PAYMENT_PROOF: _payable,
    Kind.FEE_QUESTION: _payable,
    Kind.CANCEL_REQUEST: _running,
    Kind.NOT_RECEIVED: _to_be_had,
    Kind.PICKUP_QUESTION: _running_loan,
    Kind.RENEW_REQUEST: _lent,
}
