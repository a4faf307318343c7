"""After a restore, or a start on a state older than the mail server's: what happened meanwhile is taken in again.

What was sent meanwhile must not be sent again, and nobody here knows what was. So notices that wait, and what mails of
the lost time would send, are held for a person; states move as usual: they only say again what providers have said, go
forward only, and can be undone, while what has left the house cannot.
"""

from __future__ import annotations

from datetime import datetime

from maild.domain.decision import Cause
from maild.domain.restoration import Restoration
from maild.pipeline.record import open_notice
from maild.ports import UnitOfWork


def bring_back(uow: UnitOfWork, lately: Restoration, now: datetime) -> dict[str, int]:
    """Write down that a state was brought back, and hold what waited in it: counts `held` and `pending`."""
    uow.restorations.add(lately)
    held = uow.restorations.hold_waiting(lately.why)
    pending = uow.restorations.recover_pending()
    if held:
        said = f"{len(held)} notices waited in the state that was brought back, and may have been sent since"
        reasons = (said, lately.reason, f"notices: {', '.join(map(str, held[:50]))}")
        open_notice(uow, Cause.RESTORED, f"{len(held)} notices are held", reasons, now)
    return {"held": len(held), "pending": pending}
