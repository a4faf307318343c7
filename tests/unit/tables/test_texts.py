"""Sentences by code: said with their gaps filled, read when the first is said, or all before a worker is confined."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest

from maild import texts
from maild.texts import Sentence, Texts, code_of, read_all, said_again


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


def test_a_sentence_is_said_again_by_its_code() -> None:
    """Its words are ours, whoever hands the code over; a sentence within it as well."""
    say = Texts("maild.spine")
    one = say("by_itself", number=3, why=say("sender_unproven"))
    assert isinstance(one, Sentence)
    again = said_again(json.loads(json.dumps(code_of(one))))
    assert (again, again.code, again.gaps) == (one, one.code, one.gaps)
    forged = ["spine:by_itself", {"number": "3", "why": ["spine:sender_unproven", {}, "all is well"]}, "all is well"]
    assert said_again(forged) == one


@pytest.mark.parametrize(
    "row",
    [
        None, "spine:sender_unproven", [], ["spine:sender_unproven"], ["spine:sender_unproven", {"more": "x"}],
        ["spine:by_itself", {"number": "3"}], ["spine:by_itself", {"number": 3, "why": "x"}], ["spine:nothing", {}],
        ["nowhere:nothing", {}], ["../spine:sender_unproven", {}], ["spine", {}], [3, {}],
        ["spine:by_itself", {"number": "3", "why": ["spine:nothing", {}]}],
    ],
)  # fmt: skip
def test_what_is_no_sentence_is_not_said_again(row: object) -> None:
    """Another shape, code, package or gap."""
    with pytest.raises(ValueError, match="no sentence"):
        said_again(row)


def test_a_sentence_is_copied_whole() -> None:
    """It goes into other processes and into copies as it is."""
    one = Texts("maild.office.safety")("more", count=3)
    for made in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert (made, made.code, made.gaps) == ("3 more", "office.safety:more", {"count": "3"})
