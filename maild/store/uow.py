"""The unit of work: one database transaction, seen as repositories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection, Engine

from maild.store.engine import connect, reading

if TYPE_CHECKING:
    from datetime import datetime

    from maild.domain.operation.waits import Due
    from maild.store.accounting.books import SqlLedger
    from maild.store.accounting.invoices import SqlInvoices
    from maild.store.accounting.proofs import SqlReceipts
    from maild.store.accounting.statements import SqlStatements
    from maild.store.desk.access import SqlAccounts, SqlApiTokens, SqlFailedLogins, SqlSessions
    from maild.store.desk.answered import SqlApiAnswers
    from maild.store.desk.census import SqlCensus
    from maild.store.desk.kept import SqlKept
    from maild.store.desk.listings import SqlListings
    from maild.store.desk.statistics import SqlStatistics
    from maild.store.desk.viewers import SqlViewers
    from maild.store.desk.yearly import SqlYearly
    from maild.store.due import DueLook
    from maild.store.heartbeats import SqlHeartbeats
    from maild.store.incoming.filed import SqlFiled
    from maild.store.incoming.history import SqlDecisions, SqlDocuments, SqlJournal
    from maild.store.incoming.ignored import SqlIgnoredSenders
    from maild.store.incoming.learned import SqlLearnedModels
    from maild.store.incoming.letters import SqlLetters
    from maild.store.incoming.mailboxes import SqlMailboxes
    from maild.store.incoming.mails import SqlMails
    from maild.store.incoming.marks import SqlMarks
    from maild.store.incoming.reviews import SqlReviews
    from maild.store.incoming.speakers import SqlSpeakers
    from maild.store.incoming.traffic import SqlTraffic
    from maild.store.listener import Listener
    from maild.store.outgoing.events import SqlEvents
    from maild.store.outgoing.fresh_copies import SqlFreshCopies
    from maild.store.outgoing.outbox import SqlOutbox
    from maild.store.outgoing.reach import SqlAddresses, SqlHeard
    from maild.store.outgoing.sent_copies import SqlSentCopies
    from maild.store.outgoing.template_versions import SqlTemplateVersions
    from maild.store.records.erasures import SqlErasures
    from maild.store.records.evidence import SqlEvidence
    from maild.store.records.references import SqlReferences
    from maild.store.records.restorations import SqlRestorations
    from maild.store.requests.patrons import SqlPatrons
    from maild.store.requests.registrations import SqlRegistrations
    from maild.store.requests.transactions import SqlTransactions
    from maild.store.search import SqlSearch

# Repository → module of maild.store and class: each is imported and made by who first asks for it, so that a command
# which lists one table loads no other's statements.
_PLACES = {
    "evidence": ("records.evidence", "SqlEvidence"),
    "mailboxes": ("incoming.mails", "SqlMailboxes"),
    "mails": ("incoming.mails", "SqlMails"),
    "marks": ("incoming.marks", "SqlMarks"),
    "transactions": ("requests.transactions", "SqlTransactions"),
    "patrons": ("requests.patrons", "SqlPatrons"),
    "registrations": ("requests.registrations", "SqlRegistrations"),
    "outbox": ("outgoing.outbox", "SqlOutbox"),
    "fresh_copies": ("outgoing.fresh_copies", "SqlFreshCopies"),
    "sent_copies": ("outgoing.sent_copies", "SqlSentCopies"),
    "heard": ("outgoing.reach", "SqlHeard"),
    "addresses": ("outgoing.reach", "SqlAddresses"),
    "reviews": ("incoming.reviews", "SqlReviews"),
    "journal": ("incoming.history", "SqlJournal"),
    "decisions": ("incoming.history", "SqlDecisions"),
    "documents": ("incoming.history", "SqlDocuments"),
    "receipts": ("accounting.proofs", "SqlReceipts"),
    "ledger": ("accounting.books", "SqlLedger"),
    "statements": ("accounting.statements", "SqlStatements"),
    "invoices": ("accounting.invoices", "SqlInvoices"),
    "census": ("desk.census", "SqlCensus"),
    "events": ("outgoing.events", "SqlEvents"),
    "traffic": ("incoming.traffic", "SqlTraffic"),
    "ignored": ("incoming.ignored", "SqlIgnoredSenders"),
    "speakers": ("incoming.speakers", "SqlSpeakers"),
    "letters": ("incoming.letters", "SqlLetters"),
    "viewers": ("desk.viewers", "SqlViewers"),
    "accounts": ("desk.access", "SqlAccounts"),
    "sessions": ("desk.access", "SqlSessions"),
    "api_answers": ("desk.answered", "SqlApiAnswers"),
    "api_tokens": ("desk.access", "SqlApiTokens"),
    "failed_logins": ("desk.access", "SqlFailedLogins"),
    "listings": ("desk.listings", "SqlListings"),
    "statistics": ("desk.statistics", "SqlStatistics"),
    "yearly": ("desk.yearly", "SqlYearly"),
    "kept": ("desk.kept", "SqlKept"),
    "heartbeats": ("heartbeats", "SqlHeartbeats"),
    "template_versions": ("outgoing.template_versions", "SqlTemplateVersions"),
    "learned": ("incoming.learned", "SqlLearnedModels"),
    "search": ("search", "SqlSearch"),
    "filed": ("incoming.filed", "SqlFiled"),
    "restorations": ("records.restorations", "SqlRestorations"),
    "references": ("records.references", "SqlReferences"),
    "erasures": ("records.erasures", "SqlErasures"),
}
_EVIDENT = frozenset({"decisions", "journal", "ledger", "erasures"})  # what they write is a leaf of the evidence


class UnitOfWork:
    """One database transaction, seen as repositories."""

    if TYPE_CHECKING:
        evidence: SqlEvidence
        mailboxes: SqlMailboxes
        mails: SqlMails
        marks: SqlMarks
        transactions: SqlTransactions
        patrons: SqlPatrons
        registrations: SqlRegistrations
        outbox: SqlOutbox
        fresh_copies: SqlFreshCopies
        sent_copies: SqlSentCopies
        heard: SqlHeard
        addresses: SqlAddresses
        reviews: SqlReviews
        journal: SqlJournal
        decisions: SqlDecisions
        documents: SqlDocuments
        receipts: SqlReceipts
        ledger: SqlLedger
        statements: SqlStatements
        invoices: SqlInvoices
        census: SqlCensus
        events: SqlEvents
        traffic: SqlTraffic
        ignored: SqlIgnoredSenders
        speakers: SqlSpeakers
        letters: SqlLetters
        viewers: SqlViewers
        accounts: SqlAccounts
        sessions: SqlSessions
        api_answers: SqlApiAnswers
        api_tokens: SqlApiTokens
        failed_logins: SqlFailedLogins
        listings: SqlListings
        statistics: SqlStatistics
        yearly: SqlYearly
        kept: SqlKept
        heartbeats: SqlHeartbeats
        template_versions: SqlTemplateVersions
        learned: SqlLearnedModels
        search: SqlSearch
        filed: SqlFiled
        restorations: SqlRestorations
        references: SqlReferences
        erasures: SqlErasures

    def __init__(
        self, connection: Connection, message_id_domain: str, message_id_key: bytes = b"", *, held: str = ""
    ) -> None:
        self._connection = connection
        self._outbox = (message_id_domain, message_id_key, held)

    def __getattr__(self, name: str) -> Any:
        """A repository, made when it is first asked for."""
        if name not in _PLACES:
            raise AttributeError(f"a unit of work has no {name!r}")
        module, kind = _PLACES[name]
        found = getattr(import_module(f"maild.store.{module}"), kind)
        if name == "outbox":
            domain, key, held = self._outbox
            made = found(self._connection, domain, key, held=held)
        else:
            made = found(self._connection, self.evidence) if name in _EVIDENT else found(self._connection)
        setattr(self, name, made)
        return made

    def tell(self, listener: Listener) -> None:
        """Let a listener hear what is written from now on."""
        self.journal.told = partial(listener.history, self)
        self.reviews.opened, self.reviews.handled = partial(listener.opened, self), partial(listener.handled, self)
        self.ledger.told = partial(listener.posted, self)

    def flush(self) -> None:
        """Write what waits for the end; the evidence last, since who appends to it makes others wait."""
        if "journal" in vars(self):
            self.journal.flush()
        if "evidence" in vars(self):
            self.evidence.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happened inside if it raises, and keep the rest of the transaction."""
        with self._connection.begin_nested(), self.journal.undoing(), self.evidence.undoing():
            yield


