"""What a supplier's mail does not settle: fees that differ, late and contradicting news, files that are missing, other statuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision, Transition
from maild.domain.incoming.document import DocumentFault
from maild.domain.incoming.matching import Ambiguous, Candidate, Evidence, Matched, Query, Signal, Unmatched
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import Verdict
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import Event, PaymentState, State
from maild.domain.requests.patron import Document, Transaction
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.spine.deciding import COPY, GOOD, LOAN, NOW, PATRON, PDF, facts, kinds, reading, shipped


def test_a_fee_that_differs_from_the_quoted_one_stops() -> None:
    """A fee once quoted never changes by itself."""
    decision = shipped(replace(COPY, total=Money.of(10)), total="12.00")
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.AMOUNT_DIFFERS)


def test_a_price_that_was_not_read_beside_a_supply_that_nobody_agreed_to_stops() -> None:
    """'EUR 17.50 charged, 12.00 was the estimate': which one the patron is to agree to a person says."""
    waiting = replace(COPY, state=State.CONDITIONAL, payable=Money.of(41), payment_state=PaymentState.DUE)
    found = reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,))
    main = replace(found.classification.main, reasons=("total: several values: 17.50, 12.00",))
    unread = replace(found, classification=replace(found.classification, rulings=(main,)))
    decision = decide(unread, facts(transaction=waiting), Policy())
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.AMOUNT_DIFFERS)
    assert decide(found, facts(transaction=waiting), Policy()).action is Action.APPLY
    assert decide(unread, facts(transaction=replace(COPY, payable=Money.of(0))), Policy()).action is Action.APPLY


def test_a_fully_subsidised_document_goes_out() -> None:
    """A share of zero is known, not unknown: nothing is asked and nothing waits."""
    decision = shipped(total="12.00", subsidy="12.00")
    assert (decision.action, decision.cause, kinds(decision)) == (
        Action.APPLY,
        Cause.NONE,
        [NoticeKind.DOCUMENT_DELIVERED],
    )
    assert decision.of(Transition)[0].payable == Money.of(0)
    assert kinds(shipped(total="0.00")) == [NoticeKind.DOCUMENT_DELIVERED]
    known = replace(COPY, total=Money.of(12), subsidy=Money.of(12), payable=Money.of(0))
    assert kinds(shipped(known)) == [NoticeKind.DOCUMENT_DELIVERED]


def test_a_document_that_goes_out_unpaid_is_still_owed_for() -> None:
    """release = always: the document and the fee notice go together (the relay makes one mail of them)."""
    owed = replace(COPY, payable=Money.of(6))
    read = reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,))
    decision = decide(read, facts(transaction=owed), Policy(release="always"))
    assert kinds(decision) == [NoticeKind.DOCUMENT_DELIVERED, NoticeKind.FEE_NOTICE]
    assert decision.of(Transition)[0].payment_after is PaymentState.DUE
    paid = replace(owed, payment_state=PaymentState.CONFIRMED)
    assert kinds(decide(read, facts(transaction=paid), Policy(release="always"))) == [NoticeKind.DOCUMENT_DELIVERED]


@pytest.mark.parametrize("said", [{"total": "10.00", "subsidy": "12.00"}, {"total": "10.00", "currency": "USD"}])
def test_fees_that_do_not_fit_together_go_to_a_person(said: dict[str, str]) -> None:
    """More subsidy than fee, or two currencies: no arithmetic, no notice."""
    known = replace(COPY, subsidy=None if "subsidy" in said else Money.of(4))
    decision = shipped(known, **said)
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.AMOUNT_DIFFERS)


def test_a_total_without_a_known_share_waits_for_staff() -> None:
    """The subsidy is not known: moved to shipped, nothing asked, nothing sent, staff look."""
    decision = shipped(total="12.00")
    assert (decision.action, decision.cause) == (Action.APPLY, Cause.FEE_UNKNOWN)
    assert not decision.notices


@pytest.mark.parametrize(
    ("state", "action", "cause"),
    [
        (State.SHIPPED, Action.IGNORE, Cause.NONE),
        (State.DELIVERED, Action.IGNORE, Cause.NONE),
        (State.CANCELLED, Action.REVIEW, Cause.ILLEGAL_MOVE),
    ],
)
def test_repeated_late_and_contradicting_mails(state: State, action: Action, cause: Cause) -> None:
    """The same document again moves nothing twice; a contradiction goes to a person; both are explained."""
    known = {COPY.number: (Document(number=COPY.number, sha256="a" * 64),)}
    decision = decide(
        reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,)),
        facts(transaction=replace(COPY, state=state), documents=known),
        Policy(),
    )
    assert (decision.action, decision.cause) == (action, cause)
    assert not decision.of(Transition)
    assert not decision.notices
    assert decision.reasons


def test_another_file_for_a_supplied_request_is_looked_at() -> None:
    """A second, different file is not sent by itself."""
    known = {COPY.number: (Document(number=COPY.number, sha256="d" * 64),)}
    decision = decide(
        reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,)),
        facts(transaction=replace(COPY, state=State.DELIVERED), documents=known),
        Policy(),
    )
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.SEEN_BEFORE)


def test_a_first_file_for_a_request_on_its_way_is_delivered() -> None:
    """Imported as 'shipped' without a document: the file that comes now is the document."""
    assert kinds(shipped(replace(COPY, state=State.SHIPPED))) == [NoticeKind.DOCUMENT_DELIVERED]


@pytest.mark.parametrize("state", [State.SHIPPED, State.RECEIVED, State.DELIVERED, State.CLOSED])
@pytest.mark.parametrize("kind", [Kind.SHIPPED, Kind.DELIVERED])
@pytest.mark.parametrize("known", [(), (Document(number=COPY.number, sha256="d" * 64),)], ids=["nothing had", "had"])
def test_what_is_missing_or_broken_reaches_staff_whatever_the_state(
    state: State, kind: Kind, known: tuple[Document, ...]
) -> None:
    """A cut file, a login page under the name of a PDF, and an attachment that is not there are never old news."""
    now = facts(transaction=replace(COPY, state=state), documents={COPY.number: known})
    cut = replace(GOOD, fault=DocumentFault.TRUNCATED, reason="the end is missing")
    page = replace(GOOD, fault=DocumentFault.LOGIN_PAGE, reason="a web page")
    lost = {"text": "Please find the article attached.", "reply_text": "Please find the article attached."}
    for mail in (
        reading(kind, documents=(cut,), attachments=(PDF,)),
        reading(kind, documents=(page,), attachments=(PDF,), url="https://ae.example/x"),
        reading(kind, mail=lost),
    ):
        decision = decide(mail, now, Policy())
        assert (decision.action, decision.cause) == (Action.REVIEW, Cause.NO_USABLE_FILE)


def test_only_what_was_had_is_old_news() -> None:
    """The same bytes, or a bare status while the document is here, cause nothing; the same link neither."""
    had = {
        COPY.number: (Document(number=COPY.number, sha256="a" * 64), Document(number=COPY.number, url="https://x.y"))
    }
    for state in (State.SHIPPED, State.DELIVERED, State.CLOSED):
        now = facts(transaction=replace(COPY, state=state), documents=had)
        for mail in (
            reading(Kind.DELIVERED, documents=(GOOD,), attachments=(PDF,)),
            reading(Kind.SHIPPED, url="https://x.y"),
            reading(Kind.SHIPPED, mail={"text": "Status: shipped"}),
        ):
            assert decide(mail, now, Policy()).action is Action.IGNORE, state


def test_an_unproven_provider_moves_nothing() -> None:
    """Anybody can write 'shipped': review, whatever the number."""
    decision = decide(reading(Kind.SHIPPED, trusted=False, auth=Verdict.NONE), facts(), Policy())
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.UNAUTHENTICATED)


def test_temporary_is_not_failed() -> None:
    """While the mail may wait it waits; then a person looks. Failed goes to a person at once."""
    held = reading(Kind.SHIPPED, trusted=False, auth=Verdict.TEMPORARY)
    assert decide(held, facts(patient=True), Policy()).action is Action.DEFER
    assert decide(held, facts(), Policy()).cause is Cause.UNAUTHENTICATED
    failed = reading(Kind.SHIPPED, trusted=False, auth=Verdict.FAIL)
    assert decide(failed, facts(patient=True), Policy()).cause is Cause.UNAUTHENTICATED


def test_unknown_and_missing_numbers() -> None:
    """A number nobody knows, one beside a known one, and none at all."""
    none = Unmatched(reasons=("nothing",))
    unknown = decide(reading(Kind.UNFILLED, transaction="999"), facts(none, candidates=()), Policy())
    assert unknown.cause is Cause.UNKNOWN_NUMBER
    missing = decide(reading(Kind.UNFILLED), facts(none, candidates=(), query=Query(provider="calis")), Policy())
    assert missing.cause is Cause.NO_NUMBER
    beside = decide(reading(Kind.UNFILLED, transaction=f"{COPY.number}\n999"), facts(), Policy())
    assert (beside.action, beside.cause) == (Action.REVIEW, Cause.UNKNOWN_NUMBER)


def test_misfits_are_named_as_such() -> None:
    """Staff see at once that the facts do not fit, rather than 'several candidates'."""
    evidence = (Evidence(Signal.PATRON_MISFIT, -60, "names another"),)
    candidate = Candidate(transaction=COPY, patron=PATRON, evidence=evidence)
    unsure = Ambiguous(candidates=(candidate,), reasons=("low",))
    assert decide(reading(Kind.SHIPPED), facts(unsure), Policy()).cause is Cause.SENDER_MISFIT


@pytest.mark.parametrize(("paid", "cause"), [
    (PaymentState.NONE, Cause.NONE), (PaymentState.DUE, Cause.QUESTION), (PaymentState.CONFIRMED, Cause.QUESTION),
])  # fmt: skip
def test_an_end_after_the_patron_was_asked_for_money_is_looked_at(paid: PaymentState, cause: Cause) -> None:
    """The refusal counts at once; that nobody pays for nothing is a person's."""
    asked = replace(COPY, state=State.CONDITIONAL, total=Money.of("24"), payable=Money.of("24"), payment_state=paid)
    decision = decide(reading(Kind.UNFILLED), facts(transaction=asked), Policy())
    assert ([t.event for t in decision.of(Transition)], decision.cause) == ([Event.UNFILLED], cause)


