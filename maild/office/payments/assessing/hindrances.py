"""What keeps a payment proof from being booked, whatever it pays: seen before, failed, forged, not to us. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maild.domain.accounting.payment import Sameness, contradict, same
from maild.domain.accounting.receipt import Stamp, stamp_told
from maild.domain.incoming.decision import Cause
from maild.office.payments import SAY
from maild.office.payments.announce_payment import Problem
from maild.office.payments.assessing.evidence import names_of, out_of_window, problems
from maild.office.payments.assessing.outcome import Outcome, waiting
from maild.office.payments.facts_payment import Earlier, PaymentFacts, Proof
from maild.office.payments.payment_policy import Link, PaymentPolicy, Then
from maild.spine.facts import Facts
from maild.texts import one_line

IN_MAIL = {
    Sameness.CERTAIN: "certainly_in_mail",
    Sameness.LIKELY: "probably_in_mail",
    Sameness.POSSIBLE: "perhaps_in_mail",
}
BEFORE = {
    Sameness.CERTAIN: "certainly_before",
    Sameness.LIKELY: "probably_before",
    Sameness.POSSIBLE: "perhaps_before",
}
OF_OTHERS = {
    Sameness.CERTAIN: "certainly_of_others",
    Sameness.LIKELY: "probably_of_others",
    Sameness.POSSIBLE: "perhaps_of_others",
}


class Hindrances:
    """Of the proofs of one mail. own: ids of the patrons who write, or whose request was answered."""

    def __init__(self, facts: Facts, money: PaymentFacts, policy: PaymentPolicy, own: tuple[str, ...]) -> None:
        self._facts, self._money, self._policy, self._own = facts, money, policy, own

    def of(self, proof: Proof) -> Outcome | None:
        """What it is by itself; None where nothing keeps it."""
        receipt = proof.receipt
        again = self._seen(proof)
        if again is not None:
            return again
        found = problems([receipt])
        if Problem.FAILED_PAYMENT in found:
            why = next(
                (w for w in receipt.warnings if problems([replace(receipt, warnings=(w,))])), SAY("not_paid_yet")
            )
            return waiting(proof, Cause.UNREADABLE, SAY("unfinished", why=why), problems=found)
        if receipt.payee_is_library is False:
            whom = receipt.payee or receipt.payee_account or receipt.department
            return waiting(
                proof, Cause.NOT_PAID_TO_US, SAY("paid_to", whom=whom or SAY("somebody_else")), problems=found
            )
        if receipt.stamp in (Stamp.NONE, Stamp.OTHER):
            return waiting(proof, Cause.PAYMENT_PROOF, stamp_told(receipt.stamp), problems=found)
        if receipt.edited:
            return waiting(proof, Cause.PAYMENT_PROOF, SAY("person_must_look", why=one_line(receipt.edited)))
        if proof.forged:
            return waiting(proof, Cause.PAYMENT_PROOF, SAY("code_not_ours"))
        if why := out_of_window(receipt.date, self._facts.now.date(), self._policy):
            return waiting(proof, Cause.PAYMENT_PROOF, why)
        return None

    def _seen(self, proof: Proof) -> Outcome | None:
        """A payment counts once: what came before is answered kindly, or a person looks."""
        for earlier in proof.earlier:
            seen = earlier.seen
            told = same_as(earlier)
            mine = seen.patron_id in self._own
            if earlier.sameness is Sameness.POSSIBLE and not (mine and seen.claim):
                continue
            if not mine:
                who = seen.patron_id or SAY("somebody_unknown")
                told = SAY(OF_OTHERS[earlier.sameness], day=_day(earlier), id=seen.mail_id, who=who)
                return waiting(proof, Cause.SEEN_BEFORE, told, earlier=earlier)
            if not seen.claim:
                continue  # it waits with staff, or could not be read: it has not paid anything yet
            named = names_of(proof, self._money, self._facts, self._own).numbers
            if earlier.rejected:
                return waiting(proof, Cause.SEEN_BEFORE, SAY("claim_was_rejected", told=told), earlier=earlier)
            # What says another sum or day than the proof before may be the rest of a fee, or a drawing.
            repeats = set(named) <= set(seen.transactions) and not contradict(proof.receipt, seen.receipt)
            if repeats and (earlier.sameness is Sameness.CERTAIN or (earlier.sameness is Sameness.LIKELY and named)):
                patron = self._money.patrons.get(seen.patron_id)
                return waiting(proof, Cause.SEEN_BEFORE, told, then=None, earlier=earlier, patron=patron)
            return waiting(proof, Cause.SEEN_BEFORE, told, earlier=earlier)
        if proof.booked is not None:
            mine = any(posting.patron_id in self._own for posting in proof.booked.postings)
            return waiting(
                proof, Cause.SEEN_BEFORE, SAY("claim_in_books", key=proof.claim), then=None if mine else Then.LIBRARIAN
            )
        return None

    def beside(self, proof: Proof, earlier: Sequence[Proof]) -> Outcome | None:
        """Two pictures of one payment in one mail pay once; where they may be two payments, a person looks."""
        for other in earlier:
            sameness = same(proof.receipt, other.receipt)
            if sameness is Sameness.NO:
                continue
            told = SAY(IN_MAIL[sameness], file=other.receipt.source or SAY("another_file"))
            apart = self._named_apart(proof, other)
            if sameness is Sameness.CERTAIN or (sameness is Sameness.LIKELY and not apart):
                return waiting(proof, Cause.NONE, told, then=None)
            if sameness is Sameness.LIKELY or not apart:
                return waiting(proof, Cause.SEEN_BEFORE, told)
        return None

    def _named_apart(self, one: Proof, other: Proof) -> bool:
        """Whether each itself names requests, and not the same."""
        names = [names_of(proof, self._money, self._facts, self._own) for proof in (one, other)]
        itself = all(n.link in (Link.SLIP, Link.REFERENCE, Link.NUMBER) for n in names)
        return itself and not set(names[0].numbers) & set(names[1].numbers)


def same_as(earlier: Earlier) -> str:
    """How surely, and as which proof that came before."""
    return SAY(BEFORE[earlier.sameness], day=_day(earlier), id=earlier.seen.mail_id)


def _day(earlier: Earlier) -> str:
    return f"{earlier.seen.at:%Y-%m-%d}" if earlier.seen.at else SAY("before")
