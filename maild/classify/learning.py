"""Training of the second reader: L2-regularised logistic regression, a class against the rest, over hashed n-grams.

Mails are far fewer than features, so it is solved over the mails (the representer theorem) by accelerated gradient
steps: an N × N matrix instead of a solver library. Deterministic: no chance, no shuffling; the same examples in the
same order give the same weights up to the last bit of the machine's multiplication.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maild.classify.grams import grams
from maild.classify.second import Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

AUTHOR_MAILS = 5.0  # what one author counts at most, in mails: a hundred odd mails of one are five
MOST_FEATURES = 36_000
LEAST_MAILS = 2  # a feature of one mail alone says nothing
RIDGE = 1.0 / 30
BIAS = RIDGE  # the square of the constant feature: as small, so that the steps need not be
STEPS = 300
_COLUMNS = 4096  # features made dense at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One mail with what staff or its labeller say it is.

    subject, text  as `second.read` takes them
    kinds          all it carries; `maybe`: what it may carry as well, of which nothing is learned
    author         whose mails are capped together
    group          examples of one group are never on both sides of a fold: a writer, a set by one hand
    """

    subject: str
    text: str
    kinds: frozenset[str]
    maybe: frozenset[str] = frozenset()
    author: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Features:
    """The examples as rows: for each mail the places of its features and their values, of length 1 a row."""

    hashes: NDArray[np.uint32]
    idf: Matrix
    rows: tuple[NDArray[np.int64], ...]
    values: tuple[Matrix, ...]

    def gram(self) -> Matrix:
        """The inner products of all rows, N × N."""
        import numpy as np

        count = len(self.rows)
        total = np.zeros((count, count), dtype=np.float32)
        for start in range(0, len(self.hashes), _COLUMNS):
            block = self.block(start)
            total += block @ block.T
        return total

    def block(self, start: int) -> Matrix:
        """The columns start … start + 4096 of all rows, dense."""
        import numpy as np

        end = min(start + _COLUMNS, len(self.hashes))
        dense = np.zeros((len(self.rows), end - start), dtype=np.float32)
        for i, (row, value) in enumerate(zip(self.rows, self.values, strict=True)):
            low, high = np.searchsorted(row, (start, end))
            dense[i, row[low:high] - start] = value[low:high]
        return dense

    def project(self, dual: Matrix) -> Matrix:
        """Weights of features out of weights of mails."""
        import numpy as np

        starts = range(0, len(self.hashes), _COLUMNS)
        return np.concatenate([self.block(start).T @ dual for start in starts])


