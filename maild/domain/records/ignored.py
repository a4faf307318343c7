"""Senders whose mail staff want to see no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.domain.incoming.ruling import Kind
from maild.domain.records.journal import MailRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredSender:
    """An address (lower case), who ignores it since when, and why."""

    address: str
    actor: str
    at: datetime
    reason: str

    @property
    def words(self) -> str:
        """The reason that a mail of it is settled with."""
        return f"{BY_STAFF}{self.actor}, {self.at:%Y-%m-%d}): {self.reason}"


BY_STAFF = "ignored by staff ("
CIRCULAR = "a circular to all partners"  # begins the reason
DISMISSED = "dismissed by "


class Why(StrEnum):
    """For what reason a mail was ignored, for who looks through them."""

    LIST = "list"
    CIRCULAR = "circular"  # a proven library's to all of its partners
    REPLY = "reply"  # automatic ones, read receipts
    OWN = "own"  # notices of ours that came back
    SENDER = "sender"  # staff ignore its sender
    STAFF = "staff"  # staff dismissed it
    OTHER = "other"  # nothing new, thanks alone


_BY_KIND = {Kind.BULK.value: Why.LIST, Kind.AUTO_REPLY.value: Why.REPLY, Kind.OWN.value: Why.OWN}


def why_ignored(mail: MailRecord) -> Why:
    """The reason for which a mail, which is ignored, is so."""
    if mail.reason.startswith(BY_STAFF):
        return Why.SENDER
    if mail.reason.startswith(DISMISSED):
        return Why.STAFF
    if mail.reason.startswith(CIRCULAR):
        return Why.CIRCULAR
    return _BY_KIND.get(mail.kind, Why.OTHER)
