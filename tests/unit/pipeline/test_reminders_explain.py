"""Reminders that time brings, and explain, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.config import Settings, Store
from maild.demo import office, samples
from maild.domain.notice import NoticeKind
from maild.pipeline.explain import explain
from maild.pipeline.read import LocalReader, ReadSettings
from maild.pipeline.reminders import Reminders

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
    made.ensure_schema()
    office.fill(made.store, made.clock)
    yield made
    made.close()


def test_a_loan_that_falls_due_is_told_once(services: Services) -> None:
    """Three days before the date, not earlier, and not again the next day."""
    early = Reminders(services.store, At(datetime(2026, 12, 10, tzinfo=UTC)), days=3)
    assert early.run_once() == 0
    for day, written in ((18, 1), (19, 0)):
        assert Reminders(services.store, At(datetime(2026, 12, day, tzinfo=UTC)), days=3).run_once() == written
    with services.store.read() as uow:
        (entry,) = uow.outbox.find()
    assert (entry.request.kind, entry.request.number) == (NoticeKind.LOAN_DUE, "2026112000106")
    assert entry.request.data["due"] == "2026-12-20"
    assert Reminders(services.store, At(datetime(2026, 12, 18, tzinfo=UTC)), days=0).run_once() == 0


def test_explain_tells_every_stage_and_changes_nothing(services: Services) -> None:
    """The keys of the contract, for a shipment, a proof and bytes that are no mail."""
    post = samples.Post()
    mails = list(samples.samples("office@demo.example", office.patrons(), post))
    reader = LocalReader(ReadSettings(transaction_number=PATTERN, own_address="office@demo.example"))
    raws = [mails[0].raw, mails[28].raw, b"\x00\xff\x00"]
    rows = [
        explain(raw, f"mail {i}", reader=reader, resolver=post, store=services.store, lens=services.lens,
                policy=services.parts.policy, now=datetime(2026, 11, 24, tzinfo=UTC))
        for i, raw in enumerate(raws)
    ]  # fmt: skip
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
