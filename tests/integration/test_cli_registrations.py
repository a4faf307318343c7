"""Registrations as staff type them and as files bring them; two hosts at once; the watch over what waits."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Secret, Settings, Staff, Store
from maild.domain.errors import MaildError
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import RegistrationStep
from maild.office.imports.import_registrations import import_registrations
from maild.office.registration.acts_registration import entered
from tests.servers.clock import MovedClock
from tests.servers.postgres import postgres

pytestmark = pytest.mark.integration
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Desk:
    """The command line of an office that has a database and no mail."""

    settings: Settings
    config: Path
    capture: pytest.CaptureFixture[bytes]

    def __call__(self, *args: object, code: int = 0) -> str:
        self.capture.readouterr()
        got = run(["--config", str(self.config), *map(str, args)])
        out, err = self.capture.readouterr()
        assert got == code, (out + err).decode()
        return out.decode() or err.decode()

    def rows(self, *args: object, code: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*args, "--json", code=code).splitlines()]

    def kinds(self, to: str) -> list[str]:
        """Kinds of the notices to somebody, oldest first."""
        return [row["kind"] for row in reversed(self.rows("outbox", "list")) if row["recipient"] == to]


def _settings(folder: Path, url: str = "") -> Settings:
    made = Settings()
    return replace(
        made,
        store=Store(url=url or f"sqlite:///{folder / 'maild.db'}", blobs=folder / "blobs", upgrade=True),
        matching=replace(made.matching, token_key=Secret("ab" * 32)),
        staff=Staff(addresses=("desk@lib.example",), escalation=("head@lib.example",), language="en"),
    )


@pytest.fixture
def desk(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A configuration file and a database; no daemon."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    made = _settings(tmp_path)
    write(made, tmp_path / "etc/maild.toml")
    return Desk(made, tmp_path / "etc/maild.toml", capfdbinary)


def test_entered_reviewed_and_told(desk: Desk) -> None:
    """Both steps by hand: what comes first, what is refused and why, and the history in the end."""
    who = "guest@patron.example"
    desk("registrations", "add", who, "--step", "identity", "--kind", "external", "--name", "访客_甲", "--login",
         "guest1", "--phone", "13900000000")  # fmt: skip
    (row,) = desk.rows("registrations", "list")
    assert list(row) == [
        "id", "step", "state", "email", "login", "name", "patron_id", "patron_kind", "department", "phone", "source",
        "round", "submitted", "due", "late", "unsure", "told", "decided", "reason", "problems",
    ]  # fmt: skip
    assert (row["step"], row["state"], row["problems"], row["source"]) == (
        "identity",
        "pending",
        ["name_characters"],
        "staff",
    )
    assert "one of: name_characters, login_email" in desk("registrations", "reject", 1, "--why", "nonsense", code=1)
    assert "a rejection needs a reason" in desk("registrations", "reject", 1, code=1)
    desk("registrations", "reject", 1, "--why", "name_characters", "--reason", "访客_甲 不能用")
    assert "does not wait for a review" in desk("registrations", "approve", 1, code=1)
    desk("registrations", "add", who, "--step", "identity", "--kind", "external", "--name", "访客甲")
    desk("registrations", "add", who, "--login", "guest1", "--name", "访客甲")
    assert "the identity step of this reader is not approved" in desk("registrations", "approve", 3, code=1)
    desk("registrations", "approve", 2, "--as", "Zhang")
    desk("registrations", "approve", 3)
    assert [row["state"] for row in desk.rows("registrations", "list")] == ["approved", "approved", "rejected"]
    assert [row["id"] for row in desk.rows("registrations", "list", "--step", "account")] == [3]
    assert desk.kinds(who) == ["registration_received", "registration_rejected", "registration_received",
                               "registration_received", "registration_approved", "registration_approved"]  # fmt: skip
    (shown,) = desk.rows("registrations", "show", 2)
    acts = [(e["what"], e["actor"], e["before"], e["after"]) for e in shown["history"] if e["what"] == "registration"]
    assert acts[-1] == ("registration", "Zhang", "pending", "approved")
    assert sum(e["what"] == "notice" for e in shown["history"]) == 2
    assert "registration_received to guest@patron.example" in desk("registrations", "show", 2)
    assert desk.rows("queue", "list") == [], "what waited for a decision left the queue with it"
    assert "password" not in desk("registrations", "show", 2).lower()


def test_a_bound_card_is_done_at_once(desk: Desk) -> None:
    """The identity step of own readers needs no review; --anyway and --silent do what they say."""
    desk("registrations", "add", "li@zju.edu.cn", "--step", "identity", "--kind", "internal")
    assert desk.rows("registrations", "list")[0]["state"] == "approved"
    desk("registrations", "add", "zhao@patron.example", "--kind", "external", "--silent")
    desk("registrations", "approve", 2, "--anyway")
    assert desk.kinds("zhao@patron.example") == ["registration_approved"]
    assert [row["code"] for row in desk.rows("registrations", "reasons")][:2] == ["name_characters", "login_email"]
    assert "is no date" in desk("registrations", "add", "x@patron.example", "--submitted", "soon", code=1)


CSV = """邮箱,步骤,审核状态,姓名,认证账号,读者类型,手机,提交时间,原因,备注
a@patron.example,2,待审核,王甲,wang01,校外,13900000001,{today},,x
a@patron.example,1,已通过,王甲,wang01,校外,,{today},,x
b@patron.example,第一步,待审核,李 乙,li@b.example,校外,,{today},,x
c@patron.example,第二步,未通过,张丙,zhang,本校,,2026-03-02,没有填写院系,x
d@patron.example,account,approved,赵丁,zhao,校外,,2026-03-02,,x
nobody,1,待审核,,,,,,,x
"""


def test_a_list_is_followed_once(desk: Desk, tmp_path: Path) -> None:
    """News is told, history is not; the same file again changes nothing; contradictions are listed with their line."""
    today = datetime.now(ZONE).strftime("%Y-%m-%d %H:%M")
    file = tmp_path / "list.csv"
    file.write_text(CSV.format(today=today), "utf-8")
    dry = desk.rows("import", "registrations", file, "--dry-run", code=1)[0]
    assert (dry["created"], dry["refused"]) == (4, 2)
    assert desk.rows("registrations", "list") == []
    first = desk.rows("import", "registrations", file, code=1)[0]
    assert (first["created"], first["changed"], first["refused"], first["ignored_columns"]) == (4, 0, 2, ["备注"])
    assert {e["line"] for e in first["errors"]} == {6, 7}
    assert [w["what"] for w in first["warnings"]] == [
        "b@patron.example: name_characters",
        "b@patron.example: login_email",
    ]
    assert desk.kinds("a@patron.example") == ["registration_received"], "the approval is history: first heard so"
    assert desk.kinds("c@patron.example") == []
    again = desk.rows("import", "registrations", file, code=1)[0]
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 4)
    desk("registrations", "approve", next(r["id"] for r in desk.rows("registrations", "list", "--state", "pending")
                                          if r["email"] == "a@patron.example"))  # fmt: skip
    late = desk.rows("import", "registrations", file, code=1)[0]
    assert (late["created"], late["changed"], late["unchanged"]) == (0, 0, 4)
    assert any("the row is older" in w["what"] for w in late["warnings"])
    assert desk.kinds("a@patron.example") == ["registration_received", "registration_approved"]
    undated = tmp_path / "undated.json"
    undated.write_text(json.dumps([{"email": "c@patron.example", "state": "pending"}]), "utf-8")
    (kept,) = desk.rows("import", "registrations", undated)
    assert (kept["created"], kept["unchanged"]) == (0, 1), "no new round without a time"


# --- the clock, and two hosts ----------------------------------------------------------------------------


Hosts = tuple[Services, Services, MovedClock]


def _pair(folder: Path, url: str = "") -> Iterator[Hosts]:
    clock = MovedClock(datetime(2026, 11, 26, 10, tzinfo=ZONE))  # a Thursday
    made = [Services(_settings(folder, url), clock=clock) for _ in range(2)]
    made[0].ensure_schema()
    yield made[0], made[1], clock
    for each in made:
        each.close()


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    """Two services on one SQLite file, with one clock."""
    yield from _pair(tmp_path)


@pytest.fixture
def pg_hosts(tmp_path: Path) -> Iterator[Hosts]:
    """Two services on one PostgreSQL database, with one clock."""
    with postgres() as running:
        yield from _pair(tmp_path, running.url(running.database()))


def _alerts(services: Services) -> list[tuple[str, str]]:
    with services.store.read() as uow:
        found = uow.outbox.find(limit=1000)
    return sorted((e.request.recipient, e.request.subject) for e in found if e.request.kind is NoticeKind.STAFF_ALERT)


def test_stages_over_a_weekend(hosts: Hosts) -> None:
    """Each stage is told once, whichever host's hour it is; after days of silence only the last stage is."""
    one, two, clock = hosts
    said = entered(email="a@patron.example", step=RegistrationStep.ACCOUNT, state=None, kind="internal", name="甲")
    one.registration_acts.add(said, actor="x")
    clock.at(datetime(2026, 11, 27, 14, 5, tzinfo=ZONE))
    assert [s.reminders.run_once() for s in (one, two, one)] == [1, 0, 0]
    clock.at(datetime(2026, 11, 29, 14, 5, tzinfo=ZONE))  # a Sunday
    assert [s.reminders.run_once() for s in (two, one)] == [1, 0]
    assert [what for _, what in _alerts(one)] == ["registrations:alerted", "registrations:reminded"]
    two.registration_acts.add(replace(said, email="b@patron.example", name="乙"), actor="x")
    clock.pass_time(days=30)
    assert [s.reminders.run_once() for s in (two, one, two)] == [2, 0, 0]
    escalated = [to for to, what in _alerts(one) if what == "registrations:escalated"]
    assert escalated == ["desk@lib.example", "head@lib.example"]
    with one.store.read() as uow:
        items = [i for i in uow.reviews.find() if i.key.startswith("registration:")]
        assert [i.key for i in items] == ["registration:1:late", "registration:2:late"]
        assert {r.told for r in uow.registrations.find()} == {3}


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Run them side by side; what each raised, '' where nothing."""
    gate, found = threading.Barrier(len(acts)), [""] * len(acts)

    def run_(n: int) -> None:
        gate.wait(10)
        try:
            acts[n]()
        except MaildError as error:
            found[n] = error.what

    threads = [threading.Thread(target=run_, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_two_hosts_at_once(pg_hosts: Hosts) -> None:
    """The same news on two hosts is one registration and one notice; of two librarians one is refused; one alert."""
    one, two, clock = pg_hosts
    said = entered(email="a@patron.example", step=RegistrationStep.ACCOUNT, state=None, kind="internal", name="甲")
    _at_once(
        lambda: one.registration_acts.add(said, actor="x"),
        lambda: two.registration_acts.add(said, actor="x"),
    )
    with one.store.read() as uow:
        assert len(uow.registrations.find()) == 1
        assert [str(e.request.kind) for e in uow.outbox.find()] == ["registration_received"]
        number = uow.registrations.find()[0].id
    clock.pass_time(days=6)
    _at_once(one.reminders.run_once, two.reminders.run_once)
    assert _alerts(one) == [(f"{who}@lib.example", "registrations:escalated") for who in ("desk", "head")]
    refused = _at_once(
        lambda: one.registration_acts.approve(number, actor="x"),
        lambda: two.registration_acts.reject(number, actor="y", why=["twice"]),
    )
    assert sorted(map(bool, refused)) == [False, True], refused
    with one.store.read() as uow:
        told = [str(e.request.kind) for e in uow.outbox.find() if e.request.recipient == "a@patron.example"]
        (known,) = uow.registrations.find()
    assert len(told) == 2
    assert told[0] == f"registration_{known.state}"


def test_a_calendar_that_becomes_known_moves_the_limit(hosts: Hosts, tmp_path: Path) -> None:
    """Reckoned without holidays first, with a warning; with the year's notice the limit is the true one."""
    one, _, clock = hosts
    clock.at(datetime(2026, 12, 31, 10, tzinfo=ZONE))
    said = entered(email="a@patron.example", step=RegistrationStep.ACCOUNT, state=None, kind="internal", name="甲")
    one.registration_acts.add(said, actor="x")
    with one.store.read() as uow:
        guess = uow.registrations.get(1)
    assert guess is not None
    assert guess.due == datetime(2027, 1, 1, 17, tzinfo=ZONE)
    folder = tmp_path / "rules"
    (folder / "calendar").mkdir(parents=True)
    (folder / "calendar/2027.toml").write_text(
        'year = 2027\nofficial = true\noff = ["2027-01-01/2027-01-03"]\n', "utf-8"
    )
    settings = replace(one.settings, rules=replace(one.settings.rules, folder=str(folder)))
    wise = Services(settings, clock=clock)
    try:
        wise.reminders.run_once()
        with wise.store.read() as uow:
            true = uow.registrations.get(1)
    finally:
        wise.close()
    assert true is not None
    assert true.due == datetime(2027, 1, 4, 17, tzinfo=ZONE)


