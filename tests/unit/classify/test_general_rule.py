"""Any provider's mail, in any layout: a number, a status, and what must not be taken for one."""

from __future__ import annotations

import pytest

from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

N = "2026112400017"
# (expected kind, subject, text); every one carries the number N unless it says otherwise.
STATED = [
    ("request_accepted", "", f"Request {N}: the item will be shipped next week."),  # who promises has accepted
    ("shipped", "馆际互借状态通知", f"事务号：{N}\n状态：已寄送\n题名：量子力学"),
    ("shipped", "", f"请求编号: {N}\n当前状态: 寄送途中"),
    ("shipped", "Your request has been filled", f"Request Number: {N}\nTitle: On Growth and Form\nStatus: Filled"),
    ("shipped", f"Request {N} shipped", "Dear librarian,\nthe item is on its way.\n"),
    ("shipped", "文献传递通知", f"尊敬的老师：\n您好！您提交的申请（{N}）已通过电子邮件发送，请查收。"),
    ("shipped", "", f"| 申请号 | 题名 | 状态 |\n| {N} | 全球史 | 已完成 |"),
    ("shipped", "", f"申请单号 | {N}\n处理结果 | 已提供\n下载地址 | https://dl.cashl.example/x?a=1"),
    ("shipped", "", f"Transaction ID: {N}\nYour document is now available for download at https://x.example/d/1"),
    ("shipped", "", f"ILL number: {N}\nWe have supplied the article you requested."),
    ("shipped", "Document available", f"Reference: {N}\nYou can now download the document from the link below."),
    ("shipped", "", f"TN: {N}\nOrder status: Completed"),
    ("shipped", "", f"您的文献传递请求{N}已完成，全文见附件。"),
    ("shipped", "", f"状态由“处理中”变更为“已寄送”，事务号{N}。\n当前状态：已寄送"),
    ("shipped", "", f"【事务号】{N}\n【状态】已发送"),
    ("shipped", "", f"事务号：{N}　状态：已寄送　总费用：12.50元"),
    ("shipped", "", f"事务号\n{N}\n当前状态\n已寄送"),
    ("shipped", "", f"Request ID {N}\nStatus Shipped"),
    ("shipped", "", f"贵馆申请的文献（请求号{N}）我馆已于2026年11月24日传递至贵馆邮箱，如未收到请与我们联系。"),
    ("shipped", "", f"订单 {N} 已经满足，文件将保留30天。"),
    ("shipped", "", f"Old status: In Process\nNew status: Sent\nRequest no.: {N}"),
    ("shipped", "", f"Order {N}: the requested item was dispatched on 24 November 2026 by air mail."),
    ("shipped", "", f"Good news! The article you requested (request {N}) has been delivered to your email."),
    ("shipped", "", f"流水号 {N}：文献已上传，请登录系统下载全文。"),
    ("unfilled", "", f"事务号：{N}\n状态：未满足\n原因：馆藏不外借"),
    ("unfilled", "", f"很抱歉，您的申请{N}因版权原因无法提供。"),
    ("unfilled", "Request cannot be filled", f"Request {N} could not be filled. Reason: not owned."),
    ("unfilled", "", f"Request number: {N}\nStatus: Not supplied\nReason: Lacking"),
    ("unfilled", "", f"Status: Unfilled\nYour reference: {N}"),
    ("unfilled", "", f"We regret that we are unable to supply your request {N} because we do not own the volume."),
    ("unfilled", "", f"您的请求（编号{N}）未能满足：本馆未收藏该刊。"),
    ("unfilled", "", f"处理结果：无法提供\n订单号：{N}"),
    ("unfilled", "", f"Order no. {N} has been rejected by the supplying library."),
    ("request_accepted", "", f"事务号：{N}\n状态：处理中"),
    ("request_accepted", "", f"订单 {N} 状态已变更：待处理 → 处理中。"),
    ("unfilled", "", f"订单 {N} 状态已变更：处理中 → 未满足。"),
    ("request_accepted", "", f"您的申请{N}已受理，我们将尽快为您处理。"),
    ("request_accepted", "", f"Request {N} has been accepted and will be shipped within two days."),
    ("request_accepted", "", f"We have received your request {N} and it is being processed."),
    ("request_accepted", "", f"申请编号：{N}\n状态：已受理\n预计两个工作日内寄送。"),
    (
        "request_accepted",
        "",
        f"Status: In Process\nRequest ID: {N}\nYou will be notified when the item has been shipped.",
    ),
    ("request_submitted", "", f"您的申请已成功提交，事务号{N}，请等待馆员处理。"),
    ("request_submitted", "Request submitted", f"Your request {N} has been submitted."),
    ("request_forwarded", "", f"事务号：{N}\n状态：已转发"),
    ("request_forwarded", "", f"本馆无法提供该文献，您的申请{N}已转发至上海图书馆。"),
    ("request_forwarded", "", f"Your request {N} has been forwarded to another library."),
    ("fee_quoted", "", f"事务号：{N}\n状态：待确认费用\n费用：35.00元"),
    ("fee_quoted", "", f"请求{N}：该文献费用为35元，请确认是否接受。"),
    ("fee_quoted", "", f"Request {N}\nThe cost of this item is EUR 12.50. Please confirm that you accept the fee."),
    ("cancelled", "", f"事务号：{N}\n状态：已取消"),
    ("cancelled", "", f"应您的要求，请求{N}已取消。"),
    ("cancelled", "Request cancelled", f"Your request {N} has been cancelled."),
    ("closed", "", f"事务号：{N}\n状态：事务已结束"),
    ("closed", "", f"Request {N} has been closed."),
    ("loan_arrived", "", f"事务号：{N}\n您借阅的图书已到馆，请于一周内到2号窗口领取。应还日期：2026-12-24"),
    ("loan_arrived", "", f"The book for request {N} has arrived and is ready for pickup."),
    ("loan_due", "", f"事务号：{N}\n您借阅的图书即将到期，应还日期：2026-12-24"),
    ("loan_due", "Due date reminder", f"Loan request {N} is due on 24 December 2026."),
    ("loan_overdue", "", f"事务号：{N}\n您借阅的图书已逾期3天，请尽快归还。"),
    ("loan_overdue", "Overdue notice", f"Transaction number: {N}\nThe book was due on 1 November 2026."),
    ("loan_returned", "", f"事务号：{N}，图书已归还。"),
    ("loan_returned", "", f"Status: Returned\nRequest number: {N}"),
]
# Nothing has happened, or nobody can say what: never a move.
NOT_STATED = [
    ("", f"事务号：{N}\n您的文献尚未寄送，请耐心等待。"),
    ("", f"事务号：{N}\n状态：尚未寄送"),
    ("", f"Request {N} has not yet been shipped."),
    ("", f"请求{N}：文献将于下周寄送。"),
    ("", f"请求{N}预计三天后寄出。"),
    ("", f"请问请求{N}是否已寄送？"),
    ("", f"Has request {N} been shipped?"),
    ("", f"If request {N} has been cancelled, please let us know."),
    ("", f"如请求{N}已取消，请告知。"),
    ("", f"事务号：{N}\n状态：已寄送\n\n事务号：2026112400018\n状态：未满足"),
    ("", f"请求{N}部分满足，其余页缺失。"),
    ("", f"Request number: {N}\nStatus: Partially filled"),
    ("", f"事务号：{N}\n请补充文献的卷期信息。"),
    ("", f"Request {N}: once the fee is paid the article will be sent."),
    ("", f"关于请求{N}：待您付款后，文献即可下载。"),
    ("Request cancelled", f"Status: Shipped\nRequest number: {N}"),
    ("", f"Request {N}: we have neither supplied nor rejected it; a colleague will write to you."),
]


