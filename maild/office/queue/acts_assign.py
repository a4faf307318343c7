"""Assigning an item as forms and programs ask for it: amounts by request, and a look at whose the requests are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from maild.domain.errors import Permanent
from maild.domain.money import Money
from maild.office.acting.act import Given, ItemId, Line, Listed, Note, Seen, act
from maild.office.acting.result import ActResult
from maild.office.queue import SAY, strangers
from maild.office.queue.acts import Acts
from maild.spine.process import Parts

NO_NUMBERS = Listed()
NONE: Mapping[str, Money] = MappingProxyType({})


class AssignActs:
    """Raises as Acts does, and Unsure."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._parts, self._acts = parts, acts

    @act("queue.assign", "/queue/{item_id:int}/assign", command=None, undo=True)
    def assign(
        self,
        item_id: ItemId,
        numbers: Annotated[tuple[str, ...], Given(help="The requests it is about.")] = (),
        *,
        actor: str,
        more: Annotated[Listed, Given(help="Further ones, with commas between them.", most=500)] = NO_NUMBERS,
        amounts: Annotated[Mapping[str, Money], Given(help="A payment: how much goes to each.")] = NONE,
        deposit: Annotated[bool, Given(help="What is left of the payment is prepayment.")] = False,
        rest: Annotated[Money | None, Given(help="How much is prepayment.")] = None,
        patron_id: Annotated[Line, Given(help="Whose payment it is, where that is not plain.")] = "",
        note: Note = "",
        ask: Annotated[bool, Given(help="Refuse what is somebody else's than the writer's, but where sure.")] = False,
        sure: Annotated[bool, Given(help="It was looked at.")] = False,
        seen: Seen = None,
    ) -> ActResult:
        """Settle an item: it is about these requests; a payment proof pays them.

        Raises Unsure where it may be somebody else's than who wrote; Permanent where only some have an amount.
        """
        wanted = list(dict.fromkeys([*numbers, *more]))
        shares = {number: amounts[number] for number in wanted if number in amounts}
        if shares and len(shares) < len(wanted):
            missing = ", ".join(number for number in wanted if number not in shares)
            raise Permanent(SAY("no_amount_given", numbers=missing), remedy=SAY("amount_for_each"))
        if ask and not sure:
            strangers.check(self._parts.store, item_id, wanted, patron_id)
        return self._acts.assign(
            item_id,
            wanted,
            actor=actor,
            note=note,
            amounts=[*shares.values(), *([rest] if rest is not None else [])],
            deposit=deposit or rest is not None,
            patron_id=patron_id,
            seen=seen,
        )
