"""What lies on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from maild.bootstrap import Services
from maild.doctor.model import Check, error, ok, warning
from maild.doctor.texts import SAY
from maild.office.watch import SAY as WATCH
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
BUILT = 2026  # a clock that shows an earlier year has lost its battery


def configuration(made: Services) -> Iterator[Check]:
    """Secrets, folders and keys that `maild run` needs."""
    faults = list(faults_for_run(made.settings))
    for fault in faults:
        if credential := _credential(fault.option):
            yield warning(
                "configuration",
                SAY("credential", option=fault.option, file=credential),
                SAY("as_the_service"),
            )
        else:
            yield error("configuration", f"{fault.option} {fault.what}", fault.remedy)
    if not faults:
        yield ok("configuration", SAY("complete", count=len(made.settings.mailbox)))
    if not made.settings.smtp.armed:
        yield warning(
            "sending",
            SAY("not_armed"),
            SAY("arm_when_right"),
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
        yield ok("database", SAY("schema_is", kind=kind, revision=found.current))
        for state in folders:
            if not state.armed and not state.filing:
                yield warning(
                    "arming",
                    SAY("mailbox_not_armed", mailbox=state.mailbox),
                    f"maild mailbox arm {state.mailbox}",
                )
    elif found.current:
        detail = SAY("schema_older", kind=kind, current=found.current, head=found.head)
        yield error("database", detail, "maild db upgrade")
    else:
        yield warning("database", SAY("schema_missing", kind=kind), SAY("upgrade_now"))


def blobs(made: Services) -> Iterator[Check]:
    """The folder of mails, and room on its disk."""
    folder = made.settings.store.blobs
    place = _existing(folder)
    if not os.access(place, os.W_OK | os.X_OK):
        yield error("blobs", SAY("folder_not_writable", folder=folder), SAY("make_folder", folder=folder))
        return
    yield ok("blobs", SAY("mails_lie_in", folder=folder) if folder.is_dir() else SAY("folder_not_yet", folder=folder))
    yield from _bytes(made)
    free = shutil.disk_usage(place).free
    detail = SAY("gb_free", size=f"{free / 1e9:.1f}", folder=folder)
    if free < DISK_FULL:
        yield error("disk", detail, SAY("free_disk"))
    elif free < DISK_LOW:
        yield warning("disk", detail, SAY("free_disk_soon"))
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
            SAY("another_folder", folder=made.blobs.folder, there=there or "–", ours=known[0]),
            SAY("name_shared_folder"),
        )
    gone = sum(1 for _ in missing(made.store, made.blobs))
    if gone:
        yield error("blobs", SAY("bytes_missing", count=gone), "maild check --blobs")


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
        yield ok("rules", SAY("rules_hold", count=len(found.rules), examples=count))
    synthetic = [rule.name for rule in found.rules if rule.synthetic]
    if synthetic:
        yield warning(
            "rules",
            SAY("rules_guessed", count=len(synthetic), name=synthetic[0]),
            SAY("replace_examples"),
        )


def fees(made: Services) -> Iterator[Check]:
    """The tariffs load, one is valid today, and which of their values are not the office's own."""
    from maild.office.payments.tariffs import tariffs_in_force

    found = tariffs_in_force(made.settings.rules.folder)
    today = made.clock.now().astimezone(ZoneInfo(made.settings.office.timezone)).date()
    valid = [tariff for tariff in found if tariff.valid(today)]
    yield ok("fees", SAY("tariffs", count=len(found), names=", ".join(one.name for one in valid) or "none"))
    for tariff in valid:
        for name in tariff.placeholders():
            yield warning("fees", SAY("placeholder", name=tariff.name, item=name), SAY("put_own_value"))


def calendar(made: Services) -> Iterator[Check]:
    """Whether the working days of this year, and soon of the next, are known."""
    found = made.calendar
    today = made.clock.now().astimezone(ZoneInfo(made.settings.office.timezone)).date()
    warnings = found.warnings(today)
    for said in warnings:
        yield warning("calendar", said, SAY("put_calendar"))
    if not warnings:
        yield ok("calendar", SAY("working_days_known", year=today.year))


def requests(made: Services) -> Iterator[Check]:
    """The service times load, and there is somebody whom a query about a silent request can go to."""
    _ = made.requests
    asked = sorted(one.id for one in made.providers.values() if one.contact)
    if asked:
        yield ok("requests", SAY("queries_go_to", names=", ".join(asked)))
    else:
        yield warning(
            "requests",
            SAY("no_contacts"),
            SAY("name_contacts"),
        )


def templates(made: Services) -> Iterator[Check]:
    """Every notice can be rendered in every language, and passes the judge of mails."""
    from maild.domain.outgoing.notice import NoticeKind
    from maild.domain.requests.patron import Language
    from maild.notify.editing.lint import lint
    from maild.notify.rendering.samples import sample_parts

    count, both = 0, SAY("both_languages")
    now = made.clock.now()
    for kind in NoticeKind:
        for locale in Language:
            message = made.renderer.render(sample_parts(kind, locale.value), message_id="<check@maild>", date=now)
            count += 1
            for fault in lint(message.raw)[:2]:
                said = f"{kind} ({locale or both}): {fault}"
                yield error("templates", said, SAY("correct_template"))
    yield ok("templates", SAY("notices_rendered", count=count))


def receipts(made: Services) -> Iterator[Check]:
    """Payment proofs can be read: the layouts and the OCR models load in a confined process."""
    if made.receipts.absent:
        yield warning(
            "receipts",
            SAY("pictures_unread"),
            SAY("install_receipts"),
        )
        return
    made.receipts.warm()
    missing = [f"{measure} ({why})" for measure, why in made.receipts.confinement.items() if why]
    if missing:
        yield warning(
            "receipts",
            SAY("read_without", what=", ".join(missing)),
            SAY("see_security"),
        )
    else:
        yield ok("receipts", SAY("receipts_load"))


def clock(made: Services) -> Iterator[Check]:
    """The clock is not obviously wrong; signatures and due dates hang on it."""
    zone = made.settings.office.timezone
    here = made.clock.now().astimezone(ZoneInfo(zone))
    detail = SAY("clock_shows", moment=f"{here:%Y-%m-%d %H:%M}", zone=zone)
    if here.year < BUILT:
        yield error("clock", SAY("clock_too_early", clock=detail), WATCH("set_clock"))
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
            SAY("receiver_gone", count=waiting),
            SAY("mend_webhook"),
        )
    elif failed:
        yield warning("webhook", SAY("events_given_up", count=len(failed)), "maild events list --state failed")
    else:
        yield ok("webhook", SAY("events_wait", count=waiting))


def registrations(made: Services) -> Iterator[Check]:
    """How registrations are reviewed can be read, and somebody is told when one waits too long."""
    times, settings = made.reviews.times, made.settings
    days, until, told = times.days, f"{times.until:%H:%M}", ", ".join(settings.staff.addresses)
    if told:
        yield ok("registrations", SAY("reviewed_and_told", days=days, time=until, addresses=told))
    else:
        yield warning("registrations", SAY("reviewed_untold", days=days, time=until), SAY("name_staff"))


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
