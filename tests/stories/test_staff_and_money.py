"""What staff do with money, and the deposit that pays when a document comes; in the books, and taken back again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maild.domain.accounting.channel import Channel
from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.accounting.ledger import Account
from maild.domain.accounting.receipt import ReceiptKind
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.lifecycle import PaymentEvent, PaymentState, State
from maild.domain.requests.patron import Document, Patron, Transaction
from tests.stories.checks import claims_settled_once
from tests.stories.tale import Tale, due
from tests.stories.world import World

Begin = Callable[[], Tale]
N = NoticeKind
NONE, M = Money.of(0), Money.of


def item_of(office: World, mail_id: int) -> ReviewItem:
    with office.store.read() as uow:
        (item,) = [i for i in uow.reviews.find(state=None, limit=10_000) if i.mail_id == mail_id]
    return item


def account(office: World, patron: Patron) -> Account:
    with office.store.read() as uow:
        assert not list(claims_settled_once(uow, patron.patron_id))
        return uow.ledger.account(patron.patron_id)


def payment(office: World, request: Transaction) -> PaymentState:
    with office.store.read() as uow:
        found = uow.transactions.get(request.number)
    assert found is not None
    return found.payment_state


def told(office: World, patron: Patron) -> list[NoticeKind]:
    with office.store.read() as uow:
        return [e.request.kind for e in uow.outbox.find(limit=1000) if e.request.patron_id == patron.patron_id]


def waiting(tale: Tale, patron: Patron, fees: list[str], paid: str) -> tuple[list[Transaction], int]:
    """Fees and a proof that names none of them and waits in the queue: the item's number."""
    requests = tale.fees(patron, fees)
    mail = tale.send(patron, [tale.proof(patron, {}, M(paid))])
    return requests, item_of(tale.world, mail).id


def test_an_assigned_proof_is_a_claim_and_is_undone_whole(tell: Begin, office: World) -> None:
    """Assign, look, undo, assign to the other: the books follow, and add up."""
    tale = tell()
    patron = tale.patron()
    (one, two), item = waiting(tale, patron, ["12.50", "12.50"], "12.50")
    office.acts.assign(item, [one.number], actor="li")
    assert payment(office, one) is PaymentState.PROOF_RECEIVED
    assert (account(office, patron).claimed, account(office, patron).owed) == (M("12.50"), NONE)
    office.acts.undo(item, actor="li")
    assert payment(office, one) is PaymentState.DUE
    assert account(office, patron).claimed == NONE
    office.acts.assign(item, [two.number], actor="li")
    assert payment(office, two) is PaymentState.PROOF_RECEIVED
    assert payment(office, one) is PaymentState.DUE
    with office.store.read() as uow:
        (claim,) = uow.ledger.claims(patron_ids=[patron.patron_id])
        assert claim.parts == ((two.number, M("12.50")),)
        assert uow.ledger.owed([one.number]) == {one.number: M("12.50")}


def test_a_payment_is_divided(tell: Begin, office: World) -> None:
    """Amounts by request, and the rest to the balance; too much, too many or too little told is refused."""
    tale = tell()
    patron = tale.patron()
    (one, two), item = waiting(tale, patron, ["12.50", "8.00"], "100.00")
    with pytest.raises(Permanent, match=r"100\.00 CNY, 20\.50 CNY are due"):
        office.acts.assign(item, [one.number, two.number], actor="li")
    with pytest.raises(Permanent, match="that are due"):
        office.acts.assign(item, [one.number], actor="li", amounts=[M("20.00")])
    with pytest.raises(Permanent, match="amounts for"):
        office.acts.assign(item, [one.number, two.number], actor="li", amounts=[M("1.00")])
    office.acts.assign(item, [one.number, two.number], actor="li", amounts=[M("12.50"), M("3.00")], deposit=True)
    held = account(office, patron)
    assert (held.claimed, held.pending) == (M("100.00"), M("84.50"))
    assert (payment(office, one), payment(office, two)) == (PaymentState.PROOF_RECEIVED, PaymentState.DUE)


