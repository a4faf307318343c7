"""Which rows are about a person: found by id, address, request and mail, as one leads to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.records.privacy import Held, Person
from maild.domain.requests.lifecycle import State
from maild.store._sql import among, folded
from maild.store.schema.tables import (
    address,
    decision,
    document,
    journal,
    mail,
    mail_location,
    outbox,
    patron,
    patron_address,
    registration,
    review,
    review_about,
    review_mail,
    transactions,
)
from maild.store.schema.tables_money import invoice, ledger_claim, ledger_entry, ledger_posting, proof, statement_line
from maild.store.schema.tables_service import event, heard

_OVER = (State.CLOSED, State.CANCELLED, State.UNFILLED)
_UNDER_WAY = (OutboxState.LEASED, OutboxState.SENDING)


class Holdings:
    """Finds what is held on persons."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- who ---------------------------------------------------------------------------------------

    def person(self, who: str) -> Person | None:
        """By the id of a patron, or by an address: of one patron, or of somebody who only wrote."""
        row = self._connection.execute(sa.select(patron).where(patron.c.patron_id == who)).first()
        if row is None:
            owners = self._all(patron_address.c.patron_id, patron_address.c.address, [who.lower()])
            if len(owners) == 1:
                row = self._connection.execute(sa.select(patron).where(patron.c.patron_id == owners[0])).first()
            elif not owners and self._wrote(who.lower()):
                return Person(addresses=(who.lower(),))
        return self._of_row(row) if row else None

    def _of_row(self, row: Any) -> Person:
        own = self._all(patron_address.c.address, patron_address.c.patron_id, [row.patron_id])
        own += [one.lower() for one in self._all(registration.c.email, registration.c.patron_id, [row.patron_id])]
        same = sa.select(sa.func.count()).select_from(patron).where(patron.c.name_key == row.name_key)
        return Person(
            patron_id=row.patron_id,
            name=row.name,
            login=row.login,
            phone=row.phone,
            addresses=tuple(dict.fromkeys(one for one in own if one and not self._of_others(one, row.patron_id))),
            name_is_unique=bool(folded(row.name)) and self._connection.execute(same).scalar_one() == 1,
        )

    def _of_others(self, address: str, patron_id: str) -> bool:
        others = patron_address.c.patron_id != patron_id
        found = sa.select(patron_address.c.address).where(patron_address.c.address == address.lower(), others).limit(1)
        return self._connection.execute(found).first() is not None

    def _wrote(self, address: str) -> bool:
        looks = (
            (mail.c.id, mail.c.sender),
            (registration.c.id, registration.c.email),
            (outbox.c.id, outbox.c.recipient),
        )
        return any(self._written(wanted, column, [address]) for wanted, column in looks)

    def people(self) -> Iterable[tuple[str, str]]:
        """Everybody: (id, '') of patrons, and ('', address) of those who wrote or applied and are none."""
        for row in self._connection.execute(sa.select(patron.c.patron_id)):
            yield row.patron_id, ""
        known = sa.select(patron_address.c.address)
        for column in (mail.c.sender, registration.c.email):
            strange = sa.select(_lower(column)).where(column != "", _lower(column).not_in(known)).distinct()
            for one in self._connection.scalars(strange):
                yield "", one

    # -- what --------------------------------------------------------------------------------------

    def held(self, person: Person) -> Held:
        """Everything about a person, by ids."""
        numbers = self._all(
            transactions.c.number, transactions.c.patron_id, [person.patron_id] if person.patron_id else []
        )
        entries = self._all(ledger_posting.c.entry_id, ledger_posting.c.patron_id, _one(person.patron_id))
        notices = self._notices(person, numbers)
        invoices = self._all(invoice.c.id, invoice.c.patron_id, _one(person.patron_id))
        written = self._written(mail.c.id, mail.c.sender, person.addresses)
        about = self._about(numbers, notices, invoices, entries, person) - set(written)
        shared = self._shared(about, set(numbers))
        mails = sorted({*written, *(about - shared)})
        proofs = {
            *self._all(proof.c.id, proof.c.patron_id, _one(person.patron_id)),
            *self._all(proof.c.id, proof.c.mail_id, mails),
        }
        registrations = {
            *self._all(registration.c.id, registration.c.patron_id, _one(person.patron_id)),
            *self._written(registration.c.id, registration.c.email, person.addresses),
        }
        return Held(
            person=person,
            numbers=tuple(sorted(numbers)),
            mails=tuple(mails),
            shared=tuple(sorted(shared)),
            notices=tuple(sorted(notices)),
            items=tuple(sorted(self._items(person, mails, numbers))),
            proofs=tuple(sorted(proofs)),
            entries=tuple(sorted(set(entries))),
            lines=tuple(sorted(filter(None, self._all(ledger_entry.c.line, ledger_entry.c.id, entries)))),
            invoices=tuple(sorted(invoices)),
            registrations=tuple(sorted(registrations)),
        )

    def _notices(self, person: Person, numbers: Iterable[str]) -> list[int]:
        return list(
            {
                *self._all(outbox.c.id, outbox.c.patron_id, _one(person.patron_id)),
                *self._written(outbox.c.id, outbox.c.recipient, person.addresses),
                *self._all(outbox.c.id, outbox.c.number, numbers),
            }
        )

    def _about(
        self,
        numbers: Iterable[str],
        notices: Iterable[int],
        invoices: Iterable[int],
        entries: Iterable[int],
        person: Person,
    ) -> set[int]:
        """Mails that moved something of the person's."""
        found = {
            *self._all(journal.c.mail_id, journal.c.number, numbers),
            *self._all(document.c.mail_id, document.c.number, numbers),
            *self._all(outbox.c.mail_id, outbox.c.id, notices),
            *self._all(invoice.c.mail_id, invoice.c.id, invoices),
            *self._all(ledger_entry.c.mail_id, ledger_entry.c.id, entries),
            *self._all(proof.c.mail_id, proof.c.patron_id, _one(person.patron_id)),
        }
        return {one for one in found if one is not None}

    def _shared(self, mails: set[int], numbers: set[str]) -> set[int]:
        """Those that moved something of somebody else's as well."""
        found: set[int] = set()
        for of, number in ((journal.c.mail_id, journal.c.number), (document.c.mail_id, document.c.number)):
            rows = self._connection.execute(
                sa.select(of, number).where(self._among(of, mails), number != "").distinct()
            )
            found |= {row[0] for row in rows.all() if row[1] not in numbers}
        return found

    def _items(self, person: Person, mails: Iterable[int], numbers: Iterable[str]) -> set[int]:
        """Items of the queue: of these mails, of this sender, or about these requests."""
        return {
            *self._all(review.c.id, review.c.mail_id, mails),
            *self._all(review_mail.c.review_id, review_mail.c.mail_id, mails),
            *self._written(review.c.id, review.c.sender, person.addresses),
            *self._all(review_about.c.review_id, review_about.c.number, numbers),
        }

    def files(self, held: Held) -> set[str]:
        """Names of the blobs that these rows speak of."""
        found = {
            *self._all(mail.c.sha256, mail.c.id, held.mails),
            *self._all(document.c.sha256, document.c.number, held.numbers),
            *self._all(document.c.sha256, document.c.mail_id, held.mails),
            *self._all(outbox.c["copy"], outbox.c.id, held.notices),
            *self._all(invoice.c.sha256, invoice.c.id, held.invoices),
        }
        documented = sa.cast(outbox.c.documents, sa.Text) != "[]"
        files = sa.select(outbox.c.documents).where(self._among(outbox.c.id, held.notices), documented)
        for row in self._connection.execute(files):
            found |= {sha256 for sha256, _ in row.documents}
        return {name for name in found if name}

    def places(self, mails: Iterable[int]) -> list[tuple[str, int]]:
        """Where these mails lie on the servers: folder and UID, as far as is known."""
        columns = (mail_location.c.mailbox, mail_location.c.uid)
        rows = self._connection.execute(sa.select(*columns).where(self._among(mail_location.c.mail_id, mails))).all()
        return sorted((mailbox, uid) for mailbox, uid in rows)

    # -- what is still open ------------------------------------------------------------------------

    def under_way(self, held: Held) -> list[str]:
        """What keeps an office from letting a person go, in words for staff."""
        found = [
            (
                "{n} requests are not over: {some}",
                self._open(
                    sa.select(transactions.c.number).where(transactions.c.state.not_in(_OVER)),
                    transactions.c.number,
                    held.numbers,
                ),
            ),
            (
                "{n} mails are not handled yet: {some}",
                self._open(sa.select(mail.c.id).where(mail.c.status == MailStatus.PENDING), mail.c.id, held.mails),
            ),
            (
                "{n} items wait in the queue: {some}",
                self._open(sa.select(review.c.id).where(review.c.state == ReviewState.OPEN), review.c.id, held.items),
            ),
            (
                "{n} notices are being sent: {some}",
                self._open(sa.select(outbox.c.id).where(outbox.c.state.in_(_UNDER_WAY)), outbox.c.id, held.notices),
            ),
            (
                "{n} payments are not confirmed: {some}",
                self._open(
                    sa.select(ledger_claim.c.entry_id).where(ledger_claim.c.settled_by == ""),
                    ledger_claim.c.entry_id,
                    held.entries,
                ),
            ),
        ]
        return [said.format(n=len(rows), some=", ".join(map(str, rows[:10]))) for said, rows in found if rows]

    def sending(self, notices: Iterable[int]) -> int:
        """How many of these are on their way at this moment."""
        asked = sa.select(outbox.c.id).where(outbox.c.state.in_(_UNDER_WAY))
        return len(self._open(asked, outbox.c.id, notices))

    def _open(self, statement: sa.Select[Any], key: Any, values: Iterable[Any]) -> list[Any]:
        return sorted(self._connection.scalars(statement.where(self._among(key, values))).all())

    def decisions(self, mails: Iterable[int]) -> list[int]:
        """Ids of the decisions about these mails."""
        return self._all(decision.c.id, decision.c.mail_id, mails)

    def _written(self, wanted: Any, column: Any, addresses: Iterable[str]) -> list[Any]:
        """Rows of these addresses (in small letters), however the column has them: by the column's own index, and by
        that of the few values in another writing.
        """
        odd = self._all(wanted, _lower(column), addresses, column != _lower(column))
        return list(dict.fromkeys([*self._all(wanted, column, addresses), *odd]))

    def _all(self, wanted: Any, by: Any, values: Iterable[Any], *also: sa.ColumnElement[bool]) -> list[Any]:
        if not (keys := list(dict.fromkeys(values))):
            return []
        # All at once: rows that are fetched one by one cost as much again.
        found = sa.select(wanted).where(among(self._connection, by, keys), *also).distinct()
        return list(self._connection.scalars(found).all())

    def _among(self, column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
        return among(self._connection, column, list(dict.fromkeys(values)))


def _one(value: str) -> list[str]:
    return [value] if value else []


def _lower(column: Any) -> Any:
    return sa.func.lower(column, type_=sa.Text)


def rows_of(connection: Connection, held: Held) -> dict[str, list[dict[str, object]]]:
    """The rows that `held` names, and what hangs on them, by table, as JSON data."""
    own, addresses = _one(held.person.patron_id), held.person.addresses
    wanted: tuple[tuple[sa.Table, Any, Iterable[Any]], ...] = (
        (patron, patron.c.patron_id, own),
        (patron_address, patron_address.c.patron_id, own),
        (address, address.c.address, addresses),
        (heard, heard.c.address, addresses),
        (transactions, transactions.c.number, held.numbers),
        (document, document.c.number, held.numbers),
        (mail, mail.c.id, held.mails),
        (decision, decision.c.mail_id, held.mails),
        (review, review.c.id, held.items),
        (outbox, outbox.c.id, held.notices),
        (journal, journal.c.number, held.numbers),
        (proof, proof.c.id, held.proofs),
        (ledger_entry, ledger_entry.c.id, held.entries),
        (ledger_posting, ledger_posting.c.entry_id, held.entries),
        (statement_line, statement_line.c.key, held.lines),
        (invoice, invoice.c.id, held.invoices),
        (registration, registration.c.id, held.registrations),
        (event, event.c.number, held.numbers),
    )
    found: dict[str, list[dict[str, object]]] = {}
    for table, column, values in wanted:
        order = list(table.primary_key.columns)
        shown = [each for each in table.c if each.name not in _OURS]
        if keys := list(dict.fromkeys(values)):
            statement = sa.select(*shown).where(among(connection, column, keys)).order_by(*order)
            rows = [{k: _json(v) for k, v in row._mapping.items()} for row in connection.execute(statement)]
            found.setdefault(table.name, []).extend(rows)
    return {name: rows for name, rows in found.items() if rows}


# How we find and work through rows: nothing about the person.
_OURS = frozenset(
    {
        "find_key",
        "name_key",
        "login_key",
        "lease_owner",
        "free_at",
        "look",
        "look_1",
        "look_2",
        "look_3",
        "look_4",
        "password",
        "turn",
    }
)


def _json(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
