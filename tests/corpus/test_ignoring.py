"""Ignoring is an act: what becomes of letters, advertising and machines, decided with the shipped rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.ignoring import Decided, Office, of_machines, of_written, office, table
from tests.corpus.written_mails import written_mails

HERE = Path(__file__).resolve().parent
LEAST_OUT_OF_THE_WAY = 0.80  # of advertising: ignored, or in the low heap


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    """One office for all."""
    with office() as made:
        yield made


def decided(desk: Office, name: str) -> list[Decided]:
    """The mails of a written set, decided."""
    return list(desk.decide(of_written(mail) for mail in written_mails(name)))


@pytest.mark.parametrize("name", ["letters", "false_friends"])
def test_no_letter_of_a_person_is_ignored(desk: Office, name: str) -> None:
    """Whatever words stand in it; and what advertising it resembles, it waits in the queue itself."""
    found = decided(desk, name)
    assert not [each.line() for each in found if each.outcome == "ignored"]
    assert sum(each.outcome == "low" for each in found) <= len(found) / 50, table({name: found})


def test_advertising_is_out_of_the_way(desk: Office) -> None:
    """Most of it is ignored or in the low heap, and none of it is answered."""
    found = decided(desk, "advertising")
    away = sum(each.outcome in ("ignored", "low") for each in found)
    assert away >= LEAST_OUT_OF_THE_WAY * len(found), table({"advertising": found})
    assert not [each.line() for each in found if each.decision and each.decision.notices]


def test_machines_and_people_beside_them(desk: Office) -> None:
    """Each becomes what is right for it: reports of failures reach staff, pleas too, plain absences do not."""
    found = list(desk.decide(of_machines(HERE / "machines" / "open.toml")))
    assert len(found) >= 35
    assert not [each.line() for each in found if each.outcome not in each.mail.may]


def test_nothing_ignored_rests_on_words_alone(desk: Office) -> None:
    """The advertising that was ignored, without its headers, is ignored no more."""
    ignored = {each.mail.key for each in decided(desk, "advertising") if each.outcome == "ignored"}
    assert ignored
    bare = [of_written(mail, bare=True) for mail in written_mails("advertising") if mail.key in ignored]
    assert not [each.line() for each in desk.decide(bare) if each.outcome == "ignored"]
