"""Confined processes that read what strangers sent: mails, payment proofs, and what staff look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.bootstrap.connections import Connections
from maild.lifetime import Lifetime, part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maild.confine.einvoice import InvoiceFileReader
    from maild.confine.reading import ReaderPool
    from maild.confine.receipts import ReceiptPool
    from maild.confine.sheets import SheetReader
    from maild.confine.viewing import Viewer
    from maild.confine.wording import WordingPool
    from maild.spine.reading.read import ReadSettings


class Readers(Connections):
    """Confined processes that read what strangers sent: mails, payment proofs, and what staff look at."""

    @property
    def read_settings(self) -> ReadSettings:
        from maild.spine.reading.read import ReadSettings

        return ReadSettings(
            rules_folder=self.settings.rules.folder,
            transaction_number=self.settings.matching.transaction_number,
            authserv_id=self.settings.authentication.authserv_id,
            sealers=tuple(name.strip().lower().rstrip(".") for name in self.settings.authentication.arc_sealers),
            hosts=(
                *self.settings.authentication.receiving_hosts,
                self.settings.office.address.rpartition("@")[2].lower(),
            ),
            own_address=self.settings.office.address,
        )

    @part(closes=True, second=True)
    def reader(self) -> ReaderPool:
        from maild.confine.reading import ReaderPool

        daemon = self.settings.daemon
        return ReaderPool(
            self.read_settings, workers=daemon.readers, seconds=daemon.read_seconds, memory_mb=daemon.worker_memory_mb
        )

    def confinement(self) -> Mapping[str, str]:
        """Start a reader, so that the first mail need not wait for it: measure → '' in force, else why it is not.

        Raises Temporary, Permanent or ConfigError where none can be started.
        """
        self.reader.warm()
        return self.reader.confinement

    @part(closes=True, second=True)
    def receipts(self) -> ReceiptPool:
        """The reader of payment proofs: no process of it runs before the first file."""
        from maild.confine.receipts import ReceiptPool

        settings = self.settings
        return ReceiptPool(
            settings.receipts,
            settings.office,
            rules_folder=settings.rules.folder,
            transaction_number=settings.matching.transaction_number,
        )

    @part(closes=True)
    def wording(self) -> WordingPool:
        """What judges and writes words that staff try: no process of it runs before the first ones."""
        from maild.confine.wording import WordingPool

        settings = self.settings
        return WordingPool(
            settings.office, settings.notices, rules_folder=settings.rules.folder, bounce=settings.smtp.bounce
        )

    @part(Lifetime.PROCESS, closes=True)
    def viewer(self) -> Viewer:
        """What shows mails and files to staff: no process of it runs before the first view."""
        from maild.confine.viewing import Viewer

        return Viewer(self.settings.receipts)

    @part(Lifetime.PROCESS, closes=True)
    def invoice_files(self) -> InvoiceFileReader:
        from maild.confine.einvoice import InvoiceFileReader

        return InvoiceFileReader()

    @part(Lifetime.PROCESS, closes=True)
    def sheets(self) -> SheetReader:
        from maild.confine.sheets import SheetReader

        return SheetReader()
