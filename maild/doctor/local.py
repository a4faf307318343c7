"""What lies on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from maild.bootstrap import Services
from maild.doctor.model import Check, error, ok, warning
from maild.settings import faults_for_run

DISK_LOW = 2 * 1024**3  # bytes: some weeks of mail with attachments
DISK_FULL = 200 * 1024**2
CREDENTIAL_STORES = (
    "/etc/credstore",
    "/etc/credstore.encrypted",
    "/run/credstore",
    "/run/credstore.encrypted",
    "/usr/lib/credstore",
)
AS_THE_SERVICE = (
    "check as the service does: systemd-run --pipe --wait -p User=maild -p 'ImportCredential=maild.*' maild check"
)
BUILT = 2026  # a clock that shows an earlier year has lost its battery


def configuration(made: Services) -> Iterator[Check]:
    """Secrets, folders and keys that `maild run` needs."""
    faults = list(faults_for_run(made.settings))
    for fault in faults:
        if credential := _credential(fault.option):
            yield warning(
                "configuration",
                f"{fault.option} is a systemd credential ({credential}): only the service reads it",
                AS_THE_SERVICE,
            )
        else:
            yield error("configuration", f"{fault.option} {fault.what}", fault.remedy)
    if not faults:
        yield ok("configuration", f"complete: {len(made.settings.mailbox)} mailbox(es)")
    if not made.settings.smtp.armed:
        yield warning(
            "sending",
            "smtp.armed is false: notices are written and held, nothing leaves",
            "when the test notices look right, set armed = true in [smtp]",
        )


def _credential(option: str) -> str:
    """The file from which systemd hands the secret to the service, '' where there is none (systemd.exec(5))."""
    section, _, name = option.partition(".")
    pattern = f"maild.mailbox.*.{name}" if section == "mailbox" else f"maild.{option}"
    places = (Path(place) for place in CREDENTIAL_STORES)
    found = (str(path) for place in places if place.is_dir() for path in sorted(place.glob(pattern)))
    return next(found, "")


def database(made: Services) -> Iterator[Check]:
    """Reachable, and with the schema this program needs."""
    from maild.store import migrate

    store = made.settings.store
    found = migrate.check(store.url, store.password.reveal())
    kind = store.url.partition(":")[0]
    if found.ok:
        with made.store.read() as uow:
            folders = uow.mailboxes.all()
        yield ok("database", f"{kind}, revision {found.current}")
        for state in folders:
            if not state.armed and not state.filing:
                yield warning(
                    "arming",
                    f"{state.mailbox} has its baseline and is not armed: nothing is answered or moved",
                    f"maild mailbox arm {state.mailbox}",
                )
    elif found.current:
        detail = f"{kind} is at revision {found.current}, maild needs {found.head}"
        yield error("database", detail, "maild db upgrade")
    else:
        yield warning("database", f"{kind} is empty: the first maild run lays it out", "or now: maild db upgrade")


def blobs(made: Services) -> Iterator[Check]:
    """The folder of mails, and room on its disk."""
    folder = made.settings.store.blobs
    place = _existing(folder)
    if not os.access(place, os.W_OK | os.X_OK):
        yield error("blobs", f"{folder} cannot be written", f"install -d -o maild -m 0700 {folder}")
        return
    yield ok("blobs", f"mails are kept in {folder}" if folder.is_dir() else f"{folder} (made at the first mail)")
    yield from _bytes(made)
    free = shutil.disk_usage(place).free
    detail = f"{free / 1e9:.1f} GB free for {folder}"
    if free < DISK_FULL:
        yield error("disk", detail, "free disk space; without it no mail can be taken in")
    elif free < DISK_LOW:
        yield warning("disk", detail, "free disk space soon, or move store.blobs")
    else:
        yield ok("disk", detail)


def _bytes(made: Services) -> Iterator[Check]:
    """The folder is this database's, and has what the database speaks of."""
    from maild.office.safety.bytes_again import missing
    from maild.store import migrate

    store = made.settings.store
    if not migrate.check(store.url, store.password.reveal()).ok:
        return  # the database says so itself
    with made.store.read() as uow:
        known = uow.restorations.identity()
    there = made.blobs.identity()
    if known is not None and there != known[0]:
        yield error(
            "blobs",
            f"{made.blobs.folder} bears the name {there or '–'}, the database {known[0]}",
            "name the folder that all hosts of this database share in store.blobs",
        )
    gone = sum(1 for _ in missing(made.store, made.blobs))
    if gone:
        yield error("blobs", f"the bytes of {gone} stored mails and files are missing", "maild check --blobs")


