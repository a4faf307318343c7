"""What the acts on queue items answer, in Chinese: whole sentences as the code writes them."""

from __future__ import annotations

import pytest

from maild.console.saying import say


@pytest.mark.parametrize(("english", "chinese"), [
    ("item 5 has changed since you looked: li dismissed it on 2026-11-25 10:02 UTC",
     "您打开页面之后，待办 5 有了变化：li 于 2026-11-25 10:02 UTC 设为不予处理"),
    ("item 5 has changed since you looked: li handed it to wang on 2026-11-25 10:02 UTC",
     "您打开页面之后，待办 5 有了变化：li 于 2026-11-25 10:02 UTC 转给 wang"),
    ("item 5 was changed meanwhile: it belongs to wang now", "待办 5 刚刚有了变化：现由 wang 负责"),
    ("item 5 belongs to wang already", "待办 5 本来就由 wang 负责"),
    ("zhao may look only (viewer)", "zhao 只能查看，不能处理"),
    ("pest@spam.example is ignored; item 5 dismissed; 2 other item(s) dismissed with it",
     "今后忽略 pest@spam.example 的来信；待办 5 和该发件人的另外 2 项已设为不予处理"),
    ("ill@calis.edu.cn is not ignored: it belongs to the provider calis",
     "不能忽略 ill@calis.edu.cn：它属于提供馆 calis"),
    ("a@b.example was asked today already on 2026-11-25 10:02 UTC (notice 7)",
     "今天已请过 a@b.example（2026-11-25 10:02 UTC，通知 7）"),
    ("item 5 assigned to registration 3 (account of a@b.example, pending)",
     "待办 5 已归入注册申请 3（a@b.example 的账户，等待审核）"),
    ("2026112000101 exists already: submitted, of p01", "2026112000101 已存在：已提交，读者 p01"),
    ("notice 7 (answer) left the house 2026-11-25 10:02 UTC: it cannot be taken back",
     "通知 7（对来信的答复）已于 2026-11-25 10:02 UTC 发出，不能撤回"),
    ("the requests are p01 and p02's: whose payment it is, is not known", "这些事务属于 p01 and p02，不清楚是谁付的款"),
    ("80 points are needed, 45 were reached", "需要 80 分，只得到 45 分"),
])  # fmt: skip
def test_in_chinese(english: str, chinese: str) -> None:
    """Nothing is left in English."""
    said = say(english, "zh-CN")
    assert str(said) == chinese
    assert said.translated
