"""Every outcome of a payment proof: what is booked, what the patron is told, why it waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from maild.domain.accounting import slip
from maild.domain.accounting.money import Money
from maild.domain.accounting.receipt import Ground, Purpose, ReceiptKind, Stamp
from maild.domain.errors import Permanent
from maild.domain.incoming import token
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Document, Patron, Transaction
from tests.stories.tales import TODAY, Tale, due
from tests.stories.world import KEY, World

N = NoticeKind


@dataclass(slots=True)
class After:
    """What a mail left behind: `claims` by number ('' the deposit), its last notices, the queue's cause."""

    status: MailStatus
    cause: Cause
    claims: Mapping[str, str]
    notices: list[NoticeRequest]
    states: Mapping[str, PaymentState]
    candidates: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[NoticeKind]:
        return sorted(n.kind for n in self.notices)


def after(tale: Tale, mail_id: int) -> After:
    """Look at what became of the last mail and its people."""
    with tale.world.store.read() as uow:
        items = [i for i in uow.reviews.find(state=None, limit=10_000) if i.mail_id == mail_id]
        seen = uow.receipts.of_mail(mail_id)
        claims: dict[str, str] = {}
        for key in dict.fromkeys(s.claim for s in seen if s.claim):
            entry = uow.ledger.get(key)
            assert entry is not None
            claims |= {p.number: str(-p.amount.amount) for p in entry.postings if p.book in ("receivable", "pending")}
        patrons = [p.patron_id for p in tale.patrons]
        notices = [e.request for e in uow.outbox.find(limit=1000) if e.request.patron_id in patrons]
        states = {t.number: t.payment_state for t in uow.transactions.of_patrons(patrons)}
        status = uow.mails.get(mail_id).status
    return After(status=status, cause=items[0].cause if items else Cause.NONE, claims=claims, notices=notices,
                 states=states, candidates=[str(c["transaction"]) for c in items[0].candidates] if items else [])  # fmt: skip


Begin = Callable[[], Tale]
SETTLED, REVIEW = MailStatus.SETTLED, MailStatus.REVIEW


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


def test_sent_again_is_answered_kindly_and_pays_once(tell: Begin) -> None:
    """The same file, the same serial: no second claim, no work for staff; from somebody else: staff look."""
    tale = tell()
    patron, other = tale.patron(), tale.patron()
    (request,), (foreign,) = tale.fees(patron, ["12.50"]), tale.fees(other, ["12.50"])
    proof = tale.proof(patron, due([request]), serials=("1234567890123456",))
    text = f"{request.number} 已付款，凭证见附件"
    tale.send(patron, [proof], text)
    for copy in (proof, tale.again(proof)):
        found = after(tale, tale.send(patron, [copy], text))
        assert (found.status, found.claims) == (SETTLED, {})
        assert N.PROOF_SEEN_BEFORE in found.told
    found = after(tale, tale.send(other, [tale.again(proof)], f"{foreign.number} 已付款，凭证见附件"))
    assert (found.status, found.cause, found.claims) == (REVIEW, Cause.SEEN_BEFORE, {})
    with tale.world.store.read() as uow:
        assert len(uow.ledger.claims(patron_ids=[patron.patron_id, other.patron_id])) == 1


def test_a_proof_that_waited_may_be_sent_again_with_its_number(tell: Begin) -> None:
    """The first mail named nothing and waits; the second says what it is for."""
    tale = tell()
    patron = tale.patron()
    one, _ = tale.fees(patron, ["12.50", "12.50"])
    proof = tale.proof(patron, due([one]))
    assert after(tale, tale.send(patron, [proof])).cause is Cause.SEVERAL_CANDIDATES
    found = after(tale, tale.send(patron, [proof], f"{one.number} 已付款，凭证见附件"))
    assert found.claims == {one.number: "12.50"}


def test_a_second_proof_while_the_first_waits_is_told_as_such(tell: Begin) -> None:
    """Same bytes or same serial, and still nobody can tell what it is for: one payment, said to both; no deposit."""
    tale = tell()
    patron = tale.patron()
    one, two = tale.fees(patron, ["12.50", "12.50"])
    proof = tale.proof(patron, due([one]), serials=("6500123412345678",))
    first = tale.send(patron, [proof])
    assert after(tale, first).cause is Cause.SEVERAL_CANDIDATES
    for copy in (proof, tale.again(proof)):
        found = after(tale, tale.send(patron, [copy]))
        assert (found.status, found.cause, found.claims) == (REVIEW, Cause.SEEN_BEFORE, {})
        assert [n.data["waiting"] for n in found.notices if n.kind is N.PROOF_SEEN_BEFORE]
    with tale.world.store.read() as uow:
        items = sorted(uow.reviews.find(limit=10_000), key=lambda item: item.id)[-3:]
    assert items[0].mail_id == first
    tale.world.acts.assign(items[0].id, [one.number], actor="li")
    for item in items[1:]:
        assert f"(mail {first}), which waits still" in " ".join(item.reasons)
        with pytest.raises(Permanent, match="claimed already") as refused:
            tale.world.acts.assign(item.id, [two.number], actor="li")
        assert "deposit" not in refused.value.remedy
        with pytest.raises(Permanent, match="nothing is due") as refused:
            tale.world.acts.assign(item.id, [one.number], actor="li")
        assert "deposit" not in refused.value.remedy
        with pytest.raises(Permanent, match="claimed already"):
            tale.world.acts.assign(item.id, [], actor="li", deposit=True, patron_id=patron.patron_id)


