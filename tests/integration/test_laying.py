"""Copies of what left are laid into the folder of sent mail, against a real Dovecot: once, and never in the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild import config
from maild.config import Secret
from maild.domain.errors import NoFolder, Temporary
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.copies import SentCopy
from maild.mailbox.sent import ImapSentFolder
from maild.notify.sending.laying import GIVE_UP, HOLD, Laying, LayingReport
from tests.integration.relaying import NUMBER, Office_, about, an_office, header, notice
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.integration
SENT = "已发送"
# One folder is marked (RFC 6154) under a name of its own; each mail may have 150 kB.
EXTRA = f"""
namespace inbox {{
  mailbox "{SENT}" {{
    special_use = \\Sent
    auto = create
  }}
}}
protocol imap {{
  mail_plugins {{
    quota = yes
  }}
}}
quota all {{
  driver = count
}}
quota_mail_size = 150k
"""


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    names = (f"u{n}@lib.example" for n in range(12))
    with Dovecot(dict.fromkeys(names, "pw"), extra=EXTRA) as server:
        yield server


@pytest.fixture
def user(imap: Dovecot, _users: Iterator[str]) -> str:
    """An account that no other test has."""
    return next(_users)


@pytest.fixture(scope="module")
def _users(imap: Dovecot) -> Iterator[str]:
    return iter(imap.users)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


def account(imap: Dovecot, user: str, **more: object) -> config.Mailbox:
    said = {"host": imap.host, "port": imap.imaps_port, "ca_file": imap.ca_file, "user": user,
            "password": Secret("pw"), "timeout_seconds": 10.0} | more  # fmt: skip
    return config.Mailbox(**said)  # type: ignore[arg-type]


def laying(office: Office_, box: config.Mailbox, folder: str = "auto", kind: type[Laying] = Laying) -> Laying:
    there = ImapSentFolder(box, folder, office.clock.monotonic)
    return kind(office.store, office.blobs, there, office.clock, chance=lambda: 0.0)


def waiting(office: Office_) -> int:
    with office.store.read() as uow:
        return uow.sent_copies.waiting()


def test_a_copy_lies_in_the_marked_folder(office: Office_, imap: Dovecot, user: str) -> None:
    """Byte for byte what the server got (more than goes out at once), read, with the moment it was sent; two rows of one
    mail are one copy.
    """
    sha256 = office.blobs.put(b"%PDF 0123456789\r\n" * 6000)
    ids = office.add(
        about(NoticeKind.DOCUMENT_DELIVERED, documents=((sha256, "paper.pdf"),)), about(NoticeKind.FEE_NOTICE)
    )
    office.run(sent_folder="auto")
    assert [office.row(n).state for n in ids] == [OutboxState.SENT, OutboxState.MERGED]
    office.clock.advance(minutes=3)
    assert laying(office, account(imap, user)).run_once() == LayingReport(laid=1)
    (raw,), (mail,) = imap.messages(SENT, user), office.server.mails
    assert raw.replace(b"\r\n", b"\n").rstrip() == mail.raw.replace(b"\r\n", b"\n").rstrip()
    facts = imap.doveadm("-f", "tab", "fetch", "-u", user, "flags date.received", "mailbox", SENT, "all")
    flags, when = facts.strip().split("\n")[1].split("\t")
    sent = office.row(ids[0]).sent
    assert sent is not None
    assert "\\Seen" in flags
    assert when.startswith(f"{sent.astimezone():%Y-%m-%d %H:%M:%S}")
    assert waiting(office) == 0


def test_nothing_is_laid_unless_it_is_wanted(office: Office_) -> None:
    """The default: what is sent leaves no wish behind."""
    office.add(notice())
    office.run()
    assert waiting(office) == 0


class _Dies(Laying):
    """Killed after the server took the copy, and before that was written down."""

    def _keep(self, copy: SentCopy, refusal: str, *, there: bool) -> str:
        raise KeyboardInterrupt


def test_a_killed_round_lays_nothing_twice(office: Office_, imap: Dovecot, user: str) -> None:
    """The next process waits until the copy is free again, finds it lying there, and crosses it off."""
    office.add(notice())
    office.run(sent_folder="auto")
    box = account(imap, user)
    with pytest.raises(KeyboardInterrupt):
        laying(office, box, kind=_Dies).run_once()
    assert imap.exists(SENT, user) == 1
    assert laying(office, box).run_once() == LayingReport()  # still the dead one's
    office.clock.advance(seconds=HOLD.total_seconds() + 1)
    assert laying(office, box).run_once() == LayingReport(laid=1)
    assert (imap.exists(SENT, user), waiting(office)) == (1, 0)


def test_what_the_host_keeps_itself_is_not_doubled(office: Office_, imap: Dovecot, user: str) -> None:
    """Some hosts keep what is sent through them: of two notices only the other one is laid."""
    first, _ = office.add(notice(), about(NoticeKind.REQUEST_ACCEPTED))
    office.run(sent_folder="auto")
    own = next(m.raw for m in office.server.mails if header(m.raw, "Message-ID") == office.row(first).message_id)
    imap.fill(
        [b"Subject: earlier\n\nby hand\n", own.replace(b"Message-ID: ", b"Message-Id:\n ")], user=user, folder=SENT
    )
    laying(office, account(imap, user)).run_once()
    assert imap.exists(SENT, user) == 3


def test_a_folder_that_is_not_there_is_said_and_its_copies_wait(office: Office_, imap: Dovecot, user: str) -> None:
    """The message names what there is; once there is one, all that waited is laid. Sending went on all the while."""
    office.add(notice())
    office.run(sent_folder="Outbound")
    work = laying(office, account(imap, user), "Outbound")
    with pytest.raises(NoFolder, match="Outbound") as said:
        work.run_once()
    assert SENT in said.value.remedy
    office.add(about(NoticeKind.REQUEST_ACCEPTED))
    office.run(sent_folder="Outbound")
    assert len(office.server.mails) == 2
    imap.doveadm("mailbox", "create", "-u", user, "Outbound")
    assert work.run_once() == LayingReport(laid=2)
    assert imap.exists("Outbound", user) == 2


def test_a_server_that_is_away_costs_nothing(office: Office_, imap: Dovecot, user: str) -> None:
    """It is temporary, whatever is wrong with it; the copies are laid when it is back."""
    office.add(notice())
    office.run(sent_folder="auto")
    for _ in range(3):
        with pytest.raises(Temporary):
            laying(office, account(imap, user, port=1)).run_once()
    assert laying(office, account(imap, user)).run_once() == LayingReport(laid=1)


def test_one_that_is_refused_does_not_stop_the_others(office: Office_, imap: Dovecot, user: str) -> None:
    """Too large for the folder: it is said, tried again ever later, given up after five days with a line of history."""
    sha256 = office.blobs.put(b"%PDF 0123456789\r\n" * 12000)
    _, small = office.add(about(NoticeKind.DOCUMENT_DELIVERED, documents=((sha256, "scan.pdf"),)), notice())
    office.run(sent_folder="auto")
    work = laying(office, account(imap, user))
    report = work.run_once()
    assert (report.laid, report.refused, bool(report.trouble)) == (1, 1, True)
    assert work.run_once() == LayingReport()  # it is not due
    office.clock.advance(minutes=5)
    assert work.run_once().refused == 1
    office.clock.advance(seconds=GIVE_UP.total_seconds() + 1)
    assert work.run_once().given_up == 1
    with office.store.read() as uow:
        lines = [line for line in uow.journal.of_transaction(NUMBER) if "no copy" in " ".join(line.reasons)]
    assert (len(lines), waiting(office), imap.exists(SENT, user)) == (1, 0, 1)
    assert office.row(small).state is OutboxState.SENT


def test_a_copy_that_was_erased_is_not_wanted_any_more(office: Office_, imap: Dovecot, user: str) -> None:
    """Where nothing is kept of a mail there is nothing to lay, and nothing waits for ever."""
    (entry,) = office.add(notice())
    office.run(sent_folder="auto")
    with office.store.begin() as uow:
        uow.fresh_copies.drop([office.row(entry).copy])
    assert laying(office, account(imap, user)).run_once() == LayingReport(gone=1)
    assert (waiting(office), imap.exists(SENT, user)) == (0, 0)


def test_a_folder_is_found_by_its_name_as_well(imap: Dovecot, user: str) -> None:
    """'auto' and the name that people read lead to the same folder."""
    for wanted in ("auto", SENT):
        with ImapSentFolder(account(imap, user), wanted, time.monotonic).open() as folder:
            assert folder.name == SENT
