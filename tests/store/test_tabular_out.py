"""Tables that are written: what they hold is read back, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from maild.store.tabular import read_table
from maild.store.tabular_out import to_csv, to_xlsx

ROWS = [("=HYPERLINK(1)", 3, 0.5), ("+86", None, 1.25), ("化学系\x07", 0, -2.0)]


def test_csv_keeps_numbers_and_disarms_formulas() -> None:
    """Excel reckons nothing out; negative numbers stay numbers; a mark tells it the text is UTF-8."""
    written = to_csv([("Item", "Number"), *ROWS])
    assert written.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(written.decode("utf-8-sig")))) == [
        ["Item", "Number"],
        ["'=HYPERLINK(1)", "3", "0.5"],
        ["'+86", "", "1.25"],
        ["化学系\x07", "0", "-2.0"],
    ]


def test_a_workbook_is_read_back(tmp_path: Path) -> None:
    """A sheet each; a text that begins with = stays text; what XML cannot say is marked; titles fit Excel's law."""
    path = tmp_path / "made.xlsx"
    path.write_bytes(to_xlsx([("A/B: " + "x" * 40, ("Item", "Number", "Share"), ROWS), ("Other", ("K",), [("v",)])]))
    read = read_table(path)
    assert read.headers == ("Item", "Number", "Share")
    assert [row.values["Item"] for row in read.rows] == ["=HYPERLINK(1)", "+86", "化学系\ufffd"]
    assert [row.values["Number"] for row in read.rows] == ["3", "", "0"]
