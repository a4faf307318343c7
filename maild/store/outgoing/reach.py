"""Addresses: what was heard of mail to them (history), and what that makes of each (one row an address)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.outgoing.reach import (
    AddressBounce,
    AddressState,
    DomainTally,
    Heard,
    HeardLine,
    News,
    after,
    domain_of,
)
from maild.store._sql import any_of, chunks, contains, insert
from maild.store.prepared import Prepared
from maild.store.schema.tables import address
from maild.store.schema.tables_service import heard
from maild.store.schema.types import END_OF_TIME

_STATE = ("address", "trouble", "reason", "since", "bounced_until", "permanent", "complained", "told")
a, h = address.c, heard.c

_BY_ADDRESS = Prepared(sa.select(address).where(a.address.in_(any_of("addresses"))))
_LOCKED = _BY_ADDRESS.statement.with_for_update()  # two reports at once must not undo each other
_OF_ADDRESS = (
    sa.select(heard)
    .where(h.address == sa.bindparam("of"))
    .order_by(h.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_COUNT = Prepared(
    sa.select(sa.func.count())
    .select_from(heard)
    .where(h.address == sa.bindparam("of"), h.what == sa.bindparam("kind"), h.at >= sa.bindparam("since"))
)
_SLOW = Prepared(
    sa.select(h.domain, sa.func.max(h.at))
    .where(h.domain.in_(any_of("domains")), h.at >= sa.bindparam("since"), h.at <= sa.bindparam("until"))
    .where(h.what == Heard.DEFERRAL.value)
    .group_by(h.domain)
    .having(sa.func.count(h.address.distinct()) >= sa.bindparam("least", type_=sa.Integer))
)
# Grouped by an expression, so that SQLite takes the index of the time span, not that of the groups.
_DOMAIN = h.domain.concat("")
_DEFERRING = sa.select(_DOMAIN).where(h.at >= sa.bindparam("since"), h.what == Heard.DEFERRAL.value).group_by(_DOMAIN)
_TALLY = sa.select(_DOMAIN, h.what, sa.func.count()).where(h.at >= sa.bindparam("since")).group_by(_DOMAIN, h.what)
_ADD = Prepared(sa.insert(heard).inline())
_TOLD = sa.update(address).where(a.address == sa.bindparam("of"))


class SqlHeard:
    """History: kept, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, news: Sequence[News], now: datetime, *, mail_id: int | None = None) -> None:
        """Keep what was heard; nothing is ever changed."""
        rows = [
            {
                "at": now,
                "address": one.address.lower(),
                "domain": domain_of(one.address),
                "what": one.what.value,
                "reason": one.reason,
                "outbox_id": one.outbox_id,
                "mail_id": mail_id,
            }
            for one in news
        ]
        if rows:
            _ADD.change(self._connection, rows)

    def of(self, address_: str, *, limit: int = 50) -> list[HeardLine]:
        """Newest first."""
        asked = {"of": address_.lower(), "most": limit}
        return [_line(row) for row in self._connection.execute(_OF_ADDRESS, asked)]

    def count(self, address_: str, what: Heard, since: datetime) -> int:
        """How often that was heard of the address since then."""
        asked = {"of": address_.lower(), "kind": what.value, "since": since}
        return int(_COUNT.scalars(self._connection, asked)[0])

    def slow(
        self, domains: Sequence[str], since: datetime, least: int, *, until: datetime = END_OF_TIME
    ) -> dict[str, datetime]:
        """Those of the domains that deferred mail to `least` addresses or more since then, and the last time. What a
        clock that was ahead wrote does not count beyond `until`.
        """
        found: dict[str, datetime] = {}
        for some in chunks(domains):
            asked = {"domains": some, "since": since, "until": until, "least": least}
            found.update((row[0], row[1]) for row in _SLOW.rows(self._connection, asked))
        return found

    def deferring(self, since: datetime) -> list[str]:
        """Domains that deferred a mail since then."""
        return sorted(self._connection.scalars(_DEFERRING, {"since": since}))

    def tally(self, since: datetime) -> list[DomainTally]:
        """What was heard since then, by domain; the busiest first."""
        counts: dict[str, dict[Heard, int]] = {}
        for domain, what, count in self._connection.execute(_TALLY, {"since": since}):
            counts.setdefault(domain, {})[Heard(what)] = count
        tallies = [DomainTally(domain=domain, counts=found) for domain, found in counts.items()]
        return sorted(tallies, key=lambda t: (-sum(t.counts.values()), t.domain))


class SqlAddresses:
    """The one place that knows whether an address can be written to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, address_: str) -> AddressState:
        """What is known of an address; of one that never made trouble, nothing."""
        return self.get_many([address_])[address_.lower()]

    def get_many(self, addresses: Sequence[str]) -> Mapping[str, AddressState]:
        """The state of each, by address in lower case."""
        states = {one.lower(): AddressState(address=one.lower()) for one in addresses}
        for some in chunks(states):
            for row in _BY_ADDRESS.rows(self._connection, {"addresses": some}):
                states[row.address] = _state(row)
        return states

    def note(self, news: News, bounce: AddressBounce | None, now: datetime) -> None:
        """What the news make of the address. `bounce`: it is avoided; a longer ban that stands is not shortened."""
        row = self._connection.execute(_LOCKED, {"addresses": [news.address.lower()]}).first()
        before = _state(row) if row else AddressState(address=news.address.lower())
        made = after(before, news, bounce, now)
        if made != before:
            values = {name: getattr(made, name) for name in _STATE if name != "address"}
            self._save(made.address, {**values, "trouble": made.trouble.value if made.trouble else ""})

    def told(self, address_: str, now: datetime) -> None:
        """Its owner was told of the trouble."""
        self._connection.execute(_TOLD, {"of": address_.lower(), "told": now})

    def clear(self, address_: str) -> bool:
        """Forget all trouble; False where there was none."""
        gone = sa.delete(address).where(a.address == address_.lower())
        return self._connection.execute(gone).rowcount > 0

    def find(self, *, now: datetime, everything: bool = False, text: str = "", limit: int = 100) -> list[AddressState]:
        """Addresses that are avoided now or whose owner complained, latest trouble first; `everything`: former ones."""
        statement = sa.select(address).order_by(a.since.desc(), a.address).limit(limit)
        if not everything:
            statement = statement.where((a.bounced_until > now) | a.complained.is_not(None))
        if text:
            statement = statement.where(contains(text, a.address))
        return [_state(row) for row in self._connection.execute(statement)]

    def _save(self, address_: str, values: dict[str, Any]) -> None:
        made = insert(self._connection.dialect.name, address).values(address=address_.lower(), **values)
        self._connection.execute(made.on_conflict_do_update(index_elements=["address"], set_=values))


def _state(row: Any) -> AddressState:
    values = {name: getattr(row, name) for name in _STATE}
    return AddressState(**{**values, "trouble": Heard(values["trouble"]) if values["trouble"] else None})


def _line(row: Any) -> HeardLine:
    return HeardLine(
        id=row.id,
        at=row.at,
        address=row.address,
        domain=row.domain,
        what=Heard(row.what),
        reason=row.reason,
        outbox_id=row.outbox_id,
        mail_id=row.mail_id,
    )