class Store:
    """Over SQLite or PostgreSQL; safe from several threads. `listener` hears of what is written."""

    def __init__(
        self, engine: Engine, message_id_domain: str = "localhost", message_id_key: bytes = b"", *, held: str = ""
    ) -> None:
        self._engine, self._held = engine, held
        self._reading = reading(engine)
        self._due: DueLook | None = None
        self._domain, self._key = message_id_domain, message_id_key
        self.listener: Listener | None = None

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Commits when the block ends, rolls back when it raises. Locked, lost connection: Temporary."""
        with connect(self._engine) as connection, connection.begin():
            uow = UnitOfWork(connection, self._domain, self._key, held=self._held)
            if self.listener is not None:
                uow.tell(self.listener)
            yield uow
            uow.flush()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """One consistent view; writing in it is refused by the database."""
        with connect(self._reading) as connection, connection.begin():
            uow = UnitOfWork(connection, self._domain, self._key)
            yield uow
            uow.flush()  # which is refused, as all writing is

    def due(self, now: datetime) -> Due:
        """Whether there may be a mail or a notice to claim, or one in doubt: a look that costs and locks nothing, by
        one clock for all waits. Raises Temporary or Permanent.
        """
        if self._due is None:
            from maild.store.due import DueLook

            self._due = DueLook(self._engine)
        return self._due.look(now)

    def holding(self, why: str) -> Store:
        """The same store, but that notices written through it go nowhere by themselves; they say why."""
        made = Store(self._engine, self._domain, self._key, held=why)
        made.listener = self.listener
        return made

    def scrub(self) -> bool:
        """Take what was deleted off the disk; False where others are at work: the next time does it."""
        from maild.store.records.sweeping import scrub

        return scrub(self._engine)

    def close(self) -> None:
        """Close all connections; the store may be used again afterwards."""
        if self._due is not None:
            self._due.close()
        self._engine.dispose()
