"""What notices about money say: the one place that fills their data. NOTICES' templates read the keys listed here.

All values are JSON-able. Amounts are decimal strings ('12.50') with one `currency` (ISO 4217) beside them, '' where
there is none; dates are ISO days or ''. `transactions` is always a list of rows {number, title, amount}: amount is
the part of this payment that goes to the request. `note` is free text of a librarian, '' where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from maild.domain.accounting.channel import AnyChannel, NoChannel
from maild.domain.accounting.ledger import Account
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.patron import Patron, Transaction
from maild.office.notices.announce import address_of

Part = tuple[Transaction, Money]


class Problem(StrEnum):
    """What is wrong with a proof, as `proof_unreadable` tells it; the most helpful first."""

    LINK_ONLY = "link_only"  # an over-size attachment came as a link: the file itself is needed
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    FAILED_PAYMENT = "failed_payment"  # pending, failed, refunded, or a screen before the payment
    NOT_PAID_TO_US = "not_paid_to_us"
    UNSTAMPED = "unstamped"  # a campus transfer form without the finance office's stamp
    NOT_A_RECEIPT = "not_a_receipt"
    NO_AMOUNT = "no_amount"
    CROPPED = "cropped"
    UNREADABLE = "unreadable"


class RefundAnswer(StrEnum):
    """Codes of `refund_answer`."""

    PAID_OUT = "paid_out"  # goes back the way it came
    TO_DEPOSIT = "to_deposit"  # credited to the deposit
    REFUSED_INVOICED = "refused_invoiced"  # an invoice was issued
    REFUSED_CHANNEL = "refused_channel"  # 图书馆缴费 of the campus app is not refundable


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom a notice about money goes, and what it answers.

    recipient  '' where the patron has no usable address: then no notice is built
    occasion   what makes it unique beside its kind: the mail's hash, a claim's key, …
    reply_to   Message-ID of the patron's mail, '' if it answers none
    """

    patron_id: str
    recipient: str
    occasion: str
    reply_to: str = ""


def addressee(patron: Patron, now: datetime, *, occasion: str, writer: str = "", reply_to: str = "") -> Addressee:
    """The patron at the address that wrote, where it is the patron's own; else at the preferred one."""
    own = writer if writer and patron.owns(writer) else ""
    return Addressee(
        patron_id=patron.patron_id,
        recipient=own or address_of(patron, now),
        occasion=occasion,
        reply_to=reply_to if own else "",
    )


def proof_received(
    to: Addressee,
    amount: Money | None,
    parts: Sequence[Part],
    *,
    released: bool,
    rest: Money | None = None,
    deposit: Money | None = None,
    serial: str = "",
    paid_on: date | None = None,
) -> tuple[NoticeRequest, ...]:
    """PROOF_RECEIVED {amount, currency, transactions, released, rest, deposit, serial, paid_on}.

    released  the documents that waited for it go out now (each by its own document_delivered)
    rest      what is still to be paid of these requests after it, '' where nothing is
    amount    '' where it is not certain yet: then a librarian looks, and released is false
    deposit   what goes beyond them to the prepaid balance once the money is there, '' where nothing does
    """
    data = {
        "amount": _amount(amount),
        "currency": amount.currency if amount else "CNY",
        "transactions": rows(parts),
        "released": released,
        "rest": _amount(rest),
        "deposit": _amount(deposit),
        "serial": serial,
        "paid_on": _day(paid_on),
    }
    return _request(NoticeKind.PROOF_RECEIVED, to, parts, data)


def amount_differs(
    to: Addressee, paid: Money, due: Money, parts: Sequence[Part], *, counted: bool = False
) -> tuple[NoticeRequest, ...]:
    """AMOUNT_DIFFERS {paid, due, difference, currency, transactions, counted}.

    transactions  the requests the payment is for, each with what is DUE for it
    difference    paid − due with its sign: '-2.00' is two too little, '3.00' three too much
    counted       the payment is counted as a part (too little) or goes to the deposit (too much); else staff look
    """
    data = {
        "paid": _amount(paid),
        "due": _amount(due),
        "difference": _amount(paid - due),
        "currency": paid.currency,
        "transactions": rows(parts),
        "counted": counted,
    }
    return _request(NoticeKind.AMOUNT_DIFFERS, to, parts, data)


def proof_unreadable(
    to: Addressee, problems: Sequence[Problem], filenames: Sequence[str], parts: Sequence[Part] = ()
) -> tuple[NoticeRequest, ...]:
    """PROOF_UNREADABLE {problems, filenames, transactions}: problems are codes of `Problem`, the main one first;
    transactions those it seems to be for, with what is due (may be empty).
    """
    data = {
        "problems": [p.value for p in dict.fromkeys(problems)],
        "filenames": list(filenames)[:10],
        "transactions": rows(parts),
    }
    return _request(NoticeKind.PROOF_UNREADABLE, to, parts, data)


