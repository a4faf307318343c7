"""The evidence: leaves appended to the hash tree in the transaction that writes their rows, one such at a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.evidence import ActKind, Head, Progress, Proof, RowKind, Verified
from maild.domain.records.merkle import grown, inclusion, peak_ends, tree_head
from maild.store._sql import any_of, chunks
from maild.store.records.evidence_check import Look, in_silence
from maild.store.records.evidence_rows import OF_TABLE, TABLES, covered
from maild.store.schema.tables_evidence import evidence, evidence_act

v = evidence.c
_LOCK = 0x6D61696C65  # of PostgreSQL's advisory locks: one transaction at a time appends
_SIZE = sa.select(sa.func.coalesce(sa.func.max(v.seq), 0))
_NODES = sa.select(v.seq, v.node).where(v.seq.in_(any_of("ends"))).order_by(v.seq)
_ADD = sa.insert(evidence)
_ADD_ACT = sa.insert(evidence_act).returning(evidence_act.c.id)
_LEAVES = (
    sa.select(v.seq, v.row_id).where(v.kind == sa.bindparam("of_kind"), v.row_id.in_(any_of("ids"))).order_by(v.seq)
)
_UNSALT = sa.update(evidence).where(v.seq.in_(any_of("seqs"))).values(salt="")


class SqlEvidence:
    """Leaves are written by what writes their rows, at the transaction's end; nothing changes one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._written: list[tuple[RowKind, int]] = []

    def wrote(self, kind: RowKind, ids: Iterable[int]) -> None:
        """These rows were written in this transaction: each gets its leaf when it ends."""
        self._written += [(kind, one) for one in ids]

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Within a savepoint: what was written inside is forgotten if it raises."""
        before = list(self._written)
        try:
            yield
        except BaseException:
            self._written = before
            raise

    def flush(self) -> None:
        """Append what was written. The last thing that a transaction does: until it has ended, nobody else appends."""
        if not self._written:
            return
        written, self._written = self._written, []
        if self._connection.dialect.name != "sqlite":  # which has one writer anyway
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        size, peaks = self._tree()
        rows = []
        for kind, row_id, seal, salt, leaf in self._leaves(written):
            peaks = grown(peaks, size, leaf)
            size += 1
            rows.append(
                {
                    "seq": size,
                    "kind": kind,
                    "row_id": row_id,
                    "salt": salt,
                    "seal": seal,
                    "hash": leaf.hex(),
                    "node": peaks[-1].hex(),
                    "root": tree_head(peaks).hex(),
                }
            )
        if rows:
            self._connection.execute(_ADD, rows)

    def _leaves(self, written: Sequence[tuple[RowKind, int]]) -> Iterator[tuple[RowKind, int, str, str, bytes]]:
        """(kind, row, seal, salt, hash), as the database has the rows: a kind after the other, in their order."""
        for kind in RowKind:
            for some in chunks(row_id for of, row_id in written if of is kind):
                found = covered(self._connection, kind, some)
                for row_id in some:
                    if one := found.get(row_id):
                        salt = secrets.token_hex(16)
                        seal = one.seal(salt)
                        yield kind, row_id, seal, salt, one.leaf(seal)

    def _tree(self) -> tuple[int, list[bytes]]:
        size = int(self._connection.execute(_SIZE).scalar_one())
        nodes = self._connection.execute(_NODES, {"ends": peak_ends(size)}) if size else ()
        return size, [bytes.fromhex(row.node) for row in nodes]

    def head(self) -> Head:
        """The tree's head, as committed and with what this transaction wrote."""
        self.flush()
        size, peaks = self._tree()
        return Head(size=size, root=tree_head(peaks))

    def adopt(self) -> int:
        """Give leaves to rows that have none: those of a maild without evidence. Returns how many."""
        count = 0
        for kind in (RowKind.ENTRY, RowKind.DECISION, RowKind.HISTORY):
            own = TABLES[kind].c.id
            ids = list(self._connection.scalars(sa.select(own).where(OF_TABLE.get(kind, sa.true())).order_by(own)))
            for some in chunks(ids, 5_000):
                known = set(self._connection.scalars(_LEAVED, {"of_kind": kind, "first": some[0], "last": some[-1]}))
                self.wrote(kind, fresh := [one for one in some if one not in known])
                self.flush()
                count += len(fresh)
        return count

    # -- what goes by law --------------------------------------------------------------------------

    def erased(self, kind: RowKind, row_ids: Sequence[int], now: datetime, *, actor: str, why: str) -> int:
        """The rows lose what may name a person, in this transaction: their salts go, and as they stand at its end
        they are covered anew. What stands openly in a leaf must stay in its row. Returns how many leaves lost it.
        """
        leaves = self._act(ActKind.ERASED, kind, row_ids, now, actor, why)
        self.wrote(kind, dict.fromkeys(leaves.values()))
        return len(leaves)

    def removed(self, kind: RowKind, row_ids: Sequence[int], now: datetime, *, actor: str, why: str) -> int:
        """The rows go altogether, in this transaction; their leaves stay without salt. Returns how many leaves."""
        gone = set(row_ids)
        self._written = [(of, one) for of, one in self._written if of is not kind or one not in gone]
        return len(self._act(ActKind.REMOVED, kind, row_ids, now, actor, why))

    def _act(
        self, what: ActKind, kind: RowKind, row_ids: Sequence[int], now: datetime, actor: str, why: str
    ) -> dict[int, int]:
        """Returns the leaves that lose their salt: number → row."""
        seqs: dict[int, int] = {}
        for some in chunks(row_ids):
            found = self._connection.execute(_LEAVES, {"of_kind": kind, "ids": some})
            seqs |= {leaf.seq: leaf.row_id for leaf in found}
        for few in chunks(seqs):
            self._connection.execute(_UNSALT, {"seqs": few})
        if seqs:
            said = {"at": now, "actor": actor, "what": what, "why": why, "leaves": _ranges(seqs)}
            self.wrote(RowKind.ACT, [self._connection.execute(_ADD_ACT, said).scalar_one()])
        return seqs

    # -- held against what is there ----------------------------------------------------------------

    def prove(self, kind: RowKind, row_id: int) -> Proof | None:
        """That the row is covered by the present head; None where no leaf is its."""
        own = list(self._connection.scalars(_LEAVES, {"of_kind": kind, "ids": [row_id]}))
        if not own:
            return None
        leaves = [bytes.fromhex(one) for one in self._connection.scalars(sa.select(v.hash).order_by(v.seq))]
        index = own[-1] - 1
        return Proof(
            row=f"{kind} {row_id}",
            index=index,
            leaf=leaves[index],
            path=tuple(inclusion(leaves, index)),
            head=self.head(),
        )

    def verify(self, *, heads: Sequence[Head] = (), progress: Progress = in_silence, most: int = 100) -> Verified:
        """Look through all of it, in one consistent view. heads: earlier ones, which must fit; most: faults listed."""
        self.flush()
        return Look(self._connection, heads, most).through(progress)


_LEAVED: sa.Select[Any] = sa.select(v.row_id).where(
    v.kind == sa.bindparam("of_kind"), v.row_id.between(sa.bindparam("first"), sa.bindparam("last"))
)


def _ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as [[first, last], …]."""
    found: list[list[int]] = []
    for one in sorted(set(numbers)):
        if found and found[-1][1] == one - 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return found
