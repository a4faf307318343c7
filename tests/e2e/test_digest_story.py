"""The staff digest over real SMTP, across weekends, moved weekends and the National Day holidays of 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config import Secret, Settings
from maild.domain.incoming.decision import Cause, RegistrationChange
from maild.domain.operation.heartbeat import Heartbeat, Running
from maild.domain.operation.trouble import Trouble, TroubleCause
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.records.evidence import read_head
from maild.domain.records.ignored import Why
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.lifecycle import RegistrationState
from maild.notify.sending.plan import give_up
from maild.office.ignoring.ignored_mails import ignored
from tests.servers.clock import MovedClock
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
STAFF = ("desk@lib.example", "head@lib.example")
SHANGHAI = timedelta(hours=8)


def _settings(made: Settings) -> Settings:
    return replace(made, staff=replace(made.staff, addresses=STAFF))


def _here(text: str) -> datetime:
    """A moment of the office's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - SHANGHAI


@contextmanager
def _office(folder: Path, start: str) -> Iterator[tuple[Office, MovedClock]]:
    clock = MovedClock(_here(start))
    with office(folder, clock=clock, change=_settings) as made:
        yield made, clock


def _bodies(mail: EmailMessage) -> tuple[str, str]:
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    return str(plain.get_content()), str(page.get_content())


def test_working_mornings_only(tmp_path: Path) -> None:
    """Once each working morning to each address: not at weekends, not from 1 to 7 October, but on moved weekends."""
    with _office(tmp_path, "2026-09-18T08:29") as (made, clock):
        days: dict[str, int] = {}
        for day in range(26):
            morning = _here("2026-09-18T08:29") + timedelta(days=day)
            for minutes in (0, 1, 61, 210, 400):
                clock.at(morning + timedelta(minutes=minutes))
                if written := made.services.digest.run_once():
                    days[f"{clock.now() + SHANGHAI:%m-%d %H:%M}"] = written
        made.relay()
        assert len(made.sent("staff_digest")) == 2 * len(days)
        assert set(days.values()) == {2}
        assert all(day.endswith(" 08:30") for day in days)
        assert [day[:5] for day in days] == ["09-18", "09-20", "09-21", "09-22", "09-23", "09-24", "09-28", "09-29", "09-30",
                        "10-08", "10-09", "10-10", "10-12", "10-13"]  # fmt: skip
        assert {to for mail in made.smtp.mails for to in mail.recipients} == set(STAFF)
        first_after = next(m for m in made.sent("staff_digest") if "10月8日" in str(m["Subject"]))
        assert "自2026年9月30日零点至今日零点" in _bodies(first_after)[0].replace("\r\n", "").replace(" ", "")


def test_late_but_not_later_than_noon(tmp_path: Path) -> None:
    """Down at the hour: made up for until noon; two hosts write one; nobody named, nobody written to."""
    with _office(tmp_path, "2026-11-24T08:20") as (made, clock):
        made.turn()
        clock.at(_here("2026-11-24T11:50"))
        made.turn()
        made.services.digest.run_once()  # another host
        made.relay()
        assert len(made.sent("staff_digest")) == len(STAFF)
        clock.at(_here("2026-11-25T12:05"))
        made.turn()
        assert len(made.sent("staff_digest")) == len(STAFF)
        assert len(made.services.digest.send_now()) == len(STAFF)  # asked for: at any hour
        made.relay()
        assert len(made.sent("staff_digest")) == 2 * len(STAFF)


def _trouble(made: Office, clock: MovedClock) -> None:
    """What staff have to see: a late registration, a silent case, a refused address, a notice that failed."""
    now = clock.now()
    with made.services.store.begin() as uow:
        uow.registrations.change(
            RegistrationChange(email="neu@patron.example", state=RegistrationState.PENDING, name="许望舒", login="xws"),
            now,
        )
        for n in range(5):
            uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, subject=f"case {n}", key=f"silent:{n}",
                                       transactions=(f"202611200010{n + 1}",)), now)  # fmt: skip
        uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.DRIFT, subject="a new layout", key="drift:1"), now)
        refused = News(address="demo-wangxr@163.com", what=Heard.HARD_BOUNCE, reason="550 User not found")
        uow.addresses.note(refused, AddressBounce(address=refused.address, permanent=True, reason=refused.reason,
                                                  until=now + timedelta(days=90)), now)  # fmt: skip
        request = NoticeRequest(
            kind=NoticeKind.FEE_NOTICE, subject="2026112000111", recipient="demo-chensi@qq.com", number="2026112000111"
        )
        (entry_id,) = uow.outbox.add([request], now)
        entry = uow.outbox.get(entry_id)
        assert entry is not None
        give_up(uow, entry, now, "550 no such user")


