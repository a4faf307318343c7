"""Rows as the leaves of the evidence cover them, read as the database has them. What is said here never changes: a
leaf of ten years ago is made again from it (maild.domain.records.evidence.SHAPE).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.evidence import Covered, RowKind, parted
from maild.domain.records.journal import PROGRAMS
from maild.store._sql import any_of
from maild.store.schema.tables import decision, journal
from maild.store.schema.tables_evidence import evidence_act
from maild.store.schema.tables_money import ledger_entry, ledger_posting


def _text(column: sa.Column[Any]) -> sa.ColumnElement[str]:
    return sa.type_coerce(column, sa.Text).label(column.name)


def _plain(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """JSON as it is read, not made unchangeable: it is hashed and forgotten."""
    return sa.type_coerce(column, sa.JSON).label(column.name)


e, p, d, a, j = ledger_entry.c, ledger_posting.c, decision.c, evidence_act.c, journal.c
# Columns by name: what a later migration adds to a table is not in the leaves of this shape.
_ENTRIES = sa.select(e.id, e.key, _text(e.kind), e.settles, e.line, e.at, e.actor, e.mail_id, e.reason).where(
    e.id.in_(any_of("ids"))
)
_POSTINGS = (
    sa.select(p.entry_id, p.position, _text(p.book), p.cents, p.currency, p.number, p.channel, p.patron_id)
    .where(p.entry_id.in_(any_of("ids")))
    .order_by(p.entry_id, p.position)
)
_DECISIONS = sa.select(d.id, d.mail_id, d.at, d.action, d.kind, d.rule, d.cause, _plain(d.body)).where(
    d.id.in_(any_of("ids"))
)
_ACTS = sa.select(a.id, a.at, a.actor, _text(a.what), a.why, a.leaves).where(a.id.in_(any_of("ids")))
_HISTORY = sa.select(
    j.id, j.at, j.actor, j.what, j.number, j.mail_id, j.outbox_id, j.before, j.after, _plain(j.reasons), _plain(j.data)
).where(j.id.in_(any_of("ids")))
TABLES: Mapping[RowKind, sa.Table] = {
    RowKind.ENTRY: ledger_entry,
    RowKind.DECISION: decision,
    RowKind.HISTORY: journal,
    RowKind.ACT: evidence_act,
}
# Which rows of a table have leaves, where not all have.
OF_TABLE: Mapping[RowKind, sa.ColumnElement[bool]] = {RowKind.HISTORY: j.actor.not_in(sorted(PROGRAMS))}


def covered(connection: Connection, kind: RowKind, ids: Sequence[int]) -> dict[int, Covered]:
    """Rows of a kind by id, at most `_sql.CHUNK` at a time; one that is not there is not named."""
    try:
        return {one.row_id: one for one in _READ[kind](connection, ids)}
    except (TypeError, ValueError, AttributeError):  # a value that no column of ours gives out: somebody put it there
        if len(ids) == 1:
            return {ids[0]: Covered(kind=kind, row_id=ids[0], open={"unreadable": True}, personal={})}
        return {row_id: one for each in ids for row_id, one in covered(connection, kind, [each]).items()}


def _entries(connection: Connection, ids: Sequence[int]) -> Iterable[Covered]:
    lines: dict[int, list[Any]] = {}
    for line in connection.execute(_POSTINGS, {"ids": ids}):
        lines.setdefault(line.entry_id, []).append(line)
    for row in connection.execute(_ENTRIES, {"ids": ids}):
        own = lines.get(row.id, [])
        yield Covered(
            kind=RowKind.ENTRY,
            row_id=row.id,
            open={
                "key": row.key,
                "kind": row.kind,
                "settles": row.settles,
                "line": row.line,
                "at": row.at,
                "actor": row.actor,
                "mail_id": row.mail_id,
                "postings": [list(line[1:7]) for line in own],
            },
            personal={"reason": row.reason, "patrons": [line.patron_id for line in own]},
        )


def _decisions(connection: Connection, ids: Sequence[int]) -> Iterable[Covered]:
    for row in connection.execute(_DECISIONS, {"ids": ids}):
        open_, personal = parted(row.body if isinstance(row.body, Mapping) else {"": row.body})
        yield Covered(
            kind=RowKind.DECISION,
            row_id=row.id,
            personal=personal,
            open={
                "mail_id": row.mail_id,
                "at": row.at,
                "action": row.action,
                "kind": row.kind,
                "rule": row.rule,
                "cause": row.cause,
                "body": open_,
            },
        )


def _history(connection: Connection, ids: Sequence[int]) -> Iterable[Covered]:
    for row in connection.execute(_HISTORY, {"ids": ids}):
        yield Covered(
            kind=RowKind.HISTORY,
            row_id=row.id,
            open={"at": row.at, "what": row.what, "mail_id": row.mail_id, "outbox_id": row.outbox_id},
            personal={
                "actor": row.actor,
                "number": row.number,
                "before": row.before,
                "after": row.after,
                "reasons": row.reasons,
                "data": row.data,
            },
        )


def _acts(connection: Connection, ids: Sequence[int]) -> Iterable[Covered]:
    for row in connection.execute(_ACTS, {"ids": ids}):
        said = {"at": row.at, "actor": row.actor, "what": row.what, "why": row.why, "leaves": row.leaves}
        yield Covered(kind=RowKind.ACT, row_id=row.id, open=said, personal={})


_READ: Mapping[RowKind, Callable[[Connection, Sequence[int]], Iterable[Covered]]] = {
    RowKind.ENTRY: _entries,
    RowKind.DECISION: _decisions,
    RowKind.HISTORY: _history,
    RowKind.ACT: _acts,
}
