"""The mails that the reader of libraries' news learns from, by hand: tests/corpus/opened, tests/corpus/settle.

settle/news_*.jsonl: mails about one request each, of nobody in particular. {n} stands for its number, {t} for its title,
{p} for its reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from maild.classify.learned.news import PERSON, WITH_FILE
from maild.cli.reading.labelled import read_office
from maild.linear.training import Example
from maild.match.pieces import MASK, without
from tests.corpus.second import new_words, office_of, titles_in

HERE = Path(__file__).parent
HANDS = (
    *("opened/*libraries_*.jsonl", "settle/open_prov_*.jsonl", "settle/prov_*.jsonl", "settle/news_*.jsonl"),
    "false_friends/beside_news*.jsonl",
)


def _named(hands: Mapping[str, str]) -> Iterator[str]:
    """The names of libraries' hands: first letter → the second ones."""
    yield from (f"libraries_{first}{second}" for first, row in hands.items() for second in row)


# Hands of mails in pairs, which the reader of what turns the news alone learns from (tests/corpus/turning.py).
PAIRED = frozenset(_named({"n": "jk", "o": "abcefgijklmpqstuwx"}))
# Opened once: these models have not learned from them. Whoever trains next measures another hand first.
NOT_YET = PAIRED | {*_named({"m": "yz", "n": "abcdefghiqrs", "o": "v"})}
# Held for who writes, about which request, or for a few letters of a title: of their words nothing is learned.
TRAPS = ("prov_traps", "ff_libraries", "beside_news")
BESIDE = HERE / "opened" / "libraries_mi.toml"  # the office of false_friends/beside_news*.jsonl
NUMBER = "2026110200012"
READERS = ("尉迟云舒", "Ingrid Solberg", "巫马青", "Kwame Asante", "闾丘砚", "Mei-Ling Tan")
DOCUMENTS = (".pdf", ".tif", ".tiff", ".jpg")


def rows() -> Iterator[tuple[Example, Example, dict[str, Any]]]:
    """Each proven mail: as an example of what it tells, of whether a person has to read it, and its label."""
    for path in (path for pattern in HANDS for path in sorted(HERE.glob(pattern)) if path.stem not in NOT_YET):
        office = read_office(BESIDE if path.stem.startswith("beside_news") else office_of(path))
        titles = titles_in(office.requests)
        for place, row in enumerate(map(json.loads, path.read_text(encoding="utf-8").splitlines())):
            if row.get("proven") is False:
                continue
            subject, text = (named(office.fill(row[name]), place) for name in ("subject", "text"))
            text = without(new_words(subject, text), titles)
            text += WITH_FILE if any(file.lower().endswith(DOCUMENTS) for file in row.get("files", ())) else ""
            told = Example(
                subject=" ".join(without(subject, titles).split()),
                text=text,
                kinds=frozenset(row["kinds"]),
                group=path.stem,
            )
            first = frozenset({PERSON} if row["colleague"] == "hold" else ())
            unknown = first if path.stem.startswith(TRAPS) else frozenset()
            yield told, replace(told, kinds=first - unknown, maybe=unknown), row


def named(text: str, place: int) -> str:
    """The text with a number, a title that is masked, and a reader; `place` chooses that one."""
    return text.replace("{n}", NUMBER).replace("{t}", MASK).replace("{p}", READERS[place % len(READERS)])
