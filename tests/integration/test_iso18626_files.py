"""ISO 18626 messages out and in by the commands: on a real database, without a mail server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Mailbox, Secret, Settings, Smtp, Store
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import Service, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from tests.servers.schema import lay_out
from tests.unit.peers.test_examples_in_iso_words import check

pytestmark = pytest.mark.integration
NS = "{http://illtransactions.org/2013/iso18626}"
COPY, LOAN = "2026112400017", "2026112400018"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def _message(status: str = "Loaned", number: str = LOAN, supplier: str = "BL", extra: str = "", info: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ISO18626Message xmlns="http://illtransactions.org/2013/iso18626" version="1.2"><supplyingAgencyMessage><header>
<supplyingAgencyId><agencyIdType>ISIL</agencyIdType><agencyIdValue>{supplier}</agencyIdValue></supplyingAgencyId>
<requestingAgencyId><agencyIdType>ISIL</agencyIdType><agencyIdValue>XX-US</agencyIdValue></requestingAgencyId>
<timestamp>2026-11-24T01:12:33Z</timestamp><requestingAgencyRequestId>{number}</requestingAgencyRequestId></header>
<messageInfo><reasonForMessage>StatusChange</reasonForMessage>{info}</messageInfo>
<statusInfo><status>{status}</status>{extra}<lastChange>2026-11-24T01:12:33Z</lastChange></statusInfo>
</supplyingAgencyMessage></ISO18626Message>"""


class Desk:
    """A store with two requests, and the command line."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.folder, self.capture = folder, capture
        base = Settings()
        settings = replace(
            base,
            store=Store(url=f"sqlite:///{folder / 'maild.db'}", blobs=folder / "blobs", upgrade=True),
            mailbox=(Mailbox(host="127.0.0.1", user="u", password=Secret("p")),),
            smtp=Smtp(host="127.0.0.1"),
            matching=replace(base.matching, token_key=Secret("ab" * 32)),
        )
        self.services = Services(settings)
        lay_out(folder / "maild.db")
        write(settings, folder / "maild.toml")
        patron = Patron(patron_id="p", name="林一", emails=(PatronAddress(address="lin@patron.example"),))
        with self.services.store.begin() as uow:
            uow.patrons.upsert([patron], datetime.now(UTC))
            uow.transactions.upsert(
                [
                    Transaction(number=COPY, patron_id="p", title="湖泊", provider="British Library"),
                    Transaction(
                        number=LOAN,
                        patron_id="p",
                        title="A book",
                        service=Service.LOAN,
                        provider="British Library",
                        state=State.IN_PROCESS,
                    ),
                ],
                datetime.now(UTC),
            )

    def __call__(self, *args: object, code: int = 0) -> str:
        self.capture.readouterr()
        got = run(["--config", str(self.folder / "maild.toml"), *map(str, args)])
        out, err = self.capture.readouterr()
        assert got == code, (out + err).decode()
        return out.decode()

    def take(self, *texts: str, code: int = 0, dry: bool = False) -> list[dict[str, Any]]:
        """Import files with these texts."""
        files = []
        for n, text in enumerate(texts):
            files.append(self.folder / f"in{n}")
            files[-1].write_text(text, encoding="utf-8", errors="surrogatepass")
        options = ["--dry-run"] if dry else []
        said = self("iso18626", "import", *files, *options, "--as", "li", "--json", code=code)
        return [json.loads(line) for line in said.splitlines()]

    def state(self, number: str) -> State:
        with self.services.store.read() as uow:
            found = uow.transactions.get(number)
        assert found is not None
        return found.state


@pytest.fixture
def desk(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Desk]:
    """A desk; closed afterwards."""
    made = Desk(tmp_path, capfdbinary)
    yield made
    made.services.close()


def test_a_message_does_what_the_provider_s_mail_would(desk: Desk) -> None:
    """State, due date, the patron's notice and history with who brought it; the same message again does nothing."""
    text = _message(extra="<dueDate>2026-12-24T00:00:00Z</dueDate>")
    (would,) = desk.take(text, dry=True)
    assert (would["outcome"], would["supplier"], desk.state(LOAN)) == ("applied", "bl", State.IN_PROCESS)
    (done,) = desk.take(text)
    assert (done["outcome"], desk.state(LOAN)) == ("applied", State.SHIPPED)
    as_json = json.loads(desk("iso18626", "export", LOAN, "--format", "json"))
    assert as_json["supplyingAgencyMessage"]["statusInfo"]["dueDate"] == "2026-12-24T00:00:00Z"
    reformatted = text.replace("><", ">\n  <")
    (again, third) = desk.take(text, reformatted)
    assert (again["outcome"], third["outcome"]) == ("known", "known")
    assert again["mail_id"] == done["mail_id"]
    with desk.services.store.read() as uow:
        (moved,) = [e for e in uow.journal.of_transaction(LOAN) if e.what == "state"]
        assert (moved.actor, moved.mail_id) == ("li", done["mail_id"])
        assert [n.request.kind for n in uow.outbox.find(number=LOAN)] == [NoticeKind.SENT_FOR_SUPPLY]
        assert uow.mails.get(done["mail_id"]).status is MailStatus.SETTLED
    assert json.loads(desk("transactions", "show", LOAN, "--json"))["iso18626"]["status"] == "Loaned"
    assert "ISO 18626  Loaned" in desk("transactions", "show", LOAN)
    assert desk.services.balance().even


