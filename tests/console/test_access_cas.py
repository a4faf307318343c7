"""Single sign-on by CAS 3.0 against a real server on loopback: a ticket proves what it was made for, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from maild.config import Console, Oidc
from maild.domain.desk.access import Role
from tests.console.door import Browser, Door, door
from tests.servers.cas import CasServer

HERE = "http://127.0.0.1:8030"
Opens = Callable[..., Door]


@pytest.fixture
def cas() -> Iterator[CasServer]:
    """A server where 'lin' signs in."""
    with CasServer() as running:
        yield running


@pytest.fixture
def opens(tmp_path: Path, cas: CasServer) -> Iterator[Opens]:
    """Opens an office with that server and an account 'lin' that has no password."""
    running: list[Any] = []

    def make(**changed: Any) -> Door:
        options = replace(Oidc(protocol="cas", account_claim="user"), **{"issuer": cas.url, **changed})
        context = door(tmp_path, Console(), options)
        running.append(context)
        made = context.__enter__()
        made.add("lin", password="")
        return made

    yield make
    for context in running:
        context.__exit__(None, None, None)


def begin(browser: Browser, wanted: str = "") -> str:
    """Begin, and sign in at the server's: the address the browser comes back to."""
    answer = browser.get(f"/sign-in/oidc?next={wanted}")
    assert answer.status_code == 303, answer.text
    back = httpx.get(answer.headers["location"], follow_redirects=False).headers["location"]
    return str(back.removeprefix(HERE))


def test_signing_in_at_the_cas_server(opens: Opens, cas: CasServer) -> None:
    """The button leads there, the way back to the page that was wanted; the account is bound, the ticket holds once."""
    made = opens()
    browser = made.browser()
    assert "/sign-in/oidc?next=%2Fqueue" in browser.get("/sign-in?next=/queue").text
    back = begin(browser, "/queue")
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert browser.inside
    with made.services.store.read() as uow:
        known = uow.accounts.get("lin")
    assert known is not None
    assert known.subject == f"{cas.url} lin"
    assert not made.browser().get(back).is_redirect


def test_a_ticket_of_another_sign_in_proves_nothing(opens: Opens, cas: CasServer) -> None:
    """A thief's ticket, or one that he has somebody use: the state is another's, and so is the service."""
    made = opens()
    thief, victim = made.browser(**{"accept-language": "en"}), made.browser(**{"accept-language": "en"})
    stolen = begin(thief)
    begin(victim)
    assert "belongs to another sign-in" in victim.get(stolen).text
    own = begin(victim)
    state = parse_qs(urlsplit(own).query)["state"][0]
    ticket = parse_qs(urlsplit(stolen).query)["ticket"][0]
    assert "INVALID_SERVICE" in victim.get(f"/sign-in/oidc/callback?state={state}&ticket={ticket}").text
    assert not victim.inside
    assert "was declined" in _without_ticket(made)


def _without_ticket(made: Door) -> str:
    browser = made.browser(**{"accept-language": "en"})
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    return str(browser.get(f"/sign-in/oidc/callback?state={state}").text)


def test_attributes_give_roles_names_and_addresses(opens: Opens, cas: CasServer) -> None:
    """One that stands several times is a list; none takes the place of who has signed in."""
    cas.user = "wang"
    cas.attributes = [("memberOf", "ill-staff"), ("memberOf", "others"), ("cn", "王 & 李"), ("mail", "w@library.example"),
                      ("user", "lin"), ("sub", "lin"), ("email_verified", "true")]  # fmt: skip
    made = opens(role_claim="memberOf", roles=("ill-staff=librarian",), create=True)
    browser = made.browser()
    assert browser.get(begin(browser)).status_code == 303
    with made.services.store.read() as uow:
        account = uow.accounts.get("wang")
    assert account is not None
    assert (account.role, account.display, account.subject) == (Role.LIBRARIAN, "王 & 李", f"{cas.url} wang")


@pytest.mark.parametrize("changed", [{"account_claim": "email"}, {"domains": ("library.example",)}])
def test_an_address_over_cas_is_not_verified(opens: Opens, cas: CasServer, changed: dict[str, Any]) -> None:
    """Whoever may change the own address there takes nobody's account by it, whatever an attribute says."""
    cas.user, cas.attributes = "wang", [("mail", "lin@library.example"), ("email_verified", "true")]
    browser = opens(create=True, default_role="librarian", **changed).browser(**{"accept-language": "en"})
    assert "verified" in browser.get(begin(browser)).text
    assert not browser.inside


HEAD = '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html>", "no CAS answer"),
        ('<!DOCTYPE x [<!ENTITY a "lin">]>' + HEAD + "<cas:user>&a;</cas:user></cas:serviceResponse>", "no CAS answer"),
        (HEAD + "</cas:serviceResponse>", "no success"),
        (HEAD + "<cas:authenticationSuccess/></cas:serviceResponse>", "does not say who"),
        (f"<x>{HEAD}<cas:authenticationSuccess><cas:user>lin</cas:user></cas:authenticationSuccess></cas:serviceResponse></x>",
         "no success"),
        (HEAD + '<cas:authenticationFailure code="&lt;script&gt;">x</cas:authenticationFailure></cas:serviceResponse>',
         "&lt;script&gt;"),
    ],
)  # fmt: skip
def test_an_answer_that_proves_nothing_lets_nobody_in(opens: Opens, cas: CasServer, body: str, said: str) -> None:
    """No XML, entities, no success, no name, success inside of something else, markup in a code."""
    cas.body = body
    browser = opens().browser(**{"accept-language": "en"})
    text = browser.get(begin(browser)).text
    assert said in text
    assert "<script>" not in text
    assert not browser.inside


def test_a_server_that_is_out_of_order_is_no_verdict(opens: Opens, cas: CasServer) -> None:
    """It passes: the same person comes in when it works again."""
    made = opens()
    browser = made.browser(**{"accept-language": "en"})
    cas.status = 503
    assert "out of order" in browser.get(begin(browser)).text
    cas.status = 200
    assert browser.get(begin(browser)).status_code == 303
