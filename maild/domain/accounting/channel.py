"""How money came in or went out: one type for the books, statements, commands, forms and the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from maild.domain.accounting.receipt import Receipt, ReceiptKind


class Channel(StrEnum):
    """What a person or a statement may name."""

    CASH = "cash"
    CARD = "card"  # the campus card, at the counter
    BANK = "bank"
    CAMPUS = "campus"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    LIBRARY = "library"  # 图书馆缴费 of the campus-card app


class NoChannel(StrEnum):
    """What stands in the books where nobody named a channel."""

    NONE = ""  # no money came or went
    OPENING = "opening"  # it was there before the books
    DEPOSIT = "deposit"  # taken from the balance: said to the patron, no money moves
    OTHER = "other"  # named by an older maild, and none of ours


AnyChannel = Channel | NoChannel
_BY_NAME: Mapping[str, AnyChannel] = MappingProxyType({c.value: c for c in (*Channel, *NoChannel)})
STATEMENTS = (Channel.BANK, Channel.CAMPUS, Channel.WECHAT, Channel.ALIPAY, Channel.LIBRARY)  # which have statements


_OF_PROOF: Mapping[ReceiptKind, Channel] = MappingProxyType(
    {
        ReceiptKind.CAMPUS_TRANSFER: Channel.CAMPUS,
        ReceiptKind.BANK_RECEIPT: Channel.BANK,
        ReceiptKind.BANK_APP: Channel.BANK,
        ReceiptKind.COUNTER_SLIP: Channel.BANK,
        ReceiptKind.WECHAT: Channel.WECHAT,
        ReceiptKind.ALIPAY: Channel.ALIPAY,
        ReceiptKind.LIBRARY_PAYMENT: Channel.LIBRARY,
    }
)


def proven(receipts: Iterable[Receipt]) -> Channel | None:
    """How the proofs of one payment say that it was paid; None where they do not, or not all the same."""
    found = {_OF_PROOF[receipt.kind] for receipt in receipts if receipt.kind in _OF_PROOF}
    return found.pop() if len(found) == 1 else None


def booked(name: str) -> AnyChannel:
    """The channel that stands in the books under that name; what is none of ours is OTHER."""
    return _BY_NAME.get(name, NoChannel.OTHER)
