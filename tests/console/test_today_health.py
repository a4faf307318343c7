"""Today, health, the audit log, settings in force: what they tell, to whom, and what they never tell."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maild import doctor
from maild.console.health import examine
from maild.console.serving.beat import Beat
from maild.doctor.model import Check, Level
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent, Temporary
from maild.domain.incoming.decision import Cause
from maild.domain.operation.heartbeat import Heartbeat, Pulse, Running
from maild.domain.operation.trouble import Trouble, TroubleCause
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus, ReviewItem
from maild.domain.requests.lifecycle import State
from maild.domain.wording.words import STATES
from maild.domain.wording.words_staff import CHECKS
from maild.settings import Loaded
from tests.console.conftest import signed_in
from tests.console.world import NOW, World

EN = {"accept-language": "en"}


def _beat(office: World, *, ago: float = 0, **more: object) -> None:
    """A daemon's word, that long ago (seconds)."""
    seen = office.services.clock.now() - timedelta(seconds=ago)
    word = Heartbeat(role=Running.DAEMON, host="mail1", pid=42, version="0.1.0", started=seen, seen=seen,
                     status="3 mails processed", **more)  # type: ignore[arg-type]  # fmt: skip
    with office.services.store.begin() as uow:
        uow.heartbeats.beat(word)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("path", ["/today", "/health", "/audit", "/settings"])
def test_pages_open_in_both_languages(client: TestClient, path: str, lang: str) -> None:
    """No text is missing, and nothing is inline that the policy forbids."""
    answer = client.get(path, headers={"accept-language": lang})
    assert answer.status_code == 200
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*src=)", answer.text)


def test_the_first_page_is_today(client: TestClient) -> None:
    """Who comes in sees what needs them."""
    assert client.get("/", follow_redirects=False).headers["location"] == "/today"


# --- today ---------------------------------------------------------------------------------------------------------


def _item(office: World, cause: Cause, hours: float, assignee: str = "") -> int:
    """An item of the queue that came so many hours ago."""
    with office.services.store.begin() as uow:
        item = ReviewItem(id=0, mail_id=None, cause=cause, subject=f"about {cause} {hours}")
        made = uow.reviews.add(item, office.services.clock.now() - timedelta(hours=hours))
        if assignee:
            uow.reviews.assign_to(made, assignee, expected_version=0)
        return made


def test_today_shows_what_is_mine_and_what_presses(office: World) -> None:
    """What was handed to me; what is nobody's once half of its time is gone, and not before."""
    mine, pressing, early = (
        _item(office, Cause.QUESTION, 1, "li"),
        _item(office, Cause.NO_NUMBER, 30),
        _item(office, Cause.NO_NUMBER, 0.1),
    )
    said = signed_in(office, "li", Role.LIBRARIAN).get("/api/v1/today").json()
    assert [one["id"] for one in said["mine"]] == [mine]
    ids = [one["id"] for one in said["pressing"]]
    assert pressing in ids
    assert not {early, mine} & set(ids)
    assert signed_in(office, "wu", Role.VIEWER).get("/api/v1/today").json()["mine"] == []


def test_today_shows_what_the_clock_found_and_what_failed(office: World, client: TestClient) -> None:
    """Alarms of drift, overdue claims, failed notices; each leads to where it can be dealt with."""
    drift, claim = _item(office, Cause.DRIFT, 2), _item(office, Cause.CLAIM_UNCONFIRMED, 2)
    with office.services.store.begin() as uow:
        failed = uow.outbox.find(state=OutboxState.WAITING, limit=1)[0]
        uow.outbox.mark(failed.id, OutboxState.FAILED, now=office.services.clock.now(), reply="550 no")
    page = client.get("/today", headers=EN).text
    for link in (f"/queue/{drift}", f"/queue/{claim}", f"/outbox/{failed.id}", "/outbox?state=failed"):
        assert f'href="{link}"' in page
    assert "Notices could not be sent" in page


def test_today_shows_registrations_with_their_limit(office: World, client: TestClient) -> None:
    """The most urgent first, with the clock."""
    from maild.domain.incoming.decision import RegistrationChange
    from maild.domain.requests.lifecycle import RegistrationState

    with office.services.store.begin() as uow:
        for name, days in (("late", 5), ("fresh", 0)):
            change = RegistrationChange(
                email=f"{name}@reader.example",
                name=name,
                state=RegistrationState.PENDING,
                at=NOW - timedelta(days=days),
            )
            uow.registrations.change(change, NOW - timedelta(days=days))
    said = client.get("/api/v1/today").json()["registrations"]
    assert len(said) == 2
    assert said[0]["due"] < NOW.isoformat() < said[1]["due"]
    assert "late" in client.get("/today", headers=EN).text


