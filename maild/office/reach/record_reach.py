"""Writing down what was heard of addresses, and what it makes of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.letter import Letter
from maild.domain.outgoing.reach import TROUBLES, AddressBounce, Heard, News
from maild.domain.records.journal import JournalEntry
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

LINES = {Heard.COMPLAINT: "complaint", Heard.NOT_SPAM: "complaint", Heard.OPENED: "opened"}


def hear(uow: UnitOfWork, decision: Decision, at: At) -> list[JournalEntry]:
    """Keeper: keep the news, move the addresses' state, mark what was opened; returns the history to be written."""
    now = at.now
    uow.heard.add(decision.of(News), now, mail_id=at.mail_id)
    bounces = {bounce.address: bounce for bounce in decision.of(AddressBounce)}
    history = []
    for news in decision.of(News):
        bounce = bounces.get(news.address)
        if news.what in TROUBLES or news.what is Heard.NOT_SPAM:
            uow.addresses.note(news, bounce, now)
        if news.what is Heard.OPENED:
            _opened(uow, news, now)
        what = "bounce" if bounce else LINES.get(news.what)
        if what:
            reason = bounce.reason if bounce else news.reason
            history.append(
                at.line(
                    what,
                    outbox_id=news.outbox_id,
                    number=next(iter(decision.about.transactions), ""),
                    after=news.address,
                    reasons=(reason,) if reason else (),
                )
            )
    return history


def keep_letters(uow: UnitOfWork, decision: Decision, at: At) -> tuple[()]:
    """Keeper: whom a librarian wrote to about which request. The letter itself is its history."""
    uow.letters.add(decision.of(Letter))
    return ()


def _opened(uow: UnitOfWork, news: News, now: datetime) -> None:
    entry = uow.outbox.get(news.outbox_id) if news.outbox_id is not None else None
    if entry is not None:
        uow.outbox.opened([part.id for part in uow.outbox.parts_of(entry.message_id)], now)
