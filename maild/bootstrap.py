"""The only wiring: settings → adapters → services. Each part is made when it is first asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from socket import gethostname
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.config import Settings
from maild.domain.errors import ConfigError
from maild.domain.journal import MailRecord, MailStatus
from maild.domain.notice import OutboxEntry
from maild.policies import NAMES, Policies
from maild.ports import Clock, Filing, FilingMode, Herald, Resolver, Store, UnitOfWork

if TYPE_CHECKING:
    from maild.authenticate.signing import Signer
    from maild.backup.vault import Vault
    from maild.boxes import Boxes
    from maild.config import Mailbox as MailboxSettings
    from maild.confine import ReaderPool
    from maild.confine.einvoice import InvoiceFileReader
    from maild.confine.receipts import ReceiptPool
    from maild.confine.sheets import SheetReader
    from maild.confine.viewing import Viewer
    from maild.courier import SmtpCourier
    from maild.mailbox import ImapMailbox
    from maild.notify.relay import Relay
    from maild.notify.render import Renderer
    from maild.office.answers.second_voice import SecondVoice
    from maild.office.books.acts_books import BookActs
    from maild.office.books.reconcile import Reconciler
    from maild.office.books.statement_formats import StatementFormat
    from maild.office.ignoring.acts_senders import SenderActs
    from maild.office.invoices.invoice_acts import InvoiceActs
    from maild.office.learning.learner import Learner
    from maild.office.providers.acts_speakers import SpeakerActs
    from maild.office.providers.drift import DriftAlarm
    from maild.office.queue.acts import Acts
    from maild.office.queue.acts_answer import AnswerActs
    from maild.office.queue.acts_link import LinkActs
    from maild.office.queue.acts_queue import QueueActs
    from maild.office.queue.item_view import ItemViews
    from maild.office.queue.mail_files import MailFiles
    from maild.office.reach.acts_outbox import OutboxActs
    from maild.office.reach.acts_voice import VoiceActs
    from maild.office.reach.outbox_view import OutboxViews
    from maild.office.registration.acts_registration import RegistrationActs
    from maild.office.requests.silence import Silence
    from maild.office.safety.balance import BalanceSheet
    from maild.office.safety.bytes_again import BytesAgain, Looked
    from maild.office.safety.recollect import FirstAfterRestore, Recollected, Recollector
    from maild.office.watch.alarming import Alarms
    from maild.office.watch.clock_trust import ClockTrust
    from maild.office.watch.staff_digest import StaffDigest
    from maild.office.watch.statistics import FigureKeeper
    from maild.office.watch.upkeep import Upkeep
    from maild.office.webhook.deliveries import Deliverer
    from maild.office.workshop.notice_acts import NoticeActs
    from maild.office.workshop.rule_figures import RuleFigures
    from maild.office.workshop.rule_files import RuleFiles
    from maild.settings import Loaded
    from maild.spine.filing import Filer
    from maild.spine.intake import Intake
    from maild.spine.process import Parts, Processed, Processor
    from maild.spine.read import ReadSettings
    from maild.store import FileBlobs
    from maild.store.uow import SqlStore


# What SIGHUP cannot change, and the parts that live through it.
RESTART = ("store", "mailbox", "smtp")
# Made at the start and by a reload: a fault in their files stops these, and not a mail.
PREPARED = (*NAMES, "renderer", "signer", "drift", "alarms")
# Made again from the new settings when they are next asked for.
STALE = ("rules", "reminders", "reconciler", "silence", "digest", "deliveries", "acts", "registration_acts",
         "answer_acts", "queue_acts", "sender_acts", "speaker_acts", "link_acts", "notice_acts", "item_views",
         "voice_acts", "invoice_acts", "books", "figures", "mail_files", "outbox_views", "rule_files",
         "rule_figures", "learner", "second", "bytes_again")  # fmt: skip
KEPT = ("store", "blobs", "mailboxes", "courier", "signer", "resolver")
# What two sets of services that run side by side have together (the console's, when a rule was saved).
SHARED = ("store", "blobs", "resolver", "viewer", "invoice_files", "sheets", "owner", "figures")


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class Services(Policies):
    """Everything a command or the daemon works with, made lazily from the settings.

    `resolver` replaces DNS (explain --dns); `on_result` hears of each processed mail (progress, logs);
    `load` reads the settings anew (SIGHUP); `clock` takes the place of the machine's (tests).
    origin: where the settings came from, None where they were made by a program.
    """

    origin: Loaded | None = None

    def __init__(
        self,
        settings: Settings,
        *,
        resolver: Resolver | None = None,
        on_result: Callable[[Processed], None] | None = None,
        load: Callable[[], Settings] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self._load = load
        self.clock: Clock = clock or SystemClock()
        self._resolver = resolver
        self._on_result = on_result or (lambda result: None)
        self._rules_stamp: str | None = None
        self.say: Callable[[str], str] = str
        from maild.confine.pool import require_confinement

        require_confinement(settings.confine.required)

    @cached_property
    def store(self) -> SqlStore:
        from maild.store import open_store

        store = self.settings.store
        domain = self.settings.office.address.rpartition("@")[2] or "localhost"
        opened = open_store(store.url, store.password.reveal(), message_id_domain=domain, message_id_key=self.token_key)
        opened.herald = self.herald
        return opened

    @property
    def herald(self) -> Herald | None:
        """Who writes events for the library's own system; nobody where there is none to tell."""
        from maild.office.webhook.heralding import WebhookHerald

        return WebhookHerald() if self.settings.webhook.url else None

    @cached_property
    def deliveries(self) -> Deliverer | None:
        """What sends events; None where there is nobody to tell."""
        if not self.settings.webhook.url:
            return None
        from maild.hooks.client import HttpHook
        from maild.office.webhook.deliveries import Deliverer

        settings = self.settings
        return Deliverer(self.store, HttpHook(settings.webhook), self.clock, settings.webhook, settings.staff,
                         owner=self.owner)  # fmt: skip

    @cached_property
    def alarms(self) -> Alarms | None:
        """What tells of trouble by other roads than mail; None where none is set. Raises ConfigError."""
        options = self.settings.alarm
        if not (options.robots or options.apprise or options.heartbeat):
            return None
        from maild.domain.alarm import Letter
        from maild.hooks.roads import Roads
        from maild.office.watch.alarming import Alarms

        letter = Letter(rules=self.troubles, locale=self.settings.staff.language, host=gethostname(),
                        zone=ZoneInfo(self.settings.office.timezone))  # fmt: skip
        return Alarms(Roads(options), letter, options, self.clock, self.say)

    @cached_property
    def blobs(self) -> FileBlobs:
        from maild.store import FileBlobs

        return FileBlobs(self.settings.store.blobs)

    @cached_property
    def owner(self) -> str:
        """Who leases work: recognisable as dead once this process is gone."""
        from maild.store.leases import owner

        return owner()

    @property
    def read_settings(self) -> ReadSettings:
        from maild.spine.read import ReadSettings

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

    @cached_property
    def reader(self) -> ReaderPool:
        from maild.confine import ReaderPool

        daemon = self.settings.daemon
        return ReaderPool(
            self.read_settings, workers=daemon.readers, seconds=daemon.read_seconds, memory_mb=daemon.worker_memory_mb
        )

    @cached_property
    def receipts(self) -> ReceiptPool:
        """The reader of payment proofs: no process of it runs before the first file."""
        from maild.confine.receipts import ReceiptPool

        settings = self.settings
        return ReceiptPool(settings.receipts, settings.office, rules_folder=settings.rules.folder,
                           transaction_number=settings.matching.transaction_number)  # fmt: skip

    @cached_property
    def viewer(self) -> Viewer:
        """What shows mails and files to staff: no process of it runs before the first view."""
        from maild.confine.viewing import Viewer

        return Viewer(self.settings.receipts)

    @cached_property
    def mail_files(self) -> MailFiles:
        """Stored mails opened to be looked at."""
        from maild.office.queue.mail_files import MailFiles

        return MailFiles(self.parts)

    @cached_property
    def resolver(self) -> Resolver:
        if self._resolver is not None:
            return self._resolver
        from maild.authenticate.resolver import DnsResolver

        dns = self.settings.authentication
        return DnsResolver(dns.dns_timeout_seconds, dns.dns_cache_seconds, dns.nameservers, self.clock)

    @cached_property
    def parts(self) -> Parts:
        from maild.spine.process import Parts

        settings = self.settings
        return Parts(
            store=self.store, blobs=self.blobs, clock=self.clock, reader=self.reader, resolver=self.resolver,
            lens=self.lens, policy=self.policy, owner=self.owner,
            max_tries=settings.daemon.max_tries, defer=timedelta(minutes=settings.authentication.defer_minutes),
            threads=settings.daemon.readers, receipts=self.receipts, on_result=self._on_result,
            again=self._fetch_again,
        )  # fmt: skip

    def _fetch_again(self, mail: MailRecord) -> bytes:
        return self.bytes_again.of_mail(mail)

    @cached_property
    def processor(self) -> Processor:
        from maild.spine.process import Processor

        return Processor(self.parts)

    @cached_property
    def acts(self) -> Acts:
        from maild.office.queue.acts import Acts

        return Acts(self.parts)

    @cached_property
    def registration_acts(self) -> RegistrationActs:
        from maild.office.registration.acts_registration import RegistrationActs

        return RegistrationActs(self.parts)

    @cached_property
    def answer_acts(self) -> AnswerActs:
        from maild.office.queue.acts_answer import AnswerActs

        return AnswerActs(self.parts, self.acts, self.renderer)

    @cached_property
    def queue_acts(self) -> QueueActs:
        from maild.office.queue.acts_queue import QueueActs

        return QueueActs(self.parts, self.acts)

    @cached_property
    def sender_acts(self) -> SenderActs:
        from maild.office.ignoring.acts_senders import SenderActs

        return SenderActs(self.parts, self.acts)

    @cached_property
    def speaker_acts(self) -> SpeakerActs:
        from maild.office.providers.acts_speakers import SpeakerActs

        return SpeakerActs(self.parts, self.acts)

    @cached_property
    def link_acts(self) -> LinkActs:
        from maild.office.queue.acts_link import LinkActs

        return LinkActs(self.parts, self.acts)

    @cached_property
    def item_views(self) -> ItemViews:
        from maild.office.queue.item_view import ItemViews

        return ItemViews(self.parts, self.answer_acts)

    @cached_property
    def voice_acts(self) -> VoiceActs:
        from maild.office.reach.acts_voice import VoiceActs

        return VoiceActs(self.store, self.clock, self.voice)

    @cached_property
    def learner(self) -> Learner:
        from maild.office.learning.learner import Learner

        return Learner(self.parts, self.settings.rules.folder)

    @cached_property
    def second(self) -> SecondVoice:
        """The second reader as it was adopted here; its weights are loaded with the first mail that asks."""
        from maild.office.answers.second_voice import SecondVoice

        return SecondVoice(self.store)

    @cached_property
    def invoice_files(self) -> InvoiceFileReader:
        from maild.confine.einvoice import InvoiceFileReader

        return InvoiceFileReader()

    @cached_property
    def sheets(self) -> SheetReader:
        from maild.confine.sheets import SheetReader

        return SheetReader()

    @cached_property
    def invoice_acts(self) -> InvoiceActs:
        from maild.office.invoices.invoice_acts import InvoiceActs

        return InvoiceActs(self.parts, self.invoice_files, seller=self.settings.office.bank_payee)

    @cached_property
    def books(self) -> BookActs:
        from maild.office.books.acts_books import BookActs

        return BookActs(self.parts)

    @cached_property
    def mailboxes(self) -> list[ImapMailbox]:
        from maild.mailbox import ImapMailbox

        return [ImapMailbox(m, folder, self.clock) for m in self.settings.mailbox for folder in m.all_folders]

    @cached_property
    def intake(self) -> Intake:
        from maild import boxes
        from maild.spine.intake import Intake

        armed = frozenset(f"{m.name}/{f}" for m in self.settings.mailbox if m.armed for f in m.all_folders)
        marks = {f"{m.name}/{f}": boxes.marks(m) for m in self.settings.mailbox for f in m.folders}
        return Intake(self.store, self.blobs, self.clock, armed=armed, sent=self.lens.sent_folders, marks=marks)

    @cached_property
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

    @cached_property
    def boxes(self) -> Boxes:
        """Connections beside those that are watched."""
        from maild.boxes import Boxes

        return Boxes(self.settings.mailbox, self.clock)

    @cached_property
    def bytes_again(self) -> BytesAgain:
        """What fetches bytes once more that the blob folder has lost."""
        from maild.office.safety.bytes_again import BytesAgain

        return BytesAgain(self.store, self.blobs, self.clock, self.boxes.folder, self.reader)

    def look_after_bytes(
        self, share: tuple[int, int] | None = None, progress: Callable[[int, int], None] | None = None
    ) -> Looked:  # fmt: skip
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

    @cached_property
    def filer(self) -> Filer:
        from maild.spine.filing import Filer

        return Filer(self.store, {f"{m.name}/{f}": _filings(m) for m in self.settings.mailbox for f in m.folders})

    @cached_property
    def statement_formats(self) -> Mapping[str, StatementFormat]:
        """How statements are written: the shipped formats, and the office's own in its rules folder."""
        from maild.office.books.statement_formats import load_formats

        return load_formats(self.settings.rules.folder)

    @cached_property
    def reconciler(self) -> Reconciler:
        return self._reconciler(self.store)

    def _reconciler(self, store: Store) -> Reconciler:
        from maild.office.books.reconcile import Reconciler

        policy, numbers = self.parts.policy, self.lens.numbers
        return Reconciler(store, self.clock, policy, numbers=numbers, token_keys=self.token_keys)

    @cached_property
    def reminders(self) -> FirstAfterRestore:
        """What time brings; after a restore its notices are held the first time."""
        from maild.office.safety.recollect import FirstAfterRestore

        return FirstAfterRestore(self.store, self._upkeep)

    def _upkeep(self, store: Store) -> Upkeep:
        from maild.office.learning.voice_record import VoiceWatch
        from maild.office.watch.upkeep import make_upkeep

        watch = VoiceWatch(store, self.clock, self.answers, self.settings.staff)
        policy, reconciler = self.parts.policy, self._reconciler(store)
        return make_upkeep(store, self.clock, reconciler, policy, self.settings, self.drift, watch, digest=self.digest)

    @cached_property
    def silence(self) -> Silence:
        """The silence watch, for those who ask what is overdue now."""
        from maild.office.requests.silence import Silence

        requests = self.settings.requests
        return Silence(self.store, self.clock, self.requests, self.settings.staff, watch=requests.silence_watch)

    @cached_property
    def digest(self) -> StaffDigest:
        """The morning mail to staff."""
        from maild.office.watch.calendars import load_calendar
        from maild.office.watch.staff_digest import StaffDigest

        return StaffDigest(self.store, self.clock, self.settings, load_calendar(self.settings.rules.folder),
                           rules=self.troubles, sheet=self.compared, say=self.say)  # fmt: skip

    @cached_property
    def clock_trust(self) -> ClockTrust:
        """Whether the clock is to be believed."""
        from maild.office.watch.clock_trust import ClockTrust

        return ClockTrust(self.store, self.clock)

    @cached_property
    def figures(self) -> FigureKeeper:
        """What keeps the figures of the past up to date."""
        from maild.office.watch.statistics import FigureKeeper

        return FigureKeeper(self.store, self.clock, self.settings.office.timezone)

    @cached_property
    def rule_files(self) -> RuleFiles:
        """The rule files as they lie on the disk."""
        from maild.office.workshop.rule_files import RuleFiles

        return RuleFiles(self.settings.rules.folder, self.settings.matching.transaction_number)

    @cached_property
    def rule_figures(self) -> RuleFigures:
        """What rules took, and how they fared."""
        from maild.office.providers.drift import load_drift
        from maild.office.workshop.rule_figures import RuleFigures

        policy = load_drift(self.settings.rules.folder)
        return RuleFigures(self.store, self.clock, self.figures, policy, self.drift)

    @cached_property
    def drift(self) -> DriftAlarm:
        """What notices that a provider's mails have changed; raises RuleError where drift.toml is broken."""
        from maild.office.providers.drift import DriftAlarm, load_drift

        policy = load_drift(self.settings.rules.folder)
        return DriftAlarm(self.store, self.clock, policy, self.settings.staff)

    @cached_property
    def renderer(self) -> Renderer:
        """The notice templates, compiled; raises TemplateFault where one is broken.

        What staff edited is taken into force by `refresh`: the relay does it before each round.
        """
        from maild.notify.render import Renderer

        settings = self.settings
        return Renderer.load(settings.office, settings.notices, self.token_key, rules_folder=settings.rules.folder)

    @cached_property
    def notice_acts(self) -> NoticeActs:
        """How staff change the words of notices."""
        from maild.courier import SmtpCourier
        from maild.office.workshop.notice_acts import NoticeActs

        return NoticeActs(self.store, self.clock, self.renderer, self.settings, signer=lambda: self.signer,
                          courier=lambda: SmtpCourier(self.settings.smtp))  # fmt: skip

    @cached_property
    def outbox_acts(self) -> OutboxActs:
        """What staff do with notices that wait, failed or left."""
        from maild.office.reach.acts_outbox import OutboxActs

        return OutboxActs(self.store, self.clock)

    @cached_property
    def outbox_views(self) -> OutboxViews:
        """Notices as they were sent, or would be."""
        from maild.office.reach.outbox_view import OutboxViews

        return OutboxViews(self.store, self.blobs, self.clock, self.renderer)

    @cached_property
    def courier(self) -> SmtpCourier:
        from maild.courier import SmtpCourier

        return SmtpCourier(self.settings.smtp)

    @cached_property
    def signer(self) -> Signer | None:
        smtp = self.settings.smtp
        if not smtp.dkim_domain:
            return None
        from maild.authenticate.signing import load_signer

        return load_signer(smtp.dkim_domain, smtp.dkim_selector, Path(smtp.dkim_key_file))

    @cached_property
    def relay(self) -> Relay:
        from maild.notify.relay import Relay
        from maild.office.reach.sent import on_sent

        def told(uow: UnitOfWork, entry: OutboxEntry) -> None:
            on_sent(uow, entry, self.clock.now())

        return Relay(self.store, self.courier, self.renderer, self.blobs, self.clock, self.settings,
                     signer=self.signer, on_sent=told, voice=self.voice, submission=self.submission,
                     refresh=self.renderer.refresh, owner=self.owner)  # fmt: skip

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

    def ensure_schema(self) -> None:
        """Lay out a brand-new database; refuse an outdated one unless it may be upgraded (store.upgrade)."""
        from maild.store import migrate

        store = self.settings.store
        password = store.password.reveal()
        found = migrate.check(store.url, password)
        if found.ok:
            return  # the usual case: alembic is not even loaded
        if store.upgrade or not found.current:
            migrate.upgrade(store.url, password)
        migrate.require(store.url, password)

    def prepare(self) -> None:
        """Refuse to start on a wrong rule, template, key or schema: everything is made and checked once."""
        # The rules are read where mails are, in a worker, while this process makes everything else.
        self.note_rules()
        with ThreadPoolExecutor(1) as beside:
            warm = beside.submit(self.reader.warm)
            self.ensure_schema()
            self.same_store()
            self.make(PREPARED)
            warm.result()

    def make(self, names: Iterable[str]) -> None:
        """Make these parts now: what is wrong with their rules, templates or keys raises."""
        for name in names:
            getattr(self, name)

    def confinement(self) -> Mapping[str, str]:
        """Start a reader, so that the first mail need not wait for it: measure → '' in force, else why it is not.

        Raises Temporary, Permanent or ConfigError where none can be started.
        """
        self.reader.warm()
        return self.reader.confinement

    def note_rules(self) -> None:
        """Remember what was saved last: to be called before the rules are read. Raises Temporary."""
        from maild.office.workshop.rule_acts import stamp

        self._rules_stamp = stamp(self.settings.rules.folder)

    def rules_changed(self) -> bool:
        """Whether staff saved a rule, here or on another host, or adopted other weights, since these were read.

        Raises Temporary.
        """
        from maild.office.workshop.rule_acts import stamp

        if self._rules_stamp is None:
            self.note_rules()
        return stamp(self.settings.rules.folder) != self._rules_stamp or self.second.changed()

    def reload(self) -> None:
        """Read settings, rules and templates anew; all of it works, or everything stays as it was and this raises.

        Connections and the database stay: what concerns them needs a restart, and says so.
        """
        settings = self._load() if self._load else self.settings
        if fixed := list(_changed(self.settings, settings)):
            raise ConfigError(f"{', '.join(fixed)} changed, which needs a restart", remedy="systemctl restart maild")
        self._take_over(settings)

    def reload_rules(self) -> None:
        """The same without the settings: what staff saved comes into force, and no half-edited configuration."""
        self._take_over(self.settings)

    def afresh(self) -> Services:
        """Others on the same connections of which nothing is made yet: to try the files as they lie there."""
        fresh = self._fresh(self.settings)
        fresh.__dict__.update({name: self.__dict__[name] for name in SHARED if name in self.__dict__})
        return fresh

    def renewed(self) -> Services:
        """Others on the same connections, with rules and templates as they are now. Raises where one is broken.

        These go on: who began with them ends with them. `retire` closes them.
        """
        fresh = self._fresh(self.settings)
        for name in SHARED:
            fresh.__dict__[name] = getattr(self, name)
        fresh.make((*PREPARED, "rules", "reader", "receipts"))  # before threads ask for one at the same moment
        return fresh

    def retire(self) -> None:
        """Close what others that were `renewed` from these do not share; waits for what is under way."""
        for name in ("processor", "reader", "receipts"):
            if (part := self.__dict__.pop(name, None)) is not None:
                part.close()

    def _fresh(self, settings: Settings) -> Services:
        fresh = Services(
            settings, resolver=self._resolver, on_result=self._on_result, load=self._load, clock=self.clock
        )
        fresh.origin, fresh.say = self.origin, self.say
        fresh.note_rules()
        return fresh

    def _take_over(self, settings: Settings) -> None:
        fresh = self._fresh(settings)
        fresh.__dict__.update({name: self.__dict__[name] for name in KEPT if name in self.__dict__})
        fresh.make((*PREPARED, "relay", "receipts", "processor"))
        fresh.reader.warm()
        old = {name: self.__dict__.get(name) for name in ("processor", "reader", "receipts", "deliveries")}
        for name in STALE:
            self.__dict__.pop(name, None)
        self.__dict__.update({k: v for k, v in fresh.__dict__.items() if not k.startswith("_")})
        self._rules_stamp = fresh._rules_stamp
        self.store.herald = self.herald
        for part in old.values():
            if part is not None:
                part.close()

    def close(self) -> None:
        """Close what was opened; parts that were never asked for are not made."""
        made = self.__dict__
        for name in ("processor", "reader", "receipts", "viewer", "invoice_files", "sheets", "deliveries", "resolver",
                     "store"):  # fmt: skip
            closing = getattr(made.get(name), "close", None)
            if closing is not None:
                closing()
        for mailbox in made.get("mailboxes", ()):
            mailbox.close()


