"""What is decided about the second reader: a version adopted, silenced, armed again. Learning itself is a command."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Input, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.desk.access import Role

Note = Annotated[str, Field(max_length=2000)]


class Adopt(Input):
    version: Annotated[str, Field(max_length=40, description="'' for the weights that ship with maild.")] = ""
    note: Note = ""


class Silence(Input):
    note: Annotated[str, Field(min_length=1, max_length=2000, description="Why.")]


class Arm(Input):
    note: Note = ""


def _adopt(desk: Desk, who: Who, asked: Adopt) -> Outcome:
    return Outcome.of(desk.services.learner.adopt(asked.version, actor=who.name, note=asked.note))


def _silence(desk: Desk, who: Who, asked: Silence) -> Outcome:
    return Outcome.of(desk.services.learner.silence(actor=who.name, note=asked.note))


def _arm(desk: Desk, who: Who, asked: Arm) -> Outcome:
    return Outcome.of(desk.services.learner.arm(actor=who.name, note=asked.note))


ACTS = (
    Act(
        name="second.adopt",
        path="/rules/second/reader/adopt",
        role=Role.ADMINISTRATOR,
        input=Adopt,
        run=_adopt,
        summary="Let a version of the second reader speak from now on.",
    ),
    Act(
        name="second.silence",
        path="/rules/second/reader/silence",
        role=Role.LIBRARIAN,
        input=Silence,
        run=_silence,
        summary="Do not listen to the second reader, with the reason.",
    ),
    Act(
        name="second.arm",
        path="/rules/second/reader/arm",
        role=Role.ADMINISTRATOR,
        input=Arm,
        run=_arm,
        summary="Listen to the second reader again.",
    ),
)
