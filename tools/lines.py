"""python tools/lines.py: train the model of a page's lines and print how it does on writers that it has not seen.

--write         also write rules/receipts/lines.npz (rules/receipts/README.md)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.linear.training import Trained, train  # noqa: E402
from maild.linear.weights import pack  # noqa: E402
from maild.receipts.words.linemodel import KINDS, path  # noqa: E402
from tests.corpus.pages import examples, written  # noqa: E402

LEVELS = (0.5, 0.7, 0.85, 0.9, 0.93, 0.97)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = list(examples())
    trained = train(found, KINDS)
    content = pack(replace(trained.weights, about={"lines": len(found)}))
    print(f"version {trained.weights.version}, {len(found)} lines, {len(content)} bytes")
    print(table(trained, [what for _, what, _ in written()]))
    if asked.write:
        path().write_bytes(content)


def table(trained: Trained, written: Sequence[str]) -> str:
    """How many of each kind of line are said to be silent, against, final, of writers left out, in per cent."""
    rows = [f"| sure of | {' | '.join(f'{kind}: {what}' for kind in KINDS for what in sorted(set(written)))} |"]
    for least in LEVELS:
        cells = []
        for place in range(len(KINDS)):
            for what in sorted(set(written)):
                said = [trained.held_out[at, place] >= least for at, each in enumerate(written) if each == what]
                cells.append(f"{100 * sum(said) / len(said):.1f}")
        rows.append(f"| {least} | {' | '.join(cells)} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
