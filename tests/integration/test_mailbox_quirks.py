"""ImapMailbox against servers that behave like Coremail, NetEase and others, or not at all."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild import config
from maild.domain.errors import Permanent, Temporary
from maild.domain.incoming.mail import RawMail
from maild.domain.operation.backoff import Backoff
from maild.domain.records.journal import Skipped
from maild.mailbox import ImapMailbox, probe
from maild.mailbox.quirks import DEFAULT, KNOWN
from maild.ports import Filing, FilingMode
from tests.servers.dovecot import make_certificate
from tests.servers.scripted_imap import (
    BARE,
    COREMAIL,
    NETEASE,
    PLAIN,
    ScriptedImap,
    bye,
    drip,
    drop,
    says,
    stall,
)
from tests.servers.scripted_session import Folder, Profile
from tests.timing import quickest

pytestmark = pytest.mark.integration

DONE = Filing(mode=FilingMode.MOVE, target="maild/已处理")
SETTLED = "maild/&XfJZBHQG-"
RAW = b"From: ill@calis.example\r\nSubject: x\r\n\r\nhello\r\n"


class SystemClock:
    """The real clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def settings(server: ScriptedImap, **other: object) -> config.Mailbox:
    """Settings for a scripted server; impatient."""
    values: dict[str, object] = {
        "host": server.host, "port": server.port, "security": "none", "user": server.user,
        "password": config.Secret(server.password), "timeout_seconds": 1.0, "poll_seconds": 0.2,
    }  # fmt: skip
    return config.Mailbox(**(values | other))  # type: ignore[arg-type]


def mailbox(server: ScriptedImap, folder: str = "INBOX", **other: object) -> ImapMailbox:
    """A mailbox that tries again at once."""
    return ImapMailbox(settings(server, **other), folder, SystemClock(), Backoff(base=0.01, cap=0.05))


def raws(items: Iterator[RawMail | Skipped]) -> list[bytes]:
    """The bytes of the mails; fails on a skipped one."""
    got = list(items)
    assert all(isinstance(item, RawMail) for item in got), got
    return [item.raw for item in got if isinstance(item, RawMail)]


def numbered(count: int, size: int = 0) -> list[bytes]:
    """`count` mails that differ."""
    return [f"Subject: {n}\r\n\r\n".encode() + b"x" * size + b"\r\n" for n in range(count)]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A server's TLS context and the certificate to trust."""
    cert, key = make_certificate(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, str(cert)


# -- Coremail and NetEase ---------------------------------------------------------------------------


def test_coremail_is_read_without_search_idle_or_move() -> None:
    """All mail is found although SEARCH finds nothing, and what the server lacks is never tried."""
    with ScriptedImap(COREMAIL) as server:
        server.add(*numbered(5))
        box = mailbox(server)
        status = box.open()
        assert (status.uidvalidity, status.uidnext, status.exists) == (7, 6, 5)
        assert box.uids(0) == [1, 2, 3, 4, 5]
        assert box.uids(5) == []  # 6:* brings UID 5 again
        assert box.uids(1, 3) == [2, 3]
        assert raws(box.fetch([5, 1])) == [numbered(5)[0], numbered(5)[4]]
        box.wait(0.25)
        box.close()
        forbidden = ("SEARCH", "UID SEARCH", "IDLE", "UID MOVE", "ENABLE", "EXPUNGE", "CLOSE")
        assert not [line for line in server.log if line.startswith(forbidden)]
        assert [m.flags for m in server.folders["INBOX"].mails] == [set()] * 5


def test_coremail_files_by_copy_and_expunges_only_its_own() -> None:
    """COPY, STORE and UID EXPUNGE; another's deleted mail stays, and nonsense COPYUID is not believed."""
    with ScriptedImap(COREMAIL) as server:
        server.add(*numbered(4))
        server.folders["INBOX"].mails[3].flags.add("\\Deleted")
        box = mailbox(server)
        box.open()
        assert box.file([1, 2, 77], DONE) == [1, 2, 77]
        box.close()
        assert [m.uid for m in server.folders["INBOX"].mails] == [3, 4]
        assert [m.raw for m in server.folders[SETTLED].mails] == numbered(4)[:2]


def test_poll_says_that_there_may_be_mail_where_noop_tells_nothing() -> None:
    """Coremail's NOOP is no witness: after a poll interval the caller is told to list."""
    with ScriptedImap(COREMAIL) as server:
        box = mailbox(server)
        box.open()
        box.uids(0)
        start = time.monotonic()
        assert box.wait(5) is True
        assert 0.15 < time.monotonic() - start < 4.0
        box.close()


def test_netease_gets_its_id_between_login_and_select() -> None:
    """Without the ID in quoted pairs SELECT would answer 'Unsafe Login'."""
    with ScriptedImap(NETEASE) as server:
        server.add(RAW)
        box = mailbox(server)
        assert box.open().exists == 1
        box.close()
        words = [line.split(" ")[0] for line in server.log]
        assert words.index("LOGIN") < words.index("ID") < words.index("SELECT")


def test_unsafe_login_despite_id_is_permanent_and_says_what_to_do() -> None:
    """An account that does not allow IMAP clients needs a person."""
    with ScriptedImap(COREMAIL) as server:
        server.before("SELECT", says("{tag} NO SELECT Unsafe Login. Please contact kefu@provider.example"))
        with pytest.raises(Permanent, match="Unsafe Login") as caught:
            mailbox(server).open()
        assert "authorisation code" in caught.value.remedy


# -- logging in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ['qu"ote\\back', "密码 ünïcode", "tab\there", "a b {3}", ""])
@pytest.mark.parametrize("profile", [PLAIN, COREMAIL])
def test_passwords_arrive_whole(password: str, profile: Profile) -> None:
    """Quotes, backslashes and characters beyond ASCII, by LOGIN or AUTHENTICATE PLAIN."""
    with ScriptedImap(profile, password=password) as server:
        box = mailbox(server)
        box.open()
        box.close()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("NO [AUTHENTICATIONFAILED] Invalid credentials", Permanent),
        ("NO LOGIN Login error or password error", Permanent),
        ("NO [UNAVAILABLE] Temporary authentication failure", Temporary),
        ("NO [ALERT] Too many simultaneous connections, try later", Temporary),
        ("NO [LIMIT] connections", Temporary),
        ("NO [INUSE] mailbox locked", Temporary),
        ("NO 登录过于频繁，请稍后再试".encode().decode("latin-1"), Temporary),
        ("BAD invalid command or parameters", Permanent),
    ],
)
def test_refused_logins(reply: str, kind: type[Exception]) -> None:
    """The response code decides, then the words; the password is nowhere in the message."""
    with ScriptedImap(COREMAIL, password="hunter2") as server:
        server.before("LOGIN", lambda c, tag: c.send(f"{tag} {reply}\r\n".encode("latin-1")) or True)
        with pytest.raises(kind) as caught:
            mailbox(server).open()
        assert "hunter2" not in str(caught.value)
        assert server.host in str(caught.value)