@pytest.mark.parametrize(
    ("state", "kind", "known", "said", "waits"),
    [
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "88.00", "payable": "88.00"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"payable": "13.00"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, None, {"total": "40.00"}, True),
        (State.SHIPPED, Kind.FEE_QUOTED, "26.00", {"total": "31.00"}, True),
        (State.IN_PROCESS, Kind.REQUEST_ACCEPTED, "26.00", {"total": "30.00"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "26.00", "payable": "26.00"}, False),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "4.00", "currency": "USD"}, False),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "12.50", "currency": "EUR"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "4.00", "currency": "SEK"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {}, False),
    ],
)
def test_the_same_state_with_another_fee_is_not_the_same_news(
    state: State, kind: Kind, known: str | None, said: dict[str, str], waits: bool
) -> None:
    """A fee that is not on record reaches a person; the record's own, or its price before it was converted, does not."""
    money = Money.of(known) if known else None
    quoted = replace(COPY, state=state, total=money, payable=money)
    decision = decide(reading(kind, **said), facts(transaction=quoted), Policy())
    found = (Action.REVIEW, Cause.AMOUNT_DIFFERS) if waits else (Action.IGNORE, Cause.NONE)
    assert (decision.action, decision.cause, decision.notices) == (*found, ())
    assert ("on record" in decision.reasons[0]) == waits


