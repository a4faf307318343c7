"""News of libraries in everyday words that no list knew, and what only looks like it: by another hand than the lists'."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Attachment
from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

N, L = "2026112400017", "2026112400018"
SENDER = "ill@lib.pku.edu.cn"
PDF = Attachment(filename="a.pdf", media_type="application/pdf", content=b"%PDF-1.4", sha256="0")

TOLD = [
    ("unfilled", f"{N} 我们只有2001年以前的，这一期不在范围内。"), ("unfilled", f"{N} 闭架书库搬迁中，年内都取不了书，请找别的馆吧。"),
    ("unfilled", f"{N}，经核实我馆仅存目录，无原文。"), ("unfilled", f"{N} 单子退回去了，馆里那册借出去了没人还。"),
    ("unfilled", f"I'm sorry, I must inform you that {N} cannot be lent."), ("unfilled", f"{N}: our copy has the pages torn out, so can't do that one."),
    ("unfilled", f"{N} negativ: Band fehlt am Standort."), ("request_accepted", f"{N} 已经在办了，请耐心等一两天。"),
    ("request_accepted", f"Just to say {N} has reached us and a colleague is fetching it from the store."),
    ("request_accepted", f"收到收到，{N} 这两天给您找，可能要周四周五才有信儿，别急哈~"), ("shipped", f"{N}发您了，注意查收附件哈"),
    ("shipped", f"Enclosed is your copy of {N}."), ("shipped", f"{L} 书今天中午交给顺丰了，单号SF1390276645512。"),
    ("shipped", f"{L} 书已由EMS寄出，单号1158884026312，请留意。"), ("shipped", f"{L} went out by Royal Mail this afternoon."),
    ("fee_quoted", f"{N} 约35页，每页1元，共35元，请确认。"), ("request_forwarded", f"这篇({N})我们帮您推给清华了。"),
    ("loan_due", f"{L} falls due on 30 November 2026."), ("loan_due", f"{L} 下周一（11月30日）该还了，请提前安排寄回。"),
    ("loan_due", f"贵馆所借 {L} 因教学需要召回，请于2026-11-30前寄回。"), ("loan_returned", f"Got {L} back, thanks for packing it so well."),
    ("loan_returned", f"{L} 已还，手续办好了。"), ("granted", f"We prolong {L} until 15.01.2027."), ("granted", f"{L} 同意展期一个月至12月30日。"),
    ("refused", f"We regret that {L} cannot be extended."), ("refused", f"Sorry, no renewal for {L}: another reader has asked for it."),
]  # fmt: skip


@each(("what", "text"), TOLD)
def test_everyday_words_come_to_an_outcome(what: str, text: str) -> None:
    """A kind of news, or what became of a renewal."""
    main = ruled(mail("回复", text, sender=SENDER, attachments=(PDF,) if what == "shipped" and N in text else ())).main
    assert (main.event is not None and main.kind == what) or main.value("renewal") == what, main.reasons


@each("text", [
    f"{N} 我馆无馆藏，如需可转北师大图书馆，请告知。", f"{N}: not held here. If you wish, we can pass it to Leeds; let us know.",
    f"{N} 本馆没有，要不要帮您转给中大？", f"{N} 书库暂未查到，目前不作未满足处理。", f"This is not a refusal for {N}, only an interim reply.",
    f"{N} 书库没找到，勿另请他馆，我们明天再找。", f"{N} 定于11月26日以挂号寄出。", f"{N} has not gone out by post yet.", f"{N} 如果找到了就发您",
    f"{N} 收了这单不代表一定能提供", f"{N} 之前报价26元，现在不要钱了", f"{N} 另一馆说寄了，我们没寄", f"I got your mail about {N} back from the server",
    f"{N} 回执发您了", f"Here is a form for you to fill in for {N}.", f"Has {N} arrived with you? We sent it last month.",
    f"No renewal for {L} has been requested so far.", f"{L} 尚未收到续借申请，请于到期前提出。", f"You may keep the packaging of {L} until you return it.",
    f"If you like we extend {L} until 20 January 2027.", f"Did the recall notice for {L} reach you?", f"{L}: the loan period ends when you return it.",
    f"{N} 我馆系统显示已提供，但同事说没发过，我去核实。", f"{N} 能提供前三章，全文不行，您看可以吗", f"{N} 需要贵馆出具介绍信方可提供。",
    f"{L} 收到了包裹但里面不是这本书。", f"{N} 原定今天寄，快递停运改天。", f"{N} was sent to Zhejiang Normal University by mistake, sorry!",
    f"{N}: your payment has not reached us, so nothing was sent.", f"{N} 找到了，但缺最后两页，您还要吗？", f"{N}: would a 2nd edition do?",
    f"Final notice for {N}: further updates will only be sent when its status changes.",
])  # fmt: skip
def test_what_only_looks_like_it_is_none(text: str) -> None:
    """An offer, a question, a condition, what is to come, another paper, what nobody asked for."""
    main = ruled(mail("回复", text, sender=SENDER)).main
    assert (main.event, main.value("renewal")) == (None, ""), main.reasons


@pytest.mark.parametrize(("heading", "rows"), [
    ("Quick round-up from the coast:", 2), ("贵馆昨日共有 2 条请求状态变更：", 2), ("浙大老师~ 一起回您：", 2),
    ("以下几条尚未最终确定：", 0), ("下列请求明日将批量取消：", 0), ("Statuses as they would be after the test run:", 0),
    ("The following have been cancelled:", 0),
])  # fmt: skip
def test_rows_stand_under_a_heading_that_says_nothing_of_all(heading: str, rows: int) -> None:
    """One that leaves all open, or says one outcome of all, divides nothing."""
    text = (
        f"{heading}\n\n{N} - we don't own that year, sorry.\n{L} - on our list, will scan tomorrow.\n\nStay warm,\nIRRC"
    )
    assert len(ruled(mail("回复", text, sender=SENDER)).rows) == rows
