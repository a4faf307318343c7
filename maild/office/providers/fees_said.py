"""What a provider's mail says of a request's fees, held against what is known of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from maild.domain.incoming.decision import Transition
from maild.domain.incoming.ruling import Ruling
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Event, State
from maild.domain.requests.patron import Transaction
from maild.office.providers import SAY

OURS = "CNY"  # what the office charges in
# What one unit of other money is worth in it, at least and at most: enough to see that a sum is another one.
_WORTH: Mapping[str, tuple[Decimal, Decimal]] = MappingProxyType(
    {
        code: (Decimal(least), Decimal(most))
        for code, least, most in (("USD", 6, 9), ("EUR", 6, 11), ("GBP", 8, 13), ("HKD", "0.7", "1.3"), ("CHF", 7, 12))
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """What a mail says of fees, held against what is known. `conflict`: a quoted fee would change.

    foreign: a price in another currency than the office's; it is no fee before a person has converted it
    """

    total: Money | None = None
    subsidy: Money | None = None
    payable: Money | None = None
    conflict: str = ""
    foreign: str = ""

    def charged(self, transaction: Transaction) -> Transaction:
        """The transaction as it will be charged. Nothing to pay is an amount too: zero, not unknown."""
        total, subsidy, payable = self.total, self.subsidy, self.payable
        return replace(
            transaction,
            total=transaction.total if total is None else total,
            subsidy=transaction.subsidy if subsidy is None else subsidy,
            payable=transaction.payable if payable is None else payable,
        )

    def onto(self, transition: Transition) -> Transition:
        return replace(transition, total=self.total, subsidy=self.subsidy, payable=self.payable)


def read_fees(ruling: Ruling, transaction: Transaction, charged_in: str = "") -> Fees:
    """New fee values of the mail (None: unchanged). A fee once quoted never changes by itself.

    `charged_in`: the currency in which the books hold the transaction's fee, '' where they hold none.
    """
    currency = ruling.value("currency") or "CNY"
    said = {name: _money(ruling.value(name), currency) for name in ("total", "subsidy", "payable")}
    known = {name: getattr(transaction, name) for name in said}
    differing = [n for n in said if said[n] is not None and known[n] is not None and said[n] != known[n]]
    if differing:
        name = differing[0]
        return Fees(conflict=SAY("fee_differs", name=name, said=said[name], known=known[name]))
    if ruling.event is not Event.FEE_QUOTED and (
        unlike := _another_sum(ruling, {**known, **{n: m for n, m in said.items() if m is not None}})
    ):
        return Fees(conflict=unlike)
    if ruling.event is not Event.FEE_QUOTED and transaction.state is State.CONDITIONAL and _unread(ruling):
        return Fees(conflict=SAY("price_unread"))  # it may be another than the patron was asked for
    if (free := ruling.value("free")) and transaction.payable:
        return Fees(conflict=SAY("said_free", free=free, payable=transaction.payable))
    amounts = [money for money in (*known.values(), *said.values()) if money is not None]
    mixed = sorted({money.currency for money in amounts} | ({charged_in} if charged_in and amounts else set()))
    if len(mixed) > 1:
        return Fees(conflict=SAY("two_currencies", currencies=" and ".join(mixed)))
    foreign = next((money for money in said.values() if money is not None and money.currency != OURS), None)
    if foreign is not None and not charged_in and not any(amount is not None for amount in known.values()):
        return Fees(foreign=str(foreign))
    total, subsidy, payable = (said[n] if known[n] is None else None for n in ("total", "subsidy", "payable"))
    if payable is None and known["payable"] is None:
        whole, given = known["total"] if total is None else total, known["subsidy"] if subsidy is None else subsidy
        if whole is not None and given is not None and given > whole:
            return Fees(conflict=SAY("subsidy_misfit", given=given, whole=whole))
        payable = _share(whole, given)
    return Fees(total=total, subsidy=subsidy, payable=payable)


def _another_sum(ruling: Ruling, known: Mapping[str, Money | None]) -> str:
    """A sum that only the text says, unlike all that is on record or was read: it may be charged."""
    sums = [money for each in ruling.value("sums").split("\n") if each and (money := _money(each, OURS))]
    name, most = "total", max(sums, key=lambda money: money.amount) if sums else None
    if most is None or most in known.values():
        return ""
    if on_record := next((money for money in known.values() if money is not None), None):
        return SAY("fee_differs", name=name, said=most, known=on_record)
    return SAY("fee_unrecorded", name=name, said=most)


def fee_anew(ruling: Ruling, transaction: Transaction) -> str:
    """What a mail that moves nothing says of the fee and is not on record; '' where it says nothing new.

    A system's price in another currency than the record's was converted by a person, who goes on knowing it, if the one
    may be the other at all.
    """
    currency = ruling.value("currency") or OURS
    for name in ("total", "subsidy", "payable"):
        said, known = _money(ruling.value(name), currency), getattr(transaction, name)
        if said is None or said == known:
            continue
        if known is not None and not _converted(said, known):
            return SAY("fee_differs", name=name, said=said, known=known)
        if known is not None and ruling.institution:
            return SAY("price_unread")  # of whichever library: nobody has compared it with the one on record
        if known is None and transaction.payable is None:
            return SAY("fee_unrecorded", name=name, said=said)
    record = {name: getattr(transaction, name) for name in ("total", "subsidy", "payable")}
    if ruling.event is Event.FEE_QUOTED and any(record.values()) and (other := _another_sum(ruling, record)):
        return other
    if (ruling.institution or _unread(ruling)) and ruling.event is Event.FEE_QUOTED and not ruling.value("total"):
        return SAY("price_unread")
    return ""


def _converted(said: Money, known: Money) -> bool:
    """Whether the fee on record may be that sum in the office's money: rates move, and a service may be added."""
    least, most = _WORTH.get(said.currency, (0, 0))
    return known.currency == OURS and said.amount * least <= known.amount <= said.amount * most


def _unread(ruling: Ruling) -> bool:
    """Whether a price stands there that could not be read: two of them, one in words."""
    return any(reason.startswith("total:") for reason in ruling.reasons)


def _share(total: Money | None, subsidy: Money | None) -> Money | None:
    """The patron's share, where both parts are known or nothing is charged; else it is not known yet."""
    if total is None or (subsidy is None and total):
        return None
    return total - subsidy if subsidy is not None else total


def _money(text: str, currency: str) -> Money | None:
    try:
        return Money.of(text, currency) if text else None
    except (ValueError, InvalidOperation):
        return None
