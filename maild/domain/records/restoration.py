"""A state that was brought back: from a backup, or found to be older than what the mail server knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.domain import SAY
from maild.domain.outgoing.notice import OutboxState

# What a notice becomes that may have been sent in the time that was lost: a person decides.
PERHAPS_SENT = OutboxState.IN_DOUBT
# Clocks differ: a mail that the server took in so much later may have been handled before `until`.
SLACK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """What was lost lies between two moments: what was done then is done, and not known here.

    since   the moment of the state that was brought back (of the backup)
    until   when the lost maild stopped, as far as is known; mail that came later is new
    reason  how it is known: 'restored from …', or what the server showed
    timed   what time brings (reminders …) has been looked at once since then, its notices held
    """

    at: datetime
    backup: str
    since: datetime
    until: datetime
    reason: str
    timed: bool = False
    id: int = 0

    def covers(self, came: datetime | None) -> bool:
        """Whether a mail that is not known here, and came then, may have been handled before; one without a date may.

        One that came before `since` as well: it may have been fetched, and answered, late.
        """
        return came is None or came <= self.until + SLACK

    @property
    def why(self) -> str:
        """Why a notice is held."""
        return SAY("may_have_left", when=f"{self.since:%Y-%m-%d %H:%M}")