@pytest.mark.parametrize(
    ("amounts", "deposit", "parts", "pending"),
    [
        ([], False, None, None),  # 40 for 20.50: how much goes where?
        ([], True, ["12.50", "8.00"], "19.50"),
        (["12.50", "8.00"], False, ["12.50", "8.00"], "0"),  # what is not said stays with the patron: no claim
        (["12.50", "8.00"], True, ["12.50", "8.00"], "19.50"),
        (["12.50", "8.00", "5.00"], True, ["12.50", "8.00"], "5.00"),
        (["12.50", "8.00", "5.00"], False, None, None),
        (["2.50", "0"], True, None, None),
        (["2.50", "1.00"], True, ["2.50", "1.00"], "36.50"),
    ],
)
def test_every_way_to_divide_a_payment(
    tell: Begin, office: World, amounts: list[str], deposit: bool, parts: list[str] | None, pending: str | None
) -> None:
    """To two requests, with and without amounts, with and without the rest to the balance; and undone whole."""
    tale = tell()
    patron = tale.patron()
    requests, item = waiting(tale, patron, ["12.50", "8.00"], "40.00")
    numbers = [r.number for r in requests]

    def assign() -> None:
        office.acts.assign(item, numbers, actor="li", amounts=list(map(M, amounts)), deposit=deposit)

    if parts is None:
        with pytest.raises(Permanent):
            assign()
        assert account(office, patron).claimed == NONE
        return
    for _ in range(2):
        assign()
        with office.store.read() as uow:
            (claim,) = uow.ledger.claims(patron_ids=[patron.patron_id])
        assert claim.parts == tuple((n, M(p)) for n, p in zip(numbers, parts, strict=True))
        assert account(office, patron).pending == M(pending or "0")
        office.acts.undo(item, actor="li")
        assert (account(office, patron).claimed, account(office, patron).pending) == (NONE, NONE)
        assert {payment(office, r) for r in requests} == {PaymentState.DUE}


def test_a_payment_for_two_patrons_needs_to_say_who_paid(tell: Begin, office: World) -> None:
    """Refused in words where nobody says it; a lab that pays for both is named, and the rest is its balance."""
    tale = tell()
    patron, other, lab = tale.patron(), tale.patron(), tale.patron()
    (theirs,) = tale.fees(other, ["8.00"])
    (own, _), item = waiting(tale, patron, ["12.50", "12.50"], "30.00")
    both = [own.number, theirs.number]
    for deposit in (False, True):
        with pytest.raises(Permanent, match=f"{patron.patron_id} and {other.patron_id}'s: whose payment it is"):
            office.acts.assign(item, both, actor="li", amounts=[M("12.50"), M("8.00")], deposit=deposit)
    office.acts.assign(item, both, actor="li", amounts=[M("12.50"), M("8.00")], deposit=True, patron_id=lab.patron_id)
    assert (account(office, lab).claimed, account(office, lab).pending) == (M("30.00"), M("9.50"))
    assert (account(office, patron).claimed, account(office, other).pending) == (NONE, NONE)
    assert {payment(office, own), payment(office, theirs)} == {PaymentState.PROOF_RECEIVED}


def test_a_payment_becomes_a_deposit(tell: Begin, office: World) -> None:
    """Without a request: all of it, to the sender's balance."""
    tale = tell()
    patron = tale.patron()
    _, item = waiting(tale, patron, ["12.50", "12.50"], "12.50")
    office.acts.assign(item, [], actor="li", deposit=True)
    assert account(office, patron).pending == M("12.50")
    office.acts.undo(item, actor="li")
    assert account(office, patron).pending == NONE


def test_what_is_claimed_cannot_be_assigned_again(tell: Begin, office: World) -> None:
    """The same payment in another mail: refused with the mail that has it; nothing due: refused as well."""
    tale = tell()
    patron, other = tale.patron(), tale.patron()
    one, two = tale.fees(patron, ["12.50", "9.00"])
    (theirs,) = tale.fees(other, ["12.50"])
    proof = tale.proof(patron, due([one]), serials=("1234567890" + f"{tale.place:06d}",))
    tale.send(patron, [proof], f"{one.number} 已付款，凭证见附件")
    item = item_of(office, tale.send(other, [tale.again(proof)], f"{theirs.number} 已付款，凭证见附件"))
    assert item.cause is Cause.SEEN_BEFORE
    with pytest.raises(Permanent, match="claimed already"):
        office.acts.assign(item.id, [theirs.number], actor="li")
    with pytest.raises(Permanent, match="nothing is due"):
        office.acts.assign(item.id, [one.number], actor="li")
    assert payment(office, two) is PaymentState.DUE


