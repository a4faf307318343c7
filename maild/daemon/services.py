"""What the supervisor needs of the rest of maild; bootstrap builds it, tests make small ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from maild.config import Settings
from maild.domain.operation.metric import Tally
from maild.domain.operation.trace import Trail
from maild.domain.operation.trouble import TroubleRules
from maild.ports import BlobStore, Clock, Mailbox

if TYPE_CHECKING:
    from maild.notify.sending.laying import LayingReport
    from maild.notify.sending.relay import RelayReport
    from maild.office.safety.balance import BalanceSheet
    from maild.office.safety.bytes_again import Looked
    from maild.office.safety.recollect import Recollected
    from maild.office.watch.alarming import Alarms
    from maild.office.webhook.deliveries import DeliveryReport
    from maild.spine.intake import IntakeReport
    from maild.spine.process import ProcessReport
    from maild.store.uow import Store


class IntakeService(Protocol):
    def run_once(self, mailbox: Mailbox) -> IntakeReport:
        """Store all that is new in the folder. Raises as the mailbox does."""


class ProcessService(Protocol):
    def run_once(self, limit: int = 50) -> ProcessReport:
        """Decide up to `limit` waiting mails. Never called by two threads at a time."""


class FilingService(Protocol):
    def run_once(self, mailbox: Mailbox) -> int:
        """File a batch of settled mails on the server; 0 when there is nothing left."""


class RelayService(Protocol):
    async def run_once(self) -> RelayReport:
        """Send a batch of the outbox."""

    def stop(self) -> None:
        """Begin no further mail."""

    async def close(self) -> None:
        """Say goodbye to the mail server."""


class ReminderService(Protocol):
    def run_once(self) -> int:
        """Write the reminders that are due; repeating it is harmless."""


class TurnService(Protocol):
    def run_once(self) -> int:
        """Give what waits to those whose turn it is; repeating it is harmless."""


class DeliveryService(Protocol):
    def run_once(self) -> DeliveryReport:
        """Send a batch of events to the library's own system. Never called by two threads at a time."""

    def stop(self) -> None:
        """Begin no further event."""


class LayingService(Protocol):
    def run_once(self) -> LayingReport:
        """Lay a batch of copies of what left. Never called by two threads at a time."""

    def stop(self) -> None:
        """Begin no further copy."""


class FigureService(Protocol):
    def fresh(self) -> None:
        """Count what is old anew; repeating it is harmless."""


class Services(Protocol):
    """Everything wired. `reload` replaces rules and templates, all or nothing, and raises if it cannot.

    Attributes may be exchanged by `reload`: the loops look them up at every turn.
    """

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def store(self) -> Store: ...
    @property
    def blobs(self) -> BlobStore: ...
    @property
    def tally(self) -> Tally: ...
    @property
    def trail(self) -> Trail: ...
    @property
    def mailboxes(self) -> Sequence[Mailbox]: ...
    @property
    def intake(self) -> IntakeService: ...
    @property
    def processor(self) -> ProcessService: ...
    @property
    def filer(self) -> FilingService: ...
    @property
    def relay(self) -> RelayService: ...
    @property
    def reminders(self) -> ReminderService: ...
    @property
    def figures(self) -> FigureService: ...
    @property
    def years(self) -> FigureService: ...
    @property
    def desk_acts(self) -> TurnService: ...
    @property
    def deliveries(self) -> DeliveryService | None: ...
    @property
    def laying(self) -> LayingService | None:
        """What lays copies into the folder of sent mail; None where nobody wants any."""

    @property
    def troubles(self) -> TroubleRules:
        """What troubles are called and how they are taken."""

    @property
    def alarms(self) -> Alarms | None:
        """What tells of them by other roads than mail; None where none is set."""

    @property
    def say(self) -> Callable[[str], str]:
        """An English sentence of the code in the language of the office's people."""

    def recollect(self, account: str) -> Recollected:
        """Take in what the account's filing folders hold and the database does not know; hold what it would send.

        Raises Temporary or Permanent as the server does.
        """

    def look_after_bytes(self, share: tuple[int, int] | None = None) -> Looked:
        """Find bytes that are gone, and by reading a share of all damaged ones; fetch them anew, else tell staff."""

    def same_store(self) -> str:
        """The name of the blob folder. Raises ConfigError or Permanent where it is not this database's."""

    def audit(self) -> BalanceSheet:
        """The balance sheet against the mail servers; what was missing has been fetched."""

    def confinement(self) -> Mapping[str, str]:
        """A reader has started: what confines it, measure → '' in force, else why it is not."""

    def reload(self) -> None: ...

    def rules_changed(self) -> bool:
        """Whether staff saved a rule, on whatever host, since the rules were read. Raises Temporary."""

    def reload_rules(self) -> None:
        """As `reload`, on the settings that are in force."""

    def close(self) -> None:
        """End workers and connections; called from a thread, once, after the loops."""
