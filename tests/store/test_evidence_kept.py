"""The evidence is kept: by the database itself, through savepoints, for rows of an older maild, by many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import pytest

from maild.domain.errors import ConfigError, Permanent
from maild.domain.records import merkle
from maild.domain.records.evidence import Head, RowKind, read_head
from maild.store import open_store
from maild.store.engine import make_engine
from maild.store.records.evidence import SqlEvidence
from maild.store.uow import Store
from tests.store.evident import NOW, Office, a_decision, an_entry, fill, rewritten, some_mails, verified


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


def test_the_database_itself_refuses(office: Office) -> None:
    """No statement changes or removes a leaf, an act or an entry; a salt may go, and a person in the books, no more."""
    for statement in (
        "DELETE FROM evidence", "UPDATE evidence SET hash = '0'", "UPDATE evidence SET salt = 'ab' WHERE seq = 1",
        "UPDATE evidence SET salt = '', seal = '' WHERE seq = 1", "DELETE FROM evidence_act",
        "UPDATE evidence_act SET why = ''", "UPDATE ledger_entry SET reason = 'else'",
        "UPDATE ledger_entry SET reason = '', actor = 'li'", "UPDATE ledger_posting SET patron_id = 'p9'",
        "UPDATE ledger_posting SET patron_id = 'erased:2', cents = 1", "DELETE FROM ledger_posting",
    ):  # fmt: skip
        with office.tampered(rows=False) as connection, pytest.raises(Permanent, match="append-only"):
            connection.exec_driver_sql(statement)


def test_a_savepoint_that_is_undone_leaves_no_leaf(store: Store) -> None:
    """Only what was written in the end has a leaf, each transaction its own."""
    with store.begin() as uow:
        with suppress(ZeroDivisionError), uow.savepoint():
            uow.ledger.post([an_entry(1)], NOW)
            raise ZeroDivisionError
        uow.ledger.post([an_entry(2)], NOW)
        assert uow.ledger.post([an_entry(2)], NOW) == []
    with store.read() as uow:
        found = uow.evidence.verify()
    assert (found.head.size, found.faults) == (1, ())


def test_rows_of_an_older_maild_are_adopted(url: str, opened: Callable[[str], Store]) -> None:
    """The migration's work: rows that have no leaf get one, once, and are in order from then on."""
    store = opened(url)
    fill(store)
    engine = make_engine(url)
    with Office(engine=engine, before=Head(size=0)).tampered() as connection:
        rewritten(connection)
        found = verified(connection)
        assert SqlEvidence(connection).adopt() == 0
    engine.dispose()
    assert (found.head.size, found.faults) == (17, ())


def test_many_at_once(url: str, opened: Callable[[str], Store]) -> None:
    """Several daemons that write at the same moment append one after the other: no leaf is lost, none is doubled."""
    store = opened(url)
    mails = some_mails(store, 80)
    failed: list[BaseException] = []

    def work(some: Sequence[int]) -> None:
        try:
            for n in some:
                with store.begin() as uow:
                    uow.ledger.post([an_entry(n)], NOW)
                    uow.decisions.add(n, a_decision(n), NOW)
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(mails[n::4],)) for n in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    with store.read() as uow:
        found = uow.evidence.verify()
    assert (failed, found.head.size, found.faults) == ([], 160, ())


def test_proofs(store: Store) -> None:
    """What is proven of a row needs its leaf, its path and the head alone; a row without a leaf has no proof."""
    fill(store)
    with store.read() as uow:
        proof = uow.evidence.prove(RowKind.DECISION, 3)
        assert uow.evidence.prove(RowKind.DECISION, 99) is None
        head = uow.evidence.head()
    assert proof is not None
    assert proof.head == head
    assert merkle.included(proof.leaf, proof.index, head.size, proof.path, head.root)


def test_heads_are_read_as_they_are_said() -> None:
    """A head comes back from its text, blanks and capitals apart; what is none is refused."""
    head = Head(size=12, root=merkle.leaf_hash(b""))
    text = str(head)
    assert read_head(text) == read_head(f" {text[:20].upper()}\n  {text[20:]}") == head
    for wrong in ("", "12", text[:-1], f"x{text}", f"-{text}"):
        with pytest.raises(ConfigError, match="not a head"):
            read_head(wrong)
