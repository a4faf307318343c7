"""Mailboxes that break, stall, back off and tell sizes that are wrong: it costs time, and no mail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from maild.domain.errors import Temporary
from maild.domain.incoming.mail import RawMail
from maild.domain.operation.backoff import Backoff
from maild.domain.records.journal import Skipped
from maild.mailbox import ImapMailbox
from tests.integration.mailboxes import DONE, RAW, SETTLED, SystemClock, mailbox, numbered, raws, settings
from tests.servers.scripted_imap import COREMAIL, ScriptedImap, bye, drip, drop, says, stall
from tests.timing import quickest

pytestmark = pytest.mark.integration
# -- broken connections -----------------------------------------------------------------------------

STEPS = ["GREETING", "CAPABILITY", "LOGIN", "ID", "SELECT", "NOOP", "UID FETCH", "LIST", "CREATE", "UID COPY",
         "UID STORE", "UID EXPUNGE"]  # fmt: skip


def a_whole_round(box: ImapMailbox) -> list[bytes]:
    """Open, list, fetch and file all."""
    box.open()
    uids = box.uids(0)
    got = raws(box.fetch(uids))
    assert box.file(uids, DONE) == uids
    return got


def until_it_works(attempt: Callable[[], object], tries: int = 8) -> int:
    """Repeat on Temporary; how many attempts failed."""
    for failures in range(tries):
        try:
            attempt()
        except Temporary:
            continue
        return failures
    raise AssertionError(f"still failing after {tries} tries")


@pytest.mark.parametrize("action", [drop, bye, says("gibberish"), says("* 1 FETCH (UID"), says("{tag} WHAT")])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_break_at_any_command_costs_one_try_and_no_mail(step: str, when: str, action: Callable[..., bool]) -> None:
    """The connection ends, or garbage comes, at each command in turn: Temporary, then all is well, once."""
    failures = []
    for seconds in (0.3, 5.0):  # on a busy machine the first are over before a sound server has answered
        with ScriptedImap(COREMAIL) as server:
            server.add(*numbered(3))
            (server.before if when == "before" else server.after)(step, action)
            box = mailbox(server, timeout_seconds=seconds)
            failures.append(until_it_works(lambda box=box: a_whole_round(box)))  # type: ignore[misc]
            box.close()
            assert server.folders["INBOX"].mails == []
            assert sorted(m.raw for m in server.folders[SETTLED].mails) == numbered(3)
        if failures[-1] <= 1:
            return
    raise AssertionError(failures)


@pytest.mark.parametrize("step", ["GREETING", "LOGIN", "SELECT", "UID FETCH"])
@pytest.mark.parametrize("action", [stall, drip])
def test_a_server_that_stalls_or_drips_is_left_in_time(step: str, action: Callable[..., bool]) -> None:
    """Time-outs are per command, not per byte."""
    with ScriptedImap(COREMAIL) as server:
        server.add(RAW)
        server.before(step, action)
        box = mailbox(server, timeout_seconds=0.5)
        start = time.monotonic()
        with pytest.raises(Temporary):
            a_whole_round(box)
        assert time.monotonic() - start < 10  # who drips or stalls does so for half a minute and more
        assert until_it_works(lambda: a_whole_round(box)) < 8
        box.close()
        assert [m.raw for m in server.folders[SETTLED].mails] == [RAW]


def test_nobody_listening_is_temporary() -> None:
    """Refused connections name host and port."""
    with ScriptedImap(COREMAIL) as server:
        box = mailbox(server)
    with pytest.raises(Temporary, match=f"localhost:{server.port}"):
        box.open()


def test_an_idle_connection_dropped_meanwhile_is_replaced_without_a_failure() -> None:
    """Servers log idle clients out: the next open() just connects again."""
    with ScriptedImap(COREMAIL) as server:
        server.add(RAW)
        box = mailbox(server)
        box.open()
        server.before("SELECT", drop)
        assert box.open().exists == 1
        assert server.connections == 2
        box.close()


def test_reconnects_back_off() -> None:
    """Ten failures in a row do not become ten immediate connections."""
    with ScriptedImap(COREMAIL) as server:
        server.before("LOGIN", drop, times=100)
        box = ImapMailbox(settings(server), "INBOX", SystemClock(), Backoff(base=0.05, cap=10, jitter=0))
        start = time.monotonic()
        for _ in range(4):
            with pytest.raises(Temporary):
                box.open()
        assert time.monotonic() - start >= 0.05 + 0.1 + 0.2

        slow = ImapMailbox(settings(server), "INBOX", SystemClock(), Backoff(base=60, cap=60, jitter=0))
        with pytest.raises(Temporary):
            slow.open()

        def close_while_it_waits() -> None:
            threading.Timer(0.05, slow.close).start()
            with pytest.raises(Temporary, match="closed"):
                slow.open()

        assert quickest(close_while_it_waits, 10, time.monotonic) < 10  # the next try is a minute away


# -- fetching ---------------------------------------------------------------------------------------


def test_a_mail_with_an_endless_body_is_skipped_in_the_end_and_the_rest_comes() -> None:
    """Bytes that come too slowly, a literal shorter than announced, a drop inside: five tries, then visible."""
    for fault in ("short", "cut"):
        with ScriptedImap(COREMAIL) as server:
            server.add(*numbered(3))
            server.folders["INBOX"].mails[1].fault = fault
            box = mailbox(server, timeout_seconds=0.3)
            box.open()
            got: dict[int, RawMail | Skipped] = {}

            def attempt(box: ImapMailbox = box, got: dict[int, RawMail | Skipped] = got) -> None:
                box.open()
                for item in box.fetch(box.uids(max(got, default=0))):
                    got[item.key.uid] = item

            assert until_it_works(attempt, tries=12) >= 5
            box.close()
            assert isinstance(got[1], RawMail)
            assert isinstance(got[3], RawMail)
            assert isinstance(got[2], Skipped)
            assert "does not hand it over" in got[2].reason


@pytest.mark.parametrize("fault", ["nil", "refused", "differs"])
def test_a_mail_the_server_does_not_give_is_skipped_only_after_several_tries(fault: str) -> None:
    """NIL, NO and ever-changing bytes: Temporary first; nothing above it is yielded before it is settled."""
    with ScriptedImap(COREMAIL) as server:
        server.add(*numbered(3))
        server.folders["INBOX"].mails[1].fault = fault
        box = mailbox(server)
        box.open()
        seen: list[int] = []
        with pytest.raises(Temporary):
            seen.extend(item.key.uid for item in box.fetch([1, 2, 3]))
        assert 3 not in seen
        items: list[RawMail | Skipped] = []

        def attempt() -> None:
            items[:] = box.fetch([1, 2, 3])

        assert until_it_works(attempt, tries=12) == 3
        box.close()
        assert [type(item) for item in items] == [RawMail, Skipped, RawMail]


def test_a_passing_fault_costs_nothing() -> None:
    """A mail that is refused once and then given is not skipped."""
    with ScriptedImap(COREMAIL) as server:
        (mail,) = server.add(RAW, fault="nil")
        box = mailbox(server)
        box.open()
        with pytest.raises(Temporary):
            list(box.fetch([1]))
        mail.fault = ""
        box.open()
        assert raws(box.fetch([1])) == [RAW]
        box.close()


@pytest.mark.parametrize("size", [10, 500])
def test_sizes_that_are_only_estimates_do_not_lose_mail(size: int) -> None:
    """RFC822.SIZE differs from the bytes: the same bytes twice are the mail."""
    with ScriptedImap(COREMAIL) as server:
        server.add(*numbered(6), size=size)
        box = mailbox(server)
        box.open()
        assert raws(box.fetch(box.uids(0))) == numbered(6)
        box.close()
        assert len([w for w in server.sent("UID FETCH") if "BODY.PEEK[]" in w]) <= 1 + 3


def test_a_size_far_too_small_cannot_fill_the_memory() -> None:
    """The server claims 100 bytes and announces 30 MB: the mail is skipped, its neighbours come."""
    with ScriptedImap(COREMAIL) as server:
        server.add(RAW)
        server.add(b"Subject: huge\r\n\r\n" + b"x" * 30_000_000, size=100)
        server.add(RAW)
        box = mailbox(server, max_mail_bytes=5_000_000, batch_bytes=1_000_000)
        box.open()
        items = list(box.fetch([1, 2, 3]))
        box.close()
        assert [type(item) for item in items] == [RawMail, Skipped, RawMail]
        assert isinstance(items[1], Skipped)
        assert items[1].reason.startswith("over size")
        assert items[1].size > 30_000_000  # what the server announced: it is there, and staff have to hear of it


@pytest.mark.parametrize(("claimed", "size"), [(0, 1), (10**20, 2**62)])
def test_a_mail_that_stays_on_the_server_has_a_size_that_can_be_stored(claimed: int, size: int) -> None:
    """Size 0 would say that it is gone; one beyond 64 bits would not go into the database."""
    with ScriptedImap(COREMAIL) as server:
        server.add(RAW, fault="nil", size=claimed)
        box = mailbox(server)
        items: list[RawMail | Skipped] = []

        def attempt() -> None:
            box.open()
            items[:] = box.fetch([1])

        until_it_works(attempt, tries=12)
        box.close()
        assert [item.size for item in items if isinstance(item, Skipped)] == [size]


def test_absurd_literals_are_refused_unread() -> None:
    """A literal of four gigabytes in answer to a small question: Temporary, at once."""
    with ScriptedImap(COREMAIL) as server:
        server.add(RAW)
        box = mailbox(server)
        box.open()
        server.before("UID FETCH", says("* 1 FETCH (UID {4000000000}"))
        with pytest.raises(Temporary):
            box.uids(0)
        box.close()


def test_quoted_and_empty_bodies_are_exact() -> None:
    """A body may come as a quoted string, and may be empty (RFC 9051 nstring)."""
    with ScriptedImap(COREMAIL) as server:
        server.add(b'Subject: "q" \\ x', fault="quoted")
        server.add(b"")
        box = mailbox(server)
        box.open()
        assert raws(box.fetch([1, 2])) == [b'Subject: "q" \\ x', b""]
        box.close()


def test_vanished_and_oversize_mails_are_skipped_with_the_reason() -> None:
    """Both are visible, with their sizes; a body that mimics IMAP is only a body."""
    with ScriptedImap(COREMAIL) as server:
        tricky = b"Subject: x\r\n\r\n* 2 FETCH (UID 2 BODY[] {3}\r\nabc)\r\na1 OK done\r\n"
        server.add(tricky, b"y" * 20_000)
        box = mailbox(server, max_mail_bytes=10_000)
        box.open()
        items = list(box.fetch([1, 2, 9]))
        box.close()
        assert isinstance(items[0], RawMail)
        assert items[0].raw == tricky
        assert items[0].internal_date == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
        assert [(i.reason, i.size) for i in items[1:] if isinstance(i, Skipped)] == [
            ("over size: 20000 bytes", 20_000),
            ("vanished", 0),
        ]
