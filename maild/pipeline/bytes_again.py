"""Bytes that the database speaks of and the blob folder does not have: found, fetched again, else put before staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from maild.domain.held_bytes import Holder, Referred
from maild.ports import NamedBlobs, Store

PARTS = "0123456789abcdef"  # first digits of blobs' names


def missing(store: Store, blobs: NamedBlobs) -> Iterator[Referred]:
    """References to blobs that are not there, or not in their size: the folder's entries are looked at, no bytes."""
    for part in PARTS:
        with store.read() as uow:
            wanted = list(uow.references.within(part))  # first: what is stored meanwhile is then found below
        there = blobs.inventory(part)
        for one in wanted:
            size = there.get(one.sha256)
            if size is None or (one.size is not None and size != one.size):
                yield one


def missing_by_mailbox(store: Store, blobs: NamedBlobs) -> Counter[str]:
    """How many located mails of each folder have lost their bytes."""
    counts: Counter[str] = Counter()
    for one in missing(store, blobs):
        if one.holder is Holder.MAIL:
            with store.read() as uow:
                counts.update({key.mailbox for key in uow.mails.locations(one.id)})
    return counts
