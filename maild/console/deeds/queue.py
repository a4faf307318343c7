"""What staff do with what waits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Amount, Id, Input, Line, Outcome, Seen, Words
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.accounting.money import Money
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent
from maild.domain.requests.lifecycle import Service
from maild.office.queue import strangers
from maild.office.queue.acts_answer import Reply
from maild.office.queue.acts_fee import Fee
from maild.office.queue.acts_link import NewRequest as Entered
from maild.office.queue.acts_queue import Each, Marked
from maild.office.queue.acts_several import Several as WholeDone

_MARKED = re.compile(r"([0-9]{1,18})(?::([0-9]{1,9})?)?")
_BETWEEN = re.compile(r"[,，;；\s]+")
# As Amount, but nothing is an amount too: all of a fee may be subsidised.
Share = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Items = Annotated[tuple[str, ...], Field(min_length=1, max_length=500, description="Items as ID or ID:VERSION.")]


class OfItem(Input):
    item_id: Id
    seen: Seen


class Assign(OfItem):
    """numbers: requests; more: others, with commas; amounts: how much goes to each; rest: how much to the deposit.

    ask: refuse what is somebody else's than the writer's, until `sure` says that it was looked at
    """

    numbers: tuple[str, ...] = ()
    more: Line = ""
    amounts: dict[str, Amount] = Field(default_factory=dict)
    deposit: bool = False
    rest: Amount | None = None
    patron_id: Line = ""
    note: Line = ""
    ask: bool = False
    sure: bool = False


class Dismiss(OfItem):
    note: Line


class Answer(OfItem):
    """text: own words in place of the draft; add: words before it; topics: ready texts; only: ids of the drafts.

    drafted: what stood in the field of the text; where nothing of it was changed, the draft goes as it is
    """

    text: Words = ""
    drafted: Words = ""
    add: Words = ""
    topics: tuple[str, ...] = ()
    only: tuple[Id, ...] = ()
    note: Line = ""


class Hand(OfItem):
    to: Line
    note: Line = ""


class Note(Input):
    item_id: Id
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


class Complete(OfItem):
    """What is missing of a request's fee; what is known is not said again."""

    number: Annotated[str, Field(min_length=1, max_length=100)]
    total: Share | None = None
    subsidy: Share | None = None
    payable: Share | None = None
    note: Line = ""


class Ignore(OfItem):
    reason: Line
    all: bool = False


class Speaks(OfItem):
    institution: Annotated[str, Field(min_length=1, max_length=200)]
    note: Line = ""


class SpeaksNot(Input):
    address: Annotated[str, Field(min_length=3, max_length=320)]
    note: Line = ""


class Screen(Input):
    items: Items


class Several(Input):
    items: Items
    note: Line = ""


class WholeAct(Input):
    """key: names an act on several items, as it was answered."""

    key: Annotated[str, Field(min_length=1, max_length=100)]


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
    if asked.ask and not asked.sure:
        strangers.check(desk.services.store, asked.item_id, numbers, asked.patron_id)
    result = desk.acts.items.assign(
        asked.item_id,
        numbers,
        actor=who.name,
        note=asked.note,
        amounts=amounts,
        deposit=deposit,
        patron_id=asked.patron_id,
        seen=asked.seen,
    )
    return Outcome.of(result, undo=asked.item_id)


def _dismiss(desk: Desk, who: Who, asked: Dismiss) -> Outcome:
    result = desk.acts.items.dismiss(asked.item_id, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result, undo=asked.item_id)


def _undo(desk: Desk, who: Who, asked: OfItem) -> Outcome:
    if screen := desk.acts.queue.undo_cleared(asked.item_id, actor=who.name):
        return _each(screen)
    result = desk.acts.items.undo(asked.item_id, actor=who.name, seen=asked.seen)
    return Outcome.of(result, go=f"/queue/{asked.item_id}")


