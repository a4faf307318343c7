"""The courier against a real SMTP server that fails in every way at every stage."""

from __future__ import annotations

import asyncio
import time

import pytest

from maild.courier import SmtpCourier, probe
from maild.domain.outgoing.notice import SendResult, SendVerdict
from tests.integration.sending import SENT, TEMPORARY, message, send, using
from tests.servers.smtp import SmtpServer

PERMANENT, UNKNOWN = SendVerdict.PERMANENT, SendVerdict.UNKNOWN


def test_mail_arrives_byte_for_byte() -> None:
    """Dots at line starts, 8-bit and long bodies travel unchanged, and the envelope is ours."""
    body = b".leading\r\n..two\r\n.\r\nend \xe4\xb8\xad\r\n" + b"x" * 900 + b"\r\n"
    with SmtpServer() as server:
        (result,) = send(server.settings(), message(body=body))
        assert (result.verdict, result.code, result.stage) == (SENT, 250, "")
        (mail,) = server.mails
        assert mail.raw == message(body=body).raw
        assert (mail.sender, mail.recipients) == ("office@lib.example", ("li@patron.example",))


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
@pytest.mark.parametrize("mechanisms", [("PLAIN",), ("LOGIN",)])
def test_each_security_with_each_login(security: str, mechanisms: tuple[str, ...]) -> None:
    """Every TLS policy works with both login mechanisms."""
    with SmtpServer(security=security, auth=True, mechanisms=mechanisms) as server:
        (result,) = send(server.settings(), message())
        assert result.verdict is SENT, result
        assert len(server.mails) == 1


@pytest.mark.parametrize("code", ["421 4.3.2 closing", "450 4.2.0 later", "451 4.7.1 greylisted", "452 4.3.1 full"])
@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
def test_temporary_refusal_at_each_stage(stage: str, code: str) -> None:
    """A 4xx anywhere leaves the mail for later, and the next one goes through."""
    with SmtpServer() as server:
        server.fault(stage, reply=code, times=1)
        first, second = send(server.settings(connections=1), message(1), message(2))
        assert first.verdict is TEMPORARY, first
        assert first.code == int(code[:3])
        assert code[4:] in first.reply
        assert second.verdict is SENT, second
        assert [b"n2" in mail.raw for mail in server.mails] == [True]


@pytest.mark.parametrize("stage", ["rcpt", "data", "dot"])
def test_permanent_refusal_of_the_mail(stage: str) -> None:
    """A 5xx about recipient or content is permanent, names its stage, and the connection is used again."""
    with SmtpServer() as server:
        server.fault(stage, reply="550 5.1.1 User not found")
        first, second = send(server.settings(connections=1), message(1), message(2))
        assert first.verdict is PERMANENT
        assert first.stage == ("data" if stage == "dot" else stage)
        assert second.verdict is SENT
        assert server.sessions == 1


@pytest.mark.parametrize("stage", ["connect", "ehlo"])
def test_server_that_refuses_us_is_not_the_mails_fault(stage: str) -> None:
    """A 5xx before any mail was named is temporary for the mail and told as trouble."""
    with SmtpServer() as server:
        server.fault(stage, reply="554 5.7.1 go away", times=None)

        async def work(courier: SmtpCourier) -> tuple[SendResult, str]:
            return await courier.send(message()), courier.trouble

        result, trouble = using(server.settings(), work)  # type: ignore[misc]
        assert (result.verdict, result.stage) == (TEMPORARY, "connect")
        assert "go away" in trouble


def test_verdict_is_judged_by_text() -> None:
    """QQ's frequency limit says 550 and means later."""
    with SmtpServer() as server:
        server.fault("rcpt", reply="550 Domain frequency limited")
        (result,) = send(server.settings(), message())
        assert (result.verdict, result.code) == (TEMPORARY, 550)


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_drop_before_the_content_is_temporary(stage: str) -> None:
    """Nothing can have been delivered when the connection breaks before the content."""
    with SmtpServer() as server:
        server.fault(stage, drop=True)
        first, second = send(server.settings(), message(1), message(2))
        assert first.verdict is TEMPORARY, first
        assert second.verdict is SENT
        assert len(server.mails) == 1


