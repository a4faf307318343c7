"""The books on both databases: written once, never changed; claims and statement lines follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from maild.domain.accounting.ledger import Account, Book, EntryKind, LedgerEntry, Posting
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import Permanent, StaleVersion
from maild.domain.money import Money
from maild.store.engine import make_engine
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
Line = tuple[Book, str, str, str]


def entry(key: str, kind: EntryKind, *lines: Line, settles: str = "", line: str = "") -> LedgerEntry:
    """An entry of (book, amount, patron, transaction) lines."""
    postings = tuple(
        Posting(book=book, amount=Money.of(amount), patron_id=patron, number=number)
        for book, amount, patron, number in lines
    )
    return LedgerEntry(key=key, kind=kind, postings=postings, settles=settles, line=line)


def charge(number: str = "N1", patron: str = "p1", total: str = "30", subsidy: str = "10") -> LedgerEntry:
    """A fee of 30 with a subsidy of 10: the patron owes 20."""
    share = str(Money.of(total) - Money.of(subsidy)).split()[0]
    return entry(
        f"charge:{number}:1",
        EntryKind.CHARGE,
        (Book.RECEIVABLE, share, patron, number),
        (Book.SUBSIDY, subsidy, patron, number),
        (Book.INCOME, f"-{total}", patron, number),
    )


CLAIM = entry("claim:a", EntryKind.CLAIM, (Book.CLAIMED, "20", "p1", ""), (Book.RECEIVABLE, "-20", "p1", "N1"))
CONFIRM = entry(
    "confirm:a", EntryKind.CONFIRMATION, (Book.CASH, "20", "", ""), (Book.CLAIMED, "-20", "p1", ""), settles="claim:a"
)
UNDO = entry(
    "undo:a", EntryKind.REVERSAL, (Book.CASH, "-20", "", ""), (Book.CLAIMED, "20", "p1", ""), settles="confirm:a"
)


def cny(amount: str) -> Money:
    """So many yuan."""
    return Money.of(amount)


def test_posting_and_balances(store: Store) -> None:
    """What is charged is owed, what is claimed no longer, what is confirmed is cash."""
    with store.begin() as uow:
        assert uow.ledger.post([charge(), CLAIM], NOW, mail_id=None) == ["charge:N1:1", "claim:a"]
        assert uow.ledger.account("p1") == Account(
            patron_id="p1", owed=cny("0"), claimed=cny("20"), pending=cny("0"), deposit=cny("0")
        )
        assert uow.ledger.post([CONFIRM], NOW) == ["confirm:a"]
    with store.read() as uow:
        assert uow.ledger.account("p1").claimed == cny("0")
        assert uow.ledger.owed(["N1", "N2"]) == {"N1": cny("0")}
        assert uow.ledger.charged(["N1", "N2"]) == {"N1": (cny("30"), cny("10"))}
        balances = uow.ledger.balances()
        assert balances[Book.CASH, "CNY"] == cny("20")
        assert sum(amount.amount for amount in balances.values()) == 0
        assert [one.key for one in uow.ledger.entries()] == ["confirm:a", "claim:a", "charge:N1:1"]
        assert [one.key for one in uow.ledger.entries(number="N1", limit=1)] == ["claim:a"]
        assert uow.ledger.entries(patron_id="p2") == []


def test_entries_come_back_whole(store: Store) -> None:
    """Postings in their order, and who, when, why and by which mail."""
    said = LedgerEntry(
        key="pay:1",
        kind=EntryKind.PAYMENT,
        reason="cash at the counter",
        at=NOW - timedelta(days=1),
        actor="li",
        postings=(
            Posting(book=Book.CASH, amount=cny("5.01"), channel="cash"),
            Posting(book=Book.DEPOSIT, amount=cny("-5.01"), patron_id="p1"),
        ),
    )
    with store.begin() as uow:
        uow.ledger.post([said], NOW, actor="someone else", mail_id=None)
        known = uow.ledger.get("pay:1")
    assert known is not None
    assert known == LedgerEntry(
        key="pay:1", kind=said.kind, reason=said.reason, at=said.at, actor="li", postings=said.postings, id=known.id
    )
    assert uow.ledger.get is not None


def test_a_known_entry_is_left_alone_and_a_different_one_refused(store: Store) -> None:
    """The same fact twice is one entry; another fact under its key is a mistake."""
    with store.begin() as uow:
        uow.ledger.post([charge()], NOW)
        assert uow.ledger.post([charge(), charge()], NOW) == []
        with pytest.raises(ValueError, match="something else"):
            uow.ledger.post([charge(total="31")], NOW)
        with pytest.raises(ValueError, match="differ"):
            uow.ledger.post([charge("N2"), charge("N2", total="31")], NOW)
        assert uow.ledger.charged(["N1"]) == {"N1": (cny("30"), cny("10"))}


@pytest.mark.parametrize("amounts", [("1", "-2"), ("1",), ()], ids=["unequal", "one line", "no line"])
def test_what_does_not_balance_is_refused(store: Store, amounts: tuple[str, ...]) -> None:
    """Every entry sums to zero."""
    lines = [(Book.CASH, amount, "", "") for amount in amounts]
    with store.begin() as uow, pytest.raises(ValueError, match="sum to zero"):
        uow.ledger.post([entry("x", EntryKind.PAYMENT, *lines)], NOW)


def test_two_currencies_are_refused(store: Store) -> None:
    """An entry has one currency."""
    lines = (Posting(book=Book.CASH, amount=Money.of(1)), Posting(book=Book.DEPOSIT, amount=Money.of(-1, "USD")))
    with store.begin() as uow, pytest.raises(ValueError, match="one currency"):
        uow.ledger.post([LedgerEntry(key="x", kind=EntryKind.PAYMENT, postings=lines)], NOW)


def test_no_claim_is_settled_twice(store: Store) -> None:
    """A second settlement of any kind is refused, and leaves the books as they were."""
    reject = entry("reject:a", EntryKind.REJECTION, (Book.RECEIVABLE, "20", "p1", "N1"),
                   (Book.CLAIMED, "-20", "p1", ""), settles="claim:a")  # fmt: skip
    with store.begin() as uow:
        uow.ledger.post([charge(), CLAIM, CONFIRM], NOW)
    with store.begin() as uow, pytest.raises(Permanent, match="settled already"):
        uow.ledger.post([reject], NOW)
    with store.read() as uow:
        assert uow.ledger.get("reject:a") is None
        (claim,) = uow.ledger.claims(open_only=False)
        assert (claim.settled_by, claim.tip) == (EntryKind.CONFIRMATION, "confirm:a")


def test_settling_nothing_is_refused(store: Store) -> None:
    """`settles` names an entry that is there."""
    with store.begin() as uow, pytest.raises(Permanent, match="not in the books"):
        uow.ledger.post([CONFIRM], NOW)


def test_a_reversed_settlement_reopens_the_claim(store: Store) -> None:
    """The claim is open again, settled through its tip, and not by its old name."""
    again = entry("confirm:a:2", EntryKind.CONFIRMATION, (Book.CASH, "20", "", ""), (Book.CLAIMED, "-20", "p1", ""),
                  settles="undo:a")  # fmt: skip
    old = entry(
        "confirm:a:3",
        EntryKind.CONFIRMATION,
        *[(Book.CASH, "20", "", ""), (Book.CLAIMED, "-20", "p1", "")],
        settles="claim:a",
    )
    with store.begin() as uow:
        uow.ledger.post([charge(), CLAIM, CONFIRM, UNDO], NOW)
        (claim,) = uow.ledger.claims()
        assert (claim.key, claim.tip, claim.settled_by) == ("claim:a", "undo:a", None)
        with pytest.raises(Permanent), uow.savepoint():
            uow.ledger.post([old], NOW)
        uow.ledger.post([again], NOW)
        assert uow.ledger.claims() == []
        with pytest.raises(Permanent, match="settled already"), uow.savepoint():
            uow.ledger.post([entry("x", EntryKind.REJECTION, (Book.CLAIMED, "-20", "p1", ""),
                                   (Book.RECEIVABLE, "20", "p1", "N1"), settles="confirm:a:2")], NOW)  # fmt: skip


def test_claims_are_found(store: Store) -> None:
    """By patron, transaction, amount and age; oldest first; with their parts."""
    late = NOW + timedelta(days=3)
    lab = entry("claim:lab", EntryKind.CLAIM, (Book.CLAIMED, "50", "lab", ""), (Book.RECEIVABLE, "-20", "p1", "N1"),
                (Book.RECEIVABLE, "-20", "p2", "N2"), (Book.PENDING, "-10", "lab", ""))  # fmt: skip
    own = entry("claim:own", EntryKind.CLAIM, (Book.CLAIMED, "20", "p3", ""), (Book.RECEIVABLE, "-20", "p3", "N3"))
    with store.begin() as uow:
        uow.ledger.post([charge(), charge("N2", "p2"), charge("N3", "p3"), lab], NOW, mail_id=None)
        uow.ledger.post([own], late)
        (found,) = uow.ledger.claims(numbers=["N2"])
        assert found.parts == (("N1", cny("20")), ("N2", cny("20")))
        assert (found.amount, found.patron_id, found.at) == (cny("50"), "lab", NOW)
        assert [one.key for one in uow.ledger.claims()] == ["claim:lab", "claim:own"]
        assert [one.key for one in uow.ledger.claims(patron_ids=["p3", "p1"])] == ["claim:own"]
        assert [one.key for one in uow.ledger.claims(amount=cny("50"))] == ["claim:lab"]
        assert [one.key for one in uow.ledger.claims(before=late)] == ["claim:lab"]
        assert uow.ledger.account("lab").pending == cny("10")


def test_fees_are_never_paid_below_nothing(store: Store) -> None:
    """A claim made on an older balance is refused as stale: read again."""
    with store.begin() as uow:
        uow.ledger.post([charge(), CLAIM], NOW)
    second = entry("claim:b", EntryKind.CLAIM, (Book.CLAIMED, "20", "p1", ""), (Book.RECEIVABLE, "-20", "p1", "N1"))
    with pytest.raises(StaleVersion, match="beyond its fee"), store.begin() as uow:
        uow.ledger.post([second], NOW)
    with store.read() as uow:
        assert uow.ledger.get("claim:b") is None


def test_a_deposit_that_is_not_there_is_not_spent(store: Store) -> None:
    """Using more than the deposit holds is refused as stale."""
    use = entry("use:N1", EntryKind.DEPOSIT_USE, (Book.DEPOSIT, "20", "p1", ""), (Book.RECEIVABLE, "-20", "p1", "N1"))
    top_up = entry("pay:1", EntryKind.PAYMENT, (Book.CASH, "19.99", "", ""), (Book.DEPOSIT, "-19.99", "p1", ""))
    with store.begin() as uow:
        uow.ledger.post([charge(), top_up], NOW)
    with pytest.raises(StaleVersion, match=r"short of 0\.01"), store.begin() as uow:
        uow.ledger.post([use], NOW)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_changes(store: Store, url: str, backend: str, table: str, statement: str) -> None:
    """Append-only holds against any statement, not only against our own code."""
    if backend == "sqlite" and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM {}"  # SQLite has no TRUNCATE: it is this
    with store.begin() as uow:
        uow.ledger.post([charge()], NOW)
    engine = make_engine(url)
    change = "cents = 1" if table == "ledger_posting" else "reason = 'x'"
    with pytest.raises(Permanent, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(statement.format(table, change)))
    engine.dispose()
    with store.read() as uow:
        assert uow.ledger.get("charge:N1:1") is not None


def line(key: str = "icbc:1", amount: str = "20", day: int = 20) -> StatementLine:
    """A line of a bank's statement."""
    return StatementLine(key=key, format="icbc", channel="bank", amount=Money.of(amount), booked=date(2026, 11, day),
                         payer="Somebody", purpose="图书馆文献传递费", serials=("1234",), row=3)  # fmt: skip


