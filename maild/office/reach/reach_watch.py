"""A domain that defers our mail is told of once a day, instead of each mail it keeps waiting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maild.config import Staff
from maild.domain.outgoing.notice import Alert
from maild.domain.outgoing.reach import ReachPolicy
from maild.office.notices.announce_staff import alert
from maild.office.reach import SAY
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store


class ReachWatch:
    """Part of the hourly upkeep; harmless to repeat."""

    def __init__(self, store: Store, clock: Clock, policy: ReachPolicy, staff: Staff) -> None:
        self._store, self._clock, self._policy, self._staff = store, clock, policy, staff

    def run_once(self) -> int:
        """Alert staff to domains that are slow; returns how many alerts are new."""
        now = self._clock.now()
        since = now - timedelta(hours=1)
        new = 0
        with self._store.begin() as uow:
            slow = uow.heard.slow(uow.heard.deferring(since), since, self._policy.slow_addresses)
            for domain, last in sorted(slow.items()):
                line = SAY("put_off", domain=domain, when=f"{last:%Y-%m-%d %H:%M}", again=domain)
                notices = alert(
                    self._staff, Alert.SLOW_DOMAIN, [line], subject=f"slow:{domain}", revision=now.date().isoformat()
                )
                new += len(uow.outbox.add(notices, now))
        return new
