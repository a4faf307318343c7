"""What is opened once and lives on: the store, the mail servers, the ways out of the house."""

from __future__ import annotations

from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.lifetime import Lifetime, part
from maild.policies import Policies

if TYPE_CHECKING:
    from collections.abc import Callable

    from maild.authenticate.signing import Signer
    from maild.courier import SmtpCourier
    from maild.domain.operation.metric import Tally
    from maild.domain.operation.trace import Trail
    from maild.hooks.oauth import Tokens
    from maild.hooks.traces import SpanSender
    from maild.mailbox import ImapMailbox
    from maild.mailbox.sent import ImapSentFolder
    from maild.notify.sending.laying import Laying
    from maild.office.watch.alarming import Alarms
    from maild.office.webhook.deliveries import Deliverer
    from maild.ports import Clock, Resolver
    from maild.spine.process import Processed
    from maild.store import FileBlobs
    from maild.store.listener import Listener
    from maild.store.uow import Store


class Connections(Policies):
    """What is opened once and lives on: the store, the mail servers, the ways out of the house."""

    clock: Clock
    say: Callable[[str], str]  # tells the administrator, in the log
    same_store: Callable[[], str]
    _resolver: Resolver | None
    _on_result: Callable[[Processed], None]

    @part(Lifetime.PROCESS, closes=True)
    def store(self) -> Store:
        from maild.store import open_store

        store = self.settings.store
        domain = self.settings.office.address.rpartition("@")[2] or "localhost"
        opened = open_store(store.url, store.password.reveal(), message_id_domain=domain, message_id_key=self.token_key)
        opened.listener = self.listener
        return opened

    @property
    def listener(self) -> Listener | None:
        """Who writes events for the library's own system; nobody where there is none to tell."""
        if not self.settings.webhook.url:
            return None
        from maild.office.webhook.events import WebhookEvents

        return WebhookEvents()

    @part(closes=True)
    def deliveries(self) -> Deliverer | None:
        """What sends events; None where there is nobody to tell."""
        if not self.settings.webhook.url:
            return None
        from maild.hooks.client import HttpHook
        from maild.office.webhook.deliveries import Deliverer

        settings = self.settings
        return Deliverer(
            self.store, HttpHook(settings.webhook), self.clock, settings.webhook, settings.staff, owner=self.owner
        )

    @part(early=True)
    def alarms(self) -> Alarms | None:
        """What tells of trouble by other roads than mail; None where none is set. Raises ConfigError."""
        options = self.settings.alarm
        if not (options.robots or options.apprise or options.heartbeat):
            return None
        from maild.domain.operation.alarm import Letter
        from maild.hooks.roads import Roads
        from maild.office.watch.alarming import Alarms

        letter = Letter(
            rules=self.troubles,
            locale=self.settings.staff.language,
            host=gethostname(),
            zone=ZoneInfo(self.settings.office.timezone),
        )
        return Alarms(Roads(options), letter, options, self.clock, self.say)

    @part(Lifetime.PROCESS)
    def blobs(self) -> FileBlobs:
        from maild.store import FileBlobs

        return FileBlobs(self.settings.store.blobs)

    @part(Lifetime.PROCESS)
    def owner(self) -> str:
        """Who leases work: recognisable as dead once this process is gone."""
        from maild.store.leases import owner

        return owner()

    @part(Lifetime.PROCESS)
    def tally(self) -> Tally:
        """What this process counts for the metrics."""
        from maild.domain.operation.metric import Tally

        return Tally()

    @part(Lifetime.PROCESS, early=True, closes=True)
    def spans(self) -> SpanSender | None:
        """What sends spans to a collector; None where none is set. Raises ConfigError."""
        if not self.settings.traces.endpoint:
            return None
        from maild.hooks.traces import SpanSender

        return SpanSender(self.settings.traces, self.tally)

    @part(Lifetime.PROCESS)
    def trail(self) -> Trail:
        """Where the stages leave their spans."""
        from maild.domain.operation.trace import Trail

        return Trail(self.same_store(), self.spans.take) if self.spans else Trail()

    def trace(self, mail_id: int | None) -> str:
        """Under which id a collector has the mail's way; '' where there is no mail, or no collector."""
        from maild.domain.operation.trace import trace_of

        return trace_of(self.same_store(), mail_id) if mail_id is not None and self.settings.traces.endpoint else ""

    @part(Lifetime.PROCESS, closes=True)
    def resolver(self) -> Resolver:
        if self._resolver is not None:
            return self._resolver
        from maild.authenticate.resolver import DnsResolver

        dns = self.settings.authentication
        return DnsResolver(dns.dns_timeout_seconds, dns.dns_cache_seconds, dns.nameservers, self.clock, self.tally)

    @part(Lifetime.SERVICES)
    def bearer(self) -> Tokens | None:
        """What gives tokens in place of passwords; None where no login wants one. Raises ConfigError."""
        logins = {self.settings.smtp.login, *(box.login for box in self.settings.mailbox)}
        if "oauth" not in logins:
            return None
        from maild.hooks.oauth import Tokens

        return Tokens(self.settings.oauth, self.settings.store.blobs.parent / "oauth", self.clock)

    @part(Lifetime.SERVICES, loops=True, closes=True)
    def mailboxes(self) -> list[ImapMailbox]:
        from maild.mailbox import ImapMailbox

        return [
            ImapMailbox(m, folder, self.clock, bearer=self.bearer)
            for m in self.settings.mailbox
            for folder in m.all_folders
        ]

    @part(Lifetime.SERVICES)
    def courier(self) -> SmtpCourier:
        from maild.courier import SmtpCourier

        return SmtpCourier(self.settings.smtp, self.bearer)

    @part(Lifetime.SERVICES)
    def sent_folder(self) -> ImapSentFolder | None:
        """Where copies of what left are laid; None where nobody wants any."""
        smtp = self.settings.smtp
        wanted = [m for m in self.settings.mailbox if smtp.sent_mailbox in ("", m.name)]
        if not smtp.sent_folder or not wanted:
            return None
        from maild.mailbox.sent import ImapSentFolder

        return ImapSentFolder(wanted[0], smtp.sent_folder, self.clock.monotonic, self.bearer)

    @part(Lifetime.SERVICES)
    def laying(self) -> Laying | None:
        """What lays them there."""
        from maild.notify.sending.laying import Laying

        return Laying(self.store, self.blobs, self.sent_folder, self.clock) if self.sent_folder else None

    @part(Lifetime.SERVICES, early=True)
    def signer(self) -> Signer | None:
        smtp = self.settings.smtp
        if not smtp.dkim_domain:
            return None
        from maild.authenticate.signing import load_signer

        return load_signer(smtp.dkim_domain, smtp.dkim_selector, Path(smtp.dkim_key_file))
