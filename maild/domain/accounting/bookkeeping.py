"""What is written into the books, for everything that happens to money. Pure: values in, balanced entries out.

    charges      the fee of a transaction, and every later change of it
    claim        a proof came          confirm, reject, withdraw   what became of it (each settles it)
    payment      confirmed money of a known patron, without a claim
    unclaimed    confirmed money of nobody known                    allocate   it found its owner
    use_deposit  a fee is paid from the deposit                     waive      a fee is forgiven
    refund       money is to be paid out of the deposit             paid_out   it was
    opening      a transaction that was there before the books      reverse    an entry is taken back, whole

Nothing here asks what time it is or who acts: `Ledger.post` fills that in. Keys are made of what the entry is
about, so that the same fact, said twice, is one entry. A fact that was reversed and holds again is posted under
`Ledger.fresh(entry.key)`. What a patron pays beyond fees is deposit to be (PENDING) until it is confirmed.

The laws: each entry sums to zero; a fee is never paid below nothing (RECEIVABLE of a transaction is never
negative); what is taken away from a fee that was paid already goes to the owner's deposit, or, while the payment
is only claimed, to PENDING of that transaction, which `confirm` then moves to the deposit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from maild.domain import SAY
from maild.domain.accounting.channel import AnyChannel, NoChannel
from maild.domain.accounting.ledger import Book, Claim, EntryKind, LedgerEntry, Posting, Refund, Standing
from maild.domain.accounting.statement import StatementLine
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import Transaction

Parts = Sequence[tuple[str, Money]]  # transaction number → what is paid of it
NOBODY: Mapping[str, str] = MappingProxyType({})
NO_MONEY: Mapping[str, Money] = MappingProxyType({})
OPENING = NoChannel.OPENING


def charges(transaction: Transaction, standing: Standing | None = None, *, reason: str = "") -> tuple[LedgerEntry, ...]:
    """What must be posted so that the books hold the transaction's fee: one entry, or none where they do already.

    The first has the key 'charge:<number>:1', changes ':2', …; `standing` is what the books say (None: nothing).
    A fee that is not known changes nothing; one of 0.00 takes a charged fee back (cancelled, unfilled).
    Raises ValueError where the currency is not the one it was charged in.
    """
    fee = fee_of(transaction)
    if fee is None:
        return ()
    total, subsidy = fee
    if standing is None or not standing.charges:
        if not total:
            return ()
        lines = _Lines(total.currency)
        lines.add(Book.RECEIVABLE, total - subsidy, transaction.patron_id, transaction.number)
        nth = 1
    else:
        lines = _change(standing, (total - subsidy) - (standing.total - standing.subsidy))
        total, subsidy, nth = total - standing.total, subsidy - standing.subsidy, standing.charges + 1
    lines.add(Book.SUBSIDY, subsidy, transaction.patron_id, transaction.number)
    lines.add(Book.INCOME, -total, transaction.patron_id, transaction.number)
    if not lines.found:
        return ()
    return (lines.entry(f"charge:{transaction.number}:{nth}", EntryKind.CHARGE, reason or SAY("the_fee")),)


def fee_of(transaction: Transaction) -> tuple[Money, Money] | None:
    """(total fee, subsidy) as they are charged; None where no fee is known. What the patron pays is decisive."""
    total, subsidy, payable = transaction.total, transaction.subsidy, transaction.payable
    if payable is None and total is None:
        return None
    if payable is None:
        assert total is not None
        payable = total - subsidy if subsidy is not None else total
    if total is None:
        total = payable + subsidy if subsidy is not None else payable
    payable = max(payable, Money.of(0, payable.currency))
    total = max(total, payable)
    return total, total - payable


def _change(standing: Standing, more: Money) -> _Lines:
    """The patron's share changes by `more`; what it falls below what was paid goes back where it came from."""
    lines, who, number = _Lines(more.currency), standing.patron_id, standing.number
    none = Money.of(0, more.currency)
    if more.amount > 0:
        held = min(more, standing.pending)  # claimed already, when the fee was higher
        lines.add(Book.PENDING, held, who, number)
        lines.add(Book.RECEIVABLE, more - held, who, number)
        return lines
    less = -more
    for book, most in (
        (Book.RECEIVABLE, standing.owed),
        (Book.WAIVED, standing.waived),
        (Book.PENDING, max(standing.claimed - standing.pending, none)),
    ):
        taken = min(less, max(most, none))
        lines.add(book, -taken, who, number)
        less = less - taken
    lines.add(Book.DEPOSIT, -less, who)
    return lines


