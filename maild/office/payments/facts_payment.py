"""What the store knows that bears on payment proofs and prepaid balances: indexed look-ups only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.accounting import reference
from maild.domain.accounting.allocation import Due
from maild.domain.accounting.ledger import Account, EntryKind, LedgerEntry, Standing, due_of
from maild.domain.accounting.payment import Sameness, SeenReceipt, identity, keys, same
from maild.domain.accounting.receipt import Receipt, completed, is_proof
from maild.domain.accounting.slip import Slip
from maild.domain.accounting.slip import verify as verify_slip
from maild.domain.incoming.matching import Matched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.money import Money
from maild.domain.requests.lifecycle import OWING, Event, PaymentState, State
from maild.domain.requests.patron import Document, Patron, Transaction
from maild.spine.facts import Looking
from maild.spine.looking.standing import signed_on

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

_BANKS = timezone(timedelta(hours=8))  # on whose clock a message of a bank gives its day
MOST_REQUESTS = 1000  # of one patron: more than anybody has
MOST_PROOFS = 20  # of one mail
MOST_LINES = 100  # of a statement of account
CHARGEABLE = frozenset({PaymentState.NONE, PaymentState.QUOTED, PaymentState.DUE})
SUPPLIES = (Event.SHIPPED, Event.DELIVERED, Event.ARRIVED)
NOTHING_DUE = frozenset({State.CANCELLED, State.UNFILLED})
ACCOUNT_KINDS = frozenset({Kind.DEPOSIT, Kind.FEE_QUESTION, Kind.REFUND_REQUEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A proof that came before and how surely it is the same payment.

    rejected  its claim was; waiting: it made none yet, and its mail lies before a librarian
    """

    seen: SeenReceipt
    sameness: Sameness
    rejected: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A receipt with what is known of it.

    slip      what our own form's code says, verified; `forged`: it has the shape of ours and is not ours
    codes     transactions that reference codes in its purpose stand for
    claim     key that its claim will be posted under; `booked`: the entry that stands under it already, if any
    """

    receipt: Receipt
    slip: Slip | None = None
    forged: bool = False
    codes: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    claim: str = ""
    booked: LedgerEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repute:
    """How a patron stands with us: open claims and their sum, claims that were rejected."""

    claims: int = 0
    amount: Money = field(default_factory=lambda: Money.of(0))
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepaid:
    """What a document that comes may be paid from: confirmed deposits by patron, what the books say by number."""

    deposits: Mapping[str, Money] = field(default_factory=lambda: MappingProxyType({}))
    books: Mapping[str, Standing] = field(default_factory=lambda: MappingProxyType({}))

    def less(self, patron_id: str, amount: Money) -> Prepaid:
        """The same after so much was taken from a deposit."""
        return replace(self, deposits={**self.deposits, patron_id: self.deposits[patron_id] - amount})


def came_to_nothing(transaction: Transaction) -> bool:
    """Whether it was paid and is owed no longer: what was paid is deposit now, or spent."""
    return transaction.state in NOTHING_DUE and transaction.payment_state is PaymentState.CONFIRMED


def gather_prepaid(look: Looking) -> Prepaid | None:
    """The deposits of those to whom something comes that is not paid yet, or was and came to nothing then."""
    ruling, uow = look.reading.classification.main, look.uow
    if ruling.party is not Party.PROVIDER or ruling.event not in SUPPLIES or not isinstance(look.outcome, Matched):
        return None
    supplied = (candidate.transaction for candidate in look.outcome.candidates)
    unpaid = [t for t in supplied if t.payment_state in CHARGEABLE or came_to_nothing(t)]
    if not unpaid:
        return None
    deposits = {who: uow.ledger.account(who).deposit for who in sorted({t.patron_id for t in unpaid})}
    have = [t.number for t in unpaid if deposits[t.patron_id].amount > 0 or came_to_nothing(t)]
    return Prepaid(deposits=deposits, books=uow.ledger.standing(have) if have else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """proofs in the mail's order; transactions: all that are named, and those of the writer and of holders of tokens.

    due        what is still to be paid of each that owes (claims count as paid)
    claimed    what open claims say was paid of each that still owes something
    codes      transactions that reference codes in the mail's own words stand for
    account    the writer's balances, where the writer is one patron; statement: the last entries, if it is asked for
    """

    proofs: tuple[Proof, ...] = ()
    transactions: Mapping[str, Transaction] = field(default_factory=lambda: MappingProxyType({}))
    patrons: Mapping[str, Patron] = field(default_factory=lambda: MappingProxyType({}))
    documents: Mapping[str, tuple[Document, ...]] = field(default_factory=lambda: MappingProxyType({}))
    due: Mapping[str, Money] = field(default_factory=lambda: MappingProxyType({}))
    claimed: Mapping[str, Money] = field(default_factory=lambda: MappingProxyType({}))
    repute: Mapping[str, Repute] = field(default_factory=lambda: MappingProxyType({}))
    codes: tuple[str, ...] = ()
    account: Account | None = None
    statement: tuple[LedgerEntry, ...] = ()

    def dues(self, patron_ids: Iterable[str], among: Iterable[str] | None = None) -> list[Due]:
        """Open fees of these patrons, oldest number first; `among`: only these numbers."""
        wanted, only = frozenset(patron_ids), None if among is None else frozenset(among)
        return [
            Due(number=n, amount=amount)
            for n, amount in sorted(self.due.items())
            if self.transactions[n].patron_id in wanted and (only is None or n in only)
        ]


def concerns_money(reading: Reading) -> bool:
    """Whether a patron's mail needs these facts."""
    main, kinds = reading.classification.main, reading.classification.kinds
    if main.party is Party.PROVIDER:
        return False
    return bool(reading.receipts) or Kind.PAYMENT_PROOF in kinds or not ACCOUNT_KINDS.isdisjoint(kinds)


