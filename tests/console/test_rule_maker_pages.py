"""A rule from a mail in the console: pointed at, drafted, back-tested in the background, saved exactly as tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.config import Rules
from maild.console.app import make_app
from maild.console.desk import Desk
from maild.console.serve import make_desk
from maild.domain.desk.access import Role
from maild.domain.desk.listing import JournalFilter
from tests.console.drafting import API, NUMBERS, SUBJECT, TEXT, over, receive, tried, waiting, wish
from tests.console.stand_in import StandIn
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock

pytestmark = pytest.mark.timeout(300)
PAGE = "/rules/from-mail"


@pytest.fixture(scope="module")
def asked(filled: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with three mails that no rule knows, to be copied."""
    folder = tmp_path_factory.mktemp("asked") / "office"
    with world(filled[0], folder, filled[1], MovedClock(NOW)) as made:
        receive(made)
    return folder


@pytest.fixture
def house(asked: Path, filled: tuple[Path, Any], tmp_path: Path) -> Iterator[World]:
    """A copy of it with a rules folder of its own."""
    rules = tmp_path / "rules"
    rules.mkdir()
    with world(asked, tmp_path / "office", filled[1], MovedClock(NOW), rules=Rules(folder=str(rules))) as made:
        yield made


@pytest.fixture
def desk(house: World) -> Iterator[Desk]:
    """One console over it, whoever signs in."""
    made = make_desk(house.services)
    yield made
    made.tries.close()


def sign_in(desk: Desk, name: str = "li", role: Role = Role.ADMINISTRATOR) -> TestClient:
    """A browser without scripts for somebody of that role."""
    return TestClient(
        make_app(desk, StandIn(name, role)), base_url="http://127.0.0.1", headers={"x-csrf-token": StandIn.TOKEN}
    )


def test_values_are_links_and_a_list(desk: Desk, house: World) -> None:
    """Numbers and dates of the mail can be chosen without a script; words that stand in every such mail as well."""
    mail = waiting(house)[0]
    page = sign_in(desk).get(f"{PAGE}/{mail}").text
    assert re.search(rf'<a class="token" href="#value-\d+" data-value="\d+">{NUMBERS[0]}</a>', page)
    assert re.search(r'<a class="token"[^>]*>2026年12月24日</a>', page)
    assert re.search(r'<input type="checkbox" name="must" value="text:\d+-\d+"> <span>[^<]*所需材料已上路', page)
    assert 'name="pick"' in page


def test_a_draft_says_what_it_finds(desk: Desk, house: World) -> None:
    """The file, what it means in words, and no problem; what was chosen stays chosen."""
    client, mail = sign_in(desk), waiting(house)[0]
    chosen = wish(client, mail, draft="true")
    page = client.get(f"{PAGE}/{mail}", params=chosen)
    assert page.status_code == 200
    drafted = client.get(f"{API}/{mail}", params=chosen).json()["draft"]
    assert drafted["problems"] == []
    assert drafted["finds"] == {"transaction": NUMBERS[0], "expires": "2026-12-24", "patron_name": "李珺"}
    assert NUMBERS[0] not in drafted["text"]
    assert "kind = &#34;shipped&#34;" in page.text
    assert "经验证来自" in page.text
    assert page.text.count("selected") >= 3


def test_words_that_were_chosen_are_all_that_is_asked_for(desk: Desk, house: World) -> None:
    """Of a chosen sentence what varies is left out; the rule still takes the mail."""
    client, mail = sign_in(desk), waiting(house)[0]
    shown = client.get(f"{API}/{mail}", params={"kind": "shipped"}).json()
    (where,) = [p["place"] for p in shown["phrases"] if "所需材料已上路" in p["words"]]
    drafted = client.get(f"{API}/{mail}", params=wish(client, mail, must=[where], draft="true")).json()["draft"]
    assert drafted["problems"] == []
    (when,) = re.findall(r"^\[when\]\n(.*?)\n\n", drafted["text"], re.MULTILINE | re.DOTALL)
    assert "所需材料已上路" in when
    assert "subject" not in when
    assert "李珺" not in when


def test_what_makes_no_rule_is_said(desk: Desk, house: World) -> None:
    """In the reader's language, with what to do."""
    client, mail = sign_in(desk), waiting(house)[0]
    page = client.get(f"{PAGE}/{mail}", params={"kind": "shipped", "draft": "true"}).text
    assert "还没有在信中指出任何内容" in page
    page = client.get(f"{PAGE}/{mail}", params=wish(client, mail, said="王五", draft="true")).text
    assert "信中没有“王五”" in page
    shown = client.get(f"{API}/{mail}", params={"kind": "shipped"}).json()
    number = next(value["place"] for value in shown["values"] if value["words"] == NUMBERS[0])
    page = client.get(f"{PAGE}/{mail}", params={"kind": "shipped", "pick": f"expires@{number}", "draft": "true"}).text
    assert "有效期：这不是日期" in page