def test_a_claim_is_confirmed_once_and_its_document_goes_out(tell: Begin, office: World) -> None:
    """A large sum waited for the money; confirmed, the copy goes out; a second time is refused; undone, it is open."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["650.00"])
    with office.store.begin() as uow:
        uow.documents.add(Document(number=request.number, url="https://delivery.example/x"), None, office.clock.now())
    tale.send(patron, [tale.proof(patron, due([request]))], f"{request.number} 已付款，凭证见附件")
    with office.store.read() as uow:
        (claim,) = uow.ledger.claims(patron_ids=[patron.patron_id])
    assert N.DOCUMENT_DELIVERED not in told(office, patron)
    office.books.confirm(claim.key, actor="li", channel="bank")
    assert payment(office, request) is PaymentState.CONFIRMED
    assert {N.DOCUMENT_DELIVERED, N.PAYMENT_CONFIRMED} <= set(told(office, patron))
    with pytest.raises(Permanent, match="settled already"):
        office.books.confirm(claim.key, actor="li")
    office.books.take_back(f"confirm:{claim.key}", actor="li", note="another's money")
    assert account(office, patron).claimed == M("650.00")
    office.books.reject(claim.key, actor="li", note="never came")
    assert account(office, patron).owed == M("650.00")


def test_the_method_told_is_the_proofs(tell: Begin, office: World) -> None:
    """However a librarian confirms it, and whatever a form offers first: the patron reads how it was paid."""
    tale = tell()
    patron = tale.patron()
    for fee, channel in (("12.50", None), ("8.00", Channel.CASH)):
        (request,) = tale.fees(patron, [fee])
        proof = tale.proof(patron, due([request]), kind=ReceiptKind.WECHAT)
        tale.send(patron, [proof], f"{request.number} 已付款，凭证见附件")
        with office.store.read() as uow:
            (claim,) = uow.ledger.claims(patron_ids=[patron.patron_id])
        office.books.confirm(claim.key, actor="li", channel=channel)
        with office.store.read() as uow:
            rows = [e.request for e in uow.outbox.find(number=request.number)]
            (entry,) = [e for e in uow.ledger.entries(limit=20) if e.settles == claim.key]
        (notice,) = [row for row in rows if row.kind is N.PAYMENT_CONFIRMED]
        assert notice.data["channel"] == "wechat"
        assert next(p.channel for p in entry.postings if p.channel) == (channel or Channel.WECHAT)


def test_a_rejected_claim_is_owed_again(tell: Begin, office: World) -> None:
    """Disputed, owed, and the patron's next proof does not let a document go by itself."""
    tale = tell()
    patron = tale.patron()
    one, two = tale.fees(patron, ["12.50", "8.00"])
    proof = tale.proof(patron, due([one]))
    tale.send(patron, [proof], f"{one.number} 已付款，凭证见附件")
    with office.store.read() as uow:
        (claim,) = uow.ledger.claims(patron_ids=[patron.patron_id])
    with pytest.raises(Permanent, match="reason"):
        office.books.reject(claim.key, actor="li", note=" ")
    office.books.reject(claim.key, actor="li", note="the bank knows nothing of it")
    assert payment(office, one) is PaymentState.DISPUTED
    assert account(office, patron).owed == M("12.50")
    assert item_of(office, tale.send(patron, [proof], f"{one.number} 已付款，见附件")).cause is Cause.SEEN_BEFORE
    tale.send(patron, [tale.proof(patron, due([two]))], f"{two.number} 已付款，凭证见附件")
    assert payment(office, two) is PaymentState.DUE
    assert account(office, patron).claimed == M("8.00")


@pytest.mark.parametrize(
    ("event", "state", "owed", "book"),
    [
        (PaymentEvent.CONFIRMED, PaymentState.CONFIRMED, "0.00", "cash"),
        (PaymentEvent.WAIVED, PaymentState.WAIVED, "0.00", "waived"),
        (PaymentEvent.DISPUTED, PaymentState.DISPUTED, "12.50", ""),
    ],
)
def test_a_fee_is_settled_by_hand_in_the_books_too(
    tell: Begin, office: World, event: PaymentEvent, state: PaymentState, owed: str, book: str
) -> None:
    """Confirmed: cash came; waived: forgiven; disputed: owed as before."""
    tale = tell()
    patron = tale.patron()
    (request,) = tale.fees(patron, ["12.50"])
    office.acts.payment(request.number, event, actor="li", note="at the counter")
    assert payment(office, request) is state
    assert account(office, patron).owed == M(owed)
    with office.store.read() as uow:
        entries = uow.ledger.entries(number=request.number)
    books = {p.book.value for e in entries for p in e.postings}
    assert not book or book in books
    paid = next((e for e in entries if e.kind.value in ("payment", "waiver")), None)
    if paid:
        office.books.take_back(paid.key, actor="li", note="a mistake")
        assert payment(office, request) is PaymentState.DUE
        assert account(office, patron).owed == M("12.50")


