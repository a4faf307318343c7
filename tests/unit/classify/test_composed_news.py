"""Outcomes composed of parts: clauses that no phrase knows, what only looks like one, links anywhere, short names."""

from __future__ import annotations

import pytest

from maild.classify.rules.suppliers import known_providers
from maild.classify.speaking import initials
from maild.domain.incoming.mail import Attachment
from tests.unit.classify.classify_mails import mail, ruled

N, M, THIRD = "2026112400017", "2026112400018", "2026112400019"
SENDER, ABROAD = "ill@lib.pku.edu.cn", "ill@library.illinois.edu"
PDF = Attachment(filename="a.pdf", media_type="application/pdf", content=b"%PDF-1.4", sha256="0")


@pytest.mark.parametrize(
    ("kind", "sender", "text"),
    [
        ("request_accepted", SENDER, f"单子{N}进来了，同事下午去密集库拿刊，拿到就扫。"),
        ("request_accepted", ABROAD, f"Got it, {N} has gone to the stacks team; expect the scan on Thursday."),
        ("unfilled", SENDER, f"{N} 这一年我校没买，恕不能办理。"),
        ("unfilled", SENDER, f"{N} 为善本，不予复制，敬请见谅。"),
        ("unfilled", ABROAD, f"I'm afraid our copy of {N} has gone missing, so it will have to come from elsewhere."),
        ("unfilled", ABROAD, f"{N}: not on the shelf, not in the catalogue."),
        ("unfilled", "lieferung@tib.eu", f"Leider ist der Band zu {N} nicht in unserem Bestand."),
        ("unfilled", "ill@kulib.kyoto-u.ac.jp", f"{N} 当館所蔵なし。"),
        ("shipped", SENDER, f"{N} 扫好了，放网盘：https://pan.baidu.com/s/1abcDEF 码 8k2p"),
        ("shipped", SENDER, f"{N} 已於今早掃描，連結如下：\nhttps://hk.lib.pku.edu.cn/dl/p9-0071\n密碼：h26"),
        ("fee_quoted", SENDER, f"{N} 复制费10.5元+邮费6元=16.5元，行的话回个字。"),
        ("fee_quoted", ABROAD, f"We ask CNY 45 for {N}. OK?"),
        ("loan_returned", ABROAD, f"{N} arrived back in Urbana today in good shape."),
    ],
)
def test_clauses_come_to_an_outcome(kind: str, sender: str, text: str) -> None:
    """No list knows the sentence; its parts tell."""
    main = ruled(mail("回复", text, sender=sender)).main
    assert (main.kind, main.value("transaction")) == (kind, N), main.reasons


@pytest.mark.parametrize("text", [
    f"{N} 的发票随信附上，请查收。", f"Invoice for {N} attached.", f"We can't find a record of payment for {N}.",
    f"{N} 若两周内仍未收到，说明我馆没能找到，请另请。", f"Was {N} sent to you by anyone else?", f"{N} 没有问题，不客气。",
    f"{N}：缺最后两页，您看还要不要扫？", f"{N}: chapter 3 attached; chapters 1 and 2 I could not find.",
    f"{N} 今天不能扫，明天上午扫好发您。", f"We can't scan {N} today, it will be scanned tomorrow.", f"{N} 仅供个人研究，不得复制传播。",
    f"Anna is back in the office on Monday, then we see to {N}.", f"{N} 请转给浙江大学图书馆的老师。",
    f"{N} 我馆未必有全本，先查一查再复。", f"{N} 复制费五元，不过贵校自己有这本书。",
])  # fmt: skip
def test_what_only_looks_like_an_outcome_is_none(text: str) -> None:
    """Another paper, another thing that is not found, a part, a condition, a copy of our own."""
    main = ruled(
        mail("回复", text, sender=SENDER, attachments=(PDF,) if "附上" in text or "attached" in text else ())
    ).main
    assert main.event is None, main.reasons


