"""What the core sees of the evidence: the hash tree over the books, decisions and acts of staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from maild.domain.records.evidence import Head, Proof, RowKind, Verified

from maild.domain.records.evidence import Progress


class Evidence(Protocol):
    """Leaves are written by what writes their rows, at the transaction's end; nothing changes one."""

    def head(self) -> Head:
        """The tree's head, as committed and with what this transaction wrote."""

    def erased(self, kind: RowKind, row_ids: Sequence[int], now: datetime, *, actor: str, why: str) -> int:
        """The rows lose what may name a person, in this transaction: their salts go, and as they stand at its end
        they are covered anew. What stands openly in a leaf must stay in its row. Returns how many leaves lost it.
        """

    def removed(self, kind: RowKind, row_ids: Sequence[int], now: datetime, *, actor: str, why: str) -> int:
        """The rows go altogether, in this transaction; their leaves stay without salt. Returns how many leaves."""

    def prove(self, kind: RowKind, row_id: int) -> Proof | None:
        """That the row is covered by the present head; None where no leaf is its."""

    def verify(self, *, heads: Sequence[Head] = (), progress: Progress = ..., most: int = 100) -> Verified:
        """Look through all of it, in one consistent view. heads: earlier ones, which must fit; most: faults listed."""