def test_what_cannot_be_applied_waits_in_the_queue(desk: Desk) -> None:
    """A number that is unknown here goes before staff, who can assign it; nothing is lost."""
    (done,) = desk.take(_message("Unfilled", number="2026999900001", info="<reasonUnfilled>NotHeld</reasonUnfilled>"))
    assert (done["outcome"], done["remedy"]) == ("review", "maild queue list")
    (item,) = [json.loads(line) for line in desk("queue", "list", "--json").splitlines()]
    with desk.services.store.begin() as uow:
        uow.transactions.upsert([Transaction(number="2026999900001", patron_id="p")], datetime.now(UTC))
    desk("queue", "assign", item["id"], "2026999900001")
    assert desk.state("2026999900001") is State.UNFILLED


def test_another_library_s_word_is_not_taken_for_the_supplier_s(desk: Desk) -> None:
    """A message of a library that has no part in the request moves nothing: a person looks."""
    (done,) = desk.take(_message("Cancelled", supplier="国家图书馆"))
    assert (done["outcome"], done["supplier"]) == ("review", "nlc")
    assert desk.state(LOAN) is State.IN_PROCESS


def test_many_messages_in_every_form(desk: Desk) -> None:
    """XML under a cover, a JSON object a line, a list: each message is taken by itself."""
    desk.take(_message())
    desk("iso18626", "export", LOAN, COPY, "--out", desk.folder / "many.xml")
    root = ElementTree.parse(desk.folder / "many.xml").getroot()
    assert [child.tag for child in root] == [f"{NS}ISO18626Message"] * 2
    for child in root:
        check(child)
    (desk.folder / "each").mkdir()
    desk("iso18626", "export", LOAN, COPY, "--out", desk.folder / "each", "--format", "json")
    assert len(list((desk.folder / "each").iterdir())) == 2
    rows = desk.take(
        f"[{json.dumps(_tree('WillSupply'))},{json.dumps(_tree('Unfilled'))}]",
        json.dumps(_tree("Nonsense")) + "\n" + json.dumps(_tree("ExpectToSupply")),
        code=1,
    )
    assert [row["outcome"] for row in rows] == ["applied", "applied", "error", "ignored"]
    assert rows[2]["place"] == "message 1"
    assert "statusInfo/status: 'Nonsense'" in rows[2]["reasons"][0]
    assert desk.state(COPY) is State.UNFILLED


def test_all_news_since_a_day(desk: Desk) -> None:
    """--all tells everything in order, --since what was said from then on; nothing is an answer too."""
    desk.take(
        _message("WillSupply"),
        _message("Loaned").replace("2026-11-24T01", "2026-11-24T05"),
        _message("WillSupply").replace("2026-11-24T", "2026-11-25T"),
    )
    told = [json.loads(line) for line in desk("iso18626", "export", LOAN, "--all", "--format", "json").splitlines()]
    assert [t["supplyingAgencyMessage"]["statusInfo"]["status"] for t in told][-2:] == ["Loaned", "WillSupply"]
    (last,) = desk("iso18626", "export", LOAN, "--since", "2026-11-25", "--format", "json").splitlines()
    assert "2026-11-25T" in last
    desk("iso18626", "export", LOAN, "--since", "2030-01-01", code=1)
    desk("iso18626", "export", LOAN, "--since", "soon", code=2)
    desk("iso18626", "export", "nobody", code=1)


