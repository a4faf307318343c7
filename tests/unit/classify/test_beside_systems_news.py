"""To whom a request went in few words, states that only begin like an outcome, and what is said to us beside it (0167)."""

from __future__ import annotations

from maild.domain.incoming.ruling import Kind, Ruling
from tests.cases import each
from tests.unit.classify.classify_mails import CALIS, CASHL, attachment, mail, ruled

N, LIBRARY = "2026112400017", "ill@ynu.edu.cn"


def read(text: str, sender: str = LIBRARY, *, file: bool = False) -> Ruling:
    brought = (attachment("scan.pdf", "application/pdf"),) if file else ()
    return ruled(mail("答复", text, sender=sender, attachments=brought)).main


@each(
    "text",
    [
        f"{N} 馆藏缺这一期，转武大了。",
        f"{N} 这期没有，帮您转国图了",
        f"{N} 我馆无，转南京大学图书馆处理。",
        f"{N} 未藏，已转中山大学。",
        f"{N} 本馆缺，转给上图了。",
    ],
)
def test_it_went_on_to_a_library(text: str) -> None:
    assert read(text).kind is Kind.REQUEST_FORWARDED


@each(
    "text",
    [
        f"{N} 转我馆流通部处理。",
        f"{N} 转总馆处理。",
        f"{N} 转分馆了。",
        f"{N} 是CALIS派给我们的，正在找。",
        f"{N} 行情好转，大家放心。",
        f"{N} 待转中山大学图书馆。",
        f"{N} 转贵馆处理。",
    ],
)
def test_it_stayed_or_came_to_us(text: str) -> None:
    assert read(text).kind is not Kind.REQUEST_FORWARDED


@each(
    "text",
    [
        f"事务号：{N}\n状态变更：已归还→归还异议",
        f"事务号：{N}\n状态：归还争议",
        f"事务号：{N}\n处理结果：暂未满足\n原因：当期未到",
        f"Your ref: {N}\nStatus: Supplied - awaiting release",
        f"Request ID: {N}\nStatus: Shipped (pending payment)",
    ],
)
def test_a_state_that_begins_like_an_outcome_is_none(text: str) -> None:
    assert read(text, CASHL).event is None


@each(
    ("text", "sender"),
    [
        (f"{N} 同意续借至2026年12月25日。上次的泡沫箱一直没有退回，请查找。", LIBRARY),
        (f"{N} 全文已发送。另外半年的对账单，请尽快回传。", CALIS),
        (f"{N} 未收藏，无法提供。上月那本书烦请帮忙找一下。", CALIS),
        (f"Request {N} has been shipped. Send it back by courier at your own expense?", CALIS),
    ],
)
def test_what_is_said_to_us_beside_it_is_shown(text: str, sender: str) -> None:
    ruling = read(text, sender)
    assert ruling.value("remark") or ruling.event is None


@each(
    "text",
    [
        f"{N} 全文已扫描，见附件。应付费用：0.00元",
        f"{N} 全文已扫描，见附件。应支付金额 0.00 元",
        f"{N} 附件为同名PDF，请查收。",
    ],
)
def test_a_label_demands_nothing(text: str) -> None:
    assert read(text, file=True).kind is Kind.SHIPPED


@each(
    "text",
    [
        f"{N} 附件是旧版，新版未入藏。",
        f"{N} 所附为同名会议摘要。",
        f"{N} closest match we could find, attached.",
        f"{N} 全文见附件，图版补扫中。",
        f"{N} 附件是上篇，下篇同事在找。",
        f"{N} 见附件，应先付费后交读者。",
    ],
)
def test_another_version_or_a_part_is_none(text: str) -> None:
    ruling = read(text, file=True)
    assert ruling.event is None or ruling.value("remark")
