"""What a transfer form costs, and how well its photograph is recognised: python -m tests.bench.forms [PHOTOS]

Photos are made (tests/forms), 800 to 3,264 pixels, by seeds no test uses. Times are CPU milliseconds of this process:
`code` finding and reading the QR code, `check` laying flat, comparing and reading the amount, and the stamp.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from maild.domain.accounting import slip
from maild.receipts.picture import slipcheck
from maild.receipts.picture.codes import is_ours, read_codes
from maild.receipts.picture.ocr import engine
from maild.receipts.picture.pictures import open_frames
from tests.forms.photos import ALTERATIONS, KEY, Photo, photograph, some_form, writer

SEED = 70_000
T = TypeVar("T")


@dataclass
class Tally:
    """Counts of one set of photos."""

    photos: int = 0
    decoded: int = 0
    wrong: int = 0
    amount: int = 0
    large: int = 0
    large_amount: int = 0
    confirmed: int = 0
    sealed: Counter[bool | None] = field(default_factory=Counter)
    code: list[float] = field(default_factory=list)
    check: list[float] = field(default_factory=list)

    def add(self, photo: Photo) -> None:
        """Look at one as the reader does."""
        picture = next(open_frames(photo.content, "image/jpeg"))
        self.photos += 1
        spent, codes = timed(lambda: [c for c in read_codes(picture) if is_ours(c.text)])
        self.code.append(spent)
        large = max(photo.size) >= 1000
        self.large += large
        if not codes:
            return
        said = slip.verify(KEY, codes[0].text)
        right = said == slip.Slip(numbers=tuple(sorted(photo.form.numbers)), amount=photo.form.amount)
        self.decoded += right
        self.wrong += not right
        spent, found = timed(lambda: slipcheck.check(picture, codes[0].text, codes[0].corners))
        self.check.append(spent)
        self.amount += found.amount
        self.large_amount += found.amount and large
        self.confirmed += found.confirmed
        self.sealed[found.sealed] += 1


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """CPU milliseconds, and what came of it."""
    start = time.process_time()
    made = work()
    return (time.process_time() - start) * 1000, made


def sets(count: int) -> Iterator[tuple[str, Callable[[int], Photo]]]:
    """Name of a set, and its photo by seed."""
    names = list(ALTERATIONS)
    yield "ordinary", photograph
    yield "a seal on the code", lambda seed: photograph(seed, over_code=True)
    yield "hard", lambda seed: photograph(seed, preset="hard")
    yield "not stamped", lambda seed: photograph(seed, stamped=False)
    yield "amount altered", lambda seed: photograph(seed, altered=names[seed % len(names)])
    yield "altered, hard", lambda seed: photograph(seed, altered=names[seed % len(names)], preset="hard")


def main() -> None:
    """Print a line a set."""
    from random import Random

    forms = [some_form(Random(seed)) for seed in range(30)]
    first, made = timed(lambda: writer().write(forms[0]))
    each = [timed(lambda form=form: writer().write(form))[0] for form in forms]
    print(f"form: first {first:.0f} ms, then {np.median(each):.1f} ms; {len(made) / 1000:.0f} kB")
    engine()  # the models are loaded once a worker
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(
        f"{'':20} photos  decoded  wrong  amount  ≥1000px  sealed yes/no/?  confirmed  code ms  check ms (median, p95)"
    )
    for place, (name, make) in enumerate(sets(count)):
        tally = Tally()
        for seed in range(count if place else 2 * count):
            tally.add(make(SEED + 10_000 * place + seed))
        s, large = tally.sealed, f"{tally.large_amount}/{tally.large}"
        print(
            f"{name:20} {tally.photos:6} {tally.decoded:8} {tally.wrong:6} {tally.amount:7} {large:>8}"
            f" {f'{s[True]}/{s[False]}/{s[None]}':>16} {tally.confirmed:10} {np.median(tally.code):8.1f}"
            f" {np.median(tally.check):9.0f}, {np.quantile(tally.check, 0.95):.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
