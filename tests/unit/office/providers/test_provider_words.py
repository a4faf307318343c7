"""What a provider said reaches the patron whole or not at all: terms, passwords, reasons, prices, demands."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision, Transition
from maild.domain.incoming.matching import Candidate, Matched, Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Document, Patron, PatronAddress, Transaction
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.classify.classify_mails import CALIS, CASHL, mail, proven, ruled

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NUMBER = "2026112400017"
PATRON = Patron(patron_id="p1", name="李珺", emails=(PatronAddress(address="li@patron.example"),))
COPY = Transaction(number=NUMBER, patron_id="p1", title="Diatoms", state=State.IN_PROCESS, version=3, updated=NOW)


def read(text: str, sender: str = CASHL, subject: str = "") -> Ruling:
    """The main ruling of a provider's mail about the request."""
    return ruled(mail(subject or f"文献传递 {NUMBER}", text, sender=sender)).main


def decided(text: str, sender: str = CASHL, case: Transaction = COPY) -> Decision:
    """What the mail causes where the request is known."""
    made = mail(f"文献传递 {NUMBER}", text, sender=sender)
    candidate = Candidate(transaction=case, patron=PATRON, evidence=())
    facts = Facts(
        now=NOW,
        query=Query(numbers=(NUMBER,)),
        candidates=(candidate,),
        outcome=Matched(candidates=(candidate,), reasons=()),
    )
    return decide(Reading(mail=made, auth=proven(made), classification=ruled(made)), facts, Policy())


@pytest.mark.parametrize(("text", "terms", "password"), [
    (f"申请{NUMBER}已寄送，下载链接：https://x.edu.cn/d/8f3a 有效期7天，提取码 a8x3", "有效期7天", "a8x3"),
    (f"申请{NUMBER}已完成，全文下载 https://x.edu.cn/d/1 ，链接30天内有效，仅可下载3次，密码为 Kp-91x。", "链接30天内有效,仅可下载3次", "Kp-91x"),
    (f"您的请求{NUMBER}已传递。\n下载地址：https://x.edu.cn/d/2\n有效期：15天\n提取码：77Qa", "有效期:15天", "77Qa"),
    (f"请求{NUMBER}已提供，全文链接 https://x.edu.cn/d/3 ，请在两周内下载", "", ""),
    (f"请求{NUMBER}已提供，全文链接 https://x.edu.cn/d/4 ，文件保留一个月，访问码: pp31", "文件保留一个月", "pp31"),
    (f"请求{NUMBER}已提供，点击 https://x.edu.cn/d/5 下载，最多打开五次", "最多打开五次", ""),
    (f"Your request {NUMBER} has been shipped. Download: https://x.org/d/6 The link is valid for 30 days.", "The link is valid for 30 days", ""),
    (f"Request {NUMBER} was shipped: https://x.org/get/7 (available for 14 days or five views). Password: Zu81-q", "available for 14 days or five views", "Zu81-q"),
    (f"Request {NUMBER} shipped. The document can be downloaded only once: https://x.org/download/8", "The document can be downloaded only once:", ""),
    (f"Request {NUMBER} shipped, see https://x.org/download/9. The file will be deleted after 21 days.", "The file will be deleted after 21 days", ""),
])  # fmt: skip
def test_terms_and_passwords_of_links_are_read(text: str, terms: str, password: str) -> None:
    """How long a link works, in its supplier's own words, and its password, in running text as behind labels."""
    ruling = read(text)
    assert ruling.kind is Kind.SHIPPED
    if terms:
        assert ruling.value("terms").startswith(terms.rstrip(":")) or terms.rstrip(":") in ruling.value("terms")
    assert ruling.value("password") == password


def test_the_patron_is_told_the_terms() -> None:
    """The notice carries link, password and term; a relative term is no date, and none is made of it."""
    free = decided(f"事务 {NUMBER} 已寄送。下载链接：https://x.edu.cn/d/8f3a 有效期7天，提取码 a8x3", CALIS)
    (notice,) = [n for n in free.notices if n.kind is NoticeKind.DOCUMENT_DELIVERED]
    (link,) = notice.data["links"]  # type: ignore[misc]
    assert (link["password"], link["terms"], link["expires"]) == ("a8x3", "有效期7天", "")  # type: ignore[has-type]
    assert free.of(Document)[0].terms == "有效期7天"


