"""One box over everything: what is typed, where it leads, what it finds."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from maild.console.seeking import Group, Sought, sought
from maild.domain.desk.listing import Shown
from tests.console.test_queue_pages import JSON, items
from tests.console.world import World

TYPED = {
    "发票 抬头": Sought(text="发票 抬头"),
    "from:demo-zhao@126.com": Sought(sender="demo-zhao@126.com"),
    'from:"赵 启明" 凭证': Sought(sender="赵 启明", text="凭证"),
    "发件人：赵启明 有:凭证": Sought(sender="赵启明", proof=True, within=(Group.MAILS,)),
    "no:2026112 before:2026/11/01": Sought(number="2026112", before=date(2026, 11, 1)),
    "after:2026-11-01 is:handled x": Sought(text="x", after=date(2026, 11, 1), shown=Shown.HANDLED),
    "范围:发票 公司": Sought(text="公司", within=(Group.INVOICES,)),
    "before:yesterday x": Sought(text="x", unread=("before:yesterday",)),
    "https://a.example/b:c 10:30": Sought(text="https://a.example/b:c 10:30"),
    "DOI:10.1000/182": Sought(text="DOI:10.1000/182"),
}


@pytest.mark.parametrize("typed", TYPED)
def test_what_is_typed(typed: str) -> None:
    """Operators in both languages; what is none, or says nothing, is not swallowed."""
    assert sought(typed) == TYPED[typed]


def test_where_it_leads(client: TestClient, office: World) -> None:
    """A number, an address, an id, a login, a whole name and #item open their page; anything else the results."""
    one = items(office)[0]
    leads = {
        "2026112000101": "/transactions/2026112000101", " ２０２６１１２０００１０１ ": "/transactions/2026112000101",
        "demo-zhao@126.com": "/patrons/", "赵启明": "/patrons/", "p01": "/patrons/p01", f"#{one.id}": f"/queue/{one.id}",
        "#999999": "/search?", "发票": "/search?", "from:赵启明": "/search?", "": "/search",
    }  # fmt: skip
    for typed, path in leads.items():
        answer = client.get("/find", params={"text": typed}, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(path), typed


def test_what_it_finds(client: TestClient, office: World) -> None:
    """Each group by what belongs to it, handled mails too; conditions narrow; the page says the same."""
    office.services.acts.dismiss(next(i for i in items(office) if i.subject == "汇款凭证").id, actor="li", note="x")

    def found(text: str) -> dict[str, list[dict[str, object]]]:
        answer = client.get("/api/v1/search", params={"text": text})
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    person = found("赵启明")
    assert [p["name"] for p in person["patrons"]] == ["赵启明"]
    assert {"汇款凭证"} <= {mail["subject"] for mail in person["mails"]}
    assert found("2026112000113")["requests"][0]["number"] == "2026112000113"
    proofs = found("has:proof")
    assert proofs["mails"]
    assert not proofs["requests"]
    assert {m["from"] for m in found("from:赵启明 has:proof")["mails"]} == {"demo-zhao@126.com"}
    assert not found("发票 before:2020-01-01")["mails"]
    assert all(m["state"] != "open" for m in found("汇款 is:handled")["mails"])
    assert found("in:notices demo-zhao@126.com")["notices"]
    assert not found("没有这样的字")["mails"]
    for lang in ("zh-CN", "en"):
        page = client.get("/search", params={"text": "赵启明"}, headers={"accept-language": lang}).text
        assert "汇款凭证" in page
        assert 'href="/patrons/' in page
    assert client.get("/search", params={"text": "before:yesterday"}, headers=JSON).status_code == 200
