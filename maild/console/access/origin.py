"""Where a request comes from: the socket's own peer, and what our own proxies say beside it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.requests import Request

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
FORWARDED = "x-forwarded-for"


def networks(said: Sequence[str]) -> tuple[Network, ...]:
    """The networks of console.trusted_proxies."""
    return tuple(ipaddress.ip_network(one) for one in said)


def address(text: str) -> Address | None:
    """An address; an IPv4 one that is dressed as IPv6 (RFC 4291 section 2.5.5.2) undressed."""
    try:
        found = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped) or found


def trusted(request: Request, proxies: Sequence[Network]) -> bool:
    """Whether the peer of the socket is one of our proxies. No header is asked."""
    peer = address(request.client.host) if request.client else None
    return peer is not None and _within(peer, proxies)


def client(request: Request, proxies: Sequence[Network]) -> Address | None:
    """Who sends it: the peer, or where that is our proxy, the last in X-Forwarded-For that is none of ours."""
    peer = address(request.client.host) if request.client else None
    if peer is None or not _within(peer, proxies):
        return peer
    for said in reversed(",".join(request.headers.getlist(FORWARDED)).split(",")):
        found = address(said)
        if found is None:
            return peer  # what stands further left is not ours to believe
        if not _within(found, proxies):
            return found
        peer = found
    return peer


def place(request: Request, proxies: Sequence[Network]) -> str:
    """The client for counting: an IPv4 address, or the /64 network of an IPv6 one (what one line is given)."""
    found = client(request, proxies)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found or "")


def _within(found: Address, proxies: Sequence[Network]) -> bool:
    return any(found in network for network in proxies)
