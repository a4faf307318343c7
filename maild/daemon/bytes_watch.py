"""The stored bytes, looked after in the background: at each start whether all are there, daily a share of them read."""

from __future__ import annotations

from datetime import datetime

from maild.daemon import logs
from maild.daemon.services import Services

SHARES = 30  # in so many days everything has been read


def look_after(services: Services, *, read: bool) -> None:
    """Look, and say what was found; with `read` also today's share. Raises Temporary, Permanent, ConfigError."""
    services.same_store()
    found = services.look_after_bytes((_today(services.clock.now()), SHARES) if read else None)
    log = logs.get()
    said = {"references": found.seen, "read": found.read, "missing": found.missing, "damaged": found.damaged,
            "fetched": found.fetched, "lost": len(found.lost), "waiting": len(found.waiting)}  # fmt: skip
    if found.whole and not found.fetched:
        log.info("bytes", **said)
    elif found.whole:
        log.warning("bytes", **said, remedy="see what removes or damages files of store.blobs")
    else:
        log.error("bytes", **said, remedy="maild check --blobs; the queue has what is lost (cause bytes_missing)")


def _today(now: datetime) -> int:
    return now.date().toordinal()