def test_statement_lines_are_open_until_their_money_has_an_owner(store: Store) -> None:
    """Unclaimed money stays open; allocated it is closed; a reversal opens it again."""
    unclaimed = entry("unclaimed:icbc:1", EntryKind.UNCLAIMED, (Book.CASH, "20", "", ""),
                      (Book.UNCLAIMED, "-20", "", ""), line="icbc:1")  # fmt: skip
    given = entry("allocate:icbc:1", EntryKind.ALLOCATION, (Book.UNCLAIMED, "20", "", ""),
                  (Book.DEPOSIT, "-20", "p1", ""), line="icbc:1", settles="unclaimed:icbc:1")  # fmt: skip
    back = entry("undo:allocate", EntryKind.REVERSAL, (Book.UNCLAIMED, "-20", "", ""), (Book.DEPOSIT, "20", "p1", ""),
                 line="icbc:1", settles="allocate:icbc:1")  # fmt: skip
    with store.begin() as uow:
        assert uow.statements.add([line(), line("icbc:2", day=19), line("out", "-5")], NOW) == [
            "icbc:1",
            "icbc:2",
            "out",
        ]
        assert uow.statements.add([line(), line("icbc:3", day=21)], NOW) == ["icbc:3"]
        assert uow.statements.get("icbc:1") == line()
        assert [one.key for one in uow.statements.open()] == ["icbc:2", "icbc:1", "icbc:3"]
        uow.ledger.post([unclaimed], NOW)
        assert [one.key for one in uow.statements.open(limit=2)] == ["icbc:2", "icbc:1"]
        uow.ledger.post([given], NOW)
        assert [one.key for one in uow.statements.open()] == ["icbc:2", "icbc:3"]
        uow.ledger.post([back], NOW)
        assert [one.key for one in uow.statements.open()] == ["icbc:2", "icbc:1", "icbc:3"]
        assert [one.key for one in uow.statements.find(since=date(2026, 11, 20))] == ["icbc:3", "out", "icbc:1"]


