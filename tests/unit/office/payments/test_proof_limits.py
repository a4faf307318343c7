"""What of a mail's files is not looked at is told; what could not be read for want of a worker is not given up."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.errors import Temporary
from maild.domain.incoming.reading import Reading
from maild.office.payments.proofs import MOST_FILES, MOST_TRIES, BackgroundProofs, Waiting, proof_files, with_receipts
from maild.spine.reading.read import LocalReader, ReadSettings


def _reading(files: int) -> Reading:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "z@patron.example", "office@lib.example", "付款凭证"
    message.set_content("费用已转账，凭证见附件。")
    for number in range(files):
        message.add_attachment(
            b"\xff\xd8\xff\xe0 %d" % number, maintype="image", subtype="jpeg", filename=f"{number}.jpg"
        )
    reader = LocalReader(ReadSettings(transaction_number=r"\d{13}", authserv_id="mx", own_address="office@lib.example"))
    return reader.read(message.as_bytes(), {})


def test_what_is_left_out_is_told() -> None:
    """Thirteen files, of which twelve are read: a receipt that says so stands before the others."""
    for files, said in ((MOST_FILES, False), (MOST_FILES + 1, True)):
        reading = _reading(files)
        known = {f.sha256: (Receipt(kind=ReceiptKind.WECHAT, sha256=f.sha256),) for f in proof_files(reading)}
        first = with_receipts(reading, known).receipts[0]
        assert any(w.startswith("too many: 1 more") for w in first.warnings) is said


class _Store:
    """Remembers no receipt; waking a mail does nothing."""

    @contextmanager
    def read(self) -> Any:
        yield SimpleNamespace(receipts=SimpleNamespace(cached=lambda hashes, version: {}))


class _NoWorker:
    """A reader whose worker cannot start."""

    version = "1"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self, content: bytes, **_: str) -> tuple[Receipt, ...]:
        raise self._error

    def close(self) -> None:
        """Nothing is held."""


def _after(error: Exception, tries: int) -> Mapping[int, Reading | Waiting]:
    clock = SimpleNamespace(now=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    lane = BackgroundProofs(_Store(), _NoWorker(error), clock)  # type: ignore[arg-type]
    reading = _reading(1)
    try:
        for _ in range(tries):
            lane.ask(1, proof_files(reading))
            while lane.busy:
                lane.wait(0.05)
        return lane.complete({1: reading})
    finally:
        lane.close()


def test_no_worker_is_no_fault_of_the_file() -> None:
    """The mail goes on waiting; a file that breaks the reader itself is given up after three tries, and said to be."""
    assert isinstance(_after(Temporary("no worker"), MOST_TRIES + 2)[1], Waiting)
    (receipt,) = _after(RuntimeError("broken"), MOST_TRIES)[1].receipts  # type: ignore[union-attr]
    assert receipt.warnings[0].startswith("unread")
