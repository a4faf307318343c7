"""Statements handed in on the page of payments are taken apart by a worker, not by the console: Excel and CSV."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote_plus

import httpx
import pytest
from openpyxl import Workbook
from starlette.testclient import TestClient

from maild.config import UNSET
from maild.store.accounting import statement_tables
from tests.console.world import World

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ["交易时间", "交易对方", "收/支", "交易状态", "交易订单号", "金额", "商品说明"]


def statement() -> bytes:
    """A bill of Alipay's as somebody saved it with Excel: one payment came in, one went out."""
    file, book = io.BytesIO(), Workbook()
    at = datetime(2026, 11, 23, 10, 23, 45)
    for row in (
        ["账单"],
        HEAD,
        [at, "钱新", "收入", "交易成功", "20261123220014", 38.0, "文献传递费"],
        [at, "超市", "支出", "交易成功", "20261123220015", 9.9, "水"],
    ):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def as_csv() -> bytes:
    """The same as Alipay gives it out."""
    rows = (
        ["账单"],
        HEAD,
        ["2026-11-23 10:23:45", "钱新", "收入", "交易成功", "20261123330014", "38.00", "文献传递费"],
        ["2026-11-23 10:23:45", "超市", "支出", "交易成功", "20261123330015", "9.90", "水"],
    )
    return "\r\n".join(",".join(row) for row in rows).encode("gb18030")


def hand_in(client: TestClient, content: bytes, name: str = "账单.xlsx") -> httpx.Response:
    """As a program hands it in."""
    said = {"file": base64.b64encode(content).decode(), "file_name": name}
    return client.post("/api/v1/payments/statements", json=said)


def test_an_excel_statement_is_read_by_a_worker(client: TestClient, office: World) -> None:
    """Its lines are kept once, by a process of its own; the second time nothing is new."""
    done = [hand_in(client, statement()).json()["data"] for _ in range(2)]
    assert [(one["lines"], one["new"], one["known"]) for one in done] == [(2, 2, 0), (2, 0, 2)]
    assert office.services.sheets._pool.counters.calls >= 2
    page = client.post("/payments/statements", files={"file": ("账单.xlsx", statement(), XLSX)})
    assert (page.status_code, "账单.xlsx" in page.text) == (200, True)


@pytest.mark.parametrize(("ours", "lines"), [(UNSET, 1), ("6222000011114444555", 0)])
def test_a_statement_is_held_against_no_account_that_is_not_set(
    client: TestClient, office: World, ours: str, lines: int
) -> None:
    """Each account may be ours until ours is said; then a line of another is left out."""
    settings = office.services.settings
    office.services.settings = replace(settings, office=replace(settings.office, bank_account=ours))
    content = "本方账号,交易日期,贷方发生额\n6222000011112222333,2026-11-20,5.00\n".encode()
    assert hand_in(client, content, "银行.csv").json()["data"]["lines"] == lines


def test_a_csv_statement_is_read_by_a_worker(
    client: TestClient, office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No byte of it is taken apart in the console's own process."""
    monkeypatch.setattr(statement_tables, "lines_below", None)
    before = office.services.sheets._pool.counters.calls
    done = hand_in(client, as_csv(), "账单.csv").json()["data"]
    assert (done["lines"], done["new"], done["faults"]) == (2, 2, [])
    assert office.services.sheets._pool.counters.calls == before + 1


def test_a_csv_statement_with_an_endless_cell_is_told(client: TestClient) -> None:
    """Which file, which line, why, and what to do."""
    problem = hand_in(client, as_csv() + b"\r\n" + b"1" * 200_000, "账单.csv").json()
    assert problem["status"] == 422
    assert problem["title"].startswith("账单.csv: line 5: a cell has more than 131072 characters")
    assert problem["detail"] == "export it anew"


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"\x00\xff\x00"])
def test_a_file_that_is_none_is_told(client: TestClient, content: bytes) -> None:
    """What it is called and what to do, and no path of this machine."""
    done = hand_in(client, content)
    assert done.status_code == 422
    problem = done.json()
    assert "账单.xlsx" in problem["title"]
    assert problem["detail"]
    assert not re.search(r"/tmp|/dev/shm", problem["title"])


def test_a_claim_shows_its_proof(client: TestClient, office: World) -> None:
    """Who is asked whether money came can look at what the patron sent."""
    with office.services.store.read() as uow:
        claim = uow.ledger.claims(limit=1)[0]
        seen = uow.receipts.of_claims([claim.key])[claim.key][0]
        assert uow.receipts.of_mail(seen.mail_id)[seen.place].receipt == seen.receipt
    link = f"/mails/{seen.mail_id}/proofs/{seen.place}"
    assert f'href="{link}"' in client.get("/payments").text
    shown = client.get(link)
    assert (shown.status_code, shown.headers["content-type"][:6]) == (200, "image/")


def test_the_proofs_of_a_claim(client: TestClient, office: World) -> None:
    """The viewer of the item's page: the picture, a box for each value that has a place, and the values; a claim that
    there is not has none.
    """
    with office.services.store.read() as uow:
        claim = uow.ledger.claims(limit=1)[0]
        (seen,) = uow.receipts.of_claims([claim.key])[claim.key]
    assert f'data-part="/payments/proofs?claim={quote_plus(claim.key)}"' in client.get("/payments").text
    part = client.get("/payments/proofs", params={"claim": claim.key}).text
    placed = [name for name, mark in seen.receipt.marks.items() if mark.box]
    assert re.findall(r'<g data-mark="(\w+)"', part) == placed
    assert {"amount", "payee"} <= set(placed) & set(re.findall(r'<dd data-field="(\w+)"', part))
    assert f'src="/mails/{seen.mail_id}/proofs/{seen.place}?width=' in part
    none = client.get("/payments/proofs", params={"claim": "none"}, headers={"accept": "application/json"})
    assert (none.status_code, none.json()["title"]) == (404, "the claim has no proof")
