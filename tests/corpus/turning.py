"""The clauses that the reader of what turns a library's news learns from: of mails in pairs, those that one of the two
has and the other has not.

A mail that a person has to read first, and one like it of the same hand that a colleague lets go: what only the former
says turns it. All that is said in mails that go turns nothing; of everyday hands every `SHARE`th clause is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from maild.classify.learned.turning import TURNS, pieces
from maild.cli.reading.labelled import read_office
from maild.linear.training import Example
from maild.match.pieces import without
from tests.corpus.news import HANDS, HERE, TRAPS, named
from tests.corpus.second import new_words, office_of, titles_in

PAIRS = tuple(f"false_friends/{name}.jsonl" for name in ("turned", "odd_words", "lists_and_recalls", "by_a_piece"))
UNSEEN = frozenset(
    {"libraries_nh", "libraries_ni", "libraries_nq", "libraries_nr", "libraries_ns", "libraries_ov"}
)  # opened once, and learned from by no model
LEAST_ALIKE = 0.3  # of the clauses of two mails that are a pair
SHARE = 10


def mails() -> Iterator[tuple[str, str, bool, tuple[str, ...]]]:
    """Each proven mail: its hand, its id, whether a person reads it first, its clauses."""
    for path in (path for pattern in (*HANDS, *PAIRS) for path in sorted(HERE.glob(pattern))):
        if path.stem in UNSEEN:
            continue
        beside = HERE / "opened" / "libraries_na.toml" if path.stem == "turned" else office_of(path)
        office = read_office(beside)
        titles = titles_in(office.requests)
        for place, row in enumerate(map(json.loads, path.read_text(encoding="utf-8").splitlines())):
            if row.get("proven") is not False:
                subject, text = (named(office.fill(row[name]), place) for name in ("subject", "text"))
                said = pieces(without(subject, titles), without(new_words(subject, text), titles))
                yield path.stem, row["id"], row["colleague"] == "hold", said


def examples() -> list[Example]:
    """Each clause once a hand; its group is the hand."""
    hands: dict[str, list[tuple[str, bool, tuple[str, ...]]]] = {}
    for hand, ident, held, said in mails():
        hands.setdefault(hand, []).append((ident, held, said))
    found = []
    for hand, rows in hands.items():
        plain = [(ident, said) for ident, held, said in rows if not held]
        turning = {piece: None for ident, held, said in rows if held for piece in _turning(ident, said, plain)}
        harmless = dict.fromkeys(piece for _, said in plain for piece in said)
        step = 1 if hand.startswith(TRAPS) or len(turning) > len(rows) / 4 else SHARE
        found += [
            Example(subject="", text=each, kinds=frozenset({TURNS}), group=hand)
            for each in turning
            if each not in harmless
        ]
        found += [Example(subject="", text=each, kinds=frozenset(), group=hand) for each in list(harmless)[::step]]
    return found


def _turning(ident: str, said: Sequence[str], plain: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    """What the mail says and its fellow does not; [] where it has none."""
    named = next((other for name, other in plain if ident.endswith("t") and name == f"{ident[:-1]}p"), None)
    mine = set(said)
    alike, other = max(
        ((len(mine & set(each)) / max(1, len(mine | set(each))), each) for _, each in plain), default=(0.0, ())
    )
    fellow = named if named is not None else other if alike >= LEAST_ALIKE else None
    return [] if fellow is None else [each for each in said if each not in fellow]
