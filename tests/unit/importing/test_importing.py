"""Imports into a real store: idempotent, dry runs, errors by row, no state moved silently."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from maild.domain.errors import ConfigError
from maild.domain.incoming.decision import Transition
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Language, PatronKind
from maild.office.imports.importing import import_patrons, import_transactions
from maild.store import open_store
from maild.store.uow import Store
from tests.servers.schema import lay_out

NOW = datetime(2026, 11, 24, tzinfo=UTC)

PATRONS = """patron_id,name,kind,department,login,emails,phone,language
0012,李 四,internal,农学院,li4,Li@patron.example;li@PATRON.example;li2@patron.example,1,zh-CN
0013,Wu,校外,,wu,wu@patron.example,,en
"""
TRANSACTIONS = """number,patron_id,service,literature,title,provider,state,submitted,due,total,subsidy,payable,\
payment_state,memo
ILL-1,0012,loan,book,红楼梦,国图,借出,2026/11/01 09:00,2026-12-24,20,10.50,9.50,due,x
ILL-2,0013,文献传递,,On Wheat,CALIS,shipped,20261102,,¥3.3,,3.3,待付款,y
"""


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


CLOCK = FixedClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(lay_out(tmp_path / "maild.db"))
    yield opened
    opened.close()


def _file(tmp_path: Path, text: str, name: str = "t.csv") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path / name


def _counts(report: object) -> tuple[int, int, int]:
    return (report.created, report.changed, report.unchanged)  # type: ignore[attr-defined]


@pytest.fixture
def with_patrons(store: Store, tmp_path: Path) -> None:
    assert _counts(import_patrons(store, _file(tmp_path, PATRONS, "p.csv"), CLOCK)) == (2, 0, 0)


def test_patrons(store: Store, tmp_path: Path) -> None:
    """Every column arrives; addresses are lower-cased and each once; a second run changes nothing."""
    path = _file(tmp_path, PATRONS)
    assert _counts(import_patrons(store, path, CLOCK, dry_run=True)) == (2, 0, 0)
    with store.read() as uow:
        assert uow.patrons.find() == []
    assert _counts(import_patrons(store, path, CLOCK)) == (2, 0, 0)
    assert _counts(import_patrons(store, path, CLOCK)) == (0, 0, 2)
    with store.read() as uow:
        li, wu = uow.patrons.get_many(["0012", "0013"])
    assert [e.address for e in li.emails] == ["li@patron.example", "li2@patron.example"]
    assert (li.name, li.kind, li.department, li.language) == ("李 四", PatronKind.INTERNAL, "农学院", Language.ZH)
    assert (wu.kind, wu.language, wu.version) == (PatronKind.EXTERNAL, Language.EN, 0)


def test_an_empty_cell_changes_nothing(store: Store, tmp_path: Path, with_patrons: None) -> None:
    """Missing columns and empty cells say nothing; a bounce of an address that stays is kept."""
    with store.begin() as uow:
        bounce = AddressBounce(address="li@patron.example", permanent=True, reason="x", until=NOW + timedelta(days=9))
        uow.addresses.note(News(address=bounce.address, what=Heard.HARD_BOUNCE, reason="x"), bounce, NOW)
    text = "patron_id,name,phone,emails\n0012,李 四,,\n0013,Wu,7,wu@patron.example;li@patron.example\n"
    assert _counts(import_patrons(store, _file(tmp_path, text), CLOCK)) == (0, 1, 1)
    assert _counts(import_patrons(store, _file(tmp_path, PATRONS), CLOCK)) == (0, 1, 1)  # Wu's address is one again
    with store.read() as uow:
        li, wu = uow.patrons.get_many(["0012", "0013"])
    assert (li.phone, li.department, li.emails[0].bounced_until) == ("1", "农学院", bounce.until)
    assert (wu.phone, wu.login) == ("7", "wu")


def test_transactions(store: Store, tmp_path: Path, with_patrons: None) -> None:
    """Every column arrives, exactly; further columns are reported; dry runs write nothing; runs repeat."""
    path = _file(tmp_path, TRANSACTIONS)
    dry = import_transactions(store, path, CLOCK, dry_run=True)
    assert (_counts(dry), dry.ignored_columns, dry.errors) == ((2, 0, 0), ("memo",), ())
    with store.read() as uow:
        assert uow.transactions.find() == []
    steps: list[tuple[int, int]] = []
    report = import_transactions(store, path, CLOCK, progress=lambda done, total: steps.append((done, total)))
    assert (_counts(report), steps) == ((2, 0, 0), [(2, 2)])
    assert _counts(import_transactions(store, path, CLOCK)) == (0, 0, 2)
    with store.read() as uow:
        one, two = uow.transactions.get_many(["ILL-1", "ILL-2"])
        journal = uow.journal.of_transaction("ILL-1")
    assert (one.service, one.state, one.payment_state) == (Service.LOAN, State.ON_LOAN, PaymentState.DUE)
    assert one.submitted == datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
    assert one.due == date(2026, 12, 24)
    assert [m.amount for m in (one.total, one.subsidy, one.payable) if m] == [
        Decimal(x) for x in ("20.00", "10.50", "9.50")
    ]
    assert (two.service, two.payment_state, two.subsidy, two.due) == (Service.COPY, PaymentState.DUE, None, None)
    assert [(line.what, line.actor, line.after) for line in journal] == [("import", "import", "on_loan")]


def test_no_state_moves_silently(store: Store, tmp_path: Path, with_patrons: None) -> None:
    """A changed state is in the journal; one that goes backwards is a warning as well."""
    import_transactions(store, _file(tmp_path, TRANSACTIONS), CLOCK)
    text = "事务号,读者号,状态,付款状态\nILL-1,0012,已到馆,已确认\nILL-2,0013,已送达,\n"
    dry = import_transactions(store, _file(tmp_path, text), CLOCK, dry_run=True)
    report = import_transactions(store, _file(tmp_path, text), CLOCK)
    assert dry == report
    assert _counts(report) == (0, 2, 0)
    assert [(w.line, w.column) for w in report.warnings] == [(2, "state")]
    with store.read() as uow:
        lines = uow.journal.of_transaction("ILL-1")[1:]
        one = uow.transactions.get("ILL-1")
    assert [(line.before, line.after, line.actor) for line in lines] == [
        ("on_loan", "received", "import"),
        ("due", "confirmed", "import"),
    ]
    assert "the state moves backwards" in lines[0].reasons
    assert one is not None
    assert (one.version, one.title) == (1, "红楼梦")


def test_what_a_mail_moved_stays_where_the_file_is_silent(store: Store, tmp_path: Path, with_patrons: None) -> None:
    """The daemon learned a fee and a state by mail; a file without these columns leaves them alone."""
    import_transactions(store, _file(tmp_path, "number,patron_id\nILL-9,0012\n"), CLOCK)
    with store.begin() as uow:
        uow.transactions.apply(Transition(number="ILL-9", expected_version=0, after=State.SHIPPED), NOW)
    report = import_transactions(store, _file(tmp_path, "number,patron_id,state,total\nILL-9,0012,,\n"), CLOCK)
    assert _counts(report) == (0, 0, 1)


def test_errors_by_row(store: Store, tmp_path: Path, with_patrons: None) -> None:
    """Bad rows are listed with line, column, fault and remedy; the good ones go in."""
    text = """number,patron_id,state,total,submitted,title
