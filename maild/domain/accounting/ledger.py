"""The books: append-only double entry, a patron's balances derived from it. Debits are positive, credits negative.

What a patron owes is RECEIVABLE; what proofs claim is CLAIMED until a statement or a librarian confirms it.
Nothing is ever edited: a mistake is met with an entry that reverses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.domain.accounting.channel import AnyChannel, NoChannel, booked
from maild.domain.money import Money
from maild.domain.requests.patron import Transaction


class Book(StrEnum):
    """The accounts. RECEIVABLE, CLAIMED, PENDING and DEPOSIT are kept per patron, RECEIVABLE also per transaction."""

    RECEIVABLE = "receivable"  # owed by the patron for a transaction (debit balance)
    CLAIMED = "claimed"  # claimed by proofs, not confirmed (debit balance)
    PENDING = "pending"  # claimed beyond what is owed: deposit to be, not yet spendable (credit balance)
    DEPOSIT = "deposit"  # prepaid and confirmed (credit balance)
    CASH = "cash"  # confirmed money, by channel
    UNCLAIMED = "unclaimed"  # confirmed money that nobody claimed yet (credit balance)
    INCOME = "income"  # fees
    SUBSIDY = "subsidy"
    WAIVED = "waived"
    REFUNDED = "refunded"  # to be paid out again, until the statement shows it


class EntryKind(StrEnum):
    CHARGE = "charge"  # fee and subsidy of a transaction
    CLAIM = "claim"  # a proof came
    CONFIRMATION = "confirmation"  # settles a claim: the money is there
    REJECTION = "rejection"  # settles a claim: the money never came, or not to us
    PAYMENT = "payment"  # confirmed money without a claim, of a known patron
    UNCLAIMED = "unclaimed"  # confirmed money of nobody known
    ALLOCATION = "allocation"  # unclaimed money found its owner
    DEPOSIT_USE = "deposit_use"  # a fee is paid from the deposit
    REFUND = "refund"
    WAIVER = "waiver"
    REVERSAL = "reversal"  # takes an entry back, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line: `amount` positive is a debit, negative a credit. `channel`: of CASH."""

    book: Book
    amount: Money
    patron_id: str = ""
    number: str = ""
    channel: AnyChannel = NoChannel.NONE

    def __post_init__(self) -> None:
        if booked(self.channel) != self.channel:
            raise ValueError(f"not a channel of the books: {self.channel!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """Postings that sum to zero, in one currency.

    key      unique for ever: the same fact is never posted twice ('charge:<number>:1', 'claim:<receipt key>', …)
    settles  key of the entry this one settles or reverses; unique, so that no claim is settled twice
             (a claim that a reversal reopened is settled by naming the reversal: Claim.tip)
    line     key of the statement line that proves it, '' for none
    """

    key: str
    kind: EntryKind
    postings: tuple[Posting, ...]
    reason: str = ""
    settles: str = ""
    line: str = ""
    at: datetime | None = None
    actor: str = "maild"
    mail_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A patron's balances, each as a positive amount where it is what its name says."""

    patron_id: str
    owed: Money
    claimed: Money
    pending: Money
    deposit: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An open or settled claim, as the ledger tells it. `parts`: transaction number → amount; the rest is deposit.

    tip     key that the next settlement names: the claim's own, or that of the reversal which reopened it
    owners  patrons who owe the parts, in their order; not always who claims to have paid
    """

    key: str
    patron_id: str
    amount: Money
    parts: tuple[tuple[str, Money], ...]
    at: datetime
    mail_id: int | None = None
    settled_by: EntryKind | None = None
    tip: str = ""
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that is to be paid out, or was. number: of the request whose fee it was, '' for a balance.

    tip      key that the next settlement names, as of a claim
    paid_by  key of the entry that paid it out, '' where it is still to be paid; line: the statement's line, if any
    """

    key: str
    patron_id: str
    amount: Money
    at: datetime
    number: str = ""
    reason: str = ""
    tip: str = ""
    paid_by: str = ""
    channel: AnyChannel = NoChannel.NONE
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything the books say of one transaction that was charged, or spoken of in any entry.

    owed     still to be paid (claims count as paid)     claimed  the part of that which open claims say
    pending  claimed beyond the fee, which fell after the claim (PENDING kept by transaction)
    charges, entries  how many there are: they make the keys of the next ones
    """

    number: str
    patron_id: str
    total: Money
    subsidy: Money
    owed: Money
    claimed: Money
    pending: Money
    waived: Money
    charges: int = 0
    entries: int = 0


def due_of(transaction: Transaction, books: Standing | None) -> Money | None:
    """What is still to be paid of a fee: as the books say, and what it changed since; None where none is known."""
    amount = transaction.payable
    if amount is None or books is None or not books.charges or books.owed.currency != amount.currency:
        return amount
    return books.owed + (amount - (books.total - books.subsidy))
