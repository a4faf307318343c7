"""What replies of submission servers say of the line: the shipped table, and what makes a file of one's own wrong."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.domain.errors import RuleError
from maild.domain.operation.breaker import Answer, Breaker, Weighed
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, SendResult, SendVerdict
from maild.notify.sending.submission import SUBMISSION, load_submission
from maild.resources import data_folder
from maild.tables import read_toml

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TABLE = load_submission()

WIDE = [
    ("rcpt", "530 5.7.0 Must issue a STARTTLS command first"), ("mail", "535 Error: authentication failed"),
    ("mail", "550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
    ("mail", "553 Mail from must equal authorized user"), ("rcpt", "550 请先登录"), ("rcpt", "553 authentication is required"),
    ("data", "550 发件人地址与登录账号不一致"), ("rcpt", "550 5.7.1 Unable to relay"), ("mail", "554 HL:IPB 192.0.2.1"),
    ("data", "554 5.7.1 blocked by policy"), ("rcpt", "550 Daily sending limit exceeded"), ("mail", "550 该账号已被冻结"),
    ("rcpt", "452 4.5.3 今日发信数量超过上限"), ("data", "550 5.7.1 sender rejected"),
    ("rcpt", "554 5.7.1 Your IP is listed"),
]  # fmt: skip
OWN = [
    ("rcpt", "550 5.1.1 User unknown"), ("rcpt", "550 Mailbox not found"), ("mail", "552 5.3.4 Message size exceeds limit"),
    ("rcpt", "550 User suspended"), ("rcpt", "452 4.2.2 Mailbox full"), ("data", "554 5.7.1 spam detected"),
    ("rcpt", "550 无此用户"), ("rcpt", "450 4.2.0 Greylisted"), ("mail", "550 message too large"),
    ("data", "552 5.2.3 邮件过大"), ("rcpt", "553 5.1.3 bad address syntax"), ("rcpt", "550 5.2.1 account disabled"),
]  # fmt: skip


def result(stage: str, reply: str) -> SendResult:
    verdict = SendVerdict.PERMANENT if reply[0] == "5" else SendVerdict.TEMPORARY
    return SendResult(verdict=verdict, code=int(reply[:3]), reply=reply, stage=stage)


@pytest.mark.parametrize(("stage", "reply"), WIDE)
def test_known_for_the_servers_trouble(stage: str, reply: str) -> None:
    """Accounts, senders, relaying, policies and limits: never one recipient's matter."""
    assert TABLE.why(result(stage, reply))


@pytest.mark.parametrize(("stage", "reply"), OWN)
def test_not_taken_for_the_servers_trouble(stage: str, reply: str) -> None:
    """What is wrong with one recipient, or one mail, is not."""
    assert TABLE.why(result(stage, reply)) == ""


def test_what_staff_read_has_its_chinese() -> None:
    """The table's sentences stand in the console's words."""
    words = tomllib.loads((data_folder("templates") / "console/words/reasons/sending.toml").read_text("utf-8"))
    assert not [line.why for line in TABLE.lines if line.why not in words]


def test_what_is_compared() -> None:
    """Code and enhanced code, not the words, which name the recipient; nothing where no server spoke."""
    request = NoticeRequest(kind=NoticeKind.PICK_UP, subject="1", recipient="a@patron.example")
    entry = OutboxEntry(id=1, request=request, created=NOW, not_before=NOW)
    alike = [TABLE.answer(entry, result("rcpt", f"550 5.1.1 <{name}> unknown")).alike for name in "ab"]
    assert alike[0] == alike[1] != TABLE.answer(entry, result("rcpt", "550 5.2.1 no")).alike
    unwritten = SendResult(verdict=SendVerdict.PERMANENT, reply="cannot be written", stage="write")
    no_recipient = SendResult(verdict=SendVerdict.PERMANENT, reply="address cannot be used", stage="rcpt")
    assert [TABLE.answer(entry, each).alike for each in (unwritten, no_recipient)] == ["", ""]
    silent = SendResult(verdict=SendVerdict.TEMPORARY, reply="no answer", stage="mail")
    assert TABLE.answer(entry, silent).alike


def answer(n: int, alike: str = "550", **more: bool) -> Answer:
    return Answer(entry_id=n, recipient=f"p{n}@patron.example", alike=alike, permanent=True, **more)


def test_a_run_is_broken_by_anything_else() -> None:
    """Two refused, one taken, two refused: no run of three."""
    breaker = Breaker(most=3)
    heard = [answer(1), answer(2), answer(3, "", well=True), answer(4), answer(5)]
    assert Weighed.LINE not in [breaker.weigh(each) for each in heard]
    assert breaker.weigh(answer(6, "554")) is Weighed.HOLD
    assert breaker.run == (6,)


def test_one_recipient_is_no_run() -> None:
    """The same address refused again and again says nothing of the server."""
    breaker = Breaker(most=3)
    assert {breaker.weigh(answer(1)) for _ in range(9)} == {Weighed.HOLD}


def test_after_others_were_taken_it_was_the_recipients_own() -> None:
    """What was spared when the line tripped, and is refused once more although it works, is recorded."""
    breaker = Breaker(most=2)
    assert [breaker.weigh(answer(n)) for n in (1, 2)] == [Weighed.HOLD, Weighed.LINE]
    breaker.trip(0.0, 60.0, "550")
    assert (breaker.is_open(59.0), breaker.is_open(60.0), breaker.tripped) == (True, False, True)
    breaker.weigh(answer(3, "", well=True))
    assert (breaker.tripped, breaker.weigh(answer(1)), breaker.weigh(answer(2))) == (
        False,
        Weighed.RECORD,
        Weighed.RECORD,
    )


def test_the_probe_goes_to_somebody_else_first() -> None:
    """To one who was not refused; then in turn."""
    breaker = Breaker(most=2)
    breaker.weigh(answer(1)), breaker.weigh(answer(2))
    people = [f"p{n}@patron.example" for n in (1, 2, 3)]
    assert [breaker.probe(people) for _ in range(4)] == [2, 0, 1, 2]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("alike = 1", "alike"), ("[[line]]\ncodes = [550]", "why"), ("[[line]]\nwhy = 'x'", "codes"),
        ("[[line]]\ncodes = ['550']\nwhy = 'x'", "line[0].codes[0]: must be a whole number"), ("more = 1", "more"), ("[[line", "submission.toml"),
        ("[[line]]\ncodes = [550]\nwhy = 'x'\nsays = ['(']", "RE2"), ("own = 'x'", "own"),
        ("[[line]]\ncodes = [550]\nwhy = 'x'\nstages = ['helo']", "helo"), ("line = 3", "line"),
    ],
)  # fmt: skip
def test_a_wrong_file_stops_the_start(tmp_path: Path, text: str, named: str) -> None:
    """It says file and entry."""
    (tmp_path / "submission.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError) as refused:
        SUBMISSION.read(read_toml(tmp_path / "submission.toml"))
    assert named in refused.value.what
    assert "submission.toml" in refused.value.what
