"""The rules on their pages: where from, what they took, what staff corrected; disabled, enabled, restored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from maild.config import Rules
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from maild.domain.desk.statistics import Fate
from maild.domain.learning.drift import Tally
from maild.domain.records.journal import ReviewItem
from tests.console.conftest import signed_in
from tests.console.drafting import CIRCULARS
from tests.console.stand_in import StandIn
from tests.console.test_looks import WIDE, listening, violations, visit
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock

JSON = {"accept": "application/json"}
NAME = "09-circular"
RULE = CIRCULARS.replace("Circulars", "Circulars <b>of the union</b>")
SHIPPED = "30-calis-shipped"


@dataclass
class Place:
    """An office with a rules folder of its own."""

    office: World
    client: TestClient
    folder: Path

    def save(self, text: str = RULE, name: str = NAME) -> None:
        """Save the office's own rule, as the console does."""
        mail = self.office.mail(subject="馆际通函第一号", text="各成员馆：例会改期。")
        desk = self.client.app.app.state.desk if hasattr(self.client.app, "app") else self.client.app.state.desk  # type: ignore[attr-defined]
        desk.rule_acts.save(name, {f"{name}.toml": text.encode(), "examples/own/circular.eml": mail}, actor="li")
        desk.in_force.look()

    def rules(self, **asked: str) -> dict[str, dict[str, Any]]:
        """The rows of the list, by name."""
        said = self.client.get("/api/v1/rules", params=asked).json()
        return {row["name"]: row for row in said["items"]}

    def one(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/v1/rules/{name}").json()
        return found

    def act(self, name: str, act: str, **data: str) -> Any:
        return self.client.post(f"/rules/{name}/{act}", data=data, headers=JSON)

    def items(self, rule: str) -> list[ReviewItem]:
        """Open items of mails that the rule took."""
        with self.office.services.store.read() as uow:
            mails = {mail.id for mail in uow.mails.find(limit=500) if mail.rule == rule}
            return [item for item in uow.reviews.find(limit=500) if item.mail_id in mails and not item.key]


@pytest.fixture
def place(filled: tuple[Path, Any], tmp_path: Path) -> Iterator[Place]:
    rules = tmp_path / "rules"
    rules.mkdir()
    settings = Rules(folder=str(rules))
    with world(filled[0], tmp_path / "office", filled[1], MovedClock(NOW), rules=settings) as office:
        yield Place(office, signed_in(office, "li", Role.ADMINISTRATOR), rules)


def test_the_list_tells_where_rules_come_from(place: Place) -> None:
    """Shipped, the office's own, replacing a shipped one, disabled; found by state, kind and text, in both languages."""
    place.save()
    shipped = place.one(SHIPPED)["text"]
    (place.folder / f"{SHIPPED}.toml").write_text(shipped.replace("CALIS: shipped", "CALIS: sent"), "utf-8")
    assert place.act("36-cashl", "disable", note="they left").status_code == 200
    rows = place.rules()
    assert {name: rows[name]["state"] for name in (NAME, SHIPPED, "36-cashl", "10-bounce")} == {
        NAME: "own",
        SHIPPED: "overrides",
        "36-cashl": "disabled",
        "10-bounce": "shipped",
    }
    assert list(rows) == sorted(rows, key=lambda name: (int(name.split("-")[0]), name))
    assert (rows[NAME]["in_force"], rows["36-cashl"]["in_force"]) == (True, False)
    assert {name: rows[name]["seen"] for name in (NAME, "36-cashl")} == {
        name: place.one(name)["seen"] for name in (NAME, "36-cashl")
    }
    assert set(place.rules(state="own")) == {NAME}
    assert SHIPPED in place.rules(kind="shipped")
    assert set(place.rules(text="circulars")) == {NAME}
    assert set(place.rules(text="CALIS: sent")) == {SHIPPED}
    for language, words in (("zh-CN", ("本馆替换默认", "已停用")), ("en", ("replaces a shipped one", "disabled"))):
        text = place.client.get("/rules", headers={"accept-language": language}).text
        assert all(word in text for word in words)
        assert "<b>of the union</b>" not in text


def test_figures_tell_what_staff_corrected(place: Place) -> None:
    """Dismissed, assigned elsewhere, undone: each counts against the rule; what was read again does not."""
    office = place.office
    before = place.rules()[SHIPPED]
    assert before["mails_7_days"] == 6
    assert before["precision"] == 1.0
    waiting = place.items(SHIPPED)
    assert len(waiting) >= 3
    dismissed, again, undone = waiting[:3]
    office.services.acts.dismiss(dismissed.id, actor="li", note="an advertisement")
    office.services.acts.replay(again.id, actor="li")
    office.services.acts.dismiss(undone.id, actor="li", note="a mistake")
    office.services.acts.undo(undone.id, actor="li")
    office.services.clock.pass_time(minutes=20)  # type: ignore[attr-defined]
    office.services.figures.count()
    after = place.rules()[SHIPPED]
    assert after["corrected_90_days"] == {Fate.DISMISSED: 1, Fate.UNDONE: 1}
    assert after["precision"] == pytest.approx(1 - 2 / 6)
    assert after["last"] == "2026-11-25"
    page = place.client.get(f"/rules/{SHIPPED}", headers={"accept-language": "zh-CN"}).text
    assert "不予处理" in page
    assert 'class="plot"' in page


def test_one_rule_in_words(place: Place) -> None:
    """Whose mails, what they must say, what is found in them, what follows; its file, and the mails it took last."""
    page = place.client.get(f"/rules/{SHIPPED}", headers={"accept-language": "zh-CN"}).text
    for word in ("中国高等教育文献保障系统", "@calis.shipped", "事务号", "必有", "calis/shipped-plain.eml"):
        assert word in page
    said = place.one(SHIPPED)
    assert len(said["latest"]) == 6
    assert any(one["transactions"] for one in said["latest"])
    linked = next(one for one in said["latest"] if one["item"])
    assert f'href="/queue/{linked["item"]}"' in page
    assert place.client.get("/rules/99-nothing").status_code == 404
    assert place.client.get("/rules/..%2F..%2Fetc").status_code == 404


def test_disabled_and_back(place: Place) -> None:
    """A reason is needed; the shipped rule comes back, an own one in its last version; all of it in the history."""
    assert place.act(SHIPPED, "disable").status_code == 422
    assert place.act(SHIPPED, "disable", note="they write otherwise").status_code == 200
    said = place.one(SHIPPED)
    assert (said["state"], said["in_force"], said["text"]) == ("disabled", False, "disabled = true\n")
    assert said["history"][0]["reasons"] == ["they write otherwise"]
    place.office.receive()
    assert place.act(SHIPPED, "enable").status_code == 200
    said = place.one(SHIPPED)
    assert (said["state"], said["in_force"]) == ("shipped", True)
    assert not (place.folder / f"{SHIPPED}.toml").exists()
    assert [line["what"] for line in said["history"]] == ["enabled", "disabled"]
    assert place.act(SHIPPED, "enable").status_code == 422

    place.save()
    place.act(NAME, "disable", note="enough of them")
    assert place.act(NAME, "enable").status_code == 200
    assert place.one(NAME)["text"] == RULE


def test_versions_with_what_changed(place: Place) -> None:
    """Each earlier version with its difference from now, and put back; who had another text before them is refused."""
    place.save()
    place.save(RULE.replace('subject = ["馆际通函"]', 'subject = ["馆际通函第"]'))
    assert NAME not in {name for name, row in place.rules().items() if row["state"] == "broken"}
    said = place.one(NAME)
    (version,) = said["versions"]
    assert version["text"] == RULE
    page = place.client.get(f"/rules/{NAME}").text
    assert "<del>-subject = [&#34;馆际通函&#34;]</del>\n<ins>+subject = [&#34;馆际通函第&#34;]</ins>\n" in page
    stale = place.act(NAME, "restore", version=version["id"], seen="0" * 16)
    assert stale.status_code == 409
    assert place.act(NAME, "restore", version="19990101T000000000000Z").status_code == 404
    assert place.act(NAME, "restore", version=version["id"], seen=said["seen"]).status_code == 200
    assert place.one(NAME)["text"] == RULE


def test_examples_are_tried(place: Place) -> None:
    """Those of a shipped rule pass; one that no longer fits is named with what is wrong."""
    done = place.act(SHIPPED, "try").json()
    assert [one["passed"] for one in done["data"]["examples"]] == [True] * 3
    place.save()
    other = place.office.mail(subject="祝节日快乐", text="问候。")
    (place.folder / "examples" / "own" / "circular.eml").write_bytes(other)
    said = place.client.post(f"/rules/{NAME}/try", headers={**JSON, "accept-language": "zh-CN"}).json()
    assert "1 个样例中有 0 个符合预期" in said["done"]
    assert said["data"]["examples"][0]["problems"]


def test_a_broken_file_is_shown_with_its_fault(place: Place) -> None:
    """The rules in force stay; the page says which file, which line; a file that is no TOML as well."""
    place.save()
    (place.folder / f"{NAME}.toml").write_text(RULE.replace('kind = "bulk"\n\n', 'kind = "bulky"\n\n'), "utf-8")
    row = place.rules()[NAME]
    assert (row["state"], row["in_force"]) == ("broken", True)
    assert row["fault"].startswith(f"{NAME}.toml:3: kind")
    (place.folder / f"{NAME}.toml").write_text("title = \n[when]\nnonsense = 3\n", "utf-8")
    page = place.client.get("/rules").text
    assert "not TOML" in page
    assert place.client.get(f"/rules/{NAME}").status_code == 200
    (place.folder / f"{NAME}.toml").write_text('[when]\nnonsense = 3\n[fields]\nx = "y"\n[who]\nz = 1\n', "utf-8")
    assert place.client.get(f"/rules/{NAME}").status_code == 200
    assert str(place.folder) not in place.rules()[NAME]["fault"]


def test_who_may_what(place: Place) -> None:
    """A viewer looks, a librarian tries examples, an administrator changes; nobody is shown what they may not do."""
    place.save()
    viewer, librarian = (
        signed_in(place.office, name, role) for name, role in (("vera", Role.VIEWER), ("wu", Role.LIBRARIAN))
    )
    for client, may_try in ((viewer, False), (librarian, True)):
        page = client.get(f"/rules/{NAME}").text
        assert f"/rules/{NAME}/disable" not in page
        assert (f"/rules/{NAME}/try" in page) is may_try
        assert client.post(f"/rules/{NAME}/disable", data={"note": "x"}, headers=JSON).status_code == 403
    assert viewer.post(f"/rules/{NAME}/try", headers=JSON).status_code == 403
    assert f"/rules/{NAME}/disable" in place.client.get(f"/rules/{NAME}").text


def test_without_a_folder_nothing_can_be_changed(client: TestClient) -> None:
    """The page says so and how to configure one; there is no button that could but fail."""
    page = client.get("/rules", headers={"accept-language": "en"}).text
    assert "No rules folder is configured" in page
    assert "[rules] folder" in page
    one = client.get(f"/rules/{SHIPPED}").text
    assert f"/rules/{SHIPPED}/disable" not in one
    assert f"/rules/{SHIPPED}/try" in one
    refused = client.post(f"/rules/{SHIPPED}/disable", data={"note": "x"}, headers=JSON)
    assert refused.status_code == 422


def test_a_console_that_began_with_broken_files_shows_them(place: Place) -> None:
    """No rule can be said to be in force; what is wrong stands there."""
    (place.folder / f"{NAME}.toml").write_text("kind = 3\n", "utf-8")
    fresh = signed_in(place.office, "li", Role.ADMINISTRATOR)
    page = fresh.get("/rules", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert f'<q lang="en">{NAME}.toml' in page.text
    assert "not in force yet" not in page.text


def _drift(office: World) -> None:
    """CALIS writes otherwise since five weeks: its mails fall to the general rule."""
    today = NOW.date()
    tallies = [
        Tally(day=(today - timedelta(days=back)).isoformat(), provider="calis", kind="shipped", mails=2,
              rule=SHIPPED if back > 37 else "60-provider-general")
        for back in range(150)
    ]  # fmt: skip
    with office.services.store.begin() as uow:
        uow.traffic.count(tallies, [])


def test_drift_is_told_in_words(place: Place) -> None:
    """Since when, how much before and after, where the mails go; found by the filter, and told to programs."""
    _drift(place.office)
    page = place.client.get("/rules?drifting=true", headers={"accept-language": "zh-CN"}).text
    assert "由它处理的比例下降：截至 2026-10-18 的 224 封中占 100 %，此后 95 封中占 6 %。" in page
    assert "该馆来信落到通用规则或没有规则处理" in page
    rows = place.rules(drifting="true")
    assert set(rows) == {SHIPPED}
    assert rows[SHIPPED]["drift"][0]["what"] == "fallen"
    assert "drifts" in place.client.get(f"/rules/{SHIPPED}", headers={"accept-language": "en"}).text


@pytest.mark.long
@pytest.mark.timeout(600)
def test_axe_finds_nothing_where_there_is_everything(place: Place, browser: Browser) -> None:
    """Drift, a broken file, versions with differences, a disabled rule; nothing is wider than a phone."""
    place.save()
    place.save(RULE.replace('subject = ["馆际通函"]', 'subject = ["馆际通函第"]'))
    place.act("36-cashl", "disable", note="they left")
    (place.folder / "37-nstl.toml").write_text("kind = 3\n", "utf-8")
    _drift(place.office)
    server = Server(make_desk(place.office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
    server.start()
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    said, found = listening(page, server.url), []
    for name in ("", f"/{NAME}", "/36-cashl", "/37-nstl", f"/{SHIPPED}"):
        visit(page, f"{server.url}/rules{name}", said)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found += [(name, *each) for each in violations(page, "light", "dark")]
        page.set_viewport_size({"width": 360, "height": 780})
        found += [(name, "wide", over, "") for over in [page.evaluate(WIDE)] if over]
        page.set_viewport_size({"width": 1366, "height": 768})
    context.close()
    server.stop()
    assert found == []


def test_a_librarian_of_rules_in_the_browser(place: Place, browser: Browser) -> None:
    """By keyboard to the rules; disabled with a reason, enabled again, its examples tried: told on the page each time."""
    server = Server(make_desk(place.office.services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
    server.start()
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{server.url}/queue")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/rules")
    page.get_by_role("link", name=SHIPPED).click()
    page.get_by_role("button", name="Try the examples").click()
    page.get_by_text("3 of 3 examples go as expected").wait_for()
    page.get_by_label("Why (required)").fill("they write otherwise")
    page.get_by_role("button", name="Disable it").click()
    page.get_by_text(f"rule {SHIPPED} is disabled").wait_for()
    page.get_by_role("button", name="Enable it again").click()
    page.get_by_text(f"rule {SHIPPED} is enabled").wait_for()
    assert page.get_by_role("button", name="Disable it").count() == 1
    context.close()
    server.stop()
