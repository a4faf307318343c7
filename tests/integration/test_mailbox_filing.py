"""Folders: filing on servers with and without MOVE and UIDPLUS, separators, keywords, waiting for new mail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from maild.domain.errors import Permanent, Temporary
from maild.mailbox import probe
from maild.mailbox.quirks import DEFAULT, KNOWN
from maild.ports import Filing, FilingMode
from tests.integration.mailboxes import DONE, RAW, SETTLED, mailbox, numbered, settings
from tests.servers.scripted_imap import BARE, COREMAIL, PLAIN, ScriptedImap, bye, drop, says
from tests.servers.scripted_session import Folder, Profile
from tests.timing import quickest

pytestmark = pytest.mark.integration


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