def test_a_paid_fee_is_not_paid_twice(tell: Begin) -> None:
    """Another payment for it waits."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"], payment_state=PaymentState.CONFIRMED)
    found = after(
        tale, tale.send(patron, [tale.proof(patron, {}, Money.of("12.50"))], f"{request.number} 已付款，见附件")
    )
    assert (found.status, found.cause, found.claims) == (REVIEW, Cause.ALREADY_PAID, {})
    found = after(tale, tale.send(patron, [tale.proof(patron, {}, Money.of("12.50"))]))
    assert found.cause is Cause.ALREADY_PAID


def test_a_request_that_ended_owes_nothing(tell: Begin) -> None:
    """Cancelled: the money is for a person to place."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"], state=State.CANCELLED)
    found = after(
        tale, tale.send(patron, [tale.proof(patron, {}, Money.of("12.50"))], f"{request.number} 已付款，见附件")
    )
    assert (found.status, found.claims) == (REVIEW, {})


@pytest.mark.parametrize(
    ("question", "cause", "booked"),
    [
        ("另外请开发票，抬头：浙江大学。", Cause.INVOICE, True),
        ("另一篇文献的进度如何？", Cause.QUESTION, True),
        ("多付了，请退款。", Cause.REFUND, False),
        ("这篇文献不需要了，请取消申请。", Cause.QUESTION, False),
    ],
)
def test_a_question_beside_a_proof_waits(tell: Begin, question: str, cause: Cause, booked: bool) -> None:
    """The claim is booked and the question queued; what takes the payment back books nothing."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    found = after(
        tale,
        tale.send(
            patron, [tale.proof(patron, due([request]))], f"{request.number} 的费用已付款，凭证见附件。\n{question}"
        ),
    )
    assert (found.status, found.cause, bool(found.claims)) == (REVIEW, cause, booked)


def test_a_good_proof_beside_a_bad_one(tell: Begin) -> None:
    """The good one is booked, the mail waits for the other."""
    tale = tell()
    patron = tale.patron()
    one, two = tale.fees(patron, ["12.50", "8.00"])
    bad = replace(tale.proof(patron, due([two])), amount=None, sure=False, warnings=("amount not found",))
    good = tale.proof(patron, due([one]), transactions=(one.number,))
    found = after(tale, tale.send(patron, [good, bad], f"{one.number}、{two.number} 已付款，见附件"))
    assert (found.status, found.cause, found.claims) == (REVIEW, Cause.UNREADABLE, {one.number: "12.50"})
    assert found.told == sorted([N.PROOF_RECEIVED, N.PROOF_UNREADABLE])


def test_a_form_of_several_patrons_waits(tell: Begin) -> None:
    """One payment for two people is for a person."""
    tale = tell()
    one, two = tale.patron(), tale.patron()
    (a,), (b,) = tale.fees(one, ["12.50"]), tale.fees(two, ["8.00"])
    form = replace(
        tale.form(one, [a]), qr=slip.make(KEY, [a.number, b.number], Money.of("20.50")), amount=Money.of("20.50")
    )
    found = after(tale, tale.send(one, [form], "见附件，已付"))
    assert (found.status, found.cause, found.claims) == (REVIEW, Cause.PAID_BY_OTHER, {})


def test_a_statement_of_account_is_answered(tell: Begin) -> None:
    """To the proven patron only; with another question beside it, a person answers."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    tale.send(patron, [tale.proof(patron, due([request]))], f"{request.number} 已付款，凭证见附件")
    found = after(tale, tale.send(patron, [], "请问我的预付款余额还有多少？", "余额"))
    assert found.status is SETTLED
    (notice,) = [n for n in found.notices if n.kind is N.ACCOUNT_STATEMENT]
    rows = notice.data["rows"]
    assert isinstance(rows, list | tuple)
    assert [(r["what"], r["amount"]) for r in rows] == [("charge", "12.50"), ("claim", "-12.50")]
    assert notice.data["balances"] == {"owed": "0.00", "claimed": "12.50", "pending": "0.00", "deposit": "0.00"}
    assert after(tale, tale.send(patron, [], "请问我的预付款余额还有多少？上次为什么多扣了？", "余额")).status is REVIEW


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("已付款，凭证见附件。文献请发给我的导师，不用发给我。", True),
        ("已付款，凭证见附件，请查收，谢谢老师！", False),
    ],
    ids=["a wish", "politeness"],
)
def test_what_is_said_beside_a_proof_is_read(tell: Begin, words: str, read: bool) -> None:
    """The proof is booked all the same; a wish beside it is put before a person."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    found = after(tale, tale.send(patron, [tale.proof(patron, due([request]))], f"{request.number} {words}"))
    assert found.claims
    assert (found.status, found.cause) == ((REVIEW, Cause.QUESTION) if read else (SETTLED, Cause.NONE))
