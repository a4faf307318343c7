"""Excel files are read in a confined process: the same cells come out, and what is wrong with a file stays there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from maild.confine.sheets import SheetReader
from maild.domain.errors import ConfigError
from maild.store.tabular import excel_lines

PATH = Path("/nowhere/流水.xlsx")
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def sheets() -> Iterator[SheetReader]:
    """A reader whose worker may take 20 seconds."""
    made = SheetReader(seconds=20, memory_mb=512)
    yield made
    made.close()


def workbook(rows: int = 3) -> bytes:
    """A statement as a bank's program writes it."""
    file, book = io.BytesIO(), Workbook()
    for number in range(rows):
        book.active.append([f"流水{number}", 12.5 + number, datetime(2026, 11, 2), 123456789012345678, None, "=1/0"])
    book.active["B1"].number_format = "00000"
    book.save(file)
    return file.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose sheet is that text."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, xml if name == SHEET else source.read(name))
    return file.getvalue()


def laughs() -> str:
    """A billion of them, in entities."""
    named = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    cell = '<c r="A1" t="inlineStr"><is><t>&l9;</t></is></c>'
    return (f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{named}]><worksheet '
            f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{cell}</row>'
            "</sheetData></worksheet>")  # fmt: skip


def test_the_same_cells(sheets: SheetReader) -> None:
    """Texts, numbers, dates, and what is wrong with a cell, line by line."""
    data = workbook(200)
    assert sheets.read(PATH, data) == excel_lines(PATH, data)


@pytest.mark.parametrize("data", [
    b"PK\x03\x04 and nothing", with_sheet("<worksheet"), with_sheet(laughs()),
], ids=["no archive", "cut off", "a billion laughs"])  # fmt: skip
def test_a_bad_file_is_told_and_costs_nothing(sheets: SheetReader, data: bytes) -> None:
    """What is wrong names the file and what to do; the next file is read."""
    with pytest.raises(ConfigError) as told:
        sheets.read(PATH, data)
    assert str(PATH) in told.value.what
    assert told.value.remedy
    assert len(sheets.read(PATH, workbook())) == 3


def test_it_is_another_process(sheets: SheetReader) -> None:
    """The file's cells come from a worker: this process has not taken it apart."""
    before = sheets._pool.counters.calls
    sheets.read(PATH, workbook())
    assert sheets._pool.counters.calls == before + 1
