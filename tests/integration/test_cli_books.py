"""The books on the command line: imported balances, statements of account, the check that finds what is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from maild.cli.app import run
from maild.config import UNSET
from maild.domain.records import merkle
from maild.store.engine import make_engine

Call = Callable[..., tuple[int, list[dict[str, Any]]]]
PATRONS = "patron_id,name,kind,emails\np1,Reader One,internal,p1@patron.example\n"
HEAD = "number,patron_id,state,total,subsidy,payable,payment_state\n"
ROWS = (
    "ZJU-2026-000001,p1,shipped,30,10,20,{}\nZJU-2026-000002,p1,closed,5,,5,confirmed\n"
    "ZJU-2026-000003,p1,shipped,7,,7,{}\nZJU-2026-000004,p1,cancelled,9,,9,due\nZJU-2026-000005,p1,conditional,4,,4,quoted\n"
)


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Runs a command with --json on a database of its own; gives exit code and objects."""
    monkeypatch.setenv("MAILD_STORE__URL", f"sqlite:///{tmp_path / 'maild.db'}")
    monkeypatch.setenv("MAILD_STORE__BLOBS", str(tmp_path / "blobs"))

    def one(*args: str) -> tuple[int, list[dict[str, Any]]]:
        capfd.readouterr()
        code = run(["--json", *args])
        return code, [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return one


def import_(call: Call, tmp_path: Path, first: str, third: str) -> None:
    """Import the patron and the transactions, with these payment states."""
    (tmp_path / "p.csv").write_text(PATRONS, encoding="utf-8")
    (tmp_path / "t.csv").write_text(HEAD + ROWS.format(first, third), encoding="utf-8")
    assert call("import", "patrons", str(tmp_path / "p.csv"))[0] == 0
    assert call("import", "transactions", str(tmp_path / "t.csv"))[0] == 0


def account(call: Call) -> dict[str, Any]:
    """The patron's statement of account."""
    code, (row,) = call("patrons", "account", "p1")
    assert code == 0
    return row


def test_a_statement_is_held_against_no_account_that_is_not_set(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each account may be ours until ours is said; then a line of another is left out."""
    (tmp_path / "s.csv").write_text("本方账号,交易日期,贷方发生额\n6222000011112222333,2026-11-20,5.00\n", "utf-8")
    monkeypatch.setenv("MAILD_OFFICE__BANK_ACCOUNT", UNSET)
    assert call("import", "statement", str(tmp_path / "s.csv"), "--dry-run")[1][-1]["lines"] == 1
    monkeypatch.setenv("MAILD_OFFICE__BANK_ACCOUNT", "6222000011114444555")
    assert call("import", "statement", str(tmp_path / "s.csv"), "--dry-run")[1][-1]["lines"] == 0


def test_an_import_opens_the_books(call: Call, tmp_path: Path) -> None:
    """Owed, claimed, paid as the file says; the same file again adds nothing; what is cancelled or only quoted owes
    nothing.
    """
    import_(call, tmp_path, "due", "proof_received")
    row = account(call)
    assert (row["owed"], row["claimed"], row["deposit"]) == ("20.00", "7.00", "0.00")
    assert row["owed_for"] == [{"number": "ZJU-2026-000001", "amount": "20.00"}]
    import_(call, tmp_path, "due", "proof_received")
    assert account(call) == row
    code, told = call("ledger", "check")
    assert (code, told[-1]["holds"]) == (0, True)
    assert {t["book"]: t["balance"] for t in told if "book" in t} == {
        "cash": "5.00",
        "claimed": "7.00",
        "income": "-42.00",
        "receivable": "20.00",
        "subsidy": "10.00",
    }


def test_a_later_import_brings_them_up_to_date(call: Call, tmp_path: Path) -> None:
    """What the office has booked as paid meanwhile is paid here, the opening claim included."""
    import_(call, tmp_path, "due", "proof_received")
    import_(call, tmp_path, "confirmed", "confirmed")
    row = account(call)
    assert (row["owed"], row["claimed"]) == ("0.00", "0.00")
    assert [e["kind"] for e in row["entries"]][:2] == ["confirmation", "payment"]
    assert call("ledger", "check")[0] == 0


def test_a_fee_that_changes_in_an_import(call: Call, tmp_path: Path) -> None:
    """A lower fee of a paid request leaves the difference in the deposit."""
    import_(call, tmp_path, "confirmed", "due")
    (tmp_path / "t.csv").write_text(HEAD + "ZJU-2026-000001,p1,shipped,25,10,15,confirmed\n", encoding="utf-8")
    assert call("import", "transactions", str(tmp_path / "t.csv"))[0] == 0
    assert account(call)["deposit"] == "5.00"


def test_entries_are_listed_and_shown(call: Call, tmp_path: Path) -> None:
    """By patron and number, newest first; one with its postings; an unknown one is a no."""
    import_(call, tmp_path, "due", "due")
    _, rows = call("ledger", "list", "--number", "ZJU-2026-000002")
    assert [row["key"] for row in rows] == ["payment:opening:ZJU-2026-000002:2", "charge:ZJU-2026-000002:1"]
    code, (entry,) = call("ledger", "show", "charge:ZJU-2026-000001:1")
    assert code == 0
    assert [(p["book"], p["amount"]) for p in entry["postings"]] == [
        ("receivable", "20.00"),
        ("subsidy", "10.00"),
        ("income", "-30.00"),
    ]
    assert call("ledger", "list", "--patron", "p2") == (0, [])
    assert call("ledger", "show", "nothing")[0] == 1


def test_the_check_fails_where_the_books_do(call: Call, tmp_path: Path) -> None:
    """A posting changed behind the database's back: exit 1 and a sentence that says which."""
    import_(call, tmp_path, "due", "due")
    engine = make_engine(f"sqlite:///{tmp_path / 'maild.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER ledger_posting_no_update"))
        connection.execute(sa.text("UPDATE ledger_posting SET cents = 1900 WHERE cents = 2000"))
    engine.dispose()
    code, told = call("ledger", "check")
    assert code == 1
    faults = [row["fault"] for row in told if "fault" in row]
    assert any("charge:ZJU-2026-000001:1" in fault for fault in faults)
    assert any("sum to" in fault for fault in faults)


def test_what_the_books_lack_is_opened_once(call: Call, tmp_path: Path) -> None:
    """`ledger check` counts what an older maild left, `ledger open` enters it."""
    import_(call, tmp_path, "none", "none")
    engine = make_engine(f"sqlite:///{tmp_path / 'maild.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE transactions SET payment_state = 'due' WHERE state = 'shipped'"))
    engine.dispose()
    assert {"unopened": 2}.items() <= call("ledger", "check")[1][-2].items()
    assert call("ledger", "open", "--by", "li") == (0, [{"done": "2 transaction(s) opened", "opened": 2}])
    assert call("ledger", "open")[1][0]["opened"] == 0
    assert account(call)["owed"] == "27.00"