@pytest.mark.parametrize(("text", "url"), [
    (f"{N} 已提供，全文在此\n\nhttps://dl.lib.pku.edu.cn/f/77-1\n\n北大图书馆 https://www.lib.pku.edu.cn", "https://dl.lib.pku.edu.cn/f/77-1"),
    (f"{N} has been supplied. Where: https://pan.baidu.com/s/1x_yZ", "https://pan.baidu.com/s/1x_yZ"),
    (f"{N} has been supplied.\nhttps://elsewhere.example/paper-1", ""),
    (f"{N} has been supplied.\nhttps://a.pku.edu.cn/one\nhttps://a.pku.edu.cn/two", ""),
    (f"{N} has been supplied.\nhttps://pku.edu.cn.elsewhere.example/one", ""),
])  # fmt: skip
def test_a_link_stands_anywhere(text: str, url: str) -> None:
    """The only one at the supplier's own or a store of files; a home page, a stranger's, one of two is none."""
    assert url in ruled(mail("回复", text, sender=SENDER)).main.value("url") if url else True
    if not url:
        assert "example" not in ruled(mail("回复", text, sender=SENDER)).main.value("url")


def test_a_neutral_heading_and_a_signature_divide_no_less() -> None:
    """'处理如下' says nothing of all rows, and who signs below a table says nothing of any."""
    text = f"本周处理情况如下：\n\n{N} 已扫描，见附件\n{M} 没有馆藏，退回\n{THIRD} 正在找\n\n某某馆 馆际互借 11.24"
    rows = ruled(mail("本周", text, sender=SENDER)).rows
    assert [row.ruling.kind for row in rows] == ["shipped", "unfilled", "request_accepted"]


def test_a_form_says_what_is_ticked() -> None:
    """A label with its boxes on one line."""
    text = f"请求号：{N}\n处理结果：□ 已提供  ☑ 未提供  □ 转其他馆\n原因：☑ 本馆未收藏  □ 缺期"
    assert ruled(mail("反馈单", text, sender=SENDER)).main.kind == "unfilled"


@pytest.mark.parametrize(("address", "speaks"), [
    ("hdill@ouc.edu.cn", True), ("kgill@kust.edu.cn", True), ("wxfw@nankai.edu.cn", True),
    ("bill@ouc.edu.cn", False), ("skill@tongji.edu.cn", False), ("xqill@ouc.edu.cn", False), ("hd@ouc.edu.cn", False),
])  # fmt: skip
def test_a_library_goes_by_the_initials_of_its_name(address: str, speaks: bool) -> None:
    """Some letters of the name in their order ahead of a word of the work; two at least."""
    assert (known_providers(None, "zju.edu.cn").of_address(address) is not None) is speaks


def test_initials_are_those_of_the_sounds() -> None:
    """GB 2312's first level is ordered by sound; other characters have none."""
    assert (initials("中国海洋大学"), initials("Univ 厦门")) == ("zghydx", "xm")


@pytest.mark.parametrize("lines", [
    "网址：https://www.lib.pku.edu.cn/", "链接：https://ill.lib.pku.edu.cn/order/17\n请登录系统补充卷期。",
    "URL: https://ill.lib.pku.edu.cn/invoice/17\nPlease pay within 30 days.", "Link: https://ill.lib.pku.edu.cn/survey/9\nTell us how we did.",
    "下载地址：https://ill.lib.pku.edu.cn/forms/copyright.doc\n请填写版权声明后寄回。", "Link: https://ill.lib.pku.edu.cn/track/SF1234\nTracking of your parcel",
    "原文链接：https://doi.org/10.1000/182\n请贵馆自行获取。", "URL: https://arxiv.org/abs/2101.00001\nThis paper is open access.",
    "网址：https://opac.lib.pku.edu.cn/item/88\n请确认是否为此版本。", "链接：https://ill.lib.pku.edu.cn/help/17\n系统于周末维护。",
    "View: https://ill.lib.pku.edu.cn/r/17", "费用：12.00\n已收到贵馆款项。", "Total: 8.00", "费用：15.00\n本笔费用退还贵馆。",
])  # fmt: skip
def test_a_link_or_a_sum_alone_says_nothing(lines: str) -> None:
    """A form, a bill, a parcel, a catalogue, a front page; a sum that was paid or is given back: no act rests on it."""
    main = ruled(mail("回复", f"请求号：{N}\n{lines}", sender=SENDER)).main
    assert main.event is None, main.reasons


def test_a_link_with_its_code_is_where_the_document_lies() -> None:
    """Nobody gives out a code for anything else."""
    main = ruled(
        mail("回复", f"Request: {N}\nDownload link: https://ill.lib.pku.edu.cn/dl/17\nPassword: k2p9", sender=SENDER)
    ).main
    assert (main.kind, main.value("password")) == ("shipped", "k2p9")