def gather_payment(look: Looking) -> PaymentFacts | None:
    """Look up what bears on the mail's proofs and the writer's account; None where it speaks of no payment."""
    if not concerns_money(look.reading):
        return None
    uow, reading, query, authors, lookups = look.uow, look.reading, look.query, look.authors, look.lookups
    token_keys, mail_id = look.lookup.token_keys, look.mail_id  # the mail's own proofs are not earlier
    receipts = reading.receipts[:MOST_PROOFS]
    slips = [_slip(token_keys, r.qr) for r in receipts]
    named = [*query.tokens, *query.numbers, *query.threads, *query.quoted]
    named += [n for slip in slips if slip for n in slip.numbers] + [n for r in receipts for n in r.transactions]
    known = {t.number: t for t in lookups.transactions(named)}
    holders = {known[n].patron_id for n in query.tokens if n in known}
    own = [p.patron_id for p in authors]
    everyone = sorted({*own, *holders, *(known[n].patron_id for s in slips if s for n in s.numbers if n in known)})
    if own or holders:
        requests = uow.transactions.of_patrons(sorted({*own, *holders}), limit=MOST_REQUESTS)
        known |= {t.number: t for t in requests}
    else:  # nobody we know: whom the sums may belong to, for the librarian who looks
        sums = {r.amount for r in receipts if r.amount is not None and is_proof(r)}
        known |= {t.number: t for amount in sums for t in uow.transactions.of_amount(amount, limit=10)}
    due, claimed = _due(uow, known.values())
    proofs = _completed(look, receipts, [due[n] for n in due if known[n].patron_id in {*own, *holders}])
    codes = partial(_codes, keys=token_keys, numbers=[n for n in due if known[n].patron_id in {*own, *holders}])
    return PaymentFacts(
        proofs=tuple(_proof(uow, r, s, codes, mail_id) for r, s in zip(proofs, slips, strict=True)),
        transactions=known,
        patrons={p.patron_id: p for p in lookups.patrons([*everyone, *(t.patron_id for t in known.values())])},
        documents=lookups.documents(due),
        due=due,
        claimed=claimed,
        repute=_repute(uow, everyone) if receipts else {},
        codes=codes(f"{reading.mail.subject}\n{reading.mail.reply_text}"),
        account=uow.ledger.account(own[0]) if len(own) == 1 else None,
        statement=tuple(uow.ledger.entries(patron_id=own[0], limit=MOST_LINES))
        if len(own) == 1 and reading.classification.main.value("account")
        else (),
    )


def _completed(look: Looking, receipts: Sequence[Receipt], dues: Sequence[Money]) -> list[Receipt]:
    """Receipts with what the mail adds: its own day, as far as that is proven, else that on which it came."""
    mail, seal = look.reading.mail, look.reading.auth.seal
    sent = signed_on(mail, seal, look.arrived) or look.arrived
    day = min(sent, look.arrived).astimezone(_BANKS).date()
    return [completed(receipt, day, dues) for receipt in receipts]


def receipts_of(reading: Reading, money: PaymentFacts | None) -> tuple[Receipt, ...]:
    """The receipts of a mail, as far as they were looked up with what the mail adds to them."""
    told = tuple(proof.receipt for proof in money.proofs) if money is not None else ()
    return (*told, *reading.receipts[len(told) :])


