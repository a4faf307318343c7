"""Training of linear models: L2-regularised logistic regression, a class against the rest, over hashed n-grams.

Texts are far fewer than features, so it is solved over the texts (the representer theorem) by accelerated gradient
steps: an N × N matrix instead of a solver library. Deterministic: no chance, no shuffling; the same examples in the
same order give the same weights up to the last bit of the machine's multiplication.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from maild.linear.grams import grams
from maild.linear.weights import Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

AUTHOR_MAILS = 2.0  # what one author counts at most, in mails: a hundred odd mails of one are two
MOST_FEATURES = 36_000
LEAST_MAILS = 2  # a feature of one mail alone says nothing
RIDGE = 1.0 / 30
LOYALTY = 4.0  # so many times harder it is to leave weights that were trained on thousands of mails than none
BIAS = RIDGE  # the square of the constant feature: as small, so that the steps need not be
STEPS = 300
MOST_FOLDS = 12  # where there are more groups than that, some are left out together: each fold is trained anew
PULL, FIRM_PULL = 5.0, 50.0  # how many mails the calibration of all kinds is worth against a kind's own; that of `base`
_COLUMNS = 4096  # features made dense at a time
_ENTRIES = 4096  # of features that are multiplied together


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
        """The inner products of all rows, N × N.

        Most features stand in a handful of rows: some of them together are multiplied over those rows alone.
        """
        import numpy as np

        count = len(self.rows)
        total = np.zeros((count, count), dtype=np.float32)
        columns, values = np.concatenate(self.rows), np.concatenate(self.values)
        owners = np.repeat(np.arange(count), [len(row) for row in self.rows])
        often = np.bincount(columns, minlength=len(self.hashes))
        rank = np.empty(len(often), dtype=np.int64)
        rank[np.argsort(often, kind="stable")] = np.arange(len(often))
        order = np.argsort(rank[columns], kind="stable")  # the rarest features first, each with its rows together
        places, owners, values = rank[columns][order], owners[order], values[order]
        ends = np.cumsum(np.sort(often, kind="stable"))
        first, begun = 0, 0  # the first feature, and the first entry, that is not multiplied yet
        while first < len(often):
            last = max(int(np.searchsorted(ends, begun + _ENTRIES, side="right")), first + 1)
            end = int(ends[last - 1])
            among, at = np.unique(owners[begun:end], return_inverse=True)
            dense = np.zeros((len(among), last - first), dtype=np.float32)
            dense[at, places[begun:end] - first] = values[begun:end]
            total[np.ix_(among, among)] += dense @ dense.T
            first, begun = last, end
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
    """Weights, and what they would have said of each example without its group: N × k probabilities, in order.

    without  by groups, the weight of each example where these were left out
    """

    weights: Weights
    held_out: Matrix
    without: Mapping[frozenset[str], Matrix] = field(default_factory=lambda: MappingProxyType({}))


def train(examples: Sequence[Example], kinds: Sequence[str], about: dict[str, Any] | None = None) -> Trained:
    """Train on all, calibrate on what models without each group say of it. Needs two groups at least (ValueError)."""
    import numpy as np

    names = tuple(kinds)
    data = features(examples)
    labels, trust = _labels(examples, names)
    fit = _fit(examples, data.gram(), labels, trust, np.zeros_like(labels))
    slope, offset = calibrate(fit.scores, labels, trust)
    full, bias = data.project(fit.dual), fit.dual.sum(axis=0) * np.float32(BIAS)
    telling = np.argsort(-(np.abs(full).max(axis=1) * data.idf), kind="stable")[:MOST_FEATURES]
    kept = np.sort(telling)
    weights = packed(data.hashes[kept], data.idf[kept], full[kept], bias, names, (slope, offset), about or {})
    return Trained(weights=weights, held_out=_sure(fit.scores, slope, offset), without=fit.without)


def leaving(examples: Sequence[Example], trained: Trained) -> Iterator[tuple[str, Weights]]:
    """Each group's name with weights that have not seen it: for what is learned from opinions. Calibrated as `trained`,
    which `train` made of these examples.
    """
    import numpy as np

    made, data = trained.weights, features(examples)
    for groups, dual in trained.without.items():
        full, bias = data.project(dual), dual.sum(axis=0) * np.float32(BIAS)
        weights = packed(data.hashes, data.idf, full, bias, made.kinds, (made.slope, made.offset), {})
        yield from ((group, weights) for group in sorted(groups))


def adapt(base: Weights, examples: Sequence[Example], about: dict[str, Any] | None = None) -> Trained:
    """`base` with what these examples correct of it: the less they are, the nearer to it. Same features, same kinds.

    Calibrated, and `held_out`, by models that had not seen the example's group; ValueError where there is but one.
    """
    import numpy as np

    data = _placed(base, examples)
    labels, trust = _labels(examples, base.kinds)
    known = base.weights.astype(np.float32) * base.scale
    start = np.stack([value @ known[row] for row, value in zip(data.rows, data.values, strict=True)]) + base.bias
    fit = _fit(examples, data.gram(), labels, trust, start, LOYALTY * RIDGE)
    slope, offset = calibrate(fit.scores, labels, trust, (base.slope, base.offset))
    full, bias = known + data.project(fit.dual), base.bias + fit.dual.sum(axis=0) * np.float32(BIAS)
    weights = packed(base.hashes, base.idf, full, bias, base.kinds, (slope, offset), about or {})
    return Trained(weights=weights, held_out=_sure(fit.scores, slope, offset))


def _placed(base: Weights, examples: Sequence[Example]) -> Features:
    places = [base.place(grams(e.subject, e.text)) for e in examples]
    rows, values = tuple(rows for rows, _, _ in places), tuple(values for _, values, _ in places)
    return Features(hashes=base.hashes, idf=base.idf, rows=rows, values=values)


@dataclass(frozen=True, kw_only=True)
class _Fit:
    """The weight of each mail, of all together; scores of each by models without its group, and their weights."""

    dual: Matrix
    scores: Matrix
    without: Mapping[frozenset[str], Matrix]


def _fit(
    examples: Sequence[Example], product: Matrix, labels: Matrix, trust: Matrix, start: Matrix, ridge: float = RIDGE
) -> _Fit:
    import numpy as np

    groups = sorted({e.group for e in examples})
    if len(groups) < 2:
        raise ValueError("calibration needs mails of at least two groups")
    folds = [frozenset(groups[first::MOST_FOLDS]) for first in range(min(len(groups), MOST_FOLDS))]
    # All together and each fold's others, side by side: a step goes over the products once for all of them. An example
    # that does not count keeps the weight that it began with, none.
    counted = [np.ones((len(examples), 1), np.float32)]
    counted += [np.array([[e.group not in left] for e in examples], dtype=np.float32) for left in folds]
    width, many = labels.shape[1], len(counted)
    duals = solve(
        product, np.tile(labels, many), np.hstack([trust * one for one in counted]), np.tile(start, many), ridge
    )
    dual, *others = np.hsplit(duals, range(width, many * width, width))
    scores = np.zeros_like(labels)
    for one, without in zip(counted[1:], others, strict=True):
        out = one[:, 0] == 0
        scores[out] = (product[out] + np.float32(BIAS)) @ without + start[out]
    return _Fit(dual=dual, scores=scores, without=dict(zip(folds, others, strict=True)))


def _sure(scores: Matrix, slope: Matrix, offset: Matrix) -> Matrix:
    import numpy as np

    return np.asarray(1.0 / (1.0 + np.exp(-(scores * slope + offset))), dtype=np.float32)


def solve(product: Matrix, labels: Matrix, trust: Matrix, start: Matrix, ridge: float) -> Matrix:
    """The weight of each mail for each kind. `trust`: how much each label counts (0 not at all); `start`: scores that
    are there already; all N × k.
    """
    import numpy as np

    with_bias = product + np.float32(BIAS)
    step = np.float32(1.0 / (0.25 * _largest(with_bias) + ridge))
    now = before = np.zeros_like(labels)
    for turn in range(STEPS):
        ahead = now + np.float32(turn / (turn + 3)) * (now - before)
        miss = np.asarray(1.0 / (1.0 + np.exp(-(with_bias @ ahead + start))) - labels, dtype=np.float32)
        after = ahead - step * (trust * miss + np.float32(ridge) * ahead)
        before, now = now, np.asarray(after, dtype=np.float32)
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


def calibrate(
    scores: Matrix, labels: Matrix, trust: Matrix, near: tuple[Matrix, Matrix] | None = None
) -> tuple[Matrix, Matrix]:
    """Slope and offset a kind (Platt), drawn towards those of all kinds together where a kind is rare, or to `near`."""
    import numpy as np

    count = scores.shape[1]
    if near is None:
        every = _platt(scores.ravel(), labels.ravel(), trust.ravel(), (1.0, 0.0), 1e-3)
        starts, pull = [every] * count, PULL
    else:
        starts, pull = [(float(slope), float(offset)) for slope, offset in zip(*near, strict=True)], FIRM_PULL
    each = [_platt(scores[:, k], labels[:, k], trust[:, k], starts[k], pull) for k in range(count)]
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


def packed(
    hashes: NDArray[np.uint32],
    idf: Matrix,
    full: Matrix,
    bias: Matrix,
    kinds: tuple[str, ...],
    calibration: tuple[Matrix, Matrix],
    about: dict[str, Any],
) -> Weights:
    """The weights as small numbers. The version is a digest of all that decides."""
    import numpy as np

    scale = (np.maximum(np.abs(full).max(axis=0), 1e-6) / np.float32(127.0)).astype(np.float32)
    small = np.rint(full / scale).astype(np.int8)
    parts = (hashes, idf, small, scale, bias, *calibration)
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()[:12]
    return Weights(
        version=digest,
        kinds=kinds,
        about=about,
        hashes=hashes,
        idf=idf,
        weights=small,
        scale=scale,
        bias=bias,
        slope=calibration[0],
        offset=calibration[1],
    )
