"""Words that staff change: in force in a running relay of another process, never at the price of a notice."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Secret, Settings, Staff, Store
from maild.domain.desk.listing import JournalFilter
from maild.domain.errors import NotFound, Permanent, StaleVersion, Temporary
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.workshop.notice_acts import MOST_TESTS, Refused
from tests.servers.clock import MovedClock
from tests.servers.schema import lay_out
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.integration
TEXT, HTML = "cancelled.en.txt.j2", "cancelled.en.html.j2"
DESK = "desk@lib.example"


@dataclass
class Place:
    """A store, an SMTP server, and the services of one process: its relay runs here."""

    services: Services
    smtp: SmtpServer
    config: Path
    capture: pytest.CaptureFixture[bytes]
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    count: int = 0

    def typed(self, *args: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """A command, in this process: to start one costs more than most commands do."""
        self.capture.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))
            code = run(["--config", str(self.config), *args])
        out, err = self.capture.readouterr()
        return subprocess.CompletedProcess(args, code, out.decode(), err.decode())

    def typed_elsewhere(self, *args: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """A command in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "maild", "--config", str(self.config), *args],
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def shipped(self, name: str) -> str:
        return self.services.renderer.templates.source(name)

    def send(self, kind: NoticeKind = NoticeKind.CANCELLED, **data: Any) -> tuple[EmailMessage, Any]:
        """One more notice through the relay: the mail, and the round's report."""
        self.count += 1
        request = NoticeRequest(kind=kind, subject=f"20261124{self.count}", number=f"20261124{self.count}",
                                patron_id="p1", recipient="li@patron.example", locale="en", data=data)  # fmt: skip
        with self.services.store.begin() as uow:
            uow.transactions.upsert(
                [Transaction(number=request.number, patron_id="p1", title="A title", state=State.CANCELLED)],
                self.services.clock.now(),
            )
            (number,) = uow.outbox.add([request], self.services.clock.now())
        report = self.runner.run(self.services.relay.run_once())
        with self.services.store.read() as uow:
            row = uow.outbox.get(number)
        assert row is not None
        assert row.state is OutboxState.SENT, row.reply
        mail = email.message_from_bytes(self.smtp.mails[-1].raw, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        return mail, report


def body(mail: EmailMessage, form: str = "plain") -> str:
    part = mail.get_body((form,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def place(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Place]:
    base = Settings()
    with SmtpServer() as smtp:
        settings = replace(
            base,
            office=replace(base.office, address="office@lib.example"),
            staff=Staff(addresses=(DESK,)),
            smtp=smtp.settings(per_recipient_hourly=1000, daily_budget=0),
            store=Store(url=f"sqlite:///{tmp_path}/maild.db", blobs=tmp_path / "blobs"),
            matching=replace(base.matching, token_key=Secret("ab" * 32)),
        )
        write(settings, tmp_path / "maild.toml")
        lay_out(tmp_path / "maild.db")
        services = Services(settings, clock=MovedClock(datetime(2026, 11, 24, 2, 0, tzinfo=UTC)))
        patron = Patron(patron_id="p1", name="Li Ming", emails=(PatronAddress(address="li@patron.example"),))
        with services.store.begin() as uow:
            uow.patrons.upsert([patron], services.clock.now())
        made = Place(services, smtp, tmp_path / "maild.toml", capfdbinary)
        with made.runner:
            yield made
            made.runner.run(services.relay.close())
        services.close()


def test_an_edit_in_one_process_is_in_force_in_the_relay_of_another(place: Place) -> None:
    """No restart: the next notice has the new words, and after the restoring the shipped ones again."""
    assert "Your request is cancelled" in body(place.send()[0])
    words = place.shipped(TEXT).replace("Your request is cancelled", "We took your request back")
    done = place.typed_elsewhere("notices", "edit", TEXT, "--note", "kinder", "--by", "lin", text=words)
    assert done.returncode == 0, done.stderr
    mail, report = place.send()
    assert "We took your request back" in body(mail)
    assert report.templates == ()
    assert place.typed_elsewhere("notices", "restore", TEXT, "--by", "lin").returncode == 0
    assert "Your request is cancelled" in body(place.send()[0])
    rows = [json.loads(line) for line in place.typed("notices", "versions", TEXT, "--json").stdout.splitlines()]
    assert [(row["actor"], row["note"], row["shipped"]) for row in rows] == [
        ("lin", "", True),
        ("lin", "kinder", False),
    ]


@pytest.mark.parametrize(
    "text", ["{{ gone_with_an_upgrade }}", "{% import '_old.j2' as old %}x", "{% if %}", "x" * 30_000]
)
def test_a_broken_edit_loses_no_notice(place: Place, text: str) -> None:
    """What no longer compiles is left out, the notice leaves in the shipped words, and the report is loud about it."""
    with place.services.store.begin() as uow:
        uow.template_versions.add(TEXT, text, actor="lin", at=place.services.clock.now())
    mail, report = place.send()
    assert "Your request is cancelled" in body(mail)
    assert "Your request is cancelled" in body(mail, "html")
    assert TEXT in "; ".join(report.templates)
    assert place.services.notice_acts.template(TEXT).fault


def test_an_edit_that_fails_with_some_data_loses_no_notice(place: Place) -> None:
    """That mail goes in the shipped words, the next one as edited, and both rounds say what happened."""
    with place.services.store.begin() as uow:
        text = "{% if reason %}{{ office.fax }}{% endif %}Edited {{ number }}"
        uow.template_versions.add(TEXT, text, actor="lin", at=place.services.clock.now())
    assert "Edited" in body(place.send()[0])
    assert "Your request is cancelled" in body(place.send(reason="by hand")[0])
    mail, report = place.send()
    assert "Edited" in body(mail)
    assert "fax" in report.templates[0]


def test_saving_judges_keeps_and_writes_history(place: Place) -> None:
    """Refused words change nothing; saved ones are journaled with who, from what, to what and the difference."""
    acts, shipped = place.services.notice_acts, place.shipped(TEXT)
    with pytest.raises(Refused, match=r"item\.number") as refused:
        acts.save({TEXT: "Off."}, note="", actor="lin", seen={TEXT: 0})
    assert any(finding.name == TEXT for finding in refused.value.findings)
    assert (acts.template(TEXT).version, acts.history(TEXT)) == (0, [])
    new = shipped.replace("Your request", "This request")
    acts.save({TEXT: new.replace("\n", "\r\n")}, note="shorter", actor="lin", seen={TEXT: 0})
    found = acts.template(TEXT)
    assert (found.body, found.edited, found.fault) == (new, True, "")
    with pytest.raises(Permanent, match="nothing was changed"):
        acts.save({TEXT: new}, note="", actor="lin", seen={TEXT: found.version})
    with pytest.raises(StaleVersion):
        acts.save({TEXT: new + "\nMore."}, note="", actor="zhou", seen={TEXT: 0})
    second = acts.save({TEXT: new + "\nMore."}, note="", actor="zhou", seen={TEXT: found.version})
    assert "in force" in second.done
    acts.restore(found.version, of=TEXT, actor="lin", seen=acts.template(TEXT).version)
    assert acts.template(TEXT).body == new
    acts.as_shipped(TEXT, actor="lin", seen=acts.template(TEXT).version)
    assert (acts.template(TEXT).body, acts.template(TEXT).edited) == (shipped, False)
    with pytest.raises(Permanent, match="as shipped already"):
        acts.as_shipped(TEXT, actor="lin", seen=acts.template(TEXT).version)
    with pytest.raises(NotFound):
        acts.restore(found.version, of=HTML, actor="lin", seen=0)
    with pytest.raises(NotFound):
        acts.template("_parts.en.txt.j2")
    day = place.services.clock.now() - timedelta(days=1)
    with place.services.store.read() as uow:
        assert (uow.journal.count("lin", "template", day), uow.journal.count("zhou", "template", day)) == (3, 1)
        first = uow.listings.journal.page(JournalFilter(what="template")).items[-1]
    assert (first.before, first.after) == (f"{TEXT} as shipped", f"{TEXT} version {found.version}")
    assert "+{% if by" in str(first.data["diff"])


def test_text_and_html_are_saved_together_or_not_at_all(place: Place) -> None:
    """One wrong form keeps the other out."""
    acts = place.services.notice_acts
    bodies = {TEXT: place.shipped(TEXT) + "More.\n", HTML: place.shipped(HTML) + "<script>1</script>"}
    with pytest.raises(Refused, match="<script>"):
        acts.save(bodies, note="", actor="lin", seen={})
    assert not acts.template(TEXT).edited
    acts.save({**bodies, HTML: place.shipped(HTML) + "<p>More.</p>"}, note="", actor="lin", seen={})
    mail, _ = place.send()
    assert "More." in body(mail)
    assert "<p>More.</p>" in body(mail, "html")


def test_a_test_notice_goes_to_the_office_only(place: Place) -> None:
    """Marked in its subject, in the words in force, through the real server; others need confirming; not too many."""
    acts = place.services.notice_acts
    words = place.shipped(TEXT).replace("Your request is", "Now your request is")
    acts.save({TEXT: words}, note="", actor="lin", seen={})
    assert "desk@lib.example" in acts.send_test(NoticeKind.CANCELLED, DESK, actor="lin", locale="en").done
    (sent,) = place.smtp.mails
    mail = email.message_from_bytes(sent.raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert str(mail["Subject"]).startswith("[test] Your request is cancelled")
    assert (sent.recipients, mail["To"].addresses[0].addr_spec) == ((DESK,), DESK)
    assert "Now your request is" in body(mail)
    with pytest.raises(Permanent, match="none of the office's"):
        acts.send_test(NoticeKind.CANCELLED, "li@patron.example", actor="lin")
    with pytest.raises(Permanent, match="not a mail address"):
        acts.send_test(NoticeKind.CANCELLED, "desk@lib.example\r\nBcc: x@y.example", actor="lin")
    acts.send_test(NoticeKind.CANCELLED, "other@elsewhere.example", actor="lin", confirmed=True)
    for _ in range(MOST_TESTS - 2):
        acts.send_test(NoticeKind.CANCELLED, DESK, actor="lin")
    with pytest.raises(Permanent, match="enough"):
        acts.send_test(NoticeKind.CANCELLED, DESK, actor="lin")
    acts.send_test(NoticeKind.CANCELLED, DESK, actor="zhou")
    assert len(place.smtp.mails) == MOST_TESTS + 1


def test_a_test_notice_that_is_refused_says_so(place: Place) -> None:
    """The server's words, and whether trying again helps."""
    place.smtp.fault("rcpt", reply="550 5.1.1 no such user")
    with pytest.raises(Permanent, match="no such user"):
        place.services.notice_acts.send_test(NoticeKind.CANCELLED, DESK, actor="lin")
    place.smtp.fault("rcpt", reply="450 4.2.0 later")
    with pytest.raises(Temporary, match="later"):
        place.services.notice_acts.send_test(NoticeKind.CANCELLED, DESK, actor="lin")


def test_what_the_command_line_says(place: Place) -> None:
    """--show begins, --check judges without keeping, a refusal is exit 1 with line and reason, a preview shows it."""
    shown = place.typed("notices", "edit", TEXT, "--show").stdout
    assert shown == place.shipped(TEXT)
    checked = place.typed("notices", "edit", TEXT, "--check", "--json", text=shown + "{{ nope }}")
    (finding,) = [json.loads(line) for line in checked.stdout.splitlines()]
    assert (checked.returncode, finding["line"], "'nope'" in finding["what"]) == (1, len(shown.splitlines()) + 1, True)
    refused = place.typed("notices", "edit", TEXT, text="{{ nope }}")
    assert (refused.returncode, "'nope'" in refused.stderr) == (1, True)
    assert "as shipped" in place.typed("notices", "versions").stdout
    assert place.typed("notices", "edit", TEXT, text=shown + "Good bye.\n").returncode == 0
    assert "Good bye." in place.typed("notices", "preview", "cancelled", "--locale", "en").stdout
    assert "+Good bye." in place.typed("notices", "versions", TEXT, "--diff").stdout
    assert place.typed("notices", "edit", TEXT, "--seen", "0", text=shown).returncode == 1
    assert place.typed("notices", "restore", TEXT, "--version", "1").returncode == 1  # it is in force already


def test_the_outbox_on_the_command_line(place: Place) -> None:
    """The mail as it was sent; again as a new one; held, let go, withdrawn; what cannot be is exit 1 with the reason."""
    mail, _ = place.send()
    shown = json.loads(place.typed("outbox", "mail", "1", "--json").stdout)
    assert (shown["as_sent"], shown["message-id"]) == (True, mail["Message-ID"])
    assert shown["text"].strip() == body(mail).strip()
    out = place.config.with_name("copy.eml")
    assert place.typed("outbox", "mail", "1", "--out", str(out)).returncode == 0
    assert email.message_from_bytes(out.read_bytes())["Message-ID"] == mail["Message-ID"]
    assert place.typed("outbox", "hold", "1").returncode == 1
    again = json.loads(place.typed("outbox", "resend", "1", "--json").stdout)
    assert again["outbox"] == [2]
    for act, state in (("hold", "held"), ("release", "waiting"), ("cancel", "cancelled"), ("resend", "waiting")):
        assert place.typed("outbox", act, "2").returncode == 0
        (row,) = [
            json.loads(line) for line in place.typed("outbox", "list", "--state", state, "--json").stdout.splitlines()
        ]
        assert row["id"] == 2
    refused = place.typed("outbox", "resend", "1", "--to", "nobody@else.example")
    assert (refused.returncode, "no address of the patron's" in refused.stderr) == (1, True)
    assert json.loads(place.typed("outbox", "mail", "2", "--json").stdout)["as_sent"] is False
