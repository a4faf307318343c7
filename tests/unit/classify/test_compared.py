"""A supply whose form says that less, or something else, came than was asked for is no supply; the same form, all right,
is one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.domain.incoming.ruling import Kind
from tests.cases import each
from tests.unit.classify.classify_mails import attachment, mail, ruled

N = "2026112400017"
SENDER = "ill@lib.pku.edu.cn"
# What the form says, and the same where all came.
FORMS = {
    "委托号 {n};实得页 9;应得页 14;质检通过;已提供,见附件": "委托号 {n};实得页 14;应得页 14;质检通过;已提供,见附件",
    "事务号:{n}\n状态:已发送\n应传页数:14\n实传页数:9": "事务号:{n}\n状态:已发送\n应传页数:14\n实传页数:14",
    "序 | 需方号 | 应交 | 实交\n1 | {n} | 18 | 11\n状态:已提供": "序 | 需方号 | 应交 | 实交\n1 | {n} | 18 | 18\n状态:已提供",
    "Request: {n}\nStatus: SUPPLIED\nPages requested: 101-119, pp. 1-12 of 19": "Request: {n}\nStatus: SUPPLIED\nPages: 19",
    "编号:{n}\n结果:已传递\n申请刊名:中国水稻科学\n提供刊名:中国稻米": "编号:{n}\n结果:已传递\n申请刊名:中国水稻科学\n提供刊名:中国水稻科学",
    "Our request {n}\nRequested: vol. 38 (2009)\nSupplied: vol. 38 (2008)\nStatus: Filled": (
        "Our request {n}\nRequested: vol. 38 (2009)\nSupplied: vol. 38 (2009)\nStatus: Filled"
    ),
    "{n} 全文126页，提供24页，见附件。": "{n} 全文24页，提供24页，见附件。",
    "{n} 论文共126页,按规定复印前24页,附上": "{n} 论文共24页,按规定复印,附上",
    "{n}: attached are 24 of the 126 pages.": "{n}: attached are all 126 pages.",
    "{n}: the first 24 pages are attached.": "{n}: the pages are attached.",
    "{n}\nMatch score: 0.58\nStatus: Supplied": "{n}\nMatch score: 1.00\nStatus: Supplied",
    "编号:{n}\n篇名一致度:82%\n状态:已提供": "编号:{n}\n篇名一致度:100%\n状态:已提供",
}


def _kind(text: str, *, brought: bool = True, sender: str = SENDER) -> Kind:
    files = (attachment("scan.pdf", "application/pdf"),) if brought else ()
    return ruled(mail("文献传递", text.format(n=N), sender=sender, attachments=files)).main.kind


@pytest.mark.parametrize(("less", "whole"), FORMS.items())
def test_less_than_was_asked_for_is_no_supply(less: str, whole: str) -> None:
    """By the form's own figures and names."""
    assert _kind(less) is Kind.PROVIDER_OTHER
    assert _kind(whole) is Kind.SHIPPED


OFFERS = [  # what is wrong stands behind an offer to mend what may be wrong
    "{n} 全文附上，如有问题请联系我们，另外原书缺第12-15页。",
    "{n} 附件请收。若打开有问题请说，缺的三页下周补。",
    "{n}: article attached. If there is a problem let me know, pages 5-8 are missing.",
]


@pytest.mark.parametrize("text", OFFERS)
def test_an_offer_hides_nothing_behind_it(text: str) -> None:
    """It ends with its clause."""
    assert _kind(text) is Kind.PROVIDER_OTHER


HONEST = {
    Kind.SHIPPED: [
        "{n}: article attached. If a page should be missing, please tell us.",
        "{n}: article attached. If you have any other questions, please do not hesitate to write.",
        "编号:{n}\n状态:已提供\n经核对无缺页",
        "Request {n}\nItem: Smith, The history of salt\nShipped: 24 November 2026\nStatus: Shipped",
        "Request {n}\nRequested: 2026-11-20\nShipped: 2026-11-24\nStatus: Shipped",
        "编号:{n}\n申请:2026-11-20\n发出:2026-11-24\n状态:已发送",
        "编号:{n}\n应付:20元\n实付:20.00元\n状态:已提供",
        "Request {n}\nIssue: 3/4\nPages: 45-67 of 320\nPage 1 of 2\nStatus: Supplied",
        "{n} 附件为同名PDF，文件名与篇名相同，请查收。",
        "{n} 上册、下册均已扫描完毕，见附件。",
        "编号:{n}\n状态:已提供\n用后请删除电子文件",
        "{n} 全文附上，不是预印本，是正式出版的。",
    ],
    Kind.UNFILLED: [
        "{n} 无法满足：架上未找到。",
        "{n} 无法提供，各数据库未查到全文。",
        "{n} 我馆没有条件复制，无法提供。",
        "编号:{n}\n结果:未提供\n手续费:0",
    ],
    Kind.REQUEST_ACCEPTED: ["{n} 已受理，如有疑问，请电询我馆。"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in HONEST.items() for text in texts])
def test_plain_news_is_news(kind: Kind, text: str) -> None:
    """With the remarks that libraries make."""
    assert _kind(text, brought=kind is Kind.SHIPPED) is kind


