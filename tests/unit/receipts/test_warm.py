"""What is done before a reader is confined: everything once, and nothing dear twice."""

from __future__ import annotations

import pytest

from maild.domain.accounting.receipt import Receipt
from maild.receipts import warm
from maild.receipts.media import pdfpages
from maild.receipts.picture.ocr import Ocr
from maild.receipts.reader import FileReader
from maild.receipts.sheet import Sheet, Zoom


def test_the_models_run_as_often_as_they_must(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are looked for once, as that is most of a worker's start, and each of those drawn is found and read."""
    looks, pages, find = list[int](), list[Sheet](), Ocr.find

    def counted(ocr: Ocr, *args: object) -> object:
        looks.append(1)
        return find(ocr, *args)  # type: ignore[arg-type]

    def extract(sheet: Sheet, zoom: Zoom | None) -> list[Receipt]:
        pages.append(sheet)
        return []

    monkeypatch.setattr(Ocr, "find", counted)
    warm.warm(FileReader(extract))
    assert len(looks) == 1
    assert [box.text for page in pages for box in page.boxes] == ["12.50"] * 6


def test_a_page_of_a_pdf_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium has opened a file and drawn a page of it, before there is no opening of files any more."""
    drawn, rendered = list[int](), pdfpages._rendered

    def noted(page: object, scale: float) -> object:
        drawn.append(1)
        return rendered(page, scale)

    monkeypatch.setattr(pdfpages, "_rendered", noted)
    warm.warm(FileReader(lambda sheet, zoom: []))
    assert drawn == [1]
