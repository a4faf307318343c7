"""Keepers of what is told: notices, and drafts that staff may let go; a statement for each, for a whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.outgoing.notice import NoticeRequest, OutboxState
from maild.spine import SAY
from maild.spine.recording.keeping import Caused

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

DRAFT = "+draft"  # ends the revision of a draft


def drafts(uow: UnitOfWork, every: Sequence[Caused], now: datetime) -> Sequence[int]:
    """Held beside the item; none where the mail joins the item of another, which has its own."""
    uow.outbox.hold([one for each in every if each.anew and not each.joined for one in _drafted(each)], now)
    uow.outbox.add([one for each in every if not each.anew for one in _drafted(each)], now, state=OutboxState.HELD)
    return ()


def notices(uow: UnitOfWork, every: Sequence[Caused], now: datetime) -> Sequence[int]:
    """Those of a mail that may have been answered before are held back; returns the ids of all others."""
    held = [one for each in every if each.before for one in _told(each)]
    uow.outbox.hold_back(held, now, SAY("maybe_sent"))
    return uow.outbox.add([one for each in every if not each.before for one in _told(each)], now)


def _told(each: Caused) -> list[NoticeRequest]:
    return caused(each.decision.notices, each.mail_id)


def _drafted(each: Caused) -> list[NoticeRequest]:
    return drafted(each.decision.drafts, each.mail_id)


def caused(requests: Sequence[NoticeRequest], mail_id: int | None) -> list[NoticeRequest]:
    """The notices with the mail that caused them."""
    return [replace(request, mail_id=mail_id) for request in requests]


def drafted(requests: Sequence[NoticeRequest], mail_id: int | None) -> list[NoticeRequest]:
    """The drafts, as rows of their own: a draft that is never sent must not keep the same notice from being sent."""
    return [replace(request, revision=f"{request.revision}{DRAFT}") for request in caused(requests, mail_id)]
