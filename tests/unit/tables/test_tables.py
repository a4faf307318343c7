"""Tables of ours: the office's file laid over the shipped one, and faults with file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any

import pytest

from maild.classify.learned.levels import load_levels
from maild.domain.errors import RuleError
from maild.domain.hours import read_time
from maild.match import load_weights
from maild.notify.sending.submission import load_submission
from maild.notify.writing.timing_policy import load_timing_policy
from maild.office.answers.danger import load_danger
from maild.office.answers.risk import load_risks
from maild.office.answers.telling_policy import load_telling
from maild.office.ignoring.ignoring_policy import load_ignoring
from maild.office.notices.leaving import load_leaving
from maild.office.payments.beside_proof import load_beside
from maild.office.payments.payment_policy import load_payments
from maild.office.providers.drift import load_drift
from maild.tables import laid_over, office_table, read_toml
from maild.tables.table import Among, From, Limits, Table

LOADERS: dict[str, Callable[[str], object]] = {
    "matching.toml": load_weights, "submission.toml": load_submission, "voice.toml": load_timing_policy,
    "danger.toml": load_danger, "risk.toml": load_risks, "ignoring.toml": load_ignoring,
    "leaving.toml": load_leaving, "beside.toml": load_beside, "payments.toml": load_payments,
    "drift.toml": load_drift, "second/levels.toml": load_levels, "words/topics.toml": load_telling,
}  # fmt: skip


def own(folder: Path, name: str, text: str) -> Path:
    """A file of the office's."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", LOADERS)
def test_what_the_office_does_not_say_is_as_shipped(tmp_path: Path, name: str) -> None:
    """An own file that says nothing changes nothing: one of an earlier maild holds when keys are added."""
    own(tmp_path, name, "# of the year before\n")
    assert office_table(name, str(tmp_path)).data == office_table(name).data
    assert LOADERS[name](str(tmp_path))


def test_keys_are_laid_over_and_lists_taken_whole(tmp_path: Path) -> None:
    """One weight, one limit, one list: the rest is as shipped."""
    own(tmp_path, "matching.toml", "[weights]\nthread = 1\n")
    own(tmp_path, "payments.toml", '[standing]\nopen_amount = "9.00"\n')
    own(tmp_path, "voice.toml", "at_night = []\n")
    weights, shipped = load_weights(str(tmp_path)), load_weights()
    assert {signal for signal in shipped.points if weights.points[signal] != shipped.points[signal]} == {"thread"}
    policy = load_payments(str(tmp_path))
    assert (str(policy.open_amount.amount), policy.open_claims) == ("9.00", load_payments().open_claims)
    assert policy.rules == load_payments().rules
    voice = load_timing_policy(str(tmp_path))
    assert (voice.at_night, voice.can_wait) == (frozenset(), load_timing_policy().can_wait)


def test_a_fault_is_told_where_it_stands(tmp_path: Path) -> None:
    """Of the file that says the key, the table that is meant, and the line."""
    above = read_toml(own(tmp_path, "own.toml", "a = 1\n\n[t]\nx = 1\n"))
    below = read_toml(own(tmp_path, "shipped.toml", "[t]\ny = 2\n\n[[row]]\nk = 1\n[[row]]\nk = 2\n"))
    both = laid_over(above, below)
    assert both.data == {"a": 1, "t": {"x": 1, "y": 2}, "row": [{"k": 1}, {"k": 2}]}
    found = {field: both.where(field) for field in ("a", "t.x", "t.y", "row[0].k", "row[1].k", "row[1]", "none.k")}
    assert {field: where.rpartition("/")[2] for field, where in found.items()} == {
        "a": "own.toml:1", "t.x": "own.toml:4", "t.y": "shipped.toml:2", "row[0].k": "shipped.toml:5",
        "row[1].k": "shipped.toml:7", "row[1]": "shipped.toml:6", "none.k": "own.toml",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("voice.toml", "can_wait = []\nat_nigth = []\n", "voice.toml:2: at_nigth"),
        ("voice.toml", 'at_night = ["nonsense"]\n', "voice.toml:1: at_night"),
        ("submission.toml", "alike = 1\n", "submission.toml:1: alike"),
        (
            "submission.toml",
            '[[line]]\ncodes = [550]\nwhy = "x"\n[[line]]\ncodes = ["5"]\n',
            "submission.toml:5: line[1]",
        ),
        ("drift.toml", "\nnone = 1\n", "drift.toml:2: none"),
        ("risk.toml", '[[act]]\nrisk = "none"\n', "risk.toml:2: act[0].risk"),
        ("payments.toml", "[standing]\nopen_claims = -1\n", "payments.toml:2: standing.open_claims"),
        ("matching.toml", "[weights]\nthread = true\n", "matching.toml:2: weights.thread"),
    ],
)
def test_a_fault_of_the_office_s_file_stops_with_its_place(tmp_path: Path, name: str, text: str, where: str) -> None:
    """File, line and key, as far as the table tells them."""
    own(tmp_path, name, text)
    with pytest.raises(RuleError) as caught:
        LOADERS[name](str(tmp_path))
    assert where in str(caught.value)


def test_adding_a_table(tmp_path: Path) -> None:
    """The example of CONTRIBUTING.md, as it stands there."""
    text = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text("utf-8").partition("## Adding a table of")[2]
    here = (dataclass, Annotated, Mapping, time, read_time, From, Limits, Among, Table)
    names: dict[str, Any] = {each.__name__: each for each in here} | {"__name__": __name__}
    exec(text.split("```python\n")[1].split("```")[0], names)
    desks = names["DESKS"]
    found = desks.read(read_toml(own(tmp_path, "desks.toml", '[east]\nopens = "8:30"\nlanguages = ["en"]\n')))
    assert (found["east"].opens, found["east"].seats) == (time(8, 30), 4)
    with pytest.raises(RuleError, match=r"desks\.toml:3: east\.seat: unknown key \(did you mean 'seats'\?\)"):
        desks.read(read_toml(own(tmp_path, "desks.toml", '[east]\nopens = "8:30"\nseat = 3\n')))