def _replay(desk: Desk, who: Who, asked: OfItem) -> Outcome:
    return Outcome.of(desk.acts.items.replay(asked.item_id, actor=who.name, seen=asked.seen))


def _answer(desk: Desk, who: Who, asked: Answer) -> Outcome:
    reply = Reply(text=_changed(asked), add=asked.add, topics=asked.topics, only=asked.only)
    result = desk.acts.answers.answer(asked.item_id, reply, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result, undo=asked.item_id)


def _give_up(desk: Desk, who: Who, asked: Dismiss) -> Outcome:
    acts = desk.services.lost_acts
    result = acts.give_up(asked.item_id, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result, undo=asked.item_id)


def _changed(asked: Answer) -> str:
    """The librarian's own words; '' where the draft stands as it was. Raises Permanent where it was emptied."""
    if not asked.drafted:
        return asked.text
    if not asked.text and not asked.topics:
        raise Permanent("the answer is empty", remedy="write something, or dismiss the item with a reason")
    said, shown = ([line.rstrip() for line in text.splitlines()] for text in (asked.text, asked.drafted))
    return "" if said == shown else asked.text


def _hand(desk: Desk, who: Who, asked: Hand) -> Outcome:
    acts = desk.acts.queue
    return Outcome.of(acts.hand(asked.item_id, asked.to, actor=who.name, note=asked.note, seen=asked.seen))


def _note(desk: Desk, who: Who, asked: Note) -> Outcome:
    return Outcome.of(desk.acts.queue.note(asked.item_id, asked.text, actor=who.name))


def _photo(desk: Desk, who: Who, asked: Photo) -> Outcome:
    acts = desk.acts.queue
    return Outcome.of(acts.better_photo(asked.item_id, actor=who.name, what=asked.what, seen=asked.seen))


def _registration(desk: Desk, who: Who, asked: OfRegistration) -> Outcome:
    result = desk.acts.links.to_registration(
        asked.item_id, asked.registration, actor=who.name, note=asked.note, seen=asked.seen
    )
    return Outcome.of(result, undo=asked.item_id)


def _new(desk: Desk, who: Who, asked: NewRequest) -> Outcome:
    new = Entered(number=asked.number, patron_id=asked.patron_id, service=asked.service, title=asked.title)
    result = desk.acts.links.to_new_transaction(asked.item_id, new, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result, undo=asked.item_id)


def _complete(desk: Desk, who: Who, asked: Complete) -> Outcome:
    total, subsidy, payable = (
        None if each is None else Money.of(str(each)) for each in (asked.total, asked.subsidy, asked.payable)
    )
    fee = Fee(total=total, subsidy=subsidy, payable=payable)
    result = desk.acts.fees.complete(asked.item_id, asked.number, fee, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result, undo=asked.item_id)


def _ignore(desk: Desk, who: Who, asked: Ignore) -> Outcome:
    result = desk.services.sender_acts.ignore_sender(
        asked.item_id, asked.reason, actor=who.name, everything=asked.all, seen=asked.seen
    )
    return Outcome.of(result, undo=asked.item_id)


def _speaks(desk: Desk, who: Who, asked: Speaks) -> Outcome:
    acts = desk.services.speaker_acts
    result = acts.item_speaks(asked.item_id, asked.institution, actor=who.name, note=asked.note, seen=asked.seen)
    return Outcome.of(result)


def _speaks_not(desk: Desk, who: Who, asked: SpeaksNot) -> Outcome:
    result = desk.services.speaker_acts.speaks_not(asked.address, actor=who.name, note=asked.note)
    return Outcome.of(result)


# --- several at once ----------------------------------------------------------------------------------------------


def _marked(items: tuple[str, ...]) -> list[Marked]:
    """'12:3' is item 12 as it was at version 3. Raises Permanent."""
    found = []
    for text in items:
        named = _MARKED.fullmatch(text)
        if named is None:
            raise Permanent(f"{text[:40]!r} names no item", remedy="ID, or ID:VERSION")
        found.append(Marked(item_id=int(named[1]), seen=int(named[2]) if named[2] else None))
    return found