def _existing(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def rules(made: Services) -> Iterator[Check]:
    """The rules load, and their examples hold."""
    from maild.parse import parse_mail

    found = made.rules
    _ = made.drift  # drift.toml, which stands beside them
    failed = [r for r in made.rule_examples(parse_mail) if not r.passed]
    for result in failed[:5]:
        yield error("rules", f"{result.rule}: {result.mail}: {'; '.join(result.problems[:2])}", "maild rules test")
    if not failed:
        count = sum(len(rule.examples) for rule in found.rules)
        yield ok("rules", f"{len(found.rules)} rules, {count} examples hold")
    synthetic = [rule.name for rule in found.rules if rule.synthetic]
    if synthetic:
        yield warning(
            "rules",
            f"{len(synthetic)} rules rest on guessed wording (synthetic), e.g. {synthetic[0]}",
            "replace their examples by real mails: rules/README.md",
        )


def fees(made: Services) -> Iterator[Check]:
    """The tariffs load, one is valid today, and which of their values are not the office's own."""
    from maild.office.payments.tariffs import tariffs_in_force

    found = tariffs_in_force(made.settings.rules.folder)
    today = made.clock.now().astimezone(ZoneInfo(made.settings.office.timezone)).date()
    valid = [tariff for tariff in found if tariff.valid(today)]
    yield ok("fees", f"{len(found)} tariffs; valid today: {', '.join(one.name for one in valid) or 'none'}")
    for tariff in valid:
        for name in tariff.placeholders():
            yield warning("fees", f"{tariff.name}: {name} is a placeholder", "put the office's own value: docs/fees.md")


def calendar(made: Services) -> Iterator[Check]:
    """Whether the working days of this year, and soon of the next, are known."""
    found = made.calendar
    today = made.clock.now().astimezone(ZoneInfo(made.settings.office.timezone)).date()
    warnings = found.warnings(today)
    for said in warnings:
        yield warning("calendar", said, "put the year's notice into calendar/ of the rules folder: docs/fees.md")
    if not warnings:
        yield ok("calendar", f"working days of {today.year} are known")


def requests(made: Services) -> Iterator[Check]:
    """The service times load, and there is somebody whom a query about a silent request can go to."""
    _ = made.requests
    asked = sorted(one.id for one in made.providers.values() if one.contact)
    if asked:
        yield ok("requests", f"service times hold; queries go to {', '.join(asked)}")
    else:
        yield warning(
            "requests",
            "no provider has a contact: queries about silent requests cannot be drafted",
            "name contacts in providers.toml of the rules folder: docs/requests.md",
        )


def templates(made: Services) -> Iterator[Check]:
    """Every notice can be rendered in every language, and passes the judge of mails."""
    from maild.domain.outgoing.notice import NoticeKind
    from maild.domain.requests.patron import Language
    from maild.notify.editing.lint import lint
    from maild.notify.rendering.samples import sample_parts

    count = 0
    now = made.clock.now()
    for kind in NoticeKind:
        for locale in Language:
            message = made.renderer.render(sample_parts(kind, locale.value), message_id="<check@maild>", date=now)
            count += 1
            for fault in lint(message.raw)[:2]:
                yield error("templates", f"{kind} ({locale or 'both languages'}): {fault}", "correct the template")
    yield ok("templates", f"{count} notices rendered")


def receipts(made: Services) -> Iterator[Check]:
    """Payment proofs can be read: the layouts and the OCR models load in a confined process."""
    if made.receipts.absent:
        yield warning(
            "receipts",
            "pictures are not read here: each payment proof waits for a person",
            "install the package maild-receipts",
        )
        return
    made.receipts.warm()
    missing = [f"{measure} ({why})" for measure, why in made.receipts.confinement.items() if why]
    if missing:
        yield warning(
            "receipts",
            f"proofs are read without {', '.join(missing)}",
            "see docs/security.md: what the kernel or the unit does not grant",
        )
    else:
        yield ok("receipts", "OCR models and layouts load; read in confinement")


def clock(made: Services) -> Iterator[Check]:
    """The clock is not obviously wrong; signatures and due dates hang on it."""
    zone = made.settings.office.timezone
    here = made.clock.now().astimezone(ZoneInfo(zone))
    detail = f"{here:%Y-%m-%d %H:%M} in {zone}"
    if here.year < BUILT:
        yield error("clock", f"{detail}: before this program was written", "set the clock; switch time sync on")
    else:
        yield ok("clock", detail)


def events(made: Services) -> Iterator[Check]:
    """The library's own system takes what it is told."""
    from maild.domain.outgoing.event import EventState
    from maild.store import migrate

    if not made.settings.webhook.url:
        return
    store = made.settings.store
    if not migrate.check(store.url, store.password.reveal()).ok:
        return  # the database says so itself
    with made.store.read() as uow:
        waiting, gone = uow.events.waiting(), uow.events.find(state=EventState.GONE, limit=1)
        failed = uow.events.find(state=EventState.FAILED, limit=1000)
    if gone:
        yield error(
            "webhook",
            f"the receiver answered 410: {waiting} event(s) wait",
            "mend webhook.url, or: maild events resend --gone",
        )
    elif failed:
        yield warning("webhook", f"{len(failed)} event(s) were given up", "maild events list --state failed")
    else:
        yield ok("webhook", f"{waiting} event(s) wait; maild events test posts one")


def registrations(made: Services) -> Iterator[Check]:
    """How registrations are reviewed can be read, and somebody is told when one waits too long."""
    times, settings = made.reviews.times, made.settings
    limit = f"reviewed within {times.days} working day(s), by {times.until:%H:%M}"
    if settings.staff.addresses:
        yield ok("registrations", f"{limit}; told: {', '.join(settings.staff.addresses)}")
    else:
        yield warning(
            "registrations",
            f"{limit}; nobody is told by mail of one that waits too long",
            "name the people of the office in staff.addresses",
        )


CHECKS = (
    configuration,
    database,
    blobs,
    rules,
    fees,
    calendar,
    requests,
    registrations,
    templates,
    receipts,
    clock,
    events,
)
