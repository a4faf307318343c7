"""Tokens in place of passwords: a real Dovecot that asks a token server, a submission server, faults of all three."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.config import Mailbox, Oauth, Secret, Smtp
from maild.courier import SmtpCourier
from maild.courier.probe import probe as probe_smtp
from maild.domain.errors import ConfigError, Permanent, Temporary
from maild.domain.outgoing.notice import Message, SendVerdict
from maild.hooks.oauth import Tokens
from maild.mailbox import probe
from tests.servers.clock import MovedClock
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import USER, SmtpServer
from tests.servers.tokens import CLIENT, SECRET, TokenServer

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[TokenServer, Dovecot]]:
    """One of each for all tests: what a test changes of the token server it gets anew by `giver`."""
    with TokenServer(USER) as tokens, Dovecot({USER: "secret"}, extra=tokens.dovecot) as imap:
        yield tokens, imap


@pytest.fixture
def giver(servers: tuple[TokenServer, Dovecot]) -> TokenServer:
    """The token server, as if nobody had asked it before."""
    server = servers[0]
    server.life, server.faults, server.refresh, server.asked, server.given = 3600, [], {"first-refresh"}, [], []
    server.revoked, server.agreed = set(), 0
    return server


@pytest.fixture
def box(servers: tuple[TokenServer, Dovecot]) -> Mailbox:
    """The mailbox at Dovecot."""
    imap = servers[1]
    return Mailbox(host="localhost", port=imap.imaps_port, ca_file=imap.ca_file, user=USER, login="oauth")


def options(giver: TokenServer, **more: object) -> Oauth:
    """[oauth] for this server."""
    made = Oauth(
        token_url=f"{giver.url}/token",
        device_url=f"{giver.url}/device",
        client_id=CLIENT,
        client_secret=Secret(SECRET),
        refresh_token=Secret("first-refresh"),
        scopes=("mail", "offline_access"),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_mailbox_is_opened_by_token_and_the_token_is_kept(giver: TokenServer, box: Mailbox, tmp_path: Path) -> None:
    """Asked for once, used for each login, by other processes too; the refresh token that came with it replaces the first."""
    tokens = Tokens(options(giver), tmp_path / "oauth", MovedClock(NOW))
    assert probe(box, tokens).exists == {"INBOX": 0}
    assert probe(box, Tokens(options(giver), tmp_path / "oauth", MovedClock(NOW))).exists == {"INBOX": 0}
    assert len(giver.given) == 1
    (kept,) = (tmp_path / "oauth").glob("*.json")
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert json.loads(kept.read_text())["refresh"] in giver.refresh
    assert giver.asked[0]["scope"] == "mail offline_access"


def test_a_token_is_renewed_before_it_ends(giver: TokenServer, tmp_path: Path) -> None:
    """Five minutes before; a provider that is away then does no harm until the token has ended."""
    clock = MovedClock(NOW)
    tokens = Tokens(options(giver), tmp_path, clock)
    first = tokens.token(USER)
    clock.pass_time(minutes=54)
    assert tokens.token(USER) == first
    clock.pass_time(minutes=2)
    giver.faults = [(503, {}), (200, {"access_token": "with\nline end"})]
    assert tokens.token(USER) == first
    assert tokens.token(USER) == first
    second = tokens.token(USER)
    assert second != first
    clock.pass_time(hours=2)
    giver.faults = [(503, {})]
    with pytest.raises(Temporary):
        tokens.token(USER)
    assert tokens.token(USER) not in {first, second}


def test_a_token_that_was_withdrawn_is_asked_for_anew_once(giver: TokenServer, box: Mailbox, tmp_path: Path) -> None:
    """The same login goes on with the next one; where no token is taken, a person hears what to mend."""
    tokens = Tokens(options(giver), tmp_path, MovedClock(NOW))
    giver.revoked.add(tokens.token(USER))
    assert probe(box, tokens).exists == {"INBOX": 0}
    assert len(giver.given) == 2
    giver.refresh.add("first-refresh")
    with pytest.raises(Permanent) as refused:
        probe(replace(box, user="another@lib.example"), tokens)
    assert "IMAP and SMTP AUTH have to be allowed" in refused.value.remedy
    assert not any(token in str(refused.value) for token in giver.given)


@pytest.mark.parametrize(
    ("status", "error", "kind", "remedy"),
    [
        (400, "invalid_grant", Permanent, "maild mailbox authorize"),
        (400, "interaction_required", Permanent, "maild mailbox authorize"),
        (401, "invalid_client", Permanent, "oauth.client_secret"),
        (400, "unauthorized_client", Permanent, "oauth.grant"),
        (400, "invalid_scope", Permanent, "oauth.scopes"),
        (404, "", Permanent, "token_url"),
        (429, "", Temporary, ""),
        (502, "", Temporary, ""),
        (400, "temporarily_unavailable", Temporary, ""),
    ],
)
def test_a_refusal_of_the_provider_names_the_remedy(
    giver: TokenServer, tmp_path: Path, status: int, error: str, kind: type[Exception], remedy: str
) -> None:
    """Each of RFC 6749, and what passes by itself; the description is told, secrets are not."""
    giver.faults = [(status, {"error": error, "error_description": "AADSTS70000: why"} if error else {})]
    with pytest.raises(kind) as refused:
        Tokens(options(giver), tmp_path, MovedClock(NOW)).token(USER)
    assert remedy in getattr(refused.value, "remedy", "")
    assert ("AADSTS70000" in str(refused.value)) == bool(error)
    assert SECRET not in str(refused.value)
    assert "first-refresh" not in str(refused.value)


def test_the_application_itself_may_open_the_mailbox(giver: TokenServer, box: Mailbox, tmp_path: Path) -> None:
    """Client credentials: one token for whatever account, no refresh token."""
    tokens = Tokens(options(giver, grant="client_credentials", refresh_token=Secret("")), tmp_path, MovedClock(NOW))
    assert probe(box, tokens).exists == {"INBOX": 0}
    assert tokens.token("other@lib.example") == tokens.token(USER)
    assert [form["grant_type"] for form in giver.asked] == ["client_credentials"]


def test_several_at_once_renew_once(giver: TokenServer, tmp_path: Path) -> None:
    """A refresh token holds once: whoever comes second takes what the first one got."""
    everybody = [Tokens(options(giver), tmp_path, MovedClock(NOW)) for _ in range(6)]
    got: list[str] = []
    threads = [threading.Thread(target=lambda one=one: got.append(one.token(USER))) for one in everybody]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1
    assert len(got) == 6
    assert len(giver.asked) == 1


def test_what_is_kept_and_broken_is_told(giver: TokenServer, tmp_path: Path) -> None:
    """A file that was cut off is no reason to lose the account without a word; no account, no file: authorize."""
    tokens = Tokens(options(giver, refresh_token=Secret("")), tmp_path, MovedClock(NOW))
    with pytest.raises(Permanent, match="nobody has authorized") as refused:
        tokens.token(USER)
    assert "maild mailbox authorize" in refused.value.remedy
    (tmp_path / f"{USER}.json").write_text('{"refresh": "x')
    with pytest.raises(Permanent, match="cannot be read"):
        tokens.token(USER)
    with pytest.raises(ConfigError, match="token_url"):
        Tokens(replace(options(giver), token_url=""), tmp_path, MovedClock(NOW))


def test_known_providers_are_data(tmp_path: Path) -> None:
    """Microsoft's addresses hold the tenant, Google gives no device code for mail and says what helps."""
    microsoft = Tokens(Oauth(provider="microsoft", tenant="lib.example", client_id="x"), tmp_path, MovedClock(NOW))
    assert "/lib.example/" in microsoft._provider.token_url
    assert "offline_access" in microsoft._provider.scopes
    itself = Oauth(provider="microsoft", grant="client_credentials", client_id="x")
    assert Tokens(itself, tmp_path, MovedClock(NOW))._provider.scopes == ("https://outlook.office365.com/.default",)
    with pytest.raises(ConfigError) as refused:
        Tokens(Oauth(provider="google", client_id="x"), tmp_path, MovedClock(NOW)).begin()
    assert "refresh_token_file" in refused.value.remedy