def test_logindisabled_is_honoured() -> None:
    """No password is sent where the server asks not to."""
    profile = Profile(greeting="OK ready", capabilities="IMAP4rev1 LOGINDISABLED AUTH=PLAIN STARTTLS")
    with ScriptedImap(profile) as server:
        with pytest.raises(Permanent, match="LOGINDISABLED") as caught:
            mailbox(server).open()
        assert "starttls" in caught.value.remedy
        assert not server.sent("LOGIN")
        assert not server.sent("AUTHENTICATE")


# -- TLS --------------------------------------------------------------------------------------------


def test_starttls_is_used_and_what_was_said_before_is_forgotten(tls: tuple[ssl.SSLContext, str]) -> None:
    """The session continues under TLS."""
    context, ca_file = tls
    with ScriptedImap(PLAIN, starttls=context) as server:
        server.add(RAW)
        box = mailbox(server, security="starttls", ca_file=ca_file)
        box.open()
        assert raws(box.fetch(box.uids(0))) == [RAW]
        box.close()
        assert server.log.index("STARTTLS") < next(n for n, w in enumerate(server.log) if w.startswith("LOGIN"))


@pytest.mark.parametrize("offer", [PLAIN, COREMAIL])
def test_no_starttls_means_no_login(offer: Profile) -> None:
    """Not offered, or offered and refused: Permanent, and never a password in the clear."""
    with ScriptedImap(offer) as server:
        with pytest.raises(Permanent, match="STARTTLS"):
            mailbox(server, security="starttls").open()
        assert not server.sent("LOGIN")
        assert not server.sent("AUTHENTICATE")


def test_data_injected_before_the_handshake_ends_the_connection(tls: tuple[ssl.SSLContext, str]) -> None:
    """A man in the middle cannot slip responses into the TLS session."""
    with ScriptedImap(PLAIN, starttls=tls[0]) as server:
        server.before("STARTTLS", says("{tag} OK begin\r\n* 5 EXISTS\r\n* OK injected"))
        with pytest.raises(Temporary, match="injected"):
            mailbox(server, security="starttls", ca_file=tls[1]).open()
        assert not server.sent("LOGIN")


