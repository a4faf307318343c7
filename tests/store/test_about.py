"""What is held on a person is found by indexes: items by the requests they are about, addresses in any writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import command

from maild.domain.incoming.cause import Cause
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.store import migrate
from maild.store.engine import make_engine
from maild.store.schema import tables as t
from maild.store.uow import Store
from tests.store.filling import _row

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ITEM = ReviewItem(id=0, mail_id=None, cause=Cause.NO_NUMBER)


def _about(store: Store) -> set[tuple[str, int]]:
    with store._engine.connect() as connection:
        return {(row.number, row.review_id) for row in connection.execute(sa.select(t.review_about))}


def _mail(n: int, sender: str = "p@a.example") -> dict[str, object]:
    return _row(t.mail, id=n, sha256=f"{n:064x}", message_id=f"<{n}@a.example>", sender=sender)


def test_an_item_is_found_by_what_it_is_about(store: Store) -> None:
    """Added alone or with others, read anew, assigned elsewhere: the index of numbers says what the item says."""
    with store._engine.begin() as connection:
        connection.execute(sa.insert(t.mail), [_mail(n) for n in (1, 2, 3)])
    with store.begin() as uow:
        one = uow.reviews.add(replace(ITEM, mail_id=1, transactions=("N1", "N2")), NOW)
        keyed = uow.reviews.add(replace(ITEM, key="silence:N7:shipped:2026-11-01", transactions=("N7",)), NOW)
        uow.reviews.add_many([replace(ITEM, mail_id=n, transactions=(f"N{n}",)) for n in (2, 3)], NOW)
        two, three = (uow.reviews.open_of([n])[0].id for n in (2, 3))
    first = {("N1", one), ("N2", one), ("N7", keyed), ("N2", two), ("N3", three)}
    assert _about(store) == first
    with store.begin() as uow:
        uow.reviews.add(replace(ITEM, mail_id=1, transactions=("N4",)), NOW)  # the mail was read again
        uow.reviews.handle(
            keyed, ReviewState.ASSIGNED, expected_version=0, actor="li", note="", transactions=["N8"], now=NOW
        )
    assert _about(store) == {("N4", one), ("N7", keyed), ("N8", keyed), ("N2", two), ("N3", three)}


def test_a_person_is_found_in_any_writing(store: Store) -> None:
    """Mails and items of an address that somebody stored with large letters are the person's as well; others' are not."""
    with store._engine.begin() as connection:
        connection.execute(
            sa.insert(t.patron),
            [_row(t.patron, patron_id="p", name="P", name_key="p", kind="internal", language="zh-CN")],
        )
        connection.execute(sa.insert(t.patron_address), [_row(t.patron_address, patron_id="p", address="p@a.example")])
        connection.execute(sa.insert(t.transactions), [
            _row(t.transactions, number="N1", patron_id="p", service=Service.COPY, state=State.CLOSED, opened=NOW, since=NOW,
                 payment_state=PaymentState.NONE)
        ])  # fmt: skip
        connection.execute(sa.insert(t.mail), [_mail(1), _mail(2, "P@A.example"), _mail(3, "q@a.example")])
    with store.begin() as uow:
        odd = uow.reviews.add(replace(ITEM, key="a:1", sender="P@a.example"), NOW)
        uow.reviews.add(replace(ITEM, key="b:1", sender="Q@a.example"), NOW)
        about = uow.reviews.add(replace(ITEM, mail_id=3, sender="q@a.example", transactions=("N1",)), NOW)
    with store.read() as uow:
        held = uow.erasures.held(uow.erasures.person("p"))
    assert (held.mails, held.items) == ((1, 2), (odd, about))


def test_an_old_database_learns_what_its_items_are_about(empty_url: str, opened: Callable[[str], Store]) -> None:
    """The upgrade writes down the numbers of items that are there, those that only a key names as well."""
    engine = make_engine(empty_url, create=True)
    with engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "0029")
    blank = {"cause": Cause.SILENT, "state": ReviewState.OPEN, "created": NOW}
    rows = [
        _row(t.review, id=1, transactions=["N1", "N2"], mail_id=None, handled=None, **blank),
        _row(t.review, id=2, transactions=[], key="silence:N3:shipped:x", mail_id=None, handled=None, **blank),
    ]
    with engine.begin() as connection:
        there = {column["name"] for column in sa.inspect(connection).get_columns("review")}
        old = sa.table(
            "review", *(sa.column(column.name, column.type) for column in t.review.c if column.name in there)
        )
        connection.execute(sa.insert(old), [{name: row[name] for name in row.keys() & there} for row in rows])
    engine.dispose()
    assert migrate.upgrade(empty_url).ok
    assert _about(opened(empty_url)) == {("N1", 1), ("N2", 1), ("N3", 2)}
