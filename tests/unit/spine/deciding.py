"""A reading and what is known beside it, for what is decided of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.document import DocumentReport
from maild.domain.incoming.mail import Attachment, ParsedMail
from maild.domain.incoming.matching import Candidate, Matched, MatchOutcome, Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import Event, Service
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
PATRON = Patron(patron_id="p1", name="李珺", emails=(PatronAddress(address="li@patron.example"),))
COPY = Transaction(number="2026112400001", patron_id="p1", title="Deep learning", version=3)
LOAN = replace(COPY, number="2026112400002", service=Service.LOAN)
PDF = Attachment(filename="paper.pdf", media_type="application/pdf", content=b"%PDF", sha256="a" * 64)
GOOD = DocumentReport(sha256="a" * 64, sniffed="application/pdf", pages=8)
EVENTS = {Kind.SHIPPED: Event.SHIPPED, Kind.DELIVERED: Event.DELIVERED, Kind.UNFILLED: Event.UNFILLED,
          Kind.REQUEST_ACCEPTED: Event.ACCEPTED, Kind.REQUEST_FORWARDED: Event.FORWARDED,
          Kind.FEE_QUOTED: Event.FEE_QUOTED, Kind.CANCELLED: Event.CANCELLED, Kind.CLOSED: Event.CLOSED,
          Kind.LOAN_ARRIVED: Event.ARRIVED, Kind.LOAN_DUE: Event.DUE, Kind.LOAN_OVERDUE: Event.OVERDUE,
          Kind.LOAN_RETURNED: Event.RETURNED, Kind.REQUEST_SUBMITTED: Event.SUBMITTED}  # fmt: skip


def reading(
    kind: Kind, *, trusted: bool = True, auth: Verdict = Verdict.PASS, documents: tuple[DocumentReport, ...] = (),
    attachments: tuple[Attachment, ...] = (), more: tuple[Kind, ...] = (), mail: dict[str, Any] | None = None,
    party: Party = Party.PROVIDER, **fields: str,
) -> Reading:  # fmt: skip
    """A reading of a mail of this kind with these fields."""
    values = MappingProxyType({k: Field(v) for k, v in fields.items()})
    rulings = tuple(
        Ruling(kind=k, rule="r", party=party, provider="calis", event=EVENTS.get(k), fields=values, trusted=trusted)
        for k in (kind, *more)
    )
    parsed = ParsedMail(sha256="b" * 64, size=1, attachments=attachments, **(mail or {}))
    return Reading(
        mail=parsed, auth=AuthReport(verdict=auth), classification=Classification(rulings=rulings), documents=documents
    )


def facts(outcome: MatchOutcome | None = None, *, transaction: Transaction = COPY, **more: Any) -> Facts:
    """Facts in which `transaction` is matched, unless told otherwise."""
    candidate = Candidate(transaction=transaction, patron=more.pop("patron", PATRON), evidence=())
    values: dict[str, Any] = {
        "now": NOW,
        "query": Query(numbers=(transaction.number,), provider="calis", system=True),
        "candidates": (candidate,),
        "outcome": outcome or Matched(candidates=(candidate,), reasons=("said",)),
    }
    return Facts(**{**values, **more})


def shipped(transaction: Transaction = COPY, **fields: str) -> Decision:
    """A shipped copy with a good PDF."""
    return decide(
        reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,), **fields), facts(transaction=transaction), Policy()
    )


def kinds(decision: Decision) -> list[NoticeKind]:
    return [n.kind for n in decision.notices]
