"""tools/golden.py knows every command, and sees a changed byte wherever it freezes one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import _command
from tools import golden, golden_doors
from tools.golden_doors import DATA

ROW: Mapping[str, Any] = {"exit": 0, "lines": [{"id": 1, "reason": "nothing proves the sender"}]}


def test_every_command_is_looked_at_or_left_with_a_reason() -> None:
    """A new one has to say whether it only looks; one that is gone leaves no line behind."""
    assert golden_doors.unlisted() == []
    named = DATA["looks"].keys() | DATA["left"].keys()
    assert named == set(golden_doors._leaves(_command(), "")), "a command that is gone, or an act"
    assert not DATA["looks"].keys() & DATA["left"].keys()
    assert all(DATA["left"].values())


def test_what_was_answered_before_is_asked_for() -> None:
    """The first line's, or each line's; a list that is empty asks for nothing."""
    earlier = {"queue list": [{"id": 7}, {"id": 9}], "events list": list[Any]()}
    assert golden_doors._calls("", earlier) == [""]
    assert golden_doors._calls("--all {queue list.id}", earlier) == ["--all 7"]
    assert golden_doors._calls("{queue list.id*}", earlier) == ["7", "9"]
    assert golden_doors._calls("{events list.id}", earlier) == []


def test_what_is_random_is_alike_and_no_more() -> None:
    """Hashes of mails that are signed anew, keys of Message-IDs, times that work took, and the folder of the run."""
    row = {
        "a": "f" * 64, "b": "x" + "f" * 64, "c": "/tmp/golden-1/mails", "d": "2026-11-25T02:00:00+00:00",
        "e": "<maild.7.0123456789abcdef@demo.example>", "f": "0000111122223333", "seconds": 1.25, "free_bytes": 7,
    }  # fmt: skip
    alike = {"a": "<hash>", "c": "…/mails", "e": "<maild.7.<key>@demo.example>", "seconds": 0, "free_bytes": 0}
    assert golden_doors._alike(row, "/tmp/golden-1") == row | alike


@pytest.mark.parametrize("now", [
    {**ROW, "exit": 1}, {**ROW, "lines": [{"id": 1, "reason": "nothing proves the sender."}]}, {**ROW, "lines": []},
    {**ROW, "more": ""},
])  # fmt: skip
def test_a_changed_byte_fails(now: Mapping[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So does a row that is gone; one that is new does not."""

    def rows(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        yield "maild queue list", row

    file = tmp_path / "frozen"
    file.write_text("\n".join([json.dumps({"share": 3}), *map(golden._line, rows(ROW))]) + "\n")
    before, share = golden.frozen(file)
    assert share == 3
    assert golden.compare(before, rows(ROW)) == 0
    assert golden.compare(before, rows(now)) == 1
    assert "1 looked at, 1 differ, 0 new, 0 gone" in capsys.readouterr().out
    assert golden.compare(before, ()) == 1
    assert golden.compare({}, rows(ROW)) == 0
