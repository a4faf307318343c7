"""How long anything may wait. A clock that was ahead for a while and is right again must not make waits of a year.

Every wait that is kept is read against its cap: what lies beyond it was written by another clock, and is over now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

NOTICE_CAP = timedelta(days=2, hours=1)  # the longest a notice is put off: an address that may recover (notify.plan)
MAIL_CAP = timedelta(days=1)  # a mail that waits for DNS, or for its files to be read
EVENT_CAP = timedelta(days=2)  # an event that its receiver does not take, or put off by Retry-After
COPY_CAP = timedelta(days=1)  # the copy of a sent notice that the folder does not take
LEASE_CAP = timedelta(hours=1)  # the longest lease there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a short look at the database found: whether there may be any to claim."""

    mails: bool
    notices: bool
