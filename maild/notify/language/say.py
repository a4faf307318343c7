"""How values of a notice's data (JSON: untrusted in form, perhaps written by an older version) are said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from maild.domain.wording import words
from maild.notify.language.locales import Style, block, line, to_money

MAX_ROWS = 50

Say = Callable[[object, Style], object]


def text(value: object, style: Style) -> str:
    """One clean line."""
    return line(value)


def note(value: object, style: Style) -> str:
    """Clean text that keeps its line ends."""
    return block(value)


def date(value: object, style: Style) -> str:
    """A day in words."""
    return style.date(value)


def money(value: object, style: Style) -> str:
    """An amount, with its currency's code."""
    return style.money(to_money(value, style.currency))


def short_money(value: object, style: Style) -> str:
    """An amount with its sign only."""
    return style.short_money(to_money(value, style.currency))


def flag(value: object, style: Style) -> bool:
    """Whether it is said to be so: true, or a list that is not empty."""
    return value is True or (isinstance(value, list | tuple) and bool(value))


def texts(value: object, style: Style) -> tuple[str, ...]:
    """Clean lines of a list; of an object in it, its number."""
    entries = value[:MAX_ROWS] if isinstance(value, list | tuple) else ()
    return tuple(line(e.get("number") if isinstance(e, Mapping) else e, 80) for e in entries)


def lines(value: object, style: Style) -> tuple[str, ...]:
    """Sentences for staff, a clean line each."""
    return tuple(line(entry, 500) for entry in value[:MAX_ROWS]) if isinstance(value, list | tuple) else ()


def in_locale(value: object, style: Style) -> tuple[str, ...]:
    """Sentences that are given in every language ({locale: sentence} each), in the one that is written."""
    entries = value[:MAX_ROWS] if isinstance(value, list | tuple) else ()
    said = (block(entry.get(style.locale)) for entry in entries if isinstance(entry, Mapping))
    return tuple(sentence for sentence in said if sentence)


def word(table: Mapping[str, words.Word]) -> Say:
    """The word for a code of `table`; '' for a code that it does not know: codes are not shown to patrons."""

    def say(value: object, style: Style) -> str:
        code = line(value, 60).lower()
        return table[code].to(style.locale) if code in table else ""

    return say


def words_of(table: Mapping[str, words.Word]) -> Say:
    """The words for a list of codes; a code that `table` does not know is left out."""

    def say(value: object, style: Style) -> tuple[str, ...]:
        codes = [line(code, 60).lower() for code in value[:MAX_ROWS]] if isinstance(value, list | tuple) else []
        return tuple(table[code].to(style.locale) for code in dict.fromkeys(codes) if code in table)

    return say