def test_fees_are_quoted(call: Call) -> None:
    """Line by line, with what is a placeholder; exit 1 where something must be known first; a wrong word is usage."""
    code, (row,) = call("fees", "quote", "--source", "cashl", "--pages", "12", "--on", "2026-11-24")
    assert (code, row["total"], row["payable"], row["placeholders"]) == (0, "5.60", "0.00", [])
    assert row["lines"][0]["why_en"] == "12 pages × 0.30"
    code, (row,) = call("fees", "quote", "--source", "bl", "--on", "2026-11-24")
    assert (code, row["missing"]) == (1, ["supplier"])
    cost = ("--cost", "supplier=55", "--cost", "postage=7.50")
    code, (row,) = call("fees", "quote", "--source", "bl", *cost, "--patron", "external", "--on", "2026-11-24")
    assert (code, row["payable"]) == (0, "72.50")
    assert call("fees", "quote", "--patron", "king")[0] == 2
    assert call("fees", "quote", "--cost", "55")[0] == 2
    assert call("fees", "quote", "--on", "2020-01-01")[0] == 1
    assert {row["tariff"] for row in call("fees", "list")[1]} == {"zju-2026", "zju-supplier-2026"}


def test_the_evidence_on_the_command_line(call: Call, tmp_path: Path) -> None:
    """head says it, verify holds it, also against an earlier head; a changed row is named with exit code 1; a row is
    proven by its path; what is no head is refused with 2.
    """
    import_(call, tmp_path, "due", "proof_received")
    code, (head,) = call("ledger", "head")
    assert (code, head["size"], head["head"]) == (0, 5, f"5:{head['root']}")
    import_(call, tmp_path, "proof_received", "proof_received")
    code, (found,) = call("ledger", "verify", "--head", head["head"])
    assert (code, found["holds"], found["faults"], found["rows"]["entry"]) == (0, True, 0, 6)
    code, (proof,) = call("ledger", "proof", "charge:ZJU-2026-000001:1")
    path = [bytes.fromhex(one) for one in proof["path"]]
    root = bytes.fromhex(proof["head"].partition(":")[2])
    assert merkle.included(bytes.fromhex(proof["leaf"]), proof["index"], 6, path, root)
    engine = make_engine(f"sqlite:///{tmp_path / 'maild.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_posting_no_update")
        connection.exec_driver_sql("UPDATE ledger_posting SET patron_id = 'p2' WHERE entry_id = 1 AND position = 0")
    engine.dispose()
    code, (fault, summary) = call("ledger", "verify", "--head", head["head"])
    assert (code, fault["fault"], fault["row"], fault["leaf"]) == (
        1,
        "changed",
        "entry 1 (charge:ZJU-2026-000001:1)",
        1,
    )
    assert (summary["holds"], summary["faults"]) == (False, 1)
    assert call("ledger", "verify", "--head", f"6:{'0' * 64}")[1][-2]["fault"] == "head"
    assert call("ledger", "verify", "--head", "6")[0] == 2
    assert call("ledger", "proof", "decision:1")[0] == 1