LINK = "https://x.edu.cn/d/8f3a"


@pytest.mark.parametrize(("text", "told"), [
    (f"全文下载 {LINK} ，链接将于11月30日失效。", "链接将于11月30日失效"),
    (f"全文链接：{LINK}\n该链接48小时后删除", "该链接48小时后删除"),
    (f"下载地址 {LINK} （仅限校园网IP访问）", "仅限校园网IP访问"),
    (f"下载：{LINK} ，有效期至：只能下载一次", "有效期至：只能下载一次"),
    (f"点击 {LINK} 下载，如超过72小时未下载，系统将自动清除。", "如超过72小时未下载，系统将自动清除"),
    (f"全文链接 {LINK} ，需在VPN环境下打开，提取码 k9x2", "需在VPN环境下打开"),
    (f"全文链接 {LINK} 请于下周五前下载保存", "请于下周五前下载保存"),
    (f"全文 {LINK} 仅供本人在线浏览，不得转发", "仅供本人在线浏览，不得转发"),
    (f"全文链接 {LINK} ，有效期至2026年12月24日。", ""),
    (f"全文链接 {LINK} ，有效期至2026年12月24日，仅可打开两次。", "有效期至2026年12月24日，仅可打开两次"),
    (f"全文链接 {LINK} 。如有疑问请联系我馆。", ""),
    (f"download {LINK} . The link is deactivated after 5 downloads.", "The link is deactivated after 5 downloads"),
    (f"download {LINK} . Access is only possible from your campus network. The file is kept for two weeks, after which it is erased.",
     "The file is kept for two weeks, after which it is erased; Access is only possible from your campus network"),
    (f"download {LINK} . Please save it by 5 December.", "Please save it by 5 December"),
    (f"download {LINK} . The link expires on 24 December 2026 or after five views.",
     "The link expires on 24 December 2026 or after five views"),
    (f"download {LINK} . Thank you for using our service. Your request took 3 days.", ""),
])  # fmt: skip
def test_terms_in_other_words_reach_the_patron_whole(text: str, told: str) -> None:
    """Each clause that limits the link, with what goes on from it; a day that is told as a day is not told twice."""
    (document,) = decided(f"请求 {NUMBER} 已寄送。{text}").of(Document)
    assert document.terms == told


def test_terms_that_are_too_long_wait() -> None:
    """Cut short they would say something else."""
    held = decided(
        f"请求 {NUMBER} 已寄送，全文链接 {LINK} ，仅可下载3次" + "或在本馆书面同意后于馆内指定的设备上打开" * 20
    )
    assert (held.action, held.notices) == (Action.REVIEW, ())
    assert "too long to be told" in " ".join(held.reasons)


@pytest.mark.parametrize(
    "text",
    [
        f"请求 {NUMBER} 已提供，全文链接 https://x.edu.cn/d/9f2c ，密码另行短信发送。",
        f"请求 {NUMBER} 已提供，全文链接 https://x.edu.cn/d/9f2c ，解压密码见下一封邮件",
        f"Request {NUMBER} was shipped. Download: https://x.org/get/7 . The password will be sent in a separate mail.",
    ],
)
def test_a_link_whose_password_is_not_read_waits(text: str) -> None:
    """Told half, a link is no document."""
    held = decided(text)
    assert (held.action, held.notices) == (Action.REVIEW, ())
    assert "password" in " ".join(held.reasons)


