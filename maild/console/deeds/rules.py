"""What is done with a rule: its examples tried; disabled, enabled, an earlier version put back."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Act, Input, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.desk.access import Role

Seen = Annotated[str, Field(max_length=64, description="Names the text that was looked at; '' for whatever.")]
Note = Annotated[str, Field(max_length=2000)]


class OfRule(Input):
    name: Annotated[str, Field(max_length=200)]


class Change(OfRule):
    seen: Seen = ""
    note: Note = ""


class Disable(OfRule):
    seen: Seen = ""
    note: Annotated[str, Field(min_length=1, max_length=2000, description="Why.")]


class Restore(Change):
    version: Annotated[str, Field(min_length=1, max_length=64)]


def _try(desk: Desk, who: Who, asked: OfRule) -> Outcome:
    tried = desk.rule_acts.try_examples(asked.name)
    failed = [one for one in tried if one.problems]
    good, every = len(tried) - len(failed), len(tried)
    if failed:
        done = SAY("examples_fail", good=good, all=every, mail=failed[0].mail, why=failed[0].problems[0])
    else:
        done = SAY("examples_go", good=good, all=every)
    rows = [{"mail": one.mail, "passed": not one.problems, "problems": list(one.problems)} for one in tried]
    return Outcome(done=done, data={"examples": rows})


def _disable(desk: Desk, who: Who, asked: Disable) -> Outcome:
    result = desk.rule_acts.disable(asked.name, actor=who.name, note=asked.note, seen=asked.seen)
    desk.in_force.look()
    return Outcome.of(result)


def _enable(desk: Desk, who: Who, asked: Change) -> Outcome:
    result = desk.rule_acts.enable(asked.name, actor=who.name, note=asked.note, seen=asked.seen)
    desk.in_force.look()
    return Outcome.of(result)


def _restore(desk: Desk, who: Who, asked: Restore) -> Outcome:
    result = desk.rule_acts.restore(asked.name, asked.version, actor=who.name, note=asked.note, seen=asked.seen)
    desk.in_force.look()
    return Outcome.of(result)


ACTS = (
    Act(
        name="rules.try",
        path="/rules/{name}/try",
        role=Role.LIBRARIAN,
        input=OfRule,
        run=_try,
        summary="Read a rule's examples, confined, and say whether they go as expected.",
    ),
    Act(
        name="rules.disable",
        path="/rules/{name}/disable",
        role=Role.ADMINISTRATOR,
        input=Disable,
        run=_disable,
        summary="Take a rule out of force, with the reason.",
    ),
    Act(
        name="rules.enable",
        path="/rules/{name}/enable",
        role=Role.ADMINISTRATOR,
        input=Change,
        run=_enable,
        summary="Put a disabled rule back into force.",
    ),
    Act(
        name="rules.restore",
        path="/rules/{name}/restore",
        role=Role.ADMINISTRATOR,
        input=Restore,
        run=_restore,
        summary="Put an earlier version of a rule back into force.",
    ),
)