def _dismiss_several(desk: Desk, who: Who, asked: Several) -> Outcome:
    return _whole(desk.acts.several.dismiss(_marked(asked.items), actor=who.name, note=asked.note))


def _release_several(desk: Desk, who: Who, asked: Several) -> Outcome:
    """Only what its sender has opened: drafts are sent together after a look through them, never unread."""
    marked = _marked(asked.items)
    with desk.services.store.read() as uow:
        seen = uow.viewers.seen(who.name, [each.item_id for each in marked])
    unread = [
        Each(item_id=each.item_id, refused="its draft was not looked at", remedy="open the item first")
        for each in marked
        if each.item_id not in seen
    ]
    ready = [each for each in marked if each.item_id in seen]
    done = desk.acts.several.release(ready, actor=who.name, note=asked.note)
    return _whole(replace(done, each=[*done.each, *unread]))


def _undo_several(desk: Desk, who: Who, asked: WholeAct) -> Outcome:
    return _each(desk.acts.several.undo(asked.key, actor=who.name))


def _clear(desk: Desk, who: Who, asked: Screen) -> Outcome:
    marked = _marked(asked.items)
    results = desk.acts.queue.clear(marked, actor=who.name)
    outcome = _each(results)
    return replace(outcome, undo=next((each.item_id for each in results if not each.refused), None))


def _hand_several(desk: Desk, who: Who, asked: HandSeveral) -> Outcome:
    return _whole(desk.acts.several.hand(_marked(asked.items), asked.to, actor=who.name, note=asked.note))


def _ignore_several(desk: Desk, who: Who, asked: Several) -> Outcome:
    return _whole(desk.acts.several.ignore(_marked(asked.items), actor=who.name, note=asked.note))


def _whole(done: WholeDone) -> Outcome:
    return replace(_each(done.each), several=done.key)


def _each(results: Sequence[Each]) -> Outcome:
    """What became of each: all refused is an error, some refused is said with the first reason."""
    refused = [each for each in results if each.refused]
    if results and len(refused) == len(results):
        raise Permanent(refused[0].refused, remedy=refused[0].remedy)
    done = f"{len(results) - len(refused)} done"
    if refused:
        done += f", {len(refused)} refused: item {refused[0].item_id}: {refused[0].refused}"
    rows = [{"item": e.item_id, "done": e.done, "refused": e.refused, "remedy": e.remedy} for e in results]
    return Outcome(done=done, outbox=tuple(n for e in results for n in e.outbox), data={"items": rows})


