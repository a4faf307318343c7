"""python tools/news.py: train the readers of libraries' news and print how they do on hands that they have not seen.

--write         also write rules/news/weights.npz, person.npz, clauses.npz and turning.npz (rules/news/README.md)
--clauses       only the reader of clauses
--turning       only the reader of what turns the news
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.classify.learned.news import CLAUSE_KINDS, KINDS, PERSON  # noqa: E402
from maild.classify.learned.turning import TURNS, Turning  # noqa: E402
from maild.linear.training import leaving, train  # noqa: E402
from maild.linear.weights import Weights, pack  # noqa: E402
from maild.office.providers.heard_news import MOST_NEED, MOST_TURN  # noqa: E402
from tests.corpus import turning  # noqa: E402
from tests.corpus.clauses import examples  # noqa: E402
from tests.corpus.news import rows  # noqa: E402

FOLDER = ROOT / "rules" / "news"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--clauses", action="store_true")
    parser.add_argument("--turning", action="store_true")
    asked = parser.parse_args()
    alone = {"clauses": clauses} if asked.clauses else {"turning": turned} if asked.turning else {}
    models = {name: make() for name, make in (alone or {"clauses": clauses, "turning": turned}).items()}
    models |= {} if alone else mails()
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


def turned() -> Weights:
    """Of what turns the news. Prints by hand of how many mails the likeliest clause is above a bar, for a model that has
    not seen the hand: those that a colleague lets go, and those that he reads first.
    """
    found = turning.examples()
    trained = train(found, (TURNS,))
    read = {hand: Turning(weights=weights) for hand, weights in leaving(found, trained)}
    bars = (0.4, MOST_TURN, 0.8)
    over: Counter[tuple[str, bool, float]] = Counter()
    for hand, _, held, said in turning.mails():
        if hand in read:
            sure = read[hand].likeliest("", "\n".join(said))[1]
            over.update((hand, held, bar) for bar in (0.0, *bars) if sure >= bar)
    for hand in sorted(read):
        lost, stopped = ([over[hand, held, bar] for bar in (0.0, *bars)] for held in (False, True))
        print(f"turning {hand:20} of mails let go {lost}, read first {stopped}: all, and above {bars}")
    return replace(trained.weights, about={"clauses": len(found)})


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
