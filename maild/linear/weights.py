"""The weights of a linear model over character n-grams: run from a file, the same text gives the same opinion."""

from __future__ import annotations

import io
import json
import math
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from maild.domain.errors import ConfigError
from maild.domain.incoming.opinion import Opinion
from maild.domain.learning.control import NEVER, Threshold
from maild.linear.grams import Grams, fold, grams

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

FORMAT = 1
MOST_WORDS = 5
LARGEST = 4_000_000  # bytes of a file of weights, unpacked arrays included


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A trained model of k kinds over f features.

    hashes (f,) uint32, in order; idf (f,) float32; weights (f, k) int8, times scale (k,) float32; bias (k,) float32
    slope, offset (k,)  a score s has the probability 1 / (1 + exp(-(slope·s + offset)))
    about  what it was trained on, and `thresholds`: how sure it has to be for each class of acts
    """

    version: str
    kinds: tuple[str, ...]
    hashes: NDArray[np.uint32]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    slope: NDArray[np.float32]
    offset: NDArray[np.float32]
    about: dict[str, Any]

    @cached_property
    def thresholds(self) -> Mapping[str, Threshold]:
        """By class of acts (rules/second/levels.toml), with the mails that prove each."""
        return MappingProxyType({name: Threshold(**row) for name, row in self.about.get("thresholds", {}).items()})

    def at(self, risk: str) -> float:
        """How probable a kind must be that the rules read as well; NEVER for a class that nothing proves."""
        found = self.thresholds.get(risk)
        return found.at if found else NEVER

    def opinion(self, subject: str, text: str) -> Opinion:
        """What it thinks of a mail whose quoted history and signature are cut already."""
        import numpy as np

        found = grams(subject, text)
        rows, values, known = self.place(found)
        each = self.weights[rows] * values[:, None]  # what each feature says of each kind
        scores = each.sum(axis=0) * self.scale + self.bias
        sure = 1.0 / (1.0 + np.exp(-(self.slope * scores + self.offset)))
        order = np.argsort(-sure, kind="stable")
        kinds = tuple((self.kinds[i], round(float(sure[i]), 4)) for i in order)
        words = _words(found, known, each[:, order[0]])
        return Opinion(kinds=kinds, words=words, version=self.version)

    def sure(self, text: str) -> dict[str, float]:
        """How probable each kind is of a line, without the words that say so. Nothing is remembered of it."""
        rows, values, _ = self.place(Grams(fold("", text)))
        scores = (self.weights[rows] * values[:, None]).sum(axis=0) * self.scale + self.bias
        return {
            kind: 1.0 / (1.0 + math.exp(-float(slope * score + offset)))
            for kind, slope, score, offset in zip(self.kinds, self.slope, scores, self.offset, strict=True)
        }

    def place(self, found: Grams) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]:
        """The rows of the features that it knows, their values (of length 1 together), and which are known."""
        import numpy as np

        at = np.searchsorted(self.hashes, found.hashes)
        at[at == len(self.hashes)] = 0
        known = self.hashes[at] == found.hashes
        rows, values = at[known], self.idf[at[known]]
        norm = max(math.sqrt(float(values @ values)), 1e-6)
        return rows, (values / norm).astype(np.float32), known


def load(file: Path) -> Weights:
    """Weights from a file. Raises ConfigError where it cannot be read."""
    try:
        return unpack(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: no weights of a reader: {error}", remedy="install maild again") from error


def unpack(content: bytes) -> Weights:
    """Weights from bytes that `pack` made. Raises ValueError on anything else: no pickles, sizes and shapes checked."""
    import zipfile

    import numpy as np

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise ValueError("more than a file of weights holds")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
            about = json.loads(found.pop("about").tobytes().decode())
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise ValueError(f"not a file of weights: {error}") from error
    if about.get("format") != FORMAT:
        raise ValueError(f"format {about.get('format')!r}, not {FORMAT}")
    kinds = tuple(about["kinds"])
    count, many = len(found.get("hashes", ())), len(kinds)
    shapes = {"hashes": (count,), "idf": (count,), "weights": (count, many)}
    shapes |= dict.fromkeys(("scale", "bias", "slope", "offset"), (many,))
    if not count or any(name not in found or found[name].shape != shape for name, shape in shapes.items()):
        raise ValueError("its arrays do not fit each other")
    found["idf"] = found["idf"].astype(np.float32)
    return Weights(version=about["version"], kinds=kinds, about=about, **found)


def pack(weights: Weights) -> bytes:
    """The bytes of a file of weights; the same weights give the same bytes."""
    import numpy as np

    about = weights.about | {"format": FORMAT, "version": weights.version, "kinds": list(weights.kinds)}
    text = json.dumps(about, ensure_ascii=False, sort_keys=True).encode()
    out = io.BytesIO()
    np.savez_compressed(
        out,
        about=np.frombuffer(text, dtype=np.uint8),
        hashes=weights.hashes,
        idf=weights.idf.astype(np.float16),
        weights=weights.weights,
        scale=weights.scale,
        bias=weights.bias,
        slope=weights.slope,
        offset=weights.offset,
    )
    return out.getvalue()


def _words(found: Grams, known: NDArray[np.bool_], said: NDArray[np.float32]) -> tuple[str, ...]:
    """The features that spoke most for a kind, none within another, none of one letter only."""
    import numpy as np

    starts, ends = found.starts[known], found.ends[known]
    words: list[str] = []
    taken: list[tuple[int, int]] = []
    for i in np.argsort(-said, kind="stable")[: 12 * MOST_WORDS]:
        start, end = int(starts[i]), int(ends[i])
        word = found.text[start:end].strip()
        if said[i] <= 0 or len(words) == MOST_WORDS:
            break
        if len(word) > 1 and word not in words and not any(start < b and a < end for a, b in taken):
            words.append(word)
            taken.append((start, end))
    return tuple(words)
