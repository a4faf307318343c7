"""The full-text index of the queue, made for items of before it: their mails are read again, in confinement."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from maild.domain.desk.search import item_text
from maild.domain.errors import ConfigError
from maild.domain.incoming.mail import ParsedMail
from maild.domain.records.journal import ReviewItem
from maild.spine.poison import Trouble, guard
from maild.spine.process import Parts
from maild.spine.recording.searched import searchable

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """How many items were put into the index, and how many of them without their mail, which cannot be read."""

    items: int = 0
    unread: int = 0


def reindex(parts: Parts, progress: Callable[[int, int], None] | None = None) -> Reindexed:
    """Index what is not in it, oldest first, a batch a transaction: what is done is done, however it ends."""
    with parts.store.read() as uow:
        total = uow.search.missing()
    done = unread = after = 0
    with ThreadPoolExecutor(max(1, parts.threads), thread_name_prefix="reindex") as pool:
        while True:
            with parts.store.read() as uow:
                ids = uow.search.unindexed(after=after, limit=BATCH)
                items = [item for item in map(uow.reviews.get, ids) if item is not None]
                digests = [uow.mails.get(item.mail_id).sha256 if item.mail_id else "" for item in items]
            if not items:
                return Reindexed(items=done, unread=unread)
            read = list(pool.map(partial(_read, parts), digests))
            with parts.store.begin() as uow:
                mails = [None if isinstance(found, Trouble) else found for found in read]
                uow.search.index({item.id: said_of(uow, item, mail) for item, mail in zip(items, mails, strict=True)})
            after, done = ids[-1], done + len(items)
            unread += sum(isinstance(found, Trouble) for found in read)
            if progress:
                progress(done, max(total, done))


def _read(parts: Parts, sha256: str) -> ParsedMail | Trouble | None:
    if not sha256:
        return None
    return guard(lambda: parts.reader.read(parts.blobs.get(sha256), {}).mail, but=ConfigError)


def said_of(uow: UnitOfWork, item: ReviewItem, mail: ParsedMail | None) -> str:
    """All that an item is found by, with what is known of it today."""
    receipts = [seen.receipt for seen in uow.receipts.of_mail(item.mail_id)] if item.mail_id else []
    named = [str(candidate.get("transaction", "")) for candidate in item.candidates]
    requests = uow.transactions.get_many([*item.transactions, *named])
    patrons = uow.patrons.get_many([one.patron_id for one in requests if one.patron_id])
    patrons += uow.patrons.by_email([item.sender])
    return item_text(replace(item, text=searchable(mail, receipts, requests, patrons)))
