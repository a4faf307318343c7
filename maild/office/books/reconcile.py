"""Statements against the books: claims whose money came are confirmed, money nobody claimed is put before staff.

Importing the same statement twice changes nothing; a claim that is made after its money came is found at the next
turn. Everything certain is written in one database transaction; everything else waits with its candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping, reference
from maild.domain.accounting.ledger import Claim, due_of
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import NotFound, Permanent
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import Transaction
from maild.match import NumberFinder
from maild.match.reconcile import OpenClaim, Pair, reconcile
from maild.office.books import SAY
from maild.office.books.posting import post_claim, stands_unclaimed, write_payment
from maild.office.books.reconcile_queue import CLAIM, LINE, MOST, Doubt, answered, before_staff, close_items
from maild.office.books.reconcile_refunds import PaidOut, by_hand, pay_out
from maild.ports import Clock
from maild.spine import SAY as SPINE
from maild.spine.policy import Policy

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

ACTOR = "statement"
MOST_CANDIDATES = 5
UNPAID = (PaymentState.DUE, PaymentState.QUOTED, PaymentState.DISPUTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A line that was put to use: on a claim, or (claim None) on fees it names."""

    line: StatementLine
    patron_id: str
    transactions: tuple[str, ...]
    reason: str
    claim: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn did, and what is open after it."""

    confirmed: tuple[Confirmed, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    claims: tuple[Claim, ...] = ()  # still without their money
    paid_out: tuple[PaidOut, ...] = ()  # refunds that left


class Reconciler:
    """Works over one store. Raises Temporary as the store does, StaleVersion where staff act at the same time."""

    def __init__(
        self, store: Store, clock: Clock, policy: Policy, *, numbers: NumberFinder, token_keys: Sequence[bytes]
    ) -> None:
        self._store, self._clock, self._policy = store, clock, policy
        self._numbers, self._keys = numbers, tuple(token_keys)

    def run_once(self) -> Turn:
        """Look at everything that is open, once more."""
        with self._store.begin() as uow:
            return self.turn(uow)

    def turn(self, uow: UnitOfWork, *, actor: str = ACTOR) -> Turn:
        """The same within a transaction of the caller's."""
        now = self._clock.now()
        lines, out = uow.statements.open(limit=MOST), uow.statements.went_out(limit=MOST)
        claims = uow.ledger.claims(limit=MOST)
        left, leaving = self._paid_out(uow, out, now, actor) if out else ((), ())
        if not lines:
            return Turn(claims=tuple(claims), paid_out=left, doubts=leaving)
        named = self._named(uow, lines, claims)
        found = reconcile(lines, _with_proofs(uow, claims), named)
        done = [_confirm(uow, pair, self._policy, now, actor) for pair in found.pairs]
        settled = {pair.claim.key for pair in found.pairs}
        doubts: list[Doubt] = []
        seen = answered(uow)
        for line in lines:
            if line.key not in found.doubts:
                continue
            candidates = tuple(p for p in found.doubts[line.key] if p.claim.key not in settled)[:MOST_CANDIDATES]
            paid = None if candidates else _pay_named(uow, line, named.get(line.key, ()), self._policy, now, actor)
            if paid:
                done.append(paid)
            else:
                fresh = before_staff(uow, line, candidates, seen, now, actor)
                doubts.append(Doubt(line=line, candidates=candidates, fresh=fresh))
        waiting = tuple(claim for claim in claims if claim.key not in settled)
        return Turn(confirmed=tuple(done), doubts=(*doubts, *leaving), claims=waiting, paid_out=left)

    def _paid_out(
        self, uow: UnitOfWork, lines: Sequence[StatementLine], now: datetime, actor: str
    ) -> tuple[tuple[PaidOut, ...], tuple[Doubt, ...]]:
        done, doubts = pay_out(uow, lines, self._named(uow, lines, ()), answered(uow), now, actor=actor)
        return tuple(done), tuple(doubts)

    def pay_out(self, line_key: str, refund: str, *, actor: str, note: str = "") -> PaidOut:
        """A person says which refund an outgoing line paid. Raises NotFound; Permanent where the sums differ."""
        with self._store.begin() as uow:
            return by_hand(uow, line_key, refund, self._clock.now(), actor=actor, note=note)

    def _named(
        self, uow: UnitOfWork, lines: Sequence[StatementLine], claims: Sequence[Claim]
    ) -> dict[str, tuple[str, ...]]:
        """Line → transactions that its purpose names, by number or by our reference code."""
        codes = {line.key: reference.find(line.purpose) for line in lines}
        wanted = {code for some in codes.values() for code in some}
        meant: Mapping[str, Sequence[str]] = {}
        if wanted:
            known = {number for claim in claims for number, _ in claim.parts} | set(_unpaid(uow))
            meant = reference.of(self._keys, wanted, sorted(known))
        named = {}
        for line in lines:
            numbers = [*self._numbers.find(line.purpose)]
            numbers += [n for code in codes[line.key] if len(meant.get(code, ())) == 1 for n in meant[code]]
            named[line.key] = tuple(dict.fromkeys(numbers))
        return named

    def allocate(
        self, line_key: str, *, actor: str, transactions: Sequence[str] = (), patron_id: str = "", note: str = ""
    ) -> Confirmed:
        """A person says whose money a line is: fees it pays, the rest is the patron's deposit.

        Raises NotFound; Permanent where the line is used up, or the fees are of several patrons and none is named.
        """
        now = self._clock.now()
        with self._store.begin() as uow:
            line = next((one for one in uow.statements.open(limit=MOST) if one.key == line_key), None)
            if line is None:
                raise NotFound(SAY("no_open_line", key=repr(line_key)), remedy="maild reconcile run")
            found = uow.transactions.get_many(list(transactions), for_update=True)
            if missing := sorted(set(transactions) - {t.number for t in found}):
                raise NotFound(SPINE("no_request", numbers=", ".join(missing)), remedy="maild transactions list")
            owners = {t.patron_id for t in found}
            payer = patron_id or (owners.pop() if len(owners) == 1 else "")
            if not payer or uow.patrons.get(payer) is None:
                raise Permanent(SAY("whose_money"), remedy=SAY("name_requests_or_patron"))
            parts = _parts(uow, found, line.amount, now)
            if found and not parts:
                raise Permanent(
                    SAY("nothing_owed", numbers=", ".join(t.number for t in found)), remedy=SAY("patron_alone")
                )
            done = _use(uow, line, payer, parts, self._policy, now, actor, note or SAY("allocated"))
            close_items(uow, (f"{LINE}{line.key}",), actor, done.transactions, now)
            return done


