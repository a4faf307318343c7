"""maild backup, maild restore."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, services
from maild.cli.reading.sources import counting
from maild.domain.errors import ConfigError
from maild.domain.records.journal import JournalEntry

if TYPE_CHECKING:
    from maild.backup.manifest import Manifest
    from maild.backup.restore import Restored
    from maild.backup.vault import Vault
    from maild.bootstrap import Services

Which = Annotated[str, typer.Option("--backup", help="Which one: its id, or how that begins. Default: the last.")]
_LIST = "List the backups that are there."
_VERIFY = "Read a backup whole and hold it against its hashes."
_PRUNE = "Remove old backups (backup.keep_days, keep_weeks, keep_months), and what only they needed."


def backup(
    to: Annotated[str, typer.Argument(help="Folder of the backups. Default: backup.to.")] = "",
    listing: Annotated[bool, typer.Option("--list", help=_LIST)] = False,
    verify: Annotated[bool, typer.Option("--verify", help=_VERIFY)] = False,
    prune: Annotated[bool, typer.Option("--prune", help=_PRUNE)] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --prune: only say what would go.")] = False,
    which: Which = "",
) -> None:
    """Back up database and mails while maild works. Exit 1 where something is missing or damaged."""
    if listing + verify + prune > 1 or (dry_run and not prune):
        raise ConfigError("--list, --verify and --prune stand alone", remedy="give one of them (--prune --dry-run)")
    making = not (listing or verify or prune)
    with services() as made, made.vault(to, create=making) as vault:
        if making:
            sound = _make(made, vault)
        elif prune:
            sound = _prune(made, vault, dry_run=dry_run)
        else:
            sound = _verify(vault, which) if verify else _list(vault)
    if not sound:
        raise typer.Exit(1)


def restore(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Folder of the backups.")],
    check: Annotated[bool, typer.Option("--check", help="Restore into a temporary place only, and test it.")] = False,
    which: Which = "",
    force: Annotated[bool, typer.Option("--force", help="Also where there is a database already.")] = False,
    stopped_at: Annotated[
        str, typer.Option(help="When the lost maild stopped (2026-11-28T10:05): later mail is new. Default: now.")
    ] = "",
) -> None:
    """Bring a backup back into store.url and store.blobs. What may have been sent since then is held for a person.

    Exit 1 where something is missing.
    """
    from maild.backup import manifest, rehearse
    from maild.backup import restore as restoring

    with services() as made, made.vault(source) as vault:
        backups, _ = vault.manifests()
        chosen = manifest.latest(backups, which)
        with counting("blobs") as progress:
            if check:
                found = rehearse.rehearse(vault, chosen, made.settings.store, made.clock, progress)
                sound = _tell_restored(found.restored, "can be restored") and found.even
                show.table(
                    map(_balance_row, found.folders),
                    ("mailbox", "stored", "bytes_missing", "even"),
                    empty="no mailbox had been read",
                )
            else:
                store = made.settings.store
                target = restoring.Target(url=store.url, password=store.password.reveal(), blobs=store.blobs)
                until = _moment(stopped_at, made.settings.office.timezone)
                done = restoring.restore(
                    vault, chosen, target, made.clock.now(), until=until, force=force, progress=progress
                )
                sound = _tell_restored(done, "is restored")
    if not sound:
        raise typer.Exit(1)


def _make(made: Services, vault: Vault) -> bool:
    from maild.backup.make import Source, make

    made.ensure_schema()
    store = made.settings.store
    source = Source(
        url=store.url, password=store.password.reveal(), store=made.store, blobs=made.blobs, identity=made.same_store()
    )
    with counting("blobs") as progress:
        done = make(vault, source, made.clock.now(), progress)
    one = done.manifest
    with made.store.begin() as uow:
        uow.journal.add(
            [JournalEntry(what="backup", at=made.clock.now(), after=one.id, data={"missing": len(one.missing)})]
        )
    said = f"backup {one.id}: {sum(one.tables.values())} rows, {one.blobs} blobs, {done.added} of them new"
    lacking = f"; {len(one.missing)} blobs are missing or damaged: maild check --blobs" if one.missing else ""
    show.done(
        said + lacking, **_row(one), added=done.added, added_bytes=done.added_bytes, missing_blobs=list(one.missing)
    )
    return not one.missing


def _list(vault: Vault) -> bool:
    backups, wrong = vault.manifests()
    columns = ("id", "created", "database", "rows", "blobs", "bytes", "missing", "encrypted")
    show.table(map(_row, backups), columns, empty="there is no backup yet")
    _complain(wrong)
    return not wrong


def _verify(vault: Vault, which: str) -> bool:
    from maild.backup.make import check_again
    from maild.backup.manifest import latest

    backups, wrong = vault.manifests()
    chosen = latest(backups, which)
    with counting("objects") as progress:
        wrong += check_again(vault, chosen, progress)
    opened = not chosen.encrypted or vault.sealer.opens
    how = "" if opened else " (as they lie there: without the key nothing can be opened)"
    said = f"{len(wrong)} faults" if wrong else f"backup {chosen.id} is whole: {chosen.blobs} blobs{how}"
    show.done(said, **_row(chosen), faults=wrong, opened=opened, ok=not wrong)
    if not CALL.json:
        _complain(wrong)
    return not wrong


def _prune(made: Services, vault: Vault, *, dry_run: bool) -> bool:
    from zoneinfo import ZoneInfo

    from maild.backup.prune import Keeping, prune

    kept = made.settings.backup
    keeping = Keeping(days=kept.keep_days, weeks=kept.keep_weeks, months=kept.keep_months)
    gone = prune(vault, keeping, ZoneInfo(made.settings.office.timezone), dry_run=dry_run)
    would = "would be " if dry_run else ""
    show.done(
        f"{len(gone.backups)} backups and {gone.objects} objects ({gone.bytes} bytes) {would}removed",
        backups=list(gone.backups),
        objects=gone.objects,
        bytes=gone.bytes,
        dry_run=dry_run,
    )
    return True


def _tell_restored(done: Restored, what: str) -> bool:
    one = done.manifest
    show.done(
        f"backup {one.id} of {show.when(one.created)} {what}: {done.blobs} blobs; {done.held} notices that "
        f"waited are held, {done.pending} mails are processed with their notices held",
        **_row(one),
        restored_blobs=done.blobs,
        held=done.held,
        pending=done.pending,
        lost=list(done.lost),
        differs=list(done.differs),
    )
    if not CALL.json:
        _complain(
            [
                *(f"the blob {name} was missing when the backup was made" for name in one.missing),
                *(f"the blob {name} is lost" for name in done.lost),
                *done.differs,
            ]
        )
    return not done.lost and not done.differs


def _balance_row(folder: Any) -> dict[str, Any]:
    return {
        "mailbox": folder.mailbox,
        "stored": folder.stored,
        "bytes_missing": folder.bytes_missing,
        "even": folder.even,
    }


def _row(one: Manifest) -> dict[str, Any]:
    return {
        "id": one.id,
        "created": one.created.isoformat(),
        "database": one.kind,
        "revision": one.revision,
        "rows": sum(one.tables.values()),
        "tables": dict(one.tables),
        "blobs": one.blobs,
        "bytes": one.blob_bytes,
        "missing": len(one.missing),
        "encrypted": one.encrypted,
        "store": one.store,
        "maild": one.maild,
        "sha256": {"database": one.database.sha256, "list": one.list.sha256},
    }


def _complain(wrong: list[str]) -> None:
    import sys

    for what in wrong:
        print(f"maild: {what}", file=sys.stderr)  # noqa: T201


def _moment(text: str, timezone: str) -> datetime | None:
    """A moment of the office's clock, where no offset is given. Raises ConfigError."""
    from zoneinfo import ZoneInfo

    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--stopped-at: {text!r} is no moment", remedy="such as 2026-11-28T10:05") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