WRONG = [
    (BOMB, "document type or entities"),
    (FILE, "document type or entities"),
    ("<a>" * 200 + "</a>" * 200, "too deep"),
    ("[" * 100_000, "nested too deep"),
    ("<ISO18626Message/>", "no supplyingAgencyMessage in it"),
    ('{"supplyingAgencyMessage": 7}', "message 1 has no"),
    ("{\n  oops", "line 2, column 3"),
    ("", "not well-formed XML"),
    ("<a><b></a>", "not well-formed XML: mismatched tag: line 1"),
    (_message(supplier="XX-NOBODY"), "ISIL:XX-NOBODY is no provider known here"),
    (_message(number=""), "requestingAgencyRequestId: is missing"),
]


def test_what_is_wrong_is_said_with_its_place(desk: Desk) -> None:
    """No entity is opened, no file read; each error has file, reason and remedy, and nothing is kept."""
    rows = desk.take(*(text for text, _ in WRONG), code=1)
    for n, ((text, said), row) in enumerate(zip(WRONG, rows, strict=True)):
        assert row["outcome"] == "error", text[:100]
        assert said in " ".join(row["reasons"])
        assert row["remedy"]
        assert row["file"].endswith(f"in{n}")
    with desk.services.store.read() as uow:
        assert uow.mails.find() == []
    (missing,) = [
        json.loads(line) for line in desk("iso18626", "import", desk.folder / "none", "--json", code=1).splitlines()
    ]
    assert missing["reasons"] == ["No such file or directory"]


def test_an_office_names_agencies(desk: Desk) -> None:
    """agencies in the office's providers.toml: known on the way in, written on the way out."""
    from maild.classify.providers import Provider, Providers
    from maild.office.providers.peer_export import export

    known = Providers([Provider(id="bl", name_zh="英图", name_en="BL", domains=("bl.uk",), agencies=("ISIL:XX-BL",))])
    found = known.of_agency("isil", "xx-bl")
    assert found is not None
    with desk.services.store.begin() as uow:
        uow.transactions.upsert([Transaction(number=LOAN, patron_id="p", provider="bl")], datetime.now(UTC))
        (tree,) = export(uow, [LOAN], providers=known, requester="ISIL:XX-US", now=datetime.now(UTC))
    assert tree["header"]["supplyingAgencyId"] == {"agencyIdType": "ISIL", "agencyIdValue": "XX-BL"}
    assert tree["header"]["requestingAgencyId"] == {"agencyIdType": "ISIL", "agencyIdValue": "XX-US"}


def test_a_cost_goes_out_and_comes_in(desk: Desk) -> None:
    """RetryPossible with offered costs asks the patron's fee to be settled, and is exported as it came."""
    cost = "<offeredCosts><currencyCode>CNY</currencyCode><monetaryValue>35.00</monetaryValue></offeredCosts>"
    desk.take(_message("RetryPossible", number=COPY, info=f"<reasonRetry>CostExceedsMaxCost</reasonRetry>{cost}"))
    assert desk.state(COPY) is State.CONDITIONAL
    root = ElementTree.fromstring(desk("iso18626", "export", COPY))
    check(root)
    assert root.findtext(f".//{NS}offeredCosts/{NS}monetaryValue") == "35.00"
    with desk.services.store.read() as uow:
        found = uow.transactions.get(COPY)
    assert found is not None
    assert found.total == Money.of(35)


def _tree(status: str) -> dict[str, Any]:
    agency = {"agencyIdType": "ISIL", "agencyIdValue": "British Library"}
    return {
        "version": "1.2",
        "supplyingAgencyMessage": {
            "header": {
                "supplyingAgencyId": agency,
                "requestingAgencyId": agency,
                "timestamp": "2026-11-24T09:12:33+08:00",
                "requestingAgencyRequestId": COPY,
            },
            "messageInfo": {"reasonForMessage": "StatusChange"},
            "statusInfo": {"status": status, "lastChange": "2026-11-24T01:12:33Z"},
        },
    }
