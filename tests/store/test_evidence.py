"""The evidence on both databases: whatever is done to a row behind maild's back is found, and the row is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from maild.domain.records.evidence import Fault, FaultKind, Head, RowKind
from maild.store import open_store
from maild.store.engine import make_engine
from maild.store.records.evidence import SqlEvidence
from maild.store.schema.tables import decision, journal
from maild.store.schema.tables_evidence import evidence, evidence_act
from maild.store.schema.tables_money import ledger_entry, ledger_posting
from maild.store.schema.types import Json, Time
from maild.store.uow import Store
from tests.cases import each
from tests.share import times
from tests.store.evident import NOW, Office, an_act, fill, rewritten, some_mails, verified

COVERED = (ledger_entry, ledger_posting, decision, journal, evidence, evidence_act)
COLUMNS = [(table.name, column.name) for table in COVERED for column in table.c]
TABLES = {table.name: table for table in COVERED}
KINDS = {"ledger_entry": "entry", "decision": "decision", "journal": "history", "evidence_act": "act"}


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def office(request: pytest.FixtureRequest, fresh_url: Callable[..., str]) -> Iterator[Office]:
    """One filled office a database, for all tests that undo what they do."""
    url = fresh_url(request.param)
    store = open_store(url)
    before = fill(store)
    store.close()
    engine = make_engine(url)
    yield Office(engine=engine, before=before)
    engine.dispose()


def _other(column: sa.Column[Any], value: Any, salt: int) -> Any:
    """Another value than the column has."""
    if isinstance(column.type, Time):
        return value + timedelta(microseconds=1 + salt)
    if isinstance(column.type, Json):
        return [*value, salt] if isinstance(value, tuple) else {**value, "transactions": [f"N{salt}", "else"]}
    if isinstance(value, int) or isinstance(column.type, sa.Integer | sa.BigInteger):
        return (value or 0) + 1000 + salt
    return f"{value or ''}{salt:x}"


def _tamper(connection: Connection, table: sa.Table, column: str, at: int, salt: int) -> set[str]:
    """Change one value of one row; returns what the row may be called by who finds it."""
    keys = list(table.primary_key.columns)
    found = connection.execute(sa.select(table).order_by(*keys)).all()
    row = found[at % len(found)]
    changed = _other(table.c[column], row._mapping[column], salt)
    typed = sa.Text() if isinstance(changed, str) else table.c[column].type
    connection.execute(
        sa.update(table)
        .where(*(key == row._mapping[key.name] for key in keys))
        .values({column: sa.literal(changed, typed)})
    )
    if table is evidence:
        return {f"leaf {row.seq}", f"{row.kind} {row.row_id}"}
    kind = KINDS.get(table.name, "entry")
    return {f"{kind} {row.entry_id if table is ledger_posting else row.id}"}


def _names(faults: Sequence[Fault]) -> set[str]:
    return {name for one in faults for name in (f"leaf {one.leaf}", one.row.partition(" (")[0])}


def test_what_nobody_touched_holds(office: Office) -> None:
    """No fault in a filled office; what was erased and removed by law is counted, and an earlier head fits."""
    with office.tampered() as connection:
        found = verified(connection, office.before)
    assert found.faults == ()
    assert (found.erased, found.removed) == (3, 1)
    assert found.rows == {RowKind.ENTRY: 7, RowKind.DECISION: 7, RowKind.HISTORY: 7, RowKind.ACT: 4}
    assert found.head.size == 25 == office.before.size + 7


@each(("table", "column"), COLUMNS)
def test_every_column_is_covered(office: Office, table: str, column: str) -> None:
    """A changed value of any column of any table is found, and the row is named."""
    with office.tampered() as connection:
        names = _tamper(connection, TABLES[table], column, 0, 7)
        found = verified(connection).faults
    assert found
    assert names & _names(found), found


@pytest.mark.long
@settings(max_examples=times(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(COLUMNS), st.integers(0, 40), st.integers(1, 9))
def test_any_change_is_found(office: Office, where: tuple[str, str], at: int, salt: int) -> None:
    """Whatever value of whatever row was changed: it is found, and the row is named."""
    with office.tampered() as connection:
        names = _tamper(connection, TABLES[where[0]], where[1], at, salt)
        found = verified(connection).faults
    assert names & _names(found), (names, found)


@pytest.mark.long
@pytest.mark.parametrize("table", [table.name for table in COVERED])
@settings(max_examples=times(3, 8), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, 15))
def test_a_removed_row_is_found(office: Office, table: str, at: int) -> None:
    """A row that is gone is named; of a leaf that is gone, the row that has none any more."""
    with office.tampered() as connection:
        rows = connection.execute(sa.select(TABLES[table]).order_by(*TABLES[table].primary_key.columns)).all()
        row = rows[at % (len(rows) - (table == "evidence"))]  # the last leaf: see the test of heads
        keys = (key == row._mapping[key.name] for key in TABLES[table].primary_key.columns)
        connection.execute(sa.delete(TABLES[table]).where(*keys))
        found = verified(connection).faults
    name = (f"entry {row.entry_id}" if table == "ledger_posting" else f"{KINDS[table]} {row.id}" if table in KINDS
            else f"leaf {row.seq}")  # fmt: skip
    assert name in _names(found), found


def test_an_inserted_row_is_found(office: Office) -> None:
    """An entry, a posting, a decision and an act that maild did not write are each named."""
    with office.tampered() as connection:
        for table, changed in (
            (ledger_entry, {"id": 90, "key": "charge:N90:1", "settles": ""}),
            (ledger_posting, {"position": 9}),
            (decision, {"id": 91}),
            (evidence_act, {"id": 92}),
            (journal, {"id": 93}),
        ):
            row = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).first()
            assert row is not None
            connection.execute(sa.insert(table), {**row._mapping, **changed})
        found = verified(connection).faults
    assert {"entry 90", "entry 1", "decision 91", "act 92", "history 93"} <= _names(found)


def test_acts_of_staff_alone_are_leaves(store: Store) -> None:
    """Of lines written together those of programs have none; an act that is put down to a program is found."""
    (mail_id,) = some_mails(store, 1)
    with store.begin() as uow:
        uow.journal.add(
            [an_act(n, mail_id, actor) for n, actor in enumerate(("maild", "li", "import", "wu", "statement"))]
        )
    with store.begin() as uow:
        uow.journal.add([an_act(5, mail_id, "maild")])
    with store.begin() as uow:
        assert uow.evidence.verify().rows[RowKind.HISTORY] == 2
        assert uow.evidence.prove(RowKind.HISTORY, 1) is None
        assert uow.evidence.prove(RowKind.HISTORY, 4) is not None
        for line, actor in ((2, "maild"), (3, "li")):
            uow._connection.execute(sa.update(journal).where(journal.c.id == line).values(actor=actor))
        assert {"history 2", "history 3"} == {fault.row for fault in uow.evidence.verify().faults}


def test_an_act_that_was_forged_covers_nothing_up(office: Office) -> None:
    """Who wipes a salt, or removes a decision, and says in the table of acts that it was lawful, is found."""
    with office.tampered() as connection:
        connection.execute(sa.delete(decision).where(decision.c.id == 5))
        connection.execute(sa.update(evidence).where(evidence.c.seq == 1).values(salt=""))
        connection.execute(sa.update(ledger_entry).where(ledger_entry.c.id == 1).values(reason="never said"))
        connection.execute(
            sa.insert(evidence_act), {"at": NOW, "actor": "li", "what": "removed", "why": "", "leaves": [[14, 14]]}
        )
        connection.execute(
            sa.insert(evidence_act), {"at": NOW, "actor": "li", "what": "erased", "why": "", "leaves": [[1, 1]]}
        )
        found = verified(connection).faults
    assert {"act 5", "act 6", "entry 1"} <= _names(found)


def test_rows_that_changed_places_are_told_apart_from_changed_ones(office: Office) -> None:
    """Two decisions, and two entries with their postings, that were exchanged are named as moved, with whose place."""
    with office.tampered() as connection:
        for table, one, two in ((decision, 1, 3), (ledger_entry, 3, 5)):
            for was, becomes in ((one, 999), (two, one), (999, two)):
                connection.execute(sa.update(table).where(table.c.id == was).values(id=becomes))
        for was, becomes in ((3, 999), (5, 3), (999, 5)):
            connection.execute(
                sa.update(ledger_posting).where(ledger_posting.c.entry_id == was).values(entry_id=becomes)
            )
        connection.execute(sa.update(decision).where(decision.c.id == 6).values(id=77))
        found = verified(connection).faults
    assert {(one.kind, one.row.partition(" (")[0]) for one in found} == {
        (FaultKind.MOVED, name) for name in ("decision 1", "decision 3", "entry 3", "entry 5", "decision 6")
    }
    assert "decision 3" in next(one.what for one in found if one.row == "decision 1")


def test_leaves_that_changed_places(office: Office) -> None:
    """Two leaves that were exchanged: the tree does not follow from the first of them on."""
    with office.tampered() as connection:
        for was, becomes in ((3, 999), (9, 3), (999, 9)):
            connection.execute(sa.update(evidence).where(evidence.c.seq == was).values(seq=becomes))
        found = verified(connection).faults
    assert found[0].kind is FaultKind.CHAIN
    assert found[0].leaf == 3


def test_only_a_head_that_was_mailed_finds_who_rewrites_everything(office: Office) -> None:
    """Rows and all of the tree forged together are in order by themselves; an earlier head does not fit them."""
    with office.tampered() as connection:
        connection.execute(sa.update(ledger_posting).where(ledger_posting.c.entry_id == 1).values(patron_id="p9"))
        rewritten(connection)
        assert verified(connection).faults == ()
        (found,) = verified(connection, Head(size=9, root=office.before.root)).faults
    assert found.kind is FaultKind.HEAD
    assert "not those that it was mailed for" in found.what


def test_the_end_that_is_gone_is_found_by_a_later_head(office: Office) -> None:
    """The last row with its leaf leaves no trace within; a head that was mailed since says that it was there."""
    with office.tampered() as connection:
        head = SqlEvidence(connection).head()
        connection.execute(sa.delete(evidence).where(evidence.c.seq == head.size))
        connection.execute(sa.delete(evidence_act).where(evidence_act.c.id == 4))
        faults = verified(connection, head).faults
    assert [one.kind for one in faults if one.leaf == 0] == [FaultKind.HEAD]
