"""The same figures, counted the plain way: every row looked at in Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from math import ceil
from typing import Any

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.desk.statistics import ALL, Figure, Measure, first_of_month
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.requests.lifecycle import RegistrationState, Service, State
from maild.store.schema import tables as t
from maild.store.schema import tables_money as m
from maild.store.schema import tables_service as s
from tests.store.past import Rows

Row = dict[str, Any]
Tally = tuple[date, str, str]


class Naive:
    """Figures of days in [since, until) of a zone."""

    def __init__(self, rows: Rows, since: date, until: date, zone: tzinfo) -> None:
        self._rows, self._since, self._until, self._zone = rows, since, until, zone
        self._queued: dict[int, list[ReviewState]] = defaultdict(list)
        for row in rows.get(t.review, []):
            self._queued[row["mail_id"]].append(row["state"])
        self._requests = {row["number"]: row for row in rows.get(t.transactions, [])}
        self._entries = {row["id"]: row for row in rows.get(m.ledger_entry, [])}

    def of(self, measure: Measure) -> list[Figure]:
        """By day, key and second key."""
        return sorted(getattr(self, measure.name.lower())(), key=lambda one: (one.day, one.key, one.second))

    def mails(self) -> list[Figure]:
        return self._counted((row["stored"], self._outcome(row), "", 0) for row in self._foreign())

    def decided(self) -> list[Figure]:
        return self._timed(
            (row["stored"], None, min(row["received"] or row["stored"], row["stored"]), row["settled"])
            for row in self._foreign()
            if row["settled"]
            and row["status"] in {MailStatus.SETTLED, MailStatus.IGNORED}
            and not self._queued.get(row["id"])
        )

    def handled(self) -> list[Figure]:
        return self._timed(
            (row["handled"], row["cause"].value, row["created"], row["handled"])
            for row in self._rows.get(t.review, [])
            if row["handled"] and row["handled_by"] != "maild"
        )

    def delivered(self) -> list[Figure]:
        return self._timed(self._deliveries())

    def supply(self) -> list[Figure]:
        filled = {State.SHIPPED, State.RECEIVED, State.DELIVERED, State.ON_LOAN, State.OVERDUE, State.RETURNED,
                  State.CLOSED}  # fmt: skip
        said = {State.UNFILLED: "unfilled", State.CANCELLED: "cancelled", **dict.fromkeys(filled, "filled")}
        return self._counted(
            ((row["opened"], row["provider"], said.get(row["state"], "open"), 0) for row in self._requests.values()),
            by=first_of_month,
        )

    def heard(self) -> list[Figure]:
        return self._counted((row["at"], row["domain"], row["what"], 0) for row in self._rows.get(s.heard, []))

    def notices(self) -> list[Figure]:
        return self._counted(((row["sent"], row["kind"].value, "", 0) for row in self._rows.get(t.outbox, [])
                             if row["state"] is OutboxState.SENT), by=first_of_month)  # fmt: skip

    def claimed(self) -> list[Figure]:
        return self._money(lambda kind, book: kind is EntryKind.CLAIM and book is Book.CLAIMED, all_count=True)

    def confirmed(self) -> list[Figure]:
        return self._money(lambda kind, book: kind is not EntryKind.REFUND and book is Book.CASH, all_count=False)

    def rules(self) -> list[Figure]:
        return self._counted((row["stored"], row["rule"], self._fate(row), 0) for row in self._foreign())

    def _fate(self, row: Row) -> str:
        items = [item for item in self._rows.get(t.review, []) if item["mail_id"] == row["id"]]
        ours = [item for item in items if item["key"] is None and item["note"] != "replayed"]
        for item in ours:
            if item["state"] is ReviewState.OPEN:
                return "undone" if item["note"].startswith("undone: ") else "waiting"
            if item["handled_by"] != "maild":
                proposed = {one["transaction"] for one in item["candidates"]}
                chosen = item["transactions"][:1]
                if item["state"] is ReviewState.ASSIGNED and chosen and proposed and chosen[0] not in proposed:
                    return "elsewhere"
                if item["state"] is ReviewState.DISMISSED:
                    return "dismissed"
        waits = row["status"] in {MailStatus.REVIEW, MailStatus.SHUNTED, MailStatus.PENDING} and not items
        return "waiting" if waits else "held"

    def reviews(self) -> list[Figure]:
        def in_time(row: Row) -> str:
            return "unknown" if row["due"] is None else "yes" if row["decided"] <= row["due"] else "no"

        return self._timed(
            (row["decided"], in_time(row), row["submitted"], row["decided"])
            for row in self._rows.get(t.registration, [])
            if row["decided"] and row["submitted"] and row["state"] is not RegistrationState.PENDING
        )

    def ages(self, edges: list[datetime]) -> dict[tuple[Cause, int], int]:
        """Open items by cause and bucket."""
        found: dict[tuple[Cause, int], int] = defaultdict(int)
        for row in self._rows.get(t.review, []):
            if row["state"] is ReviewState.OPEN:
                found[row["cause"], sum(row["created"] < edge for edge in edges)] += 1
        return dict(found)

    def _foreign(self) -> Iterator[Row]:
        for row in self._rows.get(t.mail, []):
            if row["kind"] != "own" and row["status"] is not MailStatus.BASELINE:
                yield row

    def _outcome(self, row: Row) -> str:
        states = self._queued.get(row["id"], [])
        if row["status"] is MailStatus.PENDING:
            return "under_way"
        if ReviewState.OPEN in states or (not states and row["status"] in {MailStatus.REVIEW, MailStatus.SHUNTED}):
            return "review"
        if states:
            return "staff"
        return "ignored" if row["status"] is MailStatus.IGNORED else "automatic"

    def _deliveries(self) -> Iterator[tuple[datetime, str, datetime, datetime]]:
        seen = set()
        for line in sorted(self._rows.get(t.journal, []), key=lambda row: row["id"]):
            request = self._requests[line["number"]]
            wanted = State.RECEIVED if request["service"] is Service.LOAN else State.DELIVERED
            if line["what"] == "state" and line["after"] == wanted and line["number"] not in seen:
                seen.add(line["number"])
                yield line["at"], request["provider"], request["submitted"] or request["opened"], line["at"]

    def _money(self, wanted: Callable[[EntryKind, Book], bool], *, all_count: bool) -> list[Figure]:
        found: dict[Tally, list[int]] = defaultdict(list)
        for posting in self._rows.get(m.ledger_posting, []):
            entry = self._entries[posting["entry_id"]]
            if wanted(entry["kind"], posting["book"]) and self._inside(entry["at"]):
                found[first_of_month(self._day(entry["at"])), posting["channel"], posting["currency"]].append(
                    posting["cents"]
                )
        return [
            Figure(day=day, key=key, second=second, value=sum(cents),
                   count=len(cents) if all_count else sum(each > 0 for each in cents))
            for (day, key, second), cents in found.items()
        ]  # fmt: skip

    def _counted(
        self, seen: Iterator[tuple[datetime, str, str, int]], by: Callable[[date], date] = lambda day: day
    ) -> list[Figure]:
        found: dict[Tally, int] = defaultdict(int)
        for at, key, second, _ in seen:
            if self._inside(at):
                found[by(self._day(at)), key, second] += 1
        return [Figure(day=day, key=key, second=second, count=count) for (day, key, second), count in found.items()]

    def _timed(self, seen: Iterator[tuple[datetime, str | None, datetime, datetime]]) -> list[Figure]:
        found: dict[tuple[date, str], list[int]] = defaultdict(list)
        for at, key, start, end in seen:
            if self._inside(at):
                took = max(0, (end - start) // timedelta(seconds=1))
                for each in {ALL, key} - {None}:
                    found[self._day(at).replace(day=1), str(each)].append(took)
        return [
            Figure(day=day, key=key, count=len(took), median=sorted(took)[ceil(len(took) / 2) - 1],
                   high=sorted(took)[ceil(len(took) * 9 / 10) - 1])
            for (day, key), took in found.items()
        ]  # fmt: skip

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _inside(self, at: datetime) -> bool:
        return self._since <= self._day(at) < self._until
