"""What staff do with notices: again, elsewhere, not at all, later, now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Id, Input, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent
from maild.domain.outgoing.notice import OutboxState
from maild.office.reach.acts_outbox import Done


class OfNotice(Input):
    """state: the one that was looked at; what has changed since is refused."""

    entry_id: Id
    state: OutboxState | None = None


class Elsewhere(OfNotice):
    address: Annotated[str, Field(min_length=3, max_length=320)]


class Several(Input):
    items: Annotated[tuple[Id, ...], Field(min_length=1, max_length=500)]


def _resend(desk: Desk, who: Who, asked: OfNotice) -> Outcome:
    return Outcome.of(desk.services.outbox_acts.resend(asked.entry_id, actor=who.name, seen=asked.state))


def _sent(desk: Desk, who: Who, asked: OfNotice) -> Outcome:
    return Outcome.of(desk.services.outbox_acts.sent(asked.entry_id, actor=who.name, seen=asked.state))


def _cancel(desk: Desk, who: Who, asked: OfNotice) -> Outcome:
    return Outcome.of(desk.services.outbox_acts.cancel(asked.entry_id, actor=who.name, seen=asked.state))


def _hold(desk: Desk, who: Who, asked: OfNotice) -> Outcome:
    return Outcome.of(desk.services.outbox_acts.hold(asked.entry_id, actor=who.name, seen=asked.state))


def _release(desk: Desk, who: Who, asked: OfNotice) -> Outcome:
    return Outcome.of(desk.services.outbox_acts.release(asked.entry_id, actor=who.name, seen=asked.state))


def _elsewhere(desk: Desk, who: Who, asked: Elsewhere) -> Outcome:
    acts = desk.services.outbox_acts
    return Outcome.of(acts.to_address(asked.entry_id, asked.address, actor=who.name, seen=asked.state))


def _resend_several(desk: Desk, who: Who, asked: Several) -> Outcome:
    return _each(desk.services.outbox_acts.resend_all(asked.items, actor=who.name))


def _sent_several(desk: Desk, who: Who, asked: Several) -> Outcome:
    return _each(desk.services.outbox_acts.sent_all(asked.items, actor=who.name))


def _each(results: Sequence[Done]) -> Outcome:
    """What became of each: all refused is an error, some refused is said with the first reason."""
    refused = [each for each in results if each.refused]
    if len(refused) == len(results):
        raise Permanent(refused[0].refused, remedy=refused[0].remedy)
    done = f"{len(results) - len(refused)} done"
    if refused:
        done += f", {len(refused)} refused: notice {refused[0].entry_id}: {refused[0].refused}"
    rows = [{"notice": e.entry_id, "done": e.done, "refused": e.refused, "remedy": e.remedy} for e in results]
    return Outcome(done=done, outbox=tuple(n for e in results for n in e.outbox), data={"items": rows})


ACTS = (
    Act(
        name="outbox.resend",
        path="/outbox/{entry_id:int}/resend",
        role=Role.LIBRARIAN,
        input=OfNotice,
        run=_resend,
        summary="Send a notice again: one that had left as a new mail.",
    ),
    Act(
        name="outbox.elsewhere",
        path="/outbox/{entry_id:int}/elsewhere",
        role=Role.LIBRARIAN,
        input=Elsewhere,
        run=_elsewhere,
        summary="Send a notice to another address of the same patron.",
    ),
    Act(
        name="outbox.sent_already",
        path="/outbox/{entry_id:int}/sent",
        role=Role.LIBRARIAN,
        input=OfNotice,
        run=_sent,
        summary="Say that a notice in doubt has left.",
    ),
    Act(
        name="outbox.cancel",
        path="/outbox/{entry_id:int}/cancel",
        role=Role.LIBRARIAN,
        input=OfNotice,
        run=_cancel,
        summary="Withdraw a notice that has not left.",
    ),
    Act(
        name="outbox.hold",
        path="/outbox/{entry_id:int}/hold",
        role=Role.LIBRARIAN,
        input=OfNotice,
        run=_hold,
        summary="Keep a waiting notice back.",
    ),
    Act(
        name="outbox.release",
        path="/outbox/{entry_id:int}/release",
        role=Role.LIBRARIAN,
        input=OfNotice,
        run=_release,
        summary="Let a held notice go.",
    ),
    Act(
        name="outbox.resend_several",
        path="/outbox/several/resend",
        role=Role.LIBRARIAN,
        input=Several,
        run=_resend_several,
        summary="Send failed notices again, and those in doubt once more.",
    ),
    Act(
        name="outbox.sent_several",
        path="/outbox/several/sent",
        role=Role.LIBRARIAN,
        input=Several,
        run=_sent_several,
        summary="Say of several notices in doubt that they have left.",
    ),
)
