"""maild patrons export, erase, readmit; maild purge."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor
from maild.cli.desk.patrons import app as patrons
from maild.domain.errors import MaildError
from maild.domain.records.retention import Class

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.domain.records.privacy import Erased
    from maild.domain.records.retention import Expired

Who = Annotated[str, typer.Argument(help="Patron id, or a mail address.")]
By = Annotated[str, typer.Option("--by", help="Who does it; your account if left out.")]
_SHARED = "Also mails that concern other patrons as well."
_FORCE = "Though something is open: what waits is closed, notices that wait are cancelled."


def export(
    patron: Who,
    to: Annotated[Path, typer.Option("--to", help="A new folder, or a new archive that ends in .zip.")],
    by: By = "",
) -> None:
    """Write down everything that is held on a person: a page to read, the rows as JSON, mails and files."""
    from maild.benches import exporter
    from maild.domain.records.journal import JournalEntry

    with acting() as made:
        done = exporter(made).export(patron, to)
        with made.store.begin() as uow:
            uow.journal.add([JournalEntry(what="export", at=made.clock.now(), actor=actor(by), after=patron)])
    said = f"{to}: {done.rows} rows, {done.mails} mails, {done.notices} notices, {done.files} files"
    lacking = f"; {done.lost} files are not there any more" if done.lost else ""
    left = f"; {done.shared} mails concern others, too, and are left out" if done.shared else ""
    show.done(
        said + lacking + left,
        patron=patron,
        to=str(to),
        rows=done.rows,
        mails=done.mails,
        notices=done.notices,
        files=done.files,
        lost=done.lost,
        shared=done.shared,
    )


def erase(
    patron: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without: only show what would go.")] = False,
    shared: Annotated[bool, typer.Option("--shared", help=_SHARED)] = False,
    force: Annotated[bool, typer.Option("--force", help=_FORCE)] = False,
    by: By = "",
) -> None:
    """Erase a person. The books stay, with a name that means nothing. Exit 1 where something is open (see --force)."""
    from maild.benches import privacy

    with acting() as made:
        work = privacy(made)
        if not yes:
            shown = work.look(patron)
            _tell(
                "would be erased",
                {**shown.held.counts(), "files": shown.files},
                shown.open,
                shown.on_server,
                patron=patron,
                erased=False,
            )
            blocked = bool(shown.open)
        else:
            done = work.erase(patron, actor=actor(by), shared=shared, force=force)
            blocked = bool(done.open)
            _tell_erased(made, patron, done)
    if blocked and not (force and yes):
        raise typer.Exit(1)


def readmit(patron: Who, by: By = "") -> None:
    """Let somebody who was erased be taken in again, as somebody new. Exit 1 where nobody of that name was erased."""
    from maild.benches import privacy

    with acting() as made:
        known = privacy(made).readmit(patron, actor=actor(by))
    show.done(
        f"{patron} may be taken in again" if known else f"nobody called {patron} was erased",
        patron=patron,
        readmitted=known,
    )
    if not known:
        raise typer.Exit(1)


def purge(
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without: only show what would go.")] = False,
    only: Annotated[Class | None, typer.Option("--class", help="Only this class.")] = None,
    by: By = "",
) -> None:
    """Take away what is older than rules/retention.toml lets it be. Without --yes nothing changes."""
    from maild.benches import purger

    with acting() as made:
        work = purger(made)
        done = work.run(only, actor=actor(by)) if yes else work.look(only)
        scrubbed = made.store.scrub() if yes and any(one.rows for one in done) else None
    columns = ("class", "kept_days", "older_than", "rows", "files", "bytes")
    days = {one.which: (made.clock.now() - one.before).days for one in done}
    show.table([_row(one, days[one.which], yes) for one in done], columns, empty="everything is kept for ever")
    if not CALL.json and not yes and any(one.rows for one in done):
        show.say("nothing was changed; to take it away: maild purge --yes")
    if scrubbed is False:
        print("maild: others were at work: the bytes go from the disk with the next purge", file=sys.stderr)  # noqa: T201


def _row(one: Expired, days: int, done: bool) -> dict[str, Any]:
    return {
        "class": str(one.which),
        "kept_days": days,
        "older_than": one.before.isoformat(timespec="seconds"),
        "rows": one.rows,
        "files": one.files,
        "bytes": one.bytes,
        "done": done,
    }


def _tell_erased(made: Services, patron: str, done: Erased) -> None:
    if done.open and not done.pseudonym:
        _tell("is not erased", done.counts, done.open, done.on_server, patron=patron, erased=False)
        return
    carried = _carry(made)
    _tell(
        f"is erased; the books know {done.pseudonym}",
        done.counts,
        (),
        done.on_server,
        patron=patron,
        erased=True,
        pseudonym=done.pseudonym,
        blobs=done.blobs,
        swept=done.swept,
        scrubbed=done.scrubbed,
        carried=carried,
    )


def _tell(what: str, counts: Any, open_: Any, on_server: Any, *, patron: str, **more: Any) -> None:
    if CALL.json:
        show.dump(
            {
                "patron": patron,
                **counts,
                "open": list(open_),
                "on_server": [{"mailbox": box, "uid": uid} for box, uid in on_server],
                **more,
            }
        )
        return
    said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "nothing more"
    show.say(f"{patron} {what}: {said}")
    for why in open_:
        show.say(f"  still open: {why}")
    if on_server:
        show.say(f"{len(on_server)} of the mails lie on the mail server, which maild never deletes: remove them there")
        for box, uid in on_server[:50]:
            show.say(f"  {box} UID {uid}")


def _carry(made: Services) -> bool:
    """Let the backups know at once, where there is a place; the next backup does it otherwise."""
    from maild.backup.erasures import carry

    if not made.settings.backup.to:
        return False
    try:
        with made.vault() as vault:
            carry(vault, made.blobs)
    except MaildError as error:
        print(f"maild: the backups do not know of it yet ({error.what}): maild backup", file=sys.stderr)  # noqa: T201
        return False
    return True


for act in (export, erase, readmit):
    patrons.command()(act)