def test_drop_after_the_final_dot_is_unknown() -> None:
    """The server took the mail and hung up without a word: we do not know."""
    with SmtpServer() as server:
        server.fault("dot", drop=True, keep=True)
        first, second = send(server.settings(connections=1), message(1), message(2))
        assert (first.verdict, first.code) == (UNKNOWN, 0)
        assert second.verdict is SENT
        assert len(server.mails) == 2


def test_silence_after_the_final_dot_is_unknown() -> None:
    """A time-out while waiting for the last reply is in doubt as well, and ends in time."""
    with SmtpServer() as server:
        server.fault("dot", delay=5)
        began = time.monotonic()
        (result,) = send(server.settings(timeout_seconds=0.3), message())
        assert result.verdict is UNKNOWN
        assert time.monotonic() - began < 3


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_silence_is_limited(stage: str) -> None:
    """A server that says nothing costs one time-out, not for ever."""
    with SmtpServer() as server:
        server.fault(stage, delay=20)
        began = time.monotonic()
        (result,) = send(server.settings(timeout_seconds=0.3), message())
        assert result.verdict is TEMPORARY
        assert time.monotonic() - began < 3


def test_dripping_reply_is_limited() -> None:
    """A server that sends an octet now and then cannot stretch the wait."""
    with SmtpServer(drip_seconds=0.2) as server:
        began = time.monotonic()
        (result,) = send(server.settings(timeout_seconds=0.5), message())
        assert result.verdict is TEMPORARY
        assert time.monotonic() - began < 3


def test_connection_is_kept_and_renewed() -> None:
    """Mails share a connection; after messages_per_connection a new one is opened."""
    with SmtpServer() as server:
        results = send(server.settings(connections=1, messages_per_connection=3), *map(message, range(7)))
        assert {result.verdict for result in results} == {SENT}
        assert server.sessions == 3


def test_session_quota_is_met_by_reconnecting() -> None:
    """OpenSMTPD's 452 after so many mails costs no mail a delay."""
    with SmtpServer(mails_per_session=4) as server:
        results = send(server.settings(connections=1), *map(message, range(10)))
        assert {result.verdict for result in results} == {SENT}
        assert len({mail.raw for mail in server.mails}) == 10
        assert len(server.mails) == 10


@pytest.mark.parametrize("what", [{"drop": True}, {"reply": "421 4.4.2 idle too long"}])
def test_stale_connection_is_replaced(what: dict[str, object]) -> None:
    """A kept connection that turns out closed is replaced at once; the mail goes once."""
    with SmtpServer() as server:

        async def work(courier: SmtpCourier) -> list[SendResult]:
            first = await courier.send(message(1))
            server.fault("mail", **what)
            return [first, await courier.send(message(2))]

        results = using(server.settings(connections=1), work)
        assert [result.verdict for result in results] == [SENT, SENT]  # type: ignore[attr-defined]
        assert (len(server.mails), server.sessions) == (2, 2)


def test_at_most_so_many_connections() -> None:
    """Thirty mails at once use no more than the configured connections."""
    with SmtpServer() as server:

        async def work(courier: SmtpCourier) -> list[SendResult]:
            return await asyncio.gather(*(courier.send(message(n)) for n in range(30)))

        results = using(server.settings(connections=3), work)
        assert {result.verdict for result in results} == {SENT}  # type: ignore[attr-defined]
        assert 1 <= server.sessions <= 3
        assert len({mail.raw for mail in server.mails}) == 30


def test_greylisting() -> None:
    """Greylisted first, taken at the second try, on the connection that is there."""
    with SmtpServer(greylist=True) as server:
        first, second = send(server.settings(connections=1), message(), message())
        assert (first.verdict, first.code, second.verdict) == (TEMPORARY, 450, SENT)
        assert server.sessions == 1


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a b@patron.example", "a@b@", "x@patron.example>\r\nRCPT TO:<y@z.example"]
)
def test_impossible_address_is_permanent_and_says_nothing(recipient: str) -> None:
    """What cannot be an address (or smuggles a command) never reaches the server."""
    with SmtpServer() as server:
        (result,) = send(server.settings(), message(to=(recipient,)))
        assert (result.verdict, result.stage) == (PERMANENT, "rcpt")
        assert server.commands == []


