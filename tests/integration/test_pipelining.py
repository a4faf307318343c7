"""Envelopes in one write (RFC 2920): what is saved, and that no refusal lets anything through."""

from __future__ import annotations

import asyncio

import pytest

from maild.config import Smtp
from maild.courier import SmtpCourier
from maild.domain.outgoing.notice import SendVerdict
from tests.integration.sending import message, send
from tests.servers.smtp import SmtpServer


def test_the_envelope_goes_in_one_write() -> None:
    """A server that answers only what it has read whole gets MAIL, RCPT and DATA together, and each mail after."""
    reads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 a\r\n")
        while data := await reader.read(65_536):
            reads.append(data)
            for line in data.split(b"\r\n")[:-1] if not data.endswith(b"\r\n.\r\n") else [b"."]:
                said = {b"EHLO": b"250-a\r\n250 PIPELINING", b"DATA": b"354 go on"}.get(line[:4], b"250 ok")
                for octet in said + b"\r\n":  # in as many packets as can be
                    writer.write(bytes([octet]))
                    await writer.drain()
        writer.close()

    async def run() -> list[SendVerdict]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        courier = SmtpCourier(Smtp(host="127.0.0.1", port=server.sockets[0].getsockname()[1], security="none"))
        async with server, asyncio.timeout(20):
            found = [(await courier.send(message(n))).verdict for n in (1, 2)]
            await courier.close()
        return found

    assert asyncio.run(run()) == [SendVerdict.SENT, SendVerdict.SENT]
    envelopes = [data for data in reads if data.startswith(b"MAIL")]
    assert [data.count(b"\r\n") for data in envelopes] == [3, 3]
    assert all(data.endswith(b"DATA\r\n") for data in envelopes)


@pytest.mark.parametrize("pipelining", [True, False])
def test_one_refused_recipient_means_no_mail_for_any(pipelining: bool) -> None:
    """The server would take the mail for the other one: nothing is sent, and the next mail goes its way."""
    with SmtpServer(pipelining=pipelining) as server:
        server.fault("rcpt", reply="550 5.1.1 no such user", when=lambda to: "nobody" in to)
        both = message(1, to=("li@patron.example", "nobody@patron.example"))
        refused, sent = send(server.settings(), both, message(2))
        assert (refused.verdict, refused.code, refused.stage) == (SendVerdict.PERMANENT, 550, "rcpt")
        assert sent.verdict is SendVerdict.SENT
        assert [mail.raw for mail in server.mails] == [message(2).raw]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_refusal_before_the_server_hangs_up_is_told(stage: str) -> None:
    """421 at any step of the group: its words come back, not that the connection broke."""
    with SmtpServer() as server:
        server.fault(stage, reply="421 4.7.0 come back later", times=None)
        (result,) = send(server.settings(), message())
        assert (result.verdict, result.code, result.stage) == (SendVerdict.TEMPORARY, 421, stage)
        assert "come back later" in result.reply
