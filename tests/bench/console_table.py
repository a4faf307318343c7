"""The figures of tests.bench.console as the tables of docs/decisions/0045-console-speed.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Told = Mapping[str, Any]
GROUPS = ("page", "file", "filter", "search", "last page", "api")
DEAREST = 12  # pages that are told one by one
PARTS = ("start", "memory", "together", "acts", "live", "figures", "index")
SHORT = {
    "console": "console, MB",
    "console_peak": "console at most, MB",
    "workers": "its workers, MB",
    "worker_count": "workers",
}


def markdown(told: Sequence[Told]) -> str:
    """All tables: groups of pages, the dearest pages, everything else, the browser."""
    return "\n\n".join("\n".join(rows) for rows in (_groups(told), _dearest(told), _parts(told), _browser(told)))


def _head(told: Sequence[Told], first: str, *columns: str) -> Iterator[str]:
    names = [f"{each['database']}{f', {column}' if column else ''}" for each in told for column in columns]
    yield f"| {first} | {' | '.join(names)} |"
    yield f"| --- |{' --- |' * len(names)}"


def _groups(told: Sequence[Told]) -> Iterator[str]:
    """Of each group: how many pages, the median page's median, the dearest's p95, processor time."""
    yield from _head(told, "pages", "p50", "worst p95", "over 100", "cpu, median", "cpu, most")
    for group in GROUPS:
        cells = []
        for each in told:
            some = [one for one in each["pages"] if one["group"] == group]
            halves, cpus = sorted(one["p50"] for one in some), sorted(one["cpu"] for one in some)
            cells += [halves[len(some) // 2], max(one["p95"] for one in some), sum(one["p95"] > 100 for one in some),
                      cpus[len(some) // 2], cpus[-1]]  # fmt: skip
        number = sum(one["group"] == group for one in told[0]["pages"])
        yield f"| {group} ({number}) | {' | '.join(f'{cell:.0f}' for cell in cells)} |"


def _dearest(told: Sequence[Told]) -> Iterator[str]:
    """The pages that take most processor time on any of the databases, and the plain ones beside them."""
    by_name = [{f"{one['group']}: {one['name']}": one for one in each["pages"]} for each in told]
    worst = sorted(by_name[0], key=lambda name: -max(each[name]["cpu"] for each in by_name))[:DEAREST]
    usual = [f"page: {name}" for name in ("queue.list", "queue.item", "transactions.list", "transactions.one", "today")]
    yield from _head(told, "page", "p50", "p95", "cpu")
    for name in dict.fromkeys([*usual, *worst]):
        cells = [each[name][key] for each in by_name for key in ("p50", "p95", "cpu")]
        yield f"| {name.removeprefix('page: ')} | {' | '.join(f'{cell:.0f}' for cell in cells)} |"


def _parts(told: Sequence[Told]) -> Iterator[str]:
    yield from _head(told, "besides", "")
    for part in PARTS:
        for name in told[0][part]:
            cells = [each[part][name] for each in told]
            yield f"| {part}: {SHORT.get(name, name)} | {' | '.join(_figures(cell) for cell in cells)} |"


def _browser(told: Sequence[Told]) -> Iterator[str]:
    names = list(told[0]["browser"])
    yield f"| Chromium, {told[0]['database']} | {' | '.join(names)} |"
    yield f"| --- |{' --- |' * len(names)}"
    for key in told[0]["browser"][names[0]]:
        cells = [f"{told[0]['browser'][name][key]:,.0f}" for name in names]
        yield f"| {key} | {' | '.join(cells)} |"


def _figures(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"
