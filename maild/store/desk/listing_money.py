"""Money as lists: invoices, claims, lines of statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import Claim
from maild.domain.accounting.statement import StatementLine
from maild.domain.desk.listing import ClaimFilter, InvoiceFilter, StatementFilter
from maild.store.accounting.books import SqlLedger
from maild.store.accounting.invoices import SqlInvoices
from maild.store.accounting.statements import statement_of
from maild.store.desk.listing import Asked, Condition, SqlListing, Way, spread
from maild.store.records.evidence import SqlEvidence
from maild.store.schema.tables_money import invoice, ledger_claim, ledger_entry, statement_line

i, c, e, s = invoice.c, ledger_claim.c, ledger_entry.c, statement_line.c


class SqlInvoiceListing(SqlListing[InvoiceFilter, Invoice]):
    """Invoices, newest first."""

    table = invoice
    keys = (i.id,)

    def asked(self, asked: InvoiceFilter) -> Asked:
        """States are ranges of an index."""
        where: list[Condition] = [i.patron_id == asked.patron_id] if asked.patron_id else []
        if asked.text:
            where.append(self.begins(i.number, asked.text) | self.contains(asked.text, i.title))
        return Asked(where=where, ways=spread(i.state, asked.states))

    def items(self, rows: Sequence[Any]) -> list[Invoice]:
        """The invoices of rows, with their transactions."""
        return SqlInvoices(self._connection).of_rows(rows)


class SqlClaimListing(SqlListing[ClaimFilter, Claim]):
    """Claims, oldest first."""

    table = ledger_claim
    columns = (ledger_claim, e.key, e.mail_id)
    keys = (c.at, c.entry_id)
    newest_first = False

    def asked(self, asked: ClaimFilter) -> Asked:
        """Open ones have an index of their own, whose condition is said word by word."""
        where: list[Any] = [sa.text("settled_by = ''")] if asked.open_only else []
        where += [c.patron_id == asked.patron_id] if asked.patron_id else []
        return Asked(where=where, ways=[Way(source=ledger_claim.join(ledger_entry, e.id == c.entry_id))])

    def items(self, rows: Sequence[Any]) -> list[Claim]:
        """The claims of rows, as the books tell them."""
        return SqlLedger(self._connection, SqlEvidence(self._connection)).claims_of(rows)


class SqlStatementListing(SqlListing[StatementFilter, StatementLine]):
    """Lines of statements, latest booked first."""

    table = statement_line
    keys = (s.booked, s.key)

    def asked(self, asked: StatementFilter) -> Asked:
        """Open ones have an index of their own, whose condition is said word by word."""
        where: list[Any] = [sa.text("placed_cents <> cents")] if asked.open_only else []
        if asked.since is not None:
            where.append(s.booked >= asked.since)
        if asked.text:
            where.append(self.contains(asked.text, s.payer, s.payer_account, s.purpose, s.serials, s.key))
        return Asked(where=where)

    def items(self, rows: Sequence[Any]) -> list[StatementLine]:
        """The lines of rows."""
        return [statement_of(row) for row in rows]
