"""The open list of the queue follows what happens elsewhere, and nothing moves under the librarian's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from maild.console.access.gate import Gate
from maild.domain.desk.access import Role
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem, ReviewState
from tests.console.door import Door, door
from tests.console.test_looks import violations
from tests.console.test_steady import MOST, SIZES, WATCH, moved
from tests.console.world import World
from tests.share import in_turn

pytestmark = [pytest.mark.integration, pytest.mark.long, pytest.mark.timeout(240)]
SOON = 10_000  # milliseconds: a look of the hub, a pause of the page
ASKED = "您好，请问我的文献什么时候能到？谢谢。"
# What the librarian is at: the row with the focus, ticks, and where a row stands in the window.
STATE = """() => ({focus: document.activeElement.closest("tr")?.dataset.item,
  ticks: [...document.querySelectorAll("[name=items]:checked")].map(box => box.value.split(":")[0]),
  scroll: scrollY, rows: [...document.querySelectorAll("tr[data-item]")].map(row => row.dataset.item)})"""
PLACES = """() => Object.fromEntries([...document.querySelectorAll("tr[data-item]")]
  .map(row => [row.dataset.item, Math.round(row.getBoundingClientRect().top)]))"""


_turns = count()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each story at a desk or on a phone, in turn; at both with WHOLE=1."""
    if "size" in metafunc.fixturenames:
        metafunc.parametrize("size", in_turn(list(SIZES), next(_turns)))


@pytest.fixture
def page(browser: Browser, size: str) -> Iterator[Page]:
    """A window that counts what moves."""
    context = browser.new_context(locale="zh-CN", viewport=SIZES[size])
    made = context.new_page()
    made.add_init_script(WATCH)
    yield made
    context.close()


def opened(page: Page, address: str) -> list[str]:
    """Open a list; the ids of its rows. A row is under the keyboard, and two are ticked."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".places [data-live=total]").last).not_to_be_empty()
    ids: list[str] = page.evaluate(STATE)["rows"]
    return ids


def at_work(page: Page) -> list[str]:
    """The third row under the keyboard, the second and the fourth ticked; which those are."""
    page.wait_for_function("() => document.querySelector('table.queue').dataset.mark")
    ids: list[str] = page.evaluate(STATE)["rows"]
    for step in ("j", "j", "x", "j", "j", "x", "k"):
        page.keyboard.press(step)
    state = page.evaluate(STATE)
    assert (state["focus"], state["ticks"]) == (ids[2], [ids[1], ids[3]])
    return ids


def newcomer(office: World, n: int = 1) -> int:
    """A mail comes, is read and decided, and waits; its item's id."""
    office.receive(office.mail(**{"from": f"Reader {n} <reader{n}@elsewhere.example>", "subject": f"请问进度 {n}",
                                  "text": ASKED, "sign": False}))  # fmt: skip
    return items(office)[-1].id


def items(office: World, state: ReviewState | None = ReviewState.OPEN) -> list[ReviewItem]:
    with office.services.store.read() as uow:
        return uow.reviews.find(state=state, limit=500)


@pytest.fixture
def colleagues(office: World) -> None:
    """Accounts that items can be handed to."""
    for name in ("li", "wu"):
        Gate(office.services).staff.add(name, Role.LIBRARIAN, actor="test", password="an invented pass phrase")


def row(page: Page, item: object) -> Any:
    return page.locator(f"tr[data-item='{item}']")


def test_a_mail_comes_while_the_list_is_open(page: Page, office: World, serve: Callable[..., str]) -> None:
    """Its row is there within seconds, at the end; selection, ticks, place and all other rows stay as they are."""
    opened(page, f"{serve()}/queue")
    ids = at_work(page)
    before, places = page.evaluate(STATE), page.evaluate(PLACES)
    item = newcomer(office)
    expect(row(page, item)).to_have_count(1, timeout=SOON)
    after = page.evaluate(STATE)
    assert after == {**before, "rows": [*ids, str(item)]}
    assert {one: top for one, top in page.evaluate(PLACES).items() if one in places} == places
    expect(row(page, item).locator("a.go")).to_have_text("请问进度 1")
    expect(page.locator("[data-news]")).to_contain_text("新增 1 条")
    expect(page.locator("[data-fresh]")).to_be_hidden()
    much, what = moved(page)
    assert much <= MOST, what
    for _ in ids:
        page.keyboard.press("j")
    assert page.evaluate(STATE)["focus"] == str(item), "it is worked like any other"
    page.keyboard.press("x")
    expect(page.locator("[data-marked]")).to_have_text("已勾选 3 条")


