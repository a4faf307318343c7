"""More layouts of providers' mails than the general rule's words were written for."""

from __future__ import annotations

import pytest

from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

N = "2026112400017"
CASES = [
    ("shipped", "RapidILL: Request filled", f"Rapid ID: RPD-123456\nYour ILL number: {N}\nJournal Title: Nature\nYour request has been uploaded by the lender and can be retrieved from https://rapid.example/f/1"),
    ("shipped", "Article Exchange: your document is ready", f"A file has been placed on Article Exchange for you.\nTN: {N}\nURL: https://ae.oclc.example/x\nPassword: Ab12Cd\nThe file will be available for 30 days or 5 views, whichever comes first."),
    ("shipped", "文献传递回复", f"尊敬的用户：您好！\n您的文献传递请求（申请号：{N}）已处理完毕，全文请通过以下链接下载：\nhttp://d.example/abc\n链接有效期30天，如有问题请联系我们。"),
    ("shipped", "原文传递完成通知", f"订单编号：{N}\n文献题名：半导体材料\n订单状态：处理完成\n文件下载：http://x.example/1.pdf"),
    ("shipped", "", f"各位老师，请求{N}的原文附上，请查收。"),
    ("shipped", "Document supply: order fulfilled", f"Order reference {N}. We are pleased to inform you that your order has been fulfilled."),
    ("shipped", "", "Status update\n\nRequest #"+N+" is now: SHIPPED\n"),
    ("shipped", "", f"Request Number\tStatus\n{N}\tShipped\n"),
    ("shipped", "", f"申请编号 {N} 题名 《论语译注》 状态 已邮寄 运单号 EM123456789CN"),
    ("shipped", f"[{N}] 文献已发送至您的邮箱", "您好，文献已发送至贵馆邮箱，请注意查收附件。若附件无法打开，请与我们联系。"),
    ("shipped", "", f"Ihre Bestellung {N}: Status: Geliefert"),
    ("shipped", "", f"ILL Request {N}\nAction: Shipped\nDate: 2026-11-24"),
    ("shipped", "", f"We sent the article for your request {N} today. If you do not receive it within 24 hours please contact us."),
    ("shipped", "", f"贵馆请求 {N} 的文献已通过Ariel发出。"),
    ("shipped", "", f"事务 {N} 当前处于“寄送途中”状态。"),
    ("shipped", "", f"{N}号申请已完成文献传递。"),
    ("shipped", "", f"Hello,\nRequest {N} - 'Status changed from In Process to Shipped'."),
    ("shipped", "", f"The status of your request {N} has changed to: Shipped"),
    ("shipped", "", f"您的申请 {N} 状态已变更为：已寄送"),
    ("unfilled", "", f"您的申请 {N} 状态已更新为「未满足」，原因：缺期。"),
    ("unfilled", "", f"申请号：{N}\n处理情况：本馆无此馆藏，无法提供，请谅解。"),
    ("unfilled", "", f"Request {N}\nResponse: Unfilled\nReason for unfilled: Non-circulating"),
    ("unfilled", "Your order could not be supplied", f"Order number {N}: Sorry, this item is not available for loan."),
    ("unfilled", "", f"Unfortunately no library was able to fill request {N}."),
    ("unfilled", "", f"很遗憾，经查找，您申请的文献（{N}）没有找到。"),
    ("unfilled", "", f"请求号{N}，退回原因：引文信息有误。状态：退回"),
    ("unfilled", "", f"We can't supply request {N}. It's lacking from our collection."),
    ("unfilled", "", f"Regarding {N}: Sorry, we don't hold this title."),
    ("request_accepted", "", f"我馆已接收贵馆的请求（{N}），正在查找中。"),
    ("request_accepted", "Acknowledgement", f"Thank you for your request. We have received your order {N} and will process it shortly."),
    ("request_accepted", "", f"Your request {N} is being processed. You will receive another message once the document has been sent."),
    ("request_accepted", "", f"申请 {N}：馆员已受理，预计3个工作日内提供。"),
    ("request_forwarded", "", f"贵馆请求{N}，我馆未收藏，已代为转发给国家图书馆处理。"),
    ("request_forwarded", "", f"Request {N} was referred to the British Library on 24 November."),
    ("fee_quoted", "", f"Quotation for order {N}: copying fee 45.00 CNY. Please reply whether you accept."),
    ("fee_quoted", "", f"请求号 {N}，该论文全文复制费120元，是否接受该费用？请回复确认。"),
    ("cancelled", "", f"根据读者要求，申请{N}已被取消。"),
    ("cancelled", "", f"Order {N} cancelled at your request."),
    ("loan_arrived", "", f"您通过馆际互借申请的图书《城市史》（事务号{N}）已到馆，请凭校园卡到总服务台取书。"),
    ("loan_due", "", f"友情提醒：您所借图书（{N}）将于2026年12月1日到期，请按时归还。"),
    ("loan_due", "", f"This is a courtesy reminder that loan {N} is due back on December 1, 2026."),
    ("loan_overdue", "", f"借阅单号：{N}\n您借的书已超期5天，请速归还。"),
    ("loan_overdue", "", f"Second notice: item {N} is now overdue. It was due on 1 November 2026."),
    ("loan_returned", "", f"The loan {N} has been returned. Thank you."),
    ("closed", "", f"您的事务（{N}）已结束。"),
    ("request_submitted", "", f"读者李雷提交了新的文献传递申请，申请号：{N}，请及时处理。"),
    ("request_submitted", "New borrowing request", f"A new request {N} has been submitted by Li Lei."),
    ("provider_other", "", f"请求{N}：请确认是否仍需要该文献？"),
    ("provider_other", "", f"Request {N}: do you still need this item? If not, it will be cancelled on Friday."),
    ("provider_other", "", f"请求{N}的图书请勿转借。"),
    ("provider_other", "", f"关于申请{N}，我馆暂未找到，正在联系其他馆，有结果后通知您。"),
    ("provider_other", "", f"请求{N}若三日内未确认，将自动取消。"),
    ("provider_other", "", f"Your message about request {N} was passed to our staff."),
    ("provider_other", "系统维护通知", "系统将于11月30日维护，届时申请无法提交，已提交的申请不受影响。"),
    ("request_accepted", "", f"请求{N}：文献正在扫描，扫描完成后即发送。"),
    ("provider_other", "", "尊敬的用户：请于12月1日前修改密码。"),
    ("provider_other", "", f"How to cancel a request: open the request {N} and choose cancel."),
]  # fmt: skip


