"""What a letter says beside its matter."""

from __future__ import annotations

from maild.classify.reading import asides
from maild.domain.incoming.ruling import Kind
from tests.cases import each
from tests.unit.classify.classify_mails import around, mail, ruled

A = "2026102600088"
SENDER = "ill@lib.pku.edu.cn"


def found(text: str) -> asides.Aside | None:
    """As the shipped words tell it."""
    return asides.aside_in(text, around().lexicon.hedges)


@each(("text", "aside"), [
    ("全文见附件。\n\n另：9月账款还没到，请查一下。", "另：9月账款还没到，请查一下。"),
    ("查无馆藏，已退回。另，我馆下月起收费调整，请更新收费表。\n图书馆 小李", "另，我馆下月起收费调整，请更新收费表。\n图书馆 小李"),
    ("书今早寄出。\n对了，我下周休假，事由同事接手。\n\n祝好", "对了，我下周休假，事由同事接手。"),
    ("Not held, sorry.\n\nP.S. Happy New Year to all of you.\n\nDel", "P.S. Happy New Year to all of you."),
    ("Sent today.\nBy the way, our courier asks for a customs code.", "By the way, our courier asks for a customs code."),
    ("1、扫描件附后。\n2、另，明年起服务费调整。", "另，明年起服务费调整。"),
    ("全文在附件。另外，我们有位老师在找贵馆的《民国判例抄》稿本，能否部分拍照？", "另外，我们有位老师在找贵馆的《民国判例抄》稿本，能否部分拍照？"),
    ("已续。\n另有一事相求：我馆文学院一位老师想借贵馆《两浙词人小传》一册，不知能否通融？", "另有一事相求：我馆文学院一位老师想借贵馆《两浙词人小传》一册，不知能否通融？"),
    ("Sent.\nBy the way, one of our readers would like to use your local collection in spring.", "By the way, one of our readers would like to use your local collection in spring."),
])  # fmt: skip
def test_an_aside_is_told_apart(text: str, aside: str) -> None:
    """From its mark to the end of its paragraph; the rest stays."""
    beside = found(text)
    assert beside is not None
    assert (beside.text, beside.apart) == (aside, True)
    assert aside not in beside.main
    assert beside.main.strip()


@each("text", [
    "全文见附件。另：第3页缺，正在补扫。", "已寄出。\n另：这本书先别给读者。", "Attached.\n\nP.S. Please do not forward the scan yet.",
    "查无馆藏。另，上述单请取消。", "Not held.\nBy the way, this request went on to another library.",  "查无馆藏。另外，隔壁分馆有一册可借。", "已寄出。\n此外，只有上半部。", "Sent.\n\nP.S. It is only the first half.",
    "已发。另，是预印本。", "查无馆藏。另：请缓两日再告知。", "Not held.\n\nP.S. My colleague may still find a copy after the holidays; wait for her.", "已发。顺便说一句，图质量一般。",
    "已寄出。另外，我们有位老师也急用此书，请尽快还。", "Sent.\nBy the way, a colleague here needs the volume back soon.", "全文见附件。另外，我馆一位读者说这篇有误。",
    "Loan extended.\nBy the way, one of our readers has recalled it.", "见附件。另:我馆读者也想要,原刊被借走了,后半本下周才扫。",
    "见附件。另外,我馆老师急着说第5页原文有错,会重扫。", "Attached.\nP.S. A colleague here says the pdf was made from a different issue.", "见附件。另:我馆老师要求全文仅供沈老师一人。", f"已寄出。另：{A} 那单请等两天。", "Sent.\nP.S. The password is 1234.",
])  # fmt: skip
def test_what_may_change_the_matter_is_not_apart(text: str) -> None:
    """It speaks of the request, of what came, puts something off, or nobody knows of what it speaks: for a person."""
    beside = found(text)
    assert beside is not None
    assert not beside.apart
    ruling = ruled(mail(A, f"{A} {text}", sender=SENDER)).main
    assert not ruling.event


@each(("text", "talk"), [
    ("全文见附件。\n\n另外，南京下雪了，您保重。", True), ("Sent.\nP.S. Happy New Year!", True), ("查无馆藏。另：平台将于周六升级维护。", True),
    ("全文见附件。\n\n另：9月账款还没到，请查一下。", False), ("Sent.\nBy the way, our courier asks for a customs code.", False),
    ("已寄。对了，祝新年好，去年的协议还请盖章寄回。", False),
])  # fmt: skip
def test_talk_needs_nobody(text: str, talk: bool) -> None:
    """Days, people, weather: nothing else is read over."""
    beside = found(text)
    assert beside is not None
    assert (beside.apart, beside.talk) == (True, talk)


@each("text", ["另寻他馆", "另：账款未到。", "我馆没有，另一家有。", "已寄出，另行通知。", "全文另寄。"])
def test_what_begins_no_aside(text: str) -> None:
    """All that is said, or a word in the midst of it."""
    assert found(text) is None


@each(("text", "kind", "remark"), [
    (f"{A} 查无馆藏，订单已关闭。\n\n另：贵馆与我馆的协议年底到期，请盖章寄回。", Kind.UNFILLED, "协议"),
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


def test_talk_bends_nothing_and_is_no_remark() -> None:
    """'暂停服务' is the platform's, not the request's."""
    text = f"{A} 查无馆藏，订单已关闭。\n\n另：平台将于11月28日升级维护，其间暂停服务。"
    ruling = ruled(mail(A, text, sender=SENDER)).main
    assert (ruling.kind, ruling.value("remark")) == (Kind.UNFILLED, "")
    assert ruling.event


def test_money_beside_a_price_is_a_persons() -> None:
    """It may be that price."""
    text = f"{A} 可以提供，全文12页，费用18元，请确认。\n\n另，下月起收费标准调整，复制费每页3元。"
    assert not ruled(mail(A, text, sender=SENDER)).main.event