def test_what_it_says(tmp_path: Path) -> None:
    """Mails of the day before, the queue by cause with its oldest, whom to phone, and whether all adds up."""
    with _office(tmp_path, "2026-11-23T09:00") as (made, clock):
        _trouble(made, clock)
        made.receive(
            made.shipped("2026112000101", 1),
            made.mail(2, **{"from": "p01", "subject": "咨询", "text": "老师您好，能不能请您帮我联系一下作者本人？"}),
        )
        clock.at(_here("2026-11-25T08:30"))
        made.turn()
        mail = made.sent("staff_digest")[-1]
        text, page = _bodies(mail)
        flat = text.replace("\r\n", "")
        assert str(mail["Subject"]).startswith("每日简报 2026年11月25日：待办 ")
        assert "各位老师：" in text
        assert "同学" not in text
        assert "白名单" not in text
        for said in ("已超时", "许望舒", "提供馆邮件格式可能有变：1 项",
                     "王晓镕，电话 0571-00000002", "demo-wangxr@163.com", "【未能发出的通知】", "邮件平衡；账簿平衡",
                     "2026112000105"):  # fmt: skip
            assert said in flat, said
        heap = re.search(r"事务迟迟没有消息：(\d+) 项", flat)
        assert heap
        assert int(heap.group(1)) >= 5  # the watch finds more
        assert "case 2" in flat
        assert "case 3" not in flat  # the three oldest of a heap
        assert 'width="100%" bgcolor' in page  # the longest bar
        assert "<img" not in page
        facts = made.services.digest.make().data
        assert (facts["mails"], facts["even"], facts["books"]) == (0, True, [])
        with made.services.store.read() as uow:
            assert uow.evidence.verify(heads=[read_head(str(facts["evidence"]))]).faults == ()
        assert str(facts["evidence"]) in flat.replace(" ", "")


def test_numbers_of_the_day_before(tmp_path: Path) -> None:
    """Monday tells of Friday to Sunday: mails, settled by themselves, queued, notices."""
    with _office(tmp_path, "2026-11-20T13:00") as (made, clock):
        made.receive(
            made.shipped("2026112000101", 1),
            made.mail(2, **{"from": "p01", "subject": "咨询", "text": "老师您好，能不能请您帮我联系一下作者本人？"}),
        )
        clock.at(_here("2026-11-22T10:00"))
        made.receive(made.mail(3, **{"from": "p02", "subject": "进度", "text": "老师好，我的申请处理得怎么样了？"}))
        clock.at(_here("2026-11-23T08:30"))
        facts = made.services.digest.make().data
        numbers = [facts[name] for name in ("since", "mails", "by_itself", "queued", "notices")]
        assert numbers == ["2026-11-20", 3, 2, 1, 3]  # document, answer, and a loan that fell overdue


def test_circulars_are_listed(tmp_path: Path) -> None:
    """What a proven system writes to all of its members is put away, and the report of the next morning says so; what
    wants something by a day waits for a person.
    """
    rests = "关于馆际互借系统停机维护的通知"
    with _office(tmp_path, "2026-11-23T09:00") as (made, clock):
        made.receive(
            made.mail(1, **{"subject": rests,
                            "text": "各成员馆：因机房电力检修，系统将于11月28日22:00至29日6:00暂停服务，期间无法提交申请。不便之处敬请谅解。"}),
            made.mail(2, **{"subject": "关于填报年度数据的通知",
                            "text": "各成员馆：年度数据填报已经开始，请各馆于12月11日前报送，逾期不予受理。"}),
        )  # fmt: skip
        clock.at(_here("2026-11-25T08:30"))  # the morning before, nothing ran
        made.turn()
        text, page = _bodies(made.sent("staff_digest")[-1])
        for said in (text.replace("\r\n", ""), page):
            assert "发给各馆的通知" in said
            assert rests in said
        with made.services.store.read() as uow:
            assert [line.mail.subject for line in ignored(uow, Why.CIRCULAR).lines] == [rests]
        clock.at(_here("2026-11-26T08:30"))
        assert made.services.digest.make().data["circulars"] == []  # told once


def test_the_digest_of_an_office_that_stands_still(tmp_path: Path) -> None:
    """A wrong mailbox password over night: the morning tells it first, and says that the sheet was not compared."""
    wrong = Secret("changed by somebody")
    with office(tmp_path, clock=MovedClock(_here("2026-11-24T08:31")), change=_settings, password=wrong) as made:
        now = made.services.clock.now()
        down = Trouble(
            cause=TroubleCause.FOLDER_UNHEARD,
            about="office/INBOX",
            since=now - timedelta(hours=9),
            what="login of 'bot@lib.example' refused",
        )
        over = Trouble(
            cause=TroubleCause.RELAY_FAILING, since=now - timedelta(hours=12), closed=now - timedelta(hours=11)
        )
        long_over = Trouble(cause=TroubleCause.DISK_FULL, since=now - timedelta(days=3), closed=now - timedelta(days=2))
        with made.services.store.begin() as uow:
            uow.heartbeats.beat(Heartbeat(role=Running.DAEMON, host="a", pid=1, version="1", started=now, seen=now,
                                          data={"troubles": [t.row() for t in (over, long_over, down)]}))  # fmt: skip
        assert made.services.digest.run_once() == 2
        made.relay()
        mail = made.sent("staff_digest")[0]
        text = _bodies(mail)[0].replace("\r\n", "").replace(" ", "")
        assert "有故障" in str(mail["Subject"])
        assert "收不到邮件：office/INBOX（11-2323:31起，尚未恢复）" in text
        assert "通知发不出去（11-2320:31至11-2321:31，已恢复）" in text
        assert "磁盘" not in text
        assert "全部办完了" not in text
        assert "邮件未能与邮件服务器核对" in text
        assert "邮件平衡" not in text


def test_the_digest_compares_with_the_server(tmp_path: Path) -> None:
    """What lies on the server and was not fetched is told; even means even with the server's half."""
    with _office(tmp_path, "2026-11-24T08:31") as (made, _):
        made.intake()
        made.imap.deliver(made.mail(0, subject="还没有收"))
        data = made.services.digest.make().data
        folder = next(row for row in data["folders"] if row["mailbox"] == "office/INBOX")  # type: ignore[attr-defined]
        assert (folder["server"], folder["waiting"], data["even"], data["compared"]) == (1, 1, True, True)
