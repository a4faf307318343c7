"""Cells of an import file: every usual spelling, and a refusal for what is doubtful."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Language, PatronKind
from maild.office.imports.import_values import BadValue, addresses, amount, choice, day_of, key, moment, plain

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text",
    ["2026-11-24", "2026/11/24", "2026.11.24", "20261124", "2026年11月24日", "２０２６／１１／２４", "2026-11-24 00:00",
     "2026年11月24", "2026-11-23T16:00:00Z", "2026-11-24T00:00:00+08:00", "2026-11-24 0:00:00.000", "20261124000000",
     "2026年11月24日 0时0分"],
)  # fmt: skip
def test_dates(text: str) -> None:
    """All spellings of one instant: the day's beginning in the office's zone."""
    assert moment(text, CHINA) == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_times() -> None:
    """Times of day, to the microsecond."""
    assert moment("2026-1-2 9:05", CHINA) == datetime(2026, 1, 2, 1, 5, tzinfo=UTC)
    assert moment("2026年1月2日 21:05:07.25", CHINA) == datetime(2026, 1, 2, 13, 5, 7, 250_000, tzinfo=UTC)
    assert moment(" ", CHINA) is None


def test_a_due_date_is_a_day() -> None:
    """A due date is the day that is written, whatever zone and hour."""
    for text in ("2026-12-24", "2026/12/24 18:00", "2026年12月24日"):
        assert day_of(text) == date(2026, 12, 24)
    assert day_of("") is None


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-02-30", "24.11.2026", "11/24/2026", "46350", "soon", "2026-11-24 25:00",
             "2026-11/24", "0026-11-24", "9999-12-31", "2026-11-24 noon", "2026-11-24 10:00 +99:00"],
)  # fmt: skip
def test_doubtful_dates_are_refused(text: str) -> None:
    """Not a date of the calendar, or readable in two ways: no guess."""
    with pytest.raises(BadValue):
        moment(text, CHINA)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [("3.3", "3.30", "CNY"), ("¥1,234.5", "1234.50", "CNY"), ("￥ 12", "12.00", "CNY"), ("12元", "12.00", "CNY"),
     ("USD 3", "3.00", "USD"), ("3 eur", "3.00", "EUR"), ("１２．５０", "12.50", "CNY"), ("0", "0.00", "CNY"),
     ("RMB 5", "5.00", "CNY"), ("3.300", "3.30", "CNY")],
)  # fmt: skip
def test_amounts(text: str, value: str, currency: str) -> None:
    """Money, exactly."""
    money = amount(text)
    assert money is not None
    assert (money.amount, money.currency) == (Decimal(value), currency)


@pytest.mark.parametrize(
    "text", ["3,30", "-3", "1.2.3", "three", "3.305", "1,23,456", "1e5", "9" * 20, "USD 3 EUR", "NaN"]
)
def test_doubtful_amounts_are_refused(text: str) -> None:
    """A comma for a point, a sign, parts of a cent, two currencies: no guess."""
    with pytest.raises(BadValue):
        amount(text)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [("state", "已提交", State.SUBMITTED), ("state", "Shipped", State.SHIPPED), ("state", " 事务已结束", State.CLOSED),
     ("state", "待确认费用", State.CONDITIONAL), ("payment_state", "凭证已收待核", PaymentState.PROOF_RECEIVED),
     ("service", "馆际互借", Service.LOAN), ("kind", "校外", PatronKind.EXTERNAL), ("language", "EN", Language.EN),
     ("language", "zh-cn", Language.ZH), ("state", "", None)],
)  # fmt: skip
def test_choices(column: str, text: str, value: object) -> None:
    """The values' own names and the office's words."""
    assert choice(column, text) is value


def test_unknown_choice_lists_what_is_possible() -> None:
    """The refusal says what would be right."""
    with pytest.raises(BadValue) as caught:
        choice("state", "lost")
    assert "submitted" in caught.value.remedy
    assert "已提交" in caught.value.remedy


def test_every_state_of_the_office_has_a_word() -> None:
    """No state can be exported that cannot be imported in the office's words."""
    from maild.office.imports.import_words import WORDS

    assert set(WORDS["state"].values()) == set(State)
    assert set(WORDS["payment_state"].values()) == set(PaymentState)


def test_addresses() -> None:
    """Lower-cased, each once, in order, whatever separates them; a bad one is refused."""
    text = "Li@Patron.example; wu@patron.example，li@patron.example\u200b 、x@y.example"
    assert addresses(text) == ("li@patron.example", "wu@patron.example", "x@y.example")
    assert addresses(" ; ") == ()
    for bad in ("li", "li@", "@x.example", "li@localhost", "Li <li@patron.example>", "a@b@c.example"):
        with pytest.raises(BadValue):
            addresses(bad)


def test_keys_and_text() -> None:
    """Keys: width folded, no blanks; text: control and invisible characters gone."""
    assert key(" ＩＬＬ－1\u200b ") == "ILL-1"
    for bad in ("", " ", "a b", "x" * 201):
        with pytest.raises(BadValue):
            key(bad)
    assert plain("a\t\0b\u202e  c\n") == "a b c"


@given(st.text())
def test_any_text_is_a_value_or_refused(text: str) -> None:
    """Whatever a cell holds: a value or BadValue, nothing else."""
    for read in (key, amount, addresses, plain, day_of, lambda t: moment(t, CHINA), lambda t: choice("state", t)):
        with contextlib.suppress(BadValue):
            read(text)  # type: ignore[operator]
