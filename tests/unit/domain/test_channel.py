"""How money came or went is one type: what is none of ours is not booked."""

from __future__ import annotations

import pytest

from maild.domain.accounting.channel import Channel, NoChannel, booked, proven
from maild.domain.accounting.ledger import Book, Posting
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.money import Money
from maild.domain.wording.words_money import CHANNELS


def test_a_posting_takes_channels_only() -> None:
    """A slip of the pen is refused where it is made; what an older maild wrote is read as 'other'."""
    with pytest.raises(ValueError, match="bnak"):
        Posting(book=Book.CASH, amount=Money.of(1), channel="bnak")  # type: ignore[arg-type]
    assert booked("bnak") is NoChannel.OTHER
    assert [booked(one.value) for one in Channel] == list(Channel)


def test_each_channel_has_its_words() -> None:
    """Both languages, for every channel that a form offers or the books show."""
    assert {one.value for one in (*Channel, *NoChannel)} - {""} <= set(CHANNELS)


def test_the_method_is_the_proofs() -> None:
    """Each kind of proof says how it was paid; two that differ, or a picture that is none, say nothing."""
    for kind in ReceiptKind:
        assert bool(proven([Receipt(kind=kind)])) == (kind is not ReceiptKind.NOT_A_RECEIPT)
    assert proven([Receipt(kind=ReceiptKind.WECHAT), Receipt(kind=ReceiptKind.ALIPAY)]) is None
