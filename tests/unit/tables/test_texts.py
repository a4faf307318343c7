"""Sentences by code: said with their gaps filled, read when the first is said, or all before a worker is confined."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild import texts
from maild.texts import Texts, read_all


def test_a_sentence_is_said_with_its_gaps_filled() -> None:
    """What kind a gap is stands in the file alone; a brace in a value is no gap."""
    say = Texts("maild.office.safety")
    assert say("more", count=3) == "3 more"
    assert say("many_lost", said="{count} of {all}") == "the bytes of many more are lost: {count} of {all}"


@pytest.mark.parametrize(("code", "gaps"), [("nothing_of_the_kind", {}), ("more", {}), ("more", {"number": 3})])
def test_a_wrong_code_or_gap_is_a_fault(code: str, gaps: dict[str, object]) -> None:
    """It is never said with a hole."""
    with pytest.raises(KeyError):
        Texts("maild.office.safety")(code, **gaps)


def test_all_is_read_before_a_worker_is_confined(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is opened later; a package without sentences of its own has nothing to read."""
    say, silent = Texts("maild.office.safety"), Texts("maild.tables")
    monkeypatch.setattr(texts, "_MADE", [say, silent])
    read_all()
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: pytest.fail("a file is opened"))
    assert say("back") == "the bytes are there again"
