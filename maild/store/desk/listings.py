"""Every list of the console, over one connection."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from maild.store.desk.listing_money import SqlClaimListing, SqlInvoiceListing, SqlStatementListing
from maild.store.desk.listing_post import SqlJournalListing, SqlMailListing, SqlOutboxListing
from maild.store.desk.listing_queue import SqlQueueListing
from maild.store.desk.listing_requests import SqlPatronListing, SqlRegistrationListing, SqlTransactionListing
from maild.store.schema.finding import Few


class SqlListings:
    """Every list of the console."""

    def __init__(self, connection: Connection) -> None:
        few = Few(connection)
        self.queue = SqlQueueListing(connection)
        self.transactions = SqlTransactionListing(connection, few)
        self.patrons = SqlPatronListing(connection, few)
        self.outbox = SqlOutboxListing(connection)
        self.mails = SqlMailListing(connection)
        self.journal = SqlJournalListing(connection)
        self.registrations = SqlRegistrationListing(connection)
        self.invoices = SqlInvoiceListing(connection)
        self.claims = SqlClaimListing(connection)
        self.statements = SqlStatementListing(connection)
