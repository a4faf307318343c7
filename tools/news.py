"""python tools/news.py: train the readers of libraries' news and print how they do on hands that they have not seen.

--write         also write rules/news/weights.npz, person.npz and clauses.npz (rules/news/README.md)
--clauses       only the reader of clauses
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.classify.learned.news import CLAUSE_KINDS, KINDS, PERSON  # noqa: E402
from maild.linear.training import train  # noqa: E402
from maild.linear.weights import Weights, pack  # noqa: E402
from maild.office.providers.heard_news import MOST_NEED  # noqa: E402
from tests.corpus.clauses import examples  # noqa: E402
from tests.corpus.news import rows  # noqa: E402

FOLDER = ROOT / "rules" / "news"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--clauses", action="store_true")
    asked = parser.parse_args()
    models = {"clauses": clauses()} if asked.clauses else {**mails(), "clauses": clauses()}
    for name, weights in models.items():
        content = pack(weights)
        print(f"{name}: version {weights.version}, {len(content)} bytes")
        if asked.write:
            (FOLDER / f"{name}.npz").write_bytes(content)


def clauses() -> Weights:
    """Of what a clause tells. Prints what it finds of writers left out, by how sure it is."""
    found = list(examples())
    trained = train(found, CLAUSE_KINDS)
    said = trained.held_out
    telling = sum(bool(one.kinds) for one in found)
    for least in (0.5, 0.7, 0.8, 0.9, 0.95):
        sure = [i for i in range(len(found)) if said[i].max() >= least]
        right = sum(CLAUSE_KINDS[said[i].argmax()] in found[i].kinds for i in sure)
        of_nothing = sum(not found[i].kinds for i in sure)
        print(
            f"clauses, sure of {least}: {right} of {telling} right, {len(sure) - right - of_nothing} of another kind, "
            f"{of_nothing} of the {len(found) - telling} that only look like one"
        )
    return replace(trained.weights, about={"mails": len(found)})


def mails() -> dict[str, Weights]:
    """Of what a mail tells, and whether a person has to read it first."""
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
    about = {"mails": len(told)}
    return {"weights": replace(kinds.weights, about=about), "person": replace(persons.weights, about=about)}


if __name__ == "__main__":
    main()
