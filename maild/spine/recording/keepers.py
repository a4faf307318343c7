"""Keepers of what the spine itself knows: requests that are new or move, documents, and news that move nothing; and how
an act of staff that wrote them is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import NotFound
from maild.domain.incoming.decision import Action, Decision, NewTransaction, Transition
from maild.domain.incoming.peer import SupplierNews
from maild.domain.incoming.peer_rows import KEY, news_row
from maild.domain.money import Money
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Document, Transaction
from maild.spine import SAY
from maild.spine.looking.standing import dated_row
from maild.spine.recording.keeping import At, Undo, kept

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

BEFORE, CREATED = "before", "created"  # of an act's line of history: requests as they were, and those that it made
_MONEY = ("total", "subsidy", "payable")


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


# --- taken back: requests that moved --------------------------------------------------------------------------


def _as_they_are(uow: UnitOfWork, decision: Decision) -> list[object]:
    numbers = [transition.number for transition in decision.of(Transition)]
    return [_row(transaction) for transaction in uow.transactions.get_many(numbers)]


def _row(transaction: Transaction) -> dict[str, object]:
    """What an act may change, JSON-able, with the version it was at."""
    row: dict[str, object] = {
        "number": transaction.number,
        "version": transaction.version,
        "state": transaction.state.value,
        "payment_state": transaction.payment_state.value,
        "provider": transaction.provider,
        "due": transaction.due.isoformat() if transaction.due else "",
        "rush": transaction.rush,
        "since": transaction.since.isoformat() if transaction.since else "",
    }
    for name in _MONEY:
        amount: Money | None = getattr(transaction, name)
        row[name] = [str(amount.amount), amount.currency] if amount is not None else []
    return row


def numbers_before(line: JournalEntry) -> list[str]:
    """Of the requests that the act moved."""
    return [str(row["number"]) for row in _rows(line)]


def _rows(line: JournalEntry) -> Iterator[Mapping[str, object]]:
    for row in kept(line, BEFORE):
        if isinstance(row, Mapping):
            yield row


def _moved_on(uow: UnitOfWork, line: JournalEntry) -> str:
    """Which request has moved since the act, or ''."""
    for row in _rows(line):
        now_is = uow.transactions.get(str(row["number"]))
        if now_is is None or now_is.version != int(str(row["version"])) + 1:
            return SAY("moved_on", number=row["number"])
    return ""


def _restore(uow: UnitOfWork, line: JournalEntry, at: At) -> None:
    """Every value as it was before the act. Raises NotFound, StaleVersion where something has happened since."""
    for row in reversed([*_rows(line)]):
        number = str(row["number"])
        now_is = uow.transactions.get(number)
        if now_is is None:
            raise NotFound(SAY("no_request", numbers=number))
        uow.transactions.restore(_as_before(now_is, row), int(str(row["version"])) + 1, at.now)
        for what, before, after in (
            ("state", now_is.state.value, str(row["state"])),
            ("payment", now_is.payment_state.value, str(row["payment_state"])),
        ):
            if before != after:
                uow.journal.add(
                    [at.line(what, number=number, before=before, after=after, reasons=(SAY("undone_by_staff"),))]
                )


def _as_before(transaction: Transaction, row: Mapping[str, object]) -> Transaction:
    amounts = {name: _money(row[name]) for name in _MONEY}
    return replace(
        transaction,
        state=State(str(row["state"])),
        payment_state=PaymentState(str(row["payment_state"])),
        provider=str(row["provider"]),
        due=datetime.fromisoformat(str(row["due"])).date() if row["due"] else None,
        rush=bool(row.get("rush", transaction.rush)),
        since=datetime.fromisoformat(str(row["since"])) if row.get("since") else transaction.since,
        total=amounts["total"],
        subsidy=amounts["subsidy"],
        payable=amounts["payable"],
    )


def _money(value: object) -> Money | None:
    if not isinstance(value, list | tuple) or not value:
        return None
    return Money.of(str(value[0]), str(value[1]))


# --- taken back: what was supplied, and requests that are new -------------------------------------------------


def _withdraw(uow: UnitOfWork, line: JournalEntry, at: At) -> None:
    """What the mail had been taken to supply."""
    if at.mail_id is not None:
        for number in [*numbers_before(line), *map(str, kept(line, CREATED))]:
            uow.documents.withdraw(number, at.mail_id)


def _made(uow: UnitOfWork, decision: Decision) -> list[object]:
    return [new.number for new in decision.of(NewTransaction)]


def _needed(uow: UnitOfWork, line: JournalEntry) -> str:
    """Why a request that the act made cannot go any more, or ''."""
    moved = {*numbers_before(line)}
    for number in map(str, kept(line, CREATED)):
        made = uow.transactions.get(number)
        if made is not None and number not in moved and made.version:
            return SAY("moved_on", number=number)
        if made is not None and uow.ledger.entries(number=number, limit=1):
            return SAY("in_the_books", key=number)
    return ""


def _forget(uow: UnitOfWork, line: JournalEntry, at: At) -> None:
    for number in map(str, kept(line, CREATED)):
        made = uow.transactions.get(number)
        if made is not None:
            uow.transactions.remove(number, made.version)
            gone = at.line("act", number=number, before=made.state, after=SAY("entered_by_mistake"))
            uow.journal.add([replace(gone, mail_id=None)])


MOVES = Undo(name=BEFORE, note=_as_they_are, against=_moved_on, take_back=_restore)
SUPPLIES = Undo(take_back=_withdraw)
CREATIONS = Undo(name=CREATED, note=_made, against=_needed, take_back=_forget)
