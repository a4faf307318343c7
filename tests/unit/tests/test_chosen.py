"""Places of maild as arguments of `make test`: each stands for its tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.chosen import ROOT, chosen

OFFICE = ROOT / "maild/office"


def test_a_slice_stands_for_its_tests() -> None:
    """Those that lie as it does, import it or bear its name; none twice, and none of another."""
    found = chosen(["maild/office/payments/"])
    assert found[0] == "tests/unit/office/payments"
    assert {"tests/integration/test_background_proofs.py", "tests/e2e/test_payment_loop.py"} <= set(found)
    assert not [file for file in found if file.startswith("tests/unit/office/payments/")]
    assert not {"tests/unit/office/queue", "tests/unit/parse/test_mime.py"} & set(found)
    assert all((ROOT / file).exists() for file in found)


@pytest.mark.parametrize("folder", [one.parent for one in sorted(OFFICE.glob("*/__init__.py"))], ids=lambda at: at.name)
def test_every_slice_has_tests(folder: Path) -> None:
    """So that none is asked for in vain."""
    assert chosen([str(folder.relative_to(ROOT))])


def test_a_module_stands_for_its_own_or_its_folders() -> None:
    """test_timing.py of timing.py; what no test names is tried with its folder."""
    assert "tests/unit/notify/test_timing.py" in chosen(["maild/notify/writing/timing.py"])
    assert chosen(["maild/office/payments/prices.py"]) == chosen(["maild/office/payments"])


def test_other_arguments_stay() -> None:
    """Paths of tests, options and words that only begin alike."""
    given = ["-k", "proof or maild", "tests/console", "mailday/x", "-m", "not long"]
    assert chosen(given) == given


def test_a_place_that_is_none_is_refused() -> None:
    """With what there is beside it."""
    with pytest.raises(SystemExit, match=r"there is no maild/office/money; beside it are: .*payments"):
        chosen(["maild/office/money"])


def test_a_place_below_rules_is_refused() -> None:
    """pytest would find nothing there, and say so of no rule; a word that is looked for is no place."""
    with pytest.raises(SystemExit, match=r"no test lies as rules/words/status\.toml does: maild rules test"):
        chosen(["rules/words/status.toml"])
    assert chosen(["-k", "rules"]) == ["-k", "rules"]


def test_make_test_goes_through_it() -> None:
    """The target hands ARGS on."""
    asked = subprocess.run(
        ["make", "-n", "test", "ARGS=maild/office/payments -k proof"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "python -m tests.chosen" in asked.stdout
    assert "maild/office/payments -k proof" in asked.stdout
