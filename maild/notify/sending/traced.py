"""What a mail that leaves adds to the traces: a span for each of its notices, which may be of several mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from maild.domain.operation.trace import Fact, Trail
from maild.domain.outgoing.notice import Message, SendResult, SendVerdict
from maild.notify.sending.plan import Parcel


def leave_written(trail: Trail, parcel: Parcel, message: Message, began: datetime, ended: datetime) -> None:
    """It was rendered and signed."""
    _leave(trail, "render", parcel, began, ended, {"maild.bytes": len(message.raw)})


def leave_sent(trail: Trail, parcel: Parcel, result: SendResult, began: datetime, ended: datetime) -> None:
    """The server has answered, or has not."""
    said = result.verdict.value
    fault = "" if result.verdict is SendVerdict.SENT else said
    _leave(trail, "relay", parcel, began, ended, {"maild.verdict": said}, fault)


def _leave(
    trail: Trail,
    stage: str,
    parcel: Parcel,
    began: datetime,
    ended: datetime,
    facts: Mapping[str, Fact],
    fault: str = "",
) -> None:
    for part in parcel.parts if trail.on else ():
        of = {"maild.notice_kind": part.request.kind.value, **facts}
        trail.notice(stage, part.id, part.request.mail_id, began, ended, of, fault=fault)
