"""Reading stored mails again in confinement, under two rule sets side by side: parsed once, classified twice."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maild.confine import SAY
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.limits import Limits
from maild.confine.pool import Confined, Work, WorkerPool, WorkerStopped
from maild.confine.reading import readable
from maild.domain.incoming.reading import Reading
from maild.domain.learning.backtest import Compared

if TYPE_CHECKING:
    from maild.confine.worker import Handler
    from maild.ports import DnsAnswers
    from maild.spine.reading.read import ReadSettings

ENTRY = "maild.confine.comparing:make_handler"


def make_handler(**options: Any) -> Handler:
    """In the worker, before confinement: load both rule sets. Raises RuleError, ConfigError."""
    from maild.spine.reading.read import ReadSettings
    from maild.spine.reading.reread import Rereader

    before = ReadSettings(**options["before"]) if options["before"] else None
    reader = Rereader(ReadSettings(**options["after"]), before, frozenset(options["touched"]))

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        out: list[bytes] = []
        answers = {name: None if strings is None else tuple(strings) for name, strings in args["answers"].items()}
        at, proven = datetime.fromisoformat(args["at"]), bool(args["proven"])
        if kind == "compare":
            return encode(Compared, reader.compare(frames[0], answers, at, proven=proven), out), out
        reading = reader.read(frames[0], answers, at, proven=proven, before=bool(args["before"]))
        return encode(Reading, reading, out), out

    return handle


class ComparingPool(Confined):
    """workshop.backtest.Comparer by confined workers. Thread-safe; workers start with the first mail, or by `warm`.

    before: the rules to compare with, None where there are but those of `after`
    """

    def __init__(
        self,
        after: ReadSettings,
        before: ReadSettings | None = None,
        *,
        touched: frozenset[str] = frozenset(),
        workers: int,
        seconds: float,
        memory_mb: int,
    ) -> None:
        folders = [settings.rules_folder for settings in (after, before) if settings]
        paths = tuple(dict.fromkeys(path for folder in folders for path in readable(folder)))
        limits = Limits(memory_mb=memory_mb, cpu_seconds=seconds, readable=paths)
        options = {"after": asdict(after), "before": asdict(before) if before else None, "touched": sorted(touched)}
        self._pool = WorkerPool(Work(entry=ENTRY, options=options, limits=limits), workers=workers)
        self.workers = workers

    def compare(self, raw: bytes, answers: DnsAnswers, at: datetime, *, proven: bool) -> Compared:
        """What both rule sets say. Raises MalformedMail; WorkerStopped (Temporary)."""
        args = {"answers": dict(answers), "at": at.isoformat(), "proven": proven}
        value, frames = self._pool.call("compare", args, [raw])
        try:
            return decode(Compared, value, frames)
        except CodecFault as error:
            raise WorkerStopped(SAY("broken_comparison", why=error)) from error

    def read(self, raw: bytes, answers: DnsAnswers, at: datetime, *, proven: bool, before: bool) -> Reading:
        """The whole reading under one of them. Raises as `compare` does."""
        args = {"answers": dict(answers), "at": at.isoformat(), "proven": proven, "before": before}
        value, frames = self._pool.call("read", args, [raw])
        try:
            return decode(Reading, value, frames)
        except CodecFault as error:
            raise WorkerStopped(SAY("broken_reading", why=error)) from error
