"""maild learn: from what staff decided to weights that a person adopts, restores, and that drift silences."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services, build
from maild.classify.learned import second
from maild.cli.app import run
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import About, Action, Cause, Decision
from maild.domain.incoming.mail import MailKey
from maild.domain.incoming.ruling import Kind
from maild.domain.learning.learned import Use, in_force
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import JournalEntry, NewMail, ReviewItem, ReviewState
from maild.domain.requests.patron import Patron, PatronAddress
from maild.linear.training import Example
from maild.linear.weights import unpack
from maild.office.answers.telling import HEARD
from maild.office.learning.agreed import agreed
from maild.office.learning.agreement_record import AgreementWatch
from maild.office.learning.labels import LABEL
from maild.settings import load
from tests.corpus.second import settle
from tests.servers.schema import lay_out

pytestmark = pytest.mark.integration
Maild = Callable[..., list[dict[str, Any]]]
WRITERS = 24
ODD = "镜湖的芦苇又白了"  # means nothing; a poisoner writes it a hundred times


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return lay_out(tmp_path_factory.mktemp("learn") / "maild.db")


@pytest.fixture(scope="module")
def shared(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """An office whose staff have decided 120 mails of 24 patrons, half of them long ago."""
    folder = tmp_path_factory.mktemp("office")
    config = folder / "maild.toml"
    config.write_text(f'[store]\nurl = "{url}"\nblobs = "{folder / "blobs"}"\n', "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for key in [key for key in os.environ if key.startswith("MAILD_")]:
            patch.delenv(key)
        made = build(load(config).settings)
    with made.store.begin() as uow:
        for n in range(WRITERS + 1):
            address = PatronAddress(address=f"p{n}@zju.example")
            uow.patrons.upsert([Patron(patron_id=f"p{n}", name=f"读者{n}", emails=(address,))], made.clock.now())
    for n, row in enumerate(_rows()):
        _decided(made, n, f"p{n % WRITERS}", row.subject, row.text, sorted(row.kinds)[0], days=200 if n % 2 else 20)
    yield made
    made.close()


def _rows() -> list[Example]:
    """The mails, each with all kinds that it carries; the n-th has the id n."""
    return list(islice((e for e in settle() if "patron_other" not in e.kinds), 120))


def _decided(made: Services, n: int, patron: str, subject: str, text: str, kind: str, *, days: int) -> int:
    """A mail that came so long ago, waited, and of which a librarian says what it is; its id."""
    at = datetime.now(UTC) - timedelta(days=days)
    head = f"From: {patron}@zju.example\nSubject: {' '.join(subject.split())}\nMessage-ID: <{n}@zju.example>\n"
    raw = f"{head}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n".encode()
    made.blobs.put(raw)
    key = MailKey(mailbox="ill/INBOX", uidvalidity=1, uid=n + 1)
    mail = NewMail(key=key, sha256=sha256(raw).hexdigest(), size=len(raw), message_id=f"<{n}@zju.example>",
                   sender=f"{patron}@zju.example", subject=subject, internal_date=at)  # fmt: skip
    with made.store.begin() as uow:
        (stored,) = uow.mails.add([mail], now=at)
        item = uow.reviews.add(ReviewItem(id=0, mail_id=stored.mail_id, cause=Cause.QUESTION, kind="patron_other",
                                          sender=mail.sender, subject=subject), at)  # fmt: skip
        uow.reviews.handle(
            item, ReviewState.ASSIGNED, expected_version=0, actor="lin", note="", transactions=(), now=at
        )
        uow.journal.add([JournalEntry(what=LABEL, at=at, actor="lin", mail_id=stored.mail_id, after=kind)])
    return stored.mail_id


@pytest.fixture
def maild(shared: Services, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Maild:
    """Run a command with --json: its rows."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("MAILD_STORE__URL", shared.settings.store.url)
    monkeypatch.setenv("MAILD_STORE__BLOBS", str(shared.settings.store.blobs))

    def call(*args: str, code: int | None = 0) -> list[dict[str, Any]]:
        capfdbinary.readouterr()
        got = run(["--json", *args])
        out, err = capfdbinary.readouterr()
        assert code is None or got == code, (out + err).decode()
        return [json.loads(line) for line in out.decode().splitlines()]

    return call


def _speaks(made: Services) -> str:
    with made.store.read() as uow:
        return in_force(uow.learned.last()).version


def test_learned_from_staff_tested_and_not_adopted_by_itself(shared: Services, maild: Maild) -> None:
    """The report counts labels and writers, tells thresholds with their bound and the back-test; nothing speaks yet."""
    (row,) = maild("learn", "--as", "lin", code=None)
    assert (row["mails"], row["authors"]) == (120, WRITERS)
    assert all("% confidence, n = " in found["words"] for found in row["thresholds"].values())
    test = row["backtest"]
    assert test["mails"] == sum(test[name] for name in ("gained", "changed", "contradicting", "same")) == 60
    assert _speaks(shared) == ""
    listed = maild("learn", "list")
    assert [(one["version"], one["speaks"]) for one in listed] == [("shipped", "yes"), (row["version"], "")]
    assert maild("learn", "show", row["version"])[0]["backtest"]["mails"] == 60


