"""What staff do with money: a queued proof assigned, a claim confirmed or rejected, deposits, refunds, waivers.

Each act is one database transaction on the same laws as the daemon, kept in the history with its author. Nothing in
the books is ever changed: taking an act back posts what reverses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.allocation import Due, Fit, allocate
from maild.domain.accounting.channel import AnyChannel, Channel, NoChannel
from maild.domain.accounting.ledger import Claim, EntryKind, LedgerEntry, Standing, due_of
from maild.domain.accounting.payment import SeenReceipt, identity, repeated
from maild.domain.accounting.receipt import Receipt, is_proof
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import About, Action, Decision, Transition
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import PaymentEvent, PaymentState, pay
from maild.domain.requests.patron import Transaction
from maild.office import SAY as COMMON
from maild.office.books import SAY
from maild.office.books.posting import post_claim, released, write_payment
from maild.office.payments.facts_payment import claimed_before
from maild.office.payments.record_money import open_books
from maild.office.payments.undo_money import open_claim, reversal
from maild.office.recording import apply
from maild.spine.policy import Policy

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

Parts = tuple[tuple[str, Money], ...]


def books_of(uow: UnitOfWork, transactions: Sequence[Transaction], now: datetime, actor: str) -> dict[str, Standing]:
    """The books of these transactions, brought up to date first: each fee is in them before it is paid."""
    numbers = [t.number for t in transactions]
    open_books(uow, numbers, now, actor=actor)
    known = uow.ledger.standing(numbers)
    entries = [e for t in transactions if t.payable is not None for e in bookkeeping.charges(t, known.get(t.number))]
    if entries:
        uow.ledger.post(entries, now, actor=actor)
    return uow.ledger.standing(numbers)


# --- a proof that waited in the queue -------------------------------------------------------------------


def unclaimed(uow: UnitOfWork, mail_id: int | None) -> list[SeenReceipt]:
    """The proofs of a mail on which no claim stands."""
    seen = uow.receipts.of_mail(mail_id) if mail_id is not None else []
    return [s for s in seen if is_proof(s.receipt) and (not s.claim or uow.ledger.fresh(s.claim) != s.claim)]


def assign_proof(
    uow: UnitOfWork,
    mail_id: int | None,
    transactions: Sequence[Transaction],
    policy: Policy,
    now: datetime,
    *,
    actor: str,
    amounts: Sequence[Money] = (),
    deposit: bool = False,
    payer: str = "",
) -> Decision:
    """The claim that a person vouches for: `amounts` by transaction, in their order; with `deposit` what is left of
    the proof's amount (or, without transactions, all of it, the last of `amounts`) is prepayment.

    Raises Permanent where it is not clear how much goes where, or where the payment is claimed already.
    """
    books = books_of(uow, transactions, now, actor)
    proofs = unclaimed(uow, mail_id)
    before = claimed_before(uow, [s.receipt for s in proofs], mail_id)
    due = {t.number: due_of(t, books.get(t.number)) for t in transactions}
    for transaction in transactions:
        owed = due[transaction.number]
        if owed is None or owed.amount <= 0:
            raise Permanent(
                SAY("nothing_due_of_it", number=transaction.number, state=transaction.payment_state),
                remedy=SAY("dismiss_or_take_back") if before else SAY("on_the_balance"),
            )
    if before:
        raise Permanent(
            SAY("claimed_already", whose=before.patron_id, id=before.mail_id), remedy=SAY("dismiss_or_take_back")
        )
    dues = [Due(number=n, amount=a) for n, a in due.items() if a is not None]
    parts, whole = _shares(proofs, dues, amounts, deposit=deposit)
    owners = {t.number: t.patron_id for t in transactions}
    who = set(owners.values())
    payer = payer if payer and (payer in who or not who or len(who) > 1) else next(iter(who), payer)
    if not payer:
        raise Permanent(SAY("whose_deposit"), remedy=SAY("name_patron"))
    key = _claim_key(uow, [s.receipt for s in proofs], mail_id)
    entry = replace(bookkeeping.claim("", payer, whole, parts, owners=owners, reason=SAY("booked_by_staff")), key=key)
    transitions = tuple(_proven(t, due, dict(parts)) for t in transactions)
    freed = [
        t
        for t, move in zip(transactions, transitions, strict=True)
        if move.payment_after and policy.frees(t, move.payment_after)
    ]
    if mail_id is not None and proofs:
        uow.receipts.add(
            mail_id, payer, [s.receipt for s in proofs], now, claim=key, transactions=[n for n, _ in parts]
        )
    return Decision(
        action=Action.APPLY,
        about=About(kind=Kind.PAYMENT_PROOF, transactions=tuple(due)),
        effects=(*transitions, entry, *released(uow, freed, now)),
        reasons=(SAY("booked_by_staff"),),
    )


def _shares(
    proofs: Sequence[SeenReceipt], dues: Sequence[Due], amounts: Sequence[Money], *, deposit: bool
) -> tuple[Parts, Money]:
    """How much goes where, and how much it is in all."""
    if wrong := next((amount for amount in amounts if amount.amount <= 0), None):
        raise Permanent(SAY("no_amount", amount=wrong), remedy=SAY("amounts_above_zero"))
    twice = repeated(s.receipt for s in proofs)  # two pictures of one payment are one payment
    proofs = [s for place, s in enumerate(proofs) if place not in twice]
    read = [s.receipt.amount for s in proofs if s.receipt.amount is not None]
    shown = sum(read[1:], read[0]) if read and len(read) == len(proofs) else None
    if not dues:
        whole = amounts[-1] if amounts else shown
        if not deposit or whole is None:
            raise Permanent(SAY("amount_unread"), remedy=SAY("give_deposit_amount"))
        return (), whole
    if amounts:
        return _as_told(dues, amounts, shown, deposit=deposit)
    whole = sum((d.amount for d in dues[1:]), dues[0].amount)
    if shown is None:
        return tuple((d.number, d.amount) for d in dues), whole
    found = allocate(shown, dues, [d.number for d in dues])
    certain = all(s.receipt.sure for s in proofs) or found.fit is Fit.EXACT
    if certain and len(found.parts) == len(dues) and (found.fit in (Fit.EXACT, Fit.PARTIAL) or deposit):
        return found.parts, shown
    raise Permanent(SAY("sums_differ", shown=shown, due=whole), remedy=SAY("say_what_goes_where"))


def _as_told(
    dues: Sequence[Due], amounts: Sequence[Money], shown: Money | None, *, deposit: bool
) -> tuple[Parts, Money]:
    more = len(amounts) - len(dues)
    if more not in (0, 1) or (more == 1 and not deposit):
        raise Permanent(
            SAY("amounts_of_requests", amounts=len(amounts), count=len(dues)), remedy=SAY("one_amount_each")
        )
    for due, amount in zip(dues, amounts, strict=False):
        if not 0 < amount.amount <= due.amount.amount or amount.currency != due.amount.currency:
            raise Permanent(
                SAY("more_than_due", number=due.number, amount=amount, due=due.amount), remedy=SAY("rest_on_deposit")
            )
    parts = tuple((due.number, amount) for due, amount in zip(dues, amounts, strict=False))
    told = sum(amounts[1:], amounts[0])
    if deposit and more == 0 and shown is not None and shown > told:
        return parts, shown
    return parts, told


def _claim_key(uow: UnitOfWork, receipts: Sequence[Receipt], mail_id: int | None) -> str:
    base = identity(receipts[0]) if receipts else f"mail:{mail_id}"
    key = uow.ledger.fresh(f"claim:{base}")
    standing = uow.ledger.get(key)
    if standing is not None:
        whose = next((p.patron_id for p in standing.postings if p.patron_id), "")
        raise Permanent(SAY("claimed_already", whose=whose, id=standing.mail_id), remedy=SAY("dismiss_or_take_back"))
    return key


def _proven(transaction: Transaction, due: dict[str, Money | None], paid: dict[str, Money]) -> Transition:
    still = Transition(number=transaction.number, expected_version=transaction.version)
    after = pay(transaction.payment_state, PaymentEvent.PROOF)
    if after is None or paid.get(transaction.number) != due[transaction.number]:
        return still
    return still.paid(transaction.payment_state, PaymentEvent.PROOF, after)


# --- claims ---------------------------------------------------------------------------------------------


def confirm_claim(
    uow: UnitOfWork,
    key: str,
    policy: Policy,
    now: datetime,
    *,
    actor: str,
    channel: Channel | None = None,
    amount: Money | None = None,
    note: str = "",
) -> tuple[int, ...]:
    """A person has seen the money. Ids of the notices."""
    return post_claim(
        uow,
        open_claim(uow, key),
        policy,
        now,
        actor=actor,
        channel=channel,
        amount=amount,
        reason=note or SAY("confirmed_by_staff"),
    )


def reject_claim(uow: UnitOfWork, key: str, now: datetime, *, actor: str, note: str) -> Claim:
    """The money never came: what it paid is owed again, and disputed where it counted as proven."""
    claim = open_claim(uow, key)
    numbers = [n for n, _ in claim.parts]
    entry = bookkeeping.reject(claim, note, pending=uow.ledger.pending(numbers))
    moves = []
    for transaction in uow.transactions.get_many(numbers):
        after = pay(transaction.payment_state, PaymentEvent.DISPUTED)
        if transaction.payment_state is PaymentState.PROOF_RECEIVED and after:
            moves.append(Transition.paying(transaction, PaymentEvent.DISPUTED, after))
    decision = Decision(action=Action.APPLY, effects=(*moves, entry), reasons=(note,))
    apply(uow, decision, now, actor=actor)
    return claim


# --- a transaction's fee --------------------------------------------------------------------------------


def confirm_fee(
    uow: UnitOfWork, transaction: Transaction, policy: Policy, now: datetime, *, actor: str, note: str
) -> tuple[int, ...] | None:
    """The fee is paid: open claims on it alone are confirmed, what is then still owed was paid in cash.

    Ids of the notices; None where the books know of nothing to be paid.
    Raises Permanent where it was paid together with others.
    """
    books = books_of(uow, [transaction], now, actor)
    claims = uow.ledger.claims(numbers=[transaction.number])
    wider = [c.key for c in claims if [n for n, _ in c.parts] != [transaction.number]]
    if wider:
        raise Permanent(
            SAY("paid_together", number=transaction.number, key=wider[0]), remedy=f"maild claims confirm {wider[0]}"
        )
    outbox: tuple[int, ...] = ()
    owed = books[transaction.number].owed if transaction.number in books else None
    if owed is not None and owed.amount > 0:
        key = f"fee:{transaction.number}:{books[transaction.number].entries + 1}"
        paid = bookkeeping.payment(
            key,
            transaction.patron_id,
            owed,
            ((transaction.number, owed),),
            channel=Channel.CASH,
            reason=note or SAY("confirmed_by_staff"),
        )
        if not claims:
            return _written(uow, (paid,), transaction, owed, policy, now, actor, Channel.CASH, note)
        uow.ledger.post([paid], now, actor=actor)
    if not claims:
        return None
    for claim in claims:
        outbox += post_claim(uow, claim, policy, now, actor=actor, reason=note or SAY("confirmed_by_staff"))
    return outbox


def _written(
    uow: UnitOfWork,
    entries: tuple[LedgerEntry, ...],
    transaction: Transaction,
    amount: Money,
    policy: Policy,
    now: datetime,
    actor: str,
    channel: AnyChannel,
    note: str,
) -> tuple[int, ...]:
    parts = ((transaction.number, amount),)
    return write_payment(
        uow,
        entries,
        transaction.patron_id,
        parts,
        amount,
        policy,
        now,
        actor=actor,
        channel=channel,
        reason=note or COMMON("by_staff"),
    )


def waiver(
    uow: UnitOfWork, transaction: Transaction, now: datetime, *, actor: str, note: str
) -> tuple[LedgerEntry, ...]:
    """What forgives what is owed of the fee."""
    standing = books_of(uow, [transaction], now, actor).get(transaction.number)
    return (
        (bookkeeping.waive(standing, note or SAY("waived_by_staff")),) if standing and standing.owed.amount > 0 else ()
    )


def pay_from_deposit(
    uow: UnitOfWork, transaction: Transaction, policy: Policy, now: datetime, *, actor: str, note: str
) -> tuple[int, ...]:
    """What is owed of a fee is taken from its patron's balance. Raises Permanent where that does not suffice."""
    standing = books_of(uow, [transaction], now, actor).get(transaction.number)
    balance = uow.ledger.account(transaction.patron_id).deposit
    if standing is None or standing.owed.amount <= 0:
        raise Permanent(SAY("nothing_owed", numbers=transaction.number), remedy=COMMON("see_transactions"))
    if balance < standing.owed:
        raise Permanent(SAY("balance_below_owed", balance=balance, owed=standing.owed), remedy=SAY("top_up"))
    entry = bookkeeping.use_deposit(standing, standing.owed, reason=note)
    return _written(uow, (entry,), transaction, standing.owed, policy, now, actor, NoChannel.DEPOSIT, note)


