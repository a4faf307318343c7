"""maild registrations: list, show, add, approve, reject, reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from maild.cli import show
from maild.cli.context import acting, actor, services
from maild.cli.desk import rows_registration
from maild.cli.made import As, Limit, noun
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import NotFound, Permanent
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import PatronKind, RegistrationStep

app = typer.Typer(
    help="Applications for the two steps of registering.", no_args_is_help=True, cls=noun("registrations")
)
Id = Annotated[int, typer.Argument(help="Number of the registration.")]
Anyway = Annotated[bool, typer.Option("--anyway", help="Also where the identity step is not approved.")]


@app.command("list")
def list_(
    state: Annotated[RegistrationState | None, typer.Option(help="Only this state.")] = None,
    step: Annotated[RegistrationStep | None, typer.Option(help="Only this step.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only those whose review is overdue.")] = False,
    limit: Limit = 100,
) -> None:
    """List registrations, newest first; LATE says how long a review has been overdue."""
    with services() as made, made.store.read() as uow:
        wanted = RegistrationState.PENDING if late else state
        found = uow.registrations.find(state=wanted, step=step, limit=100_000 if late else limit)
        times, now = made.reviews.times, made.clock.now()
        made_rows = [rows_registration.registration(item, times, now) for item in found]
    shown = [row for row in made_rows if row["late"] or not late][:limit]
    columns = ("id", "step", "state", "email", "login", "name", "submitted", "due", "late", "problems", "reason")
    show.table(shown, columns, empty="no registrations")


@app.command("show")
def show_(registration_id: Id) -> None:
    """Show a registration and its history: mails, acts, notices."""
    from maild.office.registration.registering import history_of, subject_of

    with services() as made, made.store.read() as uow:
        found = uow.registrations.get(registration_id)
        if found is None:
            raise NotFound(f"no registration {registration_id}", remedy="maild registrations list")
        journal = uow.journal.of_transaction(history_of(registration_id))
        outbox = [
            entry
            for entry in uow.outbox.of_subject(subject_of(found.step, found.email))
            if entry.request.revision == str(found.round)
        ]
        row = rows_registration.registration(found, made.reviews.times, made.clock.now())
        history = rows_registration.timeline(journal, outbox)
    show.one({**row, "history": [COMMAND.event(entry) for entry in history]}, show.timeline(history))


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="The applicant's mail address.")],
    step: Annotated[RegistrationStep, typer.Option(help="Which step.")] = RegistrationStep.ACCOUNT,
    state: Annotated[RegistrationState | None, typer.Option(help="Default: pending.")] = None,
    login: Annotated[str, typer.Option(help="Login name.")] = "",
    name: Annotated[str, typer.Option(help="Name as registered.")] = "",
    kind: Annotated[PatronKind | None, typer.Option(help="internal: the campus card is bound, at once done.")] = None,
    department: Annotated[str, typer.Option(help="Department, or institution.")] = "",
    phone: Annotated[str, typer.Option(help="Where the applicant can be rung.")] = "",
    submitted: Annotated[str, typer.Option(help="When, as 2026-11-24 or '2026-11-24 13:05'; default: now.")] = "",
    reason: Annotated[str, typer.Option(help="Of a rejection.")] = "",
    silent: Annotated[bool, typer.Option("--silent", help="Tell the applicant nothing.")] = False,
    anyway: Anyway = False,
    who: As = "",
) -> None:
    """Enter what was heard of a step by phone or at the counter, and tell the applicant."""
    from maild.office.registration.acts_registration import entered

    with acting() as made:
        said = entered(
            email=email,
            step=step,
            state=state,
            kind=kind.value if kind else "",
            login=login,
            name=name,
            department=department,
            phone=phone,
            reason=reason,
            at=_moment(submitted, made.settings.office.timezone),
        )
        result = made.registration_acts.add(said, actor=actor(who), anyway=anyway, silent=silent)
    show.done(result.done, outbox=result.outbox)


@app.command("reasons")
def reasons() -> None:
    """List the reasons for a rejection that have a code (registrations/review.toml of the rules folder)."""
    with services() as made:
        known = [
            {"code": why.code, "zh": why.text.zh, "en": why.text.en, "zh_fix": why.fix.zh, "en_fix": why.fix.en}
            for why in made.reviews.reasons.values()
        ]
    show.table(known, ("code", "zh", "en"), empty="no reasons")


def _moment(text: str, timezone: str) -> datetime | None:
    from maild.office.imports.import_values import BadValue, moment

    try:
        return moment(text, ZoneInfo(timezone))
    except BadValue as error:
        raise Permanent(f"--submitted: {error.what}", remedy=error.remedy) from error
