"""The bodies of the loops. Each turn is short, may raise, and is repeated by the supervisor."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from maild import config
from maild.daemon import counted, logs
from maild.daemon.looking import Looking
from maild.daemon.progress import Progress, StampedMailbox
from maild.daemon.services import Services
from maild.daemon.texts import SAY
from maild.daemon.trouble import Troubles
from maild.domain.errors import Permanent, TemplateFault, Temporary
from maild.domain.incoming.decision import Action
from maild.domain.operation.trace import Trail
from maild.domain.operation.trouble import Sign, TroubleCause
from maild.ports import Mailbox

if TYPE_CHECKING:
    from maild.notify.sending.relay import RelayReport
    from maild.spine.fair.room import Waiting
    from maild.spine.process import ProcessReport

NAMED = 5  # senders whose mails wait
ROOM_SECONDS = 20.0  # until it is looked again whether there is room: no server tells that
FILE_BATCHES = 4  # in a turn: as mails of a flood are decided there is always more, and new mail must not wait for it


class Bell(Protocol):
    """Something to ring from any thread."""

    def ring(self) -> None: ...


class Watcher:
    """One folder, in a thread of its own: take in, file, wait for news."""

    def __init__(
        self,
        services: Services,
        mailbox: Mailbox,
        progress: Progress,
        trouble: Troubles,
        work: Bell,
        stopping: threading.Event,
        looking: Looking,
    ) -> None:
        self._looking = looking
        self.name = f"mailbox {mailbox.name}"
        self.mailbox = mailbox
        self.contacted = threading.Event()  # the server has answered, or has failed to, for the first time
        self._services, self._progress, self._work, self._stopping = services, progress, work, stopping
        self._trouble = trouble
        self._stamped = StampedMailbox(mailbox, self._stamp, stopping)
        account = mailbox.name.partition("/")[0]
        own = next((m for m in services.settings.mailbox if m.name == account), config.Mailbox())
        self.wait_seconds = own.safety_poll_seconds if own.watch == "auto" else own.poll_seconds
        # A wait may last its time, plus reconnecting with its pauses; beyond that the thread hangs.
        self.limit = max(own.safety_poll_seconds, own.poll_seconds) + 10 * own.timeout_seconds + 120.0
        self._log = logs.get().bind(mailbox=mailbox.name)

    def _stamp(self) -> None:
        self._progress.answer(self.name)

    def turn(self) -> None:
        """One round. Raises Temporary or Permanent as the mailbox or the store does."""
        try:
            self._looking.look(self.mailbox.name.partition("/")[0])
            began = time.perf_counter()
            report = self._services.intake.run_once(self._stamped)
        finally:
            self.contacted.set()
        self._trouble.over(self.name)  # now, and not after the wait for news, which may last minutes
        self._trouble.found(self.name, room_signs(self.mailbox.name, report.waiting))
        if report.stored or report.skipped:
            counted.received(self._services.tally, self.mailbox.name, report, time.perf_counter() - began)
            self._log.info("receive", stored=report.stored, skipped=report.skipped, known=report.known)
            self._work.ring()
        for _ in range(FILE_BATCHES):
            if self._stopping.is_set() or not (filed := self._services.filer.run_once(self._stamped)):
                break
            self._log.info("file", mails=filed)
        else:
            return  # there is more: looked for what has come first
        if not self._stopping.is_set():
            self._stamped.wait(min(self.wait_seconds, ROOM_SECONDS) if report.waiting.mails else self.wait_seconds)

    def wake(self) -> None:
        """End the wait: there is something to file, or to stop for. From any thread."""
        wake: Any = getattr(self.mailbox, "wake", None)
        if wake is not None:
            wake()


def room_signs(folder: str, waiting: Waiting) -> list[Sign]:
    """What is told of mails that wait on the server for want of room; nothing where none does."""
    if not waiting.mails:
        return []
    most = ", ".join(f"{count} {sender or 'unnamed'}" for sender, count in waiting.senders[:NAMED])
    what = SAY("mails_wait", count=waiting.mails, size=f"{waiting.nbytes / 1024**2:.0f}", most=most)
    remedy = SAY("free_disk")
    return [Sign(cause=TroubleCause.ROOM_SHORT, about=folder, what=what, remedy=remedy)]


class EventSender:
    """The loop that tells the library's own system; in a thread, so that no mail waits for it."""

    idle_seconds = 2.0

    def __init__(self, services: Services, trouble: Troubles, pause: Callable[[float], Awaitable[None]]) -> None:
        self._services, self._trouble, self._pause = services, trouble, pause

    async def turn(self) -> None:
        """Send what waits, then wait a little."""
        await self._pause(await self._round())

    async def _round(self) -> float:
        sender = getattr(self._services, "deliveries", None)
        if sender is None:  # there is no receiver; after a reload there may be one
            return self.idle_seconds
        report = await asyncio.to_thread(sender.run_once)
        if report.sent or report.deferred:
            counted.delivered(self._services.tally, report)
            logs.get().info("events", sent=report.sent, deferred=report.deferred)
        if report.trouble:
            self._trouble.note("webhook", Temporary(report.trouble))
        elif report.sent:
            self._trouble.over("webhook")
        return 0.0 if report.more else self.idle_seconds

    def stop(self) -> None:
        """Begin no further event."""
        sender = getattr(self._services, "deliveries", None)
        if sender is not None:
            sender.stop()


def log_processed(report: ProcessReport, trail: Trail) -> None:
    """A line per mail: what was decided and why, in a word."""
    for result in report.results:
        mail, decision = result.mail, result.decision
        log = logs.get().bind(trace=trail.trace(mail.id)) if trail.on else logs.get()
        if decision is None:
            log.warning("shunt" if result.shunted else "put back", mail=mail.id, reason=result.trouble)
            continue
        level = log.warning if decision.action is Action.SHUNT else log.info
        level(
            "record",
            mail=mail.id,
            action=str(decision.action),
            kind=str(decision.about.kind),
            rule=decision.about.rule,
            cause=str(decision.cause),
            transactions=list(decision.about.transactions),
            notices=[str(notice.kind) for notice in decision.notices],
            seconds=round(result.seconds, 4),
        )


def log_relayed(report: RelayReport, trouble: Troubles) -> None:
    """A line per round that did something, and what is wrong on the way."""
    if report.sent or report.deferred or report.failed or report.cancelled:
        logs.get().info(
            "relay",
            sent=report.sent,
            merged=report.merged,
            deferred=report.deferred,
            failed=report.failed,
            cancelled=report.cancelled,
            held=report.held,
        )
    if report.in_doubt:
        logs.get().warning("relay", in_doubt=report.in_doubt, remedy="maild outbox list --state in_doubt")
    if report.trouble:
        # What the server refuses to all, or the account, somebody has to look after; what is out of reach may pass.
        lasting = Permanent(report.trouble, remedy=report.remedy) if report.remedy else None
        trouble.note("smtp", lasting or Temporary(report.trouble))
    elif report.sent:
        trouble.over("smtp")
    if report.templates:
        trouble.note("templates", TemplateFault("; ".join(report.templates), remedy=SAY("shipped_words")))
    elif report.templates is not None:
        trouble.over("templates")
    if report.uncopied:
        trouble.note("copies", Temporary(SAY("no_copy_kept", why=report.uncopied)))
    elif report.sent:
        trouble.over("copies")
    if report.unfiled:
        trouble.note("unfiled", Temporary(SAY("copies_stay", why=report.unfiled)))
    else:
        trouble.over("unfiled")
