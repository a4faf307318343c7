"""Domains: their organisational domain, their alignment, and those a From field names."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from maild.authenticate.tokens import without_comments, without_quoted

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_DNS_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_ANGLE = re.compile(r"<([^<>]*)>")
_ADDRESS_DOMAIN = re.compile(r"[^\s<>,;:()\"@]@([^\s<>,;:()\"@]+)")
_MAX_VALUE = 20_000
_MAX_DOMAINS = 4


@cache
def _suffixes(*, foreign: bool) -> PublicSuffixList:
    """The Public Suffix List as packaged: no look-up; parsed once, at first need (20 ms). foreign: with the names that
    IDNA writes in ASCII.

    The library puts each of its 10,000 names through that codec, which is nine tenths of its time; few need it.
    """
    from publicsuffixlist import PSLFILE
    from publicsuffixlist import PublicSuffixList as Suffixes

    names = [line.split(" ")[0] for line in Path(PSLFILE).read_text("utf-8").lower().splitlines() if line[:2] != "//"]
    if foreign:
        names += ["!" * name.startswith("!") + _ascii(name.lstrip("!")) for name in names if not name.isascii()]
    return Suffixes(names, accept_encoded_idn=False)


def _ascii(name: str) -> str:
    return name.encode("idna").decode("ascii")


def dns_name(domain: str) -> str:
    """The domain in lower-case ASCII (IDNA) without a final dot, or '' if it is no domain name."""
    name = domain.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    return name if _DNS_NAME.match(name) else ""


@lru_cache(maxsize=4096)
def organisational(domain: str) -> str:
    """The organisational domain (RFC 7489 section 3.2): mail.lib.zju.edu.cn → zju.edu.cn.

    A domain that is itself a public suffix (edu.cn) stands for itself alone.
    """
    return _suffixes(foreign="xn--" in domain).privatesuffix(domain) or domain if domain else ""


def aligned(domain: str, author_domain: str, *, strict: bool = False) -> bool:
    """Identifier alignment (RFC 7489 section 3.1): the same domain, or (relaxed) the same organisation."""
    if not domain or not author_domain:
        return False
    if domain == author_domain:
        return True
    return not strict and organisational(domain) == organisational(author_domain)


def author_domains(value: str) -> tuple[str, ...]:
    """The domains of the addresses in a From value, in order, each once, four at most.

    Comments and quoted display names, where forgers like to write another address, do not count.
    """
    text = value[:_MAX_VALUE]
    bare = without_comments(without_quoted(text))
    inside = " , ".join(_ANGLE.findall(bare))
    domains = _domains(inside) or _domains(bare) or _domains(text)
    return domains[:_MAX_DOMAINS]


def _domains(text: str) -> tuple[str, ...]:
    names = (dns_name(match) for match in _ADDRESS_DOMAIN.findall(text))
    return tuple(dict.fromkeys(name for name in names if name))
