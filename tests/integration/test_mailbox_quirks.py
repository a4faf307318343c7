"""ImapMailbox against servers that behave like Coremail, NetEase and others, or not at all."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import pytest

from maild.domain.errors import Permanent, Temporary
from tests.integration.mailboxes import DONE, RAW, SETTLED, mailbox, numbered, raws
from tests.servers.dovecot import make_certificate
from tests.servers.scripted_imap import COREMAIL, NETEASE, PLAIN, ScriptedImap, says
from tests.servers.scripted_session import Profile

pytestmark = pytest.mark.integration


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
