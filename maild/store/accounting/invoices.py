"""Invoices that patrons ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.errors import NotFound, StaleVersion
from maild.store._sql import any_of, chunks, insert
from maild.store.schema.tables_money import invoice, invoice_transaction
from maild.store.schema.types import cents, money
from maild.store.texts import SAY

_PLAIN = (
    "patron_id",
    "title",
    "tax_number",
    "email",
    "state",
    "number",
    "issued",
    "sha256",
    "filename",
    "warnings",
    "note",
    "mail_id",
)
_READ = (*_PLAIN, "id", "created", "version")
i, it = invoice.c, invoice_transaction.c
_TRANSACTIONS = sa.select(invoice_transaction).where(it.invoice_id.in_(any_of("ids"))).order_by(it.position)
_OF_TRANSACTIONS = sa.select(it.invoice_id).where(it.number.in_(any_of("numbers")))
_OF_MAIL = sa.select(invoice).where(i.mail_id == sa.bindparam("mail")).order_by(i.id)
_BY_IDS = sa.select(invoice).where(i.id.in_(any_of("ids"))).order_by(i.id.desc())


class SqlInvoices:
    """Invoices that patrons ask for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: Invoice, now: datetime) -> int:
        """The id; one of the same mail, patron and title is left alone and its id given."""
        values = _row(item) | {"created": item.created or now, "updated": now, "version": 0}
        statement = insert(self._connection.dialect.name, invoice).on_conflict_do_nothing(
            index_elements=["mail_id", "patron_id", "title"]
        )
        new = self._connection.scalar(statement.returning(i.id), values)
        if new is None:
            known = sa.select(i.id).where(
                i.mail_id == item.mail_id, i.patron_id == item.patron_id, i.title == item.title
            )
            return int(self._connection.execute(known).scalar_one())
        self._keep_transactions(int(new), item.transactions)
        return int(new)

    def _keep_transactions(self, invoice_id: int, numbers: Sequence[str]) -> None:
        self._connection.execute(sa.delete(invoice_transaction).where(it.invoice_id == invoice_id))
        if rows := [{"invoice_id": invoice_id, "position": n, "number": one} for n, one in enumerate(numbers)]:
            self._connection.execute(sa.insert(invoice_transaction), rows)

    def change(self, item: Invoice, now: datetime) -> None:
        """Write it anew. Raises StaleVersion where `version` is not the stored one, NotFound."""
        statement = (
            sa.update(invoice)
            .where(i.id == item.id, i.version == item.version)
            .values(**_row(item), updated=now, version=item.version + 1)
        )
        if self._connection.execute(statement).rowcount == 1:
            self._keep_transactions(item.id, item.transactions)
            return
        if self.get(item.id) is None:
            raise NotFound(SAY("no_invoice", id=item.id))
        raise StaleVersion(SAY("invoice_changed", id=item.id))

    def get(self, invoice_id: int) -> Invoice | None:
        """The invoice of that id."""
        found = self._of(_BY_IDS, {"ids": [invoice_id]})
        return found[0] if found else None

    def find(
        self, *, state: InvoiceState | None = None, patron_id: str = "", number: str = "", limit: int = 100
    ) -> list[Invoice]:
        """`number`: of the invoice. Newest first."""
        statement = sa.select(invoice).order_by(i.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(i.state == state)
        if patron_id:
            statement = statement.where(i.patron_id == patron_id)
        if number:
            statement = statement.where(i.number == number)
        return self._of(statement, {})

    def of_transactions(self, numbers: Sequence[str]) -> list[Invoice]:
        """Invoices that any of the transactions is on, newest first."""
        ids: set[int] = set()
        for some in chunks(numbers):
            ids |= set(self._connection.scalars(_OF_TRANSACTIONS, {"numbers": some}))
        found = [one for some in chunks(sorted(ids, reverse=True)) for one in self._of(_BY_IDS, {"ids": some})]
        return found

    def of_mail(self, mail_id: int) -> list[Invoice]:
        """Those that this mail asked for, oldest first."""
        return self._of(_OF_MAIL, {"mail": mail_id})

    def _of(self, statement: Any, parameters: dict[str, Any]) -> list[Invoice]:
        return self.of_rows(self._connection.execute(statement, parameters).all())

    def of_rows(self, rows: Sequence[Any]) -> list[Invoice]:
        """The invoices of rows, with their transactions."""
        numbers: dict[int, list[str]] = {}
        for some in chunks(row.id for row in rows):
            for row in self._connection.execute(_TRANSACTIONS, {"ids": some}):
                numbers.setdefault(row.invoice_id, []).append(row.number)
        return [_invoice(row, tuple(numbers.get(row.id, ()))) for row in rows]


def _row(item: Invoice) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _PLAIN}
    return values | {"cents": cents(item.amount), "currency": item.amount.currency if item.amount else None}


def _invoice(row: Any, numbers: tuple[str, ...]) -> Invoice:
    values = {name: getattr(row, name) for name in _READ} | {"warnings": tuple(row.warnings)}
    return Invoice(**values, transactions=numbers, amount=money(row.cents, row.currency))
