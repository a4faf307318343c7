"""python tools/advertising.py: train the reader of advertising and print how it does on hands that it has not seen.

--write         also write rules/advertising/weights.npz (rules/advertising/README.md)
--without HAND  leave the mails of a hand out: what others may expect is measured on it with such weights
--out FILE      write there instead
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.classify.learning import train  # noqa: E402
from maild.classify.second import pack  # noqa: E402
from maild.office.ignoring.selling import KIND  # noqa: E402
from tests.corpus.selling import KINDS, examples  # noqa: E402

WEIGHTS = ROOT / "rules" / "advertising" / "weights.npz"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--without", default="", metavar="HAND")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    rows = [e for e in examples() if e.group != asked.without]
    hands = {hand: sum(e.group == hand for e in rows) for hand in dict.fromkeys(e.group for e in rows)}
    trained = train(rows, KINDS, {"mails": len(rows), "hands": hands})
    sells = np.array([KIND in e.kinds for e in rows])
    for hand in hands:
        for name, wanted in ((KIND, sells), ("others", ~sells)):
            said = trained.held_out[wanted & np.array([e.group == hand for e in rows]), 0]
            if len(said):
                above = "  ".join(
                    f"{at:.2f}: {100 * (said >= at).mean():5.1f} %" for at in (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
                )
                print(f"{hand:20} {name:12} n = {len(said):4}  {above}")
    content = pack(trained.weights)
    print(f"version {trained.weights.version}, {len(content)} bytes")
    if asked.write:
        asked.out.write_bytes(content)


if __name__ == "__main__":
    main()
