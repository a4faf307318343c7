"""Ids of the library's own system may hold anything: the pages of such a patron and request are there all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

import httpx
from hypothesis import example, given
from hypothesis import strategies as st

from maild.console.segments import Key, segment
from tests.console.stand_in import StandIn
from tests.console.world import NOW, World

ODD = "馆/12?a=1#%2F\\b&c;d"


def add(office: World) -> None:
    """A patron and a request of that id."""
    with office.services.store.begin() as uow:
        patron = replace(uow.patrons.get("p01"), patron_id=ODD, login="", emails=(), version=0)
        case = replace(uow.transactions.get("2026112000101"), number=ODD, patron_id=ODD, version=0)
        uow.patrons.upsert([patron], NOW)
        uow.transactions.upsert([case], NOW)


def links(page: str, below: str) -> list[str]:
    """Addresses on a page, as a browser reads them."""
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', page) if found.startswith(below)]


def test_lists_lead_to_them(office: World, serve: Callable[..., str]) -> None:
    """The lists show; their links answer, as pages and as the API; an act at such an address is done."""
    add(office)
    with httpx.Client(base_url=serve(), headers={"x-csrf-token": StandIn.TOKEN}, timeout=60) as client:
        for area, name in (("patrons", "patron_id"), ("transactions", "number")):
            shown = client.get(f"/{area}").raise_for_status().text
            link = next(link for link in links(shown, f"/{area}/") if "%25" in link)
            assert ODD.replace("&", "&amp;") in client.get(link).raise_for_status().text
            listed = client.get(f"/api/v1/{area}").raise_for_status().json()["items"]
            assert ODD in {one[name] for one in listed}
            client.get(f"/api/v1{link}").raise_for_status()
        done = client.post(f"/api/v1/transactions/{segment(ODD)}/rush", json={"rush": True})
    assert (done.status_code, done.json().get("transactions")) == (200, [ODD]), done.text


@given(st.text(min_size=1, max_size=40))
@example("/")
@example("%2F%252F")
@example("a?b#c\\d")
def test_any_id_comes_back(text: str) -> None:
    """What a server decodes of a link is one segment, and the route makes the id of it again."""
    decoded = unquote(segment(text))
    assert re.fullmatch(Key.regex, decoded, re.DOTALL)
    assert Key().convert(decoded) == text
