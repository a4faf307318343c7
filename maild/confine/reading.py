"""Reading mails in confinement: the worker's entry, and the pool in front of it (ports.Reader)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from maild.confine import SAY
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.files import FilePool
from maild.confine.limits import Limits
from maild.confine.pool import Confined, Work, WorkerStopped
from maild.confine.resting import RestingPool
from maild.domain.incoming.reading import Reading

if TYPE_CHECKING:
    from maild.confine.worker import Handler
    from maild.ports import DnsAnswers
    from maild.spine.reading.read import ReadSettings

_FIRST_MAIL = b"From: reader@patron.example\r\nSubject: first\r\n\r\nfirst\r\n"
ENTRY = "maild.confine.reading:make_handler"
IDLE_SECONDS = 900.0  # without mail, after which one reader is left
GROWS_AFTER = 1.0  # seconds of waiting for a reader after which there shall be one more


def make_handler(**options: Any) -> Handler:
    """In the worker, before confinement: load the rules and what reading needs. Raises RuleError, ConfigError."""
    from maild.heap import give_back

    give_back()
    from maild.authenticate.keys import load_key
    from maild.spine.reading.read import LocalReader, ReadSettings

    reader = LocalReader(ReadSettings(**options))
    reader.read_closed(_FIRST_MAIL, {})  # what reading imports is loaded before the first real mail is timed
    load_key("v=DKIM1; p=AAAA")
    return reading_handler(reader)


def reading_handler(reader: ClosedReader) -> Handler:
    """The handler around a reader: decodes the call, encodes the Reading. No file is opened here."""

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        answers = {name: None if strings is None else tuple(strings) for name, strings in args["answers"].items()}
        out: list[bytes] = []
        texts, named = args.get("texts", {}), str(args.get("named", ""))
        return encode(Reading, reader.read_closed(frames[0], answers, texts, named), out), out

    return handle


class ClosedReader(Protocol):
    """Reads a mail without opening a file of it."""

    def read_closed(self, raw: bytes, answers: DnsAnswers, texts: Mapping[str, str], named: str) -> Reading: ...


class ReaderPool(Confined):
    """ports.Reader by confined workers. Thread-safe; workers start with the first mail, or by `warm`.

    Files are opened by workers of their own, and only for senders who are worth it (maild.spine.reading.files).
    """

    def __init__(
        self,
        settings: ReadSettings,
        *,
        workers: int,
        seconds: float,
        memory_mb: int,
        entry: str = ENTRY,
        opener: FilePool | None = None,
    ) -> None:
        """`seconds`: of CPU time that a mail may take. `entry`: another function that makes a handler."""
        limits = Limits(memory_mb=memory_mb, cpu_seconds=seconds, readable=readable(settings.rules_folder))
        work = Work(entry=entry, options=asdict(settings), limits=limits)
        self._pool = RestingPool(work, idle_seconds=IDLE_SECONDS, keep=1, workers=workers, grows_after=GROWS_AFTER)
        self._opener = opener or FilePool()

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "", *, vouched: bool = False) -> Reading:
        """Raises MalformedMail; WorkerStopped (Temporary, `mail_to_blame`) on time, memory or a crash."""
        from maild.spine.reading.files import with_opened

        own = dict(_of_this_mail(raw, answers))
        reading = self._read(raw, own, {}, named)
        return with_opened(reading, self._opener, lambda texts: self._read(raw, own, texts, named), vouched=vouched)

    def _read(self, raw: bytes, answers: DnsAnswers, texts: Mapping[str, str], named: str) -> Reading:
        args = {"answers": answers, "texts": dict(texts), "named": named}
        value, frames = self._pool.call("read", args, [raw])
        try:
            return decode(Reading, value, frames)
        except CodecFault as error:
            raise WorkerStopped(SAY("broken_reading", why=error)) from error

    def close(self) -> None:
        """Stop the workers, and those that open files."""
        super().close()
        self._opener.close()


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