ACTS = (
    Act(
        name="queue.assign",
        path="/queue/{item_id:int}/assign",
        role=Role.LIBRARIAN,
        input=Assign,
        run=_assign,
        summary="Settle an item: it is about these requests; a payment proof pays them.",
    ),
    Act(
        name="queue.dismiss",
        path="/queue/{item_id:int}/dismiss",
        role=Role.LIBRARIAN,
        input=Dismiss,
        run=_dismiss,
        summary="Settle an item: nothing is to be done, for this reason.",
    ),
    Act(
        name="queue.undo",
        path="/queue/{item_id:int}/undo",
        role=Role.LIBRARIAN,
        input=OfItem,
        run=_undo,
        summary="Take back what handling an item did, unless a notice has left the house.",
    ),
    Act(
        name="queue.answer",
        path="/queue/{item_id:int}/answer",
        role=Role.LIBRARIAN,
        input=Answer,
        run=_answer,
        summary="Answer an item with its draft, own words or ready texts, and settle it.",
    ),
    Act(
        name="queue.replay",
        path="/queue/{item_id:int}/replay",
        role=Role.LIBRARIAN,
        input=OfItem,
        run=_replay,
        summary="Process the item's mail again under today's rules.",
    ),
    Act(
        name="queue.give_up",
        path="/queue/{item_id:int}/give-up",
        role=Role.LIBRARIAN,
        input=Dismiss,
        run=_give_up,
        summary="Settle an item of lost bytes: they are lost for good, and nobody is called for them any more.",
    ),
    Act(
        name="queue.hand",
        path="/queue/{item_id:int}/hand",
        role=Role.LIBRARIAN,
        input=Hand,
        run=_hand,
        summary="Give an item to a colleague, or back to everybody.",
    ),
    Act(
        name="queue.note",
        path="/queue/{item_id:int}/note",
        role=Role.LIBRARIAN,
        input=Note,
        run=_note,
        summary="Write a note into an item's history.",
    ),
    Act(
        name="queue.photo",
        path="/queue/{item_id:int}/photo",
        role=Role.LIBRARIAN,
        input=Photo,
        run=_photo,
        summary="Ask the sender for a better photo of the payment proof.",
    ),
    Act(
        name="queue.registration",
        path="/queue/{item_id:int}/registration",
        role=Role.LIBRARIAN,
        input=OfRegistration,
        run=_registration,
        summary="Settle an item: it is about this registration.",
    ),
    Act(
        name="queue.new",
        path="/queue/{item_id:int}/new",
        role=Role.LIBRARIAN,
        input=NewRequest,
        run=_new,
        summary="Enter a request that is not here yet, and settle the item: it is about that.",
    ),
    Act(
        name="queue.fee",
        path="/queue/{item_id:int}/fee",
        role=Role.LIBRARIAN,
        input=Complete,
        run=_complete,
        summary="Settle an item: what was missing of a request's fee is this; the patron is asked for it.",
    ),
    Act(
        name="queue.ignore",
        path="/queue/{item_id:int}/ignore",
        role=Role.LIBRARIAN,
        input=Ignore,
        run=_ignore,
        summary="Ignore the sender from now on, and dismiss the item.",
    ),
    Act(
        name="queue.speaks",
        path="/queue/{item_id:int}/speaks-for",
        role=Role.LIBRARIAN,
        input=Speaks,
        run=_speaks,
        summary="The sender speaks for a library from now on; the item's mail is processed again.",
    ),
    Act(
        name="queue.speaks_not",
        path="/queue/speakers/end",
        role=Role.LIBRARIAN,
        input=SpeaksNot,
        run=_speaks_not,
        summary="A sender speaks for a library no more.",
    ),
    Act(
        name="queue.bulk_dismiss",
        path="/queue/several/dismiss",
        role=Role.LIBRARIAN,
        input=Several,
        run=_dismiss_several,
        summary="Dismiss several items; what became of each is told.",
    ),
    Act(
        name="queue.clear",
        path="/queue/several/clear",
        role=Role.LIBRARIAN,
        input=Screen,
        run=_clear,
        summary="Clear several items that are probably advertising; undoing one of them takes all back.",
    ),
    Act(
        name="queue.bulk_release",
        path="/queue/several/release",
        role=Role.LIBRARIAN,
        input=Several,
        run=_release_several,
        summary="Send the drafts of several items as they are, and settle them.",
    ),
    Act(
        name="queue.undo_several",
        path="/queue/several/undo",
        role=Role.LIBRARIAN,
        input=WholeAct,
        run=_undo_several,
        summary="Take back an act on several items, as far as nothing has happened to them since.",
    ),
    Act(
        name="queue.bulk_hand",
        path="/queue/several/hand",
        role=Role.LIBRARIAN,
        input=HandSeveral,
        run=_hand_several,
        summary="Give several items to a colleague.",
    ),
    Act(
        name="queue.bulk_ignore",
        path="/queue/several/ignore",
        role=Role.LIBRARIAN,
        input=Several,
        run=_ignore_several,
        summary="Ignore the senders of several items.",
    ),
)
