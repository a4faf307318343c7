"""What staff type about how patrons are written to: patrons set, notices send, digest; and the import columns."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from maild.cli.operation.init import write
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.requests.patron import Delivery, Honorific, Language
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
Typed = Callable[..., tuple[int, str]]
NUMBER = "2026112000108"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office with people to write a digest to."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    with office(tmp_path) as found:
        settings = found.services.settings
        write(
            replace(settings, staff=replace(settings.staff, addresses=("desk@lib.example",))),
            tmp_path / "etc/maild.toml",
        )
        yield found


@pytest.fixture
def typed(made: Office, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Typed:
    """Run a command: its exit code, and what it said."""

    def call(*args: str) -> tuple[int, str]:
        capfdbinary.readouterr()
        code = run(["--config", str(tmp_path / "etc/maild.toml"), *args])
        out, err = capfdbinary.readouterr()
        return code, (out + err).decode()

    return call


def _rows(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_how_a_patron_is_written_to(made: Office, typed: Typed) -> None:
    """Set by id or address, audited, shown again, taken back; nothing to set, nobody known: exit 1."""
    code, said = typed(
        "patrons", "set", "p01", "--delivery", "daily", "--language", "en", "--honorific", "teacher", "--by", "zhou"
    )
    assert (code, "delivery=none" in said, "honorific=teacher" in said) == (0, True, True)
    with made.services.store.read() as uow:
        known = uow.patrons.get("p01")
    assert known is not None
    assert (known.delivery, known.language, known.honorific) == (Delivery.DAILY, Language.EN, Honorific.TEACHER)
    assert [a.address for a in known.emails] == ["demo-lijun@zju.edu.cn", "demo-lijun@qq.com"]
    code, said = typed("--json", "patrons", "show", "p01")
    assert {k: _rows(said)[0][k] for k in ("delivery", "honorific")} == {"delivery": "daily", "honorific": "teacher"}
    assert typed("patrons", "set", "demo-lijun@qq.com", "--delivery", "each", "--language", "both")[0] == 0
    with made.services.store.read() as uow:
        known = uow.patrons.get("p01")
    assert known is not None
    assert (known.delivery, known.language, known.honorific) == (Delivery.EACH, Language.UNKNOWN, Honorific.TEACHER)
    assert "unchanged" in typed("patrons", "set", "p01", "--delivery", "each")[1]
    assert typed("patrons", "set", "p01")[0] == 1
    assert typed("patrons", "set", "nobody", "--delivery", "daily")[0] == 1


def test_the_import_has_columns_for_it(made: Office, typed: Typed, tmp_path: Path) -> None:
    """称谓 and 通知方式, in the office's words; an empty cell changes nothing; a strange word is refused by line."""
    file = tmp_path / "p.csv"
    file.write_text("读者号,姓名,称谓,通知方式\np01,李珺,老师,每天\np02,王晓镕,女士,\np05,赵启明,,即时\n", "utf-8")
    assert typed("import", "patrons", str(file))[0] == 0
    with made.services.store.read() as uow:
        found = {p.patron_id: (p.honorific, p.delivery) for p in uow.patrons.get_many(["p01", "p02", "p05"])}
    assert found == {
        "p01": (Honorific.TEACHER, Delivery.DAILY),
        "p02": (Honorific.MS, Delivery.EACH),
        "p05": (Honorific.UNKNOWN, Delivery.EACH),
    }
    file.write_text("读者号,姓名,通知方式\np01,李珺,即时\np02,王晓镕,随便\n", "utf-8")
    code, said = typed("import", "patrons", str(file))
    assert (code, "随便" in said) == (1, True)
    with made.services.store.read() as uow:
        known = uow.patrons.get("p01")
    assert known is not None
    assert known.delivery is Delivery.EACH


def test_writing_by_hand(made: Office, typed: Typed) -> None:
    """A waiting automatic notice of the kind gives way; what has gone is shown first; what cannot be written says why."""
    waiting = NoticeRequest(kind=NoticeKind.FEE_NOTICE, subject=NUMBER, number=NUMBER, recipient="demo-ann@outlook.com",
                            patron_id="p03", revision="quoted")  # fmt: skip
    with made.services.store.begin() as uow:
        (auto,) = uow.outbox.add([waiting], made.services.clock.now())
    code, said = typed("notices", "send", NUMBER, "fee_notice", "--text", "The fee is 12 yuan.", "--by", "zhou")
    assert (code, "1 waiting notice(s) withdrawn" in said) == (0, True)
    with made.services.store.read() as uow:
        row = uow.outbox.get(auto)
        manual = uow.outbox.about([NUMBER])[-1]
        history = uow.journal.of_transaction(NUMBER)
    assert row is not None
    assert (row.state, row.reply) == (OutboxState.CANCELLED, "said by hand by zhou")
    assert manual.request.data["note"] == "The fee is 12 yuan."
    assert [(line.actor, line.after) for line in history if line.what == "act"] == [("zhou", "written by hand")]
    with made.services.store.begin() as uow:
        uow.outbox.mark(manual.id, OutboxState.SENT, now=made.services.clock.now())
    code, said = typed("notices", "send", NUMBER, "fee_notice")
    assert (code, f"notice {manual.id}" in said, "--again" in said) == (1, True, True)
    assert typed("notices", "send", NUMBER, "fee_notice", "--again")[0] == 0
    for wrong in (["N0", "fee_notice"], [NUMBER], [NUMBER, "staff_alert"], [NUMBER, "document_delivered"],
                  [NUMBER, "invoice_issued"]):  # fmt: skip
        code, said = typed("notices", "send", *wrong)
        assert (code, "remedy" in said) == (1, True), wrong


def test_the_digest_now(made: Office, typed: Typed) -> None:
    """Shown, shown as JSON, sent to the office's people at any hour."""
    code, said = typed("digest")
    assert (code, "各位老师：" in said, "每日简报" in said) == (0, True, True)
    code, said = typed("--json", "digest")
    assert (code, _rows(said)[0]["even"]) == (0, True)
    assert typed("digest", "--send")[0] == 0
    made.relay()
    (mail,) = made.sent("staff_digest", to="desk@lib.example")
    assert "每日简报" in str(mail["Subject"])
