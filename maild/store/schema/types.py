"""Column types: the one boundary where values are made fit for both databases and back.

time     aware, UTC. PostgreSQL: timestamptz; SQLite: integer microseconds since 1970 (sorts rightly).
text     no NUL, no lone surrogate (hostile mail has both), and never longer than its limit.
key      text that identifies: what is over the limit ends in a hash, so that two keys never become one.
ref      a key that may be missing: '' here, NULL there.
json     JSONB or text; comes out frozen (mapping proxies and tuples).
choice   a StrEnum, kept as text.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from maild.domain.errors import Permanent
from maild.domain.money import CENT, Money
from maild.store.texts import SAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MAX_CENTS = 2**63 - 1
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# An integer that SQLite takes as its rowid and PostgreSQL as a bigserial.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def clean(text: str) -> str:
    """`text` with everything that a database refuses (NUL, lone surrogates) shown as U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text) if _UNSTORABLE.search(text) else text


def clean_json(value: Any) -> Any:
    """`value` as plain JSON data: strings cleaned, no NaN, foreign objects as their text."""
    kind = type(value)  # most are of these kinds exactly; asking for a Mapping costs as much as cleaning ten strings
    if kind is str:
        return clean(value)
    if kind is dict:
        return {clean(str(key)): clean_json(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [clean_json(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return clean(str(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean_json(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return clean(str(value))


def freeze(value: Any) -> Any:
    """JSON data that nobody can change: mapping proxies and tuples."""
    if isinstance(value, dict):
        return MappingProxyType({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    return value


class Time(TypeDecorator[datetime]):
    """An instant; naive ones are a mistake of the caller's and refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.BigInteger() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a time zone: {value!r}")
        try:
            value = value.astimezone(UTC)
        except OverflowError:  # the year 1 or 9999 of an absurd Date header
            value = EPOCH
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, int):
            return EPOCH + timedelta(microseconds=value)
        moment: datetime = value
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A day of the calendar, which is the same day everywhere: kept as its midnight in UTC."""

    impl = Time
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> datetime | None:
        """Raises TypeError for a moment."""
        if isinstance(value, datetime):
            raise TypeError(f"a moment where a day is meant: {value!r}")  # a zone would move it
        return datetime(value.year, value.month, value.day, tzinfo=UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> date | None:
        return value.date() if value is not None else None


class Text(TypeDecorator[str]):
    """Text of at most `limit` characters; longer text is cut and ends in '…'."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, limit: int = 2000) -> None:
        super().__init__()
        self.limit = limit

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        text = clean(value)
        return text if len(text) <= self.limit else text[: self.limit - 1] + "…"


def key_text(value: str, limit: int) -> str:
    """`value` cleaned; over `limit` characters its tail becomes a hash, which keeps it distinct."""
    text = clean(value)
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:24]
    return f"{text[: limit - 25]}~{digest}"


class Key(TypeDecorator[str]):
    """Text that identifies. The limit keeps an index row below PostgreSQL's 2,700 bytes."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, limit: int = 200) -> None:
        super().__init__()
        self.limit = limit

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else key_text(value, self.limit)


class Ref(Key):
    """A key of another table, or nothing: '' in our values, NULL in the table."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return key_text(value, self.limit) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> str:
        return value or ""


class Choice(TypeDecorator[StrEnum]):
    """A StrEnum kept as its text."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


class Json(TypeDecorator[Any]):
    """JSON data, cleaned on the way in and frozen on the way out."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(self.impl_instance)
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return clean_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return freeze(value)


def cents(money: Money | None) -> int | None:
    """Whole cents, exactly; None stays None. Raises Permanent where it is too large to store."""
    if money is None:
        return None
    value = int(money.amount.quantize(CENT, ROUND_HALF_UP) * 100)
    if abs(value) > MAX_CENTS:
        raise Permanent(SAY("amount_too_large", amount=money), remedy=SAY("correct_amount"))
    return value


def money(value: int | None, currency: str | None) -> Money | None:
    """The amount of so many cents; None where there is none."""
    return None if value is None else Money(Decimal(value).scaleb(-2), currency or "CNY")