# --- health --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "pulse", "word"), [(10, Pulse.ALIVE, ""), (80, Pulse.SILENT, "The daemon is not answering")]
)
def test_a_daemon_that_lives_and_one_that_is_silent(
    office: World, client: TestClient, ago: float, pulse: Pulse, word: str
) -> None:
    """It is told by its last word, on the page and to monitors."""
    _beat(office, ago=ago)
    answer, monitor = client.get("/health", headers=EN), client.get("/healthz")
    assert word in answer.text
    assert ("The daemon is not" in answer.text) is bool(word)
    assert (monitor.status_code, monitor.text) == ((200, "ok\n") if pulse is Pulse.ALIVE else (503, "not ok\n"))


def test_a_daemon_that_was_stopped_or_never_ran(office: World, client: TestClient) -> None:
    """Each is told in its own words."""
    assert "it never was" in client.get("/health", headers=EN).text
    _beat(office, stopped=NOW)
    assert "it was stopped" in client.get("/health", headers=EN).text
    assert client.get("/healthz").status_code == 503


def test_health_tells_what_waits_and_what_is_wrong(office: World, client: TestClient) -> None:
    """Shunted mails, a sheet that is not even, trouble in a loop, confinement that is missing: none is passed over."""
    _beat(office, data={
        "folders": {"office/INBOX": NOW.isoformat()}, "trouble": "mailbox office/INBOX: no route <b>",
        "balance": {"even": False, "at": NOW.isoformat()}, "confinement": {"landlock": "no", "seccomp": ""},
    })  # fmt: skip
    with office.services.store.begin() as uow:
        mail = uow.mails.find(limit=1)[0]
        uow.mails.settle(mail.id, MailStatus.SHUNTED, kind="", rule="", reason="", now=NOW)
    said = client.get("/api/v1/health").json()
    assert {"loops", "uneven", "shunted", "confinement"} <= set(said["trouble"])
    assert said["ok"] is False
    page = client.get("/health", headers=EN).text
    assert "no route &lt;b&gt;" in page
    assert "not even" in page


def test_every_check_has_a_name_in_both_languages() -> None:
    """As the page shows it, whatever its outcome."""
    folder = Path(doctor.__file__).parent
    named = re.findall(
        r'\b(?:ok|warning|error|tell)\(\s*"([a-z ]+)"', "".join(p.read_text() for p in folder.glob("*.py"))
    )
    assert len(set(named)) > 20
    assert set(named) <= set(CHECKS)
    check = Check(name="imap office", level=Level.OK, detail="")
    assert (check.subject, check.of) == ("imap", "office")


def test_health_is_well_where_all_is_well(office: World) -> None:
    """Nothing is called trouble that is none."""
    _beat(office, data={"balance": {"even": True, "at": NOW.isoformat()}, "confinement": {"seccomp": ""}})
    with office.services.store.read() as uow:
        found = examine(office.services, uow)
    assert (found.trouble, found.ok, found.pending) == ([], True, 0)
    assert found.database > 100_000


