"""Adversarial payment proofs: what the confined reader makes of them, and what the shipped policy then does.

python -m tests.bench.adverse --part open --jobs 1 [--class unpaid]… [--sealed DIR] [--out DIR]
The second stage sends each file as a known, proven patron with an open fee of that sum and a document that waits.
Writes table.md, and for the open part cases.json and the files that went wrong, into the folder (build/adverse by
default); readings are kept there by the reader's version. Ends with 1 where something wrong was booked or called sure.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.bench.adverse_office import decide
from tests.bench.adverse_tally import Outcome, judge, table
from tests.bench.receipts import begin, pool, progress, told
from tests.bench.receipts_folder import read_kept
from tests.receipts.adverse import CLASSES, COUNTED, LATER, OPEN, OTHER, Case, Part, Plan, plans

_OPEN = {"open": OPEN, "later": LATER, "other": OTHER, "counted": COUNTED}


@cache
def part_of(name: str, sealed: str) -> Part:
    """The part of that name; `sealed`: folder of the package adverse_sealed."""
    if name in _OPEN:
        return _OPEN[name]
    sys.path.insert(0, sealed)
    found: Part = import_module("adverse_sealed").SEALED
    return found


@cache
def plans_of(name: str, sealed: str) -> tuple[Plan, ...]:
    return tuple(plans(part_of(name, sealed)))


def measure(place: int, name: str, sealed: str, kept: Path) -> Outcome:
    """Draw, read (or remember), decide, judge."""
    case = plans_of(name, sealed)[place].case(part_of(name, sealed))
    receipts, cpu = _read(case, kept)
    return judge(case, receipts, decide(case, receipts), cpu, "; ".join(map(told, receipts)))


def _read(case: Case, kept: Path) -> tuple[Any, float]:
    sample = case.sample
    return read_kept(pool(), sample.content, kept, filename=sample.filename, media_type=sample.media_type)


def run(options: argparse.Namespace, name: str) -> list[Outcome]:
    """All of a part, with progress on standard error."""
    kept = options.out / "readings"
    kept.mkdir(parents=True, exist_ok=True)
    chosen = [i for i, plan in enumerate(plans_of(name, options.sealed)) if plan.cls in options.classes][
        :: options.every
    ]
    outcomes: list[Outcome] = []
    start = time.monotonic()
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn"), initializer=begin) as jobs:
        calls = [jobs.submit(measure, place, name, options.sealed, kept) for place in chosen]
        for place, call in enumerate(calls, 1):
            outcomes.append(call.result())
            progress(place, len(chosen), time.monotonic() - start)
    return outcomes


def write(outcomes: list[Outcome], options: argparse.Namespace, name: str) -> None:
    """The table; of the open part each case, and what went wrong as files. Nobody looks into the sealed part."""
    (options.out / f"table-{name}.md").write_text(table(outcomes) + "\n", "utf-8")
    if name not in _OPEN:
        return
    rows = [outcome.row() for outcome in outcomes]
    (options.out / "cases.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1, default=str), "utf-8")
    wrong = options.out / "wrong"
    wrong.mkdir(exist_ok=True)
    for old in wrong.iterdir():
        old.unlink()
    for outcome in outcomes:
        if outcome.wrong or outcome.misread:
            case = plans_of(name, "")[outcome.seed - 1].case(_OPEN[name])
            (wrong / f"{case.name}.{case.sample.filename.rpartition('.')[2]}").write_bytes(case.sample.content)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.adverse", description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=(*_OPEN, "sealed", "all"), default="open")
    parser.add_argument("--sealed", default="", help="folder that holds the package adverse_sealed")
    parser.add_argument("--class", dest="classes", action="append", choices=CLASSES, help="only these; may be repeated")
    parser.add_argument("--every", type=int, default=1, help="only each n-th case (1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with a reader (1)")
    parser.add_argument("--out", type=Path, default=Path("build/adverse"), help="folder of what is written and kept")
    options = parser.parse_args()
    options.classes = options.classes or list(CLASSES)
    if options.part not in _OPEN and not options.sealed:
        parser.error("--part sealed needs --sealed DIR")
    return options


def main() -> None:
    """Print the tables; exit 1 where something was wrongly booked or wrongly sure."""
    options = arguments()
    wrong = False
    for name in (*_OPEN, "sealed") if options.part == "all" else (options.part,):
        outcomes = run(options, name)
        write(outcomes, options, name)
        print(f"\n{name}\n{table(outcomes)}")
        wrong |= any(outcome.wrong or outcome.misread for outcome in outcomes)
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
