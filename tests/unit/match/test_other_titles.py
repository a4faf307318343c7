"""Two titles in Latin letters are a third alike by their letters alone: their words say whether they are one work."""

from __future__ import annotations

import pytest

from maild.domain.incoming.matching import Signal
from maild.match.score import _script, _title
from maild.match.weights import load_weights

CORAL = "Coral records of past El Niño events"


@pytest.mark.parametrize(
    "said",
    [
        "Single-cell atlas of the human pancreas",
        "Scour protection of offshore monopiles",
        "Urban heat islands and cool pavements",
    ],
)
def test_another_work_is_another_title(said: str) -> None:
    found = _title(said, CORAL, load_weights())
    assert found is not None
    assert found.signal is Signal.TITLE_MISFIT


@pytest.mark.parametrize(
    "said", ["Coral records of El Nino", "Corals and their records of past events", "The coral record"]
)
def test_the_same_in_other_forms_is_not(said: str) -> None:
    found = _title(said, CORAL, load_weights())
    assert found is None or found.signal is Signal.TITLE


def test_scripts_are_told_apart_and_accents_are_none() -> None:
    """A name in Cyrillic beside one in Latin letters may be the same person's: nobody compares them but a person."""
    assert _script("tomášvarga") == _script("thomas") == _script("nguyễn") == "latin"
    assert _script("王伟") == "cjk"
    assert _script("иванов") == "other"
