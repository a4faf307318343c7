"""Counts of what came, went and waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.domain.incoming.decision import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCount:
    """Mails of a span: settled without a person, put before staff, ignored (with reason); the rest is under way."""

    all: int = 0
    by_itself: int = 0
    queued: int = 0
    ignored: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCount:
    """Open review items of one cause."""

    cause: Cause
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncedAddress:
    """An address that refuses our mail."""

    address: str
    patron_id: str
    until: datetime
    reason: str
