"""The mail servers: reach, login, capabilities. Nothing is changed on them and nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from maild.bootstrap import Services
from maild.config import Mailbox
from maild.doctor.hosts import by_server
from maild.doctor.model import Check, error, ok, warning
from maild.doctor.texts import SAY
from maild.domain.errors import Permanent

if TYPE_CHECKING:
    from maild.courier import ProbeReport

CERTIFICATE_DAYS = 14
Probe = Callable[[Services], Iterator[Check]]


def imap(made: Services, *, box: Mailbox) -> Iterator[Check]:
    """One mailbox."""
    from maild.mailbox import probe

    name = f"imap {box.name}"
    try:
        found = probe(box, made.bearer)
    except Permanent as refused:
        yield error(name, refused.what, refused.remedy)
        yield from _host(made, name, box.host)
        return
    mails = ", ".join(f"{folder}: {count}" for folder, count in found.exists.items()) or "?"
    server = f"{box.host}:{box.port}"
    said = [
        SAY("server_answers", host=server, tls=found.tls, mails=mails)
        if found.tls
        else SAY("server_answers_plain", host=server, mails=mails),
        SAY("ways_of_mailbox", how=found.watching, way=found.filing),
        *([f"{found.quirks}: {found.note}"] if found.quirks and found.note else []),
    ]
    yield ok(name, "; ".join(said))
    for text in found.warnings:
        yield warning(name, text, SAY("correct_mailbox", names=", ".join(found.folders[:10])))
    if not found.tls:
        yield warning(name, SAY("password_unencrypted"), SAY("set_tls"))
    if found.expires:
        yield from _certificate(name, found.expires, made.clock.now())


def _host(made: Services, name: str, server: str) -> Iterator[Check]:
    """What is known of the host: what it wants a program to log in with."""
    host, language = by_server(server), "zh" if made.settings.staff.language.startswith("zh") else "en"
    if host is not None:
        yield warning(name, SAY("mail_host", name=host.title[language]), host.how[language])


def _certificate(name: str, expires: str, now: datetime) -> Iterator[Check]:
    """`expires` as OpenSSL prints it: 'Nov 24 12:00:00 2027 GMT'."""
    end = datetime.strptime(expires, "%b %d %H:%M:%S %Y %Z").replace(tzinfo=UTC)
    left = (end - now).days
    if left < CERTIFICATE_DAYS:
        yield warning(name, SAY("certificate_ends", days=left), SAY("tell_server_people"))


def smtp(made: Services) -> Iterator[Check]:
    """The server that takes our notices."""
    from maild.courier.probe import probe

    settings = made.settings.smtp
    sender = made.settings.office.address
    try:
        found = asyncio.run(probe(settings, sender, made.bearer))
    except Permanent as refused:
        yield error("smtp", refused.what, refused.remedy)
        yield from _host(made, "smtp", settings.host)
        return
    yield ok("smtp", _login(found, settings.user))
    if found.refused:
        yield error(
            "smtp",
            SAY("sender_refused", address=sender, reply=found.refused),
            SAY("address_must_match"),
        )
    if settings.security == "none":
        yield warning("smtp", SAY("unencrypted"), SAY("set_tls"))
    biggest = made.settings.notices.max_attachment_bytes * 4 // 3  # base64
    if found.size_limit and biggest > found.size_limit:
        yield error(
            "smtp",
            SAY("attachments_too_big", most=found.size_limit, biggest=biggest),
            SAY("set_smaller", most=found.size_limit * 3 // 4 - 100_000),
        )


def _login(found: ProbeReport, user: str) -> str:
    """Which server took whom, and how big a mail it takes where it says so."""
    size = f"{found.size_limit / 1e6:.0f}" if found.size_limit else ""
    if size and found.logged_in:
        return SAY("smtp_logged_in_limit", server=found.server, user=user, size=size)
    if size:
        return SAY("smtp_no_login_limit", server=found.server, size=size)
    if found.logged_in:
        return SAY("smtp_logged_in", server=found.server, user=user)
    return SAY("smtp_no_login", server=found.server)


def sent_folder(made: Services) -> Iterator[Check]:
    """The folder that copies of what left are laid into."""
    if made.sent_folder is None:
        return
    try:
        with made.sent_folder.open() as folder:
            yield ok("sent folder", SAY("copies_laid_into", folder=repr(folder.name)))
    except Permanent as refused:
        yield error("sent folder", refused.what, refused.remedy)


def ldap(made: Services) -> Iterator[Check]:
    """The directory that patrons are taken from: one entry is asked for."""
    from maild.hooks.ldap import search
    from maild.office.imports.import_directory import DirectoryMap

    settings = made.settings.ldap
    found = search(settings, DirectoryMap.of(settings.attributes, settings.constants, settings.kinds).asked, most=1)
    if found:
        yield ok("ldap", SAY("ldap_names_patrons", url=settings.url))
    else:
        yield error("ldap", SAY("ldap_names_nobody", url=settings.url), SAY("correct_ldap"))


def checks(made: Services) -> list[tuple[str, Probe]]:
    """(name, check) of every server; one whose login is not configured is not bothered."""
    boxes = [box for box in made.settings.mailbox if box.user and (box.password or box.login == "oauth")]
    found: list[tuple[str, Probe]] = [(f"imap {box.name}", partial(imap, box=box)) for box in boxes]
    if made.settings.ldap.url:
        found.append(("ldap", ldap))
    if boxes and made.settings.smtp.sent_folder:
        found.append(("sent folder", sent_folder))
    settings = made.settings.smtp
    known = settings.password or settings.login == "oauth"
    return found if settings.user and not known else [*found, ("smtp", smtp)]
