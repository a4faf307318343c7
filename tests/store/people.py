"""A patron, a request and a notice for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.patron import Patron, PatronAddress, Transaction

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def person(patron_id: str = "p1", *emails: str, **more: object) -> Patron:
    addresses = tuple(PatronAddress(address=e) for e in emails)
    return Patron(patron_id=patron_id, name=f"Patron {patron_id}", emails=addresses, **more)  # type: ignore[arg-type]


def request(number: str, patron_id: str = "p1", **more: object) -> Transaction:
    return Transaction(number=number, patron_id=patron_id, **more)  # type: ignore[arg-type]


def notice(subject: str = "n1", kind: NoticeKind = NoticeKind.FEE_NOTICE, **more: object) -> NoticeRequest:
    fields = {"number": subject, "recipient": "li@patron.example", **more}
    return NoticeRequest(kind=kind, subject=subject, **fields)  # type: ignore[arg-type]
