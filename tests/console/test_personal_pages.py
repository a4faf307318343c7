"""Personal data in the console: shown to administrators, handed out, erased on a word typed; account numbers by role."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from starlette.testclient import TestClient

from maild.domain.accounting.channel import Channel
from maild.domain.accounting.statement import StatementLine
from maild.domain.desk.access import Role
from maild.domain.money import Money
from tests.console.conftest import signed_in
from tests.console.world import World

PAGE = "/patrons/p08/personal"
ACCOUNT = "6222020200112345678"


def test_what_is_held_is_shown_handed_out_and_erased(client: TestClient, office: World) -> None:
    """Each step in its order; a word mistyped or something open stops it, and says why in the reader's language."""
    page = client.get(PAGE, headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    assert "笔事务尚未结束" in page.text
    with zipfile.ZipFile(io.BytesIO(client.get(f"{PAGE}.zip").content)) as archive:
        assert "周海" in archive.read("index.html").decode()
    erase = "/api/v1/patrons/p08/erase"
    assert "not the patron's id" in client.post(erase, json={"confirm": "p80"}).json()["title"]
    assert "not settled yet" in client.post(erase, json={"confirm": "p08"}).json()["title"]
    done = client.post("/patrons/p08/erase", data={"confirm": "p08", "force": "true"}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/patrons")
    assert client.get("/patrons/p08").status_code == 404
    with office.services.store.read() as uow:
        assert uow.patrons.get("p08") is None
        assert uow.evidence.verify().faults == ()


def test_only_administrators_see_what_is_held(office: World) -> None:
    """A librarian is refused each of it, and finds no link to it."""
    librarian = signed_in(office, "wu", Role.LIBRARIAN)
    assert librarian.get(PAGE).status_code == 403
    assert librarian.get(f"{PAGE}.zip").status_code == 403
    assert librarian.post("/patrons/p08/erase", data={"confirm": "p08"}).status_code == 403
    assert "/personal" not in librarian.get("/patrons/p08").text


def test_a_payers_account_is_whole_for_who_keeps_the_books_with_the_bank(office: World) -> None:
    """A librarian sees its last four, an accountant all of it."""
    with office.services.store.begin() as uow:
        line = StatementLine(key="icbc:1", format="icbc", channel=Channel.BANK, amount=Money.of("38.00"),
                             booked=date(2026, 11, 24), payer="周海", payer_account=ACCOUNT)  # fmt: skip
        uow.statements.add([line], office.services.clock.now())
    pages = {role: signed_in(office, role.value, role).get("/payments/statements").text for role in Role}
    for role, page in pages.items():
        assert (ACCOUNT in page) is role.may(Role.ACCOUNTANT)
        assert ("•••• 5678" in page) is not role.may(Role.ACCOUNTANT)
