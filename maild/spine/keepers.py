"""Keepers of what the spine itself knows: requests that are new or move, documents, and news that move nothing."""

from __future__ import annotations

from collections.abc import Iterator

from maild.domain.incoming.decision import Action, Decision, NewTransaction, Transition
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.patron import Document
from maild.domain.requests.peer import SupplierNews
from maild.domain.requests.peer_rows import KEY, news_row
from maild.ports import UnitOfWork
from maild.spine.keeping import At
from maild.spine.looking.standing import dated_row


def creations(uow: UnitOfWork, decision: Decision, at: At) -> Iterator[JournalEntry]:
    """Requests that we are told of for the first time."""
    for new in decision.of(NewTransaction):
        uow.transactions.create(new, at.now)
        yield at.line(
            "state",
            number=new.number,
            after="submitted",
            reasons=decision.reasons,
            data={**dated_row(decision.writer.dated), **_in_iso_words(decision, new.number)},
        )


def transitions(uow: UnitOfWork, decision: Decision, at: At) -> Iterator[JournalEntry]:
    """Requests that move. Raises StaleVersion where one has moved since the decision was made."""
    for transition in decision.of(Transition):
        uow.transactions.apply(transition, at.now)
        yield from _history(transition, decision, at)


def documents(uow: UnitOfWork, decision: Decision, at: At) -> tuple[()]:
    """Files that were supplied; the moves of their requests are their history."""
    for document in decision.of(Document):
        uow.documents.add(document, at.mail_id, at.now)
    return ()


def _history(transition: Transition, decision: Decision, at: At) -> Iterator[JournalEntry]:
    if transition.event:
        yield at.line(
            "state",
            number=transition.number,
            before=transition.before or "",
            after=transition.after or "",
            reasons=decision.reasons,
            data={
                "event": transition.event.value,
                **dated_row(decision.writer.dated),
                **_in_iso_words(decision, transition.number),
            },
        )
    if transition.payment_event:
        yield at.line(
            "payment",
            number=transition.number,
            before=transition.payment_before or "",
            after=transition.payment_after or "",
            reasons=decision.reasons,
        )


def news(uow: UnitOfWork, decision: Decision, at: At) -> Iterator[JournalEntry]:
    """What a provider said that moved nothing: a reminder, old news, the same again."""
    moved = {t.number for t in decision.of(Transition) if t.event} | {new.number for new in decision.of(NewTransaction)}
    if not decision.writer.provider or decision.action is Action.REVIEW:
        return
    for said in decision.of(SupplierNews):
        if said.number in decision.about.transactions and said.number not in moved:
            yield at.line(
                "news",
                number=said.number,
                after=said.status,
                reasons=decision.reasons[:1],
                data={KEY: news_row(said)},
            )


def _in_iso_words(decision: Decision, number: str) -> dict[str, object]:
    """What the provider said of the request, for its line of history."""
    said = next((news for news in decision.of(SupplierNews) if news.number == number), None)
    return {KEY: news_row(said)} if said else {}