def claim(
    key: str, patron_id: str, total: Money, parts: Parts = (), *, owners: Mapping[str, str] = NOBODY, reason: str = ""
) -> LedgerEntry:
    """A proof says that `patron_id` paid `total`: `parts` of fees, the rest is deposit to be. Key 'claim:<key>'.

    `owners`: who owes a transaction, where it is not the payer (a lab pays for a student).
    Raises ValueError where parts are not positive or come to more than the total.
    """
    lines = _Lines(total.currency)
    lines.add(Book.CLAIMED, total, patron_id)
    lines.pay(total, parts, owners, patron_id, Book.PENDING)
    return lines.entry(f"claim:{key}", EntryKind.CLAIM, reason or SAY("payment_proof"))


def confirm(
    claim: Claim,
    amount: Money | None = None,
    *,
    channel: AnyChannel,
    line: str = "",
    unclaimed: bool = False,
    owed: Mapping[str, Money] = NO_MONEY,
    pending: Mapping[str, Money] = NO_MONEY,
    reason: str = "",
) -> LedgerEntry:
    """The money of a claim is there: all of it, or `amount` where that differs.

    Less pays the parts in their order, then the deposit; what is not paid is owed again. More goes to what the
    claim's transactions still owe (`owed`), then to the payer's deposit. `pending` is Ledger.pending of the
    claim's transactions. `unclaimed`: the money stands in UNCLAIMED already (its `line` came before the claim).
    Raises ValueError where the amount is not positive.
    """
    amount = claim.amount if amount is None else amount
    if amount.amount <= 0:
        raise ValueError(f"nothing was received for claim '{claim.key}': reject it")
    lines = _Lines(amount.currency)
    lines.add(Book.UNCLAIMED if unclaimed else Book.CASH, amount, channel=NoChannel.NONE if unclaimed else channel)
    _settle(lines, claim, amount, owed, pending)
    return lines.entry(
        f"confirm:{_tip(claim)}",
        EntryKind.CONFIRMATION,
        reason or SAY("received_by", channel=channel),
        settles=_tip(claim),
        line=line,
    )


def reject(claim: Claim, reason: str, *, pending: Mapping[str, Money] = NO_MONEY) -> LedgerEntry:
    """The money of a claim never came, or not to us: what it paid is owed again."""
    lines = _Lines(claim.amount.currency)
    _settle(lines, claim, Money.of(0, claim.amount.currency), NO_MONEY, pending)
    return lines.entry(f"reject:{_tip(claim)}", EntryKind.REJECTION, reason, settles=_tip(claim))


def withdraw(claim: Claim, reason: str, *, pending: Mapping[str, Money] = NO_MONEY) -> LedgerEntry:
    """A claim is taken back because posting it was a mistake (undo): as if it had never been."""
    entry = reject(claim, reason, pending=pending)
    return replace(entry, key=f"undo:{_tip(claim)}", kind=EntryKind.REVERSAL)


def _settle(
    lines: _Lines, claim: Claim, received: Money, owed: Mapping[str, Money], pending: Mapping[str, Money]
) -> None:
    """Postings that end a claim of which so much was received."""
    none, left, rest = Money.of(0, received.currency), received, claim.amount
    lines.add(Book.CLAIMED, -claim.amount, claim.patron_id)
    held = dict(pending)
    for (number, part), owner in zip(claim.parts, _owners(claim), strict=True):
        paid = min(part, left)
        left, rest = left - paid, rest - part
        # What the fee fell since then is owed no longer: not owed again, or else deposit.
        spare = min(part, max(held.get(number, none), none))
        held[number] = held.get(number, none) - spare
        lines.add(Book.PENDING, spare, owner, number)
        unpaid = part - paid
        lines.add(Book.RECEIVABLE, unpaid - min(unpaid, spare), owner, number)
        lines.add(Book.DEPOSIT, -(spare - min(unpaid, spare)), owner)
    lines.add(Book.PENDING, rest, claim.patron_id)
    for (number, _), owner in zip(claim.parts, _owners(claim), strict=True):
        surplus = max(left - rest, none)
        more = min(surplus, max(owed.get(number, none), none))
        lines.add(Book.RECEIVABLE, -more, owner, number)
        left = left - more
    lines.add(Book.DEPOSIT, -left, claim.patron_id)