def test_a_rule_is_tried_and_saved_exactly_as_it_was_tried(desk: Desk, house: World) -> None:
    """The waiting mails are newly matched; what is saved is what was tried; the next mail of its kind is taken."""
    client, mail = sign_in(desk), waiting(house)[0]
    state = tried(client, mail, wish(client, mail))
    assert (state["state"], state["fault"]) == ("done", "")
    assert state["counts"]["new"] == 3
    assert state["counts"]["conflict"] == 0
    assert {row["after"]["transactions"][0] for row in state["rows"] if row["finding"] == "new"} == set(NUMBERS)
    assert "[[examples]]" in state["text"]
    assert "李珺" not in state["text"]
    path = f"{mail}/tries/{state['id']}"
    page = client.get(f"{PAGE}/{path}").text
    assert "新判明" in page
    assert "<svg" in page
    assert client.post(f"{API}/{path}/save", json={"seen": "0" * 64}).status_code == 409
    saved = client.post(f"{API}/{path}/save", json={"seen": state["digest"], "note": "they write otherwise now"})
    assert saved.status_code == 200, saved.text
    folder = Path(house.services.settings.rules.folder)
    assert (folder / f"{state['rule']}.toml").read_text("utf-8") == state["text"]
    with house.services.store.read() as uow:
        (entry,) = uow.listings.journal.page(JournalFilter(what="rule"), limit=5).items
    assert (entry.actor, entry.data["rule"]) == ("li", state["rule"])
    assert "they write otherwise now; back-tested over 90 days" in entry.reasons[0]
    assert client.post(f"{API}/{path}/save", json={"seen": state["digest"]}).status_code == 409
    house.services.reload()
    house.receive(house.mail(subject=SUBJECT, text=TEXT.format(number="2026112000104")))
    with house.services.store.read() as uow:
        (latest,) = uow.mails.find(limit=1)
    assert (latest.kind, latest.rule) == ("shipped", state["rule"])


def test_what_librarians_may(desk: Desk, house: World) -> None:
    """They draft and try; the text is changed, and the rule saved, by administrators only; viewers see none of it."""
    librarian, mail = sign_in(desk, "wu", Role.LIBRARIAN), waiting(house)[0]
    chosen = wish(librarian, mail)
    refused = librarian.post(f"{API}/{mail}/tries", json={**chosen, "text": 'title = "mine"\n'})
    assert (refused.status_code, "only an administrator" in refused.text) == (422, True)
    state = tried(librarian, mail, chosen)
    path = f"{mail}/tries/{state['id']}"
    page = librarian.get(f"{PAGE}/{path}").text
    assert "请管理员打开本页并保存" in page
    assert librarian.post(f"{API}/{path}/save", json={"seen": state["digest"]}).status_code == 403
    assert sign_in(desk, "viewer", Role.VIEWER).get(f"{PAGE}/{mail}").status_code == 403
    # It is its drafter's: another librarian does not see it, an administrator does.
    assert sign_in(desk, "zhao", Role.LIBRARIAN).get(f"{API}/{path}").status_code == 404
    admin = sign_in(desk)
    assert "起草人：wu" in admin.get(f"{PAGE}/{path}").text
    assert admin.post(f"{API}/{path}/save", json={"seen": state["digest"]}).status_code == 200
    with house.services.store.read() as uow:
        (entry,) = uow.listings.journal.page(JournalFilter(what="rule"), limit=5).items
    assert (entry.actor, "drafted by wu" in entry.reasons[0]) == ("li", True)


def test_conflicts_are_saved_only_by_who_means_them(desk: Desk, house: World) -> None:
    """A rule that takes mails from others: it has to be ticked, and said why; where rules changed since, not at all."""
    client = sign_in(desk)
    with house.services.store.read() as uow:
        mail = next(m for m in uow.mails.find(limit=200) if m.kind == "shipped" and m.rule and m.sender)
    shown = client.get(f"{API}/{mail.id}", params={"kind": "request_accepted"}).json()
    (number,) = [v for v in shown["values"] if v["guess"] == "transaction"][:1]
    where = next(p["place"] for p in shown["phrases"] if p["place"].startswith("subject"))
    chosen = {"kind": "request_accepted", "pick": [f"transaction@{number['place']}"], "must": [where]}
    state = tried(client, mail.id, chosen)
    assert (state["state"], state["counts"]["conflict"] > 0) == ("done", True), state["fault"]
    path = f"{mail.id}/tries/{state['id']}"
    page = client.get(f"{PAGE}/{path}").text
    assert 'name="conflicts"' in page
    assert "takes the mail from" not in page  # it is said in the reader's language
    for said in ({}, {"conflicts": True}, {"note": "why"}):
        refused = client.post(f"{API}/{path}/save", json={"seen": state["digest"], **said})
        assert (refused.status_code, "conflict" in refused.json()["title"]) == (422, True)
    folder = Path(house.services.settings.rules.folder)
    (folder / "providers.toml").write_text("")
    meant = {"seen": state["digest"], "conflicts": True, "note": "they are cancellations"}
    assert client.post(f"{API}/{path}/save", json=meant).status_code == 409
    (folder / "providers.toml").unlink()
    assert client.post(f"{API}/{path}/save", json=meant).status_code == 200


