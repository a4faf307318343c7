"""A patron who asks, and what is known of the requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from maild.domain.accounting.ledger import Account
from maild.domain.incoming.decision import Decision
from maild.domain.incoming.mail import Address, Attachment, ParsedMail
from maild.domain.incoming.matching import Candidate, Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.answers.facts_answer import AnswerFacts
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WRITER = "li@patron.example"
PATRON = Patron(
    patron_id="p1", name="李珺", login="22019001", phone="13800000000", emails=(PatronAddress(address=WRITER),)
)
COPY = Transaction(number="2026112400001", patron_id="p1", title="Deep learning", updated=NOW)
PRICED = replace(COPY, number="2026112400003", total=Money.of(20), subsidy=Money.of(8), payable=Money.of(12),
                 payment_state=PaymentState.DUE)  # fmt: skip
LOAN = replace(COPY, number="2026112400002", service=Service.LOAN, state=State.RECEIVED)
FOREIGN = replace(COPY, number="2026112400009", patron_id="p2")
ACCOUNT = Account(patron_id="p1", owed=Money.of(12), claimed=Money.of(0), pending=Money.of(0), deposit=Money.of(30))
PICTURE = Attachment(filename="screen.png", media_type="image/png", content=b"x" * 20_000, sha256="c" * 64)


def asked(*questions: tuple[Kind, str], text: str = "", auth: Verdict = Verdict.PASS, rest: tuple[str, ...] = (),
          fields: dict[str, str] | None = None, **mail: Any) -> Reading:  # fmt: skip
    """A mail that asks these (kind, topic), in the order of the rules."""
    rulings = tuple(
        Ruling(kind=kind, rule="r", party=Party.PATRON, fields=MappingProxyType(
            {name: Field(value) for name, value in {"topic": topic, **(fields or {})}.items() if value}))
        for kind, topic in questions
    )  # fmt: skip
    values: dict[str, Any] = {"from_": (Address(address=WRITER),), "message_id": "<m@x>", "reply_text": text, **mail}
    return Reading(
        mail=ParsedMail(sha256="b" * 64, size=1, **values),
        auth=AuthReport(verdict=auth),
        classification=Classification(rulings=rulings, rest=rest),
    )


def known(*requests: Transaction, patron: Patron = PATRON, numbers: tuple[str, ...] = (), tokens: tuple[str, ...] = (),
          others: tuple[Transaction, ...] = (), **more: Any) -> Facts:  # fmt: skip
    """What the store knows of the writer. `others`: requests of somebody else that the mail names."""
    answers = {name: more.pop(name) for name in ("answered", "account", "standing", "documents") if name in more}
    named = {*numbers, *tokens}
    candidates = tuple(
        Candidate(transaction=t, patron=None, evidence=()) for t in (*requests, *others) if t.number in named
    )
    return Facts(**{
        "now": NOW, "query": Query(numbers=numbers, tokens=tokens, sender=WRITER), "outcome": Unmatched(reasons=()),
        "candidates": candidates, "authors": (patron,), "requests": requests[:50],
        "own": (AnswerFacts(requests=requests, **{"account": ACCOUNT, **answers}),), **more,
    })  # fmt: skip


def topics(decision: Decision) -> list[str]:
    """The topics of the one answer, sent or drafted."""
    (notice,) = [n for n in (*decision.notices, *decision.drafts) if n.kind is not NoticeKind.PERMISSION_REPORT]
    sections = notice.data["topics"]
    assert isinstance(sections, list)
    return [section["topic"] for section in sections]


def section(notice: NoticeRequest, topic: str) -> dict[str, Any]:
    """One section of an answer."""
    sections = notice.data["topics"]
    assert isinstance(sections, list)
    return next(dict(s) for s in sections if s["topic"] == topic)


# --- my requests ----------------------------------------------------------------------------------------------


def status(*requests: Transaction, fields: dict[str, str] | None = None, **facts: Any) -> Decision:
    """'My requests', asked for."""
    return decide(asked((Kind.STATUS_QUERY, "state"), fields=fields), known(*requests, **facts), Policy())
