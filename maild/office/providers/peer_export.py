"""What providers said of transactions, as ISO 18626 messages for other systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.classify.providers import Providers
from maild.domain.errors import NotFound
from maild.domain.incoming.peer import SupplierNews, standing, status_of
from maild.domain.incoming.peer_rows import KEY, news_of
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.patron import Transaction
from maild.peers.message import message
from maild.peers.schema import Tree
from maild.spine import SAY as SPINE

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


def told(history: Sequence[JournalEntry]) -> list[SupplierNews]:
    """Everything that its provider said of a transaction and that was acted on, oldest first."""
    return [news_of(entry.data[KEY]) for entry in history if KEY in entry.data]  # type: ignore[arg-type]


def latest(transaction: Transaction, history: Sequence[JournalEntry], now: datetime) -> SupplierNews:
    """The last news where it still says how things stand, else the state itself."""
    news = told(history)
    if news and news[-1].status is status_of(transaction.state, transaction.service):
        return news[-1]
    return standing(transaction, news[-1].supplier if news else transaction.provider, now)


def export(
    uow: UnitOfWork,
    numbers: Sequence[str],
    *,
    providers: Providers,
    requester: str,
    now: datetime,
    everything: bool = False,
    since: datetime | None = None,
) -> list[Tree]:
    """The latest state of each transaction, or `everything` that was said of it, `since` then. Raises NotFound."""
    found = []
    for number in dict.fromkeys(numbers):
        transaction = uow.transactions.get(number)
        if transaction is None:
            raise NotFound(SPINE("no_request", numbers=number), remedy="maild transactions list --text …")
        history = uow.journal.of_transaction(number)
        if everything or since:
            found += [news for news in told(history) if since is None or news.moment >= since]
        else:
            found.append(latest(transaction, history, now))
    return [message(_named(news, providers), requester) for news in found]


def _named(news: SupplierNews, providers: Providers) -> SupplierNews:
    """The supplier by its agency id, where the office's list has one."""
    known = providers.get(news.supplier)
    return replace(news, supplier=known.agencies[0]) if known and known.agencies else news
