"""A fee is taken from the prepaid balance when its document comes: all of it or nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.channel import NoChannel
from maild.domain.accounting.ledger import Book, LedgerEntry, Standing, due_of
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.requests.patron import Patron, Transaction
from maild.office.payments import SAY, announce_payment
from maild.office.payments.facts_payment import CHARGEABLE, Prepaid, came_to_nothing
from maild.office.payments.payment_policy import PaymentPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A fee that the deposit pays."""

    entry: LedgerEntry
    notices: tuple[NoticeRequest, ...]
    reason: str


def charge_deposit(
    charged: Transaction, patron: Patron | None, prepaid: Prepaid, policy: PaymentPolicy, now: datetime
) -> Taken | None:
    """What the deposit pays of a fee as it will be charged; None where policy, state or balance forbid it."""
    books = prepaid.books.get(charged.number)
    due, deposit = due_of(charged, books), prepaid.deposits.get(charged.patron_id)
    if not policy.charge_on_delivery or patron is None or charged.payment_state not in CHARGEABLE:
        return None
    if due is None or due.amount <= 0 or deposit is None or deposit.currency != due.currency or deposit < due:
        return None
    entry = bookkeeping.use_deposit(_charged(charged, books, due), due, reason=SAY("charged_when_it_came"))
    left = deposit - due
    to = announce_payment.addressee(patron, now, occasion=entry.key)
    notices = announce_payment.payment_confirmed(to, due, [(charged, due)], channel=NoChannel.DEPOSIT)
    return Taken(
        entry=entry,
        notices=(*notices, *low_notice(patron, left, policy, now, occasion=entry.key)),
        reason=SAY("taken_from_deposit", due=due, left=left),
    )


def paid_in_vain(transaction: Transaction, prepaid: Prepaid) -> bool:
    """Whether the books gave back what was paid of a fee, since the request came to nothing."""
    books = prepaid.books.get(transaction.number)
    if books is None or not transaction.payable or not came_to_nothing(transaction):
        return False
    return books.charges > 1 and books.total == books.subsidy


def low_notice(
    patron: Patron, left: Money, policy: PaymentPolicy, now: datetime, *, occasion: str
) -> tuple[NoticeRequest, ...]:
    """That the balance is low, where it is."""
    if left.currency != policy.low.currency or left >= policy.low:
        return ()
    return announce_payment.deposit_low(announce_payment.addressee(patron, now, occasion=occasion), left, policy.low)


def left_after(prepaid: Prepaid, transaction: Transaction, entries: Sequence[LedgerEntry]) -> Prepaid:
    """The deposits after these entries, for the next request of the same mail."""
    for posting in (p for e in entries for p in e.postings if p.book is Book.DEPOSIT):
        prepaid = prepaid.less(transaction.patron_id, posting.amount)
    return prepaid


def _charged(charged: Transaction, books: Standing | None, due: Money) -> Standing:
    """What the books will say of the fee when the entry is posted: its charge comes before it."""
    none = Money.of(0, due.currency)
    base = books or Standing(
        number=charged.number,
        patron_id=charged.patron_id,
        total=due,
        subsidy=none,
        owed=due,
        claimed=none,
        pending=none,
        waived=none,
        entries=1,
    )
    return replace(base, owed=due)
