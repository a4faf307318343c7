"""A database of the first maild, with data in it, becomes one of today's: nothing is lost, and the books open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command

from maild.domain.accounting.ledger import Account
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import RegistrationChange
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, RegistrationState
from maild.office.payments.opening import open_all
from maild.store import migrate, open_store
from maild.store.engine import make_engine
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, tzinfo=UTC)
# number, payment state, total, subsidy, payable (cents; None: not known), state
OLD = (
    ("N1", "due", 3000, 1000, 2000, "shipped"),
    ("N2", "confirmed", 500, None, 500, "closed"),
    ("N3", "proof_received", None, None, 700, "shipped"),
    ("N4", "waived", 800, 0, 800, "delivered"),
    ("N5", "none", None, None, None, "in_process"),
    ("N6", "quoted", 900, 0, 900, "conditional"),
    ("N7", "due", 900, 0, 900, "cancelled"),
    ("N8", "confirmed", 0, 0, 0, "closed"),
)


def cny(amount: str) -> Money:
    """So many yuan."""
    return Money.of(amount)


class Clock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def old_database(url: str) -> dict[str, int]:
    """A database of revision 0001 with a patron, transactions, a mail; returns its rows by table."""
    engine = make_engine(url, create=True)
    with engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "0001")
    moment = NOW if engine.dialect.name == "postgresql" else int(NOW.timestamp() * 1_000_000)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO patron (patron_id, name, name_key, kind, department, login, login_key, phone, language, "
                "updated, version) VALUES ('p1', 'Reader', 'reader', 'internal', '', '', '', '', '', :now, 3)"
            ),
            {"now": moment},
        )
        for number, payment, total, subsidy, payable, state in OLD:
            connection.execute(sa.text(
                "INSERT INTO transactions (number, patron_id, service, literature, title, provider, state, opened, "
                "total_cents, total_currency, subsidy_cents, subsidy_currency, payable_cents, payable_currency, "
                "payment_state, updated, version) VALUES (:number, 'p1', 'copy', '', 'T', '', :state, :now, :total, "
                ":total_currency, :subsidy, :subsidy_currency, :payable, :payable_currency, :payment, :now, 7)"
            ), {
                "number": number, "state": state, "now": moment, "payment": payment,
                "total": total, "total_currency": None if total is None else "CNY",
                "subsidy": subsidy, "subsidy_currency": None if subsidy is None else "CNY",
                "payable": payable, "payable_currency": None if payable is None else "CNY",
            })  # fmt: skip
        connection.execute(
            sa.text(
                "INSERT INTO mail (id, sha256, message_id, size, sender, subject, stored, status, reason, kind, rule, "
                "attempts, error, lease_owner) VALUES (1, 'aa', '<m@x>', 1, '', '', :now, 'settled', '', '', '', 0, '', '')"
            ),
            {"now": moment},
        )
        names = sa.inspect(connection).get_table_names()
        counts = {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in names}
    engine.dispose()
    return counts


def test_anold_database_is_refused_with_the_remedy(empty_url: str) -> None:
    """Neither the daemon nor a reader takes half a schema for a whole one."""
    old_database(empty_url)
    with pytest.raises(Permanent, match=r"at revision 0001(.|\n)*maild db upgrade"):
        migrate.require(empty_url)
    store = open_store(empty_url)
    with pytest.raises(Permanent, match="maild db upgrade"), store.read() as uow:
        uow.ledger.account("p1")
    store.close()


def test_upgrade_keeps_everything(empty_url: str, opened: Callable[[str], Store]) -> None:
    """Every row of every old table is there after the upgrade, and read as before."""
    before = old_database(empty_url)
    assert migrate.upgrade(empty_url).ok
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        after = {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in before}
    engine.dispose()
    assert after == before
    with opened(empty_url).read() as uow:
        known = uow.transactions.get("N1")
        assert known is not None
        assert (known.payable, known.payment_state, known.version) == (cny("20"), PaymentState.DUE, 7)
        assert uow.mails.get(1) is not None


def test_the_books_open_once(empty_url: str, opened: Callable[[str], Store]) -> None:
    """What was asked for is charged, paid, claimed or waived as it stood; a second run adds nothing."""
    old_database(empty_url)
    migrate.upgrade(empty_url)
    store = opened(empty_url)
    with store.read() as uow:
        assert uow.ledger.unopened() == ["N1", "N2", "N3", "N4"]
        assert uow.ledger.unopened(after="N2", limit=1) == ["N3"]
    assert open_all(store, Clock(), actor="li") == 4
    assert open_all(store, Clock(), actor="li") == 0
    with store.read() as uow:
        assert uow.ledger.account("p1") == Account(
            patron_id="p1", owed=cny("20"), claimed=cny("7"), pending=cny("0"), deposit=cny("0")
        )
        assert uow.ledger.owed([row[0] for row in OLD]) == {
            "N1": cny("20"),
            "N2": cny("0"),
            "N3": cny("0"),
            "N4": cny("0"),
        }
        assert uow.ledger.charged(["N1"]) == {"N1": (cny("30"), cny("10"))}
        assert uow.ledger.faults() == []
        assert {entry.actor for entry in uow.ledger.entries()} == {"li"}


def test_registrations_of_several_logins_become_rounds_of_one_address(
    empty_url: str, opened: Callable[[str], Store]
) -> None:
    """Rounds of each login of an address become the address's own, in their order; the next application finds room."""
    engine = make_engine(empty_url, create=True)
    with engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "0002")
    rows = (("li", 0), ("li2", 0), ("li", 1), ("li", 2), ("li2", 1))
    with engine.begin() as connection:
        for login, round_ in rows:
            connection.execute(
                sa.text(
                    "INSERT INTO registration (email, login, login_key, name, state, reason, round) "
                    "VALUES ('li@reader.example', :login, :login, 'Li', 'rejected', '', :round)"
                ),
                {"login": login, "round": round_},
            )
        connection.execute(
            sa.text(
                "INSERT INTO registration (email, login, login_key, name, state, reason, round) "
                "VALUES ('wu@reader.example', 'wu', 'wu', 'Wu', 'rejected', '', 3)"
            )
        )
    engine.dispose()
    assert migrate.upgrade(empty_url).ok
    with opened(empty_url).begin() as uow:
        found: dict[str, list[int]] = {}
        for known in reversed(uow.registrations.find()):
            found.setdefault(known.email, []).append(known.round)
        again = RegistrationChange(email="li@reader.example", state=RegistrationState.PENDING, login="li3", at=NOW)
        made, new = uow.registrations.change(again, NOW)
    assert found == {"li@reader.example": [0, 1, 2, 3, 4], "wu@reader.example": [3]}
    assert (made.round, new) == (5, True)
