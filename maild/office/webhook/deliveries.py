"""Sending events to the library's own system: claim → post → mark, in the order of each transaction, until taken.

An event is marked right after its answer. Should the process die between answer and mark, it is sent once more under
the same id: at least once, and recognisable.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from maild.config import Staff, Webhook
from maild.domain.incoming.decision import Cause
from maild.domain.operation.backoff import Backoff
from maild.domain.outgoing.event import Event, EventKind, EventState, HookAnswer, Taking
from maild.domain.outgoing.notice import Alert
from maild.domain.records.journal import ReviewItem
from maild.office.notices.announce_staff import alert
from maild.office.webhook.events import body_of
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.hooks.client import HttpHook
    from maild.store.uow import Store, UnitOfWork

BATCH = 20
FEWEST_TRIES = 5  # also of an old event that staff send again
ROUND_SECONDS = 120.0  # after which no event of a round is begun: its lease, and the watchdog, last longer
KEEP_DAYS = 90  # of what was sent
EVENT_CAP = 6 * 3600.0  # seconds between two tries of one event, at most
PAUSE_CAP = 900.0  # and between two tries of a receiver that cannot be used


# What staff are told, and what they can do.
TROUBLES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "gone": {
            "en": (
                "the receiver of events answers 410 Gone: nothing more is sent to it",
                "mend [webhook] url, or when it takes events again: maild events resend --gone",
            ),
            "zh": (
                "接收事件的系统答复 410（不再接收），推送已停止",
                "请更正 [webhook] url；该系统恢复接收后执行 maild events resend --gone",
            ),
        },
        "failed": {
            "en": (
                "an event was given up after {days} days: {reply}",
                "when the receiver is mended: maild events resend --failed",
            ),
            "zh": (
                "有事件连续 {days} 天未被接收，已停止重试：{reply}",
                "接收系统修复后执行 maild events resend --failed",
            ),
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What one round did. `more`: call again at once; `trouble`: why the receiver cannot be used."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    more: bool = False
    gone: bool = False
    trouble: str = ""


def webhook_id(event: Event) -> str:
    """The id under which an event is sent, however often."""
    return f"evt_{hashlib.sha256(event.key.encode()).hexdigest()[:32]}"


def body_bytes(body: Mapping[str, object]) -> bytes:
    """The body as it is signed and sent."""
    return json.dumps(_plain(body), ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


class Deliverer:
    """Sends what waits. Used from one thread; several processes may share a database."""

    def __init__(
        self,
        store: Store,
        hook: HttpHook,
        clock: Clock,
        settings: Webhook,
        staff: Staff,
        *,
        owner: str,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._hook, self._clock = store, hook, clock
        self._settings, self._staff, self._owner, self._chance = settings, staff, owner, chance
        self._lease = 2 * (ROUND_SECONDS + 2 * settings.timeout_seconds)
        self._place = f"[{hashlib.sha256(settings.url.encode()).hexdigest()[:8]}]"  # an address may hold a secret
        self._paused_until, self._failures, self._tidied = 0.0, 0, float("-inf")
        self._stopping = False

    def stop(self) -> None:
        """Begin no further event."""
        self._stopping = True

    def close(self) -> None:
        """Close the connection."""
        self._hook.close()

    def run_once(self) -> DeliveryReport:
        """One round: up to BATCH events, until one says that the receiver cannot be used. Raises as the store does."""
        if self._stopping or self._clock.monotonic() < self._paused_until:
            return DeliveryReport()
        self._tidy()
        begun = self._clock.monotonic()
        with self._store.begin() as uow:
            if self._gone(uow):
                return DeliveryReport(gone=True)
            now = self._clock.now()
            lease_now = uow.outbox.lease_time(now)
            events = uow.events.claim(BATCH, now, self._lease, self._owner, lease_now=lease_now)
        counts = dict.fromkeys(Taking, 0)
        trouble = ""
        for n, event in enumerate(events):
            late = self._clock.monotonic() - begun > ROUND_SECONDS
            if trouble or late or self._stopping:
                self._put_back(events[n:])
                break
            answer = self._hook.post(webhook_id(event), body_bytes(event.body), self._clock.now())
            counts[answer.taking] += self._keep(event, answer)
            trouble = self._weigh(answer)
        return DeliveryReport(
            sent=counts[Taking.TAKEN],
            deferred=counts[Taking.LATER] + counts[Taking.REFUSED],
            gone=bool(counts[Taking.GONE]),
            more=bool(events) and not trouble,
            trouble=trouble,
        )

    def test(self) -> HookAnswer:
        """Send a test event at once; it is not kept."""
        now = self._clock.now()
        event = Event(
            key=f"test:{now.isoformat()}:{self._chance()}",
            at=now,
            kind=EventKind.TEST,
            number="",
            body=body_of(EventKind.TEST, now, {"say": "maild can reach this system"}),
        )
        return self._hook.post(webhook_id(event), body_bytes(event.body), now)

    def _gone(self, uow: UnitOfWork) -> bool:
        """Whether this receiver said that it takes no more; what another one refused so is sent to this one."""
        standing = uow.events.find(state=EventState.GONE, limit=BATCH)
        here = [event for event in standing if self._place in event.reply]
        if not here:
            for event in standing:
                uow.events.mark(event.id, EventState.WAITING, now=self._clock.now(), attempts=0)
        return bool(here)

    def _put_back(self, events: list[Event]) -> None:
        """Not tried: as free as before."""
        now = self._clock.now()
        with self._store.begin() as uow:
            for event in events:
                uow.events.mark(event.id, EventState.WAITING, now=now, reply=event.reply)

    def _keep(self, event: Event, answer: HookAnswer) -> int:
        """Write the answer down, in a transaction of its own."""
        now = self._clock.now()
        attempts = event.attempts + 1
        reply = f"{answer.reply} {self._place}"
        with self._store.begin() as uow:
            if answer.taking is Taking.TAKEN:
                uow.events.mark(event.id, EventState.SENT, now=now, reply=reply, attempts=attempts)
            elif answer.taking is Taking.GONE:
                uow.events.mark(event.id, EventState.GONE, now=now, reply=reply, attempts=attempts)
                self._tell(uow, f"webhook:gone:{event.id}", now, "gone", answer.reply)
            elif attempts >= FEWEST_TRIES and now - event.at > timedelta(days=self._settings.give_up_days):
                uow.events.mark(event.id, EventState.FAILED, now=now, reply=reply, attempts=attempts)
                self._tell(uow, f"webhook:failed:{now.date().isoformat()}", now, "failed", answer.reply)
            else:
                until = now + timedelta(seconds=max(self._delay(attempts), answer.retry_after))
                uow.events.mark(event.id, EventState.WAITING, now=now, reply=reply, not_before=until, attempts=attempts)
        return 1

    def _delay(self, attempts: int) -> float:
        backoff = Backoff(base=self._settings.retry_base_seconds, factor=3.0, cap=EVENT_CAP, jitter=0.3)
        return backoff.delay(attempts, self._chance())

    def _weigh(self, answer: HookAnswer) -> str:
        """After trouble that is the receiver's, leave it alone for a while: longer, the longer it lasts."""
        if answer.taking is not Taking.LATER:
            self._failures = 0
            return "" if answer.taking is not Taking.GONE else answer.reply
        self._failures += 1
        backoff = Backoff(base=self._settings.retry_base_seconds, factor=2.0, cap=PAUSE_CAP, jitter=0.3)
        pause = max(backoff.delay(self._failures, self._chance()), answer.retry_after)
        self._paused_until = self._clock.monotonic() + pause
        return answer.reply

    def _tell(self, uow: UnitOfWork, key: str, now: datetime, what: str, reply: str) -> None:
        """Put it before staff, once."""
        if uow.reviews.of_key(key) is not None:
            return
        lines = {
            locale: tuple(one.format(reply=reply, days=self._settings.give_up_days) for one in said)
            for locale, said in TROUBLES[what].items()
        }
        uow.reviews.add(
            ReviewItem(
                id=0,
                mail_id=None,
                cause=Cause.SEND_FAILED,
                kind="webhook",
                key=key,
                subject="webhook",
                reasons=lines["en"],
            ),
            now,
        )
        told = lines["zh" if self._staff.language.startswith("zh") else "en"]
        uow.outbox.add(alert(self._staff, Alert.WEBHOOK, told, subject=key), now)

    def _tidy(self) -> None:
        """Once a day, forget what was sent long ago."""
        if self._clock.monotonic() - self._tidied < 86_400:
            return
        with self._store.begin() as uow:
            uow.events.forget(self._clock.now() - timedelta(days=KEEP_DAYS))
        self._tidied = self._clock.monotonic()
