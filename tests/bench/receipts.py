"""Reading payment proofs: exactness by kind, what is wrongly sure, time and memory, over generated pictures.

python -m tests.bench.receipts --count 2000 --family held --jobs 2 --seed 1 --preset ordinary --out DIR
Writes table.md, figures.json, failures.html and the failed files into the folder (build/receipts by default).
--folder PATH reads files of somebody else's, with their labels, instead (receipts_folder).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import receipts_folder
from tests.bench.meter import Meter, Spent, children, peak_mb
from tests.receipts import ARRANGEMENTS, generate, several
from tests.receipts.grading import grade
from tests.receipts.tally import Result, as_json, contact_sheet, table

if TYPE_CHECKING:
    from maild.confine.receipts import ReceiptPool
    from maild.domain.accounting.receipt import Receipt
    from tests.receipts import Sample


@cache
def pool() -> ReceiptPool:
    """This process's confined reader, as the daemon has it, with one worker, so that its CPU time can be told."""
    from maild.config import Matching, Office, Receipts
    from maild.confine.receipts import ReceiptPool

    return ReceiptPool(Receipts(), Office(), rules_folder="", transaction_number=Matching().transaction_number)


def begin() -> None:
    """In each process of a measurement: start its reader."""
    pool().warm()
    Finalize(None, pool().close, exitpriority=10)


def drawn(seed: int, family: str, kind: str | None, preset: str) -> Sample:
    """The sample of this seed; of `several` each arrangement in turn."""
    if family == "several":
        return several(seed, tuple(ARRANGEMENTS)[seed % len(ARRANGEMENTS)], preset)
    return generate(seed, family, kind, preset)


def measure(seed: int, family: str, kind: str | None, preset: str) -> Result:
    """Generate, read, grade."""
    sample = drawn(seed, family, kind, preset)
    spent = Spent()
    with Meter(spent):
        receipts = pool().read(sample.content, filename=sample.filename, media_type=sample.media_type)
    return Result(
        seed=seed, filename=sample.filename, grades=tuple(grade(sample, receipts)), wall=spent.wall,
        cpu=max(spent.workers, 0.0), peak_mb=max(map(_peak, children()), default=0.0), notes=sample.notes,
        reading=tuple(map(told, receipts)), text_pdf=any("pdf text" in note for note in sample.notes),
    )  # fmt: skip


def _peak(pid: int) -> float:
    try:
        return peak_mb(pid)
    except FileNotFoundError:  # it has just ended
        return 0.0


def told(receipt: Receipt) -> str:
    """What was read, in a line."""
    names = ("kind", "layout", "amount", "amount_words", "sure", "ground", "payee", "payee_account", "payee_is_library",
             "date", "serials", "transactions", "confidence", "warnings")  # fmt: skip
    return ", ".join(f"{name}={value}" for name in names if (value := getattr(receipt, name)) not in ("", (), None))


def run(options: argparse.Namespace) -> list[Result]:
    """All of them, with progress on standard error."""
    seeds = range(options.seed, options.seed + options.count)
    results: list[Result] = []
    start = time.monotonic()
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn"), initializer=begin) as jobs:
        calls = [jobs.submit(measure, seed, options.family, options.kind, options.preset) for seed in seeds]
        for place, call in enumerate(calls, 1):
            results.append(call.result())
            progress(place, options.count, time.monotonic() - start)
    return results


def progress(place: int, count: int, seconds: float) -> None:
    """How far it is, on standard error."""
    if sys.stderr.isatty():
        done = 40 * place // count
        ends = "\n" if place == count else ""
        left = seconds / place * (count - place)
        print(f"\r[{'#' * done}{'.' * (40 - done)}] {place}/{count}, {left:.0f} s left ", end=ends, file=sys.stderr, flush=True)  # fmt: skip
    elif place % 50 == 0 or place == count:
        print(f"    {place}/{count} after {seconds:.0f} s", file=sys.stderr, flush=True)


def write(results: list[Result], options: argparse.Namespace) -> None:
    """Table, figures, failures."""
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "table.md").write_text(table(results) + "\n", "utf-8")
    (out / "figures.json").write_text(json.dumps(as_json(results), ensure_ascii=False, indent=1, default=str), "utf-8")
    failed: list[tuple[Sample, Result]] = []
    for result in results:
        if any(one.faults for one in result.grades) and len(failed) < options.failures:
            sample = drawn(result.seed, options.family, options.kind, options.preset)
            (out / f"{result.seed}-{sample.truth.layout}.{sample.filename.rpartition('.')[2]}").write_bytes(
                sample.content
            )
            failed.append((sample, result))
    contact_sheet(failed, out / "failures.html")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.receipts", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=60, help="pictures (60)")
    parser.add_argument(
        "--family",
        choices=("open", "held", "further", "several"),
        default="open",
        help="held: for blind measurement only; several: receipts in one picture",
    )
    parser.add_argument("--kind", help="only of this kind, as in maild receipt --json")
    parser.add_argument("--preset", choices=("clean", "ordinary", "hard"), default="ordinary")
    parser.add_argument("--seed", type=int, default=1, help="of the first picture (1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes, each with a reader (2)")
    parser.add_argument("--failures", type=int, default=60, help="keep so many failed files (60)")
    parser.add_argument("--out", type=Path, default=Path("build/receipts"), help="folder of what is written")
    parser.add_argument("--folder", type=Path, help="files with labels.jsonl, read instead of generated ones")
    parser.add_argument("--by", choices=("kind", "layout", "lang"), default="kind", help="rows of a folder's table")
    parser.add_argument(
        "--mailed", type=int, help="a folder's files as they are decided: brought by mail so many days after their day"
    )
    return parser.parse_args()


def main() -> None:
    """Print the table; exit 1 where something wrong was called sure."""
    options = arguments()
    if options.folder:
        begin()
        raise SystemExit(receipts_folder.run(pool(), options, told))
    results = run(options)
    write(results, options)
    print(table(results))
    print(f"\nFailures, figures: {options.out}/failures.html, figures.json")
    if any(grade_.dangers for result in results for grade_ in result.grades):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
