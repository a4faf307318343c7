"""Attacks with genuine signatures and look-alikes, which must wait; honest mails of the same kinds, which must settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.domain.records.journal import MailStatus
from maild.domain.requests.patron import Delivery
from tests.cases import each
from tests.corpus.standing.office import FOLDER, After, cases, office
from tests.unit.console.occurring import unsaid

pytestmark = pytest.mark.long

CASES = cases()
ATTACKS = [name for name, case in CASES.items() if not case["honest"]]
HONEST = [name for name, case in CASES.items() if case["honest"]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, After]]:
    """Every case, told in one office in which each has a patron and a request of its own."""
    with office(tmp_path_factory.mktemp("standing")) as made:
        yield {name: made.tell(case) for name, case in CASES.items()}


@each("name", ATTACKS)
def test_an_attack_waits(told: dict[str, After], name: str) -> None:
    """Nothing is settled, nobody is told anything, and the reason says what is missing."""
    after = told[name]
    assert (after.mail.status, after.notices) == (MailStatus.REVIEW, ()), after.words
    assert after.item is not None
    assert CASES[name]["words"] in after.words
    waits = {"fee": "conditional", "loan": "on_loan"}.get(CASES[name]["scene"], "")
    assert after.request.state == (waits or after.request.state)
    assert after.request.state not in ("unfilled", "cancelled")
    assert [address.bounced_until for address in after.patron.emails] == [None]


@each("name", HONEST)
def test_an_honest_mail_settles(told: dict[str, After], name: str) -> None:
    """The patron is told of it, and the request moves where it has to."""
    after, case = told[name], CASES[name]
    assert len(after.notices) == 1, after.words
    if after.notices == ("fee_accepted",):
        assert after.request.state == "in_process"
    if after.notices == ("delivery_changed",):
        assert after.patron.delivery is Delivery.DAILY
    if case["group"] == "news":
        assert after.mail.status is MailStatus.SETTLED
        assert after.request.state in ("unfilled", "forwarded", "conditional", "overdue")


def test_ten_of_each_kind_and_none_unused() -> None:
    """At least ten variants of each attack, and every mail belongs to a case."""
    counted = Counter(case["group"] for case in CASES.values() if not case["honest"])
    assert min(counted.values()) >= 10, counted
    assert {"age", "direction", "replay", "matter", "news", "look-alike", "report", "cancel", "renew", "daily"} <= set(
        counted
    )
    used = {step["mail"] for case in CASES.values() for step in case["steps"] if "mail" in step}
    assert {path.name for path in Path(FOLDER).glob("*.eml")} == used


def test_reasons_are_said_in_chinese(told: dict[str, After]) -> None:
    """What is missing is told to librarians in their language."""
    missing, _ = unsaid(reason for name in ATTACKS if (item := told[name].item) for reason in item.reasons[:3])
    assert not missing
