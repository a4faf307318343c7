"""Every outcome of a payment proof: what is booked, what the patron is told, why it waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maild.domain.accounting.receipt import Ground, Purpose, ReceiptKind, Stamp
from maild.domain.incoming import token
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import Document, Patron, Transaction
from tests.stories.after import REVIEW, SETTLED, Begin, N, after
from tests.stories.tale import TODAY, due
from tests.stories.world import KEY, World


def test_one_to_one_releases_the_document(tell: Begin, office: World) -> None:
    """A named fee, paid to the cent: a claim, proof received, and the copy that waited goes out."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    document = Document(number=request.number, url="https://delivery.example/x", filename="a.pdf")
    with office.store.begin() as uow:
        uow.documents.add(document, None, office.clock.now())
    found = after(tale, tale.send(patron, [tale.proof(patron, due([request]))], f"{request.number} 已付款，凭证见附件"))
    assert (found.status, found.claims) == (SETTLED, {request.number: "12.50"})
    assert found.states[request.number] is PaymentState.PROOF_RECEIVED
    assert found.told == sorted([N.PROOF_RECEIVED, N.DOCUMENT_DELIVERED])
    (told,) = [n for n in found.notices if n.kind is N.PROOF_RECEIVED]
    assert told.data["released"] is True
    assert told.recipient == patron.emails[0].address


@pytest.mark.parametrize(
    ("fees", "paid", "text", "status", "cause", "shares", "told"),
    [
        (["12.50", "8.00"], "20.50", "{0}和{1}的费用已付，见附件", SETTLED, Cause.NONE, {0: "12.50", 1: "8.00"}, [N.PROOF_RECEIVED]),
        (["12.50", "8.00", "3.00"], "11.00", "", SETTLED, Cause.NONE, {1: "8.00", 2: "3.00"}, [N.PROOF_RECEIVED]),
        (["12.50"], "10.00", "{0} 已付款，见附件", SETTLED, Cause.NONE, {0: "10.00"}, [N.AMOUNT_DIFFERS]),
        (["12.50"], "15.00", "{0} 已付款，见附件", SETTLED, Cause.NONE, {0: "12.50", "": "2.50"}, [N.AMOUNT_DIFFERS]),
        (["12.50"], "112.50", "{0} 已付款，见附件", REVIEW, Cause.OVERPAID, {}, [N.PROOF_RECEIVED]),
        (["12.50"], "15.00", "", REVIEW, Cause.OVERPAID, {}, [N.PROOF_RECEIVED]),
        (["12.50", "12.50"], "12.50", "", REVIEW, Cause.SEVERAL_CANDIDATES, {}, [N.PROOF_RECEIVED]),
        (["12.50", "8.00"], "15.00", "{0}、{1} 已付款，见附件", REVIEW, Cause.AMOUNT_DIFFERS, {}, [N.AMOUNT_DIFFERS]),
        (["12.50", "8.00"], "8.00", "{0} 已付款，见附件", REVIEW, Cause.SEVERAL_CANDIDATES, {}, [N.PROOF_RECEIVED]),
        (["12.50", "8.00"], "3.30", "", REVIEW, Cause.NO_NUMBER, {}, [N.PROOF_RECEIVED]),
        ([], "12.50", "", REVIEW, Cause.NO_NUMBER, {}, [N.PROOF_RECEIVED]),
        ([], "100.00", "预付款已转账，请充值到我的账户，见附件", SETTLED, Cause.NONE, {"": "100.00"}, [N.PROOF_RECEIVED]),
        (["100.00"], "100.00", "预付款已转账，请充值到我的账户，见附件", REVIEW, Cause.DEPOSIT, {}, [N.PROOF_RECEIVED]),
        (["650.00"], "650.00", "{0} 已付款，见附件", SETTLED, Cause.NONE, {0: "650.00"}, [N.PROOF_RECEIVED]),
        (["12.50", "8.00"], "20.50", "{0} 已付款，见附件", SETTLED, Cause.NONE, {0: "12.50", 1: "8.00"}, [N.PROOF_RECEIVED]),
    ],
)  # fmt: skip
def test_what_an_amount_does(
    tell: Begin, fees: list[str], paid: str, text: str, status: MailStatus, cause: Cause, shares: dict[Any, str],
    told: list[NoticeKind],
) -> None:  # fmt: skip
    """Several, partial, over, ambiguous, deposit: outcome, queue reason, ledger, notice."""
    tale = tell()
    patron = tale.patron()
    requests = tale.fees(patron, fees)
    numbers = [t.number for t in requests]
    found = after(tale, tale.send(patron, [tale.proof(patron, {}, Money.of(paid))], text.format(*numbers)))
    assert (found.status, found.cause) == (status, cause)
    assert found.claims == {numbers[n] if n != "" else "": amount for n, amount in shares.items()}
    assert found.told == told


