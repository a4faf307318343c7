"""What the demo's mails leave in the database can be told in Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.unit.console.occurring import stored, unsaid


def test_reasons_of_the_demo(filled: tuple[Path, Any]) -> None:
    """Decisions, candidates, history, replies, warnings: not one in a hundred is left in English."""
    missing, count = unsaid(stored(filled[0] / "maild.db"))
    assert count > 200
    assert len(missing) <= count / 100, missing