@pytest.mark.parametrize(("code", "cause"), [("13", Cause.QUESTION), ("5", Cause.NONE), ("", Cause.NONE)])
def test_what_cost_too_much_ends_and_is_looked_at(code: str, cause: Cause) -> None:
    """With a higher limit it may be had: the patron is told, and a person sees it."""
    decision = decide(reading(Kind.UNFILLED, reason_code=code), facts(transaction=COPY), Policy())
    (transition,) = decision.of(Transition)
    assert (decision.action, decision.cause, transition.after) == (Action.APPLY, cause, State.UNFILLED)


def test_a_number_alone_does_not_say_who_has_the_request() -> None:
    """It is worked on, by whom stays open: else the next mail could end it by the number alone."""
    evidence = (Evidence(Signal.MILD, 20, "it only says that the request is being worked on"),)
    found = Candidate(transaction=replace(COPY, state=State.SUBMITTED), patron=PATRON, evidence=evidence)
    told = reading(Kind.REQUEST_ACCEPTED, provider_name="北京大学图书馆")
    (transition,) = decide(told, facts(Matched(candidates=(found,), reasons=())), Policy()).of(Transition)
    assert (transition.event, transition.provider) == (Event.ACCEPTED, None)


def elsewhere(words: str, transaction: Transaction = COPY, **fields: str) -> Decision:
    """A copy that is said to be supplied, and nothing came with the mail."""
    told = reading(Kind.SHIPPED, mail={"text": words, "reply_text": words}, **fields)
    return decide(told, facts(transaction=transaction), Policy())


