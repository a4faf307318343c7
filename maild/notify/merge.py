"""Which notices of one case go into one mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maild.domain.notice import NoticeKind, OutboxEntry
from maild.domain.slip import MOST_NUMBERS

_N = NoticeKind
# Each line: kinds that say more together than one by one. A mail never mixes two lines.
TOGETHER: tuple[frozenset[NoticeKind], ...] = (
    frozenset({_N.DOCUMENT_DELIVERED, _N.FEE_NOTICE, _N.PROOF_RECEIVED, _N.PAYMENT_CONFIRMED, _N.INVOICE_RECEIVED}),
    frozenset({_N.PICK_UP, _N.FEE_NOTICE, _N.PROOF_RECEIVED, _N.PAYMENT_CONFIRMED, _N.INVOICE_RECEIVED}),
    frozenset({_N.REQUEST_ACCEPTED, _N.SENT_FOR_SUPPLY, _N.FEE_NOTICE}),
    # One mail of the patron's brought a proof that needs something more, and a wish for an invoice.
    frozenset({_N.PROOF_UNREADABLE, _N.INVOICE_RECEIVED}),
    frozenset({_N.AMOUNT_DIFFERS, _N.INVOICE_RECEIVED}),
    frozenset({_N.PROOF_SEEN_BEFORE, _N.INVOICE_RECEIVED}),
    frozenset({_N.PAYMENT_CONFIRMED, _N.INVOICE_ISSUED}),
)
MERGEABLE: frozenset[NoticeKind] = frozenset().union(*TOGETHER)


def mergeable(entry: OutboxEntry) -> bool:
    """Whether other notices might belong into the same mail."""
    return bool(entry.request.number) and entry.request.kind in MERGEABLE


def order(entry: OutboxEntry) -> tuple[int, int]:
    """Most urgent first, then oldest: the same after a crash, so that the leading row stays the same."""
    return (entry.priority, entry.id)


def partners(main: OutboxEntry, others: Iterable[OutboxEntry]) -> list[OutboxEntry]:
    """Those of `others` that go into `main`'s mail: same case and recipient, one of each kind, one line.

    Fees of one patron, asked for at one time, go together too, whatever their cases: one mail, one sum, one form.
    """
    others = list(others)
    if not mergeable(main):
        return []
    case = (main.request.number, main.request.recipient)
    same = [o for o in sorted(others, key=order) if (o.request.number, o.request.recipient) == case]
    best: list[OutboxEntry] = []
    for line in TOGETHER:
        if main.request.kind not in line:
            continue
        chosen = _one_of_each(same, line - {main.request.kind})
        best = max(best, chosen, key=len)
    return best or _further_fees(main, others)


def _further_fees(main: OutboxEntry, others: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    if main.request.kind is not _N.FEE_NOTICE or not main.request.patron_id:
        return []
    alike = [o for o in sorted(others, key=order) if o.request.number and _asked(o) == _asked(main)]
    # One that comes with news of its own case goes with it.
    alone = [o for o in alike if not any(p is not o and p.request.number == o.request.number for p in others)]
    by_number = {o.request.number: o for o in alone if o.request.number != main.request.number}
    return list(by_number.values())[: MOST_NUMBERS - 1]


def _asked(entry: OutboxEntry) -> tuple[str, ...]:
    request = entry.request
    return (request.kind, request.patron_id, request.recipient, request.locale, request.reply_to)


def _one_of_each(entries: Sequence[OutboxEntry], kinds: frozenset[NoticeKind]) -> list[OutboxEntry]:
    found: dict[NoticeKind, OutboxEntry] = {}
    for entry in entries:
        if entry.request.kind in kinds:
            found.setdefault(entry.request.kind, entry)
    return list(found.values())
