"""Reading mails in confinement: the worker's entry, and the pool in front of it (ports.Reader)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from maild.confine.codec import CodecFault, decode, encode
from maild.confine.limits import Limits
from maild.confine.pool import Counters, Work, WorkerPool, WorkerStopped
from maild.domain.reading import Reading

if TYPE_CHECKING:
    from maild.confine.worker import Handler
    from maild.pipeline.read import ReadSettings
    from maild.ports import DnsAnswers, Reader

_FIRST_MAIL = b"From: reader@patron.example\r\nSubject: first\r\n\r\nfirst\r\n"
ENTRY = "maild.confine.reading:make_handler"


def make_handler(**options: Any) -> Handler:
    """In the worker, before confinement: load the rules and what reading needs. Raises RuleError, ConfigError."""
    from maild.authenticate.keys import load_key
    from maild.pipeline.read import LocalReader, ReadSettings

    reader = LocalReader(ReadSettings(**options))
    reader.read(_FIRST_MAIL, {})  # what reading imports is loaded before the first real mail is timed
    load_key("v=DKIM1; p=AAAA")
    return reading_handler(reader)


def reading_handler(reader: Reader) -> Handler:
    """The handler around a reader: decodes the call, encodes the Reading."""

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        answers = {name: None if strings is None else tuple(strings) for name, strings in args["answers"].items()}
        out: list[bytes] = []
        return encode(Reading, reader.read(frames[0], answers, str(args.get("named", ""))), out), out

    return handle


class ReaderPool:
    """ports.Reader by confined workers. Thread-safe; workers start with the first mail, or by `warm`."""

    def __init__(
        self, settings: ReadSettings, *, workers: int, seconds: float, memory_mb: int, entry: str = ENTRY
    ) -> None:
        """`seconds`: wall-clock and CPU limit of a mail. `entry`: another function that makes a handler."""
        limits = Limits(memory_mb=memory_mb, cpu_seconds=seconds, readable=readable(settings.rules_folder))
        work = Work(entry=entry, options=asdict(settings), limits=limits)
        self._pool = WorkerPool(work, workers=workers, seconds=seconds)

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "") -> Reading:
        """Raises MalformedMail; WorkerStopped (Temporary, `mail_to_blame`) on time, memory or a crash."""
        args = {"answers": dict(_of_this_mail(raw, answers)), "named": named}
        value, frames = self._pool.call("read", args, [raw])
        try:
            return decode(Reading, value, frames)
        except CodecFault as error:
            raise WorkerStopped(f"the worker handed over a broken reading: {error}") from error

    def warm(self) -> None:
        """Start a worker now. Raises ConfigError where the rules are broken."""
        self._pool.warm()

    @property
    def counters(self) -> Counters:
        return self._pool.counters

    @property
    def confinement(self) -> dict[str, str]:
        """Measure → '' where in force, else why it is not; empty before the first worker started."""
        return self._pool.confinement

    def close(self) -> None:
        self._pool.close()


_MANY_ANSWERS = 12


def _of_this_mail(raw: bytes, answers: DnsAnswers) -> DnsAnswers:
    """Only this mail's share of a batch's answers travels with it."""
    if len(answers) <= _MANY_ANSWERS:
        return answers
    from maild.authenticate import questions_of

    return {name: answers[name] for name in questions_of(raw) if name in answers}


def readable(folder: str) -> tuple[str, ...]:
    """The folders that a worker reads rules from."""
    from maild.resources import data_folder

    shipped = str(data_folder("rules").resolve())
    return (shipped, folder) if folder else (shipped,)
