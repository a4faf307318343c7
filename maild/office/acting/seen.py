"""Nobody overwrites what a colleague did meanwhile: an act may say which version its author had before them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting.invoice import Invoice
from maild.domain.errors import StaleVersion
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.patron import Registration, Transaction
from maild.office.acting.drafts import HANDED, history_of

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


AGAIN = "look at it again"
DID = {
    "undone": "took back what was done",
    "replayed": "had it processed again",
    "better photo asked for": "asked for a better photo",
    "given up": "gave its bytes up as lost",
}


def check_item(uow: UnitOfWork, item: ReviewItem, seen: int | None) -> None:
    """Raises StaleVersion, saying who did what when, where the item is not at the version `seen`."""
    if seen is None or seen == item.version:
        return
    acts = [line for line in history_of(uow, item) if line.what in ("act", HANDED)]
    if acts:
        what = said(acts[-1])
    elif item.state is not ReviewState.OPEN:
        what = f"{item.handled_by} {item.state} it{moment(item.handled)}"
    else:
        what = "its mail was processed again"
    raise StaleVersion(f"item {item.id} has changed since you looked: {what}", remedy=AGAIN)


def check_transaction(uow: UnitOfWork, transaction: Transaction | None, seen: int | None) -> None:
    """The same for a request; one that does not exist is for others to miss. Raises StaleVersion."""
    if transaction is None or seen is None or seen == transaction.version:
        return
    what = _last(uow.journal.of_transaction(transaction.number), "its data was imported anew")
    raise StaleVersion(f"{transaction.number} has changed since you looked: {what}", remedy=AGAIN)


def check_registration(uow: UnitOfWork, known: Registration, seen: str | None, history: str) -> None:
    """The same for a registration, whose version is its stamp. history: the number of its lines in the journal.

    Raises StaleVersion.
    """
    if seen is None or seen == known.stamp:
        return
    what = _last(uow.journal.of_transaction(history), f"it is {known.state}")
    raise StaleVersion(f"registration {known.id} has changed since you looked: {what}", remedy=AGAIN)


def check_invoice(invoice: Invoice, seen: int | None) -> None:
    """The same for an invoice. Raises StaleVersion."""
    if seen is not None and seen != invoice.version:
        raise StaleVersion(f"invoice {invoice.id} has changed since you looked: it is {invoice.state}", remedy=AGAIN)


def said(line: JournalEntry) -> str:
    """A line of history as a sentence: 'li assigned it on 2026-11-25 10:02 UTC'."""
    who = line.actor
    if line.what == HANDED:
        did = f"handed it to {line.after}" if line.after else "handed it back"
        did = "took it" if line.after == who else did
    else:
        plain = f"{line.after} it" if line.what == "act" else f"{line.what}: {line.before or '–'} → {line.after}"
        did = DID.get(line.after, plain)
    return f"{who} {did}{moment(line.at)}"


def moment(at: datetime | None) -> str:
    """' on 2026-11-25 10:02 UTC', or ''."""
    return f" on {at:%Y-%m-%d %H:%M} UTC" if at else ""


def _last(lines: Iterable[JournalEntry], otherwise: str) -> str:
    """The last line in which anything changed."""
    told = [line for line in lines if line.what != "notice" and (line.after or line.before)]
    return said(told[-1]) if told else otherwise