@pytest.mark.parametrize("utf8", [True, False])
def test_smtputf8_only_where_needed_and_offered(utf8: bool) -> None:
    """A Chinese local part needs SMTPUTF8; a Chinese domain travels as A-labels without it."""
    with SmtpServer(utf8=utf8) as server:
        local, domain, plain = send(
            server.settings(),
            message(1, to=("李@patron.example",)),
            message(2, to=("li@中国.example",)),
            message(3),
        )
        assert local.verdict is (SENT if utf8 else PERMANENT)
        assert (domain.verdict, plain.verdict) == (SENT, SENT)
        assert ["SMTPUTF8" in mail.options for mail in server.mails] == ([True] if utf8 else []) + [
            False,
            False,
        ]
        assert server.mails[-2].recipients == ("li@xn--fiqs8s.example",) or utf8


def test_one_refused_recipient_of_two_sends_to_none() -> None:
    """A notice is never half sent."""
    with SmtpServer() as server:
        server.fault("rcpt", reply="550 5.1.1 no such user", when=lambda argument: "two@" in argument)
        (result,) = send(server.settings(), message(to=("one@patron.example", "two@patron.example")))
        assert result.verdict is PERMANENT
        assert server.mails == []


def test_size_is_announced_and_refused_early() -> None:
    """A mail over the server's SIZE is refused before its content travels (RFC 1870)."""
    with SmtpServer(size_limit=50_000) as server:
        (result,) = send(server.settings(), message(body=b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 2000))
        assert (result.verdict, result.code, result.stage) == (PERMANENT, 552, "mail")


def test_large_mail_over_tls_arrives_whole() -> None:
    """8 MB travel in pieces and arrive byte for byte."""
    body = (b"." + b"z" * 75 + b"\r\n") * 100_000
    with SmtpServer(security="tls") as server:
        (result,) = send(server.settings(timeout_seconds=10.0), message(body=body))
        assert result.verdict is SENT
        assert server.mails[0].raw == message(body=body).raw


def test_refusal_in_the_middle_of_a_large_content() -> None:
    """A break while a large content still travels is temporary: the final dot was never sent."""
    body = (b"z" * 76 + b"\r\n") * 200_000
    with SmtpServer() as server:
        server.fault("content", drop=True)
        (result,) = send(server.settings(), message(body=body))
        assert result.verdict is TEMPORARY
        assert server.mails == []


def test_reply_in_gbk_is_readable() -> None:
    """Chinese servers also answer in GBK."""
    from maild.courier.session import readable

    raw = "用户不存在".encode("gb18030").decode("utf-8", "surrogateescape")
    assert readable(raw) == "用户不存在"


def test_probe_reports_what_is_offered() -> None:
    """The doctor sees the extensions, the size limit and that the login worked."""
    with SmtpServer(security="starttls", auth=True, size_limit=1_000_000) as server:
        report = asyncio.run(probe(server.settings()))
        assert report.logged_in
        assert report.size_limit == 1_000_000
        assert "auth" in report.extensions
        assert server.mails == []


def test_event_loop_is_never_blocked() -> None:
    """While a dead server is waited for, the loop keeps ticking: a courier that blocks it does so each time, a machine that
    is busy with other things does not.
    """
    with SmtpServer(security="tls") as server:
        server.fault("ehlo", delay=5, times=None)

        async def work(courier: SmtpCourier) -> float:
            worst, running = 0.0, asyncio.create_task(courier.send(message()))
            while not running.done():
                before = time.monotonic()
                await asyncio.sleep(0.005)
                worst = max(worst, time.monotonic() - before)
            return worst

        def look() -> float:
            worst = using(server.settings(timeout_seconds=0.5), work)
            assert isinstance(worst, float)
            return worst

        assert any(look() < 0.2 for _ in range(3))


@pytest.mark.parametrize("reply", ["", "553 5.7.1 Sender address rejected: not owned by user", "550 no such sender"])
def test_whether_we_may_send_as_the_office(reply: str) -> None:
    """The doctor's question: MAIL FROM is tried and taken back; no mail begins."""
    with SmtpServer() as server:
        if reply:
            server.fault("mail", reply=reply, times=None)
        found = asyncio.run(probe(server.settings(), "office@lib.example"))
        assert found.refused.startswith(reply[:3])
        assert bool(found.refused) is bool(reply)
        assert [command for _, command, _ in server.commands if command in ("rcpt", "data")] == []
        assert server.mails == []
