"""What a mail proves of notices in doubt: whoever names a Message-ID of ours has seen that mail, so it did leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.mail import ParsedMail
from maild.domain.outgoing.notice import OutboxState
from maild.notify.sending import doubt
from maild.office.reach import SAY
from maild.office.reach.sent import told

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


MOST = 500  # notices in doubt that are looked for at a time
THREAD = 20  # Message-IDs of a thread, from its end


def settle_doubts(uow: UnitOfWork, mails: Iterable[ParsedMail], now: datetime) -> int:
    """Settle the notices in doubt that these mails speak of; returns how many mails of ours that were.

    Our Message-IDs bear a keyed check (store.outbox): nobody can name one that he has not seen.
    """
    open_ = {entry.message_id for entry in uow.outbox.find(state=OutboxState.IN_DOUBT, limit=MOST)}
    if not open_:
        return 0
    settled = 0
    for mail in mails:
        for message_id, how in _named(mail):
            if message_id in open_:
                for parts in doubt.doubtful(uow, [message_id]):
                    doubt.settle(uow, parts, now, SAY("had_left", how=how), told(lambda: now))
                    settled += 1
                open_.discard(message_id)
    return settled


def _named(mail: ParsedMail) -> list[tuple[str, str]]:
    """The Message-IDs that a mail names, and what that makes of it."""
    reports = (mail.bounce, mail.feedback, mail.receipt)
    return [
        (mail.message_id, SAY("copy_in_mailbox")),
        *((inner.message_id, SAY("forwarded")) for inner in mail.forwarded),
        *((report.original_message_id, SAY("report_came")) for report in reports if report is not None),
        *((message_id, SAY("answered")) for message_id in (*mail.in_reply_to, *mail.references[-THREAD:])),
    ]
