"""The stored bytes and their backups, looked after in the background: at each start whether all bytes are there, daily
a share of them read, and whether the nightly backup was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from maild.daemon import logs
from maild.daemon.services import Services
from maild.daemon.texts import SAY
from maild.doctor.texts import SAY as DOCTOR
from maild.domain.operation.trouble import Sign, TroubleCause

BYTES = "bytes"  # under which what it finds stands in the list of troubles
SHARES = 30  # in so many days everything has been read
BACKUP_DAYS = timedelta(hours=48)  # a nightly backup that failed once is made up the next night


def look_after(services: Services, *, read: bool) -> list[Sign]:
    """Look, and say what was found; with `read` also today's share. Raises Temporary, Permanent, ConfigError."""
    services.same_store()
    return [*_bytes(services, read=read), *_backup(services)]


def _bytes(services: Services, *, read: bool) -> Iterator[Sign]:
    found = services.look_after_bytes((services.clock.now().date().toordinal(), SHARES) if read else None)
    log, remedy = logs.get(), SAY("see_lost")
    said = {
        "references": found.seen,
        "read": found.read,
        "missing": found.missing,
        "damaged": found.damaged,
        "fetched": found.fetched,
        "lost": len(found.lost),
        "waiting": len(found.waiting),
    }
    if found.whole and not found.fetched:
        log.info("bytes", **said)
    elif found.whole:
        log.warning("bytes", **said, remedy="see what removes or damages files of store.blobs")
    else:
        log.error("bytes", **said, remedy=remedy)
        what = DOCTOR("bytes_missing", count=len(found.lost) + len(found.waiting))
        yield Sign(cause=TroubleCause.BLOBS_MISSING, what=what, remedy=remedy)


def _backup(services: Services) -> Iterator[Sign]:
    """Where backups are set up, whether there is one of late. A new office has its first two days."""
    if not services.settings.backup.to:
        return
    since: datetime = services.clock.now() - BACKUP_DAYS
    with services.store.read() as uow:
        began = uow.restorations.since()
        made = uow.journal.count("maild", "backup", since)
    if not made and began is not None and began < since:
        yield Sign(
            cause=TroubleCause.BACKUP_OLD,
            what=SAY("no_backup_lately"),
            remedy=SAY("see_backup"),
        )