def test_many_rows_are_quick(hosts: Hosts, tmp_path: Path) -> None:
    """A list of 500 goes in within bounded time, in two steps each."""
    one, _, clock = hosts
    lines = ["email,step,state,kind,submitted"]
    lines += [f"r{n}@patron.example,{step},pending,external,2026-11-26" for n in range(250) for step in ("1", "2")]
    file = tmp_path / "many.csv"
    file.write_text("\n".join(lines), "utf-8")
    begun = datetime.now(ZONE)
    report = import_registrations(one.store, file, clock, one.reviews)
    assert datetime.now(ZONE) - begun < timedelta(seconds=20)
    assert (report.created, report.errors) == (500, ())
    with one.store.read() as uow:
        assert len(uow.registrations.find(state=RegistrationState.PENDING, limit=1000)) == 500


def test_steps_with_two_addresses(hosts: Hosts) -> None:
    """The identity step is found by the login name where the account bears another address."""
    one, _, _ = hosts
    step = RegistrationStep.IDENTITY
    first = entered(
        email="old@patron.example", step=step, state=RegistrationState.APPROVED, kind="external", login="z1"
    )
    one.registration_acts.add(first, actor="x")
    account = entered(
        email="new@patron.example", step=RegistrationStep.ACCOUNT, state=None, kind="external", login="Z1"
    )
    one.registration_acts.add(account, actor="x")
    one.registration_acts.approve(2, actor="x")
    with one.store.read() as uow:
        assert [str(r.state) for r in uow.registrations.find()] == ["approved", "approved"]
        assert uow.reviews.find() == []
