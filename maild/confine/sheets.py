"""Reading Excel files in confinement: staff hand in statements, but what wrote their ZIP and XML nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.confine.limits import Limits
from maild.confine.pool import Work, WorkerStopped
from maild.confine.resting import RestingPool
from maild.domain.errors import ConfigError

if TYPE_CHECKING:
    from maild.confine.worker import Handler
    from maild.store.tabular import Line

ENTRY = "maild.confine.sheets:make_handler"
SECONDS, MEMORY_MB, IDLE_SECONDS = 60.0, 1536, 60.0
REMEDY = "save it as CSV"


def make_handler() -> Handler:
    """In the worker, before confinement: load what reading needs, by reading once."""
    from maild.store import tabular

    tabular.warm()

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        try:
            return {"lines": tabular.excel_lines(Path(args["path"]), frames[0])}, []
        except ConfigError as fault:
            return {"what": fault.what, "remedy": fault.remedy}, []

    return handle


class SheetReader:
    """Reads Excel files; a worker is started with the first one, and stopped when none came for a while."""

    def __init__(self, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB) -> None:
        limits = Limits(memory_mb=memory_mb, cpu_seconds=seconds)
        self._pool = RestingPool(
            Work(entry=ENTRY, limits=limits), idle_seconds=IDLE_SECONDS, seconds=seconds, max_calls=100
        )

    def read(self, path: Path, data: bytes) -> list[Line]:
        """tabular.Excel. Raises ConfigError for the file's faults, also where it kills its reader; Temporary."""
        try:
            answer, _ = self._pool.call("sheet", {"path": str(path)}, [data])
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            raise ConfigError(f"{path}: the Excel file cannot be read: {stopped.what}", remedy=REMEDY) from stopped
        return _lines(path, answer)

    def close(self) -> None:
        self._pool.close()


def _lines(path: Path, answer: Mapping[str, Any]) -> list[Line]:
    """What the worker says, looked at like all that comes from there."""
    try:
        if "what" in answer:
            raise ConfigError(str(answer["what"]), remedy=str(answer["remedy"]))
        return [(int(number), [(str(text), str(fault)) for text, fault in cells]) for number, cells in answer["lines"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: the reader answered nonsense ({error})", remedy=REMEDY) from error