def features(examples: Sequence[Example]) -> Features:
    """Every feature that at least two mails have."""
    import numpy as np

    found = [grams(e.subject, e.text).hashes for e in examples]
    every, often = np.unique(np.concatenate(found), return_counts=True)
    kept = often >= LEAST_MAILS
    hashes = every[kept]
    idf = (np.log((1 + len(found)) / (1 + often[kept])) + 1).astype(np.float16).astype(np.float32)
    rows, values = [], []
    for each in found:
        at = np.searchsorted(hashes, each)
        at[at == len(hashes)] = 0
        row = at[hashes[at] == each]
        rows.append(row)
        values.append((idf[row] / max(float(np.linalg.norm(idf[row])), 1e-6)).astype(np.float32))
    return Features(hashes=hashes, idf=idf, rows=tuple(rows), values=tuple(values))


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Weights, and what they would have said of each example without its group: N × k probabilities, in order."""

    weights: Weights
    held_out: Matrix


def train(examples: Sequence[Example], kinds: Sequence[str], about: dict[str, Any] | None = None) -> Trained:
    """Train on all, calibrate on what models without each group say of it. Needs two groups at least (ValueError)."""
    groups = sorted({e.group for e in examples})
    if len(groups) < 2:
        raise ValueError("calibration needs mails of at least two groups")
    import numpy as np

    names = tuple(kinds)
    data = features(examples)
    product = data.gram()
    labels, trust = _labels(examples, names)
    scores = np.zeros_like(labels)
    for group in groups:
        out = np.array([e.group == group for e in examples])
        dual = solve(product[np.ix_(~out, ~out)], labels[~out], trust[~out])
        scores[out] = (product[np.ix_(out, ~out)] + np.float32(BIAS)) @ dual
    slope, offset = calibrate(scores, labels, trust)
    dual = solve(product, labels, trust)
    weights = _packed(data, dual, names, slope, offset, about or {})
    return Trained(weights=weights, held_out=1.0 / (1.0 + np.exp(-(scores * slope + offset))))


def solve(product: Matrix, labels: Matrix, trust: Matrix) -> Matrix:
    """The weight of each mail for each kind. `trust`: how much each label counts (0 not at all), N × k."""
    import numpy as np

    with_bias = product + np.float32(BIAS)
    step = np.float32(1.0 / (0.25 * _largest(with_bias) + RIDGE))
    now = before = np.zeros_like(labels)
    for turn in range(STEPS):
        ahead = now + np.float32(turn / (turn + 3)) * (now - before)
        slope = trust * (1.0 / (1.0 + np.exp(-(with_bias @ ahead))) - labels) + np.float32(RIDGE) * ahead
        before, now = now, ahead - step * slope
    return now


def _largest(symmetric: Matrix) -> float:
    """Its largest eigenvalue, from above by a hair."""
    import numpy as np

    vector = np.ones(len(symmetric), dtype=np.float32)
    for _ in range(30):
        vector = symmetric @ (vector / np.linalg.norm(vector))
    return float(np.linalg.norm(vector)) * 1.02


def _labels(examples: Sequence[Example], kinds: tuple[str, ...]) -> tuple[Matrix, Matrix]:
    """What each is, and how much that counts: unknown kinds not at all, a busy author's mails less."""
    import numpy as np

    often = Counter(e.author for e in examples if e.author)
    labels = np.array([[kind in e.kinds for kind in kinds] for e in examples], dtype=np.float32)
    trust = np.array([[kind not in e.maybe or kind in e.kinds for kind in kinds] for e in examples], dtype=np.float32)
    caps = [min(1.0, AUTHOR_MAILS / often[e.author]) if e.author else 1.0 for e in examples]
    return labels, trust * np.array(caps, dtype=np.float32)[:, None]


def calibrate(scores: Matrix, labels: Matrix, trust: Matrix) -> tuple[Matrix, Matrix]:
    """Slope and offset a kind (Platt), drawn towards those of all kinds together where a kind is rare."""
    import numpy as np

    every = _platt(scores.ravel(), labels.ravel(), trust.ravel(), (1.0, 0.0), 1e-3)
    each = [_platt(scores[:, k], labels[:, k], trust[:, k], every, 5.0) for k in range(scores.shape[1])]
    return np.array([a for a, _ in each], dtype=np.float32), np.array([b for _, b in each], dtype=np.float32)


def _platt(
    scores: Matrix, labels: Matrix, trust: Matrix, start: tuple[float, float], pull: float
) -> tuple[float, float]:
    """Newton's method on two parameters; `pull` holds them near where they start."""
    import numpy as np

    points = np.stack([scores, np.ones_like(scores)], axis=1).astype(np.float64)
    origin = np.array(start)
    found = origin.copy()
    for _ in range(25):
        sure = 1.0 / (1.0 + np.exp(-(points @ found)))
        gradient = points.T @ (trust * (sure - labels)) + pull * (found - origin)
        bend = (points * (trust * sure * (1 - sure))[:, None]).T @ points + pull * np.eye(2)
        step = np.linalg.solve(bend, gradient)
        found = found - step / max(1.0, float(np.linalg.norm(step)))
    return max(float(found[0]), 0.01), float(found[1])


def _packed(
    data: Features, dual: Matrix, kinds: tuple[str, ...], slope: Matrix, offset: Matrix, about: dict[str, Any]
) -> Weights:
    """The features that say most, as small numbers. The version is a digest of what decides."""
    import numpy as np

    full = data.project(dual)
    telling = np.argsort(-(np.abs(full).max(axis=1) * data.idf), kind="stable")[:MOST_FEATURES]
    kept = np.sort(telling)
    scale = np.maximum(np.abs(full[kept]).max(axis=0), 1e-6) / np.float32(127.0)
    small = np.rint(full[kept] / scale).astype(np.int8)
    parts = (
        data.hashes[kept],
        data.idf[kept],
        small,
        scale.astype(np.float32),
        dual.sum(axis=0) * np.float32(BIAS),
        slope,
        offset,
    )
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()[:12]
    return Weights(version=digest, kinds=kinds, about=about, hashes=parts[0], idf=parts[1], weights=small,
                   scale=parts[3], bias=parts[4], slope=slope, offset=offset)  # fmt: skip