def test_a_changed_text_is_tried_as_it_stands(desk: Desk, house: World) -> None:
    """What an administrator writes: a broken file and one that leaves the mail say so; a good one is kept word by word."""
    client, mail = sign_in(desk), waiting(house)[0]
    chosen = wish(client, mail)
    text = client.get(f"{API}/{mail}", params={**chosen, "draft": "true"}).json()["draft"]["text"]
    broken = tried(client, mail, {**chosen, "text": text.replace('kind = "shipped"', 'kind = "shiped"')})
    assert (broken["state"], broken["savable"]) == ("failed", False)
    assert "would not load" in broken["fault"]
    assert not re.search(r"/tmp|/dev/shm", broken["fault"])
    other = tried(client, mail, {**chosen, "text": re.sub(r"subject = .*", "subject = ['什么都不是']", text)})
    assert (other["state"], other["fault"]) == ("failed", "the rule does not take this mail")
    page = client.get(f"{PAGE}/{mail}/tries/{other['id']}").text
    assert "该规则不适用于本邮件" in page
    assert "什么都不是" in page
    mine = "# our own words\n" + text
    assert tried(client, mail, {**chosen, "text": mine})["text"].startswith(mine.rstrip())


def test_after_a_restart_it_says_so(desk: Desk, house: World) -> None:
    """Another console process knows nothing of it, says that it was restarted, and leads back to what was chosen."""
    client, mail = sign_in(desk), waiting(house)[0]
    answer = client.post(f"{PAGE}/{mail}/tries", data=wish(client, mail), follow_redirects=False)
    assert answer.status_code == 303
    later = make_desk(house.services)
    page = sign_in(later).get(answer.headers["location"])
    assert page.status_code == 200
    assert "控制台已经重启" in page.text
    assert f"{PAGE}/{mail}?kind=shipped&amp;pick=transaction" in page.text
    path = answer.headers["location"].partition("?")[0]
    gone = sign_in(later).get(f"/api/v1{path}")
    assert (gone.status_code, "restarted" in gone.json()["title"]) == (404, True)
    assert client.post(f"/api/v1{path}/stop", json={}).status_code == 200  # nobody looks at what it finds
    over(client, f"/api/v1{path}")


def test_a_back_test_can_be_stopped(desk: Desk, house: World) -> None:
    """Nothing is saved by it."""
    client, mail = sign_in(desk), waiting(house)[0]
    begun = client.post(f"{API}/{mail}/tries", json=wish(client, mail)).json()["data"]["id"]
    path = f"{API}/{mail}/tries/{begun}"
    assert client.post(f"{path}/stop", json={}).status_code == 200
    state = over(client, path)
    assert (state["state"] in ("stopped", "done"), state["savable"]) == (True, state["state"] == "done")
    if state["state"] == "stopped":
        refused = client.post(f"{path}/save", json={"seen": "0" * 64})
        assert "ran to its end" in refused.json()["title"]


def test_an_office_without_a_folder_hears_it_first(office: World) -> None:
    """Before anything is chosen: what to configure. Drafts are still to be seen; trying and saving are refused."""
    made = make_desk(office.services)
    client = sign_in(made)
    with office.services.store.read() as uow:
        mail = next(m.id for m in uow.mails.find(limit=200) if m.kind == "shipped")
    page = client.get(f"{PAGE}/{mail}").text
    assert "没有设置规则目录" in page
    assert "[rules] folder" in page
    shown = client.get(f"{API}/{mail}", params={"kind": "shipped"}).json()
    number = next(v["place"] for v in shown["values"] if v["guess"] == "transaction")
    refused = client.post(f"{API}/{mail}/tries", json={"kind": "shipped", "pick": [f"transaction@{number}"]})
    assert (refused.status_code, "no rules folder" in refused.text) == (422, True)


def test_a_hostile_mail_is_text_only(desk: Desk, house: World) -> None:
    """Markup in subject, text and names is shown as it stands, in the page, its lists, the draft and the result."""
    evil = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
    house.receive(house.mail(**{"from": 'CALIS "</script><b>x" <ill@calis.edu.cn>'}, subject=f"{SUBJECT} {evil}",
                             text=f"{evil}\n所需材料已上路，单据 {NUMBERS[1]}，\n标题：《{evil}》"))  # fmt: skip
    client = sign_in(desk)
    with house.services.store.read() as uow:
        mail = uow.mails.find(limit=1)[0].id
    shown = client.get(f"{API}/{mail}", params={"kind": "shipped"}).json()
    number = next(v["place"] for v in shown["values"] if v["words"] == NUMBERS[1])
    page = client.get(f"{PAGE}/{mail}", params={
        "kind": "shipped", "pick": [f"transaction@{number}"], "draft": "true", "title": evil, "said": evil,
    }).text  # fmt: skip
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;img src=x" in page
