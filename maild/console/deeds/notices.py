"""Changing the words of notices, and trying them on oneself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Act, Id, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.pages.notices import Draft, Look, names
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import NotFound, Permanent
from maild.notify.rendering.locales import LOCALES
from maild.office import SAY as COMMON

Note = Annotated[str, Field(max_length=2000)]


class Save(Draft):
    """forms: which of the words are given, empty ones included; seen: the version of each that the author had."""

    note: Note = ""
    forms: tuple[str, ...] = ()
    seen: dict[str, Id] = Field(default_factory=dict)


class Restore(Input):
    """version: which; 0 for the shipped words. seen: the version in force that the author had before him."""

    kind: str
    name: Line
    version: Id = 0
    seen: Id = 0
    note: Note = ""


class Test(Look):
    """confirmed: an administrator means an address that is none of the office's."""

    to: Annotated[str, Field(min_length=3, max_length=320)]
    confirmed: bool = False


def _save(desk: Desk, who: Who, asked: Save) -> Outcome:
    acts = desk.services.notice_acts
    if asked.locale not in LOCALES:
        raise Permanent(SAY("say_language"), remedy=COMMON("one_of", names=", ".join(LOCALES)))
    there = names(asked.kind, asked.locale, acts)
    if not there:
        raise NotFound(SAY("no_kind", name=repr(asked.kind)), remedy="maild notices list")
    for form in asked.forms:
        if form in there and not (getattr(asked, form) or "").strip():
            raise Permanent(SAY("words_empty", name=there[form]), remedy=SAY("take_shipped"))
    seen = {there[form]: version for form, version in asked.seen.items() if form in there}
    result = acts.save(asked.bodies(acts), note=asked.note, actor=who.name, seen=seen)
    return Outcome.of(result)


def _restore(desk: Desk, who: Who, asked: Restore) -> Outcome:
    acts = desk.services.notice_acts
    if not asked.name.startswith(f"{asked.kind}."):
        raise NotFound(SAY("no_template", name=asked.name, kind=asked.kind), remedy="maild notices versions")
    if asked.version:
        return Outcome.of(acts.restore(asked.version, of=asked.name, actor=who.name, seen=asked.seen, note=asked.note))
    return Outcome.of(acts.as_shipped(asked.name, actor=who.name, seen=asked.seen, note=asked.note))


def _test(desk: Desk, who: Who, asked: Test) -> Outcome:
    confirmed = asked.confirmed and who.role.may(Role.ADMINISTRATOR)
    locale = asked.locale if asked.locale in LOCALES else ""
    return Outcome.of(
        desk.services.notice_acts.send_test(
            asked.shown, asked.to, actor=who.name, locale=locale, patron=asked.patron, confirmed=confirmed
        )
    )


ACTS = (
    Act(
        name="notices.save",
        path="/notices/{kind}/save",
        role=Role.ADMINISTRATOR,
        input=Save,
        run=_save,
        summary="Take new words of a notice into force; refused where they do not do its work.",
    ),
    Act(
        name="notices.restore",
        path="/notices/{kind}/restore",
        role=Role.ADMINISTRATOR,
        input=Restore,
        run=_restore,
        summary="Take a former version of a template into force again, or the shipped one.",
    ),
    Act(
        name="notices.test",
        path="/notices/{kind}/test",
        role=Role.LIBRARIAN,
        input=Test,
        run=_test,
        summary="Send a notice with invented data to an address of the office, marked [test].",
    ),
)
