"""Nobody overwrites what a colleague did meanwhile: an act may say which version its author had before them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting.invoice import Invoice
from maild.domain.desk.access import Account
from maild.domain.errors import StaleVersion
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.patron import Registration, Transaction
from maild.office.acting import SAY
from maild.office.acting.drafts import HANDED, history_of
from maild.store.texts import SAY as STORE

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


def check_item(uow: UnitOfWork, item: ReviewItem, seen: int | None) -> None:
    """Raises StaleVersion, saying who did what when, where the item is not at the version `seen`."""
    if seen is None or seen == item.version:
        return
    acts = [line for line in history_of(uow, item) if line.what in ("act", HANDED)]
    if acts:
        what = said(acts[-1])
    elif item.state is not ReviewState.OPEN:
        what = f"{item.handled_by} {SAY('did', what=item.state)}{moment(item.handled)}"
    else:
        what = SAY("mail_processed_again")
    raise StaleVersion(SAY("item_changed", id=item.id, what=what), remedy=STORE("look_at_it_again"))


def check_transaction(uow: UnitOfWork, transaction: Transaction | None, seen: int | None) -> None:
    """The same for a request; one that does not exist is for others to miss. Raises StaleVersion."""
    if transaction is None or seen is None or seen == transaction.version:
        return
    what = _last(uow.journal.of_transaction(transaction.number), SAY("imported_anew"))
    raise StaleVersion(SAY("request_changed", number=transaction.number, what=what), remedy=STORE("look_at_it_again"))


def check_registration(uow: UnitOfWork, known: Registration, seen: str | None, history: str) -> None:
    """The same for a registration, whose version is its stamp. history: the number of its lines in the journal.

    Raises StaleVersion.
    """
    if seen is None or seen == known.stamp:
        return
    what = _last(uow.journal.of_transaction(history), SAY("is_now", state=known.state))
    raise StaleVersion(SAY("registration_changed", id=known.id, what=what), remedy=STORE("look_at_it_again"))


def check_invoice(invoice: Invoice, seen: int | None) -> None:
    """The same for an invoice. Raises StaleVersion."""
    if seen is not None and seen != invoice.version:
        raise StaleVersion(SAY("invoice_changed", id=invoice.id, state=invoice.state), remedy=STORE("look_at_it_again"))


def check_account(account: Account, seen: int | None) -> None:
    """The same for an account of staff. Raises StaleVersion."""
    if seen is not None and seen != account.version:
        raise StaleVersion(STORE("account_changed", name=account.name), remedy=STORE("look_at_it_again"))


def said(line: JournalEntry) -> str:
    """A line of history as a sentence: 'li assigned it on 2026-11-25 10:02 UTC'."""
    who = line.actor
    if line.what == HANDED:
        did = SAY("handed_to", name=line.after) if line.after else SAY("handed_back")
        did = SAY("took") if line.after == who else did
    else:
        did = _did(line)
    return f"{who} {did}{moment(line.at)}"


def _did(line: JournalEntry) -> str:
    known = {
        "undone": SAY("took_back"),
        "replayed": SAY("processed_again"),
        SAY("photo_asked_for"): SAY("asked_for_photo"),
        SAY("given_up"): SAY("gave_bytes_up"),
    }
    if line.after in known:
        return known[line.after]
    return SAY("did", what=line.after) if line.what == "act" else f"{line.what}: {line.before or '–'} → {line.after}"


def moment(at: datetime | None) -> str:
    """' on 2026-11-25 10:02 UTC', or ''."""
    return SAY("on_moment", when=f"{at:%Y-%m-%d %H:%M}") if at else ""


def _last(lines: Iterable[JournalEntry], otherwise: str) -> str:
    """The last line in which anything changed."""
    told = [line for line in lines if line.what != "notice" and (line.after or line.before)]
    return said(told[-1]) if told else otherwise
