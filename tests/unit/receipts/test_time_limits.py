"""What a file may cost is counted in processor time: a busy machine reads what an idle one reads."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from maild.domain.accounting.receipt import Receipt
from maild.receipts.reader import FileReader, ReaderLimits
from maild.receipts.sheet import Sheet, Zoom
from tests.corpus.bombing import archive

PAGES = archive({"a.html": b"<html><body><p>one</p></body></html>", "b.html": b"<html><body><p>two</p></body></html>"})


def wait(seconds: float) -> None:
    """As on a machine where others are at work: time passes, the processor is not ours."""
    time.sleep(seconds)


def toil(seconds: float) -> None:
    """At work all the time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.parametrize(("spend", "pages"), [(wait, 2), (toil, 1)])
def test_only_work_uses_a_file_up(spend: Callable[[float], None], pages: int) -> None:
    """Two files in an archive: both are read however long the first had to wait, one where it took all the time."""
    seen: list[str] = []

    def extract(sheet: Sheet, zoom: Zoom | None) -> list[Receipt]:
        seen.append(sheet.boxes[0].text)
        spend(0.4)
        return []

    (receipt,) = FileReader(extract, limits=ReaderLimits(seconds=0.3)).read(PAGES, filename="two.zip")
    assert seen == ["one", "two"][:pages]
    assert any(warning.startswith("time: ") for warning in receipt.warnings) is (pages == 1)
