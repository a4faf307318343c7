"""For how long what is kept, by class, and why: rules/retention.toml, which an office lays its own over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Class(StrEnum):
    """What is kept, and taken away after its time. Counted from: docs/privacy.md."""

    DOCUMENTS = "documents"  # delivered files, and the bytes of the mails that brought them
    MAIL = "mail"  # mails without a payment proof: bytes, sender, subject, what was read in them
    PROOFS = "proofs"  # payment proofs and their mails
    NOTICES = "notices"  # copies of what was sent, and what their texts were made of
    REGISTRATIONS = "registrations"  # applications that were decided
    DELIVERIES = "deliveries"  # what was heard of sending to addresses
    EVENTS = "events"  # news that the library's own system has taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long a class is kept. days: 0 for ever; why: in Chinese and English; law: what asks for it, or ''."""

    days: int
    why_zh: str
    why_en: str
    law: str = ""

    def before(self, now: datetime) -> datetime | None:
        """What is older than this may go; None: nothing may."""
        return now - timedelta(days=self.days) if self.days else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The table. run: the daemon does by itself what `maild purge --yes` does; ledger: why the books are kept, which
    nothing here ever takes away.
    """

    run: bool
    keeping: Mapping[Class, Keeping]
    ledger: Keeping


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Of a class: how many rows are too old, with how many files and bytes. before: the moment that it ends at."""

    which: Class
    rows: int
    files: int
    bytes: int
    before: datetime
