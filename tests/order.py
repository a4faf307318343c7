"""The order in which files of tests are begun: by how long each took when it was last measured (durations.txt).

Those that take minutes come first, so that no core waits for the other's last file. Those that wait for servers and clocks
half of their time are spread among those that work, so that somebody always works. xdist's own order, by number of tests,
puts the longest files of few tests last. `DURATIONS=1 make test ARGS=tests` on a quiet machine measures anew, the long matrices
with the others; a file that is not in the list is taken to be as others of its folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LIST = HERE / "durations.txt"
WAITING = ("e2e/", "integration/")
SPREAD = 0.7  # of the run, over which the waiting files are spread: what is left at its end is short
# Seconds of a file that is not in the list, by its folder.
GUESS = (("e2e/", 10.0), ("survival/", 30.0), ("console/", 8.0), ("integration/", 6.0), ("backup/", 12.0), ("supplies/", 10.0),
         ("stories/", 20.0), ("corpus/", 8.0), ("privacy/", 8.0), ("store/", 5.0), ("fuzz/", 5.0), ("unit/receipts/", 4.0),
         ("unit/confine/", 4.0), ("", 1.0))  # fmt: skip
LEAST = 1.0  # seconds: what takes less is not written down
_spent: Counter[str] = Counter()


def places(files: Collection[Path]) -> Mapping[Path, float]:
    """Where in the run each file stands: 0 its beginning, 1 its end."""
    known = durations()
    names = {file: file.relative_to(HERE).as_posix() for file in files}
    seconds = {
        file: known.get(name, next(s for folder, s in GUESS if name.startswith(folder))) for file, name in names.items()
    }
    longest = sorted(files, key=lambda file: (-seconds[file], file))
    waiting = [file for file in longest if names[file].startswith(WAITING)]
    busy = [file for file in longest if not names[file].startswith(WAITING)]
    return {**dict(_along(waiting, seconds, SPREAD)), **dict(_along(busy, seconds, 1.0))}


def _along(files: Sequence[Path], seconds: Mapping[Path, float], share: float) -> Iterator[tuple[Path, float]]:
    """Each file at the moment when those before it are done, one after the other, over that share of the run."""
    total, done = sum(seconds[file] for file in files), 0.0
    for file in files:
        yield file, share * done / total
        done += seconds[file]


@cache
def durations() -> Mapping[str, float]:
    """Seconds by file, as they were measured last."""
    rows = (line.split() for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {name: float(seconds) for seconds, name in rows}


def spent(file: str, seconds: float) -> None:
    """A part of a test of that file took so long."""
    _spent[file.removeprefix("tests/")] += seconds


def write() -> None:
    """Write the list anew, the longest first; files that did not run keep their line while they exist."""
    kept = {name: seconds for name, seconds in durations().items() if name not in _spent and (HERE / name).exists()}
    rows = sorted((kept | _spent).items(), key=lambda row: (-row[1], row[0]))
    lines = [f"{seconds:7.1f} {name}\n" for name, seconds in rows if seconds >= LEAST]
    LIST.write_text(
        "# Seconds of each file of tests (tests/order.py); anew by DURATIONS=1 make test ARGS=tests.\n"
        + "".join(lines),
        "utf-8",
    )
