"""A share of what maild ignored by itself is shown to staff each week: who ignores has to be looked at, too.

Which mails is told by a hash of their bytes, so that every host picks the same; each is put before staff once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Cause
from maild.domain.records.ignored import Why, why_ignored
from maild.domain.records.journal import MailRecord, MailStatus, ReviewItem
from maild.office.ignoring import SAY
from maild.ports import Clock
from maild.texts import parts_of

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

PAGE = 500
MOST_READ = 20_000  # ignored mails that are gone through, the newest first
MOST = 20  # of a week: more than that nobody looks through
BY_MAILD = frozenset({Why.LIST, Why.REPLY, Why.OTHER})


class IgnoredSample:
    """Puts `percent` of the mails that were ignored last week onto the low heap of the queue."""

    def __init__(self, store: Store, clock: Clock, *, percent: int, zone: tzinfo) -> None:
        self._store, self._clock, self._percent, self._zone = store, clock, percent, zone

    def run_once(self) -> int:
        """What of last week is not shown yet; returns how many mails that were. 0 per cent: none."""
        if not self._percent:
            return 0
        now = self._clock.now()
        until = week_begin(now, self._zone)
        with self._store.begin() as uow:
            chosen = [mail for mail in _ignored(uow, until - timedelta(days=7), until) if sampled(mail, self._percent)]
            chosen = sorted(chosen, key=lambda mail: _number(mail.sha256))[:MOST]
            keys = {_key(mail): mail for mail in chosen}
            shown = {item.key for item in uow.reviews.of_keys(list(keys))}
            fresh = [mail for key, mail in keys.items() if key not in shown]
            for mail in uow.decisions.said(fresh):
                uow.reviews.add(_item(mail, self._percent), now)
            return len(keys.keys() - shown)


def week_begin(now: datetime, zone: tzinfo) -> datetime:
    """The Monday of the office's week, at midnight."""
    here = now.astimezone(zone)
    return datetime.combine(here.date() - timedelta(days=here.weekday()), time(0), zone)


def sampled(mail: MailRecord, percent: int) -> bool:
    """Whether the mail is among the share: by its bytes alone."""
    return _number(mail.sha256) < percent / 100


def _key(mail: MailRecord) -> str:
    return f"ignored:{mail.id}"


def _number(digest: str) -> float:
    """From 0 to 1, evenly. Hashed again: who writes a mail shall not choose."""
    return int.from_bytes(sha256(f"ignored:{digest}".encode()).digest()[:8]) / 2**64


def _ignored(uow: UnitOfWork, since: datetime, until: datetime) -> Iterator[MailRecord]:
    """What maild itself ignored in that time, the newest first."""
    before: int | None = None
    for _ in range(MOST_READ // PAGE):
        page = uow.mails.find(status=MailStatus.IGNORED, limit=PAGE, before=before)
        for mail in page:
            at = mail.settled or mail.stored
            if at is not None and since <= at < until and why_ignored(mail) in BY_MAILD:
                yield mail
        if len(page) < PAGE or (page[-1].stored is not None and page[-1].stored < since - timedelta(days=7)):
            return
        before = page[-1].id


def _item(mail: MailRecord, percent: int) -> ReviewItem:
    why = SAY("sample", percent=percent)
    reasons = (why, *(parts_of(mail.reason) or filter(None, mail.reason.split("; "))))
    return ReviewItem(
        id=0,
        mail_id=mail.id,
        cause=Cause.ADVERTISING,
        kind=mail.kind,
        sender=mail.sender,
        key=_key(mail),
        subject=mail.subject,
        reasons=reasons,
    )