@each(("kind", "subject", "text"), STATED, ids=range(len(STATED)))
def test_stated(kind: str, subject: str, text: str) -> None:
    """The kind and the number are read, trusted."""
    main = ruled(mail(subject, text)).main
    assert (main.kind, main.value("transaction")) == (kind, N), main.reasons
    assert main.trusted
    assert main.provider == "cashl"


@pytest.mark.parametrize(("subject", "text"), NOT_STATED, ids=range(len(NOT_STATED)))
def test_not_stated(subject: str, text: str) -> None:
    """No status is made of denials, promises, questions, conditions and contradictions."""
    main = ruled(mail(subject, text)).main
    assert main.kind == "provider_other", (main.rule, main.reasons)


def test_one_status_of_several_requests_is_told_and_moves_nothing() -> None:
    """A list of requests has its kind and all its numbers; which reason or date is whose, a person sees."""
    main = ruled(mail("", f"| 请求号 | 状态 |\n| {N} | 已寄送 |\n| 2026112400018 | 已寄送 |")).main
    assert (main.kind, main.event) == ("shipped", None)
    assert main.value("transaction").split("\n") == [N, "2026112400018"]


def test_a_promise_behind_the_words_is_no_fact() -> None:
    """'审核通过后' and '寄出后' tell of what comes after, not of what happened."""
    main = ruled(mail("", f"事务号：{N}\n文献寄出后会再发邮件给您。")).main
    assert main.kind == "provider_other"


@pytest.mark.parametrize(("text", "total"), [
    (f"{N} 费用：复制费 8 元，加急费 10 元，共 18 元。", "18.00"), (f"{N} 费用：复印费 5 元，邮费 12 元。", ""),
    (f"Request {N}: we can supply at a price of EUR 12.50 plus 3.00 handling. Please confirm.", ""), (f"{N} 全文共 18 页，费用 9 元。", "9.00"),
    (f"{N} 复制费 6 元、邮寄费 9 元，一共 15 元，请确认。", "15.00"),
])  # fmt: skip
def test_a_fee_of_several_is_not_the_fee(text: str, total: str) -> None:
    """Told whole, or left to a person."""
    assert {one.value("total") for one in ruled(mail("", text)).rulings} == {total}


@pytest.mark.parametrize(
    "text",
    [
        f"{N}: not on shelf, we search again next week and tell you.",
        f"{N} 架上没找到，下周再去密集库找一遍。",
        f"Request {N}: the volume is not in place, I will look again tomorrow.",
    ],
)
def test_who_goes_on_looking_has_not_refused(text: str) -> None:
    """The request goes on where it is."""
    assert "unfilled" not in ruled(mail("", text)).kinds


@pytest.mark.parametrize(("text", "said"), [
    (f"Request {N}: your document is ready at https://dd.x.example/get/xy . It can be fetched twice within 30 days.", "30 days"),
    (f"{N} 文献已上传，链接：https://a.example/33 ，请于当日下载", "当日"),
])  # fmt: skip
def test_how_long_a_link_works_is_told(text: str, said: str) -> None:
    """In the supplier's words, whichever they are."""
    assert said in ruled(mail("", text)).main.value("terms")
