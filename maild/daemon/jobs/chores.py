"""What the supervisor does now and then: a reload by SIGHUP, the daily balance, a look at the clock."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from datetime import datetime
from typing import TYPE_CHECKING

from maild.daemon import logs
from maild.daemon.heart import Heart, Reloaded
from maild.daemon.jobs.bytes_watch import BYTES, look_after
from maild.daemon.notify import Notifier
from maild.daemon.services import Services
from maild.daemon.texts import SAY
from maild.daemon.trouble import Troubles
from maild.doctor.texts import SAY as DOCTOR
from maild.domain.errors import MaildError, Permanent
from maild.domain.operation.trouble import Sign, TroubleCause

if TYPE_CHECKING:
    from maild.office.safety.balance import BalanceSheet


class Chores:
    """Used from the event loop."""

    def __init__(self, services: Services, heart: Heart, trouble: Troubles, notifier: Notifier) -> None:
        self._services, self._heart, self._trouble, self._notifier = services, heart, trouble, notifier
        self._log = logs.get()

    async def reload(self, worker: Executor) -> None:
        """SIGHUP: all or nothing; on any fault the old rules stay in force, and whoever asked reads why."""
        asked = self._services.clock.now()
        self._notifier.reloading()
        fault: MaildError | None = Permanent(SAY("own_fault"), remedy=DOCTOR("see_journal"))
        try:
            # In the processing thread: what is being processed ends under the rules it began with.
            await asyncio.get_running_loop().run_in_executor(worker, self._services.reload)
            fault = None
            self._log.info("reload", ok=True)
        except MaildError as error:
            fault = error
            self._log.error("reload", ok=False, what=error.what, remedy=error.remedy)
        finally:
            self._ended(asked, fault)

    def _ended(self, asked: datetime, fault: MaildError | None) -> None:
        what, remedy = (fault.what, fault.remedy) if fault else ("", "")
        signs = [Sign(cause=TroubleCause.RELOAD_REFUSED, what=what, remedy=remedy)] if fault else []
        self._trouble.found("reload", signs)
        self._heart.reloaded(Reloaded(asked=asked, what=what, remedy=remedy))
        self._notifier.ready()

    async def clock_held(self) -> bool:
        """Whether the clock has jumped, so that nothing may be done by it; said while it lasts."""
        trust = getattr(self._services, "clock_trust", None)
        why = await asyncio.to_thread(trust.held) if trust is not None else ""
        if why:
            self._trouble.note("clock", Permanent(SAY("clock_holds", why=why), remedy=DOCTOR("set_or_confirm")))
        else:
            self._trouble.over("clock")
        return bool(why)

    async def keep_house(self) -> None:
        """The balance sheet against the servers, a share of the stored bytes, temporary files that nobody owns."""
        sheet = await asyncio.to_thread(self._services.audit)
        if not sheet.even:
            self._tell(sheet)
            self._trouble.found(BYTES, await asyncio.to_thread(look_after, self._services, read=False))
            sheet = await asyncio.to_thread(self._services.audit)  # what was missing has been fetched meanwhile
        self._heart.balanced(sheet)
        if sheet.even:
            self._log.info("balance", even=True)
        gaps = [Sign(cause=TroubleCause.BALANCE_UNEVEN, what="; ".join(_gaps(sheet)), remedy="maild balance")]
        self._trouble.found("balance", [] if sheet.even else gaps)
        sweep = getattr(self._services.blobs, "sweep", None)
        if sweep is not None:
            self._log.info("sweep", removed=await asyncio.to_thread(sweep))
        self._trouble.found(BYTES, await asyncio.to_thread(look_after, self._services, read=True))

    def _tell(self, sheet: BalanceSheet) -> None:
        self._log.error("balance", even=False, folders=_gaps(sheet), remedy="maild balance shows the gap")


def _gaps(sheet: BalanceSheet) -> list[str]:
    return [
        SAY(
            "gap_of_mailbox",
            mailbox=folder.mailbox,
            missing=len(folder.missing),
            open=folder.unaccounted,
            bytes=folder.bytes_missing or 0,
        )
        for folder in sheet.folders
        if not folder.even
    ]
