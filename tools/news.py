"""python tools/news.py: train the reader of libraries' news and print how it does on hands that it has not seen.

--write         also write rules/news/weights.npz and person.npz (rules/news/README.md)
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.classify.learned.learning import train  # noqa: E402
from maild.classify.learned.news import KINDS, PERSON  # noqa: E402
from maild.classify.learned.second import pack  # noqa: E402
from maild.office.providers.heard_news import MOST_NEED  # noqa: E402
from tests.corpus.news import rows  # noqa: E402

FOLDER = ROOT / "rules" / "news"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = list(rows())
    told, first = [one for one, _, _ in found], [one for _, one, _ in found]
    kinds, persons = train(told, KINDS), train(first, (PERSON,))
    said = kinds.held_out
    for hand in dict.fromkeys(one.group for one in told):
        mine = [i for i, one in enumerate(told) if one.group == hand and found[i][2]["colleague"] != "hold"]
        right = sum(KINDS[said[i].argmax()] in told[i].kinds for i in mine)
        print(f"{hand:20} honest {len(mine):4}  first kind right {100 * right / max(len(mine), 1):.1f} %")
    need = persons.held_out[:, 0]
    for name, which in (("let go", False), ("read first", True)):
        mine = [need[i] for i, one in enumerate(first) if (PERSON in one.kinds) is which and not one.maybe]
        print(
            f"{name}: {sum(one > MOST_NEED for one in mine)} of {len(mine)} look like mails that a person reads first"
        )
    models = {"weights": kinds.weights, "person": persons.weights}
    for name, weights in models.items():
        content = pack(replace(weights, about={"mails": len(told)}))
        print(f"{name}: version {weights.version}, {len(content)} bytes")
        if asked.write:
            (FOLDER / f"{name}.npz").write_bytes(content)


if __name__ == "__main__":
    main()
