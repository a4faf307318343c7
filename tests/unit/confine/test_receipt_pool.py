"""ReceiptPool: whatever happens to its worker, a receipt comes back that says so."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from maild.config import Office, Receipts
from maild.confine import SAY
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.receipts import ReceiptPool
from maild.domain.accounting.receipt import Ground, Mark, Receipt, ReceiptKind
from maild.domain.money import Money

ENTRY = "tests.unit.confine.receipt_entries:make_handler"


def make(entry: str = ENTRY, rules: str = "", number: str = "T[0-9]+", **settings: float) -> ReceiptPool:
    """A pool with a handler of ours."""
    return ReceiptPool(
        replace(Receipts(), **settings), Office(), rules_folder=rules, transaction_number=number, entry=entry
    )


@pytest.fixture
def pool() -> Iterator[ReceiptPool]:
    """One worker, a second of the processor a file, four by the clock."""
    made = make(seconds=1.0, memory_mb=768)
    yield made
    made.close()


def test_without_eyes_every_file_is_a_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package that reads pictures is not installed no worker is tried; what was told then is forgotten after."""
    able = make().version
    monkeypatch.setattr("maild.confine.receipts.EYES", ("cv2", "no_such_module_of_ours"))
    made = make()
    (told,) = made.read(b"content", filename="a.jpg")
    assert (told.kind, told.source) == (ReceiptKind.NOT_A_RECEIPT, "a.jpg")
    assert told.warnings == (SAY("no_reader"),)
    assert made.scanned(b"content") == ()
    made.warm()
    assert made.confinement == {}, "no worker was started"
    assert made.version != able
    made.close()


@pytest.mark.parametrize(
    ("deed", "warning"),
    [
        ("sleep", "time: reading took longer than 4 s and was stopped"),
        ("spin", "time: "),
        ("eat", "too large: reading needed more than 768 MB of memory"),
        ("die", "broken: the worker died while reading"),
        ("raise", "broken: reading raised KeyError"),
        ("nonsense", "broken: the reader answered nonsense"),
    ],
)
def test_what_stops_a_worker_is_told(pool: ReceiptPool, deed: str, warning: str) -> None:
    """As a NOT_A_RECEIPT with the file's hash, in time; the next file is read."""
    begun = time.monotonic()
    (told,) = pool.read(b"content", filename=deed)
    assert time.monotonic() - begun < 10
    assert told.kind is ReceiptKind.NOT_A_RECEIPT
    assert told.warnings[0].startswith(warning)
    assert (told.source, len(told.sha256)) == (deed, 64)
    (after,) = pool.read(b"content", filename="good")
    assert after.source == "good"
    assert after.warnings[0].isdigit()


def test_idle_workers_rest() -> None:
    """No process before the first file, none some time after the last; the next file starts one anew."""
    pool = make(idle_seconds=0.3)
    assert pool.counters.started == 0
    first = int(pool.read(b"", filename="a")[0].warnings[0])
    assert int(pool.read(b"", filename="a")[0].warnings[0]) == first
    end = time.monotonic() + 10
    while _alive(first) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _alive(first)
    assert int(pool.read(b"", filename="a")[0].warnings[0]) != first
    pool.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_too_large_a_file_needs_no_worker() -> None:
    """It is not even sent."""
    pool = make(max_bytes=100_000)
    (told,) = pool.read(bytes(100_001), filename="a.jpg")
    assert told.warnings == ("too large: 100001 bytes",)
    assert pool.counters.started == 0
    pool.close()


def test_the_version_is_that_of_code_layouts_and_settings(tmp_path: Path) -> None:
    """The same where nothing changed; another where the number's pattern, a layout or the office is another."""
    base = make().version
    assert make(workers=2).version == base
    assert make(number="X[0-9]+").version != base
    folder = tmp_path / "receipts"
    folder.mkdir()
    assert make(rules=str(tmp_path)).version not in {base, ""}
    before = make(rules=str(tmp_path)).version
    (folder / "20-icbc.toml").write_text("# other")
    assert make(rules=str(tmp_path)).version != before


def test_receipts_cross_the_wire() -> None:
    """Dates, money, enumerations, marks: what goes in comes out; a wrong shape does not."""
    receipt = Receipt(
        source="a", kind=ReceiptKind.WECHAT, amount=Money(Decimal("12.50")), date=date(2026, 3, 12), time="10:00:00",
        serials=("A1", "B2"), ground=Ground.WORDS, amount_agrees=True, sure=True,
        marks=MappingProxyType({"amount": Mark(confidence=0.9, source="ocr", box=(1, 2, 3, 4)),
                                "date": Mark(confidence=1.0, source="text")}),
    )  # fmt: skip
    frames: list[bytes] = []
    value = json.loads(json.dumps(encode(tuple[Receipt, ...], (receipt, Receipt()), frames)))
    assert decode(tuple[Receipt, ...], value, frames) == (receipt, Receipt())
    with pytest.raises(CodecFault):
        decode(date, "2026-02-30", [])
    with pytest.raises(CodecFault):
        decode(date, 20260230, [])
