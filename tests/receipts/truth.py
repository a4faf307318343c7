"""What a synthetic payment proof is known to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth about one receipt in a sample; the field names are those of maild's Receipt where they mean the same.

    kind                 as in `maild receipt --json`
    layout               name of the layout that drew it
    words                the amount in words as printed or written, '' where there is none
    payee_account        ours or theirs, in full; payee_account_shown: as printed, maybe masked
    payee_is_library     whether the money went to us; None where the receipt does not tell
    serials              normalised: upper case, no spaces or hyphens
    shown                names of the fields that can be read from the picture; the others are not measured
    """

    kind: str
    layout: str
    amount: Decimal | None = None
    words: str = ""
    payer: str = ""
    payer_account: str = ""
    payee: str = ""
    payee_account: str = ""
    payee_account_shown: str = ""
    payee_is_library: bool | None = None
    date: date | None = None
    time: str = ""
    serials: tuple[str, ...] = ()
    purpose: str = ""
    transactions: tuple[str, ...] = ()
    department: str = ""
    project: str = ""
    payer_department: str = ""
    payer_project: str = ""
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file as a patron sends it, and what it says. `more`: further receipts in the same file."""

    seed: int
    filename: str
    media_type: str
    content: bytes
    truth: Truth
    more: tuple[Truth, ...] = ()
    notes: tuple[str, ...] = ()  # what was done to the picture

    @property
    def truths(self) -> tuple[Truth, ...]:
        """All receipts in the file."""
        return (self.truth, *self.more)
