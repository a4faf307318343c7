"""python tools/circulars.py: train the reader of circulars and print how it does on hands that it has not seen.

--write         also write rules/circulars/weights.npz (rules/circulars/README.md)
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.classify.learned.levels import load_levels  # noqa: E402
from maild.domain.learning.control import threshold  # noqa: E402
from maild.linear.training import train  # noqa: E402
from maild.linear.weights import pack  # noqa: E402
from maild.office.ignoring.circulars import KIND, MOST  # noqa: E402
from maild.office.ignoring.ignoring_policy import shipped  # noqa: E402
from tests.corpus.circulars import KINDS, rows  # noqa: E402

WEIGHTS = ROOT / "rules" / "circulars" / "weights.npz"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = list(rows())
    examples = [example for example, _ in found]
    trained = train(examples, KINDS)
    lists = shipped().circulars
    said = []
    for (example, row), sure in zip(found, trained.held_out[:, 0], strict=True):
        text = f"{example.subject}\n{example.text}"
        named = row.get("about") or row.get("files") or row.get("quoted")  # then it is no circular, whatever it says
        if example.maybe or named or len(text) > MOST or lists.barred(text):
            continue
        over = KIND in example.kinds
        said.append((float(sure), not over))
        if not over and sure > 0.3:
            print(f"{sure:.2f} {row['id']}: {text[:120]!r}")
    level = load_levels()[KIND]
    proven = threshold(said, level)
    whole = sum(KIND in example.kinds for example in examples)
    print(f"circulars {whole} of {len(examples)}, with nothing against them {sum(not wrong for _, wrong in said)}")
    print(f"{proven.words()}; of all circulars {sum(p >= proven.at and not w for p, w in said)} are put away")
    about = {"mails": len(examples), "circulars": whole, "thresholds": {KIND: asdict(proven)}}
    content = pack(replace(trained.weights, about=about))
    print(f"version {trained.weights.version}, {len(content)} bytes")
    if asked.write:
        WEIGHTS.write_bytes(content)


if __name__ == "__main__":
    main()
