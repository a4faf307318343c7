"""Cells of an import file → values: strict, each refusal with a sentence and a remedy.

An empty cell says nothing: it changes nothing that is known (None here).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from maild.domain.money import SYMBOLS, Money
from maild.domain.text import visible
from maild.office import SAY as COMMON
from maild.office.imports import SAY
from maild.office.imports.import_words import ENUMS, NO, WORDS, YES

KEY_LIMIT = 200
_DATE = re.compile(
    r"(?P<year>\d{4})(?:(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    r"|年(?P<month_zh>\d{1,2})月(?P<day_zh>\d{1,2})日?|(?P<month_2>\d{2})(?P<day_2>\d{2}))"
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6})\d*)?)?"
    r"|时(?P<minute_zh>\d{1,2})分(?:(?P<second_zh>\d{1,2})秒)?|(?P<minute_2>\d{2})(?P<second_2>\d{2})?)"
    r"\s*(?P<zone>[zZ]|[+-]\d{2}:?\d{2})?"
)
_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_CURRENCY = re.compile(r"[A-Za-z]{3}|[¥￥元$€£]")
_ADDRESS = re.compile(r"[^\s@<>,;\"()\[\]\\:]+@[^\s@<>,;\"()\[\]\\:.]+(?:\.[^\s@<>,;\"()\[\]\\:.]+)+")
_ADDRESS_SEPARATORS = re.compile(r"[;,、\s]+")


class BadValue(ValueError):
    """A cell that cannot be taken: what is wrong and what to do, in one sentence each."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def fold(text: str) -> str:
    """A word or header for comparing: width, case, spaces and invisible characters do not count."""
    return "".join(unicodedata.normalize("NFKC", visible(text)).casefold().split())


def names_of(columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Every name of every column, folded → the column."""
    return {fold(name): column for column, more in columns.items() for name in (column, *more)}


def plain(text: str) -> str:
    """Text for keeping: no invisible or control characters, white space in runs of one."""
    return " ".join("".join(c if c.isprintable() else " " for c in visible(text)).split())


def key(text: str) -> str:
    """A number or id: not empty, no blanks inside, not endless. Width is folded, case is kept. Raises BadValue."""
    value = unicodedata.normalize("NFKC", plain(text))
    if not value:
        raise BadValue(SAY("value_missing"), SAY("fill_in"))
    if " " in value:
        raise BadValue(SAY("blank_inside", text=repr(value)), SAY("remove_blank"))
    if len(value) > KEY_LIMIT:
        raise BadValue(SAY("too_long", count=len(value)), SAY("at_most", most=KEY_LIMIT))
    return value


def choice(column: str, text: str) -> StrEnum | None:
    """A value of the column's enumeration, by its name or the office's word; None for an empty cell.

    Raises BadValue.
    """
    wanted = fold(text)
    if not wanted:
        return None
    known: dict[str, Any] = {fold(str(member)): member for member in ENUMS[column] if str(member)}
    known |= {fold(word): value for word, value in WORDS[column].items()}
    if wanted in known:
        found: StrEnum = known[wanted]
        return found
    names = ", ".join(str(member) for member in ENUMS[column] if str(member))
    raise BadValue(
        SAY("no_such_value", text=repr(text), column=column),
        SAY("one_of_words", names=names, words=", ".join(WORDS[column])),
    )


def yes_no(text: str) -> bool | None:
    """Yes or no in the office's words; None for an empty cell. Raises BadValue."""
    wanted = fold(text)
    if not wanted:
        return None
    if wanted in YES or wanted in NO:
        return wanted in YES
    raise BadValue(SAY("not_yes_or_no", text=repr(text)), "write yes or no (是, 否)")


def amount(text: str) -> Money | None:
    """'3.30', '¥1,234.5', '12元', 'USD 3': money; None for an empty cell. Raises BadValue."""
    folded = unicodedata.normalize("NFKC", text.replace("￥", "¥")).replace(" ", "")
    if not folded:
        return None
    currencies = [SYMBOLS.get(found.upper(), found.upper()) for found in _CURRENCY.findall(folded)]
    digits = _CURRENCY.sub("", folded)
    if len(set(currencies)) > 1 or not _AMOUNT.fullmatch(digits):
        raise BadValue(SAY("no_amount", text=repr(text)), SAY("write_amount"))
    if len(digits.partition(".")[2].rstrip("0")) > 2:
        raise BadValue(SAY("parts_of_cent", text=repr(text)), SAY("two_decimals"))
    if len(digits) > 15:
        raise BadValue(SAY("amount_too_large", text=repr(text)), SAY("check_number"))
    return Money.of(digits, currencies[0] if currencies else "CNY")


def moment(text: str, zone: tzinfo) -> datetime | None:
    """A date, with or without a time, in any usual spelling, as an instant; None for an empty cell.

    Without a zone of its own it is meant in `zone`; without a time it is the day's beginning. Raises BadValue.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if not folded:
        return None
    day = _DATE.match(folded)
    rest = folded[day.end() :].lstrip(" Tt") if day else ""
    clock = _TIME.fullmatch(rest) if rest else None
    if day is None or (rest and clock is None):
        raise BadValue(SAY("no_date", text=repr(text)), SAY("write_date"))
    month, date_ = _first(day, "month", "month_zh", "month_2"), _first(day, "day", "day_zh", "day_2")
    try:
        found = datetime(
            int(day["year"]),
            month,
            date_,
            *_clock(clock),
            tzinfo=_zone(clock["zone"]) if clock and clock["zone"] else zone,
        ).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadValue(SAY("not_in_calendar", text=repr(text)), SAY("check_date")) from error
    if not 1980 <= found.year <= 2200:
        raise BadValue(SAY("year_wrong", text=repr(text)), SAY("check_year"))
    return found


def _clock(match: re.Match[str] | None) -> tuple[int, int, int, int]:
    """Hour, minute, second, microsecond."""
    if match is None:
        return 0, 0, 0, 0
    minute, second = _first(match, "minute", "minute_zh", "minute_2"), _first(match, "second", "second_zh", "second_2")
    return int(match["hour"]), minute, second, int((match["fraction"] or "").ljust(6, "0"))


def day_of(text: str) -> date | None:
    """A calendar day (a due date), whatever the hour says."""
    found = moment(text, UTC)
    return found.date() if found else None


def _first(match: re.Match[str], *names: str) -> int:
    return next((int(match[name]) for name in names if match[name]), 0)


def _zone(text: str) -> tzinfo:
    normal = "+00:00" if text in "zZ" else text
    zone = datetime.strptime(normal.replace(":", ""), "%z").tzinfo
    assert zone is not None
    return zone


def addresses(text: str) -> tuple[str, ...]:
    """Mail addresses in order of preference, lower-cased, each once. Raises BadValue."""
    parts = _ADDRESS_SEPARATORS.split(unicodedata.normalize("NFKC", visible(text)).strip())
    found: dict[str, None] = {}
    for part in filter(None, parts):
        if not _ADDRESS.fullmatch(part) or len(part) > 254:
            raise BadValue(COMMON("no_mail_address", address=repr(part)), SAY("correct_or_leave_out"))
        found[part.lower()] = None
    return tuple(found)