def test_the_doctor_looks_when_asked(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its checks stand on the page with their remedies, and only when they are wanted: a link alone starts none."""
    asked = _doctor(monkeypatch)
    for path in ("/health", "/health?check=true"):
        assert "publish it" not in client.get(path, headers=EN).text
    assert client.get("/api/v1/health").json()["checks"] is None
    assert not asked
    done = client.post("/health/check", headers=EN)
    assert "publish it" in done.text
    assert "1 well, 0 warning(s), 1 error(s)" in done.text
    assert "for li" in done.text
    assert len(asked) == 1
    found = client.get("/api/v1/health").json()
    assert [check["name"] for check in found["checks"]] == ["database", "dkim"]
    assert (found["checked_by"], len(asked)) == ("li", 1)
    assert client.get("/api/v1/health?check=true").status_code == 422


def _doctor(monkeypatch: pytest.MonkeyPatch) -> list[Loaded]:
    """Stands in for the real one; who asked it."""
    from maild.console import checkup
    from maild.doctor.model import error, ok

    asked: list[Loaded] = []
    monkeypatch.setattr(checkup, "doctor", lambda loaded, made: asked.append(loaded) or iter(
        [ok("database", "sqlite"), error("dkim", "no key", "publish it")]))  # fmt: skip
    return asked


def test_who_only_looks_starts_no_checks(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a form that another site has sent; a viewer has no button."""
    asked = _doctor(monkeypatch)
    viewer, librarian = signed_in(office, "vi", Role.VIEWER), signed_in(office, "wu", Role.LIBRARIAN)
    assert viewer.post("/health/check").status_code == 403
    assert viewer.post("/api/v1/health/check", json={}).status_code == 403
    assert librarian.post("/health/check", headers={"x-csrf-token": "another"}).status_code == 403
    assert not asked
    assert 'action="/health/check"' not in viewer.get("/health").text
    assert 'action="/health/check"' in librarian.get("/health").text
    assert librarian.post("/api/v1/health/check", json={}).json()["data"]["checked_by"] == "wu"


def test_checks_are_made_one_at_a_time(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks meanwhile is told so; after a check that failed the next is made."""
    from maild.console import checkup

    made = checkup.Checkup()
    inner: list[str] = []

    def ask_again(loaded: Loaded, services: object) -> list[object]:
        with pytest.raises(Temporary, match="are being made"):
            made.make(office.services, "wu")
        inner.append("asked")
        raise Permanent("the doctor is ill")

    monkeypatch.setattr(checkup, "doctor", ask_again)
    for _ in range(2):
        with pytest.raises(Permanent, match="ill"):
            made.make(office.services, "li")
    assert (inner, made.latest) == (["asked", "asked"], None)


def test_the_console_says_that_it_runs(office: World) -> None:
    """While it serves, and that it ended in order."""
    with Beat(office.services, "http://127.0.0.1:8030"):
        deadline = time.monotonic() + 10
        while not _consoles(office):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert _consoles(office)[0].pulse(office.services.clock.now()) is Pulse.ALIVE
    assert _consoles(office)[0].pulse(office.services.clock.now()) is Pulse.STOPPED


def _consoles(office: World) -> list[Heartbeat]:
    with office.services.store.read() as uow:
        return list(uow.heartbeats.all(Running.CONSOLE))


def test_a_monitor_learns_nothing_else(tmp_path: Path) -> None:
    """Without signing in there is a word, and no page."""
    from tests.console.door import door

    with door(tmp_path) as made:
        browser = made.browser()
        assert browser.get("/healthz").text in {"ok\n", "not ok\n"}
        assert browser.get("/health").status_code == 303


# --- ready -----------------------------------------------------------------------------------------------------------


def _trouble(cause: TroubleCause, **more: object) -> dict[str, object]:
    """A row of the heartbeat's list."""
    return Trouble(cause=cause, since=NOW, **more).row()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "causes"),
    [
        ([], []),
        ([_trouble(TroubleCause.FOLDER_UNHEARD, about="office/INBOX", what="LOGIN failed")], ["folder_unheard"]),
        ([_trouble(TroubleCause.FOLDER_UNHEARD, about="a", closed=NOW)], []),
        ([_trouble(TroubleCause.BACKUP_OLD)], []),
        ([_trouble(TroubleCause.DISK_FULL), _trouble(TroubleCause.FOLDER_UNHEARD, about="a"),
          _trouble(TroubleCause.FOLDER_UNHEARD, about="b")], ["disk_full", "folder_unheard"]),
        ([{"cause": "of a newer maild"}, "nonsense"], []),
    ],
)  # fmt: skip
def test_alive_is_one_thing_and_ready_another(office: World, rows: list[object], causes: list[str]) -> None:
    """A daemon that lives and cannot work is alive, and not ready: by code, without names; what is over counts no more."""
    _beat(office, data={"troubles": rows})
    with signed_in(office, "wu", Role.VIEWER) as known:
        client = TestClient(known.app, base_url=str(known.base_url))
        alive, ready = client.get("/healthz"), client.get("/readyz")
    assert (alive.status_code, ready.status_code) == (200, 503 if causes else 200)
    assert ready.json()["ready"] is not bool(causes)
    assert ready.json()["causes"] == causes
    assert "INBOX" not in ready.text
    assert "LOGIN" not in ready.text


def test_a_silent_daemon_is_not_ready(office: World, client: TestClient) -> None:
    """Whatever it said last."""
    _beat(office, ago=80, data={"troubles": []})
    assert client.get("/readyz").json()["causes"] == ["daemon_silent"]


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "no mail is received: office/INBOX"), ("zh-CN", "收不到邮件：office/INBOX")]
)
def test_the_page_tells_a_trouble_and_what_to_do(office: World, client: TestClient, lang: str, word: str) -> None:
    """By its name in the reader's language, with the reason, escaped, and the remedy; the API gives the row."""
    _beat(office, data={"troubles": [_trouble(TroubleCause.FOLDER_UNHEARD, about="office/INBOX", what="no <b>")]})
    page = client.get("/health", headers={"accept-language": lang}).text
    assert word in page
    assert "no &lt;b&gt;" in page
    assert "maild check" in page
    assert "loops" in client.get("/api/v1/health").json()["trouble"]
    assert client.get("/api/v1/health").json()["troubles"][0]["about"] == "office/INBOX"


def test_what_is_overdue_does_not_look_well(client: TestClient, office: World) -> None:
    """A loan past its date has no green tag."""
    with office.services.store.read() as uow:
        late = next(one for one in uow.transactions.find(limit=1000) if one.state is State.OVERDUE)
    page = client.get(f"/transactions/{late.number}", headers=EN).text
    assert f'<span class="tag bad">{STATES["overdue"].en}</span>' in page
