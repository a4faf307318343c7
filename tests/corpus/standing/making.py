"""What the cases of this folder are made of: mails, seals, hops, quotes, one case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from typing import Any

from tests.corpus.standing.office import NOW, OFFICE, OURS
from tests.unit.authenticate.maker import sign

READER, CALIS, NLC = "li@patron.example", "ill@calis.edu.cn", "zhao@nlc.cn"
ALL = ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type")
FIELDS = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEE, CANCEL, RENEW = "同意付费，请继续处理。", "请取消我的申请。", "老师您好，我想续借一个月。"
DAILY = "老师您好，邮件有点多，请每天汇总发一次就好，谢谢！"
COUNTER = iter(range(1, 1000))


@dataclass(slots=True)
class Case:
    """One case; `mails` are written beside it."""

    name: str
    group: str
    honest: bool
    scene: str
    words: str
    patron: str
    number: str = field(default_factory=lambda: f"20261124{next(COUNTER):05d}")
    steps: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)

    def mail(self, raw: bytes, came: datetime = NOW, **more: str) -> Case:
        """A mail that comes."""
        self.mails.append(raw)
        self.steps.append({"mail": f"{self.name}-{len(self.mails)}.eml", "came": came.isoformat(), **more})
        return self

    def move(self, event: str, at: datetime) -> Case:
        """What staff enter."""
        self.steps.append({"move": event, "at": at.isoformat()})
        return self


def write(
    text: str, *, sender: str = READER, name: str = "", to: str | None = OFFICE, cc: str = "",
    subject: str = "回复：馆际互借费用通知", date: datetime | None = NOW - HOUR, extra: str = "", mid: str = "",
) -> bytes:  # fmt: skip
    """A mail with CRLF line ends, not signed yet."""
    shown = f"{Header(name, 'utf-8').encode()} <{sender}>" if name else sender
    fields = {
        "From": shown, "To": to or "", "Cc": cc, "Subject": Header(subject, "utf-8").encode(),
        "Date": format_datetime(date) if date else "", "Message-ID": mid or f"<{next(COUNTER)}@{sender.partition('@')[2]}>",
        "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
    }  # fmt: skip
    head = "".join(f"{label}: {value}\r\n" for label, value in fields.items() if value)
    return (extra + head + "\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()


def seal(
    raw: bytes, domain: str = "", *, names: tuple[str, ...] = FIELDS, at: datetime | None = None, **how: Any
) -> bytes:
    """Signed as `domain` (default: the author's). `at`: t=; `names`: h=."""
    author = raw.split(b"From: ", 1)[1].split(b"\r\n", 1)[0].decode().rpartition("@")[2].rstrip(">")
    tags = (("t", str(int(at.timestamp()))),) if at else ()
    headers = tuple(name.encode() for name in names)
    return sign(raw, domain or author, key="rsa1024", headers=headers, tags=tags, **how)


def on_top(raw: bytes, *fields: str) -> bytes:
    """With unsigned fields on top, as whoever passes a mail on can add them."""
    return "".join(f"{each}\r\n" for each in fields).encode() + raw


def hop(at: datetime, host: str = OURS) -> str:
    return f"Received: from relay.example by {host} with ESMTPS;\r\n\t{format_datetime(at)}"


def results(text: str) -> str:
    return f"Authentication-Results: {OURS};\r\n\t{text}"


def news(number: str, status: str, more: str = "", **how: Any) -> bytes:
    """A provider's mail on a request."""
    how = {"sender": CALIS, "name": "CALIS", "subject": f"【CALIS馆际互借】{status}：{number}", **how}
    return write(f"您好：\n\n事务号：{number}\n当前状态：{status}\n{more}", **how)


def quoted(number: str) -> str:
    """What a mail program leaves of the notice that is answered."""
    return f"\n\n在 2026年11月23日，馆际互借 <{OFFICE}> 写道：\n> 您的申请（事务号 {number}）需要费用 26.00 元。\n> 请回复是否接受。\n"


Make = Callable[[Case], Case]


def case(name: str, group: str, scene: str, make: Make, words: str = "", *, honest: bool = False, patron: str = READER,
         **more: Any) -> Case:  # fmt: skip
    """A case with a patron of its own."""
    made = Case(name=name, group=group, honest=honest, scene=scene, words=words, patron=patron, more=more)
    if patron == READER:
        made.patron = f"li{made.number[-5:]}@patron.example"
    return make(made)


def yes(c: Case, text: str = "", **how: Any) -> bytes:
    """A consent of the case's patron that names the request."""
    return write(text or f"{FEE}\n事务号：{c.number}", sender=c.patron, **how)


def asks(c: Case, wish: str, **how: Any) -> bytes:
    """Another wish of the case's patron that names the request."""
    return write(f"{wish}\n事务号：{c.number}", sender=c.patron, subject="馆际互借", **how)
