"""Signing in and out in a browser without scripts: sessions, cookies, waits, forged forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.config import Console
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent
from tests.console.door import PASSWORD, Door, door

PUBLIC = "https://library.example/ill"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Door]:
    """An office with one librarian, 'lin'."""
    with door(tmp_path) as made:
        made.add("lin")
        yield made


def test_who_is_unknown_is_sent_to_the_door_and_back(office: Door) -> None:
    """The page that was wanted is shown after signing in; programs get problem+json."""
    browser = office.browser()
    answer = browser.get("/queue?cause=no_number")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fqueue%3Fcause%3Dno_number")
    assert browser.get("/queue", headers={"accept": "application/json"}).status_code == 401
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    assert 'value="/queue?cause=no_number"' in page.text
    answer = browser.sign_in("lin", next="/queue?cause=no_number")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?cause=no_number")
    assert browser.inside
    assert browser.get("/sign-in").headers["location"] == "/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out", ""])
def test_signing_in_never_leads_elsewhere(office: Door, wanted: str) -> None:
    """Nor to signing out."""
    assert office.browser().sign_in("lin", next=wanted).headers["location"] == "/"


def test_names_are_typed_in_any_form(office: Door) -> None:
    """Case, width and blanks do not matter; in passwords all but the way a letter is composed does."""
    assert office.browser().sign_in(" Ｌin ").status_code == 303
    assert office.browser().sign_in("lin", PASSWORD.upper()).status_code == 422


@pytest.mark.parametrize(("name", "password"), [("lin", "wrong wrong wrong"), ("nobody", PASSWORD), ("", ""), ("lin", ""),
                                                ("a b\x00\udcff", "x"), ("lin", "x" * 10_000)])  # fmt: skip
def test_what_is_wrong_nobody_is_told(office: Door, name: str, password: str) -> None:
    """One answer for all, in words, with nothing kept of the password."""
    name = name.encode("utf-8", "replace").decode()
    answer = office.browser(**{"accept-language": "en"}).sign_in(name, password)
    assert answer.status_code == 422
    assert "The name or the password is wrong." in answer.text
    assert "set-cookie" not in answer.headers
    if password and password != "x":
        assert password[:50] not in answer.text


def test_a_closed_account_and_one_without_password_answer_alike(office: Door) -> None:
    """Whether an account is closed, or signs in elsewhere, is told to nobody outside."""
    office.add("wu", password="")
    office.add("xu")
    office.gate.staff.set_disabled("xu", True, actor="test")
    for name in ("wu", "xu"):
        assert "不正确" in office.browser().sign_in(name).text
    assert office.browser().sign_in("wu", "").status_code == 422


def test_unknown_names_take_as_long(office: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash is computed for a name that is not there, and for one that cannot be."""
    checked: list[str] = []
    hasher = office.gate.passwords._hasher
    real = hasher.verify
    monkeypatch.setattr(type(hasher), "verify", lambda self, kept, word: (checked.append(kept), real(kept, word))[1])
    for name in ("lin", "nobody", "", "a b"):
        office.browser().sign_in(name, "wrong wrong wrong")
    assert len(checked) == 4
    assert len(set(checked)) == 2


def test_a_session_ends_by_idleness_and_by_its_last_hour(office: Door) -> None:
    """Use prolongs it, but never beyond twelve hours."""
    browser = office.browser()
    browser.sign_in("lin")
    office.clock.move(minutes=119)
    assert browser.inside
    office.clock.move(minutes=119)
    assert browser.inside
    office.clock.move(minutes=120)
    assert not browser.inside
    browser.sign_in("lin")
    for _ in range(11):
        office.clock.move(hours=1)
        assert browser.inside
    office.clock.move(hours=1)
    assert not browser.inside


def test_signing_in_gives_a_new_session_always(office: Door) -> None:
    """What was planted before is worth nothing, and the old session ends."""
    browser = office.browser()
    browser.client.cookies.set("maild", "planted" * 6)
    browser.sign_in("lin")
    values = [c.value for c in browser.client.cookies.jar if c.name == "maild"]
    assert "planted" * 6 not in values or len(values) == 2
    first = values[-1]
    other = office.browser()
    other.client.cookies.set("maild", first)
    assert other.inside
    answer = other.post("/sign-in", {"csrf": other.token("/queue"), "name": "lin", "password": PASSWORD})
    assert answer.status_code == 303
    third = office.browser()
    third.client.cookies.set("maild", first)
    assert not third.inside
    with office.services.store.read() as uow:
        assert len(uow.sessions.of_account("lin")) == 1


