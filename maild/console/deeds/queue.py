"""What staff do with what waits."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Amount, Input, Line, Outcome, Seen, Words
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.access import Role
from maild.domain.errors import Permanent
from maild.domain.lifecycle import Service
from maild.domain.money import Money
from maild.pipeline.acts_answer import Reply

_BETWEEN = re.compile(r"[,，;；\s]+")
Items = Annotated[tuple[str, ...], Field(min_length=1, max_length=500, description="Items as ID or ID:VERSION.")]


class OfItem(Input):
    item_id: int
    seen: Seen


class Assign(OfItem):
    """numbers: requests; more: others, with commas; amounts: how much goes to each; rest: how much to the deposit."""

    numbers: tuple[str, ...] = ()
    more: Line = ""
    amounts: dict[str, Amount] = {}
    deposit: bool = False
    rest: Amount | None = None
    patron_id: Line = ""
    note: Line = ""


class Dismiss(OfItem):
    note: Line


class Answer(OfItem):
    """text: own words in place of the draft; add: words before it; topics: ready texts; only: ids of the drafts."""

    text: Words = ""
    add: Words = ""
    topics: tuple[str, ...] = ()
    only: tuple[int, ...] = ()
    note: Line = ""


class Hand(OfItem):
    to: Line
    note: Line = ""


class Note(Input):
    item_id: int
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class Photo(OfItem):
    what: Line = ""


class OfRegistration(OfItem):
    registration: Line
    note: Line = ""


class NewRequest(OfItem):
    number: Annotated[str, Field(min_length=1, max_length=100)]
    patron_id: Annotated[str, Field(min_length=1, max_length=200)]
    service: Service = Service.COPY
    title: Annotated[str, Field(max_length=2000)] = ""
    note: Line = ""


class Ignore(OfItem):
    reason: Line
    all: bool = False


class Several(Input):
    items: Items
    note: Line = ""


class HandSeveral(Several):
    to: Line


def _assign(desk: Desk, who: Who, asked: Assign) -> Outcome:
    numbers = list(dict.fromkeys([*asked.numbers, *(n for n in _BETWEEN.split(asked.more) if n)]))
    shares = {number: asked.amounts[number] for number in numbers if number in asked.amounts}
    if shares and len(shares) < len(numbers):
        missing = ", ".join(number for number in numbers if number not in shares)
        raise Permanent(f"no amount is given for {missing}", remedy="an amount for each, or for none")
    amounts = [Money.of(str(shares[number])) for number in numbers if number in shares]
    deposit = asked.deposit or asked.rest is not None
    if asked.rest is not None:
        amounts.append(Money.of(str(asked.rest)))
    result = desk.services.acts.assign(asked.item_id, numbers, actor=who.name, note=asked.note, amounts=amounts,
                                       deposit=deposit, patron_id=asked.patron_id, seen=asked.seen)  # fmt: skip
    return Outcome.of(result, undo=asked.item_id)


def _dismiss(desk: Desk, who: Who, asked: Dismiss) -> Outcome:
    result = desk.services.acts.dismiss(asked.item_id, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result, undo=asked.item_id)


def _undo(desk: Desk, who: Who, asked: OfItem) -> Outcome:
    result = desk.services.acts.undo(asked.item_id, actor=who.name, seen=asked.seen)
    return Outcome.of(result, go=f"/queue/{asked.item_id}")


def _replay(desk: Desk, who: Who, asked: OfItem) -> Outcome:
    return Outcome.of(desk.services.acts.replay(asked.item_id, actor=who.name, seen=asked.seen))


def _answer(desk: Desk, who: Who, asked: Answer) -> Outcome:
    reply = Reply(text=asked.text, add=asked.add, topics=asked.topics, only=asked.only)
    result = desk.services.answer_acts.answer(asked.item_id, reply, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result, undo=asked.item_id)


ACTS = (
    Act(name="queue.assign", path="/queue/{item_id:int}/assign", role=Role.LIBRARIAN, input=Assign, run=_assign,
        summary="Settle an item: it is about these requests; a payment proof pays them."),
    Act(name="queue.dismiss", path="/queue/{item_id:int}/dismiss", role=Role.LIBRARIAN, input=Dismiss, run=_dismiss,
        summary="Settle an item: nothing is to be done, for this reason."),
    Act(name="queue.undo", path="/queue/{item_id:int}/undo", role=Role.LIBRARIAN, input=OfItem, run=_undo,
        summary="Take back what handling an item did, unless a notice has left the house."),
    Act(name="queue.answer", path="/queue/{item_id:int}/answer", role=Role.LIBRARIAN, input=Answer, run=_answer,
        summary="Answer an item with its draft, own words or ready texts, and settle it."),
    Act(name="queue.replay", path="/queue/{item_id:int}/replay", role=Role.LIBRARIAN, input=OfItem, run=_replay,
        summary="Process the item's mail again under today's rules."),
)  # fmt: skip
