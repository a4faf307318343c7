"""Round values for the axes of plots: counts, shares, lengths of time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

TICKS = 5  # spaces between them, at most
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_TIMES = (
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    *(each * _MINUTE for each in (1, 2, 5, 10, 15, 30)),
    *(each * _HOUR for each in (1, 2, 3, 6, 12)),
    *(each * _DAY for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)
_UNITS = ((_DAY, "天", "d"), (_HOUR, "小时", "h"), (_MINUTE, "分", "min"), (1.0, "秒", "s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where the axis has its lines; `top` is the last of them, and never nothing."""

    ticks: Sequence[float]

    @property
    def top(self) -> float:
        return self.ticks[-1]


def _steps(step: float, largest: float) -> Scale:
    count = max(1, -int(-largest // step))
    return Scale(ticks=tuple(step * each for each in range(count + 1)))


def round_scale(largest: float) -> Scale:
    """Steps of 1, 2 or 5 times a power of ten, whole numbers."""
    if largest <= TICKS:
        return _steps(1.0, max(largest, 1.0))
    power = 10.0 ** floor(log10(largest / TICKS))
    step = next(power * each for each in (1, 2, 5, 10) if largest / (power * each) <= TICKS)
    return _steps(max(step, 1.0), largest)


def share_scale(largest: float) -> Scale:
    """From nothing to all, whatever there is: shares are compared with the whole."""
    return Scale(ticks=(0.0, 0.25, 0.5, 0.75, 1.0))


def time_scale(largest: float) -> Scale:
    """Seconds, in steps that clocks and calendars have."""
    step = next((each for each in _TIMES if largest / each <= TICKS), _TIMES[-1])
    return _steps(step, max(largest, step))


def length(seconds: float, locale: str) -> str:
    """A length of time with one decimal where it says something: '40 min', '1.5 天'."""
    if not seconds:
        return "0"
    chinese = locale.startswith("zh")
    size, zh, en = next((unit for unit in _UNITS if abs(seconds) >= unit[0]), _UNITS[-1])
    count = seconds / size
    digits = 1 if count < 10 and size >= _HOUR and abs(count - round(count)) >= 0.05 else 0
    return f"{count:.{digits}f} {zh if chinese else en}"


def percent(share: float) -> str:
    """'87%'; a share that is not all never reads as all."""
    return f"{floor(share * 100) if share < 1 else 100}%" if share > 0.995 else f"{share:.0%}"