def proof_seen_before(
    to: Addressee, at: datetime | None, amount: Money | None, parts: Sequence[Part], *, waiting: bool = False
) -> tuple[NoticeRequest, ...]:
    """PROOF_SEEN_BEFORE {date, amount, currency, transactions, waiting}: when the same proof came first, for what.

    waiting: a librarian looks at the first one still; nothing is entered yet
    """
    data = {
        "date": at.isoformat() if at else "",
        "amount": _amount(amount),
        "currency": amount.currency if amount else "",
        "transactions": rows(parts),
        "waiting": waiting,
    }
    return _request(NoticeKind.PROOF_SEEN_BEFORE, to, parts, data)


def payment_confirmed(
    to: Addressee,
    amount: Money,
    parts: Sequence[Part],
    *,
    channel: AnyChannel = NoChannel.NONE,
    paid_on: date | None = None,
    serial: str = "",
) -> tuple[NoticeRequest, ...]:
    """PAYMENT_CONFIRMED {amount, currency, transactions, channel, paid_on, serial}.

    channel  how it was paid: a Channel, or DEPOSIT: taken from the balance
    """
    data = {
        "amount": _amount(amount),
        "currency": amount.currency,
        "transactions": rows(parts),
        "channel": channel.value,
        "paid_on": _day(paid_on),
        "serial": serial,
    }
    return _request(NoticeKind.PAYMENT_CONFIRMED, to, parts, data)


def deposit_credited(to: Addressee, amount: Money, balance: Money) -> tuple[NoticeRequest, ...]:
    """DEPOSIT_CREDITED {amount, balance, currency}: confirmed money; balance after it."""
    data = {"amount": _amount(amount), "balance": _amount(balance), "currency": amount.currency}
    return _request(NoticeKind.DEPOSIT_CREDITED, to, (), data)


def deposit_low(to: Addressee, balance: Money, threshold: Money) -> tuple[NoticeRequest, ...]:
    """DEPOSIT_LOW {balance, threshold, currency}: the prepaid balance fell below the threshold."""
    data = {"balance": _amount(balance), "threshold": _amount(threshold), "currency": balance.currency}
    return _request(NoticeKind.DEPOSIT_LOW, to, (), data)


def account_statement(
    to: Addressee, lines: Sequence[Mapping[str, object]], account: Account
) -> tuple[NoticeRequest, ...]:
    """ACCOUNT_STATEMENT {rows, balances, currency}.

    rows      oldest first: {date, what, number, title, amount, reason}; what is the ledger's kind (charge, claim,
              confirmation, rejection, payment, allocation, deposit_use, refund, waiver, reversal); amount has a sign:
              positive adds to what is owed, negative takes from it or adds to the deposit
    balances  {owed, claimed, pending, deposit}: still to be paid; claimed by proofs and not confirmed; deposit to be;
              deposit that can be spent
    """
    balances = {name: _amount(getattr(account, name)) for name in ("owed", "claimed", "pending", "deposit")}
    data = {"rows": [dict(line) for line in lines], "balances": balances, "currency": account.owed.currency}
    return _request(NoticeKind.ACCOUNT_STATEMENT, to, (), data)


def refund_answer(
    to: Addressee, answer: RefundAnswer, amount: Money | None, parts: Sequence[Part] = (), *, note: str = ""
) -> tuple[NoticeRequest, ...]:
    """REFUND_ANSWER {answer, amount, currency, transactions, note}: answer is a code of `RefundAnswer`."""
    data = {
        "answer": answer.value,
        "amount": _amount(amount),
        "currency": amount.currency if amount else "",
        "transactions": rows(parts),
        "note": note,
    }
    return _request(NoticeKind.REFUND_ANSWER, to, parts, data)


def rows(parts: Sequence[Part]) -> list[dict[str, str]]:
    """The `transactions` of a notice's data."""
    return [{"number": t.number, "title": t.title, "amount": _amount(amount)} for t, amount in parts]


def _request(
    kind: NoticeKind, to: Addressee, parts: Sequence[Part], data: Mapping[str, object]
) -> tuple[NoticeRequest, ...]:
    """About one request: that one's notice; about several or none: the occasion's, in the first one's thread."""
    if not to.recipient:
        return ()
    first = parts[0][0].number if parts else ""
    subject = first if len(parts) == 1 else f"payment:{to.occasion}"[:100]
    request = NoticeRequest(
        kind=kind,
        subject=subject,
        recipient=to.recipient,
        patron_id=to.patron_id,
        number=first,
        revision=to.occasion[:64],
        data=data,
        reply_to=to.reply_to,
    )
    return (request,)


def _amount(money: Money | None) -> str:
    return f"{money.amount:.2f}" if money is not None else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
