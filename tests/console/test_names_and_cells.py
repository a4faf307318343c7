"""What leaves the console as a file: no cell is calculated, no name deceives."""

from __future__ import annotations

import pytest

from maild.console.pages.audit import _cell
from maild.console.pages.files import disposition


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_calculated(begins: str) -> None:
    """Also not by programs that take wide signs for narrow ones."""
    assert _cell(f"{begins}HYPERLINK(1)") == f"'{begins}HYPERLINK(1)"
    assert _cell(f"a{begins}b") == f"a{begins}b"


@pytest.mark.parametrize(
    "sign",
    ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\r\nSet-Cookie: a=b", "\x00", "\x85", "\ud800", "\u2028"],
)
def test_no_name_deceives(sign: str) -> None:
    """Nothing turns it round or hides in it, nothing of it becomes a header."""
    said = disposition(f"发票{sign}fdp.exe")
    assert said.isascii()
    assert said.isprintable()
    assert "%E2%80%AE" not in said
    assert said.count("filename") == 2
    assert said.endswith("fdp.exe")
    assert "%" not in said.rpartition("''")[2].replace("%E5%8F%91%E7%A5%A8", "").replace("%3A", "").replace(
        "%20", ""
    ).replace("%3D", "")
