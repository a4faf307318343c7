"""Reading statements in confinement: staff hand them in, but who wrote the CSV, the ZIP or the XML nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.confine import SAY
from maild.confine.limits import Limits
from maild.confine.pool import Work, WorkerStopped
from maild.confine.resting import RestingPool
from maild.domain.errors import ConfigError

if TYPE_CHECKING:
    from maild.confine.worker import Handler
    from maild.store.accounting.statement_tables import Below, Heads

ENTRY = "maild.confine.sheets:make_handler"
SECONDS, MEMORY_MB, IDLE_SECONDS = 60.0, 1536, 60.0


def make_handler() -> Handler:
    """In the worker, before confinement: load what reading needs, by reading once."""
    from maild.store.accounting import statement_tables

    statement_tables.warm()

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        try:
            found = statement_tables.lines_below(Path(args["path"]), frames[0], args["heads"])
        except ConfigError as fault:
            return {"what": fault.what, "remedy": fault.remedy}, []
        return {"kind": found[0], "lines": found[1]} if found else {"kind": None}, []

    return handle


class SheetReader:
    """Takes statements apart; a worker is started with the first one, and stopped when none came for a while."""

    def __init__(self, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB) -> None:
        limits = Limits(memory_mb=memory_mb, cpu_seconds=seconds)
        self._pool = RestingPool(Work(entry=ENTRY, limits=limits), idle_seconds=IDLE_SECONDS, max_calls=100)

    def read(self, path: Path, data: bytes, heads: Heads) -> Below:
        """statement_tables.Reader. Raises ConfigError for the file's faults, also where it kills its reader.

        Raises Temporary where no worker can be had.
        """
        asked = {"path": str(path), "heads": [list(head) for head in heads]}
        try:
            answer, _ = self._pool.call("statement", asked, [data])
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            raise ConfigError(
                f"{path}: the file cannot be read: {stopped.what}", remedy=SAY("export_anew")
            ) from stopped
        return _below(path, answer, len(heads))

    def close(self) -> None:
        self._pool.close()


def _below(path: Path, answer: Mapping[str, Any], kinds: int) -> Below:
    """What the worker says, looked at like all that comes from there."""
    try:
        if "what" in answer:
            raise ConfigError(str(answer["what"]), remedy=str(answer["remedy"]))
        if answer["kind"] is None:
            return None
        kind = range(kinds)[int(answer["kind"])]
        return kind, [(int(n), [(str(text), str(fault)) for text, fault in cells]) for n, cells in answer["lines"]]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: the reader answered nonsense ({error})", remedy=SAY("export_anew")) from error
