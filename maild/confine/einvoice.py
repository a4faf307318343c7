"""Reading issued invoices in confinement: staff hand them in, but a PDF or a ZIP is a PDF or a ZIP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maild.confine import SAY
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.limits import Limits
from maild.confine.pool import Work, WorkerPool, WorkerStopped
from maild.domain.accounting.invoice import IssuedInvoice

if TYPE_CHECKING:
    from maild.confine.worker import Handler

ENTRY = "maild.confine.einvoice:make_handler"
SECONDS, MEMORY_MB = 20.0, 1536


def make_handler() -> Handler:
    """In the worker, before confinement: load what reading needs."""
    from maild.receipts.media import einvoice
    from maild.receipts.warm import warm_invoices

    warm_invoices()

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        out: list[bytes] = []
        return encode(IssuedInvoice, einvoice.read(frames[0], args["filename"]), out), out

    return handle


class InvoiceFileReader:
    """Reads the file of an issued invoice; a worker is started with the first one."""

    def __init__(self, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB) -> None:
        limits = Limits(memory_mb=memory_mb, cpu_seconds=seconds)
        self._pool = WorkerPool(Work(entry=ENTRY, limits=limits), max_calls=500)

    def read(self, content: bytes, *, filename: str = "") -> IssuedInvoice:
        """What the file says; what kills its worker, or takes too long, is a warning.

        Raises Temporary, Permanent or ConfigError where no worker can be started.
        """
        try:
            value, frames = self._pool.call("einvoice", {"filename": filename}, [content])
            return decode(IssuedInvoice, value, frames)
        except CodecFault as error:
            return IssuedInvoice(warnings=(SAY("nonsense", why=error),))
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            return IssuedInvoice(warnings=(stopped.what,))

    def close(self) -> None:
        self._pool.close()