def _due(uow: UnitOfWork, transactions: Iterable[Transaction]) -> tuple[dict[str, Money], dict[str, Money]]:
    """What is still to be paid: what the books say, and what was quoted since they were last told; what is claimed."""
    owing = {t.number: t for t in transactions if t.payment_state in OWING and t.payable and t.state not in NOTHING_DUE}
    books = uow.ledger.standing(sorted(owing)) if owing else {}
    due: dict[str, Money] = {}
    for number, transaction in owing.items():
        amount = due_of(transaction, books.get(number))
        if amount is not None and amount.amount > 0:
            due[number] = amount
    claimed = {n: books[n].claimed for n in due if n in books and books[n].claimed.amount > 0}
    return due, claimed


def _slip(keys: Sequence[bytes], text: str) -> Slip | None:
    """What a code says that any key of ours has made."""
    return next((slip for key in keys if text and (slip := verify_slip(key, text))), None)


def _codes(text: str, keys: Sequence[bytes], numbers: Sequence[str]) -> tuple[str, ...]:
    """The transactions that reference codes in a text stand for, where each stands for just one of these."""
    codes = reference.find(text) if numbers else ()
    found = reference.of(keys, codes, numbers) if codes else {}
    return tuple(some[0] for some in found.values() if len(some) == 1)


Codes = Callable[[str], tuple[str, ...]]


def _proof(uow: UnitOfWork, receipt: Receipt, slip: Slip | None, codes: Codes, mail_id: int | None) -> Proof:
    if not is_proof(receipt):
        return Proof(receipt=receipt)
    claim = uow.ledger.fresh(f"claim:{identity(receipt)}")  # one that was taken back leaves its key used for ever
    return Proof(
        receipt=receipt,
        slip=slip,
        forged=bool(receipt.qr) and slip is None,
        codes=codes(receipt.purpose),
        earlier=earlier_of(uow, receipt, mail_id),
        claim=claim,
        booked=uow.ledger.get(claim),
    )


def earlier_of(uow: UnitOfWork, receipt: Receipt, mail_id: int | None) -> tuple[Earlier, ...]:
    """Proofs of other mails that may be the same payment, the surest first."""
    found = [s for some in uow.receipts.seen(keys(receipt), except_mail=mail_id).values() for s in some]
    found += uow.receipts.alike(receipt.look, except_mail=mail_id) if receipt.look else []
    unique = {(s.mail_id, s.receipt.sha256, s.receipt.page, s.receipt.part): s for s in found}
    order = (Sameness.CERTAIN, Sameness.LIKELY, Sameness.POSSIBLE)
    judged = ((s, same(receipt, s.receipt)) for s in unique.values())
    alike = [_fate(uow, s, sameness) for s, sameness in judged if sameness in order]
    return tuple(sorted(alike, key=lambda one: (order.index(one.sameness), not one.seen.claim)))


def claimed_before(uow: UnitOfWork, receipts: Iterable[Receipt], mail_id: int | None) -> SeenReceipt | None:
    """The proof of another mail that is certainly the same payment as one of these, and whose claim stands."""
    found = (one for receipt in receipts for one in earlier_of(uow, receipt, mail_id))
    certain = (one for one in found if one.sameness is Sameness.CERTAIN and one.seen.claim and not one.rejected)
    return next((one.seen for one in certain), None)


def _fate(uow: UnitOfWork, seen: SeenReceipt, sameness: Sameness) -> Earlier:
    """What became of its claim: one that was taken back is none, one that was rejected is told."""
    if seen.claim and uow.ledger.fresh(seen.claim) != seen.claim:
        seen = replace(seen, claim="")
    if not seen.claim:
        waiting = seen.mail_id is not None and bool(uow.reviews.open_of([seen.mail_id]))
        return Earlier(seen=seen, sameness=sameness, waiting=waiting)
    rejected = uow.ledger.get(f"reject:{seen.claim}") is not None
    return Earlier(seen=seen, sameness=sameness, rejected=rejected)


def _repute(uow: UnitOfWork, patron_ids: Sequence[str]) -> dict[str, Repute]:
    repute = dict.fromkeys(patron_ids, Repute())
    for claim in uow.ledger.claims(patron_ids=patron_ids, open_only=False, limit=2000) if patron_ids else ():
        before = repute[claim.patron_id]
        if claim.settled_by is None and claim.amount.currency == before.amount.currency:
            repute[claim.patron_id] = Repute(
                claims=before.claims + 1, amount=before.amount + claim.amount, rejected=before.rejected
            )
        elif claim.settled_by is EntryKind.REJECTION:
            repute[claim.patron_id] = Repute(claims=before.claims, amount=before.amount, rejected=before.rejected + 1)
    return repute