@pytest.mark.parametrize(
    ("more", "cause", "problem"),
    [
        ({"payee_is_library": False, "payee": "某某书店", "sure": False}, Cause.NOT_PAID_TO_US, "not_paid_to_us"),
        ({"sure": False, "warnings": ("payment not finished: 处理中",)}, Cause.UNREADABLE, "failed_payment"),
        ({"amount": None, "sure": False, "warnings": ("amount not found",)}, Cause.UNREADABLE, "no_amount"),
        ({"kind": ReceiptKind.NOT_A_RECEIPT, "warnings": ("not a receipt: 封面",)}, Cause.UNREADABLE, "not_a_receipt"),
        ({"kind": ReceiptKind.NOT_A_RECEIPT, "warnings": ("encrypted: the PDF needs a password",)}, Cause.UNREADABLE, "encrypted"),
        ({"kind": ReceiptKind.NOT_A_RECEIPT, "warnings": ("not a receipt: it says: 支付失败",)}, Cause.UNREADABLE, "failed_payment"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(tell: Begin, more: dict[str, Any], cause: Cause, problem: str) -> None:
    """Nothing is booked, the patron is told what is wrong, a person can still look."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    proof = replace(tale.proof(patron, due([request])), **more)
    found = after(tale, tale.send(patron, [proof], f"{request.number} 已付款，凭证见附件"))
    assert (found.status, found.cause, found.claims) == (REVIEW, cause, {})
    (notice,) = found.notices
    assert notice.kind is N.PROOF_UNREADABLE
    problems = notice.data["problems"]
    assert isinstance(problems, list | tuple)
    assert problems[0] == problem


@pytest.mark.parametrize(
    "more",
    [
        {"sure": False, "ground": Ground.NONE, "warnings": ("amount read once only",)},
        {"date": None},
        {"date": "ahead"},
        {"date": "old"},
        {"qr": "ILF1:1250:ILL-20261124-001:AAAAAAAAAA"},
    ],
)
def test_what_is_not_certain_waits(tell: Begin, more: dict[str, Any]) -> None:
    """An unsure amount, no day of payment or an impossible one, a code that only looks like ours."""
    from datetime import date

    days = {"ahead": date(2026, 12, 24), "old": date(2026, 1, 1)}
    if isinstance(more.get("date"), str):
        more = {**more, "date": days[more["date"]]}
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    proof = replace(tale.proof(patron, due([request])), **more)
    found = after(tale, tale.send(patron, [proof], f"{request.number} 已付款，凭证见附件"))
    assert (found.status, found.cause, found.claims) == (REVIEW, Cause.PAYMENT_PROOF, {})
    assert found.told == [N.PROOF_RECEIVED]
    assert found.notices[0].data["released"] is False
    assert found.candidates[0] == request.number


def test_a_large_sum_is_booked_and_its_document_waits(tell: Begin, office: World) -> None:
    """The statement decides: a claim, the fee stays due, nothing goes out."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["650.00"])
    with office.store.begin() as uow:
        uow.documents.add(Document(number=request.number, url="https://delivery.example/x"), None, office.clock.now())
    found = after(tale, tale.send(patron, [tale.proof(patron, due([request]))], f"{request.number} 已付款，凭证见附件"))
    assert found.claims == {request.number: "650.00"}
    assert found.states[request.number] is PaymentState.DUE
    assert found.told == [N.PROOF_RECEIVED]


@pytest.mark.parametrize(
    "more",
    [
        {"paid_for": Purpose.OTHER},
        {"paid_for": Purpose.OTHER, "sure": False, "warnings": ("paid for something else: 学费",)},
        {"sure": False, "warnings": ("state not certain: 复核",)},
        {"sure": False, "warnings": ("state not known: 交易挂起",)},
        {"sure": False, "warnings": ("nothing says that the payment is made",)},
        {"sure": False, "amount": None, "warnings": ("in another currency or unit: 美元",)},
        {"sure": False, "payee_is_library": None, "warnings": ("payee unknown",)},
    ],
)
def test_what_is_only_in_doubt_waits_and_blames_nobody(tell: Begin, more: dict[str, Any]) -> None:
    """Another purpose, a state nobody listed, another currency, a payee misread: no claim, no document, no reproach."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    proof = replace(tale.proof(patron, due([request])), **more)
    found = after(tale, tale.send(patron, [proof], f"{request.number} 已付款，凭证见附件"))
    assert (found.status, found.cause, found.claims) == (REVIEW, Cause.PAYMENT_PROOF, {})
    assert N.PROOF_UNREADABLE not in found.told
    assert found.states[request.number] is PaymentState.DUE


@pytest.mark.parametrize(
    "said", ["payment not finished: 作废", "state not certain: 冲抹", "in another currency or unit: 万元"]
)
def test_our_own_form_pays_nothing_where_words_speak_against_it(tell: Begin, said: str) -> None:
    """Its code vouches for what is due, not for what is written over it."""
    tale = tell()
    patron = tale.patron()
    requests = tale.fees(patron, ["12.50"])
    form = replace(tale.form(patron, requests), sure=False, warnings=(said,))
    found = after(tale, tale.send(patron, [form], "见附件，已付"))
    assert (found.status, found.claims) == (REVIEW, {})


def test_our_form_speaks_for_itself(tell: Begin) -> None:
    """Stamped, not sure by itself: the code says what is due, nothing speaks against it, and its patron sent it."""
    tale = tell()
    patron = tale.patron()
    requests = tale.fees(patron, ["12.50", "8.00", "3.00"])
    form = replace(tale.form(patron, requests[:2]), sure=False, warnings=("payee unknown",))
    found = after(tale, tale.send(patron, [form], "见附件，已付"))
    assert found.claims == {requests[0].number: "12.50", requests[1].number: "8.00"}
    blank = replace(tale.form(patron, requests[2:]), sure=False, sealed=False, stamp=Stamp.NONE)
    found = after(tale, tale.send(patron, [blank], "见附件，已付"))
    assert (found.status, found.claims) == (REVIEW, {})
    (notice,) = [n for n in found.notices if n.kind is N.PROOF_UNREADABLE]
    assert list(notice.data["problems"]) == ["unstamped"]
    differs = replace(tale.form(patron, requests[2:]), amount=Money.of("30.00"), sure=False, ground=Ground.NONE)
    assert after(tale, tale.send(patron, [differs], "见附件，已付")).claims == {}


def test_a_form_from_another_pays_for_its_patron_only(tell: Begin) -> None:
    """Handed to a colleague, who learns nothing: notice and document go to the request's patron."""
    tale = tell()
    patron, colleague = tale.patron(), tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    found = after(tale, tale.send(colleague, [tale.form(patron, [request])], "见附件，已付"))
    assert found.claims == {request.number: "12.50"}
    assert {n.recipient for n in found.notices} == {patron.emails[0].address}
    assert {n.reply_to for n in found.notices} == {""}


def test_a_form_among_own_proofs_tells_each_only_of_their_own(tell: Begin) -> None:
    """One mail with one's own proof and a colleague's form: two notices that know nothing of one another."""
    tale = tell()
    patron, colleague = tale.patron(), tale.patron()
    (theirs,), (own,) = tale.fees(patron, ["12.50"]), tale.fees(colleague, ["7.00"])
    found = after(
        tale, tale.send(colleague, [tale.form(patron, [theirs]), tale.proof(colleague, due([own]))], "已付，见附件")
    )
    assert found.claims == {theirs.number: "12.50", own.number: "7.00"}
    told = {n.recipient: [row["number"] for row in n.data["transactions"]] for n in found.notices}  # type: ignore[attr-defined]
    assert told == {patron.emails[0].address: [theirs.number], colleague.emails[0].address: [own.number]}


@pytest.mark.parametrize(("shown", "cause"), [(True, Cause.PAID_BY_OTHER), (False, Cause.SENDER_MISFIT)])
def test_a_foreign_number_waits(tell: Begin, shown: bool, cause: Cause) -> None:
    """A number alone opens nobody's account: on the proof or in the mail."""
    tale = tell()
    patron, payer = tale.patron(), tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    numbers = (request.number,) if shown else ()
    proof = tale.proof(patron, due([request]), transactions=numbers)
    found = after(tale, tale.send(payer, [proof], "" if shown else f"{request.number} 已付款，凭证见附件"))
    assert (found.status, found.cause, found.claims) == (REVIEW, cause, {})
    assert found.candidates[0] == request.number
    assert all(n.recipient != patron.emails[0].address for n in found.notices)


def test_strangers_and_unproven_senders_book_nothing_and_are_remembered(tell: Begin) -> None:
    """What they sent is known when somebody else sends it again."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    proof = tale.proof(patron, due([request]), transactions=(request.number,))
    found = after(tale, tale.send("stranger@elsewhere.example", [proof]))
    assert (found.cause, found.claims, found.notices) == (Cause.UNKNOWN_SENDER, {}, [])
    assert found.candidates[0] == request.number
    found = after(tale, tale.send(patron, [tale.again(proof)], proven=False))
    assert (found.cause, found.claims, found.notices) == (Cause.UNAUTHENTICATED, {}, [])
    assert after(tale, tale.send(patron, [proof])).cause is Cause.SEEN_BEFORE


def test_a_reply_token_vouches_for_its_request_only(tell: Begin) -> None:
    """From an address we do not know: the request whose token is quoted is paid, and the patron's own address told."""
    tale = tell()
    patron = tale.patron()
    one, two = tale.fees(patron, ["12.50", "8.00"])
    text = f"已付款，见附件\n{token.make(KEY, one.number, patron.emails[0].address, TODAY)}\n"
    found = after(tale, tale.send("private@mail.example", [tale.proof(patron, due([one]))], text))
    assert found.claims == {one.number: "12.50"}
    assert {n.recipient for n in found.notices} == {patron.emails[0].address}
    found = after(tale, tale.send("private@mail.example", [tale.proof(patron, due([two]))], text))
    assert found.claims == {}


@pytest.mark.parametrize("said", [
    "凭证供参考，实际尚未转", "我已撤销这笔转账", "误转，求退", "不是我的，是室友的转账", "此款作为会议费", "费用由李四垫付，文献给李四",
    "The transfer was recalled yesterday", "It bounced, I will try again", "Hold the document", "I withdraw my request",
    "Paid from the wrong account, will redo",
])  # fmt: skip
def test_what_takes_the_proof_back_keeps_the_document(tell: Begin, said: str) -> None:
    """The picture is good, and the words beside it are not: at most a claim, the fee stays due, a person reads it."""
    tale = tell()
    patron = tale.patron()
    (one,) = tale.fees(patron, ["12.50"])
    found = after(tale, tale.send(patron, [tale.proof(patron, due([one]))], f"{one.number} {said}"))
    assert (found.status, found.states[one.number]) == (REVIEW, PaymentState.DUE)


def test_a_reply_token_alone_releases_nothing(tell: Begin) -> None:
    """Who holds it may claim; the document waits for the statement. From the patron's own proven mail it goes."""
    for proven in (False, True):
        tale = tell()
        patron = tale.patron()
        (one,) = tale.fees(patron, ["12.50"])
        sender = patron if proven else "private@mail.example"
        found = after(tale, tale.send(sender, [tale.proof(patron, due([one]))], told(one, patron)))
        assert found.claims == {one.number: "12.50"}
        assert found.states[one.number] is (PaymentState.PROOF_RECEIVED if proven else PaymentState.DUE)


@pytest.mark.parametrize("what", ["ended", "to somebody else", "of before", "of another key", "of another request"])
def test_a_token_that_does_not_hold_claims_nothing(tell: Begin, what: str) -> None:
    """Past its time, written to another address, in the old form, made up, or of a request that is not paid."""
    tale = tell()
    patron = tale.patron()
    one, other = tale.fees(patron, ["12.50", "40.00"])
    address = patron.emails[0].address
    words = {
        "ended": token.make(KEY, one.number, address, TODAY - timedelta(days=181)),
        "to somebody else": token.make(KEY, one.number, "former@mail.example", TODAY),
        "of before": f"ILL-{one.number}-K7Q2M4XPAB",
        "of another key": token.make(b"another key of somebody", one.number, address, TODAY),
        "of another request": token.make(KEY, other.number, address, TODAY),
    }
    text = f"已付款，见附件\n{words[what]}\n"
    found = after(tale, tale.send("private@mail.example", [tale.proof(patron, due([one]))], text))
    assert (found.claims, found.notices, found.status) == ({}, [], REVIEW)


def told(request: Transaction, patron: Patron) -> str:
    """A mail that quotes the token of a notice to the patron."""
    return f"已付款，见附件\n{token.make(KEY, request.number, patron.emails[0].address, TODAY)}\n"
