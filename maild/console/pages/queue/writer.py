"""Who writes, beside the mail: requests that run, what is owed and left, whether the addresses take mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maild.domain.accounting.ledger import Account
from maild.domain.outgoing.reach import AddressState
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Patron, Transaction

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


LOOKED_AT, MOST = 60, 8
OVER = frozenset({State.CLOSED, State.CANCELLED, State.UNFILLED, State.RETURNED, State.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """running: of the newest requests those that are not over; avoided: addresses that refused mail."""

    patron: Patron
    running: Sequence[Transaction]
    account: Account
    avoided: Sequence[AddressState]


def writer(uow: UnitOfWork, patron: Patron | None) -> Writer | None:
    """None where the writer is nobody's address, or several's."""
    if patron is None:
        return None
    cases = uow.transactions.of_patrons([patron.patron_id], limit=LOOKED_AT)
    states = uow.addresses.get_many([known.address for known in patron.emails])
    return Writer(
        patron=patron,
        running=[case for case in cases if case.state not in OVER][:MOST],
        account=uow.ledger.account(patron.patron_id),
        avoided=[state for state in states.values() if state.bounced_until],
    )