@pytest.mark.parametrize("words", [
    "New status: Filled. Delivered via Odyssey.", "全文已上传至系统，登录即可取用。", "状态 已提供 途径 文献提供平台·我的文件夹",
])  # fmt: skip
def test_what_is_supplied_into_a_system_moves_and_a_person_fetches_it(words: str) -> None:
    """Nobody is told and nothing is asked for before the document is here."""
    decision = elsewhere(words, ready=words)
    assert (decision.action, decision.cause) == (Action.APPLY, Cause.NO_USABLE_FILE)
    assert [move.after for move in decision.of(Transition)] == [State.SHIPPED]
    assert not decision.notices
    assert not decision.of(Document)


@pytest.mark.parametrize("words", [
    "Filled. Please find the article attached.", "全文见附件，另已上传系统。", "已重新上传系统。", "Filled via Rapid. Continue?",
])  # fmt: skip
def test_what_should_have_come_with_the_mail_moves_nothing(words: str) -> None:
    """A missing file, one that is sent anew, or a question."""
    assert (elsewhere(words).action, elsewhere(words).of(Transition)) == (Action.REVIEW, ())


def test_nothing_moves_while_a_fee_is_owed() -> None:
    """It was not to be supplied before it is paid; what a form says of a request on which somebody works counts."""
    owing = replace(COPY, payable=Money.of("24.00"), payment_state=PaymentState.DUE)
    assert elsewhere("已上传系统。", owing, ready="已上传系统").action is Action.REVIEW
    begun = replace(owing, state=State.IN_PROCESS)
    assert elsewhere("已上传系统。", begun, ready="已上传系统").action is Action.REVIEW
    form = f"事务号：{begun.number}\n状态：已发送"
    assert [move.after for move in elsewhere(form, begun).of(Transition)] == [State.SHIPPED]


@pytest.mark.parametrize(("more", "moves"), [
    ("", True), ("题名：{title}", True), ("时间：2026-11-23 16:05", True), ("提供馆：上海海洋大学图书馆", True), ("页数：9", True), ("本邮件由系统自动发出，请勿回复。", True),
    ("页数：0", False), ("备注：仅找到会议摘要", False), ("接收人：浙江理工大学图书馆", False), ("题名：另一篇文章的题名", False), ("完成情况：读者取消", False), ("方式：报价单", False),
    ("误发给浙江理工大学图书馆", False), ("请退回浙江大学图书馆", False), ("此系样本，正式件另寄", False), ("发送内容：账单", False), ("Reason for no: lacks volume", False),
])  # fmt: skip
def test_a_form_counts_that_says_nothing_else(more: str, moves: bool) -> None:
    """A remark, a recipient, a count or a label that nobody knows may take the status back."""
    decision = elsewhere(f"事务号：{COPY.number}\n状态：已发送\n{more.format(title=COPY.title)}")
    assert bool(decision.of(Transition)) is moves
    assert (decision.cause, decision.notices) == (Cause.NO_USABLE_FILE, ())


