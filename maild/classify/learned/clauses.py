"""What a clause of a library's mail tells, to a model that learned it from some thousand clauses: rules/news/README.md.

The process that reads mail has no numpy, and a clause few features: the weights that `weights.pack` wrote are read and
added up here in plain Python, to what `weights.Weights` says of the same text.
"""

from __future__ import annotations

import ast
import json
import math
import struct
import zipfile
import zlib
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from operator import mul
from pathlib import Path

from maild.domain.errors import ConfigError
from maild.linear.grams import FACTOR, LONGEST, fold, words_in
from maild.resources import data_folder

# What reading a damaged file raises: of the archive, its packing, an array's head, its numbers.
_BROKEN = (
    *(OSError, ValueError, KeyError, TypeError, IndexError, SyntaxError, EOFError, NotImplementedError),
    *(struct.error, zlib.error, zipfile.BadZipFile),
)
REMEMBERED = 2048  # clauses: forms bring the same lines again and again
_MASK = 0xFFFFFFFF


@dataclass(frozen=True, eq=False, kw_only=True)
class Clauses:
    """The weights. hashes: of f features, in order; weights: of each kind f bytes; the rest as `weights.Weights`."""

    kinds: tuple[str, ...]
    hashes: array[int]
    idf: tuple[float, ...]
    weights: tuple[array[int], ...]
    scale: tuple[float, ...]
    bias: tuple[float, ...]
    slope: tuple[float, ...]
    offset: tuple[float, ...]

    @lru_cache(REMEMBERED)  # noqa: B019 - there is one of these a process
    def tells(self, clause: str) -> dict[str, float]:
        """How probable it is that the clause tells each kind."""
        places = [at for at in map(self._place, features(fold("", clause))) if at >= 0]
        values = [self.idf[at] for at in places]
        norm = max(math.sqrt(sum(map(mul, values, values))), 1e-6)
        scores = [sum(map(mul, map(of_kind.__getitem__, places), values)) for of_kind in self.weights]
        said = zip(self.kinds, scores, self.scale, self.bias, self.slope, self.offset, strict=True)
        return {
            kind: 1.0 / (1.0 + math.exp(-(slope * (score / norm * scale + bias) + offset)))
            for kind, score, scale, bias, slope, offset in said
        }

    def _place(self, feature: int) -> int:
        at = bisect_left(self.hashes, feature)
        return at if at < len(self.hashes) and self.hashes[at] == feature else -1


def features(text: str) -> set[int]:
    """The hashes of a folded text, as `grams.Grams` makes them: of 1 to 4 characters, Latin words and pairs of them."""
    codes = [ord(character) for character in text]
    found = set()
    for start in range(len(codes)):
        grown = 0
        for size, code in enumerate(codes[start : start + LONGEST], 1):
            grown = (grown * FACTOR & _MASK) ^ code
            found.add((((grown ^ (grown >> 15)) * 0x85EBCA6B) + size) & _MASK)
    return found | {word for word, _, _ in words_in(text)}


@cache
def shipped() -> Clauses:
    """The weights that ship with maild. Raises ConfigError where their file is missing or broken."""
    return load(data_folder("rules") / "news" / "clauses.npz")


def load(file: Path) -> Clauses:
    """Weights from a file of `weights.pack`. Raises ConfigError where it cannot be read."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}
        about = json.loads(_bytes(parts["about"]))
        found = Clauses(
            kinds=tuple(about["kinds"]),
            hashes=array("I", map(int, _numbers(parts["hashes"]))),
            idf=_numbers(parts["idf"]),
            weights=_by_kind(_bytes(parts["weights"]), len(about["kinds"])),
            scale=_numbers(parts["scale"]),
            bias=_numbers(parts["bias"]),
            slope=_numbers(parts["slope"]),
            offset=_numbers(parts["offset"]),
        )
    except _BROKEN as error:
        raise ConfigError(f"{file}: no weights of clauses: {error}", remedy="install maild again") from error
    by_kind = {len(found.kinds), *map(len, (found.scale, found.bias, found.slope, found.offset))}
    of_all = len(found.hashes) == len(found.idf) and all(len(found.idf) == len(of_kind) for of_kind in found.weights)
    if not of_all or len(by_kind) != 1 or any(a >= b for a, b in pairwise(found.hashes)):
        raise ConfigError(f"{file}: no weights of clauses: its arrays do not fit", remedy="install maild again")
    return found


def _by_kind(rows: bytes, many: int) -> tuple[array[int], ...]:
    """Rows of as many bytes as there are kinds → of each kind its bytes. Raises ValueError where a row is cut off."""
    if not many or len(rows) % many:
        raise ValueError("rows that are no multiple of the kinds")
    return tuple(array("b", rows[kind::many]) for kind in range(many))


def _bytes(content: bytes) -> bytes:
    """What an array of single bytes holds. Raises ValueError."""
    kind, data = _opened(content)
    if kind not in ("|u1", "|i1"):
        raise ValueError(f"an array of {kind}")
    return data


def _numbers(content: bytes) -> tuple[float, ...]:
    """The numbers of an array. Raises ValueError."""
    kind, data = _opened(content)
    code = {"<u4": "I", "<f4": "f", "<f2": "e"}.get(kind)
    if code is None:
        raise ValueError(f"an array of {kind}")
    return struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data)


def _opened(content: bytes) -> tuple[str, bytes]:
    """Type and data of one array of a file of numpy's (NEP 1), version 1. Raises ValueError."""
    if content[:6] != b"\x93NUMPY" or content[6] != 1:
        raise ValueError("not a file of numpy's, version 1")
    (length,) = struct.unpack("<H", content[8:10])
    header = ast.literal_eval(content[10 : 10 + length].decode("latin-1"))
    if header["fortran_order"]:
        raise ValueError("an array by columns")
    return header["descr"], content[10 + length :]
