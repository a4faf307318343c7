"""What a proof tells of whom it pays for: the requests it names, who sent it, who paid, what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from maild.domain.accounting.payment import edits
from maild.domain.accounting.receipt import Receipt, ReceiptKind, Stamp
from maild.domain.incoming.reading import Reading
from maild.domain.requests.patron import Patron
from maild.match.words import fold
from maild.office.payments import SAY
from maild.office.payments.announce_payment import Problem
from maild.office.payments.facts_payment import PaymentFacts, Proof, Repute
from maild.office.payments.payment_policy import Link, Payee, Payer, PaymentPolicy, Sender, StandingKind
from maild.spine.facts import Facts

NEAR = 2  # characters in which a number read from a picture may differ from an open one, where the amount agrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The requests that a payment speaks of, and where. `doubt`: why a person should look, '' for none."""

    link: Link = Link.AMOUNT
    numbers: tuple[str, ...] = ()
    doubt: str = ""


def names_of(proof: Proof, money: PaymentFacts, facts: Facts, own: Iterable[str]) -> Names:
    """Our form's code first, then what is on the proof, the writer's words, our token, our thread."""
    if proof.slip is not None:
        missing = [n for n in proof.slip.numbers if n not in money.transactions]
        doubt = SAY("form_names_unknown", numbers=", ".join(missing)) if missing else ""
        return Names(link=Link.SLIP, numbers=proof.slip.numbers, doubt=doubt)
    own = tuple(own)
    printed = _printed(proof.receipt, money, own)
    shown = tuple(dict.fromkeys([*proof.codes, *printed]))
    said = tuple(dict.fromkeys([*(n for n in facts.query.numbers if n in money.transactions), *money.codes]))
    if shown and said and not set(shown) & set(said):
        both = (*shown, *said)
        return Names(link=Link.NUMBER, numbers=both, doubt=SAY("proof_names_others"))
    if shown:
        doubt = _twins(proof.receipt, money, own, [n for n in printed if n not in said and n not in proof.codes])
        return Names(link=Link.NUMBER if printed else Link.REFERENCE, numbers=shown, doubt=doubt)
    if said:
        return Names(link=Link.MAIL if any(n in said for n in facts.query.numbers) else Link.REFERENCE, numbers=said)
    for link, numbers in ((Link.TOKEN, facts.query.tokens), (Link.THREAD, facts.query.threads)):
        if open_ := tuple(n for n in numbers if n in money.due):
            return Names(link=link, numbers=open_)
    return Names()


def _printed(receipt: Receipt, money: PaymentFacts, own: Sequence[str]) -> tuple[str, ...]:
    """Numbers on the proof that exist; one that was misread counts where the amount says the same of one near it."""
    found = []
    for number in receipt.transactions:
        if number in money.transactions:
            found.append(number)
            continue
        near = [due for due in money.dues(own) if edits(number, due.number, NEAR) <= NEAR]
        if len(near) == 1 and near[0].amount == receipt.amount:
            found.append(near[0].number)
    return tuple(dict.fromkeys(found))


def _twins(receipt: Receipt, money: PaymentFacts, own: Sequence[str], numbers: Sequence[str]) -> str:
    """A number read from a picture may be its neighbour, where the neighbour's fee is the same: a person looks."""
    mark = receipt.marks.get("transactions")
    if mark is not None and mark.source == "text":
        return ""
    for number in numbers:
        for due in money.dues(own):
            near = due.number not in receipt.transactions and edits(number, due.number, NEAR) <= NEAR
            if near and due.amount == money.due.get(number):
                return SAY("may_be_other_number", number=number, other=due.number)
    return ""


def sender_of(patron_id: str, reading: Reading, money: PaymentFacts, facts: Facts) -> Sender | None:
    """Who sends a proof for this patron's requests; None: nobody who is known or proven."""
    if reading.auth.passed and any(p.patron_id == patron_id for p in facts.authors):
        return Sender.PATRON
    if any(money.transactions[n].patron_id == patron_id for n in facts.query.tokens if n in money.transactions):
        return Sender.TOKEN
    return Sender.OTHER if reading.auth.passed and facts.authors else None


def payer_of(receipt: Receipt, patron: Patron | None) -> Payer:
    """Whose name stands on it as the payer's. A campus form is always paid by a unit."""
    if receipt.kind is ReceiptKind.CAMPUS_TRANSFER:
        return Payer.UNIT
    if not fold(receipt.payer):
        return Payer.UNSAID
    return Payer.PATRON if patron is not None and same_name(receipt.payer, patron.name) else Payer.OTHER


