"""Single sign-on against a real provider on loopback: what it proves is believed, and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from maild.config import Console, Oidc, Secret
from maild.domain.desk.access import Account, Role
from tests.console.door import Browser, Door, door
from tests.servers.oidc import CLIENT, SECRET, Key, OidcServer, by_public_key, without_signature

CALLBACK = "http://127.0.0.1:8030/sign-in/oidc/callback"
BASE = Oidc(client_id=CLIENT, client_secret=Secret(SECRET))
Opens = Callable[..., Door]


@pytest.fixture
def idp() -> Iterator[OidcServer]:
    """A provider where 'lin' signs in."""
    with OidcServer(CALLBACK) as running:
        yield running


@pytest.fixture
def opens(tmp_path: Path, idp: OidcServer) -> Iterator[Opens]:
    """Opens an office with that provider and an account 'lin' that has no password."""
    running: list[Any] = []

    def make(**changed: Any) -> Door:
        context = door(tmp_path, Console(), replace(BASE, **{"issuer": idp.issuer, **changed}))
        running.append(context)
        made = context.__enter__()
        idp.now = lambda: made.clock.now().timestamp()
        made.add("lin", password="")
        return made

    yield make
    for context in running:
        context.__exit__(None, None, None)


def _start(browser: Browser, wanted: str = "") -> str:
    """Begin, and sign in at the provider's: the address the browser comes back to."""
    answer = browser.get(f"/sign-in/oidc?next={wanted}")
    assert answer.status_code == 303, answer.text
    back = httpx.get(answer.headers["location"], follow_redirects=False).headers["location"]
    assert back.startswith(CALLBACK)
    return str(back.removeprefix("http://127.0.0.1:8030"))


def _sign_in(browser: Browser, wanted: str = "") -> Any:
    return browser.get(_start(browser, wanted))


def _english(made: Door) -> Browser:
    return made.browser(**{"accept-language": "en"})


def _account(made: Door, name: str = "lin") -> Account | None:
    with made.services.store.read() as uow:
        return uow.accounts.get(name)


def test_signing_in_at_the_provider(opens: Opens, idp: OidcServer) -> None:
    """The button leads there, the way back leads to the page that was wanted; the account is bound to the subject."""
    made = opens()
    browser = made.browser()
    assert "/sign-in/oidc?next=%2Fqueue" in browser.get("/sign-in?next=/queue").text
    answer = _sign_in(browser, "/queue")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert browser.inside
    bound = _account(made)
    assert bound is not None
    assert bound.subject == f"{idp.issuer} 7"
    idp.claims["preferred_username"] = "renamed"
    again = made.browser()
    assert _sign_in(again).status_code == 303
    assert again.inside


def test_what_is_sent_to_the_provider(opens: Opens) -> None:
    """Code flow with PKCE, state and nonce, new each time; the secret never goes through the browser."""
    made = opens(scopes=("openid", "groups"))
    first, second = (urlsplit(made.browser().get("/sign-in/oidc").headers["location"]) for _ in range(2))
    asked, other = parse_qs(first.query), parse_qs(second.query)
    assert asked["response_type"] == ["code"]
    assert asked["scope"] == ["openid groups"]
    assert asked["redirect_uri"] == [CALLBACK]
    for word in ("state", "nonce", "code_challenge"):
        assert len(asked[word][0]) >= 43
        assert asked[word] != other[word]
    assert "secret" not in first.query


@pytest.mark.parametrize(
    ("twist", "said"),
    [
        ({"nonce": "another"}, "not for this sign-in"),
        ({"nonce": None}, "not for this sign-in"),
        ({"aud": "another"}, "not for this sign-in"),
        ({"aud": ["another", "third"]}, "not for this sign-in"),
        ({"aud": [CLIENT, "another"]}, "made for another application"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "made for another application"),
        ({"azp": "another"}, "made for another application"),
        ({"aud": None}, "not for this sign-in"),
        ({"iss": "https://evil.example"}, "not for this sign-in"),
        ({"sub": None}, "not for this sign-in"),
        ({"exp": 1_000_000_000}, "has run out"),
        ({"exp": None}, "not for this sign-in"),
        ({"exp": float("nan")}, "not for this sign-in"),
        ({"iat": 4_000_000_000}, "not for this sign-in"),
        ({"nbf": 4_000_000_000}, "not for this sign-in"),
        ({"preferred_username": None}, "does not say who you are"),
        ({"preferred_username": ["lin"]}, "does not say who you are"),
        ({"preferred_username": "a b"}, "does not say who you are"),
        ({"preferred_username": "nobody"}, "there is no account nobody here"),
    ],
)
def test_a_token_that_is_not_for_us_opens_nothing(
    opens: Opens, idp: OidcServer, twist: dict[str, Any], said: str
) -> None:
    """Though it is signed as it should be."""
    browser = _english(opens())
    idp.twist = twist
    answer = _sign_in(browser)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert not browser.inside