def test_a_line_pays_no_more_than_it_has(store: Store) -> None:
    """Two claims may share one transfer, but never more than it brought; a line must have been imported."""

    def paid(key: str, amount: str, line: str = "icbc:1") -> LedgerEntry:
        return entry(
            key, EntryKind.PAYMENT, (Book.CASH, amount, "", ""), (Book.DEPOSIT, f"-{amount}", "p1", ""), line=line
        )

    with store.begin() as uow:
        uow.statements.add([line()], NOW)
        uow.ledger.post([paid("a", "12"), paid("b", "8")], NOW)
        assert uow.statements.open() == []
        with pytest.raises(Permanent, match="no such money left"), uow.savepoint():
            uow.ledger.post([paid("c", "0.01")], NOW)
        with pytest.raises(Permanent, match="never imported"), uow.savepoint():
            uow.ledger.post([paid("d", "1", "icbc:9")], NOW)
        assert uow.ledger.account("p1").deposit == cny("20")


def test_the_years_subsidy(store: Store) -> None:
    """Of this patron, since that day, corrections included."""
    with store.begin() as uow:
        uow.ledger.post([charge()], NOW - timedelta(days=400))
        uow.ledger.post([charge("N2"), charge("N3", "p2")], NOW)
        assert uow.ledger.subsidised("p1", NOW - timedelta(days=300)) == cny("10")
        assert uow.ledger.subsidised("p1", NOW - timedelta(days=500)) == cny("20")
        assert uow.ledger.subsidised("p9", NOW) == cny("0")


def test_a_reversed_fact_gets_a_fresh_key(store: Store) -> None:
    """While an entry stands its key is its own; once it was reversed the next is free, and so on."""
    with store.begin() as uow:
        assert uow.ledger.fresh("claim:a") == "claim:a"
        uow.ledger.post([charge(), CLAIM], NOW)
        assert uow.ledger.fresh("claim:a") == "claim:a"
        back = entry("undo:claim:a", EntryKind.REVERSAL, (Book.CLAIMED, "-20", "p1", ""),
                     (Book.RECEIVABLE, "20", "p1", "N1"), settles="claim:a")  # fmt: skip
        uow.ledger.post([back], NOW)
        assert uow.ledger.fresh("claim:a") == "claim:a:2"
        uow.ledger.post([replace(CLAIM, key="claim:a:2")], NOW)
        assert uow.ledger.fresh("claim:a") == "claim:a:2"
        assert [one.key for one in uow.ledger.claims()] == ["claim:a:2"]