# --- sending ------------------------------------------------------------------------------------------------------


def _send(settings: Smtp, tokens: Tokens | None) -> tuple[SendVerdict, str]:
    raw = b"From: bot@lib.example\r\nTo: a@reader.example\r\nSubject: x\r\n\r\nx\r\n"

    async def go() -> tuple[SendVerdict, str]:
        courier = SmtpCourier(settings, tokens)
        result = await courier.send(Message(message_id="<1@x>", sender=USER, recipients=("a@reader.example",), raw=raw))
        await courier.close()
        return result.verdict, courier.trouble

    return asyncio.run(go())


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_notice_leaves_by_token(giver: TokenServer, tmp_path: Path, mechanism: str) -> None:
    """By either mechanism; a withdrawn token is asked for anew; what the server never takes is the account's trouble."""
    tokens = Tokens(options(giver), tmp_path, MovedClock(NOW))
    with SmtpServer(auth=True, mechanisms=(mechanism,), holds=giver.holds) as server:
        settings = server.settings(user=USER, login="oauth")
        assert _send(settings, tokens) == (SendVerdict.SENT, "")
        giver.revoked.update(giver.given)
        assert _send(settings, tokens) == (SendVerdict.SENT, "")
        assert len(giver.given) == 2
        assert asyncio.run(probe_smtp(settings, bearer=tokens)).logged_in
        itself = Tokens(options(giver, grant="client_credentials"), tmp_path, MovedClock(NOW))
        verdict, trouble = _send(replace(settings, user="other@lib.example"), itself)
        assert (verdict, "535" in trouble) == (SendVerdict.TEMPORARY, True)
        with pytest.raises(Permanent) as refused:
            asyncio.run(probe_smtp(replace(settings, user="other@lib.example"), bearer=itself))
        assert "SMTP AUTH have to be allowed" in refused.value.remedy
        giver.refresh.clear()
        giver.revoked.update(giver.given)
        with pytest.raises(Permanent) as refused:
            asyncio.run(probe_smtp(settings, bearer=tokens))
        assert "maild mailbox authorize" in refused.value.remedy


