"""A courier on a server of tests: messages, settings, one mail sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from maild.config import Smtp
from maild.courier import SmtpCourier
from maild.domain.outgoing.notice import Message, SendResult, SendVerdict

SENT, TEMPORARY = SendVerdict.SENT, SendVerdict.TEMPORARY


def message(number: int = 1, *, to: tuple[str, ...] = ("li@patron.example",), body: bytes = b"Hello\r\n") -> Message:
    """A small mail ready for SMTP."""
    head = b"From: office@lib.example\r\nMessage-ID: <n%d@lib.example>\r\nSubject: n%d\r\n\r\n" % (
        number,
        number,
    )
    return Message(message_id=f"<n{number}@lib.example>", sender="office@lib.example", recipients=to, raw=head + body)


def using(settings: Smtp, work: Callable[[SmtpCourier], Awaitable[object]]) -> object:
    """Run `work` with a courier and close it; bounded in time."""

    async def run() -> object:
        courier = SmtpCourier(settings)
        try:
            async with asyncio.timeout(30):
                return await work(courier)
        finally:
            await courier.close()

    return asyncio.run(run())


def send(settings: Smtp, *messages: Message) -> list[SendResult]:
    """Send one after the other over one courier."""

    async def work(courier: SmtpCourier) -> list[SendResult]:
        return [await courier.send(each) for each in messages]

    results = using(settings, work)
    assert isinstance(results, list)
    return results
