"""Providers as peers, told whole: over real IMAP, SMTP and HTTP, with a clock that is moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Secret, Settings, Staff, Webhook
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewState
from tests.servers.clock import MovedClock
from tests.servers.hook import SECRET, HookServer
from tests.servers.office import Office, office

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
NUMBER = "2026112000101"
STAFF = "librarian@lib.example"


def _with(url: str = "", language: str = "zh-CN") -> Callable[[Settings], Settings]:
    def change(made: Settings) -> Settings:
        hook = Webhook(url=url, secret=Secret(SECRET) if url else Secret(""), timeout_seconds=2.0)
        return replace(made, webhook=hook, staff=Staff(addresses=(STAFF,), language=language))

    return change


def _deliver(house: Office) -> None:
    sender = house.services.deliveries
    assert sender is not None
    while sender.run_once().more:
        pass


def test_the_library_s_own_system_hears_of_a_copy(tmp_path: Path) -> None:
    """CALIS ships a copy; the receiver is away at first. Then it hears, in order and signed: what the provider said in
    ISO 18626, that the patron was written to, that the document is delivered. What it heard is what the books say."""
    clock = MovedClock(datetime(2026, 11, 25, 2, tzinfo=UTC))
    with (
        HookServer(lambda n: 503 if n == 0 else 204) as server,
        office(tmp_path, clock=clock, change=_with(server.url)) as house,
    ):
        house.receive(house.shipped(NUMBER))
        assert house.sent("document_delivered")
        _deliver(house)
        assert len(server.posts) == 1  # away
        clock.pass_time(minutes=10)
        _deliver(house)
        assert all(post.genuine for post in server.posts)
        assert server.posts[0].id == server.posts[1].id
        events = [post.json for post in server.posts[1:]]
        kinds = [event["type"] for event in events if event["data"].get("number") == NUMBER]
        assert kinds.index("transaction.state") < kinds.index("notice.sent")
        assert "document.delivered" in kinds
        shipped = next(e for e in events if e["type"] == "transaction.state" and e["data"]["after"] == "shipped")
        assert shipped["data"]["iso18626"]["status"] == "CopyCompleted"
        assert shipped["data"]["iso18626"]["supplyingAgencyId"] == "calis"
        delivered = next(e for e in events if e["type"] == "document.delivered")
        assert delivered["data"]["transaction"]["state"] == "delivered"
        told = json.dumps(events, ensure_ascii=False)
        assert not [patron.name for patron in house.patrons.values() if patron.name in told]  # names stay here
        with house.services.store.read() as uow:
            found = uow.transactions.get(NUMBER)
            assert found is not None
            assert found.state.value == "delivered"
            assert uow.events.waiting() == 0


def _ordinary(house: Office, n: int) -> bytes:
    """CALIS as it has always written."""
    number = f"2026100100{n:03}"
    return house.mail(
        n,
        subject=f"CALIS馆际互借：申请已受理 {number}",
        text=f"您好：\n\n您的申请已受理。\n\n事务号：{number}\n题名：第{n}篇\n当前状态：处理中\n",
    )


def _changed(house: Office, n: int) -> bytes:
    """The provider's new template: another subject, another text, nothing in its old places."""
    return house.mail(
        500 + n,
        subject=f"系统升级后的电子回执（编号第{n}批）",
        text=f"亲爱的老师：\n\n欢迎使用新版平台，请登录查看本批结果，流水 {n}。\n此致敬礼\n",
    )


def test_the_day_a_template_changes_staff_have_the_sample(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Weeks of ordinary mails alarm nobody. Then the provider changes its template: the same day staff get a mail with
    figures and the sample stands in the queue, once; dismissed and continued, it is not told again."""
    clock = MovedClock(datetime(2026, 10, 1, 2, tzinfo=UTC))
    later = MovedClock(datetime(2026, 11, 24, tzinfo=UTC))  # no request is overdue yet: that would be told, too
    with office(tmp_path, clock=clock, filled=later, change=_with()) as house:
        for week in range(4):
            house.receive(*(_ordinary(house, 10 * week + n) for n in range(9)))
            clock.pass_time(days=7)
        assert _drifts(house) == []
        assert house.sent("staff_alert", STAFF) == []
        house.receive(*(_changed(house, n) for n in range(4)))
        (item,) = _drifts(house)
        clock.pass_time(hours=1)
        house.receive(_changed(house, 5))
        assert len(_drifts(house)) == 1
        (mail,) = house.sent("staff_alert", STAFF)
        body = mail.get_body(("plain",))
        assert body is not None
        text = body.get_content()
        assert "提供馆的邮件格式可能有变" in text + str(mail["Subject"])
        whole = "".join(text.split())  # lines are wrapped
        assert "新的主题样式（自2026-10-29起4封）：系统升级后的电子回执" in whole
        assert "由规则33-calis-accepted处理的邮件：截至2026-10-28的36封中占100%，此后4封中占0%" in whole
        assert "calis" in text
        assert f"样本邮件：maildqueueshow{item['id']}" in whole
        (shown,) = _rows(house, tmp_path, capfdbinary, "queue", "show", str(item["id"]))
        assert "欢迎使用新版平台" in shown["text"]
        assert "系统升级后的电子回执" in "".join(shown["reasons"])
        rates = _rows(house, tmp_path, capfdbinary, "rules", "drift", "calis")
        assert any(row["what"] == "alarm" for row in rates)
        assert any(row["what"] == "field" and row["field"] == "transaction" and row["rate"] == 1.0 for row in rates)
        capfdbinary.readouterr()
        assert run(["--config", str(tmp_path / "etc/maild.toml"), "rules", "drift"]) == 0
        table = capfdbinary.readouterr().out.decode()
        assert "████" in table
        assert "CHANGED  rule 33-calis-accepted takes: 100 % of 36 until 2026-10-28, 0 % of 5 since" in table
        house.services.acts.dismiss(int(str(item["id"])), actor="li", note="new platform, rule is being written")
        clock.pass_time(timedelta(days=1))
        house.receive(_changed(house, 6))
        assert _drifts(house) == []
        assert len(house.sent("staff_alert", STAFF)) == 1


def _drifts(house: Office) -> list[dict[str, object]]:
    with house.services.store.read() as uow:
        return [
            {"id": item.id, "mail_id": item.mail_id}
            for item in uow.reviews.find(state=ReviewState.OPEN, cause=Cause.DRIFT)
        ]


def _rows(house: Office, folder: Path, capture: pytest.CaptureFixture[bytes], *args: str) -> list[dict[str, Any]]:
    """What a command says with --json."""
    write(house.services.settings, folder / "etc/maild.toml")
    capture.readouterr()
    assert run(["--config", str(folder / "etc/maild.toml"), *args, "--json"]) == 0
    return [json.loads(line) for line in capture.readouterr().out.decode().splitlines()]
