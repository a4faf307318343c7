"""What maild has written down: bytes of mails, backups, the clock against the mail server's, troubles of the daemon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from maild.bootstrap import Services
from maild.doctor.model import Check, error, ok, warning
from maild.doctor.texts import SAY
from maild.office.learning import SAY as LEARNING
from maild.office.watch import SAY as WATCH

LATEST = 200  # mails whose bytes are looked for; maild check --blobs looks for all
COMPARED = 20  # latest arrivals held against our clock
AHEAD, BEHIND = timedelta(minutes=10), timedelta(minutes=2)
OLD = timedelta(hours=50)  # a nightly backup that failed twice


def _laid_out(made: Services) -> bool:
    from maild.store import migrate

    return migrate.check(made.settings.store.url, made.settings.store.password.reveal()).ok


def mails(made: Services) -> Iterator[Check]:
    """The bytes of the latest mails are there."""
    if not _laid_out(made):
        return  # the database says so itself
    with made.store.read() as uow:
        latest = [mail.sha256 for mail in uow.mails.find(limit=LATEST)]
    gone = sum(digest not in made.blobs for digest in latest)
    if gone:
        yield error(
            "mails",
            SAY("latest_missing", gone=gone, all=len(latest)),
            SAY("restore_bytes"),
        )
    elif latest:
        yield ok("mails", SAY("latest_there", all=len(latest)))


def arrivals(made: Services) -> Iterator[Check]:
    """Our clock against the mail server's: when it says that a mail came, and when we stored it (RFC 9051 2.3.3)."""
    if not _laid_out(made):
        return
    with made.store.read() as uow:
        latest = [mail for mail in uow.mails.find(limit=COMPARED) if mail.received and mail.stored]
    lags = [mail.stored - mail.received for mail in latest if mail.stored and mail.received]
    if not lags:
        return
    # The quickest tells most: a mail waits for its reading, and the server's word is never older than the mail.
    lag = min(lags)
    seconds = round(lag.total_seconds())
    if lag < -BEHIND:
        yield error(
            "arrivals",
            SAY("clock_behind", seconds=-seconds),
            WATCH("set_clock"),
        )
    elif lag > AHEAD and len(lags) == COMPARED:
        yield warning(
            "arrivals",
            SAY("stored_late", seconds=seconds),
            SAY("compare_clocks"),
        )
    else:
        yield ok("arrivals", SAY("clocks_agree", seconds=seconds))


def held_time(made: Services) -> Iterator[Check]:
    """Whether a clock that jumped holds what time drives."""
    from maild.office.watch.clock_trust import HELD, last_line

    if not _laid_out(made):
        return
    with made.store.read() as uow:
        line = last_line(uow)
    if line is not None and line.after == HELD:
        yield error(
            "clock",
            next(iter(line.reasons), SAY("clock_jumped")),
            SAY("set_or_confirm"),
        )


def backups(made: Services) -> Iterator[Check]:
    """There is a backup, and a fresh one."""
    if not made.settings.backup.to:
        yield warning(
            "backups",
            SAY("no_backups_wanted"),
            SAY("set_up_backups"),
        )
        return
    with made.vault() as vault:
        found, wrong = vault.manifests()
    for fault in wrong[:3]:
        yield error("backups", fault, "maild backup --verify")
    if not found:
        yield error("backups", SAY("no_backup", place=made.settings.backup.to), "maild backup")
        return
    age = made.clock.now() - found[-1].created
    detail = SAY("latest_backup", count=len(found), hours=round(age.total_seconds() / 3600))
    yield ok("backups", detail) if age <= OLD else warning("backups", detail, SAY("status_of_backup"))


def troubles(made: Services) -> Iterator[Check]:
    """What the running daemon tells."""
    from maild.domain.operation.heartbeat import Pulse, Running
    from maild.domain.operation.trouble import of_data

    if not _laid_out(made):
        return
    now, locale = made.clock.now(), "en"
    with made.store.read() as uow:
        alive = [beat for beat in uow.heartbeats.all(Running.DAEMON) if beat.pulse(now) is Pulse.ALIVE]
    standing = [one for beat in alive for one in of_data(beat.data) if one.open]
    for one in standing:
        tell = warning if made.troubles.of(one.cause).ready else error
        what = f"{made.troubles.name(one, locale)}: {one.what}".removesuffix(": ")
        yield tell("troubles", what, made.troubles.of(one.cause).help["en"])
    if alive and not standing:
        yield ok("troubles", SAY("no_troubles"))


def alarms(made: Services) -> Iterator[Check]:
    """Somebody is told when maild stops, by another road than mail."""
    roads = made.alarms.roads if made.alarms else ()
    if not roads:
        yield warning("alarms", SAY("nobody_told"), SAY("name_road"))
    else:
        yield ok("alarms", SAY("roads", roads=", ".join(roads)))
        if not made.settings.alarm.heartbeat:
            yield warning(
                "alarms",
                SAY("no_heartbeat"),
                SAY("set_heartbeat"),
            )


def second_reader(made: Services) -> Iterator[Check]:
    """Which weights speak, whether they can be read, and whether anybody listens."""
    from maild.domain.learning.learned import in_force

    if not _laid_out(made):
        return
    with made.store.read() as uow:
        now = in_force(uow.learned.last())
    version = now.version or LEARNING("shipped_weights")
    if now.silent:
        yield warning("second reader", SAY("second_silent", why=now.silent), SAY("arm_or_adopt"))
    elif made.second("", "") is None:
        yield error("second reader", SAY("second_unreadable", version=version), "maild learn adopt shipped")
    else:
        yield ok("second reader", version)


CHECKS = (mails, arrivals, held_time, backups, troubles, alarms, second_reader)
