"""Checks of values against one another and against laws that a type cannot say; no I/O but `is_dir`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from maild.config import UNSET, Mailbox, Office, Settings, facts
from maild.domain.hours import Hours, read_time
from maild.domain.outgoing.return_path import MOST_LOCAL, PLACE
from maild.settings.checks_console import console_faults
from maild.settings.checks_ldap import ldap_faults
from maild.settings.checks_webhook import alarm_faults, oauth_faults, traces_faults, webhook_faults
from maild.settings.found import Found

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
DEMO = "maild-demo-"  # how the folder of a demo begins: it goes with it
DATABASES = ("sqlite://", "postgresql+psycopg://", "postgresql://")
TOKEN_KEY_LENGTH = 32  # characters at least: 16 bytes in hex


def value_faults(settings: Settings) -> Iterator[Found]:
    """Every fault of the values as such, whatever they are to be used for."""
    yield from _office(settings)
    yield from _mailboxes(settings.mailbox)
    yield from _smtp(settings)
    yield from _store(settings)
    yield from _authentication(settings)
    yield from _matching(settings)
    yield from _hours(settings)
    yield from webhook_faults(settings)
    yield from alarm_faults(settings)
    yield from oauth_faults(settings)
    yield from traces_faults(settings)
    yield from ldap_faults(settings)
    yield from console_faults(settings)
    for option, folder in (("notices.templates", settings.notices.templates), ("rules.folder", settings.rules.folder)):
        if folder and not Path(folder).is_dir():
            if Path(folder).parent.name.startswith(DEMO):
                what, remedy = "was a demo's, which has ended", "make demo DEMO= starts another; maild init, your own"
                yield Found(option=option, what=what, remedy=remedy)
                continue
            yield Found(
                option=option, what=f"{folder} is not a folder", remedy="create it, or set '' to use what is shipped"
            )


def _office(settings: Settings) -> Iterator[Found]:
    office = settings.office
    for option, address in (("office.address", office.address), ("office.system_address", office.system_address)):
        if not _ADDRESS.fullmatch(address):
            yield Found(option=option, what=f"{address!r} is not a mail address", remedy="give name@domain alone")
    try:
        ZoneInfo(office.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Found(
            option="office.timezone",
            what=f"{office.timezone!r} is not a time zone",
            remedy='give an IANA name such as "Asia/Shanghai" (and install tzdata)',
        )


def _mailboxes(mailboxes: tuple[Mailbox, ...]) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for index, box in enumerate(mailboxes):
        first = seen.setdefault(box.name, index)
        if first != index:
            what = f"{box.name!r} is the name of another mailbox too"
            yield Found(option="mailbox.name", what=what, remedy="give each [[mailbox]] its own name", index=index)
        if not _NAME.fullmatch(box.name):
            what = f"{box.name!r} will not do: letters, digits, '.', '_' and '-' only"
            yield Found(option="mailbox.name", what=what, remedy='give a short word such as "office"', index=index)
        yield from _host("mailbox.host", box.host, index)
        if not box.folders or len(set(box.folders)) < len(box.folders) or "" in box.folders:
            what = "is empty or names a folder twice"
            yield Found(option="mailbox.folders", what=what, remedy='give ["INBOX"] or a list', index=index)
        both = sorted(set(box.sent_folders) & set(box.folders))
        if both or "" in box.sent_folders:
            what = f"{both[0] if both else ''!r} is also one of mailbox.folders, or no name"
            remedy = "a folder holds what came or what was sent: name it once"
            yield Found(option="mailbox.sent_folders", what=what, remedy=remedy, index=index)
        for name in ("folder_settled", "folder_review", "folder_ignored"):
            if box.filing == "move" and getattr(box, name) in (*box.folders, *box.sent_folders):
                what = f"{getattr(box, name)!r} is one of the folders that are read"
                remedy = "name another folder, or '' to leave the mails where they are"
                yield Found(option=f"mailbox.{name}", what=what, remedy=remedy, index=index)


def _hours(settings: Settings) -> Iterator[Found]:
    notices, staff = settings.notices, settings.staff
    times = [("notices.daily_at", notices.daily_at), ("staff.digest_at", staff.digest_at)]
    for option, said in times:
        try:
            if said or option == "notices.daily_at":
                read_time(said)
        except ValueError as error:
            yield Found(option=option, what=str(error), remedy='give hours and minutes: "08:30"')
    try:
        Hours.read(notices.quiet_hours)
    except ValueError as error:
        yield Found(option="notices.quiet_hours", what=str(error), remedy="give \"22:00-07:00\", or '' for none")


def _host(option: str, host: str, index: int = 0) -> Iterator[Found]:
    if not _HOST.fullmatch(host):
        remedy = "give the host alone, without port or scheme"
        yield Found(option=option, what=f"{host!r} is not a host name", remedy=remedy, index=index)


def _sent_folder(settings: Settings) -> Iterator[Found]:
    smtp, names = settings.smtp, [box.name for box in settings.mailbox]
    if smtp.sent_mailbox and smtp.sent_mailbox not in names:
        what = f"there is no [[mailbox]] {smtp.sent_mailbox!r}"
        yield Found(option="smtp.sent_mailbox", what=what, remedy=f"one of {', '.join(names)}, or '' for the first")
    box = next((box for box in settings.mailbox if smtp.sent_mailbox in ("", box.name)), None)
    if smtp.sent_folder and box and smtp.sent_folder in (*box.folders, box.folder_settled, box.folder_review):
        what = f"{smtp.sent_folder!r} is a folder of mail that comes in"
        yield Found(option="smtp.sent_folder", what=what, remedy="name the folder of sent mail, or write auto")


def _smtp(settings: Settings) -> Iterator[Found]:
    smtp = settings.smtp
    yield from _host("smtp.host", smtp.host)
    if smtp.armed and (unsaid := list(unsaid_facts(settings.office))):
        what = f"is true while [office] has not said: {', '.join(unsaid)}"
        yield Found(
            option="smtp.armed", what=what, remedy="say them first, '' (or []) where there is none: notices print them"
        )
    local, _, domain = smtp.bounce.partition("@")
    if smtp.bounce and not (
        local.count(PLACE) == 1
        and PLACE not in domain
        and len(local.replace(PLACE, "")) <= MOST_LOCAL
        and _ADDRESS.fullmatch(smtp.bounce)
    ):
        what = f"{smtp.bounce!r} is not an address with one {PLACE} before its '@'"
        yield Found(option="smtp.bounce", what=what, remedy="give one such as 'office+{token}@lib.example', or ''")
    yield from _sent_folder(settings)
    if smtp.dkim_domain:
        yield from _host("smtp.dkim_domain", smtp.dkim_domain)
        if not smtp.dkim_key_file:
            yield Found(
                option="smtp.dkim_key_file",
                what="is missing, and smtp.dkim_domain asks for signing",
                remedy="give the PEM file of the private key, or set dkim_domain = ''",
            )
    elif smtp.dkim_key_file:
        what = "is given, but smtp.dkim_domain is empty: nothing would be signed"
        yield Found(option="smtp.dkim_key_file", what=what, remedy="set smtp.dkim_domain too")


def _store(settings: Settings) -> Iterator[Found]:
    url = settings.store.url
    if not url.startswith(DATABASES):
        # An URL may hold a password: only its scheme is shown.
        yield Found(
            option="store.url",
            what=f"{url.partition(':')[0]!r} is no database that maild knows",
            remedy="give sqlite:////path/maild.db or postgresql+psycopg://user@host/name",
        )
    elif re.match(r"[a-z+]+://[^/@:]*:[^/@]+@", url):
        yield Found(
            option="store.url",
            what="holds a password",
            remedy="take it out of the URL and give store.password_file",
        )


def _authentication(settings: Settings) -> Iterator[Found]:
    authserv_id = settings.authentication.authserv_id
    if authserv_id:
        yield from _host("authentication.authserv_id", authserv_id)
    for server in settings.authentication.nameservers:
        try:
            _dns_server(server)
        except ValueError:
            yield Found(
                option="authentication.nameservers",
                what=f"{server!r} is not an IP address, with or without :port",
                remedy='give addresses such as ["192.0.2.53"] or ["192.0.2.53:5353"], or [] for the system\'s',
            )


# What would send another office's patrons, or their money, to the wrong place.
TELLING = (
    "name_zh",
    "name_en",
    "phones",
    "pickup_zh",
    "pickup_en",
    "transfer_department",
    "transfer_project",
    "bank_payee",
    "bank_account",
)


# What is left out where it is empty, and what another office may share.
_MAY_BE_EMPTY = ("fees_url", "subsidy_url")
_SHARED = ("system_address", "timezone", "transfer_item")


def another_office(address: str) -> Office:
    """An office at that address which has said nothing else: no fact of the shipped one is taken for its own."""
    said: dict[str, Any] = {
        name: "" if name in _MAY_BE_EMPTY else (UNSET,) if isinstance(value, tuple) else UNSET
        for name, value in facts()["office"].items()
        if value and name not in _SHARED
    }
    return Office(**{**said, "address": address})


def unsaid_facts(office: Office) -> Iterator[str]:
    """The options that the office has still to say."""
    for name in facts()["office"]:
        if getattr(office, name) in (UNSET, (UNSET,)):
            yield name


def foreign_facts(office: Office) -> Iterator[str]:
    """The options that still hold the shipped office's facts where the address is another office's."""
    shipped = facts()["office"]
    if office.address.lower() != shipped["address"]:
        yield from (name for name in TELLING if getattr(office, name) == shipped[name])


def _dns_server(text: str) -> None:
    """An address, address:port or [v6]:port. Raises ValueError."""
    host, colon, port = text.rpartition(":")
    with_port = bool(colon) and port.isdigit() and (":" not in host or host.startswith("["))
    ipaddress.ip_address(host.strip("[]") if with_port else text.strip("[]"))


def _matching(settings: Settings) -> Iterator[Found]:
    yield from _pattern(settings.matching.transaction_number)
    for name in ("token_key", "former_token_key"):
        key = getattr(settings.matching, name).reveal()
        if key and len(key) < TOKEN_KEY_LENGTH:
            yield Found(
                option=f"matching.{name}",
                what=f"is too short: {len(key)} characters, {TOKEN_KEY_LENGTH} at least",
                remedy="make one with: openssl rand -hex 32",
            )


def _pattern(pattern: str) -> Iterator[Found]:
    import re2

    option = "matching.transaction_number"
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        detail = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        yield Found(
            option=option,
            what=f"not an RE2 pattern: {detail}",
            remedy="RE2 knows no look-around and no back-references; in TOML write it in 'single quotes'",
        )
        return
    if compiled.fullmatch(""):
        yield Found(option=option, what="matches the empty string", remedy="ask for at least one character")