def test_a_server_without_tokens_is_told(giver: TokenServer, tmp_path: Path) -> None:
    """No password is tried instead, whatever stands in the file."""
    tokens = Tokens(options(giver), tmp_path, MovedClock(NOW))
    with SmtpServer(auth=True) as server:
        verdict, trouble = _send(server.settings(user=USER, login="oauth", password=Secret("right-password")), tokens)
        assert (verdict, "XOAUTH2" in trouble) == (SendVerdict.TEMPORARY, True)
        assert not [argument for _, name, argument in server.commands if name == "auth"]


# --- authorizing --------------------------------------------------------------------------------------------------


def test_a_person_authorizes_by_device_code(giver: TokenServer, box: Mailbox, tmp_path: Path) -> None:
    """The command shows address and code, waits until the person agrees, and the mailbox opens from then on."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "maild.toml").write_text(
        f'[[mailbox]]\nhost = "localhost"\nport = {box.port}\nca_file = "{box.ca_file}"\nuser = "{USER}"\nlogin = "oauth"\n'
        f'[oauth]\nclient_id = "{CLIENT}"\nclient_secret_file = "secret"\ntoken_url = "{giver.url}/token"\n'
        f'device_url = "{giver.url}/device"\nscopes = ["mail"]\n'
        f'[store]\nurl = "sqlite:///{tmp_path}/maild.db"\nblobs = "{tmp_path}/blobs"\nupgrade = true\n'
    )
    giver.agreed = 3
    done = subprocess.run(
        [sys.executable, "-m", "maild", "--config", str(tmp_path / "maild.toml"), "mailbox", "authorize"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WDJB-MJHT" in done.stdout
    assert f"{giver.url}/activate" in done.stdout
    tokens = Tokens(options(giver, refresh_token=Secret("")), tmp_path / "oauth", MovedClock(datetime.now(UTC)))
    assert probe(box, tokens).exists == {"INBOX": 0}
    assert len(giver.given) == 1


@pytest.mark.parametrize(("error", "said"), [("access_denied", "access_denied"), ("expired_token", "expired_token")])
def test_who_does_not_agree_is_told(giver: TokenServer, tmp_path: Path, error: str, said: str) -> None:
    """Refused, or too late; slow_down makes the pauses longer, a provider that is away is asked again."""
    tokens = Tokens(options(giver), tmp_path, MovedClock(NOW))
    giver.faults = [(400, {"error": "slow_down"}), (400, {"error": "authorization_pending"}), (400, {"error": error})]
    pauses: list[float] = []
    with pytest.raises(Permanent, match=said):
        tokens.finish(USER, tokens.begin(), pauses.append)
    assert pauses == [0, 5, 5]
