"""The evidence, held against the rows that it covers: what was changed, removed, inserted or moved, and which row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.evidence import ActKind, Covered, Fault, FaultKind, Head, Progress, RowKind, Verified
from maild.domain.records.merkle import grown, tree_head
from maild.store._sql import any_of
from maild.store.records.evidence_rows import OF_TABLE, TABLES, covered
from maild.store.schema.tables_evidence import evidence, evidence_act
from maild.store.schema.tables_money import ledger_entry, ledger_posting

v = evidence.c
PAGE = 500
_PAGE = (
    sa.select(sa.type_coerce(v.kind, sa.Text).label("kind"), *(one for one in v if one is not v.kind))
    .where(v.seq > sa.bindparam("after"))
    .order_by(v.seq)
    .limit(PAGE)
)
_LATER = sa.select(v.seq).where(
    v.kind == sa.bindparam("of_kind"), v.row_id == sa.bindparam("row"), v.seq > sa.bindparam("after"), v.salt != ""
)
_COUNT = sa.select(sa.func.count()).select_from(evidence)
_ORPHANS = (
    sa.select(ledger_posting.c.entry_id)
    .distinct()
    .order_by(ledger_posting.c.entry_id)
    .outerjoin(ledger_entry, ledger_entry.c.id == ledger_posting.c.entry_id)
    .where(ledger_entry.c.id.is_(None))
)
_NAMED = sa.select(ledger_entry.c.id, ledger_entry.c.key).where(ledger_entry.c.id.in_(any_of("ids")))
# Which rows stand where others stood is looked for among so few: each is held against each.
_COMPARED = 100
_WIDEST = 10_000_000  # leaves that one span of an act may name
_CHANGED = "it says something else than when it was written"
_BY_CHAIN = {
    "hash": "its leaf's own hash was changed",
    "node": "the node that ends with it was changed",
    "head": "the tree does not follow from here on: a leaf was changed, exchanged, removed or inserted",
}


def in_silence(seen: int, of: int) -> None:
    """A Progress that tells nobody."""


class Look:
    """One look through the evidence."""

    def __init__(self, connection: Connection, heads: Sequence[Head], most: int) -> None:
        self._connection, self._heads, self._most = connection, heads, most
        self._faults: list[Fault] = []
        self._rows = dict.fromkeys(RowKind, 0)
        self._peaks: list[bytes] = []
        self._size, self._follows = 0, True
        self._changed: list[tuple[Any, Covered]] = []  # (leaf, what stands in its row now)
        self._gone: list[Any] = []  # leaves whose row is missing
        self._lawful = {what: self._acts(what) for what in ActKind}
        self._counts = dict.fromkeys(ActKind, 0)

    def through(self, progress: Progress) -> Verified:
        """All of it; `progress` hears after each page."""
        whole = int(self._connection.execute(_COUNT).scalar_one())
        self._against_head()
        for page in self._pages():
            self._look_at(page)
            progress(self._size, whole)
        for head in self._heads:
            if head.size > self._size:
                self._fault(
                    FaultKind.HEAD,
                    f"head {head.size}",
                    0,
                    f"here are only {self._size} leaves: "
                    "rows at the end are gone with their leaves, or a backup was restored since",
                )
        strangers = self._strangers()
        self._name_moved(strangers)
        listed = self._sorted(self._faults)
        return Verified(
            head=Head(size=self._size, root=tree_head(self._peaks)),
            rows=self._rows,
            erased=self._counts[ActKind.ERASED],
            removed=self._counts[ActKind.REMOVED],
            faults=tuple(listed[: self._most]),
            more=max(0, len(listed) - self._most),
        )

    def _pages(self) -> Iterator[Sequence[Any]]:
        after = -(2**62)
        while page := self._connection.execute(_PAGE, {"after": after}).all():
            yield page
            after = page[-1].seq

    def _acts(self, what: ActKind) -> set[int]:
        """Leaves that acts of that kind speak of. An act without a leaf of its own is found by `_strangers`."""
        found = self._connection.scalars(sa.select(evidence_act.c.leaves).where(evidence_act.c.what == what))
        return {seq for leaves in found for first, last in _spans(leaves) for seq in range(first, last + 1)}

    def _look_at(self, page: Sequence[Any]) -> None:
        rows: dict[tuple[RowKind, int], Covered] = {}
        for kind in RowKind:
            if ids := [leaf.row_id for leaf in page if leaf.kind == kind]:
                rows |= {(kind, row_id): one for row_id, one in covered(self._connection, kind, ids).items()}
        for leaf in page:
            row = rows.get((leaf.kind, leaf.row_id))
            self._look_at_leaf(leaf, row)
            self._carry_on(leaf, row)
            self._against_head()

    def _look_at_leaf(self, leaf: Any, row: Covered | None) -> None:
        """Whether the row is there and says what it said."""
        if leaf.kind in self._rows:
            self._rows[RowKind(leaf.kind)] += 1
        removed, erased = (leaf.seq in self._lawful[what] for what in (ActKind.REMOVED, ActKind.ERASED))
        if row is None:
            self._counts[ActKind.REMOVED] += removed
            if not removed:
                self._gone.append(leaf)
            return
        if removed:
            self._fault(FaultKind.INSERTED, _name(leaf), leaf.seq, "it was removed, and is there again")
        elif leaf.salt:
            if row.seal(leaf.salt) != leaf.seal or row.leaf(leaf.seal).hex() != leaf.hash:
                self._changed.append((leaf, row))
        elif not erased or not self._covered_anew(leaf):
            self._fault(
                FaultKind.UNSALTED, _name(leaf), leaf.seq, "its salt is gone, and nothing says that it was erased"
            )
        else:
            self._counts[ActKind.ERASED] += 1
            if row.leaf(leaf.seal).hex() != leaf.hash:
                self._changed.append((leaf, row))

    def _covered_anew(self, leaf: Any) -> bool:
        said = {"of_kind": leaf.kind, "row": leaf.row_id, "after": leaf.seq}
        return self._connection.execute(_LATER, said).first() is not None

    def _carry_on(self, leaf: Any, row: Covered | None) -> None:
        """Whether the tree follows with this leaf; where its own hash alone was changed, with the one of its row."""
        if leaf.seq != self._size + 1 and self._follows:
            self._fault(
                FaultKind.CHAIN, f"leaf {self._size + 1}", self._size + 1, f"leaf {leaf.seq} stands in its place"
            )
            self._follows = False
        written = grown(self._peaks, self._size, _bytes(leaf.hash))
        if tree_head(written).hex() != leaf.root and row is not None:
            again = grown(self._peaks, self._size, row.leaf(leaf.seal))
            if tree_head(again).hex() == leaf.root:
                self._break(leaf, "hash")
                written = again
        self._peaks, self._size = written, self._size + 1
        if written[-1].hex() != leaf.node:
            self._break(leaf, "node")
        follows = tree_head(written).hex() == leaf.root
        if not follows and self._follows:
            self._break(leaf, "head")
        self._follows = follows

    def _break(self, leaf: Any, what: str) -> None:
        if self._follows:
            self._fault(FaultKind.CHAIN, _name(leaf), leaf.seq, _BY_CHAIN[what])
        if what == "head":
            self._follows = False

    def _against_head(self) -> None:
        for head in self._heads:
            if head.size == self._size and head.root != tree_head(self._peaks):
                self._fault(
                    FaultKind.HEAD,
                    f"head {head.size}",
                    self._size,
                    f"the first {self._size} leaves are not those that it was mailed for",
                )

    def _strangers(self) -> list[tuple[RowKind, int]]:
        """Rows without a leaf, and postings without an entry."""
        found: list[tuple[RowKind, int]] = []
        for kind, table in TABLES.items():
            own = sa.and_(v.kind == kind, v.row_id == table.c.id)
            bare = sa.select(table.c.id).outerjoin(evidence, own).where(v.seq.is_(None), OF_TABLE.get(kind, sa.true()))
            found += [(kind, int(one)) for one in self._connection.scalars(bare.order_by(table.c.id))]
        for entry_id in self._connection.scalars(_ORPHANS):
            self._fault(FaultKind.INSERTED, f"posting of entry {entry_id}", 0, "it belongs to no entry of the books")
        return found

    def _name_moved(self, strangers: Sequence[tuple[RowKind, int]]) -> None:
        """Rows that differ, are missing or came from nowhere: which of them stand where another one stood."""
        here = list(self._changed[:_COMPARED])
        for kind, row_id in strangers[:_COMPARED]:
            here += [(None, one) for one in covered(self._connection, kind, [row_id]).values()]
        theirs = [leaf for leaf, _ in self._changed[:_COMPARED]] + self._gone[:_COMPARED]
        moved: dict[tuple[RowKind, int], Any] = {}
        for _, row in here:
            if was := next((leaf for leaf in theirs if _is(leaf, row)), None):
                moved[row.kind, row.row_id] = was
        taken = {leaf.seq for leaf in moved.values()}
        for leaf, row in self._changed:
            was = moved.get((row.kind, row.row_id))
            self._fault(
                *(
                    (FaultKind.MOVED, _name(leaf), leaf.seq, f"what {_name(was)} said stands in it")
                    if was
                    else (FaultKind.CHANGED, _name(leaf), leaf.seq, _CHANGED)
                )
            )
        for leaf in self._gone:
            if leaf.seq not in taken:
                self._fault(
                    FaultKind.MISSING, _name(leaf), leaf.seq, "it is gone, and nothing says that it was removed"
                )
        for kind, row_id in strangers:
            was = moved.get((kind, row_id))
            self._fault(
                *(
                    (FaultKind.MOVED, _name(was), was.seq, f"it stands as {kind} {row_id} now")
                    if was
                    else (FaultKind.INSERTED, f"{kind} {row_id}", 0, "it was not written by maild")
                )
            )

    def _fault(self, kind: FaultKind, row: str, leaf: int, what: str) -> None:
        self._faults.append(Fault(kind=kind, row=row, leaf=leaf, what=what))

    def _sorted(self, faults: Sequence[Fault]) -> list[Fault]:
        """By leaf, those without one last; entries of the books by their key, too."""
        ids = [int(one.row.split()[1]) for one in faults if one.row.startswith(f"{RowKind.ENTRY} ")][: self._most]
        keys = {
            f"{RowKind.ENTRY} {row.id}": f"{RowKind.ENTRY} {row.id} ({row.key})"
            for row in (self._connection.execute(_NAMED, {"ids": ids}) if ids else ())
        }
        said = [replace(one, row=keys.get(one.row, one.row)) for one in dict.fromkeys(faults)]
        return sorted(said, key=lambda one: (not one.leaf, one.leaf))


def _is(leaf: Any, row: Covered) -> bool:
    """Whether the leaf covers what this row says, had it the leaf's number."""
    if leaf.kind != row.kind or leaf.row_id == row.row_id:
        return False
    seal = row.seal(leaf.salt) if leaf.salt else leaf.seal
    return bool(seal == leaf.seal and replace(row, row_id=leaf.row_id).leaf(seal).hex() == leaf.hash)


def _spans(leaves: object) -> Iterator[tuple[int, int]]:
    """What an act says; one that somebody has spoilt says less, and is found by its own leaf."""
    for span in leaves if isinstance(leaves, tuple) else ():
        match span:
            case (int(first), int(last)) if 0 < first <= last < first + _WIDEST:
                yield first, last


def _name(leaf: Any) -> str:
    return f"{leaf.kind} {leaf.row_id}"


def _bytes(text: str) -> bytes:
    """A hash as it was written; what is none counts as another one."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