# --- taking back ----------------------------------------------------------------------------------------


def take_back(uow: UnitOfWork, key: str, now: datetime, *, actor: str, note: str) -> tuple[str, ...]:
    """Reverse an entry, whole; payment states follow the books. Returns the transactions that moved.

    Raises NotFound; Permanent for a fee, which is waived instead.
    """
    entry = uow.ledger.get(key)
    if entry is None:
        raise NotFound(SAY("no_entry", key=key), remedy="maild patrons show, or maild transactions show")
    if entry.kind is EntryKind.CHARGE:
        raise Permanent(SAY("fee_stays"), remedy=SAY("waive_or_correct"))
    back = reversal(uow, entry, note)
    uow.ledger.post([back], now, actor=actor)
    numbers = [p.number for p in entry.postings if p.number]
    patrons = sorted({p.patron_id for p in entry.postings if p.patron_id})
    # What settled a claim need not name its requests; the claim, open again, does.
    reopened = uow.ledger.claims(patron_ids=patrons, limit=10_000) if patrons else []
    numbers += [number for claim in reopened if claim.tip == back.key for number, _ in claim.parts]
    return _realign(uow, list(dict.fromkeys(numbers)), now, actor, note)


def _realign(uow: UnitOfWork, numbers: Sequence[str], now: datetime, actor: str, note: str) -> tuple[str, ...]:
    """Payment states as the books have them."""
    standing = uow.ledger.standing(numbers)
    moved = []
    for transaction in uow.transactions.get_many(numbers, for_update=True):
        told = standing.get(transaction.number)
        if told is None or transaction.payment_state in (PaymentState.NONE, PaymentState.QUOTED):
            continue
        if told.owed.amount > 0:
            after = PaymentState.DUE
        elif told.claimed.amount > 0:  # due still, where only the statement may say that it is paid
            due = transaction.payment_state is PaymentState.DUE
            after = PaymentState.DUE if due else PaymentState.PROOF_RECEIVED
        else:
            after = PaymentState.WAIVED if told.waived.amount > 0 else PaymentState.CONFIRMED
        if after is transaction.payment_state:
            continue
        uow.transactions.restore(replace(transaction, payment_state=after), transaction.version, now)
        uow.journal.add(
            [
                JournalEntry(
                    what="payment",
                    at=now,
                    actor=actor,
                    number=transaction.number,
                    before=transaction.payment_state,
                    after=after,
                    reasons=(note,),
                )
            ]
        )
        moved.append(transaction.number)
    return tuple(moved)
