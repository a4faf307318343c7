"""python tools/second.py: train the second reader on the labelled mails and print how it does on other hands.

--write         also write rules/second/weights.npz, clauses.npz, person.npz and standing.toml (rules/second/README.md)
--without HAND  leave the mails of a hand out: what others may expect is measured on it with such weights
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from maild.classify.learned.agreement import CALM, agreement, calmly, thresholds  # noqa: E402
from maild.classify.learned.letting import FILE, MOST, PERSON, Letting  # noqa: E402
from maild.classify.learned.levels import load_levels  # noqa: E402
from maild.classify.learned.second import THANKS  # noqa: E402
from maild.classify.learned.weighing import STANDING, WISH  # noqa: E402
from maild.domain.learning.control import Threshold, threshold  # noqa: E402
from maild.linear.training import Trained, leaving, train  # noqa: E402
from maild.linear.weights import Weights, pack  # noqa: E402
from tests.corpus.second import KINDS, by_rules, clauses, examples, held  # noqa: E402
from tests.corpus.weighed import fit, weighed  # noqa: E402
from tests.corpus.wished import wished  # noqa: E402

LEAST_STANDING = 0.8  # everyday mails prove less, but below it mails that only look like questions are told as well
LEAST_WISH = 0.5  # a wish that is less probable than its contrary is none
WEIGHTS = ROOT / "rules" / "second" / "weights.npz"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--without", default="", metavar="HAND")
    asked = parser.parse_args()
    rows = [e for e in examples() if e.group != asked.without]
    hands = {hand: sum(e.group == hand for e in rows) for hand in dict.fromkeys(e.group for e in rows)}
    read = [by_rules(e) for e in rows]
    trained = train(rows, KINDS, {"mails": len(rows), "hands": hands})
    report(trained, rows, read, hands)
    found_on = thresholds(rows, read, trained.held_out, KINDS, load_levels())
    for risk, found in found_on.items():
        print(f"{risk:12} {found.words()}")
    about = trained.weights.about | {"thresholds": {risk: asdict(found) for risk, found in found_on.items()}}
    content = pack(replace(trained.weights, about=about))
    print(f"version {trained.weights.version}, {len(content)} bytes")
    of_clauses = train([e for e in clauses() if e.group != asked.without], (THANKS,), {"clauses": "nothing but thanks"})
    known = [e for e in held() if e.group != asked.without]
    reads_first = train(known, (PERSON,))
    persons = letting(known, reads_first, rows, read, trained)
    kinds = {"": trained.weights, **dict(leaving(rows, trained))}
    needs = {"": reads_first.weights, **dict(leaving(known, reads_first))}
    stands = standing(trained.weights.version, kinds, needs, asked.without)
    if asked.write:
        WEIGHTS.write_bytes(content)
        WEIGHTS.with_name("clauses.npz").write_bytes(pack(of_clauses.weights))
        WEIGHTS.with_name(FILE).write_bytes(pack(persons))
        WEIGHTS.with_name("standing.toml").write_text(stands, encoding="utf-8")


def letting(known: list, persons: Trained, rows: list, read: list, trained: Trained) -> Weights:
    """The model of what a person has to read first, and the threshold that it proves beside these weights."""
    unseen = {(e.group, e.subject, e.text): float(sure[0]) for e, sure in zip(known, persons.held_out, strict=True)}
    model = Letting(weights=persons.weights)
    need = [unseen.get((e.group, e.subject, e.text)) for e in rows]
    calm = [(model.need(e.subject, e.text) if one is None else one) <= MOST for one, e in zip(need, rows, strict=True)]
    found = calmly(rows, read, trained.held_out, KINDS, calm, load_levels()[CALM])
    reads = [PERSON in e.kinds for e in known]
    print(f"calm {sum(calm)} of {len(rows)}: {found.words()}")
    for name, which in (("let go", False), ("read first", True)):
        mine = [one for one, first in zip(persons.held_out[:, 0], reads, strict=True) if first is which]
        print(f"{name}: {sum(one <= MOST for one in mine)} of {len(mine)} look like those that are let go")
    about = {"beside": trained.weights.version, "mails": len(known), "thresholds": {CALM: asdict(found)}}
    return replace(persons.weights, about=persons.weights.about | about)


def standing(version: str, kinds: dict[str, Weights], needs: dict[str, Weights], without: str) -> str:
    """The weights of the signs that a mail asks how a request stands, as a file, and the threshold that they prove on
    hands of everyday mails that no model has seen; the same of each wish.
    """
    found = list(weighed(kinds, needs, without))
    weights, bias, sure = fit(found)
    told = [(one, float(p)) for one, p in zip(found, sure, strict=True) if one.may]
    said = [(p, not one.asks) for one, p in told if one.everyday]
    found_at = threshold(said, load_levels()[STANDING])
    proven = threshold([each for each in said if each[0] >= max(found_at.at, LEAST_STANDING)], load_levels()[STANDING])
    proven = replace(proven, at=max(proven.at, LEAST_STANDING))
    print(f"standing {len(found)}: {proven.words()}")
    for name, which in (("everyday", True), ("false friends", False)):
        mine = [one for one, p in told if one.everyday is which and p >= proven.at]
        held_back = sum(not one.lets for one in mine)
        print(
            f"{name}: told {len(mine)}, asks something else {sum(not one.asks for one in mine)}, read first {held_back}"
        )
    asks = sum(one.right for one in found)
    print(f"of {asks} that ask it {sum(one.right and p >= proven.at for one, p in told)} are told")
    return told_as(version, weights, bias, proven, wishes(kinds, needs, without))


def wishes(kinds: dict[str, Weights], needs: dict[str, Weights], without: str) -> dict[str, Threshold]:
    """How probable the second reader has to find each wish that no rule read, on everyday hands that it has not seen."""
    found = list(wished(kinds, needs, without))
    proven = {}
    for wish in sorted({one.wish for one in found}):
        mine = [one for one in found if one.wish == wish]
        level = load_levels()[f"{WISH}{wish}"]
        least = threshold(((one.sure, one.wrong) for one in mine if one.everyday), level)
        proven[wish] = replace(least, at=max(least.at, LEAST_WISH))
        friends = [one for one in mine if not one.everyday and one.sure >= proven[wish].at]
        print(
            f"wish {wish}: {proven[wish].words()}; of false friends {len(friends)}, wrong {sum(o.wrong for o in friends)}"
        )
    return proven


def told_as(
    version: str, weights: dict[str, float], bias: float, proven: Threshold, wishes: dict[str, Threshold]
) -> str:
    """The file."""
    proof = _rows(proven)
    of_wishes = "".join(f"[wish.{wish}]\n{_rows(one)}\n\n" for wish, one in wishes.items())
    signs = "\n".join(f'"{name}" = {value:.4f}' for name, value in sorted(weights.items()) if abs(value) >= 5e-5)
    head = "# Made by tools/second.py --write (rules/second/README.md): what speaks for a mail that asks how a request stands."
    begin = f'{head}\nbeside = "{version}"\nbias = {bias:.4f}\n\n'
    return f"{begin}[threshold]\n{proof}\n\n{of_wishes}[weights]\n{signs}\n"


def _rows(proven: Threshold) -> str:
    return "\n".join(f"{name} = {value!r}" for name, value in asdict(proven).items())


def report(trained: Trained, rows: list, read: list, hands: dict[str, int]) -> None:
    """Right first kinds by hand, and how often a probability comes true, all on mails of hands left out."""
    right = np.array(
        [KINDS[k] in e.kinds | e.maybe for k, e in zip(trained.held_out.argmax(axis=1), rows, strict=True)]
    )
    ruled = np.array([bool(said) and said[0] in e.kinds | e.maybe for said, e in zip(read, rows, strict=True)])
    guessed = np.array([bool(said) for said in read])
    for hand, count in hands.items():
        mask = np.array([e.group == hand for e in rows])
        print(f"{hand:20} n = {count:4}  first kind right: second reader {100 * right[mask].mean():.1f} %, "
              f"rules {100 * ruled[mask].mean():.1f} % (of those with a kind {100 * ruled[mask & guessed].mean():.1f} %)")  # fmt: skip
    sure = trained.held_out.max(axis=1)
    for low, high in ((0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.95), (0.95, 1.01)):
        mask = (sure >= low) & (sure < high)
        if mask.any():
            print(f"said {sure[mask].mean():.2f}  came true {right[mask].mean():.2f}  n = {mask.sum()}")
    said = list(agreement(rows, read, trained.held_out, KINDS))
    for at in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95):
        above = [wrong for p, wrong in said if p >= at]
        print(f"rules' kind at least {at:.2f} probable: {len(above)} of {len(said)}, {sum(above)} wrong "
              f"({100 * sum(above) / len(above):.1f} %)")  # fmt: skip


if __name__ == "__main__":
    main()
