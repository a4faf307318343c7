"""Plain news whose words come near what makes none of it: 'the copy you requested' is no letter in copy (0159)."""

from __future__ import annotations

from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

N = "2026112400017"
PLAIN = [
    (f"Dear colleagues, please find attached the copy you requested ({N}).", "shipped"), (f"{N}: we do not hold the journal, so we cannot supply the copy you need.", "unfilled"),
    (f"{N} Sorry for the delay, we had a backlog. The full text is attached.", "shipped"), (f"{N} 已发送。积压申请较多,敬请谅解。全文见附件", "shipped"),
    (f"Your request from 20 November 2026, {N}, cannot be supplied: we do not hold this journal.", "unfilled"), (f"{N} 本馆无此刊,请老师另找。", "unfilled"),
    (f"{N} The total cost will be HKD 60.00. Please confirm.", "fee_quoted"), (f"{N} 复制费共12.00元，无需另收邮费，请确认。", "fee_quoted"),
    (f"{N} TNM staging of lung tumours. Not held.", "unfilled"), (f"{N} [latest issue] not held, we cannot supply it.", "unfilled"),
    (f"{N} 该书目前无法外借，读者以后可来馆阅览。", "unfilled"), (f"{N} Scan from the bound volume, EUR 9.00. Please confirm.", "fee_quoted"),
    (f"{N} Not supplied. Cost: $ 0.00", "unfilled"), (f"{N} 该刊我馆未藏，已退回CALIS系统，请继续关注。", "unfilled"),
]  # fmt: skip


@each(("text", "kind"), PLAIN, ids=range(len(PLAIN)))
def test_words_that_come_near_bend_nothing(text: str, kind: str) -> None:
    assert ruled(mail("答复", text, sender="ill@ynu.edu.cn")).main.kind.value == kind
