"""Which notices go into one mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from maild.domain.accounting.slip import MOST_NUMBERS
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry

_N = NoticeKind
# Of one case. Each line: kinds that say more together than one by one. A mail never mixes two lines.
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

_MANY = 20
# Of one patron, whatever the cases: kinds of which several go into one mail, and how many at most. Fees make one
# sum and one form, books one way to the counter. Documents stay apart: each is its own mail to keep, and a mail has its
# limit of size; so does news of a case, whose mails make one thread.
ACROSS: Mapping[NoticeKind, int] = MappingProxyType(
    {
        _N.FEE_NOTICE: MOST_NUMBERS,
        _N.PICK_UP: _MANY,
        _N.LOAN_DUE: _MANY,
        _N.LOAN_OVERDUE: _MANY,
    }
)
MOST_A_DAY = 30  # notices in a daily mail; the rest makes a second one


def mergeable(entry: OutboxEntry) -> bool:
    """Whether other notices might belong into the same mail."""
    return bool(entry.request.number) and (entry.request.kind in MERGEABLE or entry.request.kind in ACROSS)


def order(entry: OutboxEntry) -> tuple[int, int]:
    """Most urgent first, then oldest: the same after a crash, so that the leading row stays the same."""
    return (entry.priority, entry.id)


def partners(
    main: OutboxEntry, others: Iterable[OutboxEntry], daily: Collection[int] = frozenset()
) -> list[OutboxEntry]:
    """Those of `others` that go into `main`'s mail: same case and recipient, one of each kind, one line.

    Notices of one kind to one patron, at one time, go together too, whatever their cases.
    daily: ids of rows that their patron wants gathered: all of them together, whatever they say.
    """
    others = sorted(others, key=order)
    if main.id in daily:
        alike = [o for o in others if o.id in daily and _whom(o) == _whom(main)]
        return alike[: MOST_A_DAY - 1]
    others = [o for o in others if o.id not in daily]
    if not mergeable(main):
        return []
    case = (main.request.number, main.request.recipient)
    same = [o for o in others if (o.request.number, o.request.recipient) == case]
    best: list[OutboxEntry] = []
    for line in TOGETHER:
        if main.request.kind not in line:
            continue
        chosen = _one_of_each(same, line - {main.request.kind})
        best = max(best, chosen, key=len)
    return best or _of_other_cases(main, others)


def _of_other_cases(main: OutboxEntry, others: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    if main.request.kind not in ACROSS or not main.request.patron_id:
        return []
    alike = [o for o in others if o.request.number and _asked(o) == _asked(main)]
    # One that comes with news of its own case goes with it.
    alone = [o for o in alike if not any(_one_mail(o, p) for p in others)]
    by_number = {o.request.number: o for o in alone if o.request.number != main.request.number}
    return list(by_number.values())[: ACROSS[main.request.kind] - 1]


def _one_mail(one: OutboxEntry, other: OutboxEntry) -> bool:
    """Whether two notices are of one case and one line."""
    kinds = {one.request.kind, other.request.kind}
    return len(kinds) == 2 and one.request.number == other.request.number and any(kinds <= line for line in TOGETHER)


def _whom(entry: OutboxEntry) -> tuple[str, ...]:
    return (entry.request.patron_id, entry.request.recipient, entry.request.locale)


def _asked(entry: OutboxEntry) -> tuple[str, ...]:
    recalled = "recalled" if entry.request.data.get("recalled") else ""  # no renewal is to be asked for, unlike others
    return (entry.request.kind, *_whom(entry), entry.request.reply_to, recalled)


def _one_of_each(entries: Sequence[OutboxEntry], kinds: frozenset[NoticeKind]) -> list[OutboxEntry]:
    found: dict[NoticeKind, OutboxEntry] = {}
    for entry in entries:
        if entry.request.kind in kinds:
            found.setdefault(entry.request.kind, entry)
    return list(found.values())
