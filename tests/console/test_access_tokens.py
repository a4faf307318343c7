"""Forms against forgery, and what a proxy says: tokens, where a request comes from, prefixes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.config import Console
from tests.console.door import PASSWORD, Door, door

PUBLIC = "https://library.example/ill"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Door]:
    """An office with one librarian, 'lin'."""
    with door(tmp_path) as made:
        made.add("lin")
        yield made


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Door]:
    """The same behind a proxy with TLS and a path prefix."""
    console = Console(
        public_url=PUBLIC, trusted_proxies=("127.0.0.1",), trusted_proxy_header="X-Remote-User", hosts=("inner",)
    )
    with door(tmp_path, console) as made:
        made.add("lin")
        yield made


# --- forged forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "guessed", "A" * 86, "é"])
def test_a_form_without_its_token_does_nothing(office: Door, token: str) -> None:
    """Nor does one before signing in."""
    browser = office.browser()
    browser.get("/sign-in")
    answer = browser.post("/sign-in", {"csrf": token, "name": "lin", "password": PASSWORD})
    assert answer.status_code == 403
    assert not browser.inside


def test_people_read_why_and_programs_too(office: Door) -> None:
    """A page with a sentence; problem+json."""
    browser = office.browser(**{"accept-language": "en"})
    form = {"csrf": "", "name": "lin", "password": PASSWORD}
    assert "the form is no longer valid" in browser.post("/sign-in", form).text
    answer = browser.post("/sign-in", form, headers={"accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    answer = browser.get("/queue", headers={"accept": "application/json"})
    assert answer.headers["www-authenticate"] == 'Bearer realm="maild"'


def test_nobody_unknown_fills_our_memory(office: Door) -> None:
    """A form at the door is short; what is longer is not read to its end. Staff may send files."""
    browser = office.browser(**{"accept-language": "en"})
    form = {"csrf": browser.token(), "name": "lin", "password": PASSWORD}
    answer = browser.post("/sign-in", form | {"more": "x" * 64_000})
    assert answer.status_code == 413
    assert "more than is taken" in answer.text
    assert browser.post("/sign-in", form).status_code == 303
    assert browser.post("/look", {"csrf": browser.token("/account"), "more": "x" * 64_000}).status_code == 303


def test_tokens_belong_to_one_browser_and_one_session(office: Door) -> None:
    """Another's is refused; one from before signing in, too; each page has another, and all are good."""
    browser, other = office.browser(), office.browser()
    before, others = browser.token(), other.token()
    assert browser.post("/sign-in", {"csrf": others, "name": "lin", "password": PASSWORD}).status_code == 403
    browser.sign_in("lin")
    assert browser.post("/look", {"csrf": before, "lang": "en"}).status_code == 403
    first, second = browser.token("/queue"), browser.token("/queue")
    assert first != second
    for token in (first, second):
        assert browser.post("/look", {"csrf": token, "lang": "en"}).status_code == 303
    assert browser.post("/look", {"lang": "en"}, headers={"x-csrf-token": first}).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
        ({"origin": "http://127.0.0.1:8030"}, 303),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 303),
    ],
)
def test_browsers_say_who_asked(office: Door, headers: dict[str, str], status: int) -> None:
    """What comes from another site is refused, even with the right token."""
    browser = office.browser()
    browser.sign_in("lin")
    assert browser.post("/look", {"csrf": browser.token("/queue"), "lang": "en"}, headers=headers).status_code == status


def test_behind_a_proxy_the_public_address_is_the_origin(behind: Door) -> None:
    """The host that the proxy asks us by is not what browsers know."""
    browser = behind.browser()
    browser.sign_in("lin")
    for origin, status in (("https://library.example", 303), ("http://library.example", 403)):
        form = {"csrf": browser.token("/queue"), "lang": "en"}
        assert browser.post("/look", form, headers={"origin": origin, "host": "inner:8030"}).status_code == status


# --- proxies ------------------------------------------------------------------------------------------------------


def test_a_proxys_word_counts_from_its_address_only(behind: Door) -> None:
    """From anywhere else the header is nothing, and so it is where it comes twice."""
    assert behind.browser("127.0.0.1", **{"X-Remote-User": "Lin"}).inside
    assert not behind.browser("127.0.0.2", **{"X-Remote-User": "lin"}).inside
    assert not behind.browser("203.0.113.9", **{"X-Remote-User": "lin", "X-Forwarded-For": "127.0.0.1"}).inside
    assert not behind.browser("127.0.0.1", **{"X-Remote-User": "nobody"}).inside
    twice = behind.browser("127.0.0.1")
    twice.client.headers = [*twice.client.headers.multi_items(), ("X-Remote-User", "lin"), ("X-Remote-User", "lin")]  # type: ignore[assignment]
    assert not twice.inside
    behind.gate.staff.set_disabled("lin", True, actor="test")
    assert not behind.browser("127.0.0.1", **{"X-Remote-User": "lin"}).inside


def test_who_comes_by_proxy_still_needs_tokens(behind: Door) -> None:
    """The proxy lets any page's forms through: they must be ours. One person's token is no other's."""
    behind.add("wu")
    lin, wu = (behind.browser(**{"X-Remote-User": name}) for name in ("lin", "wu"))
    token = lin.token("/queue")
    assert lin.post("/look", {"csrf": "", "lang": "en"}).status_code == 403
    assert wu.post("/look", {"csrf": token, "lang": "en"}).status_code == 403
    assert lin.post("/look", {"csrf": token, "lang": "en"}).status_code == 303


def test_without_the_option_nobody_is_believed(office: Door) -> None:
    """The header of a proxy that is not set up is any header."""
    assert not office.browser(**{"X-Remote-User": "lin"}).inside


def test_the_client_behind_the_proxy_is_counted(behind: Door) -> None:
    """Two readers behind one proxy are two places; what a client writes into the header itself is not believed."""
    for number in range(6):
        forged = f"198.51.100.{number}, 203.0.113.9"
        status = behind.browser(**{"X-Forwarded-For": forged}).sign_in("lin", "wrong").status_code
    assert status == 429
    assert behind.browser(**{"X-Forwarded-For": "203.0.113.10"}).sign_in("lin").status_code == 303


def test_below_a_prefix_whether_or_not_the_proxy_cuts_it_off(behind: Door) -> None:
    """All addresses that the pages name begin with it."""
    browser = behind.browser()
    assert browser.get("/queue").headers["location"] == "/ill/sign-in?next=%2Fill%2Fqueue"
    assert 'action="/ill/sign-in"' in browser.get("/sign-in").text
    assert browser.sign_in("lin", next="/ill/queue").headers["location"] == "/ill/queue"
    assert behind.browser().sign_in("lin", next="/other").headers["location"] == "/ill/"
    held = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for path in ("/ill/queue", "/queue"):  # what the proxy asks us for
        answer = behind.browser().client.get(path, headers={"cookie": held})
        assert answer.status_code == 200
        assert 'action="/ill/sign-out"' in answer.text
