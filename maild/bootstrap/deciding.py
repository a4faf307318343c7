"""From a mail to what becomes of it, and from a notice to the mail that leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maild.bootstrap.mailing import Mailing
from maild.lifetime import part

if TYPE_CHECKING:
    from maild.domain.records.journal import MailRecord
    from maild.notify.rendering.render import Renderer
    from maild.notify.sending.relay import Relay
    from maild.office.answers.second_reader import SecondReader
    from maild.spine.process import Parts, Processor


class Deciding(Mailing):
    """From a mail to what becomes of it, and from a notice to the mail that leaves."""

    @part()
    def parts(self) -> Parts:
        from maild.office.order import ORDER
        from maild.spine.process import Parts

        settings = self.settings
        return Parts(
            store=self.store,
            blobs=self.blobs,
            clock=self.clock,
            reader=self.reader,
            resolver=self.resolver,
            lookup=self.lookup,
            order=ORDER,
            policy=self.policy,
            owner=self.owner,
            max_tries=settings.daemon.max_tries,
            defer=timedelta(minutes=settings.authentication.defer_minutes),
            threads=settings.daemon.readers,
            receipts=self.receipts,
            on_result=self._on_result,
            again=self._fetch_again,
            tally=self.tally,
            trail=self.trail,
        )

    def _fetch_again(self, mail: MailRecord) -> bytes:
        return self.bytes_again.of_mail(mail)

    @part(loops=True, closes=True)
    def processor(self) -> Processor:
        from maild.spine.process import Processor

        return Processor(self.parts)

    @part()
    def second(self) -> SecondReader:
        """The second reader as it was adopted here; its weights are loaded with the first mail that asks."""
        from maild.office.answers.second_reader import SecondReader

        return SecondReader(self.store)

    @part(early=True, files=True)
    def renderer(self) -> Renderer:
        """The notice templates, compiled; raises TemplateFault where one is broken.

        What staff edited is taken into force by `refresh`: the relay does it before each round.
        """
        from maild.notify.rendering.render import Renderer

        settings = self.settings
        return Renderer.load(
            settings.office,
            settings.notices,
            self.token_key,
            rules_folder=settings.rules.folder,
            bounce=settings.smtp.bounce,
        )

    @part(loops=True)
    def relay(self) -> Relay:
        from maild.notify.sending.relay import Relay
        from maild.office.reach.sent import told

        return Relay(
            self.store,
            self.courier,
            self.renderer,
            self.blobs,
            self.clock,
            self.settings,
            signer=self.signer,
            on_sent=told(self.clock.now),
            timing_policy=self.timing_policy,
            submission=self.submission,
            refresh=self.renderer.refresh,
            owner=self.owner,
            tally=self.tally,
            trail=self.trail,
        )

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
