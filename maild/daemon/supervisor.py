"""The supervisor: starts the loops, wakes them by events, watches their headway, and ends them in order.

    folder threads ──(mail stored)──▶ processing ──(notices written)──▶ relay
           ▲──────────(mails settled)──────┘

A loop that raises is logged and begun again after a pause; one loop's trouble does not stop the others.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from maild import garbage
from maild.daemon import counted, guard, logs
from maild.daemon.bell import LoopBell
from maild.daemon.copies import NAME as COPIES
from maild.daemon.copies import CopyLayer
from maild.daemon.due import DueWatch
from maild.daemon.heart import Heart
from maild.daemon.jobs.bytes_watch import BYTES, look_after
from maild.daemon.jobs.calendar_warning import CalendarWarning
from maild.daemon.jobs.chores import Chores
from maild.daemon.jobs.schedule import Again, Jobs, scheduler
from maild.daemon.looking import Looking
from maild.daemon.lookout import Lookout, Watch
from maild.daemon.loops import EventSender, Watcher, log_processed, log_relayed
from maild.daemon.notify import Notifier
from maild.daemon.progress import Progress
from maild.daemon.services import Services
from maild.daemon.status import status
from maild.daemon.ticks import tick
from maild.daemon.trouble import Troubles
from maild.domain.errors import Temporary
from maild.domain.hours import read_time
from maild.store.leases import free_dead

FIRST_CONTACT_SECONDS = 15.0  # how long READY waits for the mail server's first word
HEADSTART_SECONDS = 0.5  # for which the loops let the first contact go before them: their first turn loads much
RELAY_LIMIT = 600.0
CLOSE_SECONDS = 5.0
RULES_SECONDS = 5.0  # how often it is looked whether staff saved a rule: one small file


class Supervisor:
    """One daemon process. `run` returns the exit code. watch: looks at what lies on this machine; None: nobody does."""

    def __init__(self, services: Services, notifier: Notifier | None = None, watch: Watch | None = None) -> None:
        self.services = services
        self._notifier = notifier or Notifier()
        self._progress = Progress(time.monotonic)
        self._log = logs.get()
        self._stopping = threading.Event()
        self._signals = 0
        self._counts = {"stored": 0, "sent": 0, "processed": 0}
        self._trouble = Troubles(self._log, lambda: services.troubles)
        self._guard = guard.Guard(self._trouble, self._progress, Again(time.monotonic), self._stopping, self._pause)
        self._calendar = CalendarWarning(self._log)
        self._events = EventSender(services, self._trouble, self._pause)
        self._copies = CopyLayer(services, self._pause)
        self._heart = Heart(services, self._progress, self._trouble, self._done)
        self._chores = Chores(services, self._heart, self._trouble, self._notifier)
        self._lookout = Lookout(services, self._trouble, self._progress, self._heart, watch)
        self._watchers: list[Watcher] = []
        self._threads: list[threading.Thread] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> int:
        """Until SIGTERM or SIGINT. 0: all ended in order, or in time enough (what was cut short is safe)."""
        loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._hurry = asyncio.Event()
        self._told = asyncio.Event()  # that we are ready
        self._work, self._post, news = LoopBell(loop), LoopBell(loop), LoopBell(loop)
        self._trouble.news = self._heart.news = news.ring
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="process")
        self._install_signals(loop)
        feeding = asyncio.create_task(self._feed_watchdog())
        looking = asyncio.create_task(tick([*self._lookout.turns(), self._heart.turns()], self._guard.guarded, news))
        self._background(self._guard.job("readers", self._warm_readers)())  # a second's work, beside the first contact
        try:
            await self._until_database_answers()
            self._heart.begin()
            if not self._stopping.is_set():
                self._start_loops()
                await self._first_contact()
            if not self._stopping.is_set():
                self._lookout.working = True
                self._notifier.ready()
                self._tell_ready()
                self._told.set()
                garbage.serving()
                self._scheduler = self._start_schedule()  # what the clock brings, nobody waits for
            await self._ended.wait()
            self._heart.end()
            return await self._drain()
        finally:
            for task in (feeding, looking):
                task.cancel()

    # -- starting ---------------------------------------------------------------------------------

    def _install_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._background(self._reload()))

    def stop(self) -> None:
        """Begin to drain; called again, hurry."""
        self._signals += 1
        if self._signals > 1:
            self._hurry.set()
        self._stopping.set()
        self._ended.set()
        self._told.set()

    def _background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.append(task)
        task.add_done_callback(self._tasks.remove)

    async def _warm_readers(self) -> None:
        """Untrusted bytes are read in confinement: what this system does not grant has to be known."""
        report = await asyncio.to_thread(self.services.confinement)
        self._heart.confined(report)
        self._log.info("confine", in_force=[measure for measure, missing in report.items() if not missing])
        if weak := [f"{measure}: {missing}" for measure, missing in report.items() if missing]:
            self._log.warning("confine", missing=weak, remedy="a newer kernel; maild works, less walled in")

    async def _until_database_answers(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                return await asyncio.to_thread(self._look_at_database)
            except Temporary as error:
                failures += 1
                self._trouble.note("database", error)
                await self._pause(guard.TEMPORARY_PAUSE.delay(failures))

    def _look_at_database(self) -> None:
        """The first transaction: also takes back what a killed process of this host was working on."""
        freed = free_dead(self.services.store, self.services.clock.now())
        if freed:
            self._log.warning("recover", leases=freed, reason="their process has died")
        self._trouble.over("database")

    def _start_loops(self) -> None:
        daemon = self.services.settings.daemon
        accounts = {mailbox.name.partition("/")[0] for mailbox in self.services.mailboxes}
        self._looking = Looking(self.services, accounts)
        for mailbox in self.services.mailboxes:
            watcher = Watcher(
                self.services, mailbox, self._progress, self._trouble, self._work, self._stopping, self._looking
            )
            self._progress.expect(watcher.name, watcher.limit)
            self._watchers.append(watcher)
            self._begin_thread(watcher)
        self._progress.expect("process", 60.0 + daemon.read_seconds * daemon.batch / daemon.readers)
        self._progress.expect("relay", RELAY_LIMIT)
        self._progress.expect("events", RELAY_LIMIT)
        self._progress.expect(DueWatch.name, RELAY_LIMIT)
        self._due = DueWatch(self.services, self._work, self._post, self._stopping)
        self._begin_thread(self._due)
        self._loops = [
            asyncio.create_task(self._loop("process", self._process_turn)),
            asyncio.create_task(self._loop("relay", self._relay_turn)),
            asyncio.create_task(self._loop("events", self._events.turn)),
            asyncio.create_task(self._loop("rules", self._rules_turn)),
        ]
        if self._copies.laying is not None:
            self._loops.append(asyncio.create_task(self._loop(COPIES, self._copies.turn)))

    def _begin_thread(self, watcher: Watcher | DueWatch) -> None:
        # A daemon thread: a server that will not let go of it cannot keep the process from ending.
        thread = threading.Thread(target=self._guard.watch, args=(watcher,), name=watcher.name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _tell_ready(self) -> None:
        """Ready to work is one thing, the mail server's word another: what is out of reach is said, and tried on."""
        folders = {watcher.name: watcher.mailbox.name for watcher in self._watchers}
        away = [mailbox for name, mailbox in folders.items() if name in self._trouble]
        if away:
            self._log.warning("ready", folders=list(folders.values()), out_of_reach=away, then="tried again and again")
        else:
            self._log.info("ready", folders=list(folders.values()))

    async def _first_contact(self) -> None:
        """Ready means: the mail server has answered, or has failed to."""
        deadline = time.monotonic() + FIRST_CONTACT_SECONDS
        while not all(watcher.contacted.is_set() for watcher in self._watchers):
            if time.monotonic() > deadline or self._stopping.is_set():
                return
            await asyncio.sleep(0.01)

    def _start_schedule(self) -> object:
        jobs = Jobs(
            safety_poll=self._guard.guarded("safety poll", self._safety_poll),
            reminders=self._guard.job("reminders", self._remind),
            housekeeping=self._guard.job("housekeeping", self._chores.keep_house),
            figures=self._guard.job("figures", self._count_figures),
            turns=self._guard.job("turns", self._share_out),
        )
        digest_at = self.services.settings.staff.digest_at
        punctual = [read_time(digest_at)] if digest_at else []
        made = scheduler(jobs, self.services.settings.office.timezone, punctual)
        made.start()
        self._background(jobs.reminders())  # those that fell due while we were down
        self._background(self._guard.job("bytes", self._look_at_bytes)())
        return made

    # -- loops ------------------------------------------------------------------------------------

    async def _loop(self, name: str, turn: Callable[[], Awaitable[None]]) -> None:
        await self._looking.tried(self._stopping, lambda: self._progress.stamp(name))
        with suppress(TimeoutError):
            async with asyncio.timeout(HEADSTART_SECONDS):
                await self._told.wait()
        await self._guard.repeat(name, turn)

    async def _process_turn(self) -> None:
        """Process what waits, then wait to be rung."""
        daemon = self.services.settings.daemon
        running = asyncio.get_running_loop().run_in_executor(
            self._worker, lambda: self.services.processor.run_once(daemon.batch)
        )
        report = await running
        if not report.results:
            if not report.more:
                await self._work.wait(self._due.whole_seconds)
            return
        self._counts["processed"] += len(report.results)
        if report.notices:
            self._post.ring()
        log_processed(report, self.services.trail)
        counted.processed(self.services.tally, report)
        for watcher in self._watchers:
            watcher.wake()  # there is something to file

    async def _relay_turn(self) -> None:
        """Send what waits, then wait to be rung."""
        report = await self.services.relay.run_once()
        self._counts["sent"] += report.sent
        log_relayed(report, self._trouble)
        counted.relayed(self.services.tally, report)
        if not report.more:
            await self._post.wait(self._due.whole_seconds)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()

    # -- jobs -------------------------------------------------------------------------------------

    async def _look_at_bytes(self) -> None:
        await self._looking.tried(self._stopping)
        self._trouble.found(BYTES, await asyncio.to_thread(look_after, self.services, read=False))

    async def _safety_poll(self) -> None:
        await self._chores.clock_held()
        self._work.ring()
        self._post.ring()
        await self._guard.again.turn()

    async def _remind(self) -> None:
        self._calendar.say(self.services)
        await self._looking.tried(self._stopping)
        if await self._chores.clock_held():
            return
        written = await asyncio.to_thread(self.services.reminders.run_once)
        if written:
            self._log.info("remind", notices=written)
            self._post.ring()

    async def _share_out(self) -> None:
        await asyncio.to_thread(self.services.desk_acts.run_once)

    async def _count_figures(self) -> None:
        await asyncio.to_thread(self.services.figures.fresh)
        await asyncio.to_thread(self.services.years.fresh)
        if self._trouble.stands(BYTES):
            await self._look_at_bytes()  # somebody may have brought them back

    async def _reload(self) -> None:
        await self._guard.guarded("reload", lambda: self._chores.reload(self._worker))()

    async def _rules_turn(self) -> None:
        """What staff saved in the console comes into force; where it is broken the old rules stay, which is told."""
        if await asyncio.to_thread(self.services.rules_changed):
            # In the processing thread, as a reload.
            await asyncio.get_running_loop().run_in_executor(self._worker, self.services.reload_rules)
            self._log.info("reload", ok=True, why="a rule was saved")
        await self._pause(RULES_SECONDS)

    async def _feed_watchdog(self) -> None:
        """WATCHDOG=1 only while every loop makes headway; otherwise the service manager restarts us."""
        period = min(self._notifier.watchdog_seconds / 3 or 5.0, 5.0)
        while True:
            stalled = self._progress.stalled()
            if stalled:
                self._log.error("stalled", loops=stalled)
            else:
                self._notifier.alive()
            staff = self.services.settings.staff
            self._notifier.status(
                status(
                    self._counts,
                    self._trouble,
                    self.services.troubles,
                    staff.language,
                    self.services.say,
                    working=self._lookout.working,
                )
            )
            await asyncio.sleep(period)

    def _done(self) -> str:
        return f"{self._counts['processed']} mails processed, {self._counts['sent']} notices sent"

    # -- ending -----------------------------------------------------------------------------------

    async def _drain(self) -> int:
        """Let what is in flight end, within drain_seconds; what does not is safe: leases and UIDs bring it back."""
        self._notifier.stopping()
        self._log.info("drain")
        schedule = getattr(self, "_scheduler", None)
        if schedule is not None:
            schedule.pause()
        self.services.relay.stop()
        self._events.stop()
        self._copies.stop()
        self._work.ring()
        self._post.ring()
        for watcher in self._watchers:
            watcher.wake()
        ending = asyncio.create_task(self._all_ended())
        hurrying = asyncio.create_task(self._hurry.wait())
        seconds = self.services.settings.daemon.drain_seconds
        await asyncio.wait((ending, hurrying), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurrying.cancel()
        in_order = ending.done()
        if not in_order:
            ending.cancel()
            self._log.warning("drain", in_order=False, reason="second signal" if self._hurry.is_set() else "time is up")
        if schedule is not None:
            schedule.shutdown(wait=False)
        if in_order:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.services.relay.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._heart.stop()
            await self._close()
            self._log.info("stopped")
        self._notifier.close()
        self._in_order = in_order
        return 0

    async def _all_ended(self) -> None:
        await asyncio.gather(*getattr(self, "_loops", ()), *self._tasks)
        while any(thread.is_alive() for thread in self._threads):
            for watcher in self._watchers:
                watcher.wake()  # it may have begun its wait just after the last call
            await asyncio.sleep(0.02)

    async def _close(self) -> None:
        self._worker.shutdown(wait=False)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.to_thread(self.services.close)
        except TimeoutError:
            self._log.warning("close", reason="took too long")

    @property
    def ended_in_order(self) -> bool:
        """False where something was still in flight when `run` returned: threads may then hang about."""
        return getattr(self, "_in_order", False)


def run(services: Services, environ: Mapping[str, str], watch: Watch | None = None) -> int:
    """Run the daemon in this process until it is told to stop; the exit code."""
    supervisor = Supervisor(services, Notifier.from_environment(environ, os.getpid()), watch)
    with asyncio.Runner() as runner:
        code = runner.run(supervisor.run())
        if not supervisor.ended_in_order:
            # Threads in blocking calls would keep the interpreter from ending; all they hold is safe to lose.
            logs.get().warning("stopped", in_order=False)
            os._exit(code)
    return code
