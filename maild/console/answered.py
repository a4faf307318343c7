"""What the writers of items that wait have been told already: an answer that left beside the queue, say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.outgoing.notice import PERHAPS_GONE, OutboxEntry, OutboxState
from maild.domain.records.journal import ReviewItem
from maild.domain.wording.words import Word
from maild.domain.wording.words_notice import NOTICES

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


_LEAVES = PERHAPS_GONE | {OutboxState.WAITING, OutboxState.LEASED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """at: when it was written, the first of it; id: that notice; what: topics of answers, else kinds of notices."""

    at: datetime
    id: int
    what: Sequence[Word]

    def said(self, locale: str) -> str:
        """The whole of it in one language."""
        return ("、" if locale.startswith("zh") else ", ").join(word.to(locale) for word in self.what)


def told_by_item(uow: UnitOfWork, items: Iterable[ReviewItem], topics: Mapping[str, Word]) -> Mapping[int, Told]:
    """By item, what its mail's writer was told because of that mail; whom a person has answered counts as well."""
    of_mail: dict[int, list[ReviewItem]] = {}
    for item in items:
        if item.mail_id is not None and item.sender:
            of_mail.setdefault(item.mail_id, []).append(item)
    found: dict[int, list[OutboxEntry]] = {}
    for entry in uow.outbox.of_mails(list(of_mail)):
        if entry.state in _LEAVES:
            for item in of_mail[entry.request.mail_id or 0]:
                if entry.request.recipient.lower() == item.sender.lower():
                    found.setdefault(item.id, []).append(entry)
    return {item_id: _told(entries, topics) for item_id, entries in found.items()}


def _told(entries: Sequence[OutboxEntry], topics: Mapping[str, Word]) -> Told:
    what = dict.fromkeys(word for entry in entries for word in _what(entry, topics))
    return Told(at=entries[0].sent or entries[0].created, id=entries[0].id, what=list(what))


def _what(entry: OutboxEntry, topics: Mapping[str, Word]) -> Sequence[Word]:
    said = entry.request.data.get("topics")
    named = (
        [str(one.get("topic", "")) for one in said if isinstance(one, Mapping)] if isinstance(said, Sequence) else []
    )
    found = [topics[name] for name in named if name in topics]
    kind = NOTICES.get(entry.request.kind)
    return found or ([kind] if kind else [])
