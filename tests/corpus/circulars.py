"""The mails that the reader of circulars learns from, by hand: what libraries and suppliers write to all of their partners
and a colleague lets go unread, against all else that they write (tests/corpus/opened, tests/corpus/settle).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maild.cli.reading.labelled import read_office
from maild.linear.training import Example
from maild.office.ignoring.circulars import KIND
from tests.corpus.news import PAIRED
from tests.corpus.second import new_words, office_of

HERE = Path(__file__).parent
# No model learns from these yet.
OPENED = PAIRED | {f"libraries_{hand}" for hand in ["na", "nb", "nc", "nd", "ne", "nf", "ng", "nh", "ni", "nr", "ns"]}
KINDS = (KIND,)
OTHER = frozenset({"other"})
CLOSED = frozenset(
    {"pn-08", "pn-09", "pn-110", "pn-111"}
)  # notes of closing that a set without the kind calls otherwise
FILES = ("settle/circulars_*.jsonl", "settle/open_prov_*.jsonl", "settle/prov_*.jsonl", "opened/*libraries_*.jsonl")


def examples() -> list[Example]:
    """Every mail, in a fixed order; what was opened once and not looked at since is no part of it."""
    return [example for example, _ in rows()]


def rows() -> Iterator[tuple[Example, dict[str, Any]]]:
    """The same, each with its label."""
    for path in (path for pattern in FILES for path in sorted(HERE.glob(pattern)) if path.stem not in OPENED):
        office = read_office(office_of(path))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            subject, text = office.fill(row["subject"]), office.fill(row["text"])
            if not (said := new_words(subject, text)).strip():
                continue
            over = row["colleague"] == "settle" and (row["kinds"] == ["bulk"] or row["id"] in CLOSED)
            # Held for who writes, or as things were: of its words nothing is learned.
            held = "bulk" in row["kinds"] and not over and path.stem == "prov_traps"
            unknown = held or not row.get("proven", True)
            yield (
                Example(
                    subject=" ".join(subject.split()),
                    text=said,
                    kinds=frozenset({KIND}) if over else OTHER,
                    maybe=frozenset({KIND}) if unknown else frozenset(),
                    group=path.stem,
                ),
                row,
            )
