"""The mail servers: reach, login, capabilities. Nothing is changed on them and nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from maild.bootstrap import Services
from maild.config import Mailbox
from maild.doctor.hosts import by_server
from maild.doctor.model import Check, error, ok, warning
from maild.domain.errors import Permanent

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
        f"{server} answers, {found.tls}, mails {mails}"
        if found.tls
        else f"{server} answers, NOT encrypted, mails {mails}",
        f"watching by {found.watching}, filing by {found.filing}",
        *([f"{found.quirks}: {found.note}"] if found.quirks and found.note else []),
    ]
    yield ok(name, "; ".join(said))
    for text in found.warnings:
        yield warning(name, text, "correct [[mailbox]]; the server's folders: " + ", ".join(found.folders[:10]))
    if not found.tls:
        yield warning(name, "the password travels unencrypted", 'set security = "tls"')
    if found.expires:
        yield from _certificate(name, found.expires, made.clock.now())


def _host(made: Services, name: str, server: str) -> Iterator[Check]:
    """What is known of the host: what it wants a program to log in with."""
    host, language = by_server(server), "zh" if made.settings.staff.language.startswith("zh") else "en"
    if host is not None:
        yield warning(name, f"the mail host is {host.title[language]}", host.how[language])


def _certificate(name: str, expires: str, now: datetime) -> Iterator[Check]:
    """`expires` as OpenSSL prints it: 'Nov 24 12:00:00 2027 GMT'."""
    end = datetime.strptime(expires, "%b %d %H:%M:%S %Y %Z").replace(tzinfo=UTC)
    left = (end - now).days
    if left < CERTIFICATE_DAYS:
        yield warning(name, f"the server's certificate ends in {left} days", "tell the people who run the server")


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
    limit = f", mails up to {found.size_limit / 1e6:.0f} MB" if found.size_limit else ""
    login = f"logged in as {settings.user}" if found.logged_in else "no login"
    yield ok("smtp", f"{found.server}, {login}{limit}")
    if found.refused:
        yield error(
            "smtp",
            f"does not let us send as {sender}: {found.refused}",
            "office.address must be an address that smtp.user may send from",
        )
    if settings.security == "none":
        yield warning("smtp", "the connection is not encrypted", 'set security = "tls"')
    biggest = made.settings.notices.max_attachment_bytes * 4 // 3  # base64
    if found.size_limit and biggest > found.size_limit:
        yield error(
            "smtp",
            f"takes {found.size_limit} bytes a mail; an attachment may make {biggest}",
            f"set notices.max_attachment_bytes to {found.size_limit * 3 // 4 - 100_000} at most",
        )


def sent_folder(made: Services) -> Iterator[Check]:
    """The folder that copies of what left are laid into."""
    if made.sent_folder is None:
        return
    try:
        with made.sent_folder.open() as folder:
            yield ok("sent folder", f"copies of notices are laid into {folder.name!r}")
    except Permanent as refused:
        yield error("sent folder", refused.what, refused.remedy)


def ldap(made: Services) -> Iterator[Check]:
    """The directory that patrons are taken from: one entry is asked for."""
    from maild.hooks.ldap import search
    from maild.office.imports.import_directory import DirectoryMap

    settings = made.settings.ldap
    found = search(settings, DirectoryMap.of(settings.attributes, settings.constants, settings.kinds).asked, most=1)
    if found:
        yield ok("ldap", f"{settings.url} names patrons")
    else:
        yield error("ldap", f"{settings.url} names nobody", "correct ldap.base or ldap.filter")


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
