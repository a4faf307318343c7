"""By which name a request came. Another site's name can be made to point here (DNS rebinding): what its pages then send
comes from a browser on our side of every wall, and seems to it to come from the page's own site. Only the name tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from starlette.requests import Request

from maild.config_console import Console, loopback
from maild.console.access.origin import Network, address, trusted

FORWARDED = "x-forwarded-host"
# uri-host [":" port] (RFC 9110 section 7.2)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+)(?::[0-9]{0,5})?")


def ours(request: Request, console: Console, proxies: Sequence[Network]) -> bool:
    """Whether every name that the request came by is one of this console's.

    Known are loopback's names, those of public_url and `listen`, console.hosts, and the address that was connected to.
    What a proxy of ours says that it was called counts, too, and makes no other name good: a page can send that header.
    A client that says no name (HTTP/1.0) is no browser.
    """
    known = _known(console)
    return all(
        name and (name in known or loopback(name) or _reached(request, name))
        for name in (_name(said) for said in _said(request, proxies))
    )


def _said(request: Request, proxies: Sequence[Network]) -> Iterator[str]:
    yield from request.headers.getlist("host")
    if trusted(request, proxies):
        for said in request.headers.getlist(FORWARDED):
            yield from said.split(",")


def _name(said: str) -> str:
    """Without port and the root's dot, in lower case; '' where it is no host."""
    found = _HOST.fullmatch(said.strip())
    return found[1].lower().removesuffix(".") if found else ""


def _known(console: Console) -> frozenset[str]:
    addresses = [urlsplit(console.url).netloc.rpartition("@")[2], console.listen, *console.hosts]
    return frozenset(filter(None, map(_name, addresses)))


def _reached(request: Request, name: str) -> bool:
    """Whether it is the address that was connected to: a name could point anywhere, an address is what it is."""
    server = request.scope.get("server")
    here, said = address(str(server[0])) if server else None, address(name)
    return said is not None and said == here