def test_a_colleague_settles_an_item(page: Page, office: World, serve: Callable[..., str]) -> None:
    """The row says so where it stands, its tick is gone; '.' takes it out, and what is looked at stays where it is."""
    opened(page, f"{serve()}/queue")
    ids = at_work(page)
    first, ticked = (next(one for one in items(office) if str(one.id) == wanted) for wanted in (ids[0], ids[3]))
    places = page.evaluate(PLACES)
    for one in (first, ticked):
        office.services.acts.dismiss(one.id, actor="wu", note="elsewhere", seen=one.version)
    for one in (first, ticked):
        expect(row(page, one.id)).to_have_class("settled", timeout=SOON)
        expect(row(page, one.id).locator(".by")).to_contain_text("wu")
        expect(row(page, one.id).locator("[name=items]")).to_be_disabled()
    assert page.evaluate(PLACES) == places
    assert page.evaluate(STATE) | {"scroll": 0} == {"focus": ids[2], "ticks": [ids[1]], "scroll": 0, "rows": ids}
    expect(page.locator("[data-marked]")).to_have_text("已勾选 1 条")
    expect(page.locator("[data-news]")).to_contain_text("已由同事处理")
    much, what = moved(page)
    assert much <= MOST, what
    expect(page.locator("[data-fresh]")).to_be_visible()
    assert violations(page, "light", "dark") == []
    page.keyboard.press(".")
    left = [one for one in ids if one not in (str(first.id), str(ticked.id))]
    assert page.evaluate(STATE) | {"scroll": 0} == {"focus": ids[2], "ticks": [ids[1]], "scroll": 0, "rows": left}
    expect(page.locator("[data-fresh]")).to_be_hidden()


def test_what_is_taken_back_waits_again(page: Page, office: World, serve: Callable[..., str]) -> None:
    """A row that was settled and undone can be ticked again; one that was gone before is offered, not pushed in."""
    one, two = items(office)[1:3]
    office.services.acts.dismiss(two.id, actor="wu", note="x", seen=two.version)
    ids = opened(page, f"{serve()}/queue")
    assert str(two.id) not in ids
    office.services.acts.dismiss(one.id, actor="wu", note="x", seen=one.version)
    expect(row(page, one.id)).to_have_class("settled", timeout=SOON)
    office.services.acts.undo(one.id, actor="wu")
    office.services.acts.undo(two.id, actor="wu")
    expect(page.locator("[data-news]")).to_contain_text("按“.”更新", timeout=SOON)
    expect(row(page, one.id)).to_have_class("", timeout=SOON)
    expect(row(page, one.id).locator("[name=items]")).to_be_enabled()
    assert page.evaluate(STATE)["rows"] == ids
    page.keyboard.press(".")
    assert page.evaluate(STATE)["rows"] == [str(item.id) for item in items(office)]


def test_newest_first_waits_to_be_asked(page: Page, office: World, serve: Callable[..., str]) -> None:
    """Above what is looked at nothing is put in by itself; one click does it, and the selected row does not move."""
    opened(page, f"{serve()}/queue?newest=true")
    ids = at_work(page)
    item = newcomer(office)
    expect(page.locator("[data-fresh]")).to_be_visible(timeout=SOON)
    assert page.evaluate(STATE)["rows"] == ids
    row(page, ids[2]).locator("a.go").evaluate("link => scrollBy(0, link.getBoundingClientRect().top - 200)")
    page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")
    top = page.evaluate(PLACES)[ids[2]]
    page.locator("[data-fresh]").evaluate("link => link.click()")
    state = page.evaluate(STATE)
    assert (state["rows"], state["focus"], state["ticks"]) == ([str(item), *ids], ids[2], [ids[1], ids[3]])
    assert abs(page.evaluate(PLACES)[ids[2]] - top) <= 1
    assert page.url.endswith("/queue?newest=true"), "nothing was loaded anew"


@pytest.mark.usefixtures("colleagues")
def test_whose_it_is_changes(page: Page, office: World, serve: Callable[..., str]) -> None:
    """A colleague takes an item: its row names her, and no row moves. A tick set before stands for what was seen then:
    the act is refused, and after ticking anew it is done."""
    opened(page, f"{serve()}/queue")
    ids = at_work(page)
    places = page.evaluate(PLACES)
    office.services.queue_acts.hand(int(ids[1]), "wu", actor="wu")
    expect(row(page, ids[1]).locator(".c-with")).to_have_text("wu", timeout=SOON)
    assert page.evaluate(PLACES) == places
    assert page.evaluate(STATE)["ticks"] == [ids[1], ids[3]]
    box = row(page, ids[1]).locator("[name=items]")
    assert box.get_attribute("value") == f"{ids[1]}:0"
    box.uncheck()
    box.check()
    assert box.evaluate("box => box.value") == f"{ids[1]}:1"


