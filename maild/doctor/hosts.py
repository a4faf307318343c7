"""Known mail hosts (rules/mail/hosts.toml): servers, and what a program logs in with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from maild.resources import data_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where it listens, and how it is encrypted (tls, starttls)."""

    host: str
    port: int
    security: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHost:
    """One host. title, how, limits: by language ('zh', 'en'); password: code, password or oauth; id: see RFC 2971.

    imap, smtp: host:port:security, with {domain} where each domain has servers of its own
    """

    name: str
    title: Mapping[str, str]
    imap: str
    smtp: str
    password: str
    how: Mapping[str, str]
    source: str
    domains: Sequence[str] = ()
    servers: Sequence[str] = ()
    id: bool = False
    limits: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def by_token(self) -> bool:
        """Whether passwords are of no use there."""
        return self.password == "oauth"  # noqa: S105 - a kind of password

    def server(self, which: str, address: str) -> Server:
        """That of 'imap' or 'smtp', for a mail address."""
        domain = address.rpartition("@")[2].lower()
        known = domain if domain in self.domains or not self.domains else self.domains[0]
        host, port, security = str(getattr(self, which)).format(domain=known).split(":")
        return Server(host=host, port=int(port), security=security)


@cache
def known_hosts() -> Sequence[MailHost]:
    """All of them."""
    rows = tomllib.loads((data_folder("rules") / "mail" / "hosts.toml").read_text("utf-8"))["host"]
    return tuple(MailHost(**row) for row in rows)


def by_name(name: str) -> MailHost | None:
    """The one that `maild init --mail-host` calls so."""
    return next((one for one in known_hosts() if one.name == name), None)


def by_address(address: str) -> MailHost | None:
    """The host at which all addresses of that domain lie."""
    domain = address.rpartition("@")[2].lower()
    return next((one for one in known_hosts() if domain in one.domains), None)


def by_server(server: str) -> MailHost | None:
    """The host that has this server."""
    name = server.lower().rstrip(".")
    return next((h for h in known_hosts() if any(name == s or name.endswith(f".{s}") for s in h.servers)), None)
