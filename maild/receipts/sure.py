"""The law of when an amount is sure: two independent witnesses, no rival, ours, paid, and nothing marred."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maild.domain.accounting.receipt import Ground
from maild.receipts import SAY

BEYOND_DOUBT = 0.93  # OCR's confidence in a figure, from which on a second look may confirm it


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands for and against the sum of a receipt.

    figure          as chosen, None where none was read
    strict, pointed written as money is; with two decimals
    tied            a label leads to it, or it is the page's headline
    rivals          other sums as well placed
    words           in words, None where none could be read; words_whole: complete, nothing repaired
    expects_words   the receipt has an amount in words, read or not
    text            the file's own text, not OCR
    confidence      of the box
    again           what later looks, otherwise prepared, made of it (None: not found)
    due             of our QR code
    cut             the figure touches the picture's edge
    incoming  money that came in; negative: on a slip, money that went back
    """

    figure: Decimal | None
    strict: bool = False
    pointed: bool = False
    tied: bool = False
    rivals: tuple[Decimal, ...] = ()
    words: Decimal | None = None
    words_whole: bool = False
    expects_words: bool = False
    text: bool = False
    confidence: float = 0.0
    again: tuple[Decimal | None, ...] = ()
    due: Decimal | None = None
    cut: bool = False
    incoming: bool = False
    negative: bool = False
    stamped: bool = False


def ground_of(evidence: Evidence, *, by_hand: bool) -> Ground:
    """What the figure stands on beside itself. by_hand: it may be written by hand, as on a form of paper."""
    figure = evidence.figure
    if figure is None or figure <= 0:
        return Ground.NONE
    if evidence.words is not None:
        if evidence.words == figure:
            return Ground.WORDS
        return Ground.NONE  # a clean disagreement is for a person, whatever else agrees
    if evidence.due is not None:
        return Ground.DUE if evidence.due == figure else Ground.NONE
    if evidence.rivals or not evidence.tied or not evidence.strict or not evidence.pointed:
        return Ground.NONE
    if evidence.text:
        return Ground.TEXT
    if by_hand:
        return Ground.NONE  # two looks at the same hand are one witness
    if evidence.expects_words:
        return Ground.NONE  # words that are printed and cannot be read: then the figures are as hard to read
    if evidence.confidence < BEYOND_DOUBT:
        return Ground.NONE  # what is blurred is misread alike each time (measured: 132.66 as 132.96, three times)
    agreed = sum(look == figure for look in evidence.again)
    if agreed >= (2 if evidence.stamped else 1) and agreed == len(
        [look for look in evidence.again if look is not None]
    ):
        return Ground.PASSES
    return Ground.NONE


def reasons_against(
    evidence: Evidence,
    ground: Ground,
    *,
    ours: bool | None,
    doubt: str,
    other_purpose: str = "",
    other_currency: str = "",
) -> tuple[str, ...]:
    """Why the amount may not be acted on without a person; nothing: it may.

    doubt           why it is not certain that the payment is made (states.state_doubt), '' where it is
    other_purpose   what says that something else was paid for; other_currency: that the figures are no yuan
    """
    read = _amount_against(evidence, ground)
    told = (
        (evidence.negative, SAY("sum_negative")),
        (evidence.incoming, SAY("money_came_in")),
        (ours is False, SAY("not_paid_to_us")),
        (ours is None, SAY("payee_unknown")),
        (bool(doubt), doubt),
        (bool(other_purpose), SAY("paid_for_else", words=other_purpose)),
        (bool(other_currency), SAY("other_currency", words=other_currency)),
    )
    return (*read, *(reason for holds, reason in told if holds))


def _amount_against(evidence: Evidence, ground: Ground) -> list[str]:
    """Why the figures themselves are not sure."""
    against: list[str] = []
    if evidence.figure is None:
        against.append(SAY("amount_not_found" if evidence.words is None else "amount_in_words_only"))
    elif evidence.figure <= 0:
        against.append(SAY("amount_is_zero"))
    elif evidence.words is not None and evidence.words != evidence.figure:
        against.append(SAY("amount_in_words_differs"))
    elif evidence.due is not None and evidence.due != evidence.figure:
        against.append(SAY("amount_differs_from_code"))
    elif ground is Ground.NONE:
        against.append(SAY("amount_read_once"))
    if evidence.rivals and ground not in {Ground.WORDS, Ground.DUE}:
        against.append(SAY("several_amounts"))
    if evidence.cut:
        against.append(SAY("amount_at_edge"))
    if ground is Ground.WORDS and not evidence.text and evidence.confidence < 0.5 and not evidence.words_whole:
        against.append(SAY("amount_hard_to_read"))
    return against
