"""A supply whose form says that less, or something else, came than was asked for is no supply; the same form, all right,
is one."""

from __future__ import annotations

import pytest

from maild.domain.incoming.ruling import Kind
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
    "{n}\nMatch score: 0.58\nStatus: Supplied": "{n}\nMatch score: 1.00\nStatus: Supplied",
    "编号:{n}\n篇名一致度:82%\n状态:已提供": "编号:{n}\n篇名一致度:100%\n状态:已提供",
}


def _kind(text: str, *, brought: bool = True) -> Kind:
    files = (attachment("scan.pdf", "application/pdf"),) if brought else ()
    return ruled(mail("文献传递", text.format(n=N), sender=SENDER, attachments=files)).main.kind


@pytest.mark.parametrize(("less", "whole"), FORMS.items())
def test_less_than_was_asked_for_is_no_supply(less: str, whole: str) -> None:
    """By the form's own figures and names."""
    assert _kind(less) is Kind.PROVIDER_OTHER
    assert _kind(whole) is Kind.SHIPPED


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