def test_preauth_before_tls_is_refused(tls: tuple[ssl.SSLContext, str]) -> None:
    """PREAUTH in the clear would keep the session in the clear."""
    with ScriptedImap(PLAIN, starttls=tls[0]) as server:
        server.before("GREETING", says("* PREAUTH welcome"))
        with pytest.raises(Permanent, match="PREAUTH"):
            mailbox(server, security="starttls", ca_file=tls[1]).open()


def test_a_plaintext_server_on_the_tls_port_is_named_as_such(tls: tuple[ssl.SSLContext, str]) -> None:
    """security = tls against a plaintext port."""
    with ScriptedImap(PLAIN) as server, pytest.raises(Permanent, match="TLS") as caught:
        mailbox(server, security="tls", ca_file=tls[1]).open()
    assert "mailbox.security" in caught.value.remedy


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    """The name is verified, not only the signature."""
    cert, key = make_certificate(tmp_path, host="other.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with ScriptedImap(PLAIN, tls=context) as server:
        with pytest.raises(Permanent, match="not trusted"):
            mailbox(server, security="tls", ca_file=str(cert)).open()
        assert not server.log


def test_an_unreadable_ca_file_names_the_option(tmp_path: Path) -> None:
    """The message names mailbox.ca_file."""
    with ScriptedImap(PLAIN) as server, pytest.raises(Permanent, match=r"mailbox\.ca_file"):
        mailbox(server, security="tls", ca_file=str(tmp_path / "none.pem")).open()


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


def test_an_empty_folder_of_a_strict_server_has_no_uids() -> None:
    """BAD for '1:*' of an empty folder is no error; a SELECT without UIDNEXT is made up for."""
    profile = Profile(greeting="OK ready", capabilities="IMAP4rev1", uidnext=False, empty_range_is_bad=True)
    with ScriptedImap(profile) as server:
        box = mailbox(server)
        assert box.open().uidnext == 1
        assert box.uids(0) == []
        server.add(RAW)
        assert box.open().uidnext == 2
        box.close()


def test_a_changed_uidvalidity_stops_work_until_opened_again() -> None:
    """UIDs of the old folder are not used on the new one, even across a silent reconnect."""
    with ScriptedImap(COREMAIL) as server:
        server.add(*numbered(2))
        box = mailbox(server)
        box.open()
        server.folders["INBOX"].uidvalidity = 8
        server.before("UID FETCH", drop)
        with pytest.raises(Temporary):
            list(box.fetch([1]))
        for _ in range(2):
            with pytest.raises(Temporary, match="UIDVALIDITY"):
                box.file([1], DONE)
        assert box.open().uidvalidity == 8
        (item,) = box.fetch([1])
        assert item.key.uidvalidity == 8
        assert len(server.folders["INBOX"].mails) == 2
        box.close()


# -- filing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["UID COPY", "UID STORE", "UID EXPUNGE"])
def test_a_crash_within_filing_does_not_copy_twice(step: str) -> None:
    """A new process finds the copy that the old one made, and goes on from there."""
    with ScriptedImap(COREMAIL) as server:
        server.add(*numbered(3))
        server.after(step, drop)
        first = mailbox(server)
        first.open()
        with pytest.raises(Temporary):
            first.file([1, 2], DONE)
        second = mailbox(server)
        second.open()
        assert second.file([1, 2], DONE) == [1, 2]
        second.close()
        assert [m.uid for m in server.folders["INBOX"].mails] == [3]
        assert [m.raw for m in server.folders[SETTLED].mails] == numbered(2)


def test_look_alikes_in_the_target_are_told_apart_by_their_headers() -> None:
    """Same size and date, another mail: it is copied."""
    with ScriptedImap(COREMAIL) as server:
        server.folders[SETTLED] = Folder()
        server.add(b"Subject: A\r\n\r\n", folder=SETTLED)
        server.add(b"Subject: B\r\n\r\n", b"Subject: A\r\n\r\n", b"Subject: A\r\n\r\n")
        box = mailbox(server)
        box.open()
        assert box.file([1, 2, 3], DONE) == [1, 2, 3]
        box.close()
        assert len(server.folders[SETTLED].mails) == 3  # one of the two As has its copy there already


def test_without_uidplus_mail_is_marked_but_never_expunged() -> None:
    """A plain EXPUNGE would remove what people marked."""
    with ScriptedImap(BARE) as server:
        server.add(*numbered(2))
        box = mailbox(server)
        box.open()
        assert box.file([1], DONE) == [1]
        assert box.file([1], DONE) == [1]
        box.close()
        assert [m.flags for m in server.folders["INBOX"].mails] == [{"\\Deleted"}, set()]
        assert len(server.folders[SETTLED].mails) == 1
        assert not server.sent("EXPUNGE")
        assert not server.sent("CLOSE")


def test_move_is_used_where_offered_and_partial_moves_are_noticed() -> None:
    """What is left in the folder is not done."""
    with ScriptedImap(PLAIN) as server:
        server.add(*numbered(3))
        box = mailbox(server)
        box.open()
        assert box.file([1, 2], DONE) == [1, 2]
        server.before("UID MOVE", says("{tag} OK pretended"))
        assert box.file([3], DONE) == []
        box.close()
        assert server.sent("UID MOVE")
        assert not server.sent("UID COPY")


def test_a_refused_move_is_temporary_unless_forbidden() -> None:
    """Quota may be freed; a right is not given by waiting."""
    with ScriptedImap(PLAIN) as server:
        server.add(RAW)
        server.folders[SETTLED] = Folder()
        box = mailbox(server)
        box.open()
        server.before("UID MOVE", says("{tag} NO [OVERQUOTA] full"), times=2)
        with pytest.raises(Temporary, match="OVERQUOTA"):
            box.file([1], DONE)
        box.open()
        server.before("UID MOVE", says("{tag} NO [NOPERM] not yours"), times=2)
        with pytest.raises(Permanent, match="NOPERM"):
            box.file([1], DONE)
        box.close()


def test_separator_and_prefix_of_the_server_are_used() -> None:
    """'/' in the settings is the server's '.', below its personal namespace; people's folders are found too."""
    profile = Profile(greeting="OK ready", capabilities=PLAIN.capabilities, separator=".", prefix="INBOX.")
    with ScriptedImap(profile) as server:
        server.add(RAW)
        box = mailbox(server)
        box.open()
        assert box.file([1], DONE) == [1]
        box.close()
        assert [m.raw for m in server.folders["INBOX.maild.&XfJZBHQG-"].mails] == [RAW]
        again = mailbox(server, "maild/已处理")
        assert again.open().exists == 1
        again.close()


def test_a_folder_that_cannot_be_created_is_permanent() -> None:
    """The message says what the server said."""
    with ScriptedImap(PLAIN) as server:
        server.add(RAW)
        server.before("CREATE", says("{tag} NO [NOPERM] no new folders"), times=9)
        box = mailbox(server)
        box.open()
        with pytest.raises(Permanent, match="cannot be created") as caught:
            box.file([1], DONE)
        assert "no new folders" in caught.value.remedy
        box.close()


def test_a_target_removed_meanwhile_is_created_again() -> None:
    """Also where the server does not say TRYCREATE."""
    with ScriptedImap(COREMAIL) as server:
        server.add(*numbered(2))
        box = mailbox(server)
        box.open()
        box.file([1], DONE)
        del server.folders[SETTLED]
        assert box.file([2], DONE) == [2]
        box.close()
        assert len(server.folders[SETTLED].mails) == 1


def test_a_folder_with_a_broken_name_does_not_hide_the_others() -> None:
    """Somebody's mail program once made a folder whose name is no UTF-7."""
    with ScriptedImap(PLAIN) as server:
        server.folders["&2D3-broken"] = Folder()
        server.folders["&broken"] = Folder()
        server.add(RAW)
        box = mailbox(server)
        box.open()
        assert box.file([1], DONE) == [1]
        box.close()


def test_keywords_are_set_and_lost_keywords_are_noticed() -> None:
    """A name beyond ASCII becomes an atom; a server that drops or refuses keywords is reported."""
    marking = Filing(mode=FilingMode.KEYWORD, target="maild/待 人工")
    with ScriptedImap(COREMAIL) as server:
        server.add(RAW)
        box = mailbox(server)
        box.open()
        assert box.file([1, 5], marking) == [1, 5]
        box.close()
        (flag,) = server.folders["INBOX"].mails[0].flags
        assert flag.isascii()
        assert " " not in flag
    dropping = Profile(greeting="OK ready", capabilities="IMAP4rev1", drops_keywords=True)
    for profile in (dropping, BARE):
        with ScriptedImap(profile) as server:
            server.add(RAW)
            box = mailbox(server)
            box.open()
            with pytest.raises(Permanent, match="keyword") as caught:
                box.file([1], marking)
            assert "mailbox.filing" in caught.value.remedy
            box.close()


def test_filing_nothing_asks_the_server_nothing() -> None:
    """Mode nothing, and an empty target, are done at once."""
    with ScriptedImap(COREMAIL) as server:
        box = mailbox(server)
        assert box.file([4, 5], Filing(mode=FilingMode.NOTHING)) == [4, 5]
        assert box.file([4], Filing(mode=FilingMode.MOVE)) == [4]
        assert server.connections == 0


# -- waiting ----------------------------------------------------------------------------------------


def test_idle_wakes_on_new_mail_and_only_then() -> None:
    """True within a moment of the EXISTS; False on time-out; the connection stays usable."""
    with ScriptedImap(PLAIN) as server:
        server.add(RAW)
        box = mailbox(server)
        box.open()
        box.uids(0)
        assert box.wait(0.2) is False

        def new_mail() -> None:
            known = box.uids(0)
            threading.Timer(0.2, server.add, [RAW]).start()
            assert box.wait(5) is True
            assert box.uids(known[-1]) == [known[-1] + 1]

        assert quickest(new_mail, 0.6, time.monotonic) < 0.6
        assert box.wait(0.1) is False
        box.close()


def test_idle_is_issued_again_before_the_server_tires() -> None:
    """RFC 2177: within 29 minutes; here every 0.1 s."""
    with ScriptedImap(PLAIN) as server:
        box = mailbox(server)
        box.open()
        assert box._session is not None
        assert all(quirks.idle_seconds < 29 * 60 for quirks in (*KNOWN, DEFAULT))
        box._session.quirks = replace(box._session.quirks, idle_seconds=0.1)
        assert box.wait(0.55) is False
        box.close()
        assert 2 <= len(server.sent("IDLE")) <= 6


@pytest.mark.parametrize("profile", [PLAIN, COREMAIL])
def test_wake_and_close_end_a_wait_at_once(profile: Profile) -> None:
    """From another thread, long before there would be a look: wake says True, close says False."""
    with ScriptedImap(profile) as server:
        box = mailbox(server, poll_seconds=60.0)
        for act, expected in ((box.wake, True), (box.close, False)):

            def waiting(act: Callable[[], object] = act, expected: bool = expected) -> None:
                box.open()
                box.uids(0)
                threading.Timer(0.1, act).start()
                assert box.wait(20) is expected

            assert quickest(waiting, 3.0, time.monotonic) < 3.0


@pytest.mark.parametrize("action", [drop, bye, says("garbage"), says("{tag} NO not now")])
def test_a_break_while_idle_is_temporary_or_falls_back_to_polling(action: Callable[..., bool]) -> None:
    """BYE, a drop, garbage: Temporary. A NO: poll instead."""
    with ScriptedImap(PLAIN) as server:
        box = mailbox(server)
        box.open()
        box.uids(0)
        server.before("IDLE", action)
        try:
            box.wait(0.5)
            assert server.sent("NOOP")
        except Temporary:
            pass
        box.open()
        box.close()


def test_a_small_poll_interval_sees_mail_at_once() -> None:
    """NOOP every 50 ms where the operator asks for polling."""
    profile = Profile(greeting="OK Dovecot ready", capabilities=PLAIN.capabilities)
    with ScriptedImap(profile) as server:
        box = mailbox(server, watch="poll", poll_seconds=0.05)
        box.open()
        box.uids(0)
        assert box.wait(0.2) is False

        def new_mail() -> None:
            box.uids(0)
            threading.Timer(0.2, server.add, [RAW]).start()
            assert box.wait(5) is True

        assert quickest(new_mail, 2.0, time.monotonic) < 2.0
        box.close()
        assert not server.sent("IDLE")


def test_close_from_another_thread_ends_a_fetch() -> None:
    """A shutdown does not wait for a slow server."""
    with ScriptedImap(COREMAIL) as server:
        server.add(b"Subject: slow\r\n\r\n" + b"x" * 2000, fault="drip")
        box = mailbox(server, timeout_seconds=20.0)
        box.open()
        threading.Timer(0.3, box.close).start()
        start = time.monotonic()
        with pytest.raises(Temporary):
            list(box.fetch([1]))
        assert time.monotonic() - start < 10


# -- probe ------------------------------------------------------------------------------------------


def test_probe_tells_what_applies() -> None:
    """Quirks, folders, how mail is watched and filed, and what is missing."""
    with ScriptedImap(COREMAIL) as server:
        server.add(RAW)
        report = probe(settings(server, folders=("INBOX", "没有")))
        assert (report.quirks, report.watching, report.filing) == ("Coremail", "poll", "copy and expunge")
        assert report.missing == ("没有",)
        assert report.exists == {"INBOX": 1}
        assert report.tls == ""
        assert report.warnings
        with pytest.raises(Permanent, match="没有") as caught:
            mailbox(server, "没有").open()
        assert "INBOX" in caught.value.remedy
