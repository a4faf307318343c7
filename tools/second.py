"""python tools/second.py [--write]: train the second reader on the labelled mails and print how it does on other hands.

--write  also write rules/second/weights.npz (rules/second/README.md)
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.classify.learning import Trained, train  # noqa: E402
from maild.classify.second import pack  # noqa: E402
from tests.corpus.second import KINDS, examples  # noqa: E402

WEIGHTS = ROOT / "rules" / "second" / "weights.npz"


def main() -> None:
    rows = examples()
    hands = {hand: sum(e.group == hand for e in rows) for hand in dict.fromkeys(e.group for e in rows)}
    trained = train(rows, KINDS, {"mails": len(rows), "hands": hands})
    report(trained, rows, hands)
    content = pack(trained.weights)
    print(f"version {trained.weights.version}, {len(content)} bytes")
    if "--write" in sys.argv:
        WEIGHTS.write_bytes(content)


def report(trained: Trained, rows: list, hands: dict[str, int]) -> None:
    """Right first kinds by hand, and how often a probability comes true, all on mails of hands left out."""
    first = trained.held_out.argmax(axis=1)
    right = np.array([KINDS[k] in e.kinds | e.maybe for k, e in zip(first, rows, strict=True)])
    for hand, count in hands.items():
        mask = np.array([e.group == hand for e in rows])
        print(f"{hand:24} n = {count:4}  first kind right {100 * right[mask].mean():.1f} %")
    sure = trained.held_out.max(axis=1)
    for low, high in ((0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        mask = (sure >= low) & (sure < high)
        if mask.any():
            print(f"said {sure[mask].mean():.2f}  came true {right[mask].mean():.2f}  n = {mask.sum()}")


if __name__ == "__main__":
    main()
