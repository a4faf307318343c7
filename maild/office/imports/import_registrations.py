"""Registrations from files: rows that are news are followed as a mail would be; the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from maild.domain.incoming.decision import RegistrationChange
from maild.domain.requests.lifecycle import Move, RegistrationState
from maild.domain.requests.patron import RegistrationStep
from maild.office import SAY as COMMON
from maild.office.imports import SAY
from maild.office.imports.import_books import RowError
from maild.office.imports.import_values import BadValue, addresses, choice, moment, plain
from maild.office.imports.import_words import REGISTRATION_COLUMNS, REQUIRED_REGISTRATION
from maild.office.imports.importing import ACTOR, BATCH, CHANGED, CREATED, UNCHANGED, ImportReport, Progress
from maild.office.imports.sheets import columns_of, table_from, values_of
from maild.office.registration.acts_registration import entered
from maild.office.registration.registering import Outcome, case_of, follow, keep, tell, with_codes
from maild.office.registration.review_policy import ReviewPolicy
from maild.ports import Clock
from maild.store.tabular import Table

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork


class _Columns:
    columns = REGISTRATION_COLUMNS
    required = REQUIRED_REGISTRATION

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def value(self, column: str, text: str) -> object:
        if column == "email":
            found = addresses(text)
            if len(found) != 1:
                raise BadValue(SAY("not_one_address", address=repr(text)), SAY("give_notice_address"))
            return found[0]
        if column in ("kind", "step", "registration_state"):
            return choice(column, text)
        return moment(text, self._zone) if column == "submitted" else plain(text) or None


@dataclass(slots=True)
class _Count:
    """What became of the rows."""

    became: dict[int, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


def import_registrations(
    store: Store,
    rows: Path | Table,
    clock: Clock,
    policy: ReviewPolicy,
    dry_run: bool = False,
    progress: Progress | None = None,
    *,
    timezone: str = "Asia/Shanghai",
    silent: bool = False,
    actor: str = ACTOR,
) -> ImportReport:
    """Follow what the rows say. Applicants are told of what is news and still in time, unless `silent`.

    Raises ConfigError if the file as a whole cannot be used.
    """
    table, sheet, count = table_from(rows), _Columns(ZoneInfo(timezone)), _Count()
    names, ignored = columns_of(rows, table, sheet)
    said: list[tuple[int, RegistrationChange]] = []
    for row in table.rows:
        values, faults = values_of(row, names, sheet)
        count.errors += faults
        if not faults:
            said.append((row.line, _said(values, policy)))
    # The first step before the second, whatever their order in the file.
    said.sort(key=lambda entry: entry[1].step is RegistrationStep.ACCOUNT)
    for start in range(0, len(said), BATCH):
        some = said[start : start + BATCH]
        with store.read() if dry_run else store.begin() as uow:
            _follow_all(uow, some, policy, clock.now(), count, dry_run=dry_run, silent=silent, actor=actor)
        if progress:
            progress(start + len(some), len(said))
    return ImportReport(
        became=count.became,
        ignored_columns=ignored,
        errors=tuple(sorted(count.errors, key=lambda e: e.line)),
        warnings=tuple(sorted(count.warnings, key=lambda e: e.line)),
    )


def _said(values: dict[str, Any], policy: ReviewPolicy) -> RegistrationChange:
    return entered(
        email=values["email"],
        step=values.get("step") or RegistrationStep.ACCOUNT,
        state=values.get("registration_state"),
        kind=str(values.get("kind") or ""),
        login=values.get("login", ""),
        name=values.get("name", ""),
        department=values.get("department", ""),
        phone=values.get("phone", ""),
        at=values.get("submitted"),
        reason=with_codes(values.get("reason", ""), policy),
        source="import",
    )


def _follow_all(
    uow: UnitOfWork,
    rows: Sequence[tuple[int, RegistrationChange]],
    policy: ReviewPolicy,
    now: datetime,
    count: _Count,
    *,
    dry_run: bool,
    silent: bool,
    actor: str,
) -> None:
    for line, said in rows:
        case = case_of(uow, _timed(said))
        made = follow(_timed(said), case, policy, now)
        refusal = _refusal(line, said, made)
        if refusal is not None:
            (count.errors if made.heard.move is Move.ILLEGAL or made.misfit or made.waits else count.warnings).append(
                refusal
            )
            if made.heard.move is Move.LATE or _old_list(said, made):
                count.became[line] = UNCHANGED
            continue
        moved = made.heard.move is Move.MOVED
        lines = (
            [] if dry_run else keep(uow, made.change, now, actor=actor, mail_id=None, reasons=(SAY("line", line=line),))
        )
        uow.journal.add(lines)
        new = case.known is None or made.heard.again
        count.became[line] = CREATED if new else CHANGED if moved or lines else UNCHANGED
        count.warnings += [
            RowError(line=line, column="", what=f"{said.email}: {problem}", remedy="maild registrations reject")
            for problem in made.problems
            if moved
        ]
        if moved and not dry_run and not silent and _is_news(made):
            uow.outbox.add(tell(made, policy), now)


def _timed(said: RegistrationChange) -> RegistrationChange:
    """`submitted` is when somebody applied: it does not say when a decision was made."""
    if said.state is RegistrationState.PENDING:
        return said
    return replace(said, at=None)


def _old_list(said: RegistrationChange, made: Outcome) -> bool:
    """A row that says 'waiting' and not since when, of somebody decided on: the list is from before."""
    decided = made.heard.before in (RegistrationState.APPROVED, RegistrationState.REJECTED)
    return said.state is RegistrationState.PENDING and said.at is None and decided


def _refusal(line: int, said: RegistrationChange, made: Outcome) -> RowError | None:
    """Why a row changes nothing: it contradicts what is known, or is overtaken."""
    what = COMMON("step_of", step=said.step, who=said.email)
    if made.heard.move is Move.LATE or _old_list(said, made):
        return RowError(
            line=line,
            column="state",
            what=SAY("row_older", what=what, state=made.heard.before),
            remedy=SAY("say_when_submitted"),
        )
    if made.heard.move is Move.ILLEGAL or made.misfit:
        return RowError(
            line=line,
            column="state",
            what=f"{what}: {made.misfit or made.heard.reason}",
            remedy=COMMON("see_registrations"),
        )
    if made.waits and said.state is RegistrationState.APPROVED and made.heard.move is Move.MOVED:
        return RowError(
            line=line, column="state", what=SAY("identity_not_approved", what=what), remedy=SAY("give_step")
        )
    return None


def _is_news(made: Outcome) -> bool:
    """What is first heard of as decided is history; an application whose time is up long ago is no news either."""
    if made.change.state is RegistrationState.PENDING:
        return not made.late
    return made.heard.before is RegistrationState.PENDING
