"""maild outbox: the notices, waiting, sent and failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor, services
from maild.cli.made import As, Limit, noun
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import NotFound
from maild.domain.outgoing.notice import OutboxState

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.office.reach.acts_outbox import Done

app = typer.Typer(help="Notices: waiting, sent, failed.", no_args_is_help=True, cls=noun("outbox"))
Id = Annotated[int, typer.Argument(help="Number of the notice.")]
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers of notices.")]
InDoubt = Annotated[bool, typer.Option("--in-doubt", help="All that are in doubt.")]
Since = Annotated[str, typer.Option(help="With --in-doubt: written since then (2026-11-24T08:30, or a day).")]


@app.command("list")
def list_(
    state: Annotated[OutboxState | None, typer.Option(help="Only this state.")] = None,
    number: Annotated[str, typer.Option(help="Only about this transaction.")] = "",
    limit: Limit = 100,
) -> None:
    """List notices."""
    from maild.notify.sending.why import standing

    with services() as made, made.store.read() as uow:
        found = uow.outbox.find(state=state, number=number, limit=limit)
        stands = standing(uow, made.settings, made.clock.now())
    columns = ("id", "state", "kind", "number", "recipient", "attempts", "not_before", "sent", "why")
    table = ({**COMMAND.notice(entry), "why": stands.why(entry) or entry.reply} for entry in found)
    show.table(table, columns, empty="no notices")


@app.command("show")
def show_(notice_id: Id) -> None:
    """Show a notice: what it says of itself, and the data it is written from."""
    with services() as made, made.store.read() as uow:
        found = uow.outbox.get(notice_id)
    if found is None:
        raise NotFound(f"no notice {notice_id}", remedy="maild outbox list")
    data = dict(found.request.data)
    documents = [{"sha256": sha256, "filename": name} for sha256, name in found.request.documents]
    lines = ["", *(f"  {key}: {value}" for key, value in data.items())]
    show.one({**COMMAND.notice(found), "data": data, "documents": documents}, lines)


@app.command("retry")
def retry(
    notice_id: Annotated[int | None, typer.Argument(help="Number of the notice.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed since --since.")] = False,
    since: Annotated[str, typer.Option(help="A moment (2026-11-24T08:30; the office's clock) or a day.")] = "",
    who: As = "",
) -> None:
    """Send a notice that waits, is held or failed as soon as possible; or all that failed since a moment."""
    if failed == (notice_id is not None) or failed != bool(since):
        raise typer.BadParameter("give the number of a notice, or --failed with --since")
    with acting() as made:
        if notice_id is not None:
            result = made.outbox_acts.retry(notice_id, actor=actor(who))
            show.done(result.done, outbox=result.outbox)
            return
        start = moment(since, made.settings.office.timezone)
        results = made.outbox_acts.retry_failed(start, actor=actor(who))
    table = [{"id": each.entry_id, "done": each.done, "refused": each.refused} for each in results]
    show.table(table, ("id", "done", "refused"), empty="nothing failed since then")


def moment(text: str, timezone: str) -> datetime:
    """A moment or a day as somebody types it, on the office's clock; aware. Raises BadParameter."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--since: {text!r} is no moment; write 2026-11-24 or 2026-11-24T08:30") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))


@app.command("resend")
def resend(
    notice_ids: Ids = None,
    to: Annotated[str, typer.Option("--to", help="Another address of the same patron.")] = "",
    in_doubt: InDoubt = False,
    since: Since = "",
    who: As = "",
) -> None:
    """Send notices again; one that has left goes as a new mail, one in doubt under its own Message-ID. Of several,
    those that failed or are in doubt.
    """
    with acting() as made:
        acts, by = made.outbox_acts, actor(who)
        ids = _chosen(made, notice_ids, in_doubt=in_doubt, since=since)
        if to and len(ids) != 1:
            raise typer.BadParameter("--to goes with one notice")
        if len(ids) == 1 and not in_doubt:
            result = acts.to_address(ids[0], to, actor=by) if to else acts.resend(ids[0], actor=by)
            show.done(result.done, outbox=result.outbox)
        else:
            _each(acts.resend_all(tuple(ids), actor=by))


def _chosen(made: Services, ids: list[int] | None, *, in_doubt: bool, since: str) -> list[int]:
    """The notices that are named, or all in doubt."""
    if in_doubt == bool(ids) or (since and not in_doubt):
        raise typer.BadParameter("give numbers of notices, or --in-doubt, which --since may go with")
    start = moment(since, made.settings.office.timezone) if since else datetime.min.replace(tzinfo=UTC)
    return ids or made.outbox_acts.in_doubt(start)


def _each(results: Sequence[Done]) -> None:
    """What became of each; exit 1 where something was refused."""
    rows_ = [{"id": each.entry_id, "done": each.done, "refused": each.refused} for each in results]
    show.table(rows_, ("id", "done", "refused"), empty="no notice is in doubt")
    if any(each.refused for each in results):
        raise typer.Exit(1)


@app.command("sent")
def sent(notice_ids: Ids = None, in_doubt: InDoubt = False, since: Since = "", who: As = "") -> None:
    """Say of notices in doubt that they have left."""
    with acting() as made:
        acts, by = made.outbox_acts, actor(who)
        ids = _chosen(made, notice_ids, in_doubt=in_doubt, since=since)
        if len(ids) == 1 and not in_doubt:
            result = acts.sent(ids[0], actor=by)
            show.done(result.done, outbox=result.outbox)
        else:
            _each(acts.sent_all(tuple(ids), actor=by))


@app.command("mail")
def mail(
    notice_id: Id,
    out: Annotated[Path | None, typer.Option(help="Write the whole mail (.eml) into this file.")] = None,
) -> None:
    """Show the mail of a notice: as it was sent, or as it would be sent now."""
    with services() as made:
        view = made.outbox_views.show(notice_id)
    if view.letter is None:
        raise NotFound(f"notice {notice_id} cannot be shown: {view.missing}", remedy="maild outbox show")
    if out:
        out.write_bytes(view.letter.raw)
        show.done(f"written to {out}", file=str(out))
        return
    files = [file.name for file in view.letter.files]
    row = {"as_sent": view.sent_copy, **{name.lower(): value for name, value in view.letter.headers}, "files": files}
    show.one({**row, "text": view.letter.text} if CALL.json else row, ["", view.letter.text])