@each(("kind", "subject", "text"), CASES, ids=range(len(CASES)))
def test_layout(kind: str, subject: str, text: str) -> None:
    """The kind is read, with the number; or nothing is."""
    main = ruled(mail(subject, text, sender="service@las.ac.cn")).main
    assert main.kind == kind, main.reasons
    if kind != "provider_other":
        assert main.value("transaction") == N


FIELDS = [
    (
        f"TN: {N}\nYour document is ready.\nURL: https://ae.example/x\nPassword: Ab12Cd\nExpires: 24 December 2026",
        {"url": "https://ae.example/x", "password": "Ab12Cd", "expires": "2026-12-24"},
    ),
    (
        f"申请{N}已处理完毕，共12页，费用合计：15.50元，请点击链接下载：https://d.example/a?b=1。提取码：7kq2，有效期至2026年12月24日。",
        {"url": "https://d.example/a?b=1", "password": "7kq2", "expires": "2026-12-24", "pages": "12", "total": "15.50"},
    ),
    (f"Request {N} could not be filled because the volume is at the bindery.", {"reason_code": "8"}),
    (f"您的申请《论语译注》（{N}）因缺期无法提供。", {"reason_code": "9", "title": "论语译注", "reason": "缺期"}),
    (f"Loan request {N} is due on 24 December 2026.", {"due": "2026-12-24"}),
    (
        f"Total cost: 35.00 CNY\nStatus: Conditional\nRequest number: {N}\nSubsidy: 20.00\nAmount payable: 15.00",
        {"total": "35.00", "subsidy": "20.00", "payable": "15.00", "currency": "CNY"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fields"), FIELDS, ids=range(len(FIELDS)))
def test_fields(text: str, fields: dict[str, str]) -> None:
    """Labels or sentences, the fields come out typed."""
    main = ruled(mail("", text, sender="service@las.ac.cn")).main
    assert {name: main.value(name) for name in fields} == fields


@pytest.mark.parametrize(
    "text",
    [
        "状态：已寄送\n咨询电话：0571-88208470",
        "Status: Shipped\nISSN: 1000-1234\nDate: 2026-11-24",
        "Status: Shipped\nYears: 2019-2023\nSee https://x.example/2026112400017",
        "状态：已寄送\n日期：20261124\n账号：1202024609908808891",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    """Phones, ISSNs, dates, years, accounts and addresses are no transaction numbers."""
    main = ruled(mail("", text, sender="service@las.ac.cn")).main
    assert (main.kind, main.value("transaction")) == ("shipped", "")
