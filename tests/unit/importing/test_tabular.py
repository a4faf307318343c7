"""Tables from files: nothing lost, nothing guessed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from maild.domain.errors import ConfigError
from maild.store.tabular import Row, read_table


def _file(tmp_path: Path, data: bytes | str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def _rows(tmp_path: Path, data: bytes | str) -> list[dict[str, str]]:
    return [dict(row.values) for row in read_table(_file(tmp_path, data)).rows]


def _excel(tmp_path: Path, rows: list[list[Any]], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cell, shown_as in (formats or {}).items():
        sheet[cell].number_format = shown_as
    path = tmp_path / "table.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """Every delimiter in every encoding; a name outside GB2312 survives GB18030."""
    lines = [["读者号", "姓名"], ["0012", "朱镕基"], ["", ""], ["7", f'"a{delimiter}""b"""']]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    assert _rows(tmp_path, text.encode(encoding)) == [
        {"读者号": "0012", "姓名": "朱镕基"},
        {"读者号": "7", "姓名": f'a{delimiter}"b"'},
    ]


def test_csv_lines(tmp_path: Path) -> None:
    """Line numbers are the file's, over blank lines, values of several lines and Excel's 'sep=' line."""
    rows = read_table(_file(tmp_path, 'sep=;\na;b\n1;"x\ny"\n\n2;z\n')).rows
    assert [(row.line, dict(row.values)) for row in rows] == [(3, {"a": "1", "b": "x\ny"}), (6, {"a": "2", "b": "z"})]


def test_csv_delimiter_comes_from_the_header(tmp_path: Path) -> None:
    """Values full of ';' (mail addresses) do not make ';' the delimiter; a quoted header does not either."""
    text = 'id,"emails;all"\n1,a@x.example;b@x.example;c@x.example\n'
    assert _rows(tmp_path, text) == [{"id": "1", "emails;all": "a@x.example;b@x.example;c@x.example"}]


def test_short_and_long_rows(tmp_path: Path) -> None:
    """A short row has empty values; a row with more cells than columns is at fault, and the rest goes on."""
    rows = read_table(_file(tmp_path, "a,b,,\n1\n1,2,3\n1,2,,\n")).rows
    assert [dict(row.values) for row in rows] == [{"a": "1", "b": ""}, {"a": "1", "b": "2"}, {"a": "1", "b": "2"}]
    assert [dict(row.faults).keys() for row in rows] == [set(), {""}, set()]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (b"a,A\n1,2\n", "twice"),
        (b'a,b\n1,"open\n', "line 2"),
        (b"\x80\x81\xff\xff\x00", "no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"PK\x03\x04 not really", "cannot be read"),
        (b'[{"a": 1', "line 1"),
        (b'{"a": 1}\n{"a": \n', "line 2"),
        (b"[1, 2]", "no object"),
        (b"[" * 100_000, "nested"),
    ],
)
def test_unusable_files(tmp_path: Path, data: bytes, says: str) -> None:
    """A file that cannot be used names itself, the fault and the remedy."""
    path = _file(tmp_path, data)
    with pytest.raises(ConfigError) as caught:
        read_table(path)
    assert says in caught.value.what
    assert str(path) in caught.value.what
    assert caught.value.remedy


def test_missing_file(tmp_path: Path) -> None:
    """So does one that is not there."""
    with pytest.raises(ConfigError, match="No such file"):
        read_table(tmp_path / "none.csv")


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    """Any other zip archive is refused, not tripped over."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_table(_file(tmp_path, buffer.getvalue()))


def test_excel_values(tmp_path: Path) -> None:
    """Text stays text, numbers keep their digits and shown zeros, dates become ISO dates."""
    cells: list[tuple[Any, str]] = [
        ("00123", "00123"), (123, "000123"), (2026112400017, "2026112400017"),
        (2026112400017123, "2026112400017123"),
        (3.3, "3.3"), (1.1 * 3, "3.3"), (100.0, "100"), (0.0000001, "0.0000001"), (True, "true"), (None, ""),
        (date(2026, 11, 24), "2026-11-24"), (datetime(2026, 11, 24, 9, 5), "2026-11-24 09:05:00"),
        (time(9, 5), "09:05:00"), (" 题名 ", "题名"), (-5, "-5"),
    ]  # fmt: skip
    headers = [f"h{n}" for n in range(len(cells))]
    path = _excel(tmp_path, [headers, [value for value, _ in cells]], {"B2": "000000"})
    (row,) = read_table(path).rows
    assert list(row.values.values()) == [text for _, text in cells]
    assert dict(row.faults) == {}


def test_excel_rounding_and_errors_are_faults(tmp_path: Path) -> None:
    """A number that Excel has rounded and an error value are at fault, by column; the row is still there."""
    (row,) = read_table(
        _excel(tmp_path, [["n", "e", "z", "ok"], [1.2020246099088089e18, "#N/A", 2026112400017120, "x"]])
    ).rows
    assert row.line == 2
    assert set(row.faults) == {"n", "e", "z"}
    assert row.values["ok"] == "x"


def test_excel_blank_rows_and_sheets(tmp_path: Path) -> None:
    """Blank rows count as lines and give none; the first sheet with cells is read."""
    book = Workbook()
    sheet = book.create_sheet("data")
    for line in (["a", "b"], [None, None], [1, None]):
        sheet.append(line)
    book.save(tmp_path / "two.xlsx")
    assert read_table(tmp_path / "two.xlsx").rows == (Row(line=3, values={"a": "1", "b": ""}),)


def test_json_forms(tmp_path: Path) -> None:
    """A list of objects and one object a line are the same table; digits stay as written."""
    items = [{"id": "0012", "emails": ["a@x.example", "b@x.example"], "n": None}, {}, {"id": "7", "n": True}]
    expected = [{"id": "0012", "emails": "a@x.example;b@x.example", "n": ""}, {"id": "7", "n": "true"}]
    for text in (json.dumps(items, indent=1), "\n\n".join(json.dumps(item) for item in items)):
        assert _rows(tmp_path, text) == expected
    assert _rows(tmp_path, '[{"n": 3.30, "big": 20261124000171001999, "e": 1E2}]') == [
        {"n": "3.30", "big": "20261124000171001999", "e": "1E2"}
    ]
    (row,) = read_table(_file(tmp_path, '[{"a": {"b": 1}}]')).rows
    assert set(row.faults) == {"a"}
