"""Proofs that come again, late, beside others and beside questions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.domain.accounting import slip
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, State
from tests.stories.after import REVIEW, SETTLED, Begin, N, after
from tests.stories.tale import due
from tests.stories.world import KEY


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
