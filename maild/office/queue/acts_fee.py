"""A fee of which a part is known: staff say the rest, and what waited for it goes on.

A provider names the total and the subsidy is missing, or a price in another currency: the patron's share is a person's
to say. What is known stays; a fee that is quoted is not changed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import About, Action, Decision, Transition
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import PaymentEvent, pay
from maild.domain.requests.patron import Patron, Transaction
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, ItemId, Note, Seen, act
from maild.office.acting.result import ActResult
from maild.office.notices import announce
from maild.office.queue import SAY
from maild.office.queue.acts import Acts
from maild.spine import SAY as SPINE
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What staff say of a fee; None: not said, or known already."""

    total: Money | None = None
    subsidy: Money | None = None
    payable: Money | None = None

    def onto(self, case: Transaction) -> Transaction:
        """The request with its fee whole. Raises Permanent where it is not, or contradicts what is known."""
        said = {"total": self.total, "subsidy": self.subsidy, "payable": self.payable}
        for name, amount in said.items():
            known: Money | None = getattr(case, name)
            if amount is not None and known is not None and amount != known:
                raise Permanent(
                    SAY("fee_known", number=case.number, known=known, amount=amount), remedy=SAY("say_what_is_missing")
                )
        whole = {name: amount if amount is not None else getattr(case, name) for name, amount in said.items()}
        total, subsidy, payable = whole["total"], whole["subsidy"], whole["payable"]
        if payable is None and total is not None and subsidy is not None:
            payable = total - subsidy
        if subsidy is None and total is not None and payable is not None:
            subsidy = total - payable
        if payable is None:
            raise Permanent(SAY("payable_unknown", number=case.number), remedy=SAY("say_subsidy_or_share"))
        if total is not None and subsidy is not None and total - subsidy != payable:
            raise Permanent(
                SAY("fee_sums_differ", number=case.number, total=total, subsidy=subsidy, payable=payable),
                remedy=SAY("correct_one"),
            )
        if payable.amount < 0 or (subsidy is not None and subsidy.amount < 0):
            raise Permanent(SAY("fee_below_zero", number=case.number), remedy=SAY("correct_amounts"))
        return replace(case, total=total, subsidy=subsidy, payable=payable)


Share = Annotated[Money | None, Given(help="What is missing of it; what is known is not said again.", least=0)]


class FeeActs:
    """Raises NotFound, Permanent (not possible, with the reason), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._parts, self._acts = parts, acts

    @act("queue.fee", "/queue/{item_id:int}/fee", undo=True)
    def say(
        self,
        item_id: ItemId,
        number: Annotated[str, Given(help="The request's number.", least=1, most=100, word=True)],
        *,
        actor: str,
        total: Share = None,
        subsidy: Share = None,
        payable: Share = None,
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Settle an item: what was missing of a request's fee is this; the patron is asked for it.

        Raises as `complete`.
        """
        fee = Fee(total=total, subsidy=subsidy, payable=payable)
        return self.complete(item_id, number, fee, actor=actor, note=note, seen=seen)

    def complete(
        self, item_id: int, number: str, fee: Fee, *, actor: str, note: str = "", seen: int | None = None
    ) -> ActResult:
        """Settle an item: the request's fee is this. The patron is asked for it, or gets what waited for it.

        Raises NotFound, and Permanent where the fee does not fit.
        """
        item, now = self._acts.open_item(item_id, seen), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            case = uow.transactions.get(number)
            if case is None:
                raise NotFound(SPINE("no_request", numbers=number), remedy="maild transactions list")
            if case.payable is not None:
                raise Permanent(
                    SAY("fee_quoted_already", number=number, amount=case.payable), remedy=COMMON("see_its_page")
                )
            whole = fee.onto(case)
            patron = uow.patrons.get(case.patron_id)
            asked = pay(case.payment_state, PaymentEvent.DEMANDED) if whole.payable else None
            transition = Transition(
                number=number,
                expected_version=case.version,
                total=whole.total,
                subsidy=whole.subsidy,
                payable=whole.payable,
                payment_event=PaymentEvent.DEMANDED if asked else None,
                payment_before=case.payment_state if asked else None,
                payment_after=asked,
            )
            decision = Decision(
                action=Action.APPLY,
                about=About(transactions=(number,)),
                effects=(transition, *self._notices(uow, whole, patron, now)),
                reasons=(note or SAY("fee_completed"),),
            )
            return self._acts.write(uow, item, decision, actor=actor, note=note, now=now)

    def _notices(
        self, uow: UnitOfWork, whole: Transaction, patron: Patron | None, now: datetime
    ) -> list[NoticeRequest]:
        """What the patron hears: what is to be paid, and the document where it need not wait for that."""
        documents = uow.documents.of_transaction(whole.number)
        free = bool(documents) and self._parts.policy.may_release(whole)
        found = list(announce.delivered(whole, patron, documents, now)) if free else []
        if whole.payable:
            found += announce.to_patron(NoticeKind.FEE_NOTICE, whole, patron, now)
        return found
