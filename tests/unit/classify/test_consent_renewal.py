"""Fees accepted or declined by patrons, renewals granted or refused by providers: what is said, and what is not."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from maild.office.requests.case_details import says_rush
from maild.parse import parse_mail
from tests.unit.classify.classify_mails import CALIS, CASHL, PATRON, mail, ruled

N = "2026112400017"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("同意费用", "consent"),
        ("老师好，同意支付35元，谢谢", "consent"),
        ("我可以接受这个费用，麻烦继续", "consent"),
        ("没问题，费用我接受", "consent"),
        ("我愿意承担费用", "consent"),
        ("同意自付32元", "consent"),
        ("同意28.5元，请办", "consent"),
        ("这单国图的我同意自负43元，请办", "consent"),
        ("所以请继续吧，23元我自己付。", "consent"),
        ("46元由本人承担，麻烦安排", "consent"),
        ("go ahead", "consent"),
        ("Dear librarian, I accept the fee. Please go ahead.", "consent"),
        ("We agree to pay the charges for this request.", "consent"),
        ("yes, the fee is fine", "consent"),
        ("不同意费用", "declined"),
        ("我不能接受这么高的费用", "declined"),
        ("导师不同意出这个费用", "declined"),
        ("这个费用太贵了，不要了", "declined"),
        ("I do not accept the fee.", "declined"),
        ("I don't want to pay the fee", "declined"),
    ],
)
def test_a_fee_is_accepted_or_declined(text: str, field: str) -> None:
    """What is stated plainly, in both languages, and only that."""
    (ruling,) = [r for r in ruled(mail("", text, sender=PATRON)).rulings if r.rule == "93-patron-fee-consent"]
    assert {name for name in ("consent", "declined") if ruling.value(name)} == {field}
    assert not ruling.value("reserve")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("同意支付48元，请问转到哪个账号？转账时需要写明申请号吗？", True),
        ("费用没问题，哪里缴费？", True),
        ("同意自付42元，转账单上部门代码、项目代码各填什么？", True),
        ("同意，28.5元。对公转账的户名和账号是什么？", True),
        ("I accept the fee. Which account should I transfer to?", True),
        ("I accept the fee. I will pay by the campus card app, is that fine?", True),
        ("同意支付48元，需要付款吗？", False),
        ("同意支付48元，另一篇怎么付？", False),
        ("同意支付48元，谁付？", False),
        ("同意支付48元，怎么要这么多？", False),
        ("同意支付费用，怎么付一半？", False),
        ("同意支付48元，怎么付？能便宜点吗？", False),
        ("同意支付48元，刷校园卡可以吗", True),
        ("同意支付48元，怎么要我自己付款？", False),
        ("同意支付48元，怎么都是我付？", False),
        ("同意支付48元，这是什么费？", False),
        ("同意支付48元，图书馆需要用什么付？", False),
        ("同意支付48元，也可以用您自己的卡付吗？", False),
        ("I accept the fee. Can the library pay by campus card?", False),
        ("I accept the fee. How is it that I must pay?", False),
        ("I accept the fee. Who pays, and how?", False),
        ("I accept the fee. How much is it?", False),
        ("I accept the fee. Where can I pay the other one?", False),
        ("I accept the fee. How can I pay? Could you lower it?", False),
    ],
)
def test_how_it_is_paid_is_no_reserve(text: str, asked: bool) -> None:
    """A question of the way alone; one whether, how much, for what or by whom keeps a yes for a person."""
    (ruling,) = [r for r in ruled(mail("", text, sender=PATRON)).rulings if r.rule == "93-patron-fee-consent"]
    assert ruling.value("consent")
    assert not ruling.value("reserve") if asked else ruling.value("reserve")


@pytest.mark.parametrize("text", [
    f"I agree to pay for {N}, please go ahead.", f"Yes, I will pay the 35 yuan for {N}. Please go ahead.",
    "I'm happy to pay for it, please continue.", "We are willing to cover the cost. Please proceed.",
    "I'm fine with the 12 CNY charge, please go ahead.", "The price works for me. Go ahead please.",
    f"I agree to the fee of 20 yuan for {N}.", "I am ready to pay for this article, please proceed with the request.",
    "I consent to the charge.", "OK, I'll pay the fee. Please go ahead with the request.",
    "Happy to pay. Please go ahead.", f"Please go ahead with {N}, I agree to pay.", "I agree with the price, please proceed.",
])  # fmt: skip
def test_usual_english_consent_is_understood_whole(text: str) -> None:
    """Accepted, without a reserve, and nothing of the mail is left over."""
    said = ruled(mail("Re: fee", text, sender=PATRON))
    assert said.rest == ()
    assert any(r.value("consent") and not r.value("reserve") and not r.value("declined") for r in said.rulings)


@pytest.mark.parametrize("text", [
    f"I agree to pay for {N} if it arrives this week.", "I would pay for it if my supervisor agreed.",
    "Do I have to pay for it?", "I already paid for it.", "I will not pay for it.", "I can't pay for it.",
    "Should I pay for the request now?", "My supervisor may pay for it.", "How do I pay for it?",
    "I will pay for it next week when my card works.", "I'm not willing to pay for this.", "I refuse to pay for it.",
])  # fmt: skip
def test_who_speaks_of_paying_does_not_consent(text: str) -> None:
    """Conditions, questions, refusals, what was paid, promises."""
    assert not any(r.value("consent") for r in ruled(mail("Re: fee", text, sender=PATRON)).rulings)


@pytest.mark.parametrize("text", [
    "同意", "我同意。", "请问可以接受这个费用吗？", "如果费用不超过20元我就同意", "费用多少？", "我先问一下导师是否同意费用",
    "老板同意了再付费用", "请问费用同意后怎么支付？", "Do I have to accept the fee?", "If the fee is below 20 I accept it",
    "I would accept the fee if it came with a subsidy", "Is the fee ok?", "ok", "Should I go ahead?",
    "I will not accept the fee?", "46元我付了", "23元我自己付过的", "46元我付？", "如果是23元我自己付", "46元我付不起",
])  # fmt: skip
def test_what_is_no_consent(text: str) -> None:
    """Questions, conditions, plans and a bare 'agreed' are for a person."""
    assert not any(r.value("consent") for r in ruled(mail("Re: 请确认费用", text, sender=PATRON)).rulings)


@pytest.mark.parametrize("text", ["费用我同意，但只要前10页", "The fee is fine, but only for pages 1-10",
                                  "同意费用，最多30元", "I accept the fee. Is there an invoice?"])  # fmt: skip
def test_a_reserve_is_seen(text: str) -> None:
    """Accepted with something beside it: the field says so, and nothing goes on by itself."""
    assert any(r.value("reserve") for r in ruled(mail("", text, sender=PATRON)).rulings)


@pytest.mark.parametrize(("sender", "subject", "text", "renewal", "due"), [
    (CALIS, f"续借申请结果：{N}", f"事务号：{N}\n提供馆已同意续借。\n新应还日期：2027-01-23", "granted", "2027-01-23"),
    (CALIS, "通知", f"事务号：{N}\n当前状态：续借成功\n应还日期：2027年1月23日", "granted", "2027-01-23"),
    (CALIS, "通知", f"事务号：{N}\n您的续借申请已通过审核，借期延长至2027-01-23。", "granted", "2027-01-23"),
    (CASHL, f"Loan {N} renewed", f"Request number: {N}\nYour loan has been renewed until 15 January 2027.", "granted",
     "2027-01-15"),
    (CALIS, "通知", f"事务号：{N}\n很抱歉，该书不能续借，请按时归还。", "refused", ""),
    (CALIS, "续借", f"{N} 同意续借一次，新应还日 2026-12-31，不再续。", "granted", "2026-12-31"),
    (CALIS, "Re: 续借申请", f"事务号：{N}\n已续，新的应还日期 2027-01-05，不可再续。", "granted", "2027-01-05"),
    (CALIS, "续借结果", f"{N} 可以，续一个月，到12月27日。只能续一次。", "granted", ""),
    (CALIS, "续借", f"{N} 这次照顾，展期到12月5日，务必按时。", "granted", ""),
    (CALIS, "续借", f"{N} 后面已有读者预约，这次续不了啦，请按时归还。", "refused", ""),
    (CALIS, "通知", f"事务号：{N}\n当前状态：续借失败", "refused", ""),
    (CALIS, "通知", f"事务号：{N}\n续借申请未获批准。", "refused", ""),
    (CASHL, f"Renewal of {N}", f"Request number: {N}\nThe renewal request was denied.", "refused", ""),
    (CASHL, f"Renewal of {N}", f"Request number: {N}\nWe are unable to renew this item.", "refused", ""),
])  # fmt: skip
def test_a_provider_answers_a_renewal(sender: str, subject: str, text: str, renewal: str, due: str) -> None:
    """Granted with the new date, or refused; the kind stays provider_other, the field says it."""
    main = ruled(mail(subject, text, sender=sender)).main
    assert (main.rule, main.kind, main.value("renewal")) == ("19-renewal", "provider_other", renewal)
    assert main.value("transaction") == N
    assert not due or main.value("due") == due


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"事务号：{N}\n当前状态：即将到期\n如需续借，请在到期前提出。", "loan_due"),
        (f"事务号：{N}\n当前状态：已逾期\n逾期图书不能续借，请尽快归还。", "loan_overdue"),
        (f"事务号：{N}\n当前状态：已归还\n该书曾续借成功。", "loan_returned"),
        (f"事务号：{N}\n当前状态：已到馆\n本书不能续借。", "loan_arrived"),
    ],
)
def test_other_news_stays_what_it_is(text: str, kind: str) -> None:
    """A word about renewing beside weightier news does not hide it."""
    assert ruled(mail("通知", text, sender=CALIS)).main.kind == kind


@pytest.mark.parametrize(("text", "rush"), [
    ("服务类型：加急", True), ("是否加急：是", True), ("是否加急：否", False), ("服务级别：普通", False),
    ("您提交的加急请求已收到。", True), ("加急费：10元", False), ("Priority: urgent", True), ("优先级：不加急", False),
])  # fmt: skip
def test_rush(text: str, rush: bool) -> None:
    """Marked as urgent by a label or in words; a rush fee in a tariff is no mark."""
    raw = EmailMessage()
    raw["From"], raw["Subject"], raw["Message-ID"] = CALIS, f"请求提交成功：{N}", "<rush@calis.edu.cn>"
    raw.set_content(f"事务号：{N}\n当前状态：已提交\n{text}\n")
    main = ruled(parse_mail(raw.as_bytes())).main
    assert main.kind == "request_submitted"
    assert says_rush(main) is rush, main.value("rush")


@pytest.mark.parametrize("text", [
    "之前已续借至2026年12月10日，此次无法再续。请按期归还。", "贵馆10月已续借到2026年11月30日，现不能再续。",
    "Your renewal request cannot be granted. The loan was already renewed until 10 December 2026 and cannot be renewed again.",
    "本次难以延期至2026年12月24日，请按原定日期归还。", "这次就别延期到2026年12月24日了，有人等。", "行，延期1周，除非有人预约。",
    "特许延期到2026年12月24日的只有教师，学生不行。", "你们说已续，我们系统里没有记录，请查。", "可以，再续一次要馆长签字。",
])  # fmt: skip
def test_a_yes_of_another_time_or_on_terms_renews_nothing(text: str) -> None:
    main = ruled(mail("续借", f"事务号：{N}\n{text}", sender=CALIS)).main
    assert main.value("renewal") != "granted"


M = "2026112400018"


@pytest.mark.parametrize(("text", "renewal"), [
    (f"{N} 可以续，到12月31日。\n{M} 这本有点麻烦，领导意思是先拿回来看看品相。", ""),
    (f"{N} 已续借到12月31日；{M} 我们再问问。", ""),
    (f"{N}、{M} 两本都已续借到12月31日。", "granted"),
    (f"{N} 可以续，新还期2027/1/7。", "granted"),
])  # fmt: skip
def test_a_renewal_is_of_the_loans_it_is_said_of(text: str, renewal: str) -> None:
    """Where it is said of one of two, a person says of which."""
    found = ruled(mail("续借", text, sender=CALIS))
    said = {ruling.value("renewal") for ruling in found.rulings} | {row.ruling.value("renewal") for row in found.rows}
    assert (renewal in said) if renewal else found.rows or said == {""}


def test_the_staff_of_a_library_is_no_reader() -> None:
    for who, name in (("馆员", ""), ("用户", ""), ("图书馆老师", ""), ("沈清婉", "沈清婉")):
        (main, *_) = ruled(mail("事务状态变更", f"尊敬的{who}:\n事务号：{N}\n状态：处理中", sender=CALIS)).rulings
        assert main.value("patron_name") == name, who


def test_a_number_behind_its_carrier() -> None:
    (main, *_) = ruled(mail("收到还书", f"贵馆顺丰寄回的{N}收到了，谢谢", sender=CALIS)).rulings
    assert main.value("transaction") == N
    (parcel, *_) = ruled(mail("寄出", f"图书已寄出，顺丰单号{N}", sender=CALIS)).rulings
    assert parcel.value("transaction") == ""
