"""A notice that did not arrive is sent once more: to another address of the patron's, or later to the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from maild.domain.outgoing.notice import NoticeRequest, OutboxEntry
from maild.domain.outgoing.reach import (
    Heard,
    domain_of,
    next_address,
    revision_elsewhere,
    revision_later,
    sent_elsewhere,
)
from maild.domain.requests.patron import Patron


def elsewhere(
    entries: Sequence[OutboxEntry], patron: Patron | None, now: datetime, why: Heard
) -> tuple[NoticeRequest, ...]:
    """The same notices to the patron's next good address. Once: what went elsewhere before goes nowhere more.

    Who refused the content at the door would refuse it for a neighbour, too: then another domain is needed.
    """
    going = [entry.request for entry in entries if not sent_elsewhere(entry)]
    if not going:
        return ()
    domain = domain_of(going[0].recipient) if why is Heard.CONTENT_REFUSED else ""
    other = next_address(patron, now, avoid=[request.recipient for request in going], not_domain=domain)
    if not other:
        return ()
    return tuple(replace(r, recipient=other, revision=revision_elsewhere(r.revision), mail_id=None) for r in going)


def later(entries: Sequence[OutboxEntry]) -> tuple[NoticeRequest, ...]:
    """The same notices to the same address: they wait until the address may have recovered."""
    requests = [entry.request for entry in entries]
    return tuple(replace(r, revision=revision_later(r.revision), mail_id=None) for r in requests)
