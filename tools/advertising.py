"""python tools/advertising.py: train the reader of advertising and print how it does on hands that it has not seen.

--write         also write rules/advertising/weights.npz (rules/advertising/README.md)
--without HAND  leave the mails of a hand out: what others may expect is measured on it with such weights
--out FILE      write there instead
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.domain.learning.control import STEP, STRICTEST, upper_bound  # noqa: E402
from maild.linear.training import Example, train  # noqa: E402
from maild.linear.weights import pack  # noqa: E402
from maild.office.ignoring.heap import evidence, low, sent_to_many  # noqa: E402
from maild.office.ignoring.ignoring import folded  # noqa: E402
from maild.office.ignoring.ignoring_policy import IgnoringPolicy, shipped  # noqa: E402
from maild.office.ignoring.selling import KIND  # noqa: E402
from maild.office.ignoring.signs import signs_of  # noqa: E402
from maild.parse import parse_mail  # noqa: E402
from tests.corpus.ignoring import DATE, OFFICE  # noqa: E402
from tests.corpus.selling import KINDS, examples, written  # noqa: E402
from tests.corpus.written_mails import WrittenMail  # noqa: E402

LEVELS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
MOST_LETTERS = 0.01  # of letters, on the heap
WEIGHTS = ROOT / "rules" / "advertising" / "weights.npz"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--without", default="", metavar="HAND")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    rows = [e for e in examples() if e.group != asked.without]
    mails = [(mail, hand) for mail, hand in written() if hand != asked.without]
    hands = {hand: sum(e.group == hand for e in rows) for hand in dict.fromkeys(e.group for e in rows)}
    trained = train(rows, KINDS)
    report(rows, trained.held_out[:, 0], hands)
    likely = heaps(mails, trained.held_out[: len(mails), 0])
    about = {"mails": len(rows), "hands": hands, "likely": likely}
    content = pack(replace(trained.weights, about=about))
    print(f"version {trained.weights.version}, {len(content)} bytes; likely = {likely} (rules/ignoring.toml)")
    if asked.write:
        asked.out.write_bytes(content)


def report(rows: Sequence[Example], reads: np.ndarray, hands: dict[str, int]) -> None:
    """By hand: how many of its mails words alone call advertising, by models that have not seen the hand."""
    sells = np.array([KIND in e.kinds for e in rows])
    for hand in hands:
        for name, wanted in ((KIND, sells), ("others", ~sells)):
            said = reads[wanted & np.array([e.group == hand for e in rows])]
            if len(said):
                above = "  ".join(f"{at:.2f}: {100 * (said >= at).mean():5.1f} %" for at in LEVELS)
                print(f"{hand:20} {name:12} n = {len(said):4}  {above}")


def heaps(mails: Sequence[tuple[WrittenMail, str]], reads: np.ndarray) -> int:
    """Print what of each set is on the low heap as the mails are written, and return the least `likely` (per cent)
    that keeps letters and false friends off it: tried from the strictest down (`maild.domain.learning.control`).
    """
    asked = [_asked(mail, float(read)) for (mail, _), read in zip(mails, reads, strict=True)]
    letters = [ask for ask, (mail, _) in zip(asked, mails, strict=True) if mail.set != KIND]
    tried = [replace(shipped(), likely=likely) for likely in range(STRICTEST, -1, -STEP)]
    held = [p.likely for p in takewhile(lambda p: _bound([ask(p) for ask in letters]) <= MOST_LETTERS, tried)]
    found = tried[max(len(held) - 1, 0)]
    for hand, name in dict.fromkeys((hand, mail.set) for mail, hand in mails):
        of = [ask(found) for ask, (mail, by) in zip(asked, mails, strict=True) if (by, mail.set) == (hand, name)]
        print(f"{hand:20} {name:14} n = {len(of):4}  on the low heap: {sum(of)} ({100 * sum(of) / len(of):.1f} %)")
    return found.likely


def _bound(lying: Sequence[bool]) -> float:
    return upper_bound(sum(lying), len(lying))


def _asked(written_mail: WrittenMail, reads: float) -> Callable[[IgnoringPolicy], bool]:
    """Whether the mail lies on the heap, asked with different policies."""
    mail, policy = parse_mail(written_mail.message(DATE).as_bytes()), shipped()
    text, many = folded(mail), sent_to_many(mail, signs_of(mail, policy, ours=OFFICE), policy)
    found = evidence(mail, text, policy)
    return lambda asked: low(mail, text, asked, found=found, reads=reads, many=many)


if __name__ == "__main__":
    main()
