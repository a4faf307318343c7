"""The laws of [ldap]: names and passwords travel encrypted, or stay on this machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from maild.config import Settings
from maild.settings.found import Found


def ldap_faults(settings: Settings) -> Iterator[Found]:
    """What is wrong with the section's values; nothing where no directory is set."""
    ldap = settings.ldap
    if not ldap.url:
        return
    try:
        parts = urlsplit(ldap.url)
        host, fit = parts.hostname or "", parts.scheme in ("ldap", "ldaps") and parts.port != 0
    except ValueError:
        host, fit = "", False
    if not (fit and host and not parts.username and parts.path in ("", "/") and not parts.query):
        yield Found(option="ldap.url", what="is no address of a directory", remedy='such as "ldaps://ldap.lib.example"')
    elif parts.scheme == "ldap" and not ldap.starttls and not _loopback(host):
        remedy = "give an ldaps:// address, or set ldap.starttls = true; plain ldap:// goes to this machine only"
        yield Found(option="ldap.url", what="is not encrypted", remedy=remedy)
    elif parts.scheme == "ldaps" and ldap.starttls:
        what = "is for ldap:// addresses: ldaps:// is encrypted from the first byte"
        yield Found(option="ldap.starttls", what=what, remedy="set it to false")
    if not ldap.base:
        yield Found(option="ldap.base", what="is missing", remedy='such as "ou=people,dc=lib,dc=example"')
    if not (ldap.filter.startswith("(") and ldap.filter.endswith(")")):
        yield Found(option="ldap.filter", what="is no filter", remedy='put it in brackets: "(objectClass=person)"')
    if bool(ldap.bind_dn) != bool(ldap.password):
        missing, there = ("password", "bind_dn") if ldap.bind_dn else ("bind_dn", "password")
        yield Found(option=f"ldap.{missing}", what=f"is missing beside ldap.{there}", remedy="give both, or neither")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
