"""What the office decided once and for all; the decisions read it, they do not hold it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol, Self, TypeVar

from maild.domain.desk.queue_limits import QueueLimits
from maild.domain.outgoing.reach import ReachPolicy
from maild.domain.requests.lifecycle import SETTLED, PaymentState, State
from maild.domain.requests.patron import Transaction
from maild.notify.writing.timing_policy import TimingPolicy
from maild.spine.request_policy import RequestPolicy

Own = TypeVar("Own", bound="OwnPolicy")


class OwnPolicy(Protocol):
    """What a capability decided once and for all; a type of its own."""

    @classmethod
    def usual(cls) -> Self:
        """As it is where the office says nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """release: always | proof | confirmed — which payment state lets a document with a fee go out.

    requests: how long things take, and whom a query goes to.
    reach: how long an address that refused a notice is avoided, and the like.
    timing_policy: what a librarian's own mail makes needless; daily_at: when daily mails go.
    fresh: so long a mail may be under way and still bind its writer, or move a request.
    queue: by when what waits for a librarian must be done, and what goes first.
    own: what each capability decided for itself, one value a type.
    """

    release: str = "proof"
    reach: ReachPolicy = field(default_factory=ReachPolicy)
    requests: RequestPolicy = field(default_factory=RequestPolicy)
    timing_policy: TimingPolicy = field(default_factory=TimingPolicy)
    daily_at: str = "17:00"
    fresh: timedelta = timedelta(days=7)
    queue: QueueLimits = field(default_factory=QueueLimits)
    own: tuple[object, ...] = ()

    def of(self, kind: type[Own]) -> Own:
        """What a capability decided; as usual where the office says nothing."""
        found = next((one for one in self.own if isinstance(one, kind)), None)
        return found if found is not None else kind.usual()

    def with_(self, one: object) -> Policy:
        """The same with this value in the place of the one of its type."""
        return replace(self, own=(*(known for known in self.own if type(known) is not type(one)), one))

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