def test_only_a_hash_is_stored(office: Door) -> None:
    """Who reads the database can sign in with nothing that is there."""
    browser = office.browser()
    browser.sign_in("lin")
    kept = Path(office.services.settings.store.url.removeprefix("sqlite:///"))
    data = b"".join(path.read_bytes() for path in kept.parent.glob("maild.db*"))
    assert browser.cookies["maild"].encode() not in data
    assert PASSWORD.encode() not in data


def test_signing_out_here_and_everywhere(office: Door) -> None:
    """The cookie of an ended session opens nothing, kept or not."""
    browser, other = office.browser(), office.browser()
    browser.sign_in("lin")
    other.sign_in("lin")
    kept = browser.cookies["maild"]
    answer = browser.post("/sign-out", {"csrf": browser.token("/queue")})
    assert answer.headers["location"] == "/sign-in"
    assert "maild" not in browser.cookies
    thief = office.browser()
    thief.client.cookies.set("maild", kept)
    assert not thief.inside
    assert other.inside
    assert office.gate.staff.end_sessions("lin", actor="boss") == 1
    assert not other.inside
    assert [(line.actor, line.after) for line in office.history(1)] == [
        ("lin", "signed in"),
        ("lin", "signed in"),
        ("lin", "signed out"),
        ("boss", "0"),
    ]


@pytest.mark.parametrize("change", ["role", "password", "disabled"])
def test_what_made_a_session_good_is_gone_with_it(office: Door, change: str) -> None:
    """A lesser role, a new password, a closed account: at once, also where the session's row had stayed."""
    browser = office.browser()
    browser.sign_in("lin")
    with office.services.store.read() as uow:
        kept = uow.sessions.of_account("lin")[0]
    office.clock.move(seconds=1)
    if change == "role":
        office.gate.staff.set_role("lin", Role.VIEWER, actor="boss")
    elif change == "password":
        office.gate.staff.set_password("lin", "another long password here", actor="boss")
    else:
        office.gate.staff.set_disabled("lin", True, actor="boss")
    with office.services.store.begin() as uow:
        assert uow.sessions.of_account("lin") == []
        uow.sessions.add(kept)
    assert not browser.inside


def test_a_greater_role_ends_no_session(office: Door) -> None:
    """It is in force with the next page."""
    browser = office.browser()
    browser.sign_in("lin")
    office.clock.move(seconds=1)
    office.gate.staff.set_role("lin", Role.ADMINISTRATOR, actor="boss")
    assert browser.inside


def test_use_is_noted_once_a_minute(office: Door) -> None:
    """Reading pages does not write to the database each time."""
    browser = office.browser()
    browser.sign_in("lin")

    def seen() -> object:
        with office.services.store.read() as uow:
            return uow.sessions.of_account("lin")[0].seen

    start = seen()
    office.clock.move(seconds=59)
    assert browser.inside
    assert seen() == start
    office.clock.move(seconds=1)
    assert browser.inside
    assert seen() == office.clock.now()


def test_cookies_on_plain_loopback(office: Door) -> None:
    """Not for scripts, not from other sites; the prefixed names need TLS."""
    answer = office.browser().sign_in("lin")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("maild="))
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert words == {"httponly", "path=/", "samesite=lax"}


@pytest.mark.parametrize(
    ("url", "name", "path"),
    [("https://library.example", "__Host-maild", "path=/"), (PUBLIC, "__Secure-maild", "path=/ill/")],
)
def test_cookies_over_tls(tmp_path: Path, url: str, name: str, path: str) -> None:
    """__Host- where it is possible; below a prefix the host's other pages do not get it."""
    with door(tmp_path, Console(public_url=url)) as made:
        made.add("lin")
        browser = made.browser()
        answer = browser.sign_in("lin")
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{name}="))
        words = {word.strip().lower() for word in cookie.split(";")[1:]}
        assert words == {"httponly", path, "samesite=lax", "secure"}
        assert browser.inside


# --- waits --------------------------------------------------------------------------------------------------------


