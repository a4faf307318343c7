"""Patrons and their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import StaleVersion
from maild.domain.requests.patron import Patron, PatronAddress
from maild.store._sql import any_of, chunks, contains, folded, insert_if_new
from maild.store.prepared import Prepared
from maild.store.schema.finding import patron_key
from maild.store.schema.tables import address, patron, patron_address
from maild.store.texts import SAY

_PLAIN = ("patron_id", "name", "kind", "department", "login", "phone", "language", "honorific", "delivery", "version")
READ = tuple(column for column in patron.c if column.name != "find_key")
p, a, known = patron.c, patron_address.c, address.c

_BY_ID = Prepared(sa.select(*READ).where(p.patron_id.in_(any_of("ids"))).order_by(p.patron_id))
_LOCKED = Prepared(_BY_ID.statement.with_for_update())
_BY_LOGIN = Prepared(sa.select(*READ).where(p.login_key == sa.bindparam("key")).order_by(p.patron_id))
_BY_NAME = Prepared(sa.select(*READ).where(p.name_key == sa.bindparam("key")).order_by(p.patron_id))
_IDS_BY_ADDRESS = Prepared(sa.select(a.patron_id).where(a.address.in_(any_of("addresses"))).order_by(a.patron_id))
_ADDRESSES = Prepared(
    sa.select(a.patron_id, a.address, known.bounced_until, known.reason, known.complained)
    .select_from(patron_address.outerjoin(address, a.address == known.address))
    .where(a.patron_id.in_(any_of("ids")))
    .order_by(a.patron_id, a.position)
)


class SqlPatrons:
    """Patrons and their addresses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, patron_id: str) -> Patron | None:
        """The patron of that id."""
        found = self.get_many([patron_id])
        return found[0] if found else None

    def get_many(self, patron_ids: Sequence[str]) -> list[Patron]:
        """Those that exist, in the order asked for."""
        found: dict[str, Patron] = {}
        for some in chunks(patron_ids):
            found |= {known.patron_id: known for known in self._patrons(_BY_ID, ids=some)}
        return [found[patron_id] for patron_id in dict.fromkeys(patron_ids) if patron_id in found]

    def by_email(self, addresses: Sequence[str]) -> list[Patron]:
        """All patrons that have one of the addresses (any case): several may share one."""
        ids: list[str] = []
        for some in chunks(one.lower() for one in addresses if one):
            ids += _IDS_BY_ADDRESS.scalars(self._connection, {"addresses": some})
        return self.get_many(ids)

    def by_login(self, login: str) -> list[Patron]:
        """Patrons with that login; case and width do not count."""
        key = folded(login)
        return self._patrons(_BY_LOGIN, key=key) if key else []

    def by_name(self, name: str) -> list[Patron]:
        """Patrons of exactly that name; spaces, case and width do not count."""
        key = folded(name)
        return self._patrons(_BY_NAME, key=key) if key else []

    def find(self, *, text: str = "", limit: int = 100, after: str = "") -> list[Patron]:
        """By id, ascending; `text` is looked for in id, name, login, department and addresses."""
        where = [p.patron_id > after] if after else []
        if text:
            addressed = sa.select(a.patron_id).where(contains(text, a.address))
            where.append(contains(text, p.patron_id, p.name, p.login, p.department) | p.patron_id.in_(addressed))
        return self.of_rows(
            self._connection.execute(sa.select(*READ).where(*where).order_by(p.patron_id).limit(limit)).all()
        )

    def upsert(self, patrons: Sequence[Patron], now: datetime) -> tuple[int, int, int]:
        """Insert or replace: (created, changed, unchanged). How mail fares is kept by address, not here."""
        created = changed = unchanged = 0
        for some in chunks(patrons):
            known = {one.patron_id: one for one in self._patrons(_LOCKED, ids=[item.patron_id for item in some])}
            new = [item for item in some if item.patron_id not in known]
            merged = [_keep_bounces(item, known[item.patron_id]) for item in some if item.patron_id in known]
            differing = [item for item in merged if item != known[item.patron_id]]
            if new:
                self._insert(new, now)
            for item in differing:
                row = _row(replace(item, version=item.version + 1), now)
                self._connection.execute(sa.update(patron).where(p.patron_id == item.patron_id).values(**row))
            self._write_addresses([item for item in differing if item.emails != known[item.patron_id].emails], new)
            created, changed = created + len(new), changed + len(differing)
            unchanged += len(some) - len(new) - len(differing)
        return created, changed, unchanged

    def _patrons(self, statement: Prepared, **asked: object) -> list[Patron]:
        """The patrons that a query finds, with their addresses."""
        return self.of_rows(statement.rows(self._connection, asked))

    def of_rows(self, rows: Sequence[Any]) -> list[Patron]:
        """The patrons of rows, with their addresses."""
        addresses = self._addresses(row.patron_id for row in rows)
        return [_patron(row, addresses.get(row.patron_id, ())) for row in rows]

    def _addresses(self, patron_ids: Iterable[str]) -> dict[str, tuple[PatronAddress, ...]]:
        """The addresses of each patron, in order of preference."""
        found: dict[str, tuple[PatronAddress, ...]] = {}
        for some in chunks(patron_ids):
            for row in _ADDRESSES.rows(self._connection, {"ids": some}):
                one = PatronAddress(
                    address=row.address,
                    bounced_until=row.bounced_until,
                    bounce_reason=row.reason or "",
                    complained=row.complained,
                )
                found[row.patron_id] = (*found.get(row.patron_id, ()), one)
        return found

    def _insert(self, items: Sequence[Patron], now: datetime) -> None:
        statement = insert_if_new(self._connection.dialect.name, patron, "patron_id")
        rows = [_row(replace(item, version=0), now) for item in items]
        if len(self._connection.execute(statement.returning(p.patron_id), rows).all()) != len(items):
            raise StaleVersion(SAY("patron_created"))

    def _write_addresses(self, changed: Sequence[Patron], new: Sequence[Patron]) -> None:
        """Write the addresses of patrons anew."""
        if changed:
            ids = [item.patron_id for item in changed]
            self._connection.execute(sa.delete(patron_address).where(a.patron_id.in_(ids)))
        rows = [row for item in (*changed, *new) for row in _address_rows(item)]
        if rows:
            self._connection.execute(sa.insert(patron_address), rows)


def _patron(row: Any, emails: tuple[PatronAddress, ...]) -> Patron:
    return Patron(**{name: getattr(row, name) for name in _PLAIN}, emails=emails)


def _row(item: Patron, now: datetime) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _PLAIN}
    values["find_key"] = patron_key(
        item.patron_id, item.name, item.login, (given.address.lower() for given in item.emails), item.department
    )
    return {**values, "name_key": folded(item.name), "login_key": folded(item.login), "updated": now}


def _address_rows(item: Patron) -> list[dict[str, Any]]:
    """One row an address; an address said twice counts once, at its first place."""
    distinct = dict.fromkeys(given.address.lower() for given in item.emails)
    return [{"patron_id": item.patron_id, "address": one, "position": n} for n, one in enumerate(distinct)]


def _keep_bounces(item: Patron, stored: Patron) -> Patron:
    """`item` as it would be read back over `stored`: its version, addresses lower-cased, with what is known of them."""
    before = {one.address: one for one in stored.emails}
    addresses = dict.fromkeys(given.address.lower() for given in item.emails)
    emails = tuple(before.get(one) or PatronAddress(address=one) for one in addresses)
    return replace(item, emails=emails, version=stored.version)
