"""The unit of work: one database transaction, seen as repositories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from maild.domain.errors import Temporary
from maild.ports import Herald
from maild.store.accounting.books import SqlLedger
from maild.store.accounting.invoices import SqlInvoices
from maild.store.accounting.proofs import SqlReceipts
from maild.store.accounting.statements import SqlStatements
from maild.store.desk.access import SqlAccounts, SqlApiTokens, SqlFailedLogins, SqlSessions
from maild.store.desk.census import SqlCensus
from maild.store.desk.listings import SqlListings
from maild.store.desk.search import SqlSearch
from maild.store.desk.statistics import SqlStatistics
from maild.store.desk.viewers import SqlViewers
from maild.store.desk.yearly import SqlYearly
from maild.store.engine import reading
from maild.store.heartbeats import SqlHeartbeats
from maild.store.incoming.filed import SqlFiled
from maild.store.incoming.history import SqlDecisions, SqlDocuments, SqlJournal
from maild.store.incoming.ignored import SqlIgnoredSenders
from maild.store.incoming.learned import SqlLearnedModels
from maild.store.incoming.mails import SqlMailboxes, SqlMails
from maild.store.incoming.marks import SqlMarks
from maild.store.incoming.reviews import SqlReviews
from maild.store.incoming.speakers import SqlSpeakers
from maild.store.incoming.traffic import SqlTraffic
from maild.store.outgoing.events import SqlEvents
from maild.store.outgoing.outbox import SqlOutbox
from maild.store.outgoing.reach import SqlAddresses, SqlHeard
from maild.store.outgoing.template_versions import SqlTemplateVersions
from maild.store.records.erasures import SqlErasures
from maild.store.records.evidence import SqlEvidence
from maild.store.records.references import SqlReferences
from maild.store.records.restorations import SqlRestorations
from maild.store.requests.patrons import SqlPatrons
from maild.store.requests.registrations import SqlRegistrations
from maild.store.requests.transactions import SqlTransactions


class SqlUnitOfWork:
    """ports.UnitOfWork over one connection."""

    def __init__(
        self, connection: Connection, message_id_domain: str, message_id_key: bytes = b"", *, held: str = ""
    ) -> None:
        self._connection = connection
        self.evidence = SqlEvidence(connection)
        self.mailboxes = SqlMailboxes(connection)
        self.mails = SqlMails(connection)
        self.marks = SqlMarks(connection)
        self.transactions = SqlTransactions(connection)
        self.patrons = SqlPatrons(connection)
        self.registrations = SqlRegistrations(connection)
        self.outbox = SqlOutbox(connection, message_id_domain, message_id_key, held=held)
        self.heard = SqlHeard(connection)
        self.addresses = SqlAddresses(connection)
        self.reviews = SqlReviews(connection)
        self.journal = SqlJournal(connection)
        self.decisions = SqlDecisions(connection, self.evidence)
        self.documents = SqlDocuments(connection)
        self.receipts = SqlReceipts(connection)
        self.ledger = SqlLedger(connection, self.evidence)
        self.statements = SqlStatements(connection)
        self.invoices = SqlInvoices(connection)
        self.census = SqlCensus(connection)
        self.events = SqlEvents(connection)
        self.traffic = SqlTraffic(connection)
        self.ignored = SqlIgnoredSenders(connection)
        self.speakers = SqlSpeakers(connection)
        self.viewers = SqlViewers(connection)
        self.accounts = SqlAccounts(connection)
        self.sessions = SqlSessions(connection)
        self.api_tokens = SqlApiTokens(connection)
        self.failed_logins = SqlFailedLogins(connection)
        self.listings = SqlListings(connection)
        self.statistics = SqlStatistics(connection)
        self.yearly = SqlYearly(connection)
        self.heartbeats = SqlHeartbeats(connection)
        self.template_versions = SqlTemplateVersions(connection)
        self.learned = SqlLearnedModels(connection)
        self.search = SqlSearch(connection)
        self.filed = SqlFiled(connection)
        self.restorations = SqlRestorations(connection)
        self.references = SqlReferences(connection)
        self.erasures = SqlErasures(connection, self.evidence)

    def tell(self, herald: Herald) -> None:
        """Let a herald hear what is written from now on."""
        self.journal.told = partial(herald.history, self)
        self.reviews.opened, self.reviews.handled = partial(herald.opened, self), partial(herald.handled, self)
        self.ledger.told = partial(herald.posted, self)

    def flush(self) -> None:
        """Write what waits for the end; the evidence last, since who appends to it makes others wait."""
        self.journal.flush()
        self.evidence.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happened inside if it raises, and keep the rest of the transaction."""
        with self._connection.begin_nested(), self.journal.undoing(), self.evidence.undoing():
            yield


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except sa.exc.TimeoutError as error:  # of the pool: no driver's error, so the engine does not translate it
        raise Temporary("all connections to the database are in use", remedy="try again in a while") from error
    with connection:
        yield connection


class SqlStore:
    """ports.Store over SQLite or PostgreSQL; safe from several threads. `herald` hears of what is written."""

    def __init__(
        self, engine: Engine, message_id_domain: str = "localhost", message_id_key: bytes = b"", *, held: str = ""
    ) -> None:
        self._engine, self._held = engine, held
        self._reading = reading(engine)
        self._domain, self._key = message_id_domain, message_id_key
        self.herald: Herald | None = None

    @contextmanager
    def begin(self) -> Iterator[SqlUnitOfWork]:
        """Commits when the block ends, rolls back when it raises."""
        with _connected(self._engine) as connection, connection.begin():
            uow = SqlUnitOfWork(connection, self._domain, self._key, held=self._held)
            if self.herald is not None:
                uow.tell(self.herald)
            yield uow
            uow.flush()

    @contextmanager
    def read(self) -> Iterator[SqlUnitOfWork]:
        """One consistent view; writing in it is refused by the database."""
        with _connected(self._reading) as connection, connection.begin():
            uow = SqlUnitOfWork(connection, self._domain, self._key)
            yield uow
            uow.flush()  # which is refused, as all writing is

    def holding(self, why: str) -> SqlStore:
        """The same store, but that notices written through it go nowhere by themselves; they say why."""
        made = SqlStore(self._engine, self._domain, self._key, held=why)
        made.herald = self.herald
        return made

    def scrub(self) -> bool:
        """Take what was deleted off the disk; False where others are at work."""
        from maild.store.records.sweeping import scrub

        return scrub(self._engine)

    def close(self) -> None:
        """Close all connections; the store may be used again afterwards."""
        self._engine.dispose()
