"""The folder of sent mail as accounts really have it: full, taken away, closed to us, read by maild itself, written by others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.config import Secret
from maild.domain.errors import MaildError, NoFolder, Permanent
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.mailbox import ImapMailbox
from maild.mailbox.sent import LOOK_BACK
from maild.notify.sending.laying import HOLD, LayingReport
from maild.ports import Filing, FilingMode
from tests.integration.relaying import Office_, about, an_office, header, notice
from tests.integration.test_laying import account, laying, waiting
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.integration
SENT = "Sent"
EXTRA = """
namespace inbox {
  mailbox Sent {
    special_use = \\Sent
    auto = subscribe
  }
}
protocol imap {
  mail_plugins {
    quota = yes
    acl = yes
    imap_acl = yes
  }
}
quota all {
  driver = count
  quota_storage_size = 300k
}
acl_driver = vfile
"""


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    with Dovecot(dict.fromkeys((f"u{n}@lib.example" for n in range(12)), "pw"), extra=EXTRA) as server:
        yield server


@pytest.fixture(scope="module")
def _users(imap: Dovecot) -> Iterator[str]:
    return iter(imap.users)


@pytest.fixture
def user(_users: Iterator[str]) -> str:
    """An account that no other test has."""
    return next(_users)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


def sent(office: Office_) -> int:
    """A notice that has left, and wants a copy."""
    (entry,) = office.add(notice())
    office.run(sent_folder="auto")
    return entry


def test_a_full_account_costs_no_notice_and_its_copies_come_once_there_is_room(
    office: Office_, imap: Dovecot, user: str
) -> None:
    """OVERQUOTA (RFC 9208): the copies wait, it is said, and nothing is lost or doubled once somebody has tidied up."""
    imap.fill([b"Subject: big\n\n" + b"x" * 290_000], user=user, folder="INBOX")
    entry = sent(office)
    report = laying(office, account(imap, user)).run_once()
    if not report.refused:  # 10 kB were left
        imap.fill([b"Subject: more\n\n" + b"x" * 9_000], user=user, folder="INBOX")
    assert office.row(entry).state is OutboxState.SENT
    waits = waiting(office)
    imap.doveadm("expunge", "-u", user, "mailbox", "INBOX", "all")
    office.clock.advance(hours=2)
    laying(office, account(imap, user)).run_once()
    assert (report.refused, waits) in ((1, 1), (0, 0))
    assert (waiting(office), imap.exists(SENT, user)) == (0, 1)


def test_a_folder_that_goes_away_between_two_rounds(office: Office_, imap: Dovecot, user: str) -> None:
    """Renamed by a person: said, waited for, laid into the new one of that name; the old copies stay where they were moved."""
    box = account(imap, user)
    sent(office)
    laying(office, box, SENT).run_once()
    imap.doveadm("mailbox", "rename", "-u", user, SENT, "Old")
    office.add(about(NoticeKind.REQUEST_ACCEPTED))
    office.run(sent_folder=SENT)
    there = SENT in imap.doveadm("mailbox", "list", "-u", user).split()  # as the server makes it by itself, or not
    if not there:
        with pytest.raises(NoFolder, match=SENT):
            laying(office, box, SENT).run_once()
        imap.doveadm("mailbox", "create", "-u", user, SENT)
        office.clock.advance(seconds=HOLD.total_seconds() + 1)
    laying(office, box, SENT).run_once()
    assert (imap.exists("Old", user), imap.exists(SENT, user), waiting(office)) == (1, 1, 0)


def test_a_folder_that_we_may_read_only(office: Office_, imap: Dovecot, user: str) -> None:
    """A shared folder without the right to insert (RFC 4314): refused, said, tried later, never in the way of sending."""
    imap.doveadm("-o", "mail_plugins/acl=yes", "acl", "set", "-u", user, SENT, f"user={user}", "lookup", "read")
    sent(office)
    report = laying(office, account(imap, user)).run_once()
    assert (report.laid, report.refused, bool(report.trouble)) == (0, 1, True)
    assert waiting(office) == 1
    assert imap.exists(SENT, user) == 0
    office.add(about(NoticeKind.REQUEST_ACCEPTED))
    office.run(sent_folder="auto")
    assert len(office.server.mails) == 2


def test_a_person_who_reads_and_flags_the_copy_loses_nothing(office: Office_, imap: Dovecot, user: str) -> None:
    """Marked unread, flagged, answered in webmail while the next one is laid: its flags stay as the person set them."""
    box = account(imap, user)
    sent(office)
    laying(office, box).run_once()
    imap.doveadm("flags", "remove", "-u", user, "\\Seen", "mailbox", SENT, "all")
    imap.doveadm("flags", "add", "-u", user, "\\Flagged", "mailbox", SENT, "all")
    office.add(about(NoticeKind.REQUEST_ACCEPTED))
    office.run(sent_folder="auto")
    laying(office, box).run_once()
    rows = imap.doveadm("-f", "tab", "fetch", "-u", user, "flags", "mailbox", SENT, "all").strip().split("\n")[1:]
    assert len(rows) == 2
    assert "\\Flagged" in rows[0]
    assert "\\Seen" not in rows[0]
    assert "\\Seen" in rows[1]


def test_a_copy_that_a_person_deleted_does_not_come_back(office: Office_, imap: Dovecot, user: str) -> None:
    """It was laid and crossed off: the folder is the person's."""
    box = account(imap, user)
    sent(office)
    laying(office, box).run_once()
    imap.doveadm("expunge", "-u", user, "mailbox", SENT, "all")
    office.clock.advance(days=1)
    assert laying(office, box).run_once() == LayingReport()
    assert imap.exists(SENT, user) == 0


