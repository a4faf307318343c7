"""The balance sheet: what came in is accounted for, to the last mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from maild.domain.journal import MailStatus
from maild.ports import Mailbox, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderBalance:
    """One folder. `missing`: UIDs the server has at or below our mark that we never recorded (a gap).

    `waiting`: UIDs above our mark, not fetched yet. `server` is None where the server was not asked.
    """

    mailbox: str
    server: int | None
    stored: int
    skipped: Mapping[str, int]
    by_status: Mapping[MailStatus, int]
    missing: tuple[int, ...] = ()
    waiting: int = 0
    trouble: str = ""

    @property
    def unaccounted(self) -> int:
        """Stored mails that stand in no column."""
        return self.stored - sum(self.by_status.values())

    @property
    def even(self) -> bool:
        return not self.missing and not self.unaccounted


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSheet:
    """All folders; `even` if nothing is unaccounted for."""

    folders: tuple[FolderBalance, ...] = field(default=())

    @property
    def even(self) -> bool:
        return all(folder.even for folder in self.folders)


def balance(store: Store, mailboxes: Sequence[Mailbox] = ()) -> BalanceSheet:
    """Draw up the sheet; asks the servers of `mailboxes`. Raises as they do."""
    servers = {mailbox.name: mailbox for mailbox in mailboxes}
    with store.read() as uow:
        counts = {c.mailbox: c for c in uow.mails.counts()}
        states = {s.mailbox: s for s in uow.mailboxes.all()}
    folders = []
    for name in sorted({*counts, *states, *servers}):
        state, count = states.get(name), counts.get(name)
        present: list[int] | None = None
        missing: tuple[int, ...] = ()
        waiting = 0
        if name in servers:
            status = servers[name].open()
            present = servers[name].uids(0)
            current = state is not None and state.uidvalidity == status.uidvalidity
            last = state.last_uid if state and current else 0
            with store.read() as uow:
                known = set(uow.mails.uids(name, status.uidvalidity))
            missing = tuple(uid for uid in present if uid <= last and uid not in known)
            waiting = sum(1 for uid in present if uid > last)
        folders.append(FolderBalance(
            mailbox=name, server=None if present is None else len(present), stored=count.stored if count else 0,
            skipped=count.skipped if count else {}, by_status=count.by_status if count else {},
            missing=missing, waiting=waiting,
        ))  # fmt: skip
    return BalanceSheet(folders=tuple(folders))
