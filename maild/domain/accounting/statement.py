"""Lines of a bank's, a payment service's or the finance office's statement: money that is really there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maild.domain.accounting.channel import AnyChannel
from maild.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One movement. `amount` is positive for money that came in, negative for money that went out.

    key     unique for ever: format, account and serial (else a digest of the whole line and its repetition count)
    format  name of the mapping in rules/statements
    """

    key: str
    format: str
    channel: AnyChannel
    amount: Money
    booked: date
    time: str = ""
    account: str = ""
    payer: str = ""
    payer_account: str = ""
    purpose: str = ""
    serials: tuple[str, ...] = ()
    department: str = ""
    project: str = ""
    file: str = ""
    row: int = 0