def test_confirming_a_fee_confirms_its_claim(tell: Begin, office: World) -> None:
    """No second money in the books; a claim for several is confirmed as a whole."""
    tale = tell()
    patron = tale.patron()
    one, two, three = tale.fees(patron, ["12.50", "8.00", "5.00"])
    tale.send(patron, [tale.proof(patron, due([one]))], f"{one.number} 已付款，凭证见附件")
    office.acts.payment(one.number, PaymentEvent.CONFIRMED, actor="li")
    assert account(office, patron).claimed == NONE
    assert payment(office, one) is PaymentState.CONFIRMED
    tale.send(patron, [tale.proof(patron, due([two, three]))], f"{two.number}、{three.number} 已付款，凭证见附件")
    with pytest.raises(Permanent, match="together with others"):
        office.acts.payment(two.number, PaymentEvent.CONFIRMED, actor="li")


def test_a_deposit_is_topped_up_used_and_paid_back(tell: Begin, office: World) -> None:
    """Never below nothing; a used fee is confirmed and its document goes out; refunds need the money to be there."""
    tale = tell()
    patron = tale.patron()
    one, two = tale.fees(patron, ["12.50", "90.00"])
    office.books.top_up(patron.patron_id, M("50.00"), actor="li", channel="cash")
    office.books.use_deposit(one.number, actor="li")
    assert account(office, patron).deposit == M("37.50")
    assert payment(office, one) is PaymentState.CONFIRMED
    with pytest.raises(Permanent, match="balance is"):
        office.books.use_deposit(two.number, actor="li")
    with pytest.raises(Permanent, match="nothing is owed"):
        office.books.use_deposit(one.number, actor="li")
    with pytest.raises(Permanent, match="are there"):
        office.books.refund(M("37.51"), actor="li", note="leaves", patron_id=patron.patron_id)
    office.books.refund(M("37.50"), actor="li", note="leaves", patron_id=patron.patron_id)
    assert account(office, patron).deposit == NONE
    assert {N.DEPOSIT_CREDITED, N.PAYMENT_CONFIRMED, N.REFUND_ANSWER} <= set(told(office, patron))


def test_a_paid_fee_is_given_back_unless_invoiced(tell: Begin, office: World) -> None:
    """Part of it becomes deposit; once an invoice was issued, nothing is given back."""
    tale = tell()
    patron = tale.patron()
    one, two = tale.fees(patron, ["12.50", "8.00"])
    for request in (one, two):
        office.acts.payment(request.number, PaymentEvent.CONFIRMED, actor="li")
    office.books.refund(M("2.50"), actor="li", note="charged too much", number=one.number, keep=True)
    assert account(office, patron).deposit == M("2.50")
    assert account(office, patron).owed == NONE
    with office.store.begin() as uow:
        uow.invoices.add(Invoice(patron_id=patron.patron_id, transactions=(two.number,), title="某大学",
                                 state=InvoiceState.ISSUED, number="1" * 20, amount=M("8.00")), office.clock.now())  # fmt: skip
    with pytest.raises(Permanent, match="invoice"):
        office.books.refund(M("8.00"), actor="li", note="not wanted", number=two.number)


def shipped(tale: Tale, request: Transaction, subject: str = "文献已寄送") -> int:
    """The provider's mail with the copy."""
    text = f"您好：\n\n文献见附件。\n\n事务号：{request.number}\n题名：{request.title}\n当前状态：已寄送\n"
    mail = tale.world.mail("ill@calis.edu.cn", f"【CALIS馆际互借】{subject}：{request.number}", text, pdf=True)
    tale.world.process()
    return mail


def test_a_deposit_pays_when_the_document_comes(tell: Begin, office: World) -> None:
    """Charged on delivery: the copy goes out at once, the fee is confirmed, a low balance is told."""
    tale = tell()
    patron = tale.patron()
    one, two = tale.fees(patron, ["12.50", "12.50"], state=State.IN_PROCESS, payment_state=PaymentState.NONE)
    office.books.top_up(patron.patron_id, M("20.00"), actor="li")
    shipped(tale, one)
    assert payment(office, one) is PaymentState.CONFIRMED
    assert account(office, patron).deposit == M("7.50")
    assert {N.DOCUMENT_DELIVERED, N.PAYMENT_CONFIRMED, N.DEPOSIT_LOW} <= set(told(office, patron))
    shipped(tale, two)
    assert payment(office, two) is PaymentState.DUE, "the balance does not suffice: the fee is asked for"
    assert account(office, patron).deposit == M("7.50")
    assert account(office, patron).owed == M("12.50")
    assert N.FEE_NOTICE in told(office, patron)
