"""Evidence: each entry of the books, each decision and each act of staff is a leaf of one hash tree, written with it
and never changed.

A leaf covers a row in two parts. What is nobody's data (amounts, keys, moments, actions, causes) stands in it openly.
What may name a person is covered by a salted digest: once the salt is gone, nothing about the person can be guessed
from the digest, the row may lose those fields, and the tree holds all the same. That something was erased or removed by
law is a leaf itself, so a salt or a row that is missing without one is a fault.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from maild.domain.errors import ConfigError
from maild.domain.records.merkle import EMPTY, leaf_hash

Progress = Callable[[int, int], None]  # leaves seen, leaves in all

SHAPE = 1  # of the leaves' data: a leaf is read again as it was written, for as long as the books are kept
# Of a decision's body: what names requests, states and amounts only. The rest may name a person.
OPEN_BODY = ("creations", "event", "transactions", "transitions")
ERASED = "erased:"  # begins what stands in the books in a person's place
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)


class RowKind(StrEnum):
    """What a leaf stands for."""

    ENTRY = "entry"  # an entry of the books with its postings
    DECISION = "decision"  # what a mail caused
    HISTORY = "history"  # a line of history that somebody of the staff caused
    ACT = "act"  # that other leaves' rows were erased, or removed


class ActKind(StrEnum):
    ERASED = "erased"  # the personal fields and the salt are gone, the row stays
    REMOVED = "removed"  # the row is gone, after its time of keeping


class FaultKind(StrEnum):
    CHANGED = "changed"  # says something else than when it was written
    MOVED = "moved"  # stands where another row stood
    MISSING = "missing"  # is gone, and nothing says that it was removed
    INSERTED = "inserted"  # was never written by maild
    UNSALTED = "unsalted"  # its personal fields cannot be checked, and nothing says that they were erased
    CHAIN = "chain"  # the tree itself does not follow from here on
    HEAD = "head"  # an earlier head does not fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A tree's head: how many leaves, and the hash over all of them."""

    size: int
    root: bytes = EMPTY

    def __str__(self) -> str:
        return f"{self.size}:{self.root.hex()}"


def read_head(text: str) -> Head:
    """A head as it was mailed: '1234:<64 hexadecimal digits>'; blanks do not count. Raises ConfigError."""
    found = _HEAD.fullmatch("".join(text.split()).lower())
    if not found:
        raise ConfigError(
            f"not a head of the evidence: {text[:100]!r}",
            remedy="as maild ledger head and the staff digest say it: 1234:ab12…",
        )
    return Head(size=int(found[1]), root=bytes.fromhex(found[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A row as a leaf covers it: both parts are JSON data."""

    kind: RowKind
    row_id: int
    open: Mapping[str, object]
    personal: Mapping[str, object]

    def seal(self, salt: str) -> str:
        """The salted digest of the personal part, hexadecimal."""
        return hashlib.sha256(salt.encode() + canonical(self.personal)).hexdigest()

    def leaf(self, seal: str) -> bytes:
        """The leaf's hash."""
        said = {"shape": SHAPE, "kind": str(self.kind), "id": self.row_id, "open": self.open, "personal": seal}
        return leaf_hash(canonical(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What does not hold. `leaf`: its number from 1, 0 for none; `row`: how people call the row."""

    kind: FaultKind
    row: str
    leaf: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proves that a row is covered by a head (RFC 9162, 2.1.3): the leaf's number from 0, hash and path."""

    row: str
    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a look through all the evidence found. erased, removed: leaves whose row lawfully says less, or is gone."""

    head: Head
    rows: Mapping[RowKind, int]
    erased: int
    removed: int
    faults: tuple[Fault, ...]
    more: int = 0  # faults beyond those listed


def canonical(data: object) -> bytes:
    """JSON data as bytes, the same for the same data."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"no JSON data: {type(value).__name__}")


def parted(body: Mapping[str, object]) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """A decision's body as (what is open, what may name a person)."""
    return (
        {name: value for name, value in body.items() if name in OPEN_BODY},
        {name: value for name, value in body.items() if name not in OPEN_BODY},
    )
