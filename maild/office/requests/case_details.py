"""What a provider's mail says of a case beside its event: rush; of a loan, when it is due and how long it is held."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from maild.domain.incoming.decision import Transition
from maild.domain.incoming.ruling import Ruling
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import Event, Service
from maild.domain.requests.patron import Transaction
from maild.spine.request_policy import RequestPolicy

# From when on a loan's month runs, where no due date is known: its sending, or else its coming here.
_STARTS = {Event.SHIPPED: False, Event.ARRIVED: True, Event.PICKED_UP: True}
_RUSH = re.compile(r"加急|特急|紧急|急件|\b(?:rush|urgent|express)", re.IGNORECASE)
_DENIED = re.compile(r"[不非否无未]|\b(?:no|not|non)\b", re.IGNORECASE)
_YES = frozenset({"是", "有", "急", "yes", "y", "true", "1"})


def says_rush(ruling: Ruling) -> bool:
    """Whether the mail marks the request as urgent; a field that says no is no."""
    value = ruling.value("rush").strip()
    return value.casefold() in _YES or bool(_RUSH.search(value) and not _DENIED.search(value))


def detailed(
    transition: Transition, transaction: Transaction, ruling: Ruling, policy: RequestPolicy, now: datetime
) -> Transition:
    """The transition with what else is known: a due date where nobody says one, and that it is a rush."""
    rush = True if says_rush(ruling) and not transaction.rush else None
    due = transition.due
    if due is None and transaction.due is None:
        due = due_from(transition.event, transaction, policy, now)
    return replace(transition, due=due, rush=rush)


def due_from(event: Event | None, transaction: Transaction, policy: RequestPolicy, now: datetime) -> date | None:
    """The day a loan is due that begins with this event; None for copies, and for other events."""
    if transaction.service is not Service.LOAN or event not in _STARTS:
        return None
    return policy.computed_due(transaction, now, arrived=_STARTS[event])


def held(
    notices: tuple[NoticeRequest, ...], transaction: Transaction, policy: RequestPolicy, now: datetime
) -> tuple[NoticeRequest, ...]:
    """Pick-up notices with the last day on which the thing can be fetched."""
    until = {"until": policy.held_until(transaction, now).isoformat()}
    return tuple(
        replace(notice, data={**until, **notice.data}) if notice.kind is NoticeKind.PICK_UP else notice
        for notice in notices
    )


def day_said(text: str) -> date | None:
    """The day of an ISO date; None where it is none."""
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
