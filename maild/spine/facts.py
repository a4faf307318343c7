"""What the store knows that bears on a mail: looked up through indexes, handed to the pure decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from maild.domain.incoming.commitment import Standing
from maild.domain.incoming.matching import Candidate, MatchOutcome, Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party, Ruling
from maild.domain.records.ignored import IgnoredSender
from maild.domain.requests.patron import Document, Patron, Transaction
from maild.spine.looking.candidates import is_running, match
from maild.spine.looking.lookalike import gather_lookalikes
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.looking.lookups import Lookups
from maild.spine.looking.row_readings import row_readings
from maild.spine.looking.said import Said, ask, said
from maild.spine.looking.standing import gather_standing
from maild.spine.looking.ties import TieFacts, gather_ties

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

Own = TypeVar("Own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a decision may depend on beside the reading.

    `patient`: the mail may still wait for DNS answers that did not come.
    `ignored`: who wants to see no more of its writer, where that holds for this mail.
    `vouched`: a librarian assigns the mail, and has seen what it brings.
    `standing`: what is proven of when, to whom and about what it was written.
    `lookalikes`: as whom the author only looks, in words.
    `ties`: whether notices of ours went to the sender.
    `rows`: of a mail about several requests, each row with facts of its own.
    `own`: what the needs of the handlers found, one value a type; a capability asks for its own.
    """

    now: datetime
    query: Query
    outcome: MatchOutcome
    candidates: tuple[Candidate, ...] = ()
    authors: tuple[Patron, ...] = ()
    named_patrons: tuple[Patron, ...] = ()
    requests: tuple[Transaction, ...] = ()
    documents: Mapping[str, tuple[Document, ...]] = field(default_factory=lambda: MappingProxyType({}))
    patient: bool = False
    vouched: bool = False
    standing: Standing | None = None
    lookalikes: tuple[str, ...] = ()
    ignored: IgnoredSender | None = None
    ties: TieFacts = field(default_factory=TieFacts)
    rows: tuple[tuple[Reading, Facts], ...] = ()
    own: tuple[object, ...] = ()

    def of(self, kind: type[Own]) -> Own | None:
        """What was found of this type; None where the mail is not about it."""
        return next((one for one in self.own if isinstance(one, kind)), None)

    def known(self, kind: type[Own]) -> Own:
        """As `of`; an empty one where nothing was found."""
        return self.of(kind) or kind()

    def with_(self, one: object) -> Facts:
        """The same with this value in the place of the one of its type."""
        return replace(self, own=(*(known for known in self.own if type(known) is not type(one)), one))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What is known of a mail while its facts are looked up: what a need may ask by.

    words    what the mail names; requests: all of its authors'
    mail_id  of a stored mail: its own proofs did not come before it
    arrived  when our server took the mail in
    """

    uow: UnitOfWork
    lookups: Lookups
    lookup: LookupSettings
    now: datetime
    reading: Reading
    words: Said
    query: Query
    outcome: MatchOutcome
    candidates: tuple[Candidate, ...]
    authors: tuple[Patron, ...]
    requests: tuple[Transaction, ...]
    arrived: datetime
    mail_id: int | None = None


Need = Callable[[Looking], object | None]  # a few indexed look-ups, and none for mails that it does not concern


def gather(
    needs: Iterable[Need],
    uow: UnitOfWork,
    reading: Reading,
    lookup: LookupSettings,
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
    lookups = lookups or Lookups(uow)
    came = min(arrived or now, now)
    look, needs = _look(lookups, reading, lookup, now, words or said(reading, lookup), mail_id, came), tuple(needs)
    rows = tuple(
        (row, gather(needs, uow, row, lookup, now, patient=patient, lookups=lookups, mail_id=mail_id, arrived=arrived))
        for row in row_readings(reading)
    )
    return Facts(
        now=now,
        query=look.query,
        outcome=look.outcome,
        patient=patient,
        rows=rows,
        candidates=look.candidates,
        authors=look.authors,
        requests=look.requests,
        documents=lookups.documents(c.transaction.number for c in look.candidates[:10]),
        named_patrons=_named_patrons(lookups, reading.classification.main),
        ignored=_ignored(look),
        ties=_ties(look),
        standing=_standing(look),
        lookalikes=_lookalikes(look),
        own=tuple(found for need in needs if (found := need(look)) is not None),
    )


def _look(
    lookups: Lookups,
    reading: Reading,
    lookup: LookupSettings,
    now: datetime,
    words: Said,
    mail_id: int | None,
    arrived: datetime,
) -> Looking:
    """Who writes, and which requests it may be about."""
    query = ask(reading, lookup, words, lookups, now)
    authors = tuple(lookups.writers([words.author]))
    query = replace(query, numbers=_without_own(query.numbers, authors, lookups))
    ids = [patron.patron_id for patron in authors]
    requests = tuple(lookups.uow.transactions.of_patrons(ids)) if ids else ()
    candidates, outcome = match(reading, query, lookup, lookups, now, authors=authors, requests=requests)
    return Looking(
        uow=lookups.uow,
        lookups=lookups,
        lookup=lookup,
        now=now,
        reading=reading,
        words=words,
        query=query,
        outcome=outcome,
        candidates=candidates,
        authors=authors,
        requests=requests,
        arrived=arrived,
        mail_id=mail_id,
    )


def _without_own(numbers: tuple[str, ...], authors: Iterable[Patron], lookups: Lookups) -> tuple[str, ...]:
    """The numbers but for those by which their writers sign: a person's number, a login, a telephone."""
    own = {name for patron in authors for name in (patron.patron_id, patron.login, patron.phone) if name}
    signed = [number for number in numbers if number in own]
    ours = {t.number for t in lookups.transactions(signed)} if signed else set[str]()
    return tuple(number for number in numbers if number not in own or number in ours)


def _ties(look: Looking) -> TieFacts:
    provider = look.lookup.trusted.of_address(look.reading.mail.author.address) is not None
    return gather_ties(look.reading, look.lookups, own_address=look.lookup.own_address, provider=provider)


def _standing(look: Looking) -> Standing:
    return gather_standing(
        look.lookups,
        look.reading,
        look.query,
        look.outcome,
        look.candidates,
        look.lookup.ours,
        now=look.now,
        arrived=look.arrived,
        mail_id=look.mail_id,
    )


def _lookalikes(look: Looking) -> tuple[str, ...]:
    listed = look.reading.classification.main.provider in look.lookup.providers.names
    return gather_lookalikes(look.lookups, look.reading, look.lookup.known, look.authors, look.mail_id, listed=listed)


def _ignored(look: Looking) -> IgnoredSender | None:
    """Whether staff ignore the writer. Never a provider, a report of a machine, what carries a token of ours, or who
    has a request that runs: that may have begun since.
    """
    kind, author = look.reading.classification.main.kind, look.words.author
    machine = kind in (Kind.BOUNCE, Kind.OWN)
    if not author or look.query.tokens or machine or any(map(is_running, look.requests)):
        return None
    return look.lookups.ignored([author]).get(author)


def _named_patrons(lookups: Lookups, ruling: Ruling) -> tuple[Patron, ...]:
    """The patrons a provider's mail names: whom a new request or a registration is for."""
    email, login = ruling.value("patron_email"), ruling.value("login")
    if ruling.party is not Party.PROVIDER or not (email or login):
        return ()
    return tuple(lookups.writers([email.lower()]) if email else lookups.uow.patrons.by_login(login))
