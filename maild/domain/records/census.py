"""Counts of what came, went and waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxState


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """So many wait; since when the first of them does, None where none does."""

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What waits now. outbox: by state, of what has not left and may."""

    pending: Heap = Heap()
    shunted: int = 0
    outbox: Mapping[OutboxState, Heap] = field(default_factory=lambda: MappingProxyType({}))