@pytest.mark.usefixtures("colleagues")
def test_a_filtered_list_keeps_its_filter(page: Page, office: World, serve: Callable[..., str]) -> None:
    """What does not fit does not come; what stops fitting stays until it is asked for; the numbers follow."""
    fit = next(one for one in items(office) if one.cause is not Cause.UNKNOWN_SENDER)
    ids = opened(page, f"{serve()}/queue?assignee=-&cause={fit.cause.value}")
    number = page.locator("h1 [data-number=total]")
    total = int(number.inner_text())
    before = page.locator("[data-number=mine]").inner_text()
    newcomer(office)
    expect(number).to_have_text(str(total + 1), timeout=SOON)
    assert items(office)[-1].cause is not fit.cause
    assert page.evaluate(STATE)["rows"] == ids
    office.services.queue_acts.hand(fit.id, "li", actor="wu")
    expect(page.locator("[data-number=mine]")).to_have_text(str(int(before) + 1), timeout=SOON)
    expect(row(page, fit.id).locator(".c-with")).to_have_text("li")
    assert page.evaluate(STATE)["rows"] == ids
    page.keyboard.press(".")
    assert page.evaluate(STATE)["rows"] == [one for one in ids if one != str(fit.id)]


def test_the_first_item_of_all(page: Page, office: World, serve: Callable[..., str]) -> None:
    """Nothing waits: what comes then is there by itself, as the page says it will be."""
    for one in items(office):
        office.services.acts.dismiss(one.id, actor="wu", note="x", seen=one.version)
    assert opened(page, f"{serve()}/queue") == []
    expect(page.locator(".empty")).to_be_visible()
    item = newcomer(office)
    expect(row(page, item)).to_be_visible(timeout=SOON)
    expect(page.locator(".empty")).to_be_hidden()
    expect(page.locator("#several")).to_be_hidden()
    row(page, item).locator("[name=items]").check()
    expect(page.locator("#several")).to_be_visible()


def test_the_end_of_a_long_list_comes_by_asking(page: Page, office: World, serve: Callable[..., str]) -> None:
    """Sixty wait: on the first page nothing of what comes after it; on the last the way back in sight does not move."""
    with office.services.store.begin() as uow:
        for n in range(60):
            uow.reviews.add(
                ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, subject=f"第 {n} 条"), office.services.clock.now()
            )
    url = serve()
    ids = opened(page, f"{url}/queue")
    total = len(items(office))
    item = newcomer(office)
    expect(page.locator("h1 [data-live=total]")).to_have_text(str(total + 1), timeout=SOON)
    page.wait_for_timeout(1500)
    assert page.evaluate(STATE)["rows"] == ids
    expect(page.locator("[data-fresh]")).to_be_hidden()
    last = opened(page, page.locator(".pager [rel=next]").evaluate("link => link.href"))
    assert last[-1] == str(item)
    page.locator(".pager").scroll_into_view_if_needed()
    other = newcomer(office, 2)
    expect(page.locator("[data-fresh]")).to_be_visible(timeout=SOON)
    assert page.evaluate(STATE)["rows"] == last
    page.keyboard.press(".")
    assert page.evaluate(STATE)["rows"] == [*last, str(other)]


# --- what the page asks for


@pytest.mark.parametrize("held", ["x", "1,", ",1", "1;2", "-1", "9" * 19, ",".join(["1"] * 201)])
def test_ids_that_are_none(client: TestClient, held: str) -> None:
    """What names no rows is refused."""
    assert client.get("/live/queue", params={"held": held}).status_code == 422


def test_rows_that_are_gone_are_told(client: TestClient, office: World) -> None:
    """Those of the page, and how others stand that are shown; what there never was is left out."""
    one, two = items(office)[:2]
    office.services.acts.dismiss(one.id, actor="wu", note="x", seen=one.version)
    page, elsewhere = client.get("/live/queue", params={"held": f"{one.id},{two.id},999999"}).text.split("</tbody>")[:2]
    assert f'data-item="{two.id}"' in page
    assert f'data-item="{one.id}"' not in page
    assert f'data-item="{one.id}"' in elsewhere
    assert 'data-state="dismissed"' in elsewhere
    assert "999999" not in elsewhere


@pytest.fixture
def quick(tmp_path: Any) -> Iterator[Door]:
    with door(tmp_path) as made:
        made.add("lin")
        yield made


def test_a_list_that_is_left_open_is_no_use(quick: Door) -> None:
    """It asks by itself whenever something comes: the session ends all the same when nobody touches it."""
    browser = quick.browser()
    assert browser.sign_in("lin").status_code == 303
    for _ in range(3):
        quick.clock.move(minutes=39)
        assert browser.get("/live/queue").status_code == 200
    quick.clock.move(minutes=4)
    assert browser.get("/queue").status_code == 303


def test_what_is_told_once_is_left_for_the_page(client: TestClient, office: World) -> None:
    """Rows that are asked for meanwhile do not eat it."""
    one = items(office)[0]
    client.post(f"/queue/{one.id}/dismiss", data={"note": "x", "seen": str(one.version)}, follow_redirects=False)
    assert "data-undo" not in client.get("/live/queue").text
    assert "data-undo" in client.get("/queue").text