def test_several_audiences_with_us_as_the_party(opens: Opens, idp: OidcServer) -> None:
    """OpenID Connect Core 3.1.3.7: azp names whom it was made for."""
    browser = opens().browser()
    idp.twist = {"aud": ["another", CLIENT], "azp": CLIENT}
    assert _sign_in(browser).status_code == 303
    assert browser.inside


@pytest.mark.parametrize("way", ["none", "hs256", "stranger", "garbage", "empty", "embedded"])
def test_a_token_that_is_not_signed_by_the_provider_opens_nothing(opens: Opens, idp: OidcServer, way: str) -> None:
    """alg none, the public key taken for a secret, a stranger's key of the same id, a key that it brings along."""
    browser = _english(opens())
    stranger = Key("one")
    ways: dict[str, Callable[[dict[str, Any]], str]] = {
        "none": without_signature,
        "hs256": by_public_key(idp.keys[0]),
        "stranger": stranger.sign,
        "garbage": lambda claims: "a.b.c",
        "empty": lambda claims: "",
        "embedded": lambda claims: stranger.sign(claims, kid="new", jwk=stranger.public),
    }
    idp.sign = ways[way]
    answer = _sign_in(browser)
    assert answer.status_code == 422
    assert "id token" in answer.text
    assert not browser.inside


def test_an_answer_counts_once_and_for_the_browser_that_asked(opens: Opens) -> None:
    """Replayed, from another browser, with another state, without a cookie, too late: nothing."""
    made = opens()
    browser = _english(made)
    back = _start(browser)
    stranger = _english(made)
    assert "this sign-in is over" in stranger.get(back).text
    _start(stranger)
    assert "belongs to another sign-in" in stranger.get(back).text
    held = dict(browser.cookies)
    assert browser.get(back).status_code == 303
    assert browser.inside
    replay = _english(made)
    for name, value in held.items():
        replay.client.cookies.set(name, value)
    answer = replay.get(back)
    assert answer.status_code == 422
    assert "this sign-in is over" in answer.text
    assert not replay.inside
    late = _english(made)
    back = _start(late)
    made.clock.move(minutes=11)
    assert "this sign-in is over" in late.get(back).text


@pytest.mark.parametrize("cookie", ["", "x", "W10=", "WzEsMiwzLDQsNV0=", "é", "A" * 5000])
def test_a_broken_cookie_is_no_sign_in(opens: Opens, cookie: str) -> None:
    """Whatever a browser holds."""
    browser = _english(opens())
    answer = browser.get("/sign-in/oidc/callback?code=x&state=3", headers={"cookie": f"maild-oidc={cookie}".encode()})
    assert answer.status_code == 422
    assert "this sign-in is over" in answer.text


def test_a_new_key_is_found_and_strangers_ask_for_nothing(opens: Opens, idp: OidcServer) -> None:
    """The provider changes its key: the next sign-in fetches it; an unknown id does not make us ask all the time."""
    made = opens()
    assert _sign_in(made.browser()).status_code == 303
    idp.keys = [Key("two")]
    made.clock.move(minutes=2)
    assert _sign_in(made.browser()).status_code == 303
    assert idp.asked.count("/keys") == 2
    idp.sign = Key("three").sign
    for _ in range(3):
        assert _sign_in(made.browser()).status_code == 422
    assert idp.asked.count("/keys") == 2


@pytest.mark.parametrize(("skew", "status"), [(55, 303), (-355, 303), (65, 422), (-365, 422)])
def test_clocks_may_differ_a_little(opens: Opens, idp: OidcServer, skew: float, status: int) -> None:
    """By a minute either way: tokens live five."""
    made = opens()
    idp.skew = skew
    assert _sign_in(made.browser()).status_code == status


@pytest.mark.parametrize(("query", "said"), [("error=access_denied", "was declined"), ("error=server_error", "refuses (server_error)"),
                                             ("", "has no code"), ("code=forged", "status 400, invalid_grant"),
                                             ("code=x&iss=https://evil.example", "another provider")])  # fmt: skip
def test_what_goes_wrong_is_said_in_words(opens: Opens, query: str, said: str) -> None:
    """Declined, broken, forged."""
    browser = _english(opens())
    state = parse_qs(urlsplit(_start(browser)).query)["state"][0]
    answer = browser.get(f"/sign-in/oidc/callback?state={state}&{query}")
    assert said in answer.text.replace("&#39;", "'")


def test_a_provider_that_is_down_is_no_one_s_fault(opens: Opens, idp: OidcServer) -> None:
    """Out of order: 503, in words, and it works again later. Not there at all: the same."""
    made = opens()
    idp.status = 500
    answer = _sign_in(_english(made))
    assert answer.status_code == 503
    assert "out of order" in answer.text
    idp.status = 0
    assert _sign_in(made.browser()).status_code == 303