def payment(
    key: str,
    patron_id: str,
    amount: Money,
    parts: Parts = (),
    *,
    channel: AnyChannel,
    line: str = "",
    owners: Mapping[str, str] = NOBODY,
    reason: str = "",
) -> LedgerEntry:
    """Confirmed money of a known patron without a claim: fees, the rest is deposit. Key 'payment:<key>'."""
    lines = _Lines(amount.currency)
    lines.add(Book.CASH, amount, channel=channel)
    lines.pay(amount, parts, owners, patron_id, Book.DEPOSIT)
    return lines.entry(f"payment:{key}", EntryKind.PAYMENT, reason or SAY("received_by", channel=channel), line=line)


def unclaimed(line: StatementLine) -> LedgerEntry:
    """Money of a statement line that nobody is known to have paid, or been paid. Key 'unclaimed:<line>'."""
    lines = _Lines(line.amount.currency)
    lines.add(Book.CASH, line.amount, channel=line.channel)
    lines.add(Book.UNCLAIMED, -line.amount)
    why = SAY("nobody_claimed" if line.amount.amount > 0 else "no_refund_explains")
    return lines.entry(f"unclaimed:{line.key}", EntryKind.UNCLAIMED, why, line=line.key)


def allocate(
    line: str,
    patron_id: str,
    amount: Money,
    parts: Parts = (),
    *,
    owners: Mapping[str, str] = NOBODY,
    nth: int = 1,
    reason: str = "",
) -> LedgerEntry:
    """Unclaimed money of a statement line (its key) found its owner: fees, the rest is deposit.

    It may be given to several patrons in turn; `nth` tells a second share of the same patron.
    """
    lines = _Lines(amount.currency)
    lines.add(Book.UNCLAIMED, amount)
    lines.pay(amount, parts, owners, patron_id, Book.DEPOSIT)
    key = f"allocate:{line}:{patron_id}" + (f":{nth}" if nth > 1 else "")
    return lines.entry(key, EntryKind.ALLOCATION, reason or SAY("owner_known"), line=line)


def use_deposit(standing: Standing, amount: Money, *, patron_id: str = "", reason: str = "") -> LedgerEntry:
    """`amount` of what a transaction owes is paid from a deposit: the owner's, or that of `patron_id`.

    Raises ValueError where it is not positive or more than is owed; whether the deposit suffices, Ledger.post sees.
    """
    lines = _Lines(amount.currency)
    payer = patron_id or standing.patron_id
    lines.add(Book.DEPOSIT, amount, payer)
    _at_most(amount, standing)
    lines.add(Book.RECEIVABLE, -amount, standing.patron_id, standing.number)
    return lines.entry(_next("deposit", standing), EntryKind.DEPOSIT_USE, reason or SAY("from_deposit"))


def waive(standing: Standing, reason: str, amount: Money | None = None) -> LedgerEntry:
    """What is owed, or `amount` of it, is forgiven. Raises ValueError as use_deposit does."""
    amount = standing.owed if amount is None else amount
    lines = _Lines(amount.currency)
    _at_most(amount, standing)
    lines.add(Book.WAIVED, amount, standing.patron_id, standing.number)
    lines.add(Book.RECEIVABLE, -amount, standing.patron_id, standing.number)
    return lines.entry(_next("waive", standing), EntryKind.WAIVER, reason)


def refund(key: str, patron_id: str, amount: Money, reason: str, *, number: str = "") -> LedgerEntry:
    """So much of a patron's deposit is to be paid out. A paid fee (`number`) becomes deposit first."""
    _positive(amount)
    lines = _Lines(amount.currency)
    lines.add(Book.DEPOSIT, amount, patron_id)
    lines.add(Book.REFUNDED, -amount, patron_id, number)
    return lines.entry(f"refund:{key}", EntryKind.REFUND, reason)


def paid_out(
    refund: Refund, *, channel: AnyChannel, line: str = "", unclaimed: bool = False, reason: str = ""
) -> LedgerEntry:
    """The money of a refund has left us (by a statement's line, where there is one). A refund is paid out once.

    `unclaimed`: that it left stands in UNCLAIMED already (its `line` came before the refund).
    """
    lines = _Lines(refund.amount.currency)
    lines.add(Book.REFUNDED, refund.amount, refund.patron_id, refund.number)
    book, by = (Book.UNCLAIMED, NoChannel.NONE) if unclaimed else (Book.CASH, channel)
    lines.add(book, -refund.amount, channel=by)
    return lines.entry(
        f"paid:{refund.tip}",
        EntryKind.REFUND,
        reason or SAY("paid_out_by", channel=channel),
        settles=refund.tip,
        line=line,
    )


