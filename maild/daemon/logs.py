"""Logging by structlog: the event is a stage of the spine, the rest are key=value facts.

Secrets and bodies never get into a log: values of telling names are struck out, bytes become their length,
long texts are cut, of bank cards and identity numbers the last four stay, wherever they come from.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO, cast

from maild.config import Secret
from maild.domain.records.masking import masked

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, Processor

SECRET_NAMES = re.compile(r"pass(word|wd|phrase)|secret|token|credential|api_?key|private_?key|authorization", re.I)
CONTENT_NAMES = frozenset({"raw", "body", "text", "html", "content", "reply_text", "quoted_text", "data"})
LONGEST = 1000  # characters of one value
# These write what they send and receive, logins included, when told to debug; or a line for every step they take.
CHATTY = (
    "imapclient",
    "imaplib",
    "asyncio",
    "apscheduler",
    "mail.log",
    "PIL",
    "urllib3",
    "pymap",
    "alembic",
    "flufl.bounce",
    "requests",
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: strike out what must not be logged."""
    for name, value in list(event.items()):
        event[name] = _safe(name, value)
    return event


def _safe(name: str, value: object) -> object:
    if isinstance(value, Secret) or (SECRET_NAMES.search(name) and value not in (None, "", False, True)):
        return "***"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if name in CONTENT_NAMES and isinstance(value, str):
        return f"<{len(value)} characters>"
    if isinstance(value, Mapping):
        return {str(key): _safe(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe("", each) for each in value]
    if isinstance(value, str):
        value = masked(value)
    if isinstance(value, str) and len(value) > LONGEST and name not in ("exception", "stack"):
        return value[:LONGEST] + "…"
    return value


# sd-daemon(3): the journal takes '<N>' at the beginning of a line for its priority.
PRIORITIES = {
    logging.DEBUG: "<7>",
    logging.INFO: "<6>",
    logging.WARNING: "<4>",
    logging.ERROR: "<3>",
    logging.CRITICAL: "<2>",
}


class JournalFormatter(logging.Formatter):
    """Puts the priority before each line of what another formatter makes: a traceback has many."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        prefix = PRIORITIES.get(record.levelno, "<5>")
        return "\n".join(prefix + line for line in self._inner.format(record).split("\n"))


def is_journal(stream: TextIO, journal_stream: str) -> bool:
    """Whether the stream is what systemd connected to the journal: 'device:inode' in $JOURNAL_STREAM."""
    try:
        stat = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return journal_stream == f"{stat.st_dev}:{stat.st_ino}"


@cache
def _structlog() -> Any:
    """The library, without those that it draws tracebacks with, which nobody asks it for here: they load as long as all
    of SQLAlchemy's tables do, and stay.
    """
    spared = [name for name in ("rich", "better_exceptions") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(spared))  # type: ignore[arg-type]  # None there: "cannot be imported"
    try:
        import structlog
    finally:
        for name in spared:
            del sys.modules[name]
    return structlog


def configure(
    log_format: str = "auto", level: str = "info", stream: TextIO | None = None, *, journal_stream: str = ""
) -> None:
    """Set up structlog and the standard library's logging alike. `log_format`: auto, console, keyvalue, json.

    journal_stream: $JOURNAL_STREAM, '' where there is none; lines to the journal carry their priority
    """
    structlog = _structlog()

    out = stream or sys.stderr
    terminal = out.isatty()
    if log_format == "auto":
        log_format = "console" if terminal else "keyvalue"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    # The console renderer formats a traceback itself; the others need it as a string.
    if log_format != "console":
        shared.append(structlog.processors.format_exc_info)
    shared.append(redact)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(log_format, terminal)],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(JournalFormatter(formatter) if is_journal(out, journal_stream) else formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderer(log_format: str, colours: bool) -> Processor:
    structlog = _structlog()

    if log_format == "json":
        made: Processor = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    elif log_format == "keyvalue":
        order = ["timestamp", "level", "event"]
        made = structlog.processors.LogfmtRenderer(key_order=order, drop_missing=True)
    else:
        plain = structlog.dev.plain_traceback
        made = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)
    return made


def get(name: str = "maild") -> FilteringBoundLogger:
    """A logger; its first argument is the event: a stage of the spine, or a word for what the daemon does."""
    structlog = _structlog()

    return cast("FilteringBoundLogger", structlog.stdlib.get_logger(name))