@pytest.mark.parametrize(("text", "reason"), [
    (f"事务 {NUMBER} 未满足，原因：该刊2019年起停刊，馆藏仅至vol. 12, no. 3；另电子版合同不允许馆际互借。", "馆藏仅至vol. 12, no. 3"),
    (f"申请{NUMBER}：因该书为民国线装善本，按规定不得复制，且原件正在修复，预计明年三月方可阅览，故无法提供。", "该书为民国线装善本,按规定不得复制,且原件正在修复,预计明年三月方可阅览"),
    (f"申请{NUMBER}无法提供，因为该论文作者要求保密三年，2028年6月之后才能公开，届时欢迎再次申请。", "该论文作者要求保密三年,2028年6月之后才能公开"),
    (f"Request {NUMBER} is unfilled because vol. 12, no. 3 is missing from our shelves and the copy (Elsevier, 2019) is not licensed.", "vol. 12, no. 3 is missing from our shelves and the copy (Elsevier, 2019) is not licensed"),
    (f"We cannot supply request {NUMBER} due to the binding of the volume, which is expected back on 3 March, 2027.", "the binding of the volume, which is expected back on 3 March, 2027"),
])  # fmt: skip
def test_a_reason_is_told_whole(text: str, reason: str) -> None:
    """To the end of its sentence: no comma, abbreviation or number of characters cuts it."""
    assert reason in read(text, CALIS if "事务" in text else CASHL).value("reason")


@pytest.mark.parametrize("text", [
    f"请求 {NUMBER} 的费用为 25 美元，请确认是否接受。", f"Request {NUMBER}: the cost is USD 18.00, please confirm.",
    f"Request {NUMBER}: our fee is 12.50 EUR. Do you accept it?", f"请求 {NUMBER} 费用合计 £9.00，请确认费用。",
])  # fmt: skip
def test_a_foreign_price_is_no_fee(text: str) -> None:
    """A person converts it: nobody is asked for money, and nothing is charged."""
    waits = decided(text)
    assert waits.cause in (Cause.FEE_UNKNOWN, Cause.QUESTION)
    assert waits.notices == ()
    assert not [t for t in waits.of(Transition) if t.total or t.payable or t.payment_event]
    supplied = decided(f"请求 {NUMBER} 已寄送，费用合计 USD 18.00。全文下载：https://x.edu.cn/download/1")
    assert (supplied.cause, supplied.notices, len(supplied.of(Document))) == (Cause.FEE_UNKNOWN, (), 1)
    ours = decided(f"请求 {NUMBER} 的费用为 25 元，请确认是否接受。")
    assert ours.of(Transition)[0].total is not None


@pytest.mark.parametrize(("text", "sender"), [
    (f"事务 {NUMBER} 已退回：请补充卷期号。", CALIS), (f"您提交的事务 {NUMBER} 被退回，请补充卷、期和起止页码后重新提交。", CALIS),
    (f"请求 {NUMBER} 被退回，烦请核对刊名和年份。", CASHL), (f"申请 {NUMBER} 退回，需提供ISBN和版本信息。", CASHL),
    (f"Your request {NUMBER} was returned: please add volume and issue.", CASHL),
    (f"Status: Returned\nTransaction: {NUMBER}\nReason: citation incomplete, please provide the ISSN and the pages", CASHL),
    (f"Request {NUMBER} has been sent back. Kindly verify the author and the year of publication.", CASHL),
    (f"Request {NUMBER} was returned to you. We need the full citation, including the page numbers.", CASHL),
])  # fmt: skip
def test_sent_back_with_a_demand_is_no_end(text: str, sender: str) -> None:
    """Neither unfilled nor returned: a person looks, and the letter that passes the demand on is ready."""
    for service in Service:
        case = (
            COPY
            if service is Service.COPY
            else Transaction(number=NUMBER, patron_id="p1", service=Service.LOAN, state=State.IN_PROCESS, version=3)
        )
        held = decided(text, sender, case)
        assert (held.action, held.of(Transition), held.notices) == (Action.REVIEW, (), ())
        (draft,) = held.drafts
        assert draft.recipient == "li@patron.example"
        asked = ("卷", "刊名", "ISBN", "volume", "ISSN", "author", "citation")
        assert any(word.lower() in str(draft.data["answer"]).lower() for word in asked)