def test_a_provider_that_is_not_there(tmp_path: Path) -> None:
    """The page says so, and the password still opens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with door(tmp_path, oidc=replace(BASE, issuer=issuer)) as made:
            made.add("lin")
            browser = _english(made)
            answer = browser.get("/sign-in/oidc")
            assert answer.status_code == 503
            assert "does not answer" in answer.text
            assert browser.sign_in("lin").status_code == 303


@pytest.mark.parametrize("metadata", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"},
                                      {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": "javascript:x"}])  # fmt: skip
def test_a_discovery_document_of_somebody_else(opens: Opens, idp: OidcServer, metadata: dict[str, Any]) -> None:
    """Another issuer, or addresses that are not to be asked: nobody is sent there, and no code is."""
    browser = _english(opens())
    idp.metadata = metadata
    answer = browser.get("/sign-in/oidc")
    if answer.status_code == 303:
        answer = browser.get(
            str(httpx.get(answer.headers["location"]).headers["location"]).removeprefix("http://127.0.0.1:8030")
        )
    assert answer.status_code == 422
    assert not browser.inside


def test_the_secret_goes_into_the_form_where_that_is_what_is_taken(opens: Opens, idp: OidcServer) -> None:
    """client_secret_post, for providers without the header."""
    idp.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert _sign_in(opens().browser()).status_code == 303


# --- accounts -----------------------------------------------------------------------------------------------------


def test_an_account_with_a_password_is_not_taken_over(opens: Opens, idp: OidcServer) -> None:
    """Nor is one that is bound to somebody else: a name at the provider's alone proves nothing."""
    made = opens()
    made.add("wu")
    idp.claims |= {"preferred_username": "wu", "sub": "8"}
    assert "has a password" in _sign_in(_english(made)).text
    idp.claims |= {"preferred_username": "lin", "sub": "7"}
    assert _sign_in(made.browser()).status_code == 303
    idp.claims |= {"sub": "9"}
    assert "somebody else" in _sign_in(_english(made)).text


def test_a_closed_account_stays_closed(opens: Opens) -> None:
    """Whatever the provider says."""
    made = opens()
    made.gate.staff.set_disabled("lin", True, actor="test")
    assert "this account is closed" in _sign_in(_english(made)).text


def test_accounts_made_at_the_first_sign_in(opens: Opens, idp: OidcServer) -> None:
    """With the name and the role that the provider gives; in the history."""
    made = opens(create=True, default_role="viewer")
    idp.claims = {"sub": "8", "preferred_username": "Wu", "name": "吴"}
    browser = made.browser()
    assert _sign_in(browser).status_code == 303
    account = _account(made, "wu")
    assert account is not None
    assert (account.role, account.display, account.password) == (Role.VIEWER, "吴", "")
    assert [(line.actor, line.after) for line in made.history(1)] == [("single sign-on", "viewer"), ("wu", "signed in")]


def test_roles_follow_the_provider_at_each_sign_in(opens: Opens, idp: OidcServer) -> None:
    """The highest that fits; a lesser one ends what is open; none shuts the door."""
    made = opens(role_claim="realm.roles", roles=("staff=librarian", "heads=administrator"))
    idp.claims["realm"] = {"roles": ["staff", "heads", "others"]}
    first = made.browser()
    assert _sign_in(first).status_code == 303
    assert first.inside
    account = _account(made)
    assert account is not None
    assert account.role is Role.ADMINISTRATOR
    made.clock.move(seconds=1)
    idp.claims["realm"] = {"roles": "staff"}
    second = made.browser()
    assert _sign_in(second).status_code == 303
    assert second.inside
    assert not first.inside
    idp.claims["realm"] = {"roles": []}
    assert "gives you no role" in _sign_in(_english(made)).text


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "lin@library.example", "email_verified": True}, 303),
        ({"email": "lin@LIBRARY.example", "email_verified": True}, 303),
        ({"email": "lin@library.example"}, 422),
        ({"email": "lin@library.example", "email_verified": "true"}, 422),
        ({"email": "lin@evil.example", "email_verified": True}, 422),
        ({"email": "lin@library.example@evil.example", "email_verified": True}, 422),
        ({"email": "lin@sub.library.example", "email_verified": True}, 422),
        ({}, 422),
    ],
)
def test_only_the_library_s_own_addresses(opens: Opens, idp: OidcServer, claims: dict[str, Any], status: int) -> None:
    """And only verified ones."""
    made = opens(domains=("library.example",))
    idp.claims |= claims
    assert _sign_in(made.browser()).status_code == status


def test_what_the_token_lacks_the_userinfo_adds(opens: Opens, idp: OidcServer) -> None:
    """For the same person only; what is signed counts more."""
    made = opens()
    del idp.claims["preferred_username"]
    idp.userinfo = {"preferred_username": "lin"}
    assert _sign_in(made.browser()).status_code == 303
    assert "/userinfo" in idp.asked
    idp.userinfo = {"preferred_username": "lin", "sub": "other"}
    assert "two persons" in _sign_in(_english(made)).text


def test_without_a_provider_there_is_no_such_door(tmp_path: Path) -> None:
    """404, and no button."""
    with door(tmp_path) as made:
        for path in ("/sign-in/oidc", "/sign-in/oidc/callback"):
            assert made.browser().get(path).status_code == 404
        assert "oidc" not in made.browser().get("/sign-in").text