def reverse(entry: LedgerEntry, reason: str) -> LedgerEntry:
    """Takes an entry back, whole. An open claim is taken back with `withdraw`, which knows of fees that fell since."""
    postings = tuple(replace(one, amount=-one.amount) for one in entry.postings)
    return LedgerEntry(
        key=f"undo:{entry.key}",
        kind=EntryKind.REVERSAL,
        postings=postings,
        reason=reason,
        settles=entry.key,
        line=entry.line,
    )


def opening(transaction: Transaction, standing: Standing | None = None) -> tuple[LedgerEntry, ...]:
    """What brings the books to the state of a transaction that was moved without them (import, older maild).

    Fees that nobody was asked for yet (none, quoted) are not charged. What the books know already stays: only
    what is owed in them and not by the transaction's payment state is paid, claimed or waived here.
    """
    state = transaction.payment_state
    if state in (PaymentState.NONE, PaymentState.QUOTED) and standing is None:
        return ()
    first = charges(transaction, standing, reason=SAY("fee_at_opening"))
    owed = _owed_after(first, standing, transaction.number)
    if owed is None or owed.amount <= 0:
        return first
    key = f"{OPENING}:{transaction.number}:{(standing.entries if standing else 0) + len(first) + 1}"
    parts, who = ((transaction.number, owed),), transaction.patron_id
    match state:
        case PaymentState.CONFIRMED:
            paid = payment(key, who, owed, parts, channel=OPENING, reason=SAY("paid_before_books"))
        case PaymentState.PROOF_RECEIVED:
            paid = claim(key, who, owed, parts, reason=SAY("proven_before_books"))
        case PaymentState.WAIVED:
            lines = _Lines(owed.currency)
            lines.add(Book.WAIVED, owed, who, transaction.number)
            lines.add(Book.RECEIVABLE, -owed, who, transaction.number)
            paid = lines.entry(f"waive:{key}", EntryKind.WAIVER, SAY("waived_before_books"))
        case _:
            return first
    return (*first, paid)


def _owed_after(entries: Iterable[LedgerEntry], standing: Standing | None, number: str) -> Money | None:
    owed = standing.owed if standing else None
    for entry in entries:
        for one in entry.postings:
            if one.book is Book.RECEIVABLE and one.number == number:
                owed = one.amount if owed is None else owed + one.amount
    return owed


@dataclass(slots=True)
class _Lines:
    """Postings under construction: nothing is posted of nothing."""

    currency: str
    found: list[Posting] = field(default_factory=list)

    def add(
        self, book: Book, amount: Money, patron_id: str = "", number: str = "", channel: AnyChannel = NoChannel.NONE
    ) -> None:
        """Another line of the entry. Raises ValueError for another currency."""
        if amount.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} with {amount.currency}")
        if amount:
            self.found.append(Posting(book=book, amount=amount, patron_id=patron_id, number=number, channel=channel))

    def pay(self, total: Money, parts: Parts, owners: Mapping[str, str], payer: str, rest: Book) -> None:
        """`total` pays the parts; what is left goes to the payer's `rest`.

        Raises ValueError where the parts do not fit the payment.
        """
        _positive(total)
        if len({number for number, _ in parts}) != len(parts):
            raise ValueError("a request is paid by two parts of one payment")
        left = total
        for number, part in parts:
            _positive(part)
            left = left - part
            self.add(Book.RECEIVABLE, -part, owners.get(number, payer), number)
        if left.amount < 0:
            raise ValueError(f"the parts come to more than the {total} that were paid")
        self.add(rest, -left, payer)

    def entry(self, key: str, kind: EntryKind, reason: str, *, settles: str = "", line: str = "") -> LedgerEntry:
        return LedgerEntry(key=key, kind=kind, postings=tuple(self.found), reason=reason, settles=settles, line=line)


def _tip(claim: Claim) -> str:
    return claim.tip or claim.key


def _owners(claim: Claim) -> tuple[str, ...]:
    return claim.owners or (claim.patron_id,) * len(claim.parts)


def _next(what: str, standing: Standing) -> str:
    """The number of entries so far makes the key: two who act on the same state collide, instead of both acting."""
    return f"{what}:{standing.number}:{standing.entries + 1}"


def _positive(amount: Money) -> None:
    if amount.amount <= 0:
        raise ValueError(f"not an amount that can be paid: {amount}")


def _at_most(amount: Money, standing: Standing) -> None:
    _positive(amount)
    if amount.amount > standing.owed.amount:
        raise ValueError(f"request {standing.number} owes {standing.owed}, not {amount}")
