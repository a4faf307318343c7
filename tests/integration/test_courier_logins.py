"""Who a courier talks to: passwords, certificates, TLS, servers that are not there."""

from __future__ import annotations

import asyncio

import pytest

from maild.config import Secret
from maild.courier import SmtpCourier, probe
from maild.domain.errors import Permanent, Temporary
from maild.domain.outgoing.notice import SendResult
from tests.integration.sending import SENT, TEMPORARY, message, send, using
from tests.servers.smtp import SmtpServer


def test_wrong_password_is_trouble_not_a_failed_mail() -> None:
    """A refused login keeps the mail, is tried once only, and the probe says Permanent."""
    with SmtpServer(security="tls", auth=True) as server:
        settings = server.settings(password=Secret("wrong-password"))

        async def work(courier: SmtpCourier) -> tuple[SendResult, str]:
            return await courier.send(message()), courier.trouble

        result, trouble = using(settings, work)  # type: ignore[misc]
        assert (result.verdict, result.stage, result.code) == (TEMPORARY, "login", 535)
        assert "535" in trouble
        assert "wrong-password" not in trouble + result.reply
        assert [stage for _, stage, _ in server.commands].count("auth") == 1
        with pytest.raises(Permanent, match="login"):
            asyncio.run(probe(settings))


def test_temporary_login_refusal_may_pass() -> None:
    """454 at AUTH (RFC 4954) is temporary for the probe too, and trouble ends with the next success."""
    with SmtpServer(auth=True) as server:
        server.fault("auth", reply="454 4.7.0 Temporary authentication failure", times=2)
        with pytest.raises(Temporary):
            asyncio.run(probe(server.settings()))

        async def work(courier: SmtpCourier) -> tuple[SendResult, SendResult, str]:
            return await courier.send(message()), await courier.send(message()), courier.trouble

        first, second, trouble = using(server.settings(), work)  # type: ignore[misc]
        assert (first.verdict, second.verdict, trouble) == (TEMPORARY, SENT, "")


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["untrusted", "other name"])
def test_certificate_is_verified(security: str, fault: str) -> None:
    """An unknown issuer or another host's certificate stops us before any word about the mail."""
    host = "localhost" if fault == "untrusted" else "elsewhere.example"
    with SmtpServer(security=security, certificate_host=host) as server:
        settings = server.settings(**({"ca_file": ""} if fault == "untrusted" else {}))
        (result,) = send(settings, message())
        assert (result.verdict, result.stage) == (TEMPORARY, "connect")
        assert "certificate" in result.reply
        assert not [stage for _, stage, _ in server.commands if stage == "mail"]
        with pytest.raises(Permanent, match="certificate"):
            asyncio.run(probe(settings))


def test_starttls_never_falls_back() -> None:
    """A server without STARTTLS gets neither login nor mail."""
    with SmtpServer(auth=True) as server:
        settings = server.settings(security="starttls", timeout_seconds=1.0)
        (result,) = send(settings, message())
        assert result.verdict is TEMPORARY
        assert {stage for _, stage, _ in server.commands} <= {"ehlo", "quit"}
        with pytest.raises(Permanent, match="STARTTLS"):
            asyncio.run(probe(settings))


def test_tls_to_a_plain_port_ends_in_time() -> None:
    """TLS spoken to a server that does not is temporary and bounded."""
    with SmtpServer() as server:
        (result,) = send(server.settings(security="tls", timeout_seconds=0.5), message())
        assert result.verdict is TEMPORARY


def test_missing_ca_file_is_told() -> None:
    """A CA file that is not there is the configuration's fault and named."""
    with SmtpServer(security="tls") as server:
        settings = server.settings(ca_file="/nonexistent/ca.pem")
        (result,) = send(settings, message())
        assert (result.verdict, result.stage) == (TEMPORARY, "connect")
        assert "smtp.ca_file" in result.reply
        with pytest.raises(Permanent, match=r"smtp\.ca_file"):
            asyncio.run(probe(settings))


def test_no_server_at_all() -> None:
    """Connection refused is temporary."""
    with SmtpServer() as server:
        settings = server.settings()
    (result,) = send(settings, message())
    assert (result.verdict, result.stage, result.code) == (TEMPORARY, "connect", 0)
    with pytest.raises(Temporary):
        asyncio.run(probe(settings))
