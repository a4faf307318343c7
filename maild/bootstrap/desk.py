"""What staff do and look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.bootstrap.watching import Watching
from maild.lifetime import part

if TYPE_CHECKING:
    from maild.office.books.acts_books import BookActs
    from maild.office.books.acts_statements import StatementActs
    from maild.office.ignoring.acts_senders import SenderActs
    from maild.office.invoices.invoice_acts import InvoiceActs
    from maild.office.learning.learner import Learner
    from maild.office.providers.acts_speakers import SpeakerActs
    from maild.office.queue.acts import Acts
    from maild.office.queue.acts_answer import AnswerActs
    from maild.office.queue.acts_assign import AssignActs
    from maild.office.queue.acts_bytes import LostActs
    from maild.office.queue.acts_desk import DeskActs
    from maild.office.queue.acts_fee import FeeActs
    from maild.office.queue.acts_link import LinkActs
    from maild.office.queue.acts_queue import QueueActs
    from maild.office.queue.acts_rows import RowActs
    from maild.office.queue.acts_several import SeveralActs
    from maild.office.queue.item_view import ItemViews
    from maild.office.queue.mail_files import MailFiles
    from maild.office.reach.acts_contact import ContactActs
    from maild.office.reach.acts_outbox import OutboxActs
    from maild.office.reach.acts_reach import ReachActs
    from maild.office.reach.outbox_view import OutboxViews
    from maild.office.registration.acts_registration import RegistrationActs
    from maild.office.workshop.notice_acts import NoticeActs
    from maild.office.workshop.rule_figures import RuleFigures
    from maild.office.workshop.rule_files import RuleFiles


class Desk(Watching):
    """What staff do and look at."""

    @part()
    def acts(self) -> Acts:
        from maild.office.queue.acts import Acts

        return Acts(self.parts)

    @part()
    def registration_acts(self) -> RegistrationActs:
        from maild.office.registration.acts_registration import RegistrationActs

        return RegistrationActs(self.parts)

    @part()
    def assign_acts(self) -> AssignActs:
        from maild.office.queue.acts_assign import AssignActs

        return AssignActs(self.parts, self.acts)

    @part()
    def row_acts(self) -> RowActs:
        """Rows of a mail about several requests."""
        from maild.office.queue.acts_rows import RowActs

        return RowActs(self.parts, self.acts)

    @part()
    def fee_acts(self) -> FeeActs:
        """What is missing of a fee."""
        from maild.office.queue.acts_fee import FeeActs

        return FeeActs(self.parts, self.acts)

    @part()
    def several_acts(self) -> SeveralActs:
        """Acts on several items that are taken back as one."""
        from maild.office.queue.acts_several import SeveralActs

        return SeveralActs(self.parts, self.acts, self.queue_acts, self.sender_acts, self.answer_acts)

    @part()
    def answer_acts(self) -> AnswerActs:
        from maild.office.queue.acts_answer import AnswerActs

        return AnswerActs(self.parts, self.acts, self.renderer)

    @part()
    def queue_acts(self) -> QueueActs:
        from maild.office.queue.acts_queue import QueueActs

        return QueueActs(self.parts, self.acts)

    @part()
    def lost_acts(self) -> LostActs:
        from maild.office.queue.acts_bytes import LostActs

        return LostActs(self.parts, self.acts, self.bytes_again.names_of)

    @part()
    def sender_acts(self) -> SenderActs:
        from maild.office.ignoring.acts_senders import SenderActs

        return SenderActs(self.parts, self.acts)

    @part()
    def speaker_acts(self) -> SpeakerActs:
        from maild.office.providers.acts_speakers import SpeakerActs

        return SpeakerActs(self.parts, self.acts)

    @part()
    def link_acts(self) -> LinkActs:
        from maild.office.queue.acts_link import LinkActs

        return LinkActs(self.parts, self.acts)

    @part(files=True)
    def item_views(self) -> ItemViews:
        from maild.office.queue.item_view import ItemViews

        return ItemViews(self.parts, self.answer_acts, self.row_acts)

    @part()
    def desk_acts(self) -> DeskActs:
        """What staff keep at the desk, turns and absences."""
        from maild.office.queue.acts_desk import DeskActs

        return DeskActs(self.store, self.clock, self.settings.office.timezone)

    @part()
    def contact_acts(self) -> ContactActs:
        from maild.office.reach.acts_contact import ContactActs

        return ContactActs(self.store, self.clock, self.timing_policy)

    @part()
    def learner(self) -> Learner:
        from maild.office.learning.learner import Learner

        return Learner(self.parts, self.settings.rules.folder)

    @part()
    def invoice_acts(self) -> InvoiceActs:
        from maild.config import said
        from maild.office.invoices.invoice_acts import InvoiceActs

        return InvoiceActs(self.parts, self.invoice_files, seller=said(self.settings.office.bank_payee))

    @part()
    def books(self) -> BookActs:
        from maild.office.books.acts_books import BookActs

        return BookActs(self.parts)

    @part()
    def statement_acts(self) -> StatementActs:
        from maild.config import said
        from maild.office.books.acts_statements import StatementActs

        office = self.settings.office
        return StatementActs(
            self.store,
            self.clock,
            self.reconciler,
            self.books,
            formats=lambda: self.statement_formats,
            timezone=office.timezone,
            accounts=tuple(filter(None, [said(office.bank_account)])),
            reader=self.sheets.read,
        )

    @part()
    def mail_files(self) -> MailFiles:
        """Stored mails opened to be looked at."""
        from maild.office.queue.mail_files import MailFiles

        return MailFiles(self.parts)

    @part()
    def rule_files(self) -> RuleFiles:
        """The rule files as they lie on the disk."""
        from maild.office.workshop.rule_files import RuleFiles

        return RuleFiles(self.settings.rules.folder, self.settings.matching.transaction_number)

    @part(files=True)
    def rule_figures(self) -> RuleFigures:
        """What rules took, and how they fared."""
        from maild.office.providers.drift import load_drift
        from maild.office.workshop.rule_figures import RuleFigures

        policy = load_drift(self.settings.rules.folder)
        return RuleFigures(self.store, self.clock, self.figures, policy, self.drift)

    @part()
    def notice_acts(self) -> NoticeActs:
        """How staff change the words of notices."""
        from maild.courier import SmtpCourier
        from maild.office.workshop.notice_acts import NoticeActs

        return NoticeActs(
            self.store,
            self.clock,
            self.renderer,
            self.settings,
            self.wording,
            sent=self.figures.sent,
            signer=lambda: self.signer,
            courier=lambda: SmtpCourier(self.settings.smtp, self.bearer),
        )

    @part()
    def outbox_acts(self) -> OutboxActs:
        """What staff do with notices that wait, failed or left."""
        from maild.office.reach.acts_outbox import OutboxActs

        return OutboxActs(self.store, self.clock)

    @part()
    def reach_acts(self) -> ReachActs:
        """What staff do with addresses."""
        from maild.office.reach.acts_reach import ReachActs

        return ReachActs(self.store, self.clock)

    @part()
    def outbox_views(self) -> OutboxViews:
        """Notices as they were sent, or would be."""
        from maild.office.reach.outbox_view import OutboxViews

        return OutboxViews(self.store, self.blobs, self.clock, self.renderer)
