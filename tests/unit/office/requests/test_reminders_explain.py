"""Reminders that time brings, and explain, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.config import Settings, Staff, Store
from maild.demo import office, samples
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import Service, State
from maild.office.requests.loans import Loans
from maild.office.requests.reminders import Reminders
from maild.office.upkeep import Upkeep
from maild.spine.explain import explain
from maild.spine.reading.read import LocalReader, ReadSettings
from tests.servers.schema import lay_out

PATTERN = r"\d{13}"


class At:
    """A clock that stands still."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """The demo's office in a database of its own."""
    store = Store(url=f"sqlite:///{tmp_path}/m.db", blobs=tmp_path / "blobs", upgrade=True)
    made = Services(Settings(store=store))
    lay_out(tmp_path / "m.db")
    office.fill(made.store, At(datetime(2026, 11, 24, tzinfo=UTC)))
    yield made
    made.close()


def test_a_loan_that_falls_due_is_told_once(services: Services) -> None:
    """Three days before the date, not earlier, and not again the next day."""
    early = Reminders(services.store, At(datetime(2026, 12, 10, tzinfo=UTC)), days=3, zone=UTC)
    assert early.run_once() == 0
    for day, written in ((18, 1), (19, 0)):
        assert (
            Reminders(services.store, At(datetime(2026, 12, day, tzinfo=UTC)), days=3, zone=UTC).run_once() == written
        )
    with services.store.read() as uow:
        (entry,) = uow.outbox.find()
    assert (entry.request.kind, entry.request.number) == (NoticeKind.LOAN_DUE, "2026112000106")
    assert entry.request.data["due"] == "2026-12-20"
    assert Reminders(services.store, At(datetime(2026, 12, 18, tzinfo=UTC)), days=0, zone=UTC).run_once() == 0


def test_a_part_that_fails_keeps_no_other_from_its_work(services: Services) -> None:
    """The fault is raised when all the others have been done, the digest among them."""
    done: list[str] = []

    class Part:
        def __init__(self, name: str) -> None:
            self.name = name

        def run_once(self) -> int:
            done.append(self.name)
            if self.name == "broken":
                raise KeyError(self.name)
            return 1

    upkeep = Upkeep(services.reconciler, Part("first"), Part("broken"), Part("last"))
    with pytest.raises(KeyError, match="broken"):
        upkeep.run_once()
    assert done == ["first", "broken", "last"]


def test_loans_long_overdue_are_one_alert_and_nothing_untrue(services: Services) -> None:
    """After weeks in which nothing ran: two loans, one mail to staff, and it says how often patrons were asked."""
    staff, now = Staff(addresses=("desk@lib.example",)), datetime(2027, 3, 1, 2, tzinfo=UTC)
    numbers = ["2026112000106", "2026112000104"]
    with services.store.begin() as uow:
        loans = [
            replace(t, state=State.ON_LOAN, service=Service.LOAN, due=date(2026, 12, 20))
            for t in uow.transactions.get_many(numbers)
        ]
        uow.transactions.upsert(loans, datetime(2026, 11, 24, tzinfo=UTC))
    for hour in range(3):
        clock = At(now + timedelta(hours=hour))
        Loans(services.store, clock, services.requests, staff, notices=3).run_once()
    with services.store.read() as uow:
        alerts = [row for row in uow.outbox.find() if row.request.kind is NoticeKind.STAFF_ALERT]
        items = [i for i in uow.reviews.find(cause=Cause.SILENT) if set(i.transactions) & set(numbers)]
    told = [str(line) for alert in alerts for line in alert.request.data["lines"]]  # type: ignore[attr-defined]
    assert (len(alerts), len(items)) == (1, 2)
    assert all(any(n in line and "asked once: phone" in line for line in told) for n in numbers)


def test_a_reload_reaches_all_that_the_clock_brings(services: Services) -> None:
    """Reconciling and the digest are made of the new settings, too."""
    before = services.reminders, services.reconciler, services.digest
    services.reload()
    assert not set(map(id, before)) & {id(services.reminders), id(services.reconciler), id(services.digest)}


def test_explain_tells_every_stage_and_changes_nothing(services: Services) -> None:
    """The keys of the contract, for a shipment, a proof and bytes that are no mail."""
    post = samples.Post()
    mails = list(samples.samples("office@demo.example", office.patrons(), post))
    reader = LocalReader(ReadSettings(transaction_number=PATTERN, own_address="office@demo.example"))
    lookup = replace(services.lookup, own_address="office@demo.example")
    raws = [mails[0].raw, mails[28].raw, b"\x00\xff\x00"]
    parts = replace(services.parts, reader=reader, resolver=post, lookup=lookup, receipts=None)
    rows = [explain(raw, f"mail {i}", parts, datetime(2026, 11, 24, tzinfo=UTC)) for i, raw in enumerate(raws)]
    contract = {"source", "sha256", "message_id", "date", "from", "to", "subject", "auth", "automatic", "bounce",
                "reply_text", "kind", "kinds", "rule", "fields", "receipts", "attachments", "candidates", "decision",
                "errors"}  # fmt: skip
    assert all(contract <= set(row) for row in rows)
    shipped, proof, noise = rows
    decision = shipped["decision"]
    assert isinstance(decision, dict)
    assert (shipped["kind"], decision["action"], decision["transaction"]) == ("shipped", "apply", "2026112000101")
    assert [n["kind"] for n in decision["notices"]] == ["document_delivered"]
    assert proof["kind"] == "payment_proof"
    assert noise["kind"] == "unknown"
    with services.store.read() as uow:
        assert uow.outbox.find() == []
        transaction = uow.transactions.get("2026112000101")
    assert transaction is not None
    assert transaction.version == 0
