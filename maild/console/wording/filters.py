"""How values are shown: money, moments, ages, sizes. Pure functions; the templates have them as filters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from maild.domain.money import Money

_UNITS = ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"))


def when(moment: datetime | date | None, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """A moment on the office's clock, '2026-11-25 09:12'; a day as '2026-11-25'; '' for none."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def age(since: datetime | None, now: datetime, locale: str) -> str:
    """How long ago, or how long until, in the largest unit: '3 天', '40 min'; '' for none."""
    return span(now - since, locale) if since is not None else ""


def ago(since: datetime | None, now: datetime, locale: str) -> str:
    """The same as a moment of the past: '3 天前', '40 min ago'; '' for none."""
    if since is None:
        return ""
    told, chinese = age(since, now, locale), locale.startswith("zh")
    return told if not told[:1].isdigit() else f"{told}前" if chinese else f"{told} ago"


def span(length: timedelta, locale: str) -> str:
    """A length of time in its largest unit, without its sign."""
    seconds, chinese = abs(length.total_seconds()), locale.startswith("zh")
    for size, zh, en in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {zh if chinese else en}"
    return "刚刚" if chinese else "now"


def money(amount: Money | None) -> str:
    """'¥12.50' or '−¥12.50', other currencies with their code: 'USD 3.00'; '' for none."""
    if amount is None:
        return ""
    figures = f"{amount.amount:,.2f}".replace("-", "−")  # U+2212: as wide as a figure
    if amount.currency == "CNY":
        return f"−¥{figures[1:]}" if figures.startswith("−") else f"¥{figures}"
    return f"{amount.currency} {figures}"


def size(count: int) -> str:
    """Bytes for people: '812 B', '40 kB', '3.1 MB', '70.4 GB'."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{count / 1_000_000_000:.1f} GB"
