"""What staff tell a request by hand: what happened, what was paid, a word to its patron."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Day, Input, Line, Outcome, Seen
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import Event, PaymentEvent


class OfRequest(Input):
    number: str
    note: Line = ""
    seen: Seen


class MoveIt(OfRequest):
    event: Event
    due: Day | None = None


class Rush(OfRequest):
    rush: bool


class Pay(OfRequest):
    event: PaymentEvent


class Say(Input):
    number: str
    kind: NoticeKind | None = None
    text: Annotated[str, Field(max_length=20_000)] = ""
    again: bool = False


def _move(desk: Desk, who: Who, asked: MoveIt) -> Outcome:
    result = desk.services.acts.move(
        asked.number, asked.event, actor=who.name, note=asked.note, due=asked.due, seen=asked.seen
    )
    return Outcome.of(result)


def _rush(desk: Desk, who: Who, asked: Rush) -> Outcome:
    acts = desk.services.acts
    return Outcome.of(acts.rush(asked.number, rush=asked.rush, actor=who.name, note=asked.note, seen=asked.seen))


def _pay(desk: Desk, who: Who, asked: Pay) -> Outcome:
    acts = desk.services.acts
    return Outcome.of(acts.payment(asked.number, asked.event, actor=who.name, note=asked.note, seen=asked.seen))


def _deposit(desk: Desk, who: Who, asked: OfRequest) -> Outcome:
    return Outcome.of(desk.services.books.use_deposit(asked.number, actor=who.name, note=asked.note))


def _say(desk: Desk, who: Who, asked: Say) -> Outcome:
    return Outcome.of(
        desk.services.voice_acts.say(asked.number, asked.kind, text=asked.text, actor=who.name, again=asked.again)
    )


ACTS = (
    Act(
        name="transactions.move",
        path="/transactions/{number:key}/move",
        role=Role.LIBRARIAN,
        input=MoveIt,
        run=_move,
        summary="Tell a request what happened: arrived, picked up, renewed, returned, cancelled.",
    ),
    Act(
        name="transactions.rush",
        path="/transactions/{number:key}/rush",
        role=Role.LIBRARIAN,
        input=Rush,
        run=_rush,
        summary="Mark a request as urgent, or as ordinary.",
    ),
    Act(
        name="transactions.payment",
        path="/transactions/{number:key}/payment",
        role=Role.LIBRARIAN,
        input=Pay,
        run=_pay,
        summary="Confirm, waive or dispute a payment.",
    ),
    Act(
        name="transactions.deposit",
        path="/transactions/{number:key}/deposit",
        role=Role.LIBRARIAN,
        input=OfRequest,
        run=_deposit,
        summary="Pay what is owed of a fee from its patron's balance.",
    ),
    Act(
        name="transactions.say",
        path="/transactions/{number:key}/say",
        role=Role.LIBRARIAN,
        input=Say,
        run=_say,
        summary="Write to the patron: a notice of a kind, or own words.",
    ),
)
