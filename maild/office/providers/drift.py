"""The drift alarm: hourly, what was counted is held against what is usual; staff are told once, with a sample."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

from maild.config import Staff
from maild.domain.errors import NotFound
from maild.domain.incoming.decision import Cause
from maild.domain.learning.drift import DriftPolicy, Finding, Tally, Traffic, detect
from maild.domain.outgoing.notice import Alert
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.office.notices.announce_staff import alert
from maild.office.providers import SAY
from maild.ports import Clock
from maild.tables import office_table
from maild.tables.table import Table

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

MOST_ALARMS = 50  # of one topic, ever: a key each


class DriftAlarm:
    """Looks at every provider; harmless to repeat."""

    def __init__(self, store: Store, clock: Clock, policy: DriftPolicy, staff: Staff) -> None:
        self._store, self._clock, self._policy, self._staff = store, clock, policy, staff
        self._looked: dict[str, datetime] = {}

    def run_once(self) -> int:
        """Tell staff what changed; returns how many alarms are new. Raises Temporary as the store does."""
        with self._store.read() as uow:
            providers = uow.traffic.providers()
            # Without a mail since the last look there is nothing that was not found then.
            fresh = [name for name, last in providers.items() if self._looked.get(name) != last]
            found = [finding for provider in fresh for finding in self.look(uow, provider)]
        new = 0
        for finding in found:
            with self._store.begin() as uow:
                new += self._tell(uow, finding)
        if providers and self._today().day == 1:
            with self._store.begin() as uow:
                for provider in providers:
                    uow.traffic.forget(provider, self._before(self._policy.keep_days), self._policy.most_shapes)
        self._looked = dict(providers)
        return new

    def look(self, uow: UnitOfWork, provider: str, since: date | None = None) -> list[Finding]:
        """What changed in a provider's mails, or in those since a day."""
        shapes = [s for s in uow.traffic.shapes(provider) if since is None or s.last_seen.date() >= since]
        return detect(Traffic(provider, self._tallies(uow, provider, since)), shapes, self._policy, self._today())

    def _tallies(self, uow: UnitOfWork, provider: str, since: date | None) -> Iterable[Tally]:
        """The watched days one by one; what lies before them together."""
        if since is not None:
            return uow.traffic.days(provider, since.isoformat())
        watched = self._before(self._policy.watched_days)
        old = uow.traffic.sums(provider, self._before(self._policy.history_days), watched)
        return [*old, *uow.traffic.days(provider, watched)]

    def _tell(self, uow: UnitOfWork, finding: Finding) -> int:
        """Once: while its item is open nothing more; after it was handled, only what happened since counts."""
        for n in range(1, MOST_ALARMS):
            key = f"drift:{finding.provider}:{finding.topic}:{n}"
            known = uow.reviews.of_key(key)
            if known is None:
                self._raise(uow, finding, key)
                return 1
            if known.state is ReviewState.OPEN or known.handled is None:
                told = "\n".join(known.reasons)
                if all(name in told for name in finding.names):
                    return 0
                continue  # the fields that it names are not all
            again = self.look(uow, finding.provider, known.handled.astimezone(UTC).date())
            still = next((f for f in again if f.topic == finding.topic), None)
            if still is None:
                return 0
            finding = still
        return 0

    def _raise(self, uow: UnitOfWork, finding: Finding, key: str) -> None:
        now = self._clock.now()
        sender = subject = ""
        if finding.mail_id is not None:
            with suppress(NotFound):  # which the office may have purged
                mail = uow.mails.get(finding.mail_id)
                sender, subject = mail.sender, mail.subject
        item = ReviewItem(
            id=0,
            mail_id=finding.mail_id if sender or subject else None,
            cause=Cause.DRIFT,
            kind="drift",
            key=key,
            sender=sender,
            subject=subject or finding.provider,
            reasons=(_head(finding, "en"), *finding.lines),
        )
        item_id, locale = uow.reviews.add(item, now), self._staff.language
        lines = (_head(finding, locale), *(line.words(locale) for line in finding.said))
        uow.outbox.add(
            alert(self._staff, Alert.DRIFT, (*lines, _sample(item_id, sender, subject, locale)), subject=key), now
        )

    def _today(self) -> date:
        return self._clock.now().astimezone(UTC).date()

    def _before(self, days: int) -> str:
        return (self._today() - timedelta(days=days)).isoformat()


def _head(finding: Finding, locale: str) -> str:
    if locale.startswith("zh"):
        return f"提供馆 {finding.provider}：{finding.since} 起邮件格式似有变化"
    return SAY("mails_changed", provider=finding.provider, day=finding.since)


def _sample(item_id: int, sender: str, subject: str, locale: str) -> str:
    zh = locale.startswith("zh")
    told = (f"（{sender}：{subject}）" if zh else f" ({sender}: {subject})") if subject else ""
    return f"样本邮件：maild queue show {item_id}{told}" if zh else f"the sample: maild queue show {item_id}{told}"


DRIFT: Table[DriftPolicy] = Table("drift.toml", DriftPolicy, "rules/drift.toml, as shipped, says what each is for")


def load_drift(folder: str) -> DriftPolicy:
    """drift.toml of the office's rules folder over the shipped one. Raises RuleError naming file, line and key."""
    source = office_table(DRIFT.name, folder)
    policy = DRIFT.read(source)
    for name in source.data:
        value = getattr(policy, name)
        if isinstance(value, int | float) and not 0 < value < (1 if isinstance(value, float) else inf):
            reason = "must lie between 0 and 1" if isinstance(value, float) else "must be a number above zero"
            raise source.error(name, reason, DRIFT.help)
    return policy