@pytest.mark.parametrize(("subject", "moves"), [
    ("【CALIS】事务状态变更：已发送", True), ("CALIS馆际互借系统 事务状态通知", True), ("BL On Demand: despatch confirmation", True), ("", True),
    ("撤销", False), ("测试", False), ("更正通知浙江大学", False), ("下列状态有误", False), ("Request cancelled", False), ("Error report", False),
])  # fmt: skip
def test_a_forms_subject_says_nothing_else_either(subject: str, moves: bool) -> None:
    """What it says that no kind of notice is called by may take the status back."""
    form = f"事务号：{COPY.number}\n状态：已发送"
    told = reading(Kind.SHIPPED, mail={"subject": subject, "text": form, "reply_text": form})
    assert bool(decide(told, facts(transaction=COPY), Policy()).of(Transition)) is moves


def test_a_form_of_thousands_of_lines_is_not_gone_through() -> None:
    """It is for a person, and costs nothing."""
    assert not elsewhere(f"事务号：{COPY.number}\n状态：已发送\n" + "时间：2026-11-23 16:05\n" * 100).of(Transition)


@pytest.mark.parametrize("status", ["账单已发送", "已发送（部分）", "已发送催办", "申请已发送", "sent TOC only"])
def test_a_status_of_something_else_moves_nothing(status: str) -> None:
    """What was sent is a bill, a reminder, a part, the request itself."""
    assert not elsewhere(f"事务号：{COPY.number}\n状态：{status}").of(Transition)


@pytest.mark.parametrize(("text", "reason", "event"), [
    ("事务已终止", "9", Event.UNFILLED), ("Request cancelled by lender", "3", Event.UNFILLED),
    ("应贵馆要求取消", "9", None), ("事务已取消", "", Event.CANCELLED), ("事务已取消", "15", Event.CANCELLED),
])  # fmt: skip
def test_what_a_supplier_ends_for_want_of_it_is_unfilled(text: str, reason: str, event: Event | None) -> None:
    """Whatever its form calls that; not what is said to be our wish, nor an end for another reason."""
    told = reading(
        Kind.CANCELLED, mail={"text": text, "reply_text": text}, **({"reason_code": reason} if reason else {})
    )
    moves = decide(told, facts(), Policy()).of(Transition)
    assert [move.event for move in moves] == ([event] if event else [])


@pytest.mark.parametrize(("state", "fields", "moved"), [
    (State.ON_LOAN, {"due": "2026-12-01"}, False), (State.ON_LOAN, {"due": "2026-12-20"}, True),
    (State.ON_LOAN, {"due": "2026-12-01", "recalled": "召回"}, True), (State.SHIPPED, {"recalled": "召回"}, False),
    (State.RECEIVED, {"due": "2026-12-20"}, True), (State.RECEIVED, {"due": "2026-12-01", "recalled": "召回"}, False),
])  # fmt: skip
def test_a_day_before_the_one_on_record_waits_unless_the_book_is_recalled(
    state: State, fields: dict[str, str], moved: bool
) -> None:
    """And nobody gives back what has never arrived, or still waits to be fetched. The patron is told that it is recalled, and only then."""
    lent = replace(LOAN, state=state, due=NOW.date() + timedelta(days=26))
    decision = decide(reading(Kind.LOAN_DUE, **fields), facts(transaction=lent), Policy())
    assert bool(decision.of(Transition)) == moved
    told = [(n.kind, n.data["recalled"], n.data["due"]) for n in decision.notices]
    assert told == ([(NoticeKind.LOAN_DUE, "recalled" in fields, fields["due"])] if moved else [])


def test_a_fee_that_is_asked_for_after_the_supply_is_no_old_news() -> None:
    """It may be a second one."""
    had = replace(COPY, state=State.DELIVERED, payable=Money.of("12.00"), payment_state=PaymentState.CONFIRMED)
    assert decide(reading(Kind.FEE_QUOTED, total="12.00"), facts(transaction=had), Policy()).action is Action.REVIEW