def test_two_processes_lay_each_copy_once(office: Office_, imap: Dovecot, user: str) -> None:
    """Two hosts with one database: what one has claimed the other leaves alone."""
    office.add(notice(), about(NoticeKind.REQUEST_ACCEPTED))
    office.run(sent_folder="auto")
    box = account(imap, user)
    first, second = laying(office, box), laying(office, box)
    first.stop()
    assert first.run_once() == LayingReport()
    reports = [second.run_once(), laying(office, box).run_once()]
    assert sum(report.laid for report in reports) == imap.exists(SENT, user) == len(office.server.mails)


def test_a_copy_is_recognised_among_a_thousand_newer_ones_and_not_beyond(
    office: Office_, imap: Dovecot, user: str
) -> None:
    """What the host kept itself is found as far back as is looked; a folder of many thousands is not read through."""
    entry = sent(office)
    own = next(
        mail.raw for mail in office.server.mails if header(mail.raw, "Message-ID") == office.row(entry).message_id
    )
    imap.fill([own], user=user, folder=SENT)
    imap.fill([b"Subject: n\n\nx\n"] * (LOOK_BACK // 20), user=user, folder=SENT)
    before = imap.exists(SENT, user)
    assert laying(office, account(imap, user)).run_once() == LayingReport(laid=1)
    assert imap.exists(SENT, user) == before


def test_a_folder_name_of_any_letters(office: Office_, imap: Dovecot, user: str) -> None:
    """Quotes, blanks, an ampersand, Chinese, a level below another: as the person reads it (RFC 3501 section 5.1.3)."""
    box = account(imap, user)
    for name in ('sent & "kept"', "已发送 邮件", "Archive/2026"):
        imap.doveadm("mailbox", "create", "-u", user, name)
        office.add(notice())
        office.run(sent_folder=name)
        laying(office, box, name).run_once()
        office.clock.advance(minutes=10)
        assert waiting(office) == 0, name


def test_a_folder_that_only_holds_others(office: Office_, imap: Dovecot, user: str) -> None:
    """\\Noselect: nothing can lie in it; said as what somebody has to mend, and the copies wait."""
    imap.doveadm("mailbox", "create", "-u", user, "Top/Below")
    office.add(notice())
    office.run(sent_folder="Top")
    with pytest.raises(MaildError):
        laying(office, account(imap, user), "Top").run_once()
    assert waiting(office) == 1


def test_a_login_that_is_refused_costs_nothing(office: Office_, imap: Dovecot, user: str) -> None:
    """The account's password was changed: said, and laid once it is corrected."""
    sent(office)
    with pytest.raises(MaildError):
        laying(office, account(imap, user, password=Secret("old"))).run_once()
    assert waiting(office) == 1
    assert laying(office, account(imap, user)).run_once() == LayingReport(laid=1)


def test_a_mailbox_that_we_may_only_read_is_read_and_filing_says_why(office: Office_, imap: Dovecot, user: str) -> None:
    """The same rights on the folder that mail comes into: it is taken in, and what cannot be moved is told plainly."""
    imap.fill([b"Subject: hello\n\nx\n"], user=user, folder="INBOX")
    imap.doveadm("-o", "mail_plugins/acl=yes", "acl", "set", "-u", user, "INBOX", f"user={user}", "lookup", "read")
    box = ImapMailbox(account(imap, user), "INBOX", office.clock)
    try:
        box.open()
        (mail,) = box.fetch(box.uids(0))
        assert b"Subject: hello" in mail.raw
        with pytest.raises(Permanent, match="read"):
            list(box.file([mail.key.uid], Filing(mode=FilingMode.MOVE, target="Done")))
    finally:
        box.close()
