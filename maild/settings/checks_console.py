"""The laws of [console] and [oidc]: nobody signs in where others could read along, nor on a stranger's word."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from maild.config import Console, Oidc, Settings
from maild.config_console import loopback
from maild.domain.desk.access import Role
from maild.settings.found import Found

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]+")
_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
OF_THE_PROTOCOL = frozenset(
    {
        "authorization",
        "cookie",
        "forwarded",
        "host",
        "origin",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-csrf-token",
    }
)


def console_faults(settings: Settings) -> Iterator[Found]:
    """What is wrong with the values of the two sections."""
    console = settings.console
    yield from _listen(console.listen)
    if console.public_url:
        yield from _public_url(console)
    if console.idle_minutes > console.session_hours * 60:
        yield Found(
            option="console.idle_minutes",
            what="is longer than console.session_hours",
            remedy="give fewer minutes, or more hours",
        )
    yield from _metrics(settings)
    yield from _proxies(console)
    yield from _hosts(console)
    if settings.oidc.issuer:
        yield from _oidc(settings.oidc, console)
    elif not console.passwords and not console.trusted_proxy_header:
        yield Found(
            option="console.passwords",
            what="is false, and there is no other way to sign in",
            remedy="set oidc.issuer or console.trusted_proxy_header, or passwords = true",
        )


def console_warnings(settings: Settings) -> Iterator[Found]:
    """What may be meant so, and should be known: pages that the network can reach without TLS."""
    console = settings.console
    listen, public = address(console.listen), urlsplit(console.public_url)
    if listen and not loopback(listen[0]) and public.scheme != "https":
        yield Found(
            option="console.listen",
            what=f"{console.listen} is reached from the network, without TLS",
            remedy="listen on 127.0.0.1 behind a proxy with TLS, and give its https address as public_url; "
            "docs/operations.md shows how",
        )
    if public.scheme == "http" and not loopback(public.hostname or ""):
        yield Found(
            option="console.public_url",
            what="is plain http: passwords can be read on their way",
            remedy="give an https address",
        )


def address(listen: str) -> tuple[str, int] | None:
    """Host and port of 'host:port' or '[v6]:port'; None where it is neither. Port 0: any that is free."""
    host, colon, port = listen.rpartition(":")
    bare = host.strip("[]")
    if not colon or not port.isascii() or not port.isdecimal() or int(port) > 65535:
        return None
    try:
        version = ipaddress.ip_address(bare).version
    except ValueError:
        return (bare, int(port)) if bare == "localhost" else None
    return (bare, int(port)) if (version == 6) == host.startswith("[") else None


def _listen(listen: str) -> Iterator[Found]:
    if address(listen) is None:
        yield Found(
            option="console.listen",
            what=f"{listen!r} is no address with a port",
            remedy='such as "127.0.0.1:8030" or "[::1]:8030"',
        )


def _metrics(settings: Settings) -> Iterator[Found]:
    """Who can reach the port learns how the office fares: beyond this machine only with a token."""
    metrics = settings.metrics
    for option, listen in (("metrics.listen", metrics.listen), ("metrics.console_listen", metrics.console_listen)):
        where = address(listen) if listen else ("localhost", 0)
        if where is None:
            remedy = 'such as "127.0.0.1:9830" or "[::1]:9830"'
            yield Found(option=option, what=f"{listen!r} is no address with a port", remedy=remedy)
        elif not loopback(where[0]) and not metrics.token:
            what = f"{listen} can be reached from other machines, and there is no metrics.token"
            yield Found(option=option, what=what, remedy="give metrics.token_file, or listen on 127.0.0.1")


def _web_address(url: str) -> SplitResult | None:
    """The parts of an http(s) address without anything that an address of ours never has; None where it is none."""
    try:
        parts = urlsplit(url)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    extras = parts.username is not None or parts.password is not None or parts.query or parts.fragment
    return parts if fit and not extras and "#" not in url and "?" not in url else None


def _public_url(console: Console) -> Iterator[Found]:
    option, parts = "console.public_url", _web_address(console.public_url)
    if parts is None or not _PATH.fullmatch(parts.path):
        # The address is not shown: it may hold a password.
        yield Found(
            option=option,
            what="is no http(s) address, or holds more than host and path",
            remedy='such as "https://library.example/ill"',
        )
    elif console.secure_cookies == "never" and parts.scheme == "https":
        yield Found(
            option="console.secure_cookies", what="is never, though browsers come by https", remedy='give "auto"'
        )
    elif parts.scheme == "http" and not loopback(parts.hostname or "") and console.secure:
        yield Found(
            option=option,
            what="is plain http: the sign-in would need cookies that go over TLS only",
            remedy='give an https address, or secure_cookies = "never" if all who share the network may read along',
        )


def _proxies(console: Console) -> Iterator[Found]:
    option = "console.trusted_proxies"
    for said in console.trusted_proxies:
        try:
            network = ipaddress.ip_network(said)
        except ValueError:
            yield Found(
                option=option,
                what=f"{said!r} is neither an address nor a network",
                remedy='such as ["127.0.0.1"] or ["192.0.2.0/28"]',
            )
            continue
        if network.prefixlen == 0:
            yield Found(option=option, what=f"{said} is everybody", remedy="name our own proxies alone")
    option, header = "console.trusted_proxy_header", console.trusted_proxy_header
    if header and (not _HEADER.fullmatch(header) or header.lower() in OF_THE_PROTOCOL):
        yield Found(option=option, what=f"{header!r} will not do as a header", remedy='such as "X-Remote-User"')
    if header and not console.trusted_proxies:
        yield Found(
            option="console.trusted_proxies",
            what="is empty, and trusted_proxy_header is to be believed",
            remedy="name the proxy's address: nobody else's word counts",
        )


def _hosts(console: Console) -> Iterator[Found]:
    for said in console.hosts:
        if not _HOST_NAME.fullmatch(said):
            yield Found(
                option="console.hosts",
                what=f"{said!r} is no name of a host",
                remedy='give names alone, such as ["ill.library.example"]',
            )


def _oidc(oidc: Oidc, console: Console) -> Iterator[Found]:
    parts = _web_address(oidc.issuer)
    if parts is None:
        yield Found(
            option="oidc.issuer",
            what="is no http(s) address, or holds more than host and path",
            remedy='such as "https://idp.example/realms/main"',
        )
    elif parts.scheme == "http" and not loopback(parts.hostname or ""):
        yield Found(
            option="oidc.issuer",
            what=f"is not encrypted: http to {parts.hostname}",
            remedy="give an https address; http goes to this machine only",
        )
    if not oidc.client_id and oidc.protocol == "oidc":
        yield Found(
            option="oidc.client_id",
            what="is missing, and oidc.issuer is set",
            remedy="give the name under which the provider knows the console",
        )
    listen = address(console.listen)
    if not console.public_url and listen and not loopback(listen[0]):
        yield Found(
            option="console.public_url",
            what="is missing: the provider sends browsers back to it",
            remedy='such as "https://library.example/ill"',
        )
    if "openid" not in oidc.scopes and oidc.protocol == "oidc":
        yield Found(option="oidc.scopes", what="lacks openid", remedy='give ["openid", "profile", "email"]')
    if oidc.protocol == "cas":
        yield from _cas(oidc)
    yield from _roles(oidc)
    for domain in oidc.domains:
        if not _DOMAIN.fullmatch(domain):
            yield Found(option="oidc.domains", what=f"{domain!r} is no domain", remedy='such as ["library.example"]')


def _cas(oidc: Oidc) -> Iterator[Found]:
    """CAS says of no attribute who has verified it: an address that people may change themselves names nobody."""
    if oidc.account_claim in ("email", "mail"):
        yield Found(
            option="oidc.account_claim",
            what="an address names nobody over CAS: it does not say whether it was verified",
            remedy='such as "user", the login name',
        )
    if oidc.domains:
        yield Found(
            option="oidc.domains",
            what="cannot be held to over CAS: it does not say whether an address was verified",
            remedy="leave it out; role_claim and roles, or accounts made beforehand, say who may sign in",
        )


def _roles(oidc: Oidc) -> Iterator[Found]:
    for said in oidc.roles:
        value, equals, role = said.rpartition("=")
        if not equals or not value or role not in list(Role):
            yield Found(
                option="oidc.roles",
                what=f"{said!r} gives no role",
                remedy=f"write VALUE=ROLE; the roles are {', '.join(Role)}",
            )
    if bool(oidc.roles) != bool(oidc.role_claim):
        yield Found(
            option="oidc.role_claim" if oidc.roles else "oidc.roles",
            what="is missing: the two go together",
            remedy='such as role_claim = "groups", roles = ["ill-staff=librarian"]',
        )
    if oidc.create and not oidc.roles and oidc.default_role == "none":
        yield Found(
            option="oidc.default_role",
            what="is none, and nothing else gives accounts a role: none is made",
            remedy='give roles, or default_role = "viewer"',
        )
