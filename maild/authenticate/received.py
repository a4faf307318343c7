"""Received lines (RFC 5321 section 4.4): how far down a mail's header our own servers wrote.

What stands below the line of our border server was in the mail when it reached us, whatever it claims.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from maild.authenticate.domains import dns_name, organisational
from maild.authenticate.headers import Message
from maild.authenticate.tokens import first_comment, without_comments

_FROM = re.compile(r"\s*+from\s++(\S++)\s*+", re.IGNORECASE)
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)
_SUBMITTED = re.compile(r"\swith\s+(?:\S*(?:SMTPS?A|LMTPS?A)|HTTPS?)\b", re.IGNORECASE)  # RFC 3848; webmail
_ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]")
_MAX_LINE = 4_000  # characters of a line that are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One line. by: the host that wrote it; peer: what that host itself knows of who handed the mail over: the names
    and the address in its comment, not the name that the peer gave; handed: it came from another host; submitted: by
    a user, with a password or over the web.
    """

    by: str
    handed: bool
    names: tuple[str, ...] = ()
    address: str = ""
    submitted: bool = False


@lru_cache(maxsize=64)  # two questions are asked of the lines of each mail
def read_hop(text: str) -> Hop:
    """An unfolded Received value; what cannot be read is ''. Never raises."""
    text = text[:_MAX_LINE]
    start = _FROM.match(text)
    comment = first_comment(text, start.end()) if start else ""
    by = _BY.search(without_comments(text[start.end() + len(comment) :] if start else text, nested=1))
    address = _ADDRESS.search(comment)
    names = tuple(name for word in re.split(r"[\s()\[\]]+", comment) if "." in word and (name := dns_name(word)))
    return Hop(
        by=dns_name(by[1]) if by else "",
        handed=start is not None,
        names=names,
        address=address[1] if address else "",
        submitted=_SUBMITTED.search(text) is not None,
    )


def written_by_us(message: Message, hosts: Sequence[str]) -> int:
    """How many of the topmost header fields our own servers wrote: up to the line of the one that took the mail in.

    hosts  names of our receiving servers, or domains whose every host counts as ours. A mail without any Received line
           came over no wire (a test, a copy): nobody but us can have written in it.
    0 where the topmost line is another's: then nothing in the header is known to be ours.
    """
    lines = [(place, read_hop(field.text())) for place, field in enumerate(message.fields) if field.name == b"received"]
    inside = 0
    for place, hop in lines:
        if not hop.handed or _within(hop, hosts):
            inside = place
            continue
        return place if _ours(hop.by, hosts) else 0
    return inside if lines else len(message.fields)


def made_here(message: Message, hosts: Sequence[str]) -> bool:
    """Whether no host but ours has had the mail in hand, and no user: our own servers made it, as their reports are.

    hosts  as written_by_us takes them. A mail without any Received line came over no wire.
    """
    hops = [read_hop(field.text()) for field in message.fields if field.name == b"received"]
    return not any(hop.submitted or (hop.handed and not _within(hop, hosts)) for hop in hops)


def _within(hop: Hop, hosts: Sequence[str]) -> bool:
    """Whether one of our servers had it from another of ours, by the address that it saw, never by the name it was
    told (RFC 5321 section 4.1.4: a client may say any name).
    """
    try:
        address = ipaddress.ip_address(hop.address)
    except ValueError:
        return False
    if address.is_loopback:
        return True
    return address.is_private and _ours(hop.by, hosts) and any(_ours(name, hosts) for name in hop.names)


def _ours(host: str, hosts: Sequence[str]) -> bool:
    return bool(host) and any(host == one or organisational(host) == organisational(one) for one in hosts if one)