def same_name(said: str, name: str) -> bool:
    """Whether a name, perhaps masked ('*三', '张**'), is this one."""
    said = re.sub(r"\s", "", said)
    if not re.search(r"[*＊✱×xX]", said) or said.isascii():
        one, other = fold(said), fold(name)
        return one == other or (one.isascii() and sorted(one) == sorted(other))
    pattern = re.sub(r"(?:\\\*|[＊✱×xX])+", ".+", re.escape(said))
    return re.fullmatch(pattern, name.strip()) is not None


def payee_of(receipt: Receipt) -> Payee:
    return Payee.OURS if receipt.payee_is_library else Payee.UNSAID


def standing_of(repute: Repute, disputes: int, policy: PaymentPolicy) -> StandingKind:
    """Disputes and rejected claims are bad; many open claims are fair."""
    if disputes or repute.rejected:
        return StandingKind.BAD
    too_much = repute.amount.currency == policy.open_amount.currency and repute.amount > policy.open_amount
    return StandingKind.FAIR if repute.claims > policy.open_claims or too_much else StandingKind.GOOD


def out_of_window(paid: date | None, today: date, policy: PaymentPolicy) -> str:
    """Why the day of payment cannot be right, or ''. A day that was not read says nothing."""
    if paid is None:
        return ""
    if paid > today + timedelta(days=policy.ahead_days):
        return SAY("paid_in_future", day=paid)
    if paid < today - timedelta(days=policy.oldest_days):
        return SAY("paid_long_ago", day=paid, days=policy.oldest_days)
    return ""


_FAILED = re.compile(
    r"失败|处理中|受理中|待(?:支付|付款|缴|收款|确认|审|复核|授权)|等待|未(?:支付|付款|缴|成功|完成)|确认(?:付款|支付|转账|订单)|"
    r"退款|退[回还汇]|关闭|取消|撤销|冲正|作废|(?i:pending|fail|refund|cancel|processing)"
)
# Warnings of the reader in which words like these stand for themselves; others only quote what a person should look at.
_TELLING = ("payment not finished", "not a receipt")
_FOREIGN = "in another currency"  # the amount was read, and is none of ours
_DOUBTS = ("payment not finished", "state not", _FOREIGN, "the sum is negative")
# The stable first words of the reader's warnings.
_WORDS = (
    ("encrypted", Problem.ENCRYPTED),
    ("too large", Problem.TOO_LARGE),
    ("too many", Problem.TOO_LARGE),
    ("time", Problem.UNREADABLE),
    ("memory", Problem.UNREADABLE),
    ("broken", Problem.UNREADABLE),
    ("unread", Problem.UNREADABLE),
    ("cut", Problem.CROPPED),
    ("cropped", Problem.CROPPED),
    ("amount at the picture's edge", Problem.CROPPED),
)


def doubted(receipt: Receipt) -> bool:
    """Whether words on it speak against the payment's having been made, or made in yuan."""
    return any(w.startswith(_DOUBTS) for w in receipt.warnings)


def problems(receipts: Sequence[Receipt]) -> tuple[Problem, ...]:
    """What is wrong with proofs of which none can be used, the most helpful first."""
    found = {problem for receipt in receipts for problem in _problems(receipt)}
    return tuple(problem for problem in Problem if problem in found)


def _problems(receipt: Receipt) -> set[Problem]:
    found = {problem for word, problem in _WORDS if any(w.startswith(word) for w in receipt.warnings)}
    if receipt.stamp in (Stamp.NONE, Stamp.OTHER):
        found.add(Problem.UNSTAMPED)
    failed = any(w.startswith(_TELLING) and _FAILED.search(w) for w in receipt.warnings)
    if failed or receipt.stamp is Stamp.REFUSED:
        found.add(Problem.FAILED_PAYMENT)
    if receipt.kind is ReceiptKind.NOT_A_RECEIPT:
        return found or {Problem.NOT_A_RECEIPT}
    if receipt.payee_is_library is False:
        found.add(Problem.NOT_PAID_TO_US)
    if receipt.amount is None and not any(w.startswith(_FOREIGN) for w in receipt.warnings):
        found.add(Problem.NO_AMOUNT)
    return found
