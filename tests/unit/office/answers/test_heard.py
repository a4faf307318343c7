"""Clauses of a mail as they are heard: a name and a day below a letter say nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.office.answers.danger import Then
from maild.office.answers.heard import hear
from maild.office.answers.telling_policy import shipped
from tests.unit.office.answers.asking import COPY, PATRON, asked, known


@pytest.mark.parametrize(("name", "text", "left"), [
    ("宓怀瑾", "得以展卷,感荷\n怀瑾 顿首\n十一月廿三日", ["得以展卷", "感荷"]),
    ("Lê Thị Hạnh", "got it\nHạnh", ["got it"]),
    ("宋棠渔", "谢谢\n宋棠渔 拜上", ["谢谢"]),
    ("李珺", "谢谢\n王珺", ["谢谢", "王珺"]),
    ("李珺", "三月没到", ["三月没到"]),
    ("戚蕴华", "同意自付32元\n戚", ["同意自付32元"]),
    ("温大有", "请照办\n温大有  律师", ["请照办"]),
    ("温大有", "请照办\n温大有 物理系 教授", ["请照办"]),
    ("温大有", "请照办\n温大有不同意", ["请照办", "温大有不同意"]),
])  # fmt: skip
def test_a_signature_is_no_clause(name: str, text: str, left: list[str]) -> None:
    """Own name, the given or the family name, a closing word, the day, with house and office beside the whole; another's
    name is something else, and so is a wish behind one's own.
    """
    heard = hear(asked(text=text), known(COPY, patron=replace(PATRON, name=name, department="物理系")), shipped())
    assert [clause.strip() for clause in heard.unsigned_clauses] == left


def test_what_only_the_guide_would_answer_is_told_beside_another_address() -> None:
    """Where is the list of safe senders in this mailbox: no address changes by that."""
    heard = hear(asked(text="我的qq邮箱在哪里设置"), known(COPY), shipped())
    assert heard.danger(Then.HOLD)
    assert not heard.danger(Then.HOLD, guide=True)


@pytest.mark.parametrize("text", ["麻烦续借\n若谷", "到期必还。 江别鹤", "有错字别笑", "不用我再做什么了吧?"])
def test_no_name_and_no_politeness_is_a_sign_of_danger(text: str) -> None:
    """邹若谷 makes no condition, 江别鹤 denies nothing."""
    name = "江别鹤" if "鹤" in text else "邹若谷"
    heard = hear(asked(text=text), known(COPY, patron=replace(PATRON, name=name)), shipped())
    assert [heard.danger(then) for then in Then if heard.danger(then)] == []


@pytest.mark.parametrize("text", ["别发了", "不用找了", "若到期能还就不续了"])
def test_the_same_words_where_they_are_meant(text: str) -> None:
    heard = hear(asked(text=text), known(COPY, patron=replace(PATRON, name="邹若谷")), shipped())
    assert any(heard.danger(then) for then in (Then.HOLD, Then.BEND))