SYSTEMS = ("ill@calis.edu.cn", "service@nstl.gov.cn", "on-demand@bl.uk", "noreply@oclc.org")
LEFT_OPEN = [
    "事务号:{n}\n事务状态:已送达\n应传页数:14\n实传页数:9",
    "事务号:{n}\n状态:已完成\n备注:仅前半部分，余下待补",
    "请求号:{n}\n状态:已提供\n申请刊名:中国水稻科学\n提供刊名:中国稻米",
    "Request: {n}\nStatus: Supplied\nVersion: author manuscript, before peer review",
    "Request: {n}\nStatus: Filled\nNote: embargoed, hold it back until 2 January",
    "编号:{n}\n状态:已发送\n收费:45元，认可后再转给读者",
    "编号:{n}\n状态:未满足\n备注:倒是有1987年版，要的话可扫",
    "编号:{n}\n状态:不能提供\n说明:退单操作已撤销，恢复处理",
    "Request {n}\nStatus: Unfilled\nRetry: yes, requeue",
]
WHOLE = {
    Kind.SHIPPED: [
        "Request {n}\nStatus: Supplied\nThis copy is supplied under licence; it may not be resold or put online.",
        "事务号:{n}\n状态:已发送\n全文仅供个人学习研究使用，不得用于商业目的。",
        "编号:{n}\n状态:已提供\n如有缺页或不清晰，请于3日内联系我们。",
        "编号:{n}\n状态:已完成\n页数:12\n费用:3.6元",
        "Order {n}\nStatus: Filled\nDelivery: e-mail\nPages: 12 pages, complete",
        "Request {n}\nRequested: 3 Nov 2026\nSupplied: 24 Nov 2026\nStatus: Supplied",
    ],
    Kind.UNFILLED: [
        "Request {n}\nStatus: Unfilled\nReason: not owned\nNext lender: none",
        "事务号:{n}\n状态:未满足\n原因:馆藏缺期，请核对卷期后重新提交",
        "编号:{n}\n状态:未满足\n原因:书架上未找到",
        "Request {n}\nStatus: Not supplied\nReason: licence does not permit\nRetry: no",
    ],
}


@each("sender", SYSTEMS)
@each("text", LEFT_OPEN)
def test_a_systems_form_may_leave_it_open(text: str, sender: str) -> None:
    """By another line than that of its status."""
    refused = any(word in text for word in ("未满足", "不能提供", "Unfilled"))
    assert _kind(text, brought=not refused, sender=sender) is Kind.PROVIDER_OTHER


@each("sender", SYSTEMS)
@each(("kind", "text"), [(kind, text) for kind, texts in WHOLE.items() for text in texts])
def test_a_systems_small_print_leaves_nothing_open(kind: Kind, text: str, sender: str) -> None:
    """Copyright, costs, days, offers."""
    assert _kind(text, brought=kind is Kind.SHIPPED, sender=sender) is kind


@pytest.mark.parametrize(
    "text",
    [
        "申请日期:2026-11-02\n提供日期:2026-11-24\n编号:{n}\n状态:已提供",
        "申请馆:浙江大学\n提供馆:北京大学\n编号:{n}\n状态:已提供",
        "Requested by: reader office\nSupplied by: document desk\nRequest: {n}\nStatus: Supplied",
    ],
)
def test_who_and_when_are_not_compared(text: str) -> None:
    """They differ by their nature."""
    assert _kind(text) is Kind.SHIPPED


def test_a_letter_means_what_the_form_says_it_does() -> None:
    """'Y=supplied N=not supplied'."""
    form = "编号:{n}\nY=已提供 N=未提供\n结果:"
    assert (_kind(form + "N", brought=False), _kind(form + "Y")) == (Kind.UNFILLED, Kind.SHIPPED)


def test_a_refusal_brings_no_document() -> None:
    """Where one came with it, a person sees which is so."""
    form = "编号:{n}\n结果:未提供"
    assert (_kind(form, brought=False), _kind(form)) == (Kind.UNFILLED, Kind.PROVIDER_OTHER)


@each(("came", "ordered", "kind"), [
    ("pp. 211-226", "please supply pp. 211-226", Kind.SHIPPED), ("pp. 211-218", "please supply pp. 211-226", Kind.PROVIDER_OTHER),
    ("第3-9页", "所需页码：3-18", Kind.PROVIDER_OTHER), ("pp. 1-16", "please supply pp. 211-226", Kind.SHIPPED),
    ("pp. 211-218", "please supply all of it", Kind.SHIPPED), ("刊于2019年第5-6期合刊", "页码: 1-14", Kind.SHIPPED),
    ("pages 3-4 contain a colour plate", "pp. 1-24", Kind.SHIPPED), ("1-7页", "页码: 1-14", Kind.PROVIDER_OTHER),
])  # fmt: skip
def test_pages_are_held_against_the_order_that_is_answered(came: str, ordered: str, kind: Kind) -> None:
    """A part of the run is less than was asked for; pages of the file itself are none of the journal's."""
    files = (attachment("scan.pdf", "application/pdf"),)
    letter = mail(f"Re: {N}", f"Your request {N}: the scan is attached, {came}.", sender=SENDER, attachments=files)
    assert ruled(replace(letter, quoted_text=ordered)).main.kind is kind
