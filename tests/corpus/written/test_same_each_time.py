"""The same mails are decided alike whatever order sets have: it changes with every process (PYTHONHASHSEED)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OPENED = Path(__file__).parents[1] / "opened"
MAILS, TODAY = 110, "2026-11-24"


def decided(seed: int) -> list[tuple[str, str, str]]:
    """What becomes of each mail of a hand, in a process of its own."""
    asked = ["evaluate", "--json", "--mails", "--office", str(OPENED / "libraries_mx.toml"), "--today", TODAY]
    command = [sys.executable, "-m", "maild", *asked, str(OPENED / "libraries_mx.jsonl")]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=240, check=False)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines() if line]
    return [(row["id"], row["fate"], row["why"]) for row in rows if row["what"] == "mail"]


@pytest.mark.long
def test_no_order_of_sets_decides() -> None:
    first = decided(1)
    assert len(first) == MAILS
    assert decided(3) == first