def test_wrong_passwords_make_wait_longer_and_longer(office: Door) -> None:
    """Five at once, then 30 s, 1, 2 … 15 minutes; the answer says how long, in words and for programs."""
    browser = office.browser(**{"accept-language": "en"})
    for _ in range(5):
        assert browser.sign_in("lin", "wrong").status_code == 422
    answer = browser.sign_in("lin")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
    assert "Wait 30 seconds" in answer.text
    office.clock.move(seconds=29)
    assert browser.sign_in("lin").headers["retry-after"] == "1"
    waits = []
    for _ in range(7):
        office.clock.move(seconds=int(browser.sign_in("lin", "wrong").headers["retry-after"]))
        assert browser.sign_in("lin", "wrong").status_code == 422
        waits.append(int(browser.sign_in("lin", "wrong").headers["retry-after"]))
    assert waits == [60, 120, 240, 480, 900, 900, 900]
    assert "Wait 15 minutes" in browser.sign_in("lin").text
    office.clock.move(minutes=15)
    assert browser.sign_in("lin").status_code == 303


def test_the_right_password_wipes_the_slate(office: Door) -> None:
    """Four wrong ones, the right one, and four more do not make one wait."""
    browser = office.browser()
    for _ in range(2):
        for _ in range(4):
            assert browser.sign_in("lin", "wrong").status_code == 422
        assert browser.sign_in("lin").status_code == 303
        browser.client.cookies.clear()


def test_others_places_do_not_lock_an_account(office: Door) -> None:
    """Who tries from elsewhere waits; its owner signs in at once."""
    thief = office.browser("203.0.113.9")
    for _ in range(5):
        thief.sign_in("lin", "wrong")
    assert thief.sign_in("lin", "wrong").status_code == 429
    assert office.browser("198.51.100.4").sign_in("lin").status_code == 303


def test_very_many_places_lock_nobody_out(office: Door) -> None:
    """In a storm a place has one try before it waits; the owner signs in from a place that nobody knows."""
    assert office.browser("198.51.100.4").sign_in("lin").status_code == 303
    with office.services.store.begin() as uow:
        for number in range(60):
            uow.failed_logins.add("lin", f"203.0.113.{number}", office.clock.now())
    assert office.browser("203.0.113.7").sign_in("lin", "wrong").status_code == 429
    assert office.browser("203.0.113.200").sign_in("lin", "wrong").status_code == 422
    assert office.browser("203.0.113.200").sign_in("lin").status_code == 429
    assert office.browser("192.0.2.77").sign_in("lin").status_code == 303
    assert office.browser("198.51.100.4").sign_in("lin", "wrong").status_code == 422
    assert office.browser("198.51.100.4").sign_in("lin").status_code == 303


def test_one_place_that_tries_many_names_waits(office: Door) -> None:
    """An IPv6 line has a whole /64: all of it is one place, its neighbour is another."""
    for number in range(20):
        assert office.browser(f"2001:db8::{number:x}").sign_in(f"name{number}", "wrong").status_code == 422
    assert office.browser("2001:db8::ffff").sign_in("lin").status_code == 429
    assert office.browser("2001:db8:0:1::1").sign_in("lin").status_code == 303


def test_all_hosts_count_together(office: Door, tmp_path: Path) -> None:
    """A second console on the same database knows of the tries at the first."""
    with door(tmp_path) as second:
        for one in (office, second, office, second, office):
            assert one.browser().sign_in("lin", "wrong").status_code == 422
        assert second.browser().sign_in("lin").status_code == 429


def test_passwords_can_be_switched_off(tmp_path: Path) -> None:
    """The page has no form then, and a form that is sent all the same opens nothing."""
    console = Console(
        passwords=False, trusted_proxies=("127.0.0.1",), trusted_proxy_header="X-Remote-User", hosts=("inner",)
    )
    with door(tmp_path, console) as made:
        made.add("lin")
        browser = made.browser()
        assert 'type="password"' not in browser.get("/sign-in").text
        assert browser.sign_in("lin").status_code == 422


def test_no_administrator_is_the_last(office: Door) -> None:
    """The last one keeps role and account; a closed one is no other."""
    staff = office.gate.staff
    for name in ("boss", "chief"):
        office.add(name, Role.ADMINISTRATOR)
    staff.set_disabled("chief", True, actor="boss")
    for act in (
        lambda: staff.set_role("boss", Role.VIEWER, actor="boss"),
        lambda: staff.set_disabled("boss", True, actor="boss"),
    ):
        with pytest.raises(Permanent, match="last administrator"):
            act()
    staff.set_disabled("chief", False, actor="boss")
    assert staff.set_role("boss", Role.VIEWER, actor="boss").role is Role.VIEWER
