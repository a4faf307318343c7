"""Measuring a process with its children: CPU seconds, memory, and rows of the table that `make bench` prints."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure, beside what it is held against.

    floor   the same unit, measured in the same run where it can be; `against` names it
    aim     in words, as docs/decisions/0005-speed.md has it
    """

    what: str
    value: float
    unit: str
    floor: float | None = None
    against: str = ""
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None


def children() -> list[int]:
    """Living child processes of this one."""
    pids: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        try:
            pids += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return pids


def children_cpu() -> float:
    """CPU seconds of the living children (to 10 ms)."""
    total = 0
    for pid in children():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICK


def peak_mb(pid: int | str = "self") -> float:
    """The most memory the process has held, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def rss_mb(pid: int | str = "self") -> float:
    """The memory the process holds now, in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / (1 << 20)


def pss_mb(pid: int | str = "self") -> float:
    """The memory the process holds now, in MB; of a page that n processes share, an n-th."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


@dataclass(slots=True)
class Spent:
    """What a stretch of work took. CPU: ours and the living children's, in seconds."""

    wall: float = 0.0
    own: float = 0.0
    workers: float = 0.0

    @property
    def cpu(self) -> float:
        return self.own + self.workers


class Meter:
    """with Meter(spent): adds what the block took to `spent`."""

    def __init__(self, spent: Spent) -> None:
        self._spent = spent

    def __enter__(self) -> None:
        self._start = (time.perf_counter(), time.process_time(), children_cpu())

    def __exit__(self, *_: object) -> None:
        wall, own, workers = self._start
        self._spent.wall += time.perf_counter() - wall
        self._spent.own += time.process_time() - own
        self._spent.workers += children_cpu() - workers


def table(figures: list[Figure]) -> str:
    """The figures in columns."""
    head = ("", "measured", "", "ratio", "to", "aim")
    rows = [
        (f.what, _number(f.value), f.unit, f"{f.ratio:.2f} ×" if f.ratio else "",
         f"{f.against} ({_number(f.floor)})" if f.floor else "", f.aim)
        for f in figures
    ]  # fmt: skip
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
