"""Money: a decimal amount and its currency. Binary floats never come near it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
SYMBOLS = {"¥": "CNY", "￥": "CNY", "元": "CNY", "RMB": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount with two decimals in a currency (ISO 4217 code)."""

    amount: Decimal
    currency: str = "CNY"

    @classmethod
    def of(cls, value: str | int | Decimal, currency: str = "CNY") -> Money:
        """Make money of '1,234.5', 12 or Decimal('0.30'), rounded half up to the cent.

        Raises ValueError on what is not a finite number.
        """
        try:
            amount = Decimal(str(value).replace(",", "").strip())
            if not amount.is_finite():
                raise ValueError(f"not a finite amount: {value!r}")
            return cls(amount.quantize(CENT, ROUND_HALF_UP), currency)
        except InvalidOperation as error:  # not a number, or more digits than an amount of money has
            raise ValueError(f"not an amount: {value!r}") from error

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} with {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"
