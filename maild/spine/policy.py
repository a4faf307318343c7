"""What the office decided once and for all; the decisions read it, they do not hold it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from maild.domain.desk.queue_limits import QueueLimits
from maild.domain.outgoing.reach import ReachPolicy
from maild.domain.requests.lifecycle import SETTLED, PaymentState, State
from maild.domain.requests.patron import Transaction
from maild.notify.writing.voice import Voice
from maild.office.answers.questions import AnswerPolicy, shipped
from maild.office.answers.telling_policy import Telling
from maild.office.answers.telling_policy import shipped as shipped_telling
from maild.office.ignoring.ignoring_policy import IgnoringPolicy
from maild.office.ignoring.ignoring_policy import shipped as shipped_ignoring
from maild.office.notices.leaving import Leaving
from maild.office.notices.leaving import shipped as shipped_leaving
from maild.office.payments.payment_policy import PaymentPolicy
from maild.office.registration.review_policy import ReviewPolicy
from maild.office.requests.request_policy import RequestPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """release: always | proof | confirmed — which payment state lets a document with a fee go out.

    payments: what a payment proof may do by itself; reviews: how registrations are reviewed.
    requests: how long things take, and whom a query goes to.
    reach: how long an address that refused a notice is avoided, and the like.
    answers: which questions are answered, and how.
    voice: what a librarian's own mail makes needless; daily_at: when daily mails go.
    fresh: so long a mail may be under way and still bind its writer, or move a request.
    ignoring: what may be ignored, and what goes to the low heap.
    queue: by when what waits for a librarian must be done, and what goes first.
    leaving: which notices may go while their mail waits for a person, and on what evidence.
    telling: what a mail that waits may be told its writer beside it.
    """

    release: str = "proof"
    reach: ReachPolicy = field(default_factory=ReachPolicy)
    payments: PaymentPolicy = field(default_factory=PaymentPolicy)
    reviews: ReviewPolicy = field(default_factory=ReviewPolicy)
    requests: RequestPolicy = field(default_factory=RequestPolicy)
    answers: AnswerPolicy = field(default_factory=shipped)
    voice: Voice = field(default_factory=Voice)
    daily_at: str = "17:00"
    fresh: timedelta = timedelta(days=7)
    queue: QueueLimits = field(default_factory=QueueLimits)
    ignoring: IgnoringPolicy = field(default_factory=shipped_ignoring)
    leaving: Leaving = field(default_factory=shipped_leaving)
    telling: Telling = field(default_factory=shipped_telling)

    def may_release(self, transaction: Transaction, payment: PaymentState | None = None) -> bool:
        """Whether the transaction's documents may go to the patron in this payment state."""
        state = payment or transaction.payment_state
        if self.release == "always":
            return True
        if not transaction.payable:
            # Nothing to pay; but a fee whose share is not known yet may still come.
            return transaction.payable is not None or not transaction.total
        if self.release == "confirmed":
            return state in (PaymentState.CONFIRMED, PaymentState.WAIVED)
        return state in SETTLED and state is not PaymentState.NONE

    def frees(self, transaction: Transaction, payment: PaymentState) -> bool:
        """Whether documents that wait for money may go once the payment is there."""
        waits = transaction.state is State.SHIPPED and not self.may_release(transaction)
        return waits and self.may_release(transaction, payment)
