"""Mail in the house, to the last one: taken in, filed, found again, counted, kept in backups."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.bootstrap.readers import Readers
from maild.domain.errors import ConfigError
from maild.lifetime import Lifetime, part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from maild.backup.vault import Vault
    from maild.boxes import Boxes
    from maild.config import Mailbox as MailboxSettings
    from maild.domain.records.journal import MailStatus
    from maild.office.safety.balance import BalanceSheet
    from maild.office.safety.bytes_again import BytesAgain, Looked
    from maild.office.safety.recollect import Recollected, Recollector
    from maild.ports import Filing
    from maild.spine.filing import Filer
    from maild.spine.intake import Intake


class Mailing(Readers):
    """Mail in the house, to the last one: taken in, filed, found again, counted, kept in backups."""

    @part(Lifetime.SERVICES, loops=True)
    def intake(self) -> Intake:
        from maild import boxes
        from maild.bootstrap.disks import free
        from maild.spine.fair.room import Room
        from maild.spine.intake import Intake

        room = Room(
            self.store,
            self.clock,
            lambda: free(self.settings.store),
            lambda address: self.lookup.trusted.of_address(address) is not None,
            below=self.settings.store.short_mb * 1024**2,
            reserve=self.settings.alarm.disk_mb * 1024**2,
        )
        armed = frozenset(f"{m.name}/{f}" for m in self.settings.mailbox if m.armed for f in m.all_folders)
        marks = {f"{m.name}/{f}": boxes.marks(m) for m in self.settings.mailbox for f in m.folders}
        sent = self.lookup.sent_folders
        return Intake(
            self.store, self.blobs, self.clock, armed=armed, sent=sent, marks=marks, trail=self.trail, room=room
        )

    @part(Lifetime.SERVICES)
    def recollector(self) -> Recollector:
        """What finds mail again that a lost state had handled."""
        from maild.office.safety.recollect import Recollector

        return Recollector(self.store, self.intake, self.clock)

    def recollect(self, account: str) -> Recollected:
        """Look through the folders that the account's settled mail is moved into; see maild.office.safety.recollect.

        Raises Temporary or Permanent where the server does not let it.
        """
        from maild import boxes

        with self.boxes.inbound(account) as inbound, self.boxes.filed(account) as filing:
            return self.recollector.look(inbound, boxes.there(filing))

    @part(Lifetime.SERVICES)
    def boxes(self) -> Boxes:
        """Connections beside those that are watched."""
        from maild.boxes import Boxes

        return Boxes(self.settings.mailbox, self.clock, self.bearer)

    @part()
    def bytes_again(self) -> BytesAgain:
        """What fetches bytes once more that the blob folder has lost."""
        from maild.office.safety.bytes_again import BytesAgain

        return BytesAgain(self.store, self.blobs, self.clock, self.boxes.folder, self.reader)

    def look_after_bytes(
        self, share: tuple[int, int] | None = None, progress: Callable[[int, int], None] | None = None
    ) -> Looked:
        """Find bytes that are gone, and by reading a share of all (which, of how many) damaged ones, and fetch them."""
        found = self.bytes_again.look(share, fetch=False, progress=progress)
        if found.whole:
            self.bytes_again.settle()
            return found
        self._find_filed()
        return self.bytes_again.look(share)

    def _find_filed(self) -> None:
        """Record where mails lie by now: they may have been moved since somebody looked."""
        from maild import boxes
        from maild.domain.errors import MaildError

        with self.boxes.filed() as filing:
            try:
                for box in boxes.there(filing):
                    self.intake.look_through(box)
            except MaildError:
                return  # what is missing waits for the server

    @part(Lifetime.SERVICES)
    def filer(self) -> Filer:
        from maild.spine.filing import Filer

        return Filer(self.store, {f"{m.name}/{f}": _filings(m) for m in self.settings.mailbox for f in m.folders})

    def balance(self, *, ask_servers: bool = False) -> BalanceSheet:
        """The balance sheet; with `ask_servers` also against what the mailboxes hold now."""
        from maild.office.safety.balance import balance

        if not ask_servers:
            return balance(self.store, blobs=self.blobs)
        with self.boxes.filed() as filing:
            return balance(self.store, self.mailboxes, filed=filing, blobs=self.blobs, intake=self.intake)

    def compared(self) -> BalanceSheet:
        """The sheet against the servers, on connections of its own; nothing is fetched."""
        from maild.office.safety.balance import balance

        with self.boxes.inbound(sent=True) as boxes, self.boxes.filed() as filing:
            return balance(self.store, boxes, filed=filing, intake=self.intake)

    def audit(self) -> BalanceSheet:
        """The daily balance: the sheet against the servers, on connections of its own; a gap is fetched at once.

        Returns the sheet as found, so that the gap is seen though it is closed.
        """
        from maild.office.safety.balance import balance

        with self.boxes.inbound(sent=True) as boxes, self.boxes.filed() as filing:
            sheet = balance(self.store, boxes, filed=filing, blobs=self.blobs, intake=self.intake)
            gaps = {folder.mailbox for folder in sheet.folders if folder.missing}
            for box in boxes:
                if box.name in gaps:
                    self.intake.audit(box)
            answered = {folder.mailbox for folder in sheet.folders if folder.filing and not folder.trouble}
            for box in filing:
                if box.name in answered:
                    self.intake.look_through(box)
        return sheet

    @contextmanager
    def vault(self, to: str = "", *, create: bool = False) -> Iterator[Vault]:
        """Where backups are kept, `to` or backup.to, with its encryption. Raises ConfigError."""
        from maild.backup.bucket import SCHEME, BucketPlace
        from maild.backup.places import FolderPlace, Place, work_folder
        from maild.backup.sealing import Sealer
        from maild.backup.vault import Vault

        backup = self.settings.backup
        where = to or backup.to
        if not where:
            raise ConfigError("backup.to: nobody said where backups are kept", remedy="maild backup FOLDER, or set it")
        with work_folder(self.settings.store.blobs.parent) as work:
            bucket = where.startswith(SCHEME)
            place: Place = BucketPlace(where, backup, work) if bucket else FolderPlace(Path(where), create=create)
            yield Vault(place, Sealer(backup.recipients, backup.secret_key.reveal()), work)

    def same_store(self) -> str:
        """The name that database and blob folder share. Raises ConfigError or Permanent where they do not."""
        from maild.office.safety.identity import same_store

        return same_store(self.store, self.blobs, self.clock.now())


def _filings(mailbox: MailboxSettings) -> MappingProxyType[MailStatus, Filing]:
    from maild.domain.records.journal import MailStatus
    from maild.ports import Filing, FilingMode

    mode = FilingMode(mailbox.filing)
    return MappingProxyType(
        {
            MailStatus.SETTLED: Filing(mode=mode, target=mailbox.folder_settled),
            MailStatus.REVIEW: Filing(mode=mode, target=mailbox.folder_review),
            MailStatus.IGNORED: Filing(mode=mode, target=mailbox.folder_ignored),
        }
    )