@pytest.mark.parametrize(("text", "sender", "asked"), [
    (f"事务 {NUMBER} 未满足。未满足原因：请补充卷期后重新提交", CALIS, "请补充卷期后重新提交"),
    (f"请求 {NUMBER} 处理结果：不满足，原因：题录不全，请提供ISSN和页码", CASHL, "题录不全,请提供ISSN和页码"),
    (f"事务号：{NUMBER}\n状态：未满足\n原因：请核对作者姓名后重新申请", CALIS, "请核对作者姓名后重新申请"),
    (f"事务号：{NUMBER}\n处理状态：不满足\n备注：信息有误，请更正刊名后重新提交申请", CASHL, "请更正刊名后重新提交申请"),
    (f"申请{NUMBER}未能满足，请补全起止页码再提交。", CASHL, "请补全起止页码再提交"),
    (f"您的事务{NUMBER}未满足，理由：请读者提供英文题名", CALIS, "请读者提供英文题名"),
    (f"Request {NUMBER}: unfilled. Reason: please verify volume and resubmit", CASHL, "please verify volume and resubmit"),
    (f"Status: Not supplied\nTransaction: {NUMBER}\nReason: Please confirm the edition and re-submit the request", CASHL, "Please confirm the edition"),
    (f"We were unable to fill request {NUMBER}. Please provide the ISBN and send it again.", CASHL, "Please provide the ISBN"),
    (f"Request {NUMBER} not supplied. Reason: the citation is incomplete, please add the year", CASHL, "please add the year"),
])  # fmt: skip
def test_unfilled_whose_reason_is_a_demand_is_no_end(text: str, sender: str, asked: str) -> None:
    """The demand outweighs the status: a person looks, and the letter passes it on."""
    held = decided(text, sender)
    assert (held.action, held.of(Transition), held.notices) == (Action.REVIEW, (), ())
    (draft,) = held.drafts
    assert asked in str(draft.data["answer"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"事务 {NUMBER} 未满足，原因：馆藏不外借。", Kind.UNFILLED),
        (f"事务 {NUMBER} 已退回，无法满足：请核对卷期后另行申请。", Kind.UNFILLED),
        (f"Request {NUMBER} is unfilled. Reason: not found as cited; please check the citation.", Kind.UNFILLED),
        (f"事务 {NUMBER} 未满足，原因：我馆未收藏，请核对出处", Kind.UNFILLED),
        (f"Request {NUMBER} not supplied. Reason: not owned. Please check other libraries.", Kind.UNFILLED),
        (f"事务 {NUMBER} 未满足，原因：版权限制，如需了解请核对出版信息", Kind.UNFILLED),
    ],
)
def test_a_refusal_is_an_end_whatever_it_asks(text: str, kind: Kind) -> None:
    """Refused in words is unfilled, and its reason says what to check."""
    news = decided(text, CALIS if "事务" in text else CASHL)
    assert (news.about.kind, news.action) == (kind, Action.APPLY)
    assert news.of(Transition)[0].after is State.UNFILLED


@pytest.mark.parametrize("words", [
    "New status: Filled. Delivered via Odyssey.", "全文已上传至系统，登录即可取用。", "状态：已提供\n途径：文献提供平台·我的文件夹",
])  # fmt: skip
def test_what_lies_in_a_system_moves_and_a_person_fetches_it(words: str) -> None:
    """By the words that say so; nobody is told before the document is here."""
    news = decided(f"Request {NUMBER}\n{words}")
    assert (news.action, news.cause) == (Action.APPLY, Cause.NO_USABLE_FILE)
    assert [move.after for move in news.of(Transition)] == [State.SHIPPED]
    assert not news.notices


@pytest.mark.parametrize("words", [
    "Filled. Please find the article attached.", "全文见附件，另已上传系统。", "已重新上传系统。", "Filled via Rapid. Continue?", "发了。",
])  # fmt: skip
def test_what_should_have_come_with_the_mail_moves_nothing(words: str) -> None:
    """A missing file, one that is sent anew, a question, or no place at all."""
    news = decided(f"Request {NUMBER}\n{words}")
    assert (news.action, news.of(Transition)) == (Action.REVIEW, ())


def test_a_loan_that_came_back_is_returned() -> None:
    """The lender has its book: no demand is heard in that."""
    loan = Transaction(number=NUMBER, patron_id="p1", service=Service.LOAN, state=State.ON_LOAN, version=3,
                       due=date(2026, 12, 1), payment_state=PaymentState.NONE)  # fmt: skip
    assert (
        decided(f"The loan {NUMBER} has been returned. Please keep the number for your records.", case=loan).drafts
        == ()
    )
