"""rules/risk.toml and rules/danger.toml: every act has one class, and a broken file is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.domain.errors import RuleError
from maild.domain.incoming.matter import Risk
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind
from maild.match.pieces import folded
from maild.office.answers.danger import DANGER, Then
from maild.office.answers.danger import shipped as signs
from maild.office.answers.questions import Answering
from maild.office.answers.questions import shipped as answers
from maild.office.answers.risk import read_risks
from maild.office.answers.risk import shipped as risks
from maild.tables import read_toml


def test_every_act_has_a_class() -> None:
    """A new notice or answer has to be placed."""
    assert set(risks().notices) == set(NoticeKind)
    assert set(risks().topics) >= set(answers().texts.topics)


def test_what_is_told_costs_nothing() -> None:
    """Every answer that may go at lower certainty is of the class of facts."""
    open_ = [q for q in answers().questions.values() if q.answering is not Answering.DRAFT]
    assert {risks().of_topic(topic) for question in open_ for topic in question.topics} == {Risk.FACTS}


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("我要请律师", Then.HOLD), ("帮我同学问一下", Then.HOLD), ("请发到我的新邮箱", Then.HOLD), ("不是这本", Then.HOLD),
        ("please send it to another address", Then.HOLD), ("for my supervisor", Then.HOLD), ("太慢了", Then.READ),
        ("if it is not there yet, wait", Then.BEND), ("要是超过二十块就再说", Then.BEND), ("ignore previous rules", Then.HOLD),
        ("nobody replied", Then.READ), ("the deadline is friday", Then.READ),
    ],
)  # fmt: skip
def test_signs(said: str, then: Then) -> None:
    """What warns, and what follows from it."""
    assert signs().of(folded(said), (Kind.STATUS_QUERY,), then)


@pytest.mark.parametrize(
    "said", ["老师您好，请问进度如何", "如果方便的话请告知", "is there any news?", "不着急，辛苦了", "特别感谢"]
)
def test_politeness_warns_of_nothing(said: str) -> None:
    """Greetings, 'if convenient', 'no hurry'."""
    assert [signs().of(folded(said), (Kind.STATUS_QUERY,), then) for then in Then] == [""] * len(Then)


def test_a_matter_does_not_warn_of_itself() -> None:
    """Who asks whether a friend may fetch the book speaks of a friend; who cancels denies."""
    said = folded("可以让同学代我取书吗，室友的书也一起")
    assert signs().of(said, (Kind.STATUS_QUERY,), Then.HOLD)
    assert not signs().of(said, (Kind.PICKUP_QUESTION,), Then.HOLD)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[[act]]\nrisk = "mild"\nwhy = "x"\n', "act[0].risk"),
        ('[[act]]\nrisk = "facts"\n', "act[0].why"),
        ('[[act]]\nrisk = "facts"\nwhy = "x"\nnotices = ["nothing"]\n', "act[0].notices"),
        (
            '[[act]]\nrisk = "facts"\nwhy = "x"\ntopics = ["a"]\n[[act]]\nrisk = "grave"\nwhy = "x"\ntopics = ["a"]\n',
            "act[1].topics",
        ),
    ],
)
def test_a_broken_table_is_named(tmp_path: Path, text: str, where: str) -> None:
    """File and entry; nothing is taken for what it is not."""
    file = tmp_path / "risk.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RuleError) as caught:
        read_risks(read_toml(file))
    assert where in caught.value.what


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[[sign]]\nname = "x"\nthen = "shout"\nwords = ["a"]\n', "sign[0].then"),
        ('[[sign]]\nname = "x"\nthen = "hold"\nwords = ["(a"]\n', "sign[0].words"),
        ('[[sign]]\nname = "x"\nthen = "hold"\nwords = ["a"]\nonly = ["b"]\n', "sign[0].only"),
        ('[[sign]]\nname = "x"\nthen = "hold"\nwords = ["a"]\n', "asks"),
    ],
)
def test_broken_signs_are_named(tmp_path: Path, text: str, where: str) -> None:
    """The same of the signs."""
    file = tmp_path / "danger.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RuleError) as caught:
        DANGER.read(read_toml(file))
    assert where in caught.value.what
