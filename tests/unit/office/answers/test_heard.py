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
])  # fmt: skip
def test_a_signature_is_no_clause(name: str, text: str, left: list[str]) -> None:
    """Own name, the given name, a closing word, the day; another's name is something else."""
    heard = hear(asked(text=text), known(COPY, patron=replace(PATRON, name=name)), shipped())
    assert [clause.strip() for clause in heard.unsigned_clauses] == left


def test_what_only_the_guide_would_answer_is_told_beside_another_address() -> None:
    """Where is the list of safe senders in this mailbox: no address changes by that."""
    heard = hear(asked(text="我的qq邮箱在哪里设置"), known(COPY), shipped())
    assert heard.danger(Then.HOLD)
    assert not heard.danger(Then.HOLD, guide=True)
