"""One proof after the other: what it pays, and whether it is booked, answered, or put before a librarian. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from maild.classify import SAY as CLASSIFY
from maild.domain.accounting.allocation import Allocation, Due, Fit, allocate
from maild.domain.accounting.payment import Sameness
from maild.domain.accounting.receipt import Receipt, waits_for_stamp
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PAID, PaymentState
from maild.domain.requests.patron import Patron
from maild.office.payments import SAY
from maild.office.payments.announce_payment import Problem
from maild.office.payments.assessing.evidence import (
    Names,
    doubted,
    names_of,
    payee_of,
    payer_of,
    problems,
    sender_of,
    standing_of,
)
from maild.office.payments.assessing.hindrances import Hindrances, same_as
from maild.office.payments.assessing.outcome import Outcome, waiting
from maild.office.payments.facts_payment import PaymentFacts, Proof, Repute
from maild.office.payments.payment_policy import Evidence, Link, PaymentPolicy, Sender, Then
from maild.spine.facts import Facts
from maild.texts import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A proof whose amount may be acted on, with what it names; `amount` from the proof or from our form's code."""

    proof: Proof
    amount: Money
    names: Names


class Assessor:
    """Judges the proofs of one mail; what one pays is no longer open for the next."""

    def __init__(self, reading: Reading, facts: Facts, money: PaymentFacts, policy: PaymentPolicy) -> None:
        self._reading, self._facts, self._money, self._policy = reading, facts, money, policy
        own = [p.patron_id for p in facts.authors] if reading.auth.passed else []
        holders = [money.transactions[n].patron_id for n in facts.query.tokens if n in money.transactions]
        self._own = tuple(dict.fromkeys([*own, *holders]))
        self._left = dict(money.due)

    def all(self, proofs: Sequence[Proof]) -> list[Outcome]:
        """An outcome for each, in their order."""
        outcomes: dict[int, Outcome] = {}
        asks: dict[int, Ask] = {}
        hindrances = Hindrances(self._facts, self._money, self._policy, self._own)
        for place, proof in enumerate(proofs):
            earlier = [ask.proof for ask in asks.values()]
            found = hindrances.of(proof) or hindrances.beside(proof, earlier) or self._ask(proof)
            if isinstance(found, Outcome):
                outcomes[place] = found
            else:
                asks[place] = found
        # What names its requests itself goes first: it leaves less to choose from for the others.
        own = [p for p, ask in asks.items() if ask.names.link in (Link.SLIP, Link.REFERENCE, Link.NUMBER)]
        for place in own:
            outcomes[place] = self._judge(asks.pop(place))
        outcomes |= self._together(asks)
        return [_still_waiting(outcomes[place]) for place in range(len(proofs))]

    def _ask(self, proof: Proof) -> Ask | Outcome:
        """The amount that may be acted on: a sure one, or our form's where nothing on it says otherwise."""
        receipt, names = proof.receipt, names_of(proof, self._money, self._facts, self._own)
        amount = receipt.amount if receipt.sure or waits_for_stamp(receipt) else None
        if amount is None and proof.slip is not None and _silent(receipt, proof.slip.amount):
            amount = proof.slip.amount
        if amount is None:
            found = problems([receipt])
            cause = Cause.UNREADABLE if Problem.NO_AMOUNT in found else Cause.PAYMENT_PROOF
            why = one_line(receipt.warnings) or SAY("one_look_only")
            return waiting(proof, cause, SAY("person_must_read", why=why), problems=found, names=names)
        if amount.amount <= 0:
            return waiting(proof, Cause.UNREADABLE, SAY("no_payment", amount=amount), names=names)
        if names.doubt:
            return waiting(proof, Cause.SEVERAL_CANDIDATES, names.doubt, names=names, amount=amount)
        return Ask(proof=proof, amount=amount, names=names)

    # --- what it pays ----------------------------------------------------------------------------------

    def _together(self, asks: dict[int, Ask]) -> dict[int, Outcome]:
        """Proofs that name nothing themselves: if all of them together pay what the mail names, they do."""
        if len(asks) > 1:
            first = next(iter(asks.values()))
            amounts = {ask.amount.currency for ask in asks.values()}
            if len(amounts) == 1 and all(ask.names == first.names for ask in asks.values()):
                whole = sum((ask.amount for ask in asks.values()), Money.of(0, first.amount.currency))
                shared = self._allocate(replace(first, amount=whole))
                if shared.fit is Fit.EXACT:
                    return self._shared(asks, shared)
        return {place: self._judge(ask) for place, ask in asks.items()}

    def _shared(self, asks: dict[int, Ask], whole: Allocation) -> dict[int, Outcome]:
        """Split what several proofs pay together: each what fits it alone, else in turn until it is used up."""
        open_ = dict(whole.parts)
        outcomes = {}
        for place, ask in asks.items():
            alone = allocate(ask.amount, [Due(number=n, amount=a) for n, a in open_.items()])
            parts = alone.parts if alone.fit is Fit.EXACT else _fill(ask.amount, open_)
            for number, part in parts:
                open_[number] = open_[number] - part
            open_ = {number: left for number, left in open_.items() if left.amount > 0}
            reason = SAY("proofs_together", count=len(asks), why=whole.reason)
            outcomes[place] = self._settle(ask, Allocation(fit=Fit.EXACT, parts=tuple(parts), reason=reason))
        return outcomes

    def _judge(self, ask: Ask) -> Outcome:
        return self._settle(ask, self._allocate(ask))

    def _dues(self, ask: Ask) -> list[Due]:
        """What the payment may pay: the writer's open fees, or another's only where our own form names them."""
        mine = [d for d in self._money.dues(self._own) if d.number in self._left]
        if ask.names.link is Link.SLIP:
            mine += self._money.dues([p for p in self._money.patrons if p not in self._own], among=ask.names.numbers)
        return [Due(number=d.number, amount=self._left[d.number]) for d in mine if d.number in self._left]

    def _allocate(self, ask: Ask) -> Allocation:
        dues = self._dues(ask)
        found = allocate(ask.amount, dues, ask.names.numbers)
        if ask.names.numbers and ask.names.link is not Link.SLIP and found.fit in (Fit.PARTIAL, Fit.OVER):
            # What is named does not fit, and something else does: one of the two was misread or mistaken.
            other = allocate(ask.amount, dues)
            if other.choices:
                return Allocation(
                    fit=Fit.AMBIGUOUS,
                    rest=ask.amount,
                    choices=((*ask.names.numbers,), *other.choices),
                    reason=CLASSIFY("but", one=found.reason, other=other.reason),
                )
        return found

    def _settle(self, ask: Ask, found: Allocation) -> Outcome:
        """From what it pays to what is done."""
        names, kinds = ask.names, self._reading.classification.kinds
        if not names.numbers and Kind.DEPOSIT in kinds:
            return self._deposit(ask, found)
        if blocked := self._blocked(ask, found):
            return blocked
        if found.fit in (Fit.AMBIGUOUS, Fit.NONE) or (found.fit is not Fit.EXACT and not names.numbers):
            return self._misfit(ask, found)
        patron_ids = {self._money.transactions[number].patron_id for number in found.numbers}
        if len(patron_ids) != 1:
            return waiting(
                ask.proof,
                Cause.PAID_BY_OTHER,
                SAY("several_patrons"),
                names=names,
                amount=ask.amount,
                choices=(found.numbers,),
            )
        link = names.link if set(found.numbers) <= set(names.numbers) else Link.AMOUNT
        return self._decide(ask, found, patron_ids.pop(), link)

    def _blocked(self, ask: Ask, found: Allocation) -> Outcome | None:
        """What is named is somebody else's, or is paid already."""
        names, known = ask.names, self._money.transactions
        foreign = [n for n in names.numbers if known[n].patron_id not in self._own]
        if foreign and (names.link is not Link.SLIP or len(foreign) < len(names.numbers)):
            cause = (
                Cause.PAID_BY_OTHER if names.link in (Link.NUMBER, Link.REFERENCE, Link.SLIP) else Cause.SENDER_MISFIT
            )
            return waiting(
                ask.proof, cause, SAY("not_the_writers", numbers=", ".join(foreign)), names=names, amount=ask.amount
            )
        closed = [n for n in names.numbers if n not in self._left]
        exact = found.fit is Fit.EXACT and set(found.numbers) <= set(names.numbers)
        if not closed or exact:
            return None
        states = ", ".join(f"{n} ({known[n].payment_state})" for n in closed)
        paid = all(known[n].payment_state in PAID or n in self._money.due for n in closed)
        cause = Cause.ALREADY_PAID if paid else Cause.PAYMENT_PROOF
        why = SAY("nothing_due_of", states=states)
        return waiting(ask.proof, cause, why, names=names, amount=ask.amount)

    def _misfit(self, ask: Ask, found: Allocation) -> Outcome:
        """The amount does not say which requests: a person chooses among those that fit."""
        named, settled = (
            ask.names.numbers,
            [
                t.number
                for t in self._money.transactions.values()
                if t.patron_id in self._own and t.payment_state in PAID and t.payable == ask.amount
            ],
        )
        due = None
        if found.choices:
            cause = Cause.SEVERAL_CANDIDATES
        elif found.fit is Fit.OVER:
            cause = Cause.OVERPAID
        elif named:
            cause = Cause.AMOUNT_DIFFERS
            owed = [self._left[n] for n in named if n in self._left]
            if all(one.currency == ask.amount.currency for one in owed):
                due = sum(owed, Money.of(0, ask.amount.currency))
        elif settled:
            cause = Cause.ALREADY_PAID
        else:
            cause = Cause.NO_NUMBER
        paid = (SAY("as_much_paid", numbers=", ".join(settled[:3])),) if cause is Cause.ALREADY_PAID else ()
        outcome = waiting(ask.proof, cause, found.reason, names=ask.names, amount=ask.amount, choices=found.choices)
        return replace(outcome, due=due, reasons=(*outcome.reasons, *paid))

    def _deposit(self, ask: Ask, found: Allocation) -> Outcome:
        """The mail speaks of prepayment and names no request: it is one, unless it is just what is due."""
        authors = [p for p in self._facts.authors if p.patron_id in self._own]
        if found.choices or len(authors) != 1:
            why = SAY("deposit_or_due", why=found.reason) if found.choices else SAY("address_shared")
            return waiting(ask.proof, Cause.DEPOSIT, why, amount=ask.amount, choices=found.choices)
        whole = Allocation(fit=Fit.EXACT, rest=ask.amount, reason=SAY("deposit_said"))
        return self._decide(ask, whole, authors[0].patron_id, Link.DEPOSIT)

    def _decide(self, ask: Ask, found: Allocation, patron_id: str, link: Link) -> Outcome:
        """Ask the policy."""
        patron, sender = (
            self._money.patrons.get(patron_id),
            sender_of(patron_id, self._reading, self._money, self._facts),
        )
        if patron is None or sender is None:
            return waiting(ask.proof, Cause.UNKNOWN_SENDER, SAY("nobody_known"), names=ask.names)
        outside = [n for n in found.numbers if n not in self._facts.query.tokens]
        if sender is Sender.TOKEN and outside:
            why = SAY("token_vouches_not", numbers=", ".join(outside))
            return waiting(ask.proof, Cause.UNAUTHENTICATED, why, names=ask.names, amount=ask.amount)
        beyond = found.rest is not None and bool(found.parts) and found.rest.amount > 0
        if (
            found.rest is not None
            and beyond
            and (
                sender is Sender.OTHER
                or found.rest.currency != self._policy.largest_overpayment.currency
                or found.rest > self._policy.largest_overpayment
            )
        ):
            return waiting(ask.proof, Cause.OVERPAID, found.reason, names=ask.names, amount=ask.amount)
        then, rule = self._policy.judge(self._evidence(ask, found, patron, sender, link))
        before = [n for n in found.numbers if n in self._money.claimed]
        if then is Then.RELEASE and before:
            # What was claimed before may have been doubtful: a last cent on top of it must not let a document go.
            then, rule = Then.STATEMENT, SAY("claimed_in_part", rule=rule, numbers=", ".join(before))
        outcome = Outcome(
            proof=ask.proof,
            then=then,
            cause=Cause.PAYMENT_PROOF if then is Then.LIBRARIAN else Cause.NONE,
            patron=patron,
            link=link,
            sender=sender,
            amount=ask.amount,
            parts=found.parts,
            rest=found.rest,
            choices=(found.numbers,),
            reasons=(found.reason, SAY("by_link_from", link=link, sender=sender, rule=rule)),
        )
        if outcome.booked:
            for number, part in found.parts:
                self._left[number] = self._left[number] - part
            self._left = {number: left for number, left in self._left.items() if left.amount > 0}
        return outcome

    def _evidence(self, ask: Ask, found: Allocation, patron: Patron, sender: Sender, link: Link) -> Evidence:
        receipt = ask.proof.receipt
        # The ceiling is on what is let go, in however many payments it comes.
        whole = max(ask.amount, sum((self._money.due[n] for n in found.numbers), Money.of(0, ask.amount.currency)))
        disputes = sum(
            t.payment_state is PaymentState.DISPUTED and t.patron_id == patron.patron_id
            for t in self._money.transactions.values()
        )
        repute = self._money.repute.get(patron.patron_id, Repute())
        return Evidence(
            link=link,
            sender=sender,
            fit=found.fit,
            kind=receipt.kind,
            ground=receipt.ground,
            payee=payee_of(receipt),
            payer=payer_of(receipt, patron),
            purpose=receipt.paid_for,
            patron=patron.kind,
            standing=standing_of(repute, disputes, self._policy),
            sealed=bool(receipt.sealed),
            stamp=receipt.stamp,
            sure=receipt.sure,
            dated=receipt.date is not None,
            amount=whole,
            confidence=receipt.confidence,
        )


def _still_waiting(outcome: Outcome) -> Outcome:
    """What would wait for a person, while the same payment waits already: said as that. What can be booked is."""
    first = next((e for e in outcome.proof.earlier if e.waiting and e.sameness is not Sameness.POSSIBLE), None)
    if first is None or outcome.then is not Then.LIBRARIAN or outcome.earlier:
        return outcome
    told = SAY("waits_still", same=same_as(first))
    return replace(outcome, cause=Cause.SEEN_BEFORE, earlier=first, problems=(), reasons=(told, *outcome.reasons))


def _silent(receipt: Receipt, due: Money) -> bool:
    """Whether nothing that was read speaks against what our form says, or against its having been paid."""
    return receipt.amount in (None, due) and receipt.amount_agrees is not False and not doubted(receipt)


def _fill(amount: Money, open_: dict[str, Money]) -> list[tuple[str, Money]]:
    parts, left = [], amount
    for number, due in open_.items():
        part = min(due, left)
        if part.amount > 0:
            parts.append((number, part))
            left = left - part
    return parts
