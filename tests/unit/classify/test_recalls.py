"""A book that its library wants back before its time."""

from __future__ import annotations

from maild.domain.incoming.ruling import Kind
from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

A = "2026102600088"
SENDER = "ill@lib.pku.edu.cn"


def read(subject: str, text: str) -> tuple[Kind, str, str]:
    """Kind, day and the word of a recall, as rules read a proven library's mail."""
    ruling = ruled(mail(subject, text, sender=SENDER)).main
    return ruling.kind, ruling.value("due"), ruling.value("recalled")


@each(("subject", "text", "day"), [
    ("图书召回", f"贵馆借去的书（{A}）因我校课程指定为教参，需提前收回。请通知读者于2026年11月30日前寄还我馆。", "2026-11-30"),
    ("《海塘录》召回", f"因本校课程指定参考书，须请贵馆将{A}于2026年11月30日前寄回，给读者造成不便深表歉意。", "2026-11-30"),
    (f"召回 {A}", "我校老师急用，请读者2026-11-27前还。谢！", "2026-11-27"),
    ("馆际互借召回", f"事务号：{A}\n操作：召回\n原应还日期：2026-12-02\n召回后应还日期：2026-11-29\n请通知读者按新日期归还。", "2026-11-29"),
    (f"Recall {A}", "A student of ours has placed a hold. Please send the book back by 30 November 2026.", "2026-11-30"),
    (f"RECALL: {A}", "This item has been recalled. It must be returned by 2026-12-01.", "2026-12-01"),
])  # fmt: skip
def test_a_recall_is_read_with_its_day(subject: str, text: str, day: str) -> None:
    """Whatever else the words of a day are taken for ('30 日前寄' is no acceptance)."""
    kind, due, word = read(subject, text)
    assert (kind, due) == (Kind.LOAN_DUE, day)
    assert word


@each(("subject", "text"), [
    ("召回取消", f"{A} 上周的召回请取消，读者仍可用到2026年12月20日前归还。"),
    ("召回", f"{A} 有老师要用，要是读者还没拿到手，能不能2026年11月30日前直接寄回？要是已经拿走了就算了。"),
    ("可能召回", f"{A} 展览要用，可能要召回，2026年12月1日前再告诉您。"),
    (f"About {A}", "We may have to recall this one; please be ready to send it back by 1 December 2026."),
    ("召回", f"{A} 不急，用到2026年12月8日前也行。"),
    ("关于召回制度", "自2026年12月1日起，召回图书须在七日内归还，请各馆知悉。"),
])  # fmt: skip
def test_what_may_be_or_is_no_more_is_none(subject: str, text: str) -> None:
    """Taken back, asked, perhaps, a rule for all."""
    ruling = ruled(mail(subject, text, sender=SENDER)).main
    assert not (ruling.event and ruling.value("recalled"))
