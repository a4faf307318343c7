"""A command that looks at many mails reads each file once, as the daemon does."""

from __future__ import annotations

import pytest

from maild.cli.reading.remembered import RememberedReceipts
from maild.domain.accounting.receipt import Receipt
from maild.domain.errors import Temporary


class Reader:
    """Tells what it was asked; has no worker for its first call."""

    version = "7"

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.closed = False

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        self.asked.append(content)
        if len(self.asked) == 1:
            raise Temporary("no worker")
        return (Receipt(source=filename),)

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
