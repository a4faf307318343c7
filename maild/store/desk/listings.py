"""Every list of the console, over one connection."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from maild.store.desk.listing_money import SqlClaimListing, SqlInvoiceListing, SqlStatementListing
from maild.store.desk.listing_post import SqlJournalListing, SqlMailListing, SqlOutboxListing
from maild.store.desk.listing_queue import SqlQueueListing
from maild.store.desk.listing_requests import SqlPatronListing, SqlRegistrationListing, SqlTransactionListing


class SqlListings:
    """ports.Listings."""

    def __init__(self, connection: Connection) -> None:
        self.queue = SqlQueueListing(connection)
        self.transactions = SqlTransactionListing(connection)
        self.patrons = SqlPatronListing(connection)
        self.outbox = SqlOutboxListing(connection)
        self.mails = SqlMailListing(connection)
        self.journal = SqlJournalListing(connection)
        self.registrations = SqlRegistrationListing(connection)
        self.invoices = SqlInvoiceListing(connection)
        self.claims = SqlClaimListing(connection)
        self.statements = SqlStatementListing(connection)
