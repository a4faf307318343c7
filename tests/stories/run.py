"""Run tales and count: `python -m tests.stories.run 20000 --seed 3` for more than the test suite's thousand."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from maild.domain.records.journal import MailStatus
from tests.stories.checks import faults, settled_books
from tests.stories.tale import Tale, Telling
from tests.stories.tales import TALES
from tests.stories.world import world
from tests.unit.console.occurring import stored, unsaid

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
STAFF = 0.4  # tales in which a librarian goes on with what is left
EVERY = 25  # tales between two looks at the trial balance


@dataclass(slots=True)
class Report:
    """What came of the tales: `automatic` mails needed no person; `missed` tales ended otherwise than they should.
    `told`: different reasons in the store; `unsaid`: those that have no Chinese.
    """

    tales: int = 0
    mails: int = 0
    automatic: int = 0
    expected: int = 0
    decided: int = 0
    faults: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    by_tale: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    told: int = 0
    unsaid: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        share, could = self.automatic / max(1, self.mails), self.decided / max(1, self.expected)
        missed = ", ".join(f"{name} {count}" for name, count in sorted(self.missed.items())) or "none"
        return (
            f"{self.tales} tales, {self.mails} mails in {self.seconds:.1f} s: {share:.1%} decided without a person; of "
            f"tales that need none {could:.1%}; wrong matches or books: {len(self.faults)}; otherwise than meant: {missed}"
        )


def run(count: int, seed: int = 1, tellings: Sequence[tuple[int, Telling]] = TALES) -> Report:
    """Tell `count` tales in one office, and hold each against the truth."""
    rng, report, began = random.Random(seed), Report(), time.monotonic()
    weights, tellers = zip(*tellings, strict=True)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, world(Path(folder)) as office:
        for place in range(count):
            tale = Tale(rng=rng, world=office, place=place)
            (tell,) = rng.choices(tellers, weights)
            tell(tale)
            with office.store.read() as uow:
                found = list(faults(tale, uow))
                if place % EVERY == 0 or place == count - 1:
                    found += [f"{book} {balance}" for balance, book in _trial(uow.ledger.balances()) if balance]
                waits = [m for m in tale.mails if uow.mails.get(m).status is not MailStatus.SETTLED]
                report.reasons += [f"{tell.__name__}: {uow.mails.get(m).reason}" for m in waits]
            if rng.random() < STAFF:
                tale.work()
                with office.store.read() as uow:
                    found += settled_books(tale, uow)
            report.faults += [f"tale {place} ({tell.__name__}): {fault}" for fault in found]
            report.tales, report.mails = report.tales + 1, report.mails + len(tale.mails)
            report.automatic += len(tale.mails) - len(waits)
            report.by_tale[tell.__name__] += 1
            report.expected += tale.automatic is True
            report.decided += tale.automatic is True and not waits
            if tale.automatic is not None and tale.automatic != (not waits):
                report.missed[tell.__name__] += 1
        report.unsaid, report.told = unsaid(stored(next(Path(folder).glob("*.db"))))
    report.seconds = time.monotonic() - began
    return report


def _trial(balances):  # type: ignore[no-untyped-def]
    sums: dict[str, object] = {}
    for (_, currency), amount in balances.items():
        sums[currency] = sums[currency] + amount if currency in sums else amount
    return [(amount, currency) for currency, amount in sums.items()]


def main() -> None:
    """Print the report, and every fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reasons", action="store_true", help="why mails waited")
    args = parser.parse_args()
    report = run(args.count, args.seed)
    print(report)
    for fault in report.faults:
        print(" ", fault)
    if args.reasons:
        print("\n".join(sorted(report.reasons)))


if __name__ == "__main__":
    main()
