"""What how a request stands is weighed by: the evidence of each labelled mail of a proven patron, by models that have
not seen its hand. Read against its office (office_of), as `maild evaluate` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.classify.learned.letting import Letting
from maild.classify.learned.weighing import Evidence
from maild.cli.reading.evaluate import _moment, _services
from maild.cli.reading.labelled import Office, read_mails, read_office
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.reading import Reading
from maild.linear.weights import Weights
from maild.office.answers import beside
from maild.office.answers.decide_answer import is_proven
from maild.office.answers.heard import Heard, hear
from maild.office.answers.standing import STANDS, evidence, may_ask
from maild.office.answers.telling import UNTOLD, brings_more
from maild.office.answers.telling_policy import Telling
from maild.spine.explain import explain
from maild.spine.facts import Facts
from tests.corpus.second import FALSE_FRIENDS, HANDS_OF_COLLEAGUES, HERE, SAME_HAND, office_of

RIDGE = 10.0  # pulls the weights of signs, each scaled to a spread of one, towards nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One mail. asks: it asks how a request stands; lets: a colleague would let it, or a part of it, go unread;
    everyday: of a hand of everyday mails, not of false friends; may: nothing else keeps it from being told of.
    """

    id: str
    group: str
    evidence: Evidence
    asks: bool
    lets: bool
    everyday: bool
    may: bool

    @property
    def right(self) -> bool:
        return self.asks and self.lets


class Voice:
    """Weights as a second reader that only gives opinions."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def __call__(self, subject: str, text: str) -> Opinion | None:
        return self._weights.opinion(subject, text)

    def at(self, risk: str) -> float:
        return self._weights.at(risk)


def weighed(kinds: Mapping[str, Weights], persons: Mapping[str, Weights], without: str = "") -> Iterator[Weighed]:
    """The evidence of each mail that waits. kinds, persons: by hand, weights of both models that have not seen it."""
    at = _moment("2026-11-24")
    for path, office, services in offices(without):
        group = SAME_HAND.get(path.stem, path.stem)
        voices = (kinds.get(group, kinds[""]), persons.get(group, persons[""]))
        yield from _of_file(path, group, voices, services, office, at)


def offices(without: str = "") -> Iterator[tuple[Path, Office, Any]]:
    """Each hand's file with its office and what reads for it; the hand `without` is left out."""
    paths = [path for path in files() if SAME_HAND.get(path.stem, path.stem) != without]
    for store, of_it in groupby(sorted(paths, key=office_of), key=office_of):
        office = read_office(store)
        with _services(office, _moment("2026-11-24")) as services:
            for path in of_it:
                yield path, office, services


def files() -> list[Path]:
    return [path for pattern in HANDS_OF_COLLEAGUES + FALSE_FRIENDS for path in sorted(HERE.glob(pattern))]


def _of_file(
    path: Path, group: str, voices: tuple[Weights, Weights], services: Any, office: Any, at: Any
) -> Iterator[Weighed]:
    labels = {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    heard: list[tuple[Heard, Facts]] = []

    def listen(reading: Reading, facts: Facts, telling: Telling) -> Heard:
        with_voices = replace(telling, second=Voice(voices[0]), letting=lambda: Letting(weights=voices[1]))
        heard.append((hear(reading, facts, with_voices), facts))
        return hear(reading, facts, telling)

    before, beside.hear = beside.hear, listen
    try:
        for mail in read_mails([path], office, own_address=services.settings.office.address, at=at):
            heard.clear()
            row = explain(mail.raw, mail.label.id, services.parts, at)
            if not heard or not is_proven(heard[-1][0].reading, heard[-1][1]):
                continue
            own, facts = heard[-1]
            label, signs = labels[mail.label.id], evidence(own, facts)
            waits = Cause(row["decision"]["cause"]) not in UNTOLD and not brings_more(own.reading)
            yield Weighed(
                id=mail.label.id,
                group=group,
                evidence=signs,
                asks=bool(STANDS.intersection(label["kinds"])),
                lets=label["colleague"] != "hold",
                everyday=path.stem.startswith("open_patrons"),
                may=waits and may_ask(own, signs),
            )
    finally:
        beside.hear = before


def fit(rows: list[Weighed]) -> tuple[dict[str, float], float, NDArray[np.float64]]:
    """The weight of each sign, the bias, and how sure models without a mail's hand are of it."""
    names = sorted({name for row in rows for name in row.evidence})
    right = np.array([row.right for row in rows], dtype=float)
    signs = _matrix(rows, names)
    weights, bias = _logistic(signs, right)
    # A sign of danger never speaks for an answer, whatever these mails happen to say.
    names = [n for n, weight in zip(names, weights, strict=True) if weight <= 0 or not n.startswith("sign: ")]
    signs = _matrix(rows, names)
    groups = np.array([row.group for row in rows])
    held_out = np.zeros(len(rows))
    for group in sorted(set(groups)):
        out = groups == group
        weights, bias = _logistic(signs[~out], right[~out])
        held_out[out] = 1.0 / (1.0 + np.exp(-(signs[out] @ weights + bias)))
    weights, bias = _logistic(signs, right)
    return dict(zip(names, weights.tolist(), strict=True)), bias, held_out


def _matrix(rows: list[Weighed], names: list[str]) -> NDArray[np.float64]:
    return np.array([[row.evidence.get(name, 0.0) for name in names] for row in rows])


def _logistic(signs: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Newton's method; every sign scaled to a spread of one, and back."""
    mean, spread = signs.mean(axis=0), signs.std(axis=0)
    spread[spread == 0.0] = np.inf  # a sign that no mail has, or all: it says nothing
    points = np.hstack([(signs - mean) / spread, np.ones((len(signs), 1))])
    pull = np.diag([RIDGE] * signs.shape[1] + [1e-3])
    found = np.zeros(points.shape[1])
    for _ in range(40):
        sure = 1.0 / (1.0 + np.exp(-(points @ found)))
        bend = (points.T * (sure * (1.0 - sure) + 1e-6)) @ points + pull
        found -= np.linalg.solve(bend, points.T @ (sure - right) + pull @ found)
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ mean)
