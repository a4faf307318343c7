"""Tidying the server's folder after the commit: move, mark, or leave. Never delete, never before the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from maild.domain.records.journal import MailStatus
from maild.ports import Filing, FilingMode, Mailbox

if TYPE_CHECKING:
    from maild.store.uow import Store

BATCH = 50  # one by one costs some twenty times as much


class Filer:
    """Files settled mails; what is interrupted is found again by its row."""

    def __init__(self, store: Store, targets: Mapping[str, Mapping[MailStatus, Filing]]) -> None:
        """`targets`: mailbox ('account/folder') → status → what to do; a missing status leaves the mail."""
        self._store, self._targets = store, targets

    def run_once(self, mailbox: Mailbox) -> int:
        """File what is settled; returns how many. Raises as the mailbox does."""
        targets = self._targets.get(mailbox.name, {})
        with self._store.read() as uow:
            state = uow.mailboxes.state(mailbox.name)
            rows = uow.mails.unfiled(mailbox.name, state.uidvalidity, BATCH) if state else []
        if not rows or state is None:
            return 0
        if mailbox.open().uidvalidity != state.uidvalidity:
            return 0  # the UIDs are void: the next intake lists the folder again
        done: list[int] = []
        for status in dict.fromkeys(status for _, status in rows):
            uids = [uid for uid, s in rows if s is status]
            filing = targets.get(status)
            wanted = filing is not None and filing.mode is not FilingMode.NOTHING and bool(filing.target)
            done += mailbox.file(uids, filing) if filing and wanted else uids
        with self._store.begin() as uow:
            uow.mails.mark_filed(mailbox.name, state.uidvalidity, done)
        return len(done)
