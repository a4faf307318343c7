"""Statements are read in a confined process: the same cells come out, and what is wrong with a file stays there."""

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
from maild.store.accounting import statement_tables
from maild.store.accounting.statement_tables import lines_below, read_below

PATH = Path("/nowhere/流水.xlsx")
CSV = Path("/nowhere/流水.csv")
HEADS = [["流水0"], ["金额", "日期"]]
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
    return (
        f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{named}]><worksheet '
        f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{cell}</row>'
        "</sheetData></worksheet>"
    )


def csv_file(rows: int = 3, encoding: str = "gb18030") -> bytes:
    """A statement as a bank's counter exports it, below its title."""
    lines = [
        "某银行 交易明细",
        "",
        "日期,金额,用途",
        *(f"2026-11-{n % 28 + 1:02},{n}.50,文献 {n}" for n in range(rows)),
    ]
    return "\r\n".join(lines).encode(encoding)


@pytest.mark.parametrize(
    "data",
    [workbook(200), csv_file(200), csv_file(200, "utf-16"), csv_file(200, "utf-8-sig")],
    ids=["xlsx", "gb18030", "utf-16", "utf-8"],
)
def test_the_same_cells(sheets: SheetReader, data: bytes) -> None:
    """Texts, numbers, dates, and what is wrong with a cell, line by line."""
    found = sheets.read(PATH, data, HEADS)
    assert found == lines_below(PATH, data, HEADS)
    assert found is not None
    assert len(found[1]) >= 200


@pytest.mark.parametrize("data", [
    b"PK\x03\x04 and nothing", with_sheet("<worksheet"), with_sheet(laughs()),
], ids=["no archive", "cut off", "a billion laughs"])  # fmt: skip
def test_a_bad_file_is_told_and_costs_nothing(sheets: SheetReader, data: bytes) -> None:
    """What is wrong names the file and what to do; the next file is read."""
    with pytest.raises(ConfigError) as told:
        sheets.read(PATH, data, HEADS)
    assert str(PATH) in told.value.what
    assert told.value.remedy
    found = sheets.read(PATH, workbook(), HEADS)
    assert found is not None
    assert len(found[1]) == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x00\xff\x00", "no text"),
        (csv_file() + b"\r\n" + b"1" * 200_000, "line 7: a cell has more than 131072 characters"),
    ],
    ids=["bytes", "an endless cell"],
)
def test_a_bad_csv_file_is_told(sheets: SheetReader, data: bytes, said: str) -> None:
    """Which file, which line, why, and what to do."""
    with pytest.raises(ConfigError, match=said) as told:
        sheets.read(CSV, data, HEADS)
    assert told.value.what.startswith(f"{CSV}: ")
    assert told.value.remedy


def test_a_file_of_no_known_kind(sheets: SheetReader) -> None:
    """It is none of them: who asks says which there are."""
    assert sheets.read(CSV, csv_file(), [["serial"]]) is None


def test_a_csv_file_that_kills_its_reader(sheets: SheetReader) -> None:
    """More cells than memory holds: the file is refused, its worker is replaced."""
    with pytest.raises(ConfigError, match="the file cannot be read") as told:
        sheets.read(CSV, csv_file() + b"\r\n" + b",\r\n" * 6_000_000, HEADS)
    assert told.value.remedy
    assert sheets.read(CSV, csv_file(), HEADS) is not None


@pytest.mark.parametrize("answer", [{}, {"kind": 2, "lines": []}, {"kind": 0, "lines": [[1]]}, {"kind": "x"}])
def test_nonsense_of_a_worker_is_refused(monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]) -> None:
    """Who owns a worker says what it likes: none of it gets further."""
    made = SheetReader()
    monkeypatch.setattr(made._pool, "call", lambda *_: (answer, []))
    with pytest.raises(ConfigError, match="nonsense"):
        made.read(CSV, b"", HEADS)


def test_nothing_of_it_is_read_here(sheets: SheetReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a reader, bytes are never taken apart in this process."""
    path = tmp_path / "流水.csv"
    path.write_bytes(csv_file())
    monkeypatch.setattr(statement_tables, "lines_below", None)
    found = read_below(path, HEADS, sheets.read)
    assert found is not None
    kind, table = found
    assert (kind, table.headers) == (1, ("日期", "金额", "用途"))
    assert [row.values["金额"] for row in table.rows] == ["0.50", "1.50", "2.50"]


def test_it_is_another_process(sheets: SheetReader) -> None:
    """The file's cells come from a worker: this process has not taken it apart."""
    before = sheets._pool.counters.calls
    sheets.read(PATH, workbook(), HEADS)
    assert sheets._pool.counters.calls == before + 1