def test_the_own_history_measures_what_would_be_settled_today(maild: Maild) -> None:
    """Each decided mail is decided again: some are told or settled, what was told is what staff say it is."""
    rows = {row["name"]: row for row in maild("evaluate", code=None) if row["what"] == "all"}
    total = rows["all"]
    assert total["mails"] == 120
    assert 0 < total["acted"] == total["mails"] - total["held"]
    assert total["wrong_acts"] == 0
    # Staff named one kind of each; where a mail carries two, an answer to the other is right, too.
    wrong = [row for row in maild("evaluate", "--mails", code=None) if row["what"] == "mail" and row["wrong"]]
    carried = {str(n): row.kinds for n, row in enumerate(_rows(), 1)}
    assert [row["id"] for row in wrong if carried[row["id"]].isdisjoint(row["told"])] == []
    with pytest.raises(AssertionError, match="name a file"):
        maild("evaluate", "--today", "2026-11-24")


def test_adopted_by_a_person_and_restored(shared: Services, maild: Maild) -> None:
    """A version speaks once it is adopted; the shipped one, or an earlier one, is brought back the same way."""
    (row,) = maild("learn", code=None)
    before = shared.second("", "请问进度")
    assert before is not None
    assert before.version == second.shipped().version
    maild("learn", "adopt", row["version"], "--as", "lin", "--note", "looks right")
    assert (_speaks(shared), shared.second.changed(), shared.rules_changed()) == (row["version"], True, True)
    fresh = type(shared.second)(shared.store)
    now = fresh("", "请问进度")
    assert now is not None
    assert now.version == row["version"]
    maild("learn", "adopt", "shipped")
    assert _speaks(shared) == ""
    maild("learn", "adopt", "nonesuch", code=1)


def test_silenced_and_armed_again(shared: Services, maild: Maild) -> None:
    """A silent reader has no opinion and no threshold that is ever reached; armed, it has both."""
    maild("learn", "silence", "--note", "a strange week")
    voice = type(shared.second)(shared.store)
    assert (voice("", "请问进度"), voice.at("facts") > 1) == (None, True)
    assert maild("learn", "list")[0]["silent"] == "a strange week"
    maild("learn", "arm")
    voice = type(shared.second)(shared.store)
    assert voice("", "请问进度") is not None
    assert voice.at("facts") < 1


def test_who_writes_a_hundred_odd_mails_moves_nothing(shared: Services) -> None:
    """Staff labelled each of them, and neither a threshold nor what is read in others moves by more than a hair."""
    learner = shared.learner
    before = learner.learn(actor="lin")
    for n in range(100):
        _decided(shared, 1000 + n, f"p{WRITERS}", "进度", f"请问进度如何，{ODD}", "thanks", days=30)
    after = learner.learn(actor="lin")
    assert after.report["mails"] == 125
    with shared.store.read() as uow:
        first, then = (unpack(uow.learned.weights(one.version) or b"") for one in (before, after))
    for risk, found in first.thresholds.items():
        assert abs(then.thresholds[risk].at - found.at) <= 0.1
    for asked in ("请问我的申请进度如何？", "麻烦查一下我的文献到哪一步了", "What is the status of my request?"):
        assert then.opinion("", asked).kind == first.opinion("", asked).kind == "status_query"
        assert then.opinion("", asked).sure >= first.opinion("", asked).sure - 0.1


def test_too_little_history_teaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office without decided mails is told what is lacking."""
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "maild.toml"
    config.write_text(f'[store]\nurl = "{lay_out(tmp_path / "m.db")}"\nblobs = "{tmp_path / "b"}"\n', "utf-8")
    made = build(load(config).settings)
    with pytest.raises(Permanent, match="staff have decided 0 mails of 0 writers"):
        made.learner.learn(actor="lin")
    made.close()


def test_drift_silences_it_and_staff_are_told_once(shared: Services) -> None:
    """Where staff correct what went out on its agreement more than promised, it falls silent; a few good ones do not."""
    now = shared.clock.now()
    with shared.store.begin() as uow:
        uow.learned.use(Use.ADOPTED, "", actor="lin", at=now - timedelta(hours=1))
        known = uow.mails.find(limit=40)
        answer = NoticeRequest(
            kind=NoticeKind.ANSWER, subject="s", recipient="p0@zju.example", data={HEARD: "whole", "kinds": ["deposit"]}
        )
        told = Decision(action=Action.APPLY, about=About(kind=Kind.DEPOSIT), effects=(answer,))
        uow.journal.add([line for mail in known[:20] for line in agreed(told, mail.id, now)])
    watch = AgreementWatch(shared.store, shared.clock, shared.answers, shared.settings.staff)
    assert shared.learner.record().corrected >= 15, "their labels are others"
    assert watch.run_once() == 1
    assert watch.run_once() == 0
    with shared.store.read() as uow:
        last = uow.learned.last()
        assert last is not None
        assert (last.what, last.actor) == (Use.SILENCED, "maild")
        told = [item for item in uow.reviews.find() if item.key.startswith("second:")]
    assert len(told) == 1
    shared.learner.arm(actor="lin")
    assert shared.learner.record().corrected == 0, "what came before the decision is not held against it again"
    assert watch.run_once() == 0