def _with_proofs(uow: UnitOfWork, claims: Sequence[Claim]) -> list[OpenClaim]:
    proofs = uow.receipts.of_claims([claim.key for claim in claims])
    patrons = {p.patron_id: p.name for p in uow.patrons.get_many(sorted({c.patron_id for c in claims}))}
    return [
        OpenClaim(
            claim=claim,
            receipts=tuple(seen.receipt for seen in proofs.get(claim.key, ())),
            names=tuple(filter(None, [patrons.get(claim.patron_id, "")])),
        )
        for claim in claims
    ]


def _unpaid(uow: UnitOfWork) -> Iterable[str]:
    for state in UNPAID:
        yield from (t.number for t in uow.transactions.find(payment_state=state, limit=MOST))


def _confirm(uow: UnitOfWork, pair: Pair, policy: Policy, now: datetime, actor: str) -> Confirmed:
    line, claim = pair.line, pair.claim
    subjects = (f"{LINE}{line.key}", f"{CLAIM}{claim.key}")
    close_items(uow, subjects, actor, [n for n, _ in claim.parts], now, note="confirmed")
    post_claim(uow, claim, policy, now, actor=actor, channel=line.channel, line=line.key, reason=pair.reason)
    return Confirmed(
        line=line,
        patron_id=claim.patron_id,
        transactions=tuple(n for n, _ in claim.parts),
        reason=pair.reason,
        claim=claim,
    )


def _pay_named(
    uow: UnitOfWork, line: StatementLine, named: Sequence[str], policy: Policy, now: datetime, actor: str
) -> Confirmed | None:
    """Money without a claim pays the fees that its purpose names, where they come to just this sum."""
    found = uow.transactions.get_many(list(named))
    owners = {t.patron_id for t in found}
    if not found or len(owners) != 1 or any(t.payment_state not in UNPAID for t in found):
        return None
    books = uow.ledger.standing([t.number for t in found])
    due = [due_of(t, books.get(t.number)) for t in found]
    fits = all(d is not None and d.currency == line.amount.currency and d.amount > 0 for d in due)
    if not fits or sum(d.amount for d in due if d is not None) != line.amount.amount:
        return None  # before anything is charged: a fee that was only quoted is not owed
    parts = _parts(uow, found, line.amount, now)
    if dict(parts) != {t.number: d for t, d in zip(found, due, strict=True)}:
        return None
    return _use(uow, line, owners.pop(), parts, policy, now, actor, SAY("purpose_and_sum"))


def _use(
    uow: UnitOfWork,
    line: StatementLine,
    payer: str,
    parts: Sequence[tuple[str, Money]],
    policy: Policy,
    now: datetime,
    actor: str,
    reason: str,
) -> Confirmed:
    found = uow.transactions.get_many([number for number, _ in parts])
    owners = {t.number: t.patron_id for t in found}
    if not stands_unclaimed(uow, line.key):
        entry = bookkeeping.payment(
            line.key, payer, line.amount, parts, channel=line.channel, line=line.key, owners=owners, reason=reason
        )
    else:
        entry = bookkeeping.allocate(line.key, payer, line.amount, parts, owners=owners, reason=reason)
    entry = replace(entry, key=uow.ledger.fresh(entry.key))
    write_payment(
        uow, (entry,), payer, parts, line.amount, policy, now, actor=actor, channel=line.channel, reason=reason
    )
    return Confirmed(line=line, patron_id=payer, transactions=tuple(n for n, _ in parts), reason=reason)


def _parts(uow: UnitOfWork, found: Sequence[Transaction], amount: Money, now: datetime) -> list[tuple[str, Money]]:
    """What the amount pays of the transactions, in their order; their fees are charged where the books lack them."""
    standing = uow.ledger.standing([t.number for t in found])
    for transaction in found:
        if transaction.payment_state in UNPAID:
            demanded = replace(transaction, payment_state=PaymentState.DUE)
            uow.ledger.post(bookkeeping.opening(demanded, standing.get(transaction.number)), now)
    owed = uow.ledger.owed([t.number for t in found])
    left, parts = amount, []
    for transaction in found:
        due = owed.get(transaction.number)
        if due is None or due.currency != amount.currency or due.amount <= 0 or left.amount <= 0:
            continue
        part = min(due, left)
        parts.append((transaction.number, part))
        left = left - part
    return parts
