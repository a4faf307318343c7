"""What the store knows that bears on a request for an invoice or for money back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.accounting.ledger import Standing
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import Transaction
from maild.spine.facts import Looking

CONCERNED = frozenset({Kind.INVOICE_REQUEST, Kind.REFUND_REQUEST})
MOST = 200  # requests and invoices of one patron
ALIVE = (InvoiceState.REQUESTED, InvoiceState.ISSUED, InvoiceState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """The writer's side. invoices: newest first; requests: by number; confirmed, claimed: what was paid of each, as
    the books say (else as the transaction does), where it is more than nothing.
    """

    invoices: tuple[Invoice, ...] = ()
    requests: Mapping[str, Transaction] = field(default_factory=lambda: MappingProxyType({}))
    confirmed: Mapping[str, Money] = field(default_factory=lambda: MappingProxyType({}))
    claimed: Mapping[str, Money] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def alive(self) -> tuple[Invoice, ...]:
        """Those that are asked for, issued or sent."""
        return tuple(i for i in self.invoices if i.state in ALIVE)

    def on(self, numbers: Iterable[str]) -> tuple[Invoice, ...]:
        """Those of the living that any of the transactions is on."""
        wanted = frozenset(numbers)
        return tuple(i for i in self.alive if not wanted.isdisjoint(i.transactions))


def gather_invoices(look: Looking) -> InvoiceFacts | None:
    """The facts, where the mail is a proven patron's and asks for an invoice or a refund; else None."""
    uow, reading, authors = look.uow, look.reading, look.authors
    kinds, main = reading.classification.kinds, reading.classification.main
    if main.party is Party.PROVIDER or CONCERNED.isdisjoint(kinds) or len(authors) != 1 or not reading.auth.passed:
        return None
    patron = authors[0]
    requests = uow.transactions.of_patrons([patron.patron_id], limit=MOST)
    numbers = [t.number for t in requests]
    standing = uow.ledger.standing(numbers)
    own = uow.invoices.find(patron_id=patron.patron_id, limit=MOST)
    others = [i for i in uow.invoices.of_transactions(numbers) if i.patron_id != patron.patron_id]
    paid = {t.number: paid_of(t, standing.get(t.number)) for t in requests}
    return InvoiceFacts(
        invoices=(*own, *others),
        requests={t.number: t for t in requests},
        confirmed={n: confirmed for n, (confirmed, _) in paid.items() if confirmed and confirmed.amount > 0},
        claimed={n: claimed for n, (_, claimed) in paid.items() if claimed and claimed.amount > 0},
    )


def paid_of(transaction: Transaction, standing: Standing | None) -> tuple[Money | None, Money | None]:
    """(confirmed, claimed and not confirmed) of a transaction's fee; None for nothing.

    The books first; where they know of no payment, the transaction's own state (a librarian confirmed it).
    """
    if standing is not None and standing.charges:
        paid = standing.total - standing.subsidy - standing.owed - standing.waived - standing.claimed
        if paid.amount > 0 or standing.claimed.amount > 0:
            return paid, standing.claimed
    if transaction.payment_state is PaymentState.CONFIRMED:
        return transaction.payable, None
    if transaction.payment_state is PaymentState.PROOF_RECEIVED:
        return None, transaction.payable
    return None, None
