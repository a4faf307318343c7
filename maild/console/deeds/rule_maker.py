"""Trying a drafted rule on the mails of the last months, and saving exactly what was tried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from pydantic import Field

from maild.benches import bench, rule_maker
from maild.classify import SAY as CLASSIFY
from maild.classify.drafting.draft import Draft
from maild.console import SAY
from maild.console.acts import Act, Id, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.pages.rules.maker import DAYS, Wished
from maild.console.pages.rules.tries import TryId, find
from maild.console.tries import Order, Ready, State, Try
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent, StaleVersion
from maild.domain.learning.backtest import BacktestReport, Finding
from maild.office.workshop.backtest import Headway, backtest
from maild.office.workshop.candidate import fingerprint, staged

if TYPE_CHECKING:
    from maild.bootstrap import Services

MOST_DAYS = 3660
RuleText = Annotated[str, Field(max_length=40_000)]


class Tried(Wished):
    """text: the rule as an administrator changed it, without examples; '' as drafted. whole: examples as they came."""

    text: RuleText = ""
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS
    whole: bool = False


class OfTry(Input):
    mail_id: Id
    try_id: TryId


class Save(OfTry):
    """seen: the digest of what was tried; conflicts, replace: they are meant, and `note` says why."""

    seen: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    conflicts: bool = False
    replace: bool = False
    note: Line = ""


def _try(desk: Desk, who: Who, asked: Tried) -> Outcome:
    desk.rule_acts.ready()
    maker = desk.rule_maker
    kind = asked.kind
    if kind is None:
        raise Permanent(SAY("kind_unsaid"), remedy=CLASSIFY("choose_what_it_says"))
    looked = maker.look(asked.mail_id, kind)
    made = maker.draft(asked.mail_id, asked.wish(looked.view), asked.alike, asked.unlike)
    desk.rule_acts.ready(made.draft.name)
    text = asked.text.replace("\r\n", "\n").rstrip() + "\n" if asked.text.strip() else made.draft.text
    edited = text.strip() != made.draft.text.strip()
    if edited and not who.role.may(Role.ADMINISTRATOR):
        raise Permanent(SAY("only_administrator"), remedy=SAY("try_as_drafted"))
    if made.problems and not edited:
        raise Permanent(made.problems[0], remedy=SAY("point_elsewhere"))
    order = Order(
        owner=who.name,
        mail_id=asked.mail_id,
        name=made.draft.name,
        text=text,
        days=asked.days,
        whole=asked.whole,
        edited=edited,
        query=asked.settled(looked.view).query(),
    )
    services = desk.services
    one = desk.tries.start(order, partial(_prepare, services, made.draft, asked.alike), partial(_run, services))
    path = f"/rules/from-mail/{asked.mail_id}/tries/{one.id}"
    return Outcome(
        done=SAY("test_begun", name=order.name, days=order.days),
        data={"id": one.id},
        go=f"{path}?back={quote(order.query, safe='')}",
    )


def _prepare(services: Services, draft: Draft, alike: tuple[int, ...], order: Order) -> Ready:
    folder = services.settings.rules.folder
    base = fingerprint(folder)
    files = rule_maker(services).completed(order.mail_id, draft, order.text, alike, whole=order.whole)
    return Ready(files=files, base=base, replaces=(Path(folder) / f"{order.name}.toml").exists())


def _run(
    services: Services, order: Order, ready: Ready, progress: Callable[[Headway], None], stopped: Callable[[], bool]
) -> BacktestReport:
    since = services.clock.now() - timedelta(days=order.days)
    with staged(services.settings.rules.folder, ready.files) as folder, bench(services, str(folder)) as tools:
        return backtest(tools, since, progress=progress, stopped=stopped)


def _stop(desk: Desk, who: Who, asked: OfTry) -> Outcome:
    one = find(desk, who, asked.mail_id, asked.try_id)
    if one.over:
        return Outcome(done=SAY("test_over"))
    desk.tries.cancel(one)
    return Outcome(done=SAY("test_stops"))


def _save(desk: Desk, who: Who, asked: Save) -> Outcome:
    with desk.tries.saving:
        return _saved(desk, who, asked)


def _saved(desk: Desk, who: Who, asked: Save) -> Outcome:
    one = find(desk, who, asked.mail_id, asked.try_id)
    ready, report = _savable(one, asked)
    if fingerprint(desk.services.settings.rules.folder) != ready.base:
        raise StaleVersion(SAY("rules_changed"), remedy=SAY("start_test_again"))
    if report.counts[Finding.CONFLICT] and not (asked.conflicts and asked.note.strip()):
        raise Permanent(
            SAY("mails_conflict", n=report.counts[Finding.CONFLICT]),
            remedy=SAY("look_at_conflicts"),
        )
    if ready.replaces and not asked.replace:
        raise Permanent(SAY("rule_is_there", name=one.order.name), remedy=SAY("give_another_name"))
    counts = report.counts
    tried = SAY(
        "back_tested",
        days=one.order.days,
        mails=report.mails,
        new=counts[Finding.NEW],
        changed=counts[Finding.CHANGED],
        conflicts=counts[Finding.CONFLICT],
        owner=one.order.owner,
    )
    note = f"{asked.note.strip()}; {tried}" if asked.note.strip() else tried
    result = desk.rule_acts.save(one.order.name, ready.files, actor=who.name, note=note)
    desk.tries.saved(one, who.name, result.done)
    desk.in_force.look()
    return Outcome.of(result)


def _savable(one: Try, asked: Save) -> tuple[Ready, BacktestReport]:
    standing = one.standing
    ready, report = standing.ready, standing.report
    if standing.saved is not None:
        raise StaleVersion(SAY("rule_saved_by", name=standing.saved.by), remedy=SAY("look_at_rules"))
    if standing.state is not State.DONE or ready is None or report is None:
        raise Permanent(SAY("test_not_ended"), remedy=SAY("let_it_end"))
    if asked.seen != ready.digest:
        raise StaleVersion(SAY("another_text"), remedy=SAY("start_with_new_text"))
    return ready, report


ACTS = (
    Act(
        name="rules.backtest",
        path="/rules/from-mail/{mail_id:int}/tries",
        role=Role.LIBRARIAN,
        input=Tried,
        run=_try,
        summary="Back-test a drafted rule on the mails of the last days, in the background; data.id names the test.",
    ),
    Act(
        name="rules.backtest_stop",
        path="/rules/from-mail/{mail_id:int}/tries/{try_id}/stop",
        role=Role.LIBRARIAN,
        input=OfTry,
        run=_stop,
        summary="Stop a back-test.",
    ),
    Act(
        name="rules.draft_save",
        path="/rules/from-mail/{mail_id:int}/tries/{try_id}/save",
        role=Role.ADMINISTRATOR,
        input=Save,
        run=_save,
        summary="Save the rule that a back-test tried, exactly as it was tried.",
    ),
)
