"""The balance sheet: what came in is accounted for, to the last mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from maild.domain.errors import Permanent, Temporary
from maild.domain.records.journal import MailboxState, MailStatus
from maild.office.safety.bytes_again import missing_by_mailbox
from maild.ports import Mailbox
from maild.spine.intake import Intake

if TYPE_CHECKING:
    from maild.store.blobs import FileBlobs
    from maild.store.uow import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderBalance:
    """One folder. `missing`: UIDs the server has at or below our mark that we never recorded, or took for gone.

    `waiting`: UIDs above our mark, not fetched yet. `server` is None where the server was not asked.
    `filing`: maild moves settled mail here. `bytes_missing`: mails whose bytes are gone or cut; None: nobody looked.
    """

    mailbox: str
    server: int | None
    stored: int
    skipped: Mapping[str, int]
    by_status: Mapping[MailStatus, int]
    missing: tuple[int, ...] = ()
    waiting: int = 0
    trouble: str = ""
    filing: bool = False
    bytes_missing: int | None = None

    @property
    def unaccounted(self) -> int:
        """Stored mails that stand in no column."""
        return self.stored - sum(self.by_status.values())

    @property
    def even(self) -> bool:
        return not self.missing and not self.unaccounted and not self.bytes_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSheet:
    """All folders; `even` if nothing is unaccounted for."""

    folders: tuple[FolderBalance, ...] = field(default=())

    @property
    def even(self) -> bool:
        return all(folder.even for folder in self.folders)


def balance(
    store: Store,
    mailboxes: Sequence[Mailbox] = (),
    *,
    filed: Sequence[Mailbox] = (),
    blobs: FileBlobs | None = None,
    intake: Intake | None = None,
) -> BalanceSheet:
    """Draw up the sheet; asks the servers of `mailboxes`. A server out of reach is that folder's `trouble`.

    filed: folders that maild moves settled mail into; `intake` tells which mails there are not known
    blobs: where the bytes of the mails are; each is looked for, and its size compared
    """
    servers = {mailbox.name: mailbox for mailbox in mailboxes}
    gone = missing_by_mailbox(store, blobs) if blobs is not None else None
    with store.read() as uow:
        counts = {c.mailbox: c for c in uow.mails.counts()}
        states = {s.mailbox: s for s in uow.mailboxes.all()}
    folders = []
    for name in sorted({*counts, *states, *servers}):
        count = counts.get(name)
        folder = FolderBalance(
            mailbox=name,
            server=None,
            stored=count.stored if count else 0,
            skipped=count.skipped if count else {},
            by_status=count.by_status if count else {},
            filing=name in states and states[name].filing,
            bytes_missing=None if gone is None else gone.get(name, 0),
        )
        folders.append(_against_server(folder, servers[name], store, states.get(name)) if name in servers else folder)
    folders = [f for f in folders if f.mailbox not in {box.name for box in filed}]
    if intake is not None:
        sheets = (_of_filed(box, store, gone, intake, seen=box.name in states) for box in filed)
        folders += [sheet for sheet in sheets if sheet is not None]
    return BalanceSheet(folders=tuple(sorted(folders, key=lambda folder: folder.mailbox)))


def _of_filed(
    box: Mailbox, store: Store, gone: Mapping[str, int] | None, intake: Intake, *, seen: bool
) -> FolderBalance | None:
    """A folder that maild moves mail into: every mail in it must be known, from there or from where it came in.

    None where there is none yet: it is made when the first mail is moved.
    """
    with store.read() as uow:
        count = next((c for c in uow.mails.counts() if c.mailbox == box.name), None)
    folder = FolderBalance(
        mailbox=box.name,
        server=None,
        stored=count.stored if count else 0,
        skipped=count.skipped if count else {},
        by_status=count.by_status if count else {},
        filing=True,
        bytes_missing=None if gone is None else gone.get(box.name, 0),
    )
    try:
        status = box.open()
        present, strange = box.uids(0), intake.unknown(box)
    except (Temporary, Permanent) as error:
        return replace(folder, trouble=error.what) if seen else None
    with store.read() as uow:
        recorded = set(uow.mails.uids(box.name, status.uidvalidity, vanished=False))
    lost = {uid for uid in present if uid not in recorded} & set(strange)
    return replace(folder, server=len(present), missing=tuple(sorted(lost)))


def _against_server(folder: FolderBalance, mailbox: Mailbox, store: Store, state: MailboxState | None) -> FolderBalance:
    """Every UID the server shows must be recorded, or lie above our mark and wait to be fetched."""
    try:
        status = mailbox.open()
        present = mailbox.uids(0)
    except (Temporary, Permanent) as error:
        return replace(folder, trouble=error.what)
    last = state.last_uid if state is not None and state.uidvalidity == status.uidvalidity else 0
    with store.read() as uow:
        known = set(uow.mails.uids(folder.mailbox, status.uidvalidity, vanished=False))
    return replace(
        folder,
        server=len(present),
        missing=tuple(uid for uid in present if uid <= last and uid not in known),
        waiting=sum(1 for uid in present if uid > last and uid not in known),
    )