OK-1,0012,shipped,3,2026-11-24,fine
BAD-1,nobody,shipped,,,
BAD-2,0012,vanished,x,2026-02-30,three faults
,0012,,,,no number
OK-1,0012,,,,again
BAD-3,0012,,,,an,unquoted comma
OK-2,0013,,,,fine
"""
    report = import_transactions(store, _file(tmp_path, text), CLOCK)
    assert _counts(report) == (2, 0, 0)
    assert sorted((e.line, e.column) for e in report.errors) == [
        (3, "patron_id"), (4, "state"), (4, "submitted"), (4, "total"), (5, "number"), (6, "number"), (7, ""),
    ]  # fmt: skip
    assert all(e.what and e.remedy for e in report.errors)
    assert [e.line for e in report.errors] == sorted(e.line for e in report.errors)
    assert import_transactions(store, _file(tmp_path, text), CLOCK, dry_run=True).errors == report.errors


def test_missing_columns_and_double_columns(store: Store, tmp_path: Path) -> None:
    """A file that lacks a needed column, or says one twice, is refused as a whole, with what to do."""
    with pytest.raises(ConfigError, match="'number' is missing") as caught:
        import_transactions(store, _file(tmp_path, "id,patron_id\n1,2\n"), CLOCK)
    assert "事务号" in caught.value.remedy
    with pytest.raises(ConfigError, match="two columns"):
        import_patrons(store, _file(tmp_path, "patron_id,学号,name\n1,2,x\n"), CLOCK)
    assert _counts(import_patrons(store, _file(tmp_path, "patron_id,name\n"), CLOCK)) == (0, 0, 0)


def test_chinese_excel(store: Store, tmp_path: Path, with_patrons: None) -> None:
    """The office's own headers, words, dates and numbers from Excel; a rounded number is an error."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["事务号", "学工号", "服务类型", "状态", "申请日期", "应还日期", "自负费用", "备注"])
    sheet.append([2026112400017, 12, "馆际互借", "借出", datetime(2026, 11, 1, 9), datetime(2026, 12, 24), 3.3, "x"])
    sheet.append([2.0261124000171e17, "0013", "文献传递", "处理中", None, None, None, None])
    sheet["B2"].number_format = "0000"
    book.save(tmp_path / "t.xlsx")
    report = import_transactions(store, tmp_path / "t.xlsx", CLOCK)
    assert (_counts(report), report.ignored_columns) == ((1, 0, 0), ("备注",))
    assert [(e.line, e.column) for e in report.errors] == [(3, "number")]
    with store.read() as uow:
        known = uow.transactions.get("2026112400017")
    assert known is not None
    assert (known.patron_id, known.state, known.due) == ("0012", State.ON_LOAN, date(2026, 12, 24))


def test_a_large_file(store: Store, tmp_path: Path) -> None:
    """Several batches, each its own commit; progress counts up; unchanged on the second run."""
    lines = "".join(f"{n},Patron {n},p{n}@patron.example\n" for n in range(1200))
    path, seen = _file(tmp_path, "patron_id,name,emails\n" + lines), []
    report = import_patrons(store, path, CLOCK, progress=lambda done, total: seen.append(done))
    assert (_counts(report), seen) == ((1200, 0, 0), [500, 1000, 1200])
    assert _counts(import_patrons(store, path, CLOCK)) == (0, 0, 1200)
