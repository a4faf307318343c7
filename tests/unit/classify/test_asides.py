"""What a letter says beside its matter."""

from __future__ import annotations

from maild.classify.reading.asides import parted
from maild.domain.incoming.ruling import Kind
from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

A = "2026102600088"
SENDER = "ill@lib.pku.edu.cn"


@each(("text", "aside"), [
    ("全文见附件。\n\n另：9月账款还没到，请查一下。", "另：9月账款还没到，请查一下。"),
    ("查无馆藏，已退回。另，我馆下月起收费调整，请更新收费表。\n图书馆 小李", "另，我馆下月起收费调整，请更新收费表。\n图书馆 小李"),
    ("书今早寄出。\n对了，我下周休假，事由同事接手。\n\n祝好", "对了，我下周休假，事由同事接手。"),
    ("Not held, sorry.\n\nP.S. Happy New Year to all of you.\n\nDel", "P.S. Happy New Year to all of you."),
    ("Sent today.\nBy the way, our courier asks for a customs code.", "By the way, our courier asks for a customs code."),
    ("1、扫描件附后。\n2、另，明年起服务费调整。", "2、另，明年起服务费调整。"),
])  # fmt: skip
def test_an_aside_is_told_apart(text: str, aside: str) -> None:
    """From its mark to the end of its paragraph; the rest stays."""
    main, beside = parted(text)
    assert beside == aside
    assert aside not in main
    assert main.strip()


@each("text", [
    "全文见附件。另：第3页缺，正在补扫。", "已寄出。\n另：这本书先别给读者。", "Attached.\n\nP.S. Please do not forward the scan yet.",
    "查无馆藏。另，上述单请取消。", "Not held.\nBy the way, this request went on to another library.", "另寻他馆", "另：账款未到。",
    f"已寄出。另：{A} 那单请等两天。", "Sent.\nP.S. The password is 1234.", "我馆没有，另一家有。",
])  # fmt: skip
def test_what_touches_the_matter_is_no_aside(text: str) -> None:
    """It speaks of the request, of what came, or puts something off; or it is all that is said."""
    assert parted(text) == (text, "")


@each(("text", "kind", "remark"), [
    (f"{A} 查无馆藏，订单已关闭。\n\n另：平台将于11月28日升级维护，其间暂停服务。", Kind.UNFILLED, "平台"),
    (f"{A} 我馆不藏，无法提供。\n\n另：贵馆今年的传递费 412.50 元一直没有到账，麻烦查一下？", Kind.UNFILLED, "412.50"),
    (f"{A}: not held, sorry.\n\nP.S. Our courier asks whether you need a customs code. What do you tell others?", Kind.UNFILLED, "code"),
])  # fmt: skip
def test_the_news_is_read_and_the_rest_is_a_remark(text: str, kind: Kind, remark: str) -> None:
    """A person reads what is said beside it, and the sum in it is no price."""
    ruling = ruled(mail(A, text, sender=SENDER)).main
    assert ruling.kind is kind
    assert ruling.event
    assert remark in f"{ruling.value('remark')}{ruling.value('aside')}"
    assert ruling.value("remark")
    assert not ruling.value("total")
