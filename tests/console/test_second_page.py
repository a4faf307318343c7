"""The second reader on its page: what speaks, its bounds and record; adopted, silenced, armed; who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from maild.classify.learned.second import shipped
from maild.domain.desk.access import Role
from maild.domain.learning.learned import Use
from maild.linear.weights import pack
from tests.console.conftest import signed_in
from tests.console.test_looks import WIDE, listening, violations, visit
from tests.console.world import World

PATH, JSON = "/rules/second/reader", {"accept": "application/json"}
LEARNED = "0a1b2c3d4e5f"


def _learn(office: World, weights: bytes = b"") -> None:
    services = office.services
    report = {"mails": 120, "backtest": {"mails": 60, "gained": 4, "changed": 2, "contradicting": 1}}
    with services.store.begin() as uow:
        uow.learned.add(LEARNED, weights or pack(shipped()), report, actor="li", at=services.clock.now())


def test_adopted_silenced_and_armed_by_those_who_may(office: World) -> None:
    """A librarian may silence it, an administrator adopts and arms; each decision stands in the history."""
    _learn(office)
    chief, colleague = signed_in(office, "li", Role.ADMINISTRATOR), signed_in(office, "wu", Role.LIBRARIAN)
    said = chief.get(f"/api/v1{PATH}").json()
    assert (said["version"], said["silent"], said["thresholds"]["facts"]["armed"]) == ("shipped", "", True)
    assert colleague.post(f"{PATH}/adopt", data={"version": LEARNED}, headers=JSON).status_code == 403
    assert chief.post(f"{PATH}/adopt", data={"version": LEARNED}, headers=JSON).status_code == 200
    assert chief.post(f"{PATH}/adopt", data={"version": "nonesuch"}, headers=JSON).status_code == 404
    assert colleague.post(f"{PATH}/silence", data={"note": "看错太多"}, headers=JSON).status_code == 200
    said = chief.get(f"/api/v1{PATH}").json()
    assert (said["version"], said["silent"], said["thresholds"]) == (LEARNED, "看错太多", {})
    assert colleague.post(f"{PATH}/arm", headers=JSON).status_code == 403
    assert chief.post(f"{PATH}/arm", headers=JSON).status_code == 200
    said = chief.get(f"/api/v1{PATH}").json()
    assert [one["what"] for one in said["decisions"]] == [Use.ARMED, Use.SILENCED, Use.ADOPTED]


def test_weights_that_cannot_be_read_are_told_of(office: World) -> None:
    """The page is there to say so, and offers the way back."""
    _learn(office, b"no weights")
    chief = signed_in(office, "li", Role.ADMINISTRATOR)
    chief.post(f"{PATH}/adopt", data={"version": LEARNED}, headers=JSON)
    for language, words in (("zh-CN", ("无法读取", "恢复默认版本")), ("en", ("cannot be read", "Back to the shipped"))):
        text = chief.get(PATH, headers={"accept-language": language}).text
        assert all(word in text for word in words)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    office: World, serve: Callable[..., str], browser: Browser, locale: str
) -> None:
    """In both languages and themes, wide and on a phone, silent and not."""
    _learn(office)
    with office.services.store.begin() as uow:
        uow.learned.use(Use.SILENCED, LEARNED, actor="maild", at=office.services.clock.now(), note="a test")
    address = serve()
    context = browser.new_context(locale=locale, viewport={"width": 390, "height": 844})
    page = context.new_page()
    said = listening(page, address)
    visit(page, f"{address}{PATH}", said)
    assert violations(page, "light", "dark") == []
    assert page.evaluate(WIDE) == 0
    assert said == []
    context.close()