def _changed(before: Settings, after: Settings) -> Iterator[str]:
    """The options that differ and that a reload cannot change; of mailboxes, the one by its name."""
    for section in RESTART:
        old, new = getattr(before, section), getattr(after, section)
        olds, news = (each if isinstance(each, tuple) else (each,) for each in (old, new))
        if len(olds) != len(news):
            yield f"the number of [[{section}]]"
        for was, now in zip(olds, news, strict=False):
            label = f"{section} {was.name}" if isinstance(old, tuple) else section
            yield from (f"{label}.{name}" for name in (one.name for one in fields(was))
                        if getattr(was, name) != getattr(now, name))  # fmt: skip


def _filings(mailbox: MailboxSettings) -> MappingProxyType[MailStatus, Filing]:
    mode = FilingMode(mailbox.filing)
    return MappingProxyType(
        {
            MailStatus.SETTLED: Filing(mode=mode, target=mailbox.folder_settled),
            MailStatus.REVIEW: Filing(mode=mode, target=mailbox.folder_review),
            MailStatus.IGNORED: Filing(mode=mode, target=mailbox.folder_ignored),
        }
    )


def build(
    settings: Settings,
    *,
    resolver: Resolver | None = None,
    load: Callable[[], Settings] | None = None,
    origin: Loaded | None = None,
) -> Services:
    """Services for these settings."""
    made = Services(settings, resolver=resolver, load=load)
    made.origin = origin
    return made
