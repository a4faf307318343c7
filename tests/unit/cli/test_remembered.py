"""A command that looks at many mails reads each file once, as the daemon does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from maild.bootstrap import Services, build
from maild.cli.reading import evaluate, explain, remembered
from maild.cli.reading.labelled import Mail
from maild.cli.reading.remembered import RememberedReceipts
from maild.config import Settings, Store
from maild.domain.accounting.receipt import Receipt
from maild.domain.errors import Temporary
from maild.domain.learning.evaluation import Colleague, Label

PICTURE = bytes.fromhex("89504e470d0a1a0a") + bytes(9000)


class Reader:
    """Tells what it was asked; has no worker for its first call."""

    version = "7"

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.says = ""
        self.closed = False

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        self.asked.append(content)
        if len(self.asked) == 1:
            raise Temporary("no worker")
        return (Receipt(source=filename, warnings=(self.says,) if self.says else ()),)

    def scanned(self, content: bytes) -> tuple[str, ...]:
        self.asked.append(content)
        return (content.decode(),)

    def close(self) -> None:
        self.closed = True


def test_equal_bytes_are_read_once_and_a_failed_read_again() -> None:
    behind = Reader()
    reader = RememberedReceipts(behind)
    with pytest.raises(Temporary):
        reader.read(b"logo", filename="a.png")
    first = reader.read(b"logo", filename="a.png")
    assert reader.read(b"logo", filename="b.png", media_type="image/png") is first
    assert reader.read(b"slip", filename="a.png") is not first
    assert behind.asked == [b"logo", b"logo", b"slip"]


def test_what_was_of_the_moment_is_asked_again() -> None:
    behind = Reader()
    behind.asked.append(b"")  # it has a worker
    behind.says = "time: 20 s of the processor"
    reader = RememberedReceipts(behind)
    assert reader.read(b"slip")[0].warnings
    behind.says = ""
    assert [reader.read(b"slip")[0].warnings, reader.read(b"slip")[0].warnings] == [(), ()]
    assert behind.asked == [b"", b"slip", b"slip"]


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "KEPT", 2)
    behind = Reader()
    reader = RememberedReceipts(behind)
    for page in (b"a", b"b", b"a", b"c", b"c", b"a"):
        assert reader.scanned(page) == (page.decode(),)
    assert behind.asked == [b"a", b"b", b"c", b"a"]


def test_both_commands_remember(tmp_path: Path) -> None:
    """Of two mails with one picture `maild explain` and `maild evaluate` have it read once."""
    settings = Settings(store=Store(url=f"sqlite:///{tmp_path}/maild.db", blobs=tmp_path))
    with closing(build(settings)) as services:
        services.ensure_schema()
        made = [mail(n) for n in range(2)]
        for told in (_explained, _evaluated):
            behind = Reader()
            behind.asked.append(b"")
            one = SimpleNamespace(daemon=SimpleNamespace(readers=1))  # two that ask at once read twice
            parts = replace(services.parts, receipts=behind)
            asked = cast(Services, SimpleNamespace(parts=parts, settings=one))
            assert len(told(asked, made)) == 2
            assert behind.asked == [b"", PICTURE]


def mail(number: int) -> bytes:
    """A reader's letter with a picture."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "reader@zju.example", "office@lib.example", f"receipt {number}"
    made.set_content("please find the receipt")
    made.add_attachment(PICTURE, maintype="image", subtype="png", filename=f"{number}.png")
    return made.as_bytes()


def _explained(services: Services, mails: Sequence[bytes]) -> Sequence[object]:
    return list(explain._rows(services, iter([(str(n), raw) for n, raw in enumerate(mails)])))


def _evaluated(services: Services, mails: Sequence[bytes]) -> Sequence[object]:
    label = Label(id="x", kinds=("payment_proof",), colleague=Colleague.HOLD)
    rows = [Mail(label=label, raw=raw) for raw in mails]
    return list(evaluate._grades(services, rows, datetime(2026, 11, 24, tzinfo=UTC)))


def test_what_a_scan_says_is_kept_apart() -> None:
    behind = Reader()
    reader = RememberedReceipts(behind)
    assert [reader.scanned(b"page"), reader.scanned(b"page"), reader.scanned(b"more")] == [
        ("page",),
        ("page",),
        ("more",),
    ]
    assert behind.asked == [b"page", b"more"]
    assert reader.version == "7"
    reader.close()
    assert behind.closed
