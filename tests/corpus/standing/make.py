"""Writes the mails, dns.json and expected.json of this folder: python -m tests.corpus.standing.make

A case is a scene (what is known of a request), steps (mails as they come, moves by staff) and what is expected of
the last mail: `acts` or `waits`, and words that its reasons must hold. Signed with dkimpy, not with maild.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.header import Header
from email.utils import format_datetime
from typing import Any

from maild.domain.incoming import token
from tests.corpus.standing.office import ALIAS, FOLDER, NOW, OFFICE, OURS, QUOTED
from tests.unit.authenticate.maker import record, sign

READER, CALIS, NLC = "li@patron.example", "ill@calis.edu.cn", "zhao@nlc.cn"
DNS: dict[str, list[str] | None] = {
    **{f"s1._domainkey.{domain}": [record("rsa1024")] for domain in (
        "patron.example", "calis.edu.cn", "nlc.cn", "evil.example", "relay.example", "ca1is.edu.cn", "lists.example",
        "lib.pku.edu.cn", "pku.edu.cn", "stu.pku.edu.cn", "lib.pku-edu.cn", "post.example")},
    "old._domainkey.patron.example": [record("rsa1024")],
    "test._domainkey.patron.example": [record("rsa1024", "t=y; ")],
}  # fmt: skip
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


def ages() -> Iterator[Case]:
    """Signed long ago, or before what it answers."""
    old = lambda days: lambda c: c.mail(seal(yes(c, date=NOW - DAY * days)))  # noqa: E731
    for days in (400, 90, 30, 8):
        words = "before the notice" if days < 7 else "days before it came"
        yield case(f"age-consent-{days}-days", "age", "fee", old(days), words)
    yield case("age-cancel-60-days", "age", "copy", lambda c: c.mail(seal(asks(c, CANCEL, date=NOW - DAY * 60))),
               "60 days before it came")  # fmt: skip
    yield case("age-renew-400-days", "age", "loan", lambda c: c.mail(seal(asks(c, RENEW, date=NOW - DAY * 400))),
               "400 days before it came")  # fmt: skip
    yield case("age-daily-20-days", "age", "copy", lambda c: c.mail(seal(write(DAILY, subject="馆际互借通知", sender=c.patron, date=NOW - DAY * 20))),
               "20 days before it came")  # fmt: skip
    yield case("age-date-not-signed", "age", "fee",
               lambda c: c.mail(seal(yes(c), names=("from", "to", "subject"))), "covers no date")  # fmt: skip
    yield case("age-only-t-is-old", "age", "fee",
               lambda c: c.mail(seal(yes(c), names=("from", "to", "subject"), at=NOW - DAY * 100)), "100 days")  # fmt: skip
    yield case("age-signed-anew-today", "age", "fee",
               lambda c: c.mail(seal(yes(c, date=NOW - DAY * 50), at=NOW - HOUR)), "50 days")  # fmt: skip
    yield case("age-date-put-on-top", "age", "fee",
               lambda c: c.mail(on_top(seal(yes(c, date=NOW - DAY * 50), names=("from", "to", "subject")),
                                       f"Date: {format_datetime(NOW)}")), "not proven")  # fmt: skip
    yield case("age-before-the-fee-was-told", "age", "fee",
               lambda c: c.mail(seal(yes(c, date=QUOTED - HOUR * 2))), "before the notice")  # fmt: skip
    yield case("age-answers-a-notice-of-later", "age", "fee",
               lambda c: c.mail(seal(yes(c, FEE + quoted(c.number), date=QUOTED - HOUR,
                                         extra=f"In-Reply-To: <notice.{c.number}@lib.example>\r\n"))), "before the notice")  # fmt: skip
    yield case(
        "age-dated-next-month", "age", "fee", lambda c: c.mail(seal(yes(c, date=NOW + DAY * 30))), "still to come"
    )
    yield case("age-our-server-vouches-for-an-old-one", "age", "fee",
               lambda c: c.mail(on_top(seal(yes(c, date=NOW - DAY * 33), selector="none"),
                                       results("dkim=pass header.d=patron.example"), hop(NOW))), "33 days")  # fmt: skip


def directions() -> Iterator[Case]:
    """Written to somebody else, or not provably to us."""

    def to(name: str, to: str | None, words: str = "none of our addresses", cc: str = "", extra: str = "") -> Case:
        return case(f"to-{name}", "direction", "fee",
                    lambda c: c.mail(seal(yes(c, to=to, cc=cc, extra=extra), names=ALL)), words)  # fmt: skip

    yield to("another-library", "ill@other-library.example")
    yield to("two-libraries", "ill@other.example, desk@third.example", cc="boss@patron.example")
    yield to("nobody-bcc", None)
    yield to("undisclosed", "undisclosed-recipients:;")
    yield to(
        "a-list", "readers@lists.example", extra="List-Id: <readers.lists.example>\r\nPrecedence: list\r\n", words=""
    )
    yield to("a-colleague-of-ours", "dean@lib.example")
    yield to("our-address-as-a-name", f'"{OFFICE}" <desk@other.example>')
    yield to("an-address-like-ours", "office@lib.exarnple")
    yield to("ours-as-a-subdomain", "office@lib.example.evil.example")
    yield to("themselves", "li@patron.example", extra=f"Resent-To: {OFFICE}\r\n")
    yield case("to-us-not-signed", "direction", "fee",
               lambda c: c.mail(seal(yes(c), names=("from", "subject", "date"))), "none of our addresses")  # fmt: skip
    yield case("to-us-put-on-top", "direction", "fee",
               lambda c: c.mail(on_top(seal(yes(c, to="ill@other.example")), f"To: {OFFICE}")), "not proven")  # fmt: skip
    yield case("cc-us-put-on-top", "direction", "fee",
               lambda c: c.mail(on_top(seal(yes(c, to="ill@other.example", cc="a@other.example"), names=ALL), f"Cc: {OFFICE}")),
               "none of our addresses")  # fmt: skip
    yield case("to-us-for-want-of-a-to", "direction", "fee",
               lambda c: c.mail(on_top(seal(yes(c, to=None)), f"To: {OFFICE}")), "")  # fmt: skip
    yield case("to-us-our-server-saw-a-signature-without-it", "direction", "fee",
               lambda c: c.mail(on_top(seal(yes(c), names=("from", "date"), selector="none"),
                                       results("dkim=pass header.d=patron.example; dmarc=pass"))), "none of our")  # fmt: skip
    yield case("to-us-in-a-colleagues-envelope", "direction", "fee",
               lambda c: c.mail(on_top(yes(c), results("spf=pass smtp.mailfrom=mallory@patron.example"))), "none of our")  # fmt: skip
    yield case("to-another-cancel", "direction", "copy",
               lambda c: c.mail(seal(asks(c, CANCEL, to="ill@other.example"))), "none of our addresses")  # fmt: skip
    yield case("to-another-daily", "direction", "copy",
               lambda c: c.mail(seal(write(DAILY, subject="馆际互借通知", sender=c.patron, to="ill@other.example"))), "none of our")  # fmt: skip


def replays() -> Iterator[Case]:
    """A genuine mail, and the same once more, when the request waits for a fee again."""

    def again(name: str, change: Callable[[bytes], bytes], names: tuple[str, ...] = FIELDS, first: Callable[[bytes], bytes] | None = None) -> Case:  # fmt: skip
        def make(c: Case) -> Case:
            raw = seal(yes(c, mid=f"<one.{c.number}@patron.example>"), names=names)
            raw = first(raw) if first else raw
            c.mail(raw, NOW).mail(
                seal(news(c.number, "待确认费用", "总费用：26.00元\n补贴：0.00元\n应付：26.00元\n", date=NOW + HOUR)),
                NOW + HOUR,
            )
            return c.mail(change(raw), NOW + HOUR * 2)

        return case(f"again-{name}", "replay", "fee", make, "came before")

    yield again("the-same", lambda raw: on_top(raw, hop(NOW + HOUR * 2)))
    yield again("another-subject", lambda raw: raw.replace(b"Subject: ", b"Subject: Re: "), ("from", "to", "date"))
    yield again(
        "another-message-id",
        lambda raw: raw.replace(b"Message-ID: <one", b"Message-ID: <two"),
        ("from", "to", "date", "subject"),
    )
    yield again(
        "further-fields",
        lambda raw: on_top(raw, "X-Priority: 1", "Reply-To: x@evil.example", "Return-Path: <x@evil.example>"),
    )
    yield again("a-second-signature", lambda raw: seal(raw, "evil.example"))
    yield again(
        "one-of-two-signatures",
        lambda raw: raw[raw.index(b"DKIM-Signature", 1) :],
        first=lambda raw: seal(raw, "patron.example", selector="old"),
    )
    yield again("folded-otherwise", lambda raw: raw.replace(b"To: ", b"To:  \r\n "))
    yield again("names-in-capitals", lambda raw: raw.replace(b"Subject:", b"SUBJECT:").replace(b"Date:", b"DATE:"))
    yield again("spaces-at-the-end", lambda raw: raw.rstrip() + b"  \r\n\r\n\r\n")
    yield again("signature-folded-otherwise", lambda raw: raw.replace(b"\r\n b=", b"\r\n\t b="))
    yield again("a-new-thread", lambda raw: on_top(raw, "In-Reply-To: <notice.x@lib.example>"))
    yield case("again-daily", "replay", "copy", _daily_again, "came before")


def _daily_again(c: Case) -> Case:
    daily = seal(write(DAILY, subject="馆际互借通知", sender=c.patron))
    each = seal(write("老师好，请恢复即时通知。", subject="馆际互借通知", sender=c.patron, date=NOW + HOUR))
    return c.mail(daily, NOW).mail(each, NOW + HOUR).mail(on_top(daily, hop(NOW + HOUR * 2)), NOW + HOUR * 2)


def matters() -> Iterator[Case]:
    """Fresh and to us, and not provably about this request; or not proven at all."""
    yield case("matter-not-named", "matter", "fee", lambda c: c.mail(seal(yes(c, FEE))), "does not name")
    yield case("matter-in-an-unsigned-subject", "matter", "fee",
               lambda c: c.mail(seal(yes(c, FEE, subject=f"回复：{c.number}"), names=("from", "to", "date"))), "does not name")  # fmt: skip
    yield case("matter-in-an-unsigned-thread", "matter", "fee",
               lambda c: c.mail(seal(yes(c, FEE, extra=f"In-Reply-To: <notice.{c.number}@lib.example>\r\n"))), "does not name")  # fmt: skip
    yield case("matter-cancel-not-named", "matter", "copy",
               lambda c: c.mail(seal(write(CANCEL, sender=c.patron, subject="取消"))), "does not name")  # fmt: skip
    # The only loan: that the wish came is told, nothing moves, and a person passes it on (decision 0123).
    yield case("matter-renew-not-named", "wish", "loan",
               lambda c: c.mail(seal(write(RENEW, sender=c.patron, subject="续借"))), honest=True)  # fmt: skip
    yield case("matter-somebody-elses-number", "matter", "fee",
               lambda c: c.mail(seal(write(f"{FEE}\n事务号：2026112400001", sender=c.patron))), "not the writer's")  # fmt: skip
    yield case("matter-an-unknown-number", "matter", "fee",
               lambda c: c.mail(seal(write(f"{FEE}\n事务号：2026112499999", sender=c.patron))), "unknown here")  # fmt: skip
    yield case("matter-a-made-up-token", "matter", "fee",
               lambda c: c.mail(seal(yes(c, f"{FEE}\n{token.make(b'another key of somebody', '2026112400001', c.patron, NOW.date())}"))), "")  # fmt: skip
    yield case("proof-key-in-testing", "matter", "fee", lambda c: c.mail(seal(yes(c), selector="test")), "not proven")
    yield case("proof-second-signature-covers-more", "matter", "fee",
               lambda c: c.mail(seal(seal(yes(c), names=("from", "date")), "evil.example")), "none of our")  # fmt: skip
    yield case("proof-broken-signature-covers-more", "matter", "fee",
               lambda c: c.mail(seal(seal(yes(c), names=("from", "date")), "patron.example").replace(b"bh=", b"bh=A", 1)), "none of our")  # fmt: skip
    yield case("proof-text-appended", "matter", "fee",
               lambda c: c.mail(seal(yes(c, "谢谢"), length=-1) + f"{FEE}\r\n事务号：{c.number}\r\n".encode()), "")  # fmt: skip
    yield case("proof-of-a-relay-alone", "matter", "fee", lambda c: c.mail(seal(yes(c), "relay.example")), "not proven")
    yield case("proof-forwarded-by-another", "matter", "fee",
               lambda c: c.mail(seal(write(f"---------- Forwarded message ----------\nFrom: {c.patron}\nTo: {OFFICE}\n\n{FEE}\n事务号：{c.number}",
                                           sender="mallory@evil.example", subject="Fwd: 费用"))), "no known patron")  # fmt: skip


def tidings() -> Iterator[Case]:
    """Providers' news that is old, was had before, or comes from a library that has the request no more."""

    def late(name: str, status: str, date: datetime, words: str, more: str = "", **how: Any) -> Case:
        return case(f"news-{name}", "news", "copy",
                    lambda c: c.move("forwarded", NOW - HOUR * 3).mail(seal(news(c.number, status, more, date=date, **how))), words)  # fmt: skip

    yield late("unfilled-of-before", "未满足", NOW - DAY, "last moved", "原因：缺藏\n")
    yield late("cancelled-of-before", "已取消", NOW - HOUR * 5, "last moved")
    yield late(
        "fee-of-before", "待确认费用", NOW - HOUR * 6, "last moved", "总费用：26.00元\n补贴：0.00元\n应付：26.00元\n"
    )
    yield late("unfilled-400-days", "未满足", NOW - DAY * 400, "400 days before it came")
    yield late("unfilled-10-days", "未满足", NOW - DAY * 10, "10 days before it came")
    yield late("accepted-of-before", "处理中", NOW - DAY * 2, "last moved")

    def twice(name: str, change: Callable[[bytes], bytes], names: tuple[str, ...] = FIELDS) -> Case:
        def make(c: Case) -> Case:
            raw = seal(news(c.number, "未满足", "原因：缺藏\n", date=NOW - HOUR), names=names)
            c.mail(raw, NOW).mail(seal(news(c.number, "已转发", "提供馆：上海图书馆\n", date=NOW + HOUR)), NOW + HOUR)
            return c.mail(change(raw), NOW + HOUR * 2)

        return case(f"news-again-{name}", "news", "copy", make, "came before")

    yield twice("the-same", lambda raw: on_top(raw, hop(NOW + HOUR * 2)))
    yield twice("another-subject", lambda raw: raw.replace(b"Subject: ", b"Subject: Re: "), ("from", "to", "date"))
    yield twice("another-date", lambda raw: raw.replace(b"Date: Tue", b"Date: Wed"), ("from", "to", "subject"))
    yield twice("a-second-signature", lambda raw: seal(raw, "evil.example"))
    yield case("news-of-another-library", "news", "copy",
               lambda c: c.mail(seal(news(c.number, "未满足", "提供馆：北京大学图书馆\n"))), "is with 上海图书馆",
               provider="上海图书馆")  # fmt: skip
    yield case("news-by-another-library", "news", "copy",
               lambda c: c.mail(seal(news(c.number, "未满足", sender=NLC, name="国家图书馆"))), "", provider="上海图书馆")  # fmt: skip
    yield case("news-after-it-was-forwarded", "news", "copy", _forwarded_twice, "is with 上海图书馆")
    yield case("news-before-the-request", "news", "copy",
               lambda c: c.mail(seal(news(c.number, "未满足", date=QUOTED - DAY * 6)), NOW), "last moved")  # fmt: skip
    yield case("news-date-not-signed", "news", "copy",
               lambda c: c.mail(seal(news(c.number, "未满足"), names=("from", "to", "subject"))), "covers no date")  # fmt: skip


def _forwarded_twice(c: Case) -> Case:
    """To Peking, then on to Shanghai; Peking's refusal is signed after that."""
    for hours, library in ((4, "北京大学图书馆"), (3, "上海图书馆")):
        c.mail(seal(news(c.number, "已转发", f"提供馆：{library}\n", date=NOW - HOUR * hours)), NOW - HOUR * hours)
    return c.mail(seal(news(c.number, "未满足", "提供馆：北京大学图书馆\n")))


LIBRARY, PERSON = "ill@lib.pku.edu.cn", "zhang@pku.edu.cn"
TITLE, OTHER_TITLE = "宋代两浙路水利文献辑考", "敦煌写本文献辑佚研究"


def refusal(c: Case, text: str = "", **how: Any) -> bytes:
    """A library that no file of providers knows has not got it."""
    how = {"sender": LIBRARY, "name": "馆际互借", "subject": "回复", **how}
    return write(text or f"老师好，贵馆 {c.number}《{TITLE}》我馆未收藏，无法提供。\n馆际互借处", **how)


def libraries() -> Iterator[Case]:
    """A library's news from who is not the library, about what it does not know, or of another's request."""

    def of(name: str, make: Make, words: str = "", **more: Any) -> Case:
        return case(f"library-{name}", "institution", "copy", make, words, **{"title": TITLE, **more})

    yield of("a-students-address", lambda c: c.mail(seal(refusal(c, sender=PERSON))), "no known patron")
    yield of(
        "an-address-like-the-librarys-at-the-students-host",
        lambda c: c.mail(seal(refusal(c, sender="ill@stu.pku.edu.cn"))),
        "no known patron",
    )
    yield of("vouched-for-by-the-students-host", lambda c: c.mail(seal(refusal(c), "stu.pku.edu.cn")), "another host")
    yield of(
        "a-domain-like-its-own",
        lambda c: c.mail(seal(refusal(c, sender="ill@lib.pku-edu.cn"))),
        "looks like pku.edu.cn",
    )
    yield of("its-domain-below-another",
             lambda c: c.mail(on_top(refusal(c, sender="ill@pku.edu.cn.evil.example"),
                                     results("spf=pass smtp.mailfrom=ill@pku.edu.cn.evil.example"))),
             "looks like pku.edu.cn")  # fmt: skip
    yield of(
        "its-name-on-a-private-address",
        lambda c: c.mail(seal(refusal(c, sender="pku_ill@post.example", name="北京大学图书馆"))),
        "that of 北京大学图书馆",
    )
    yield of("not-signed", lambda c: c.mail(refusal(c)), "not proven")
    yield of("signed-by-a-relay", lambda c: c.mail(seal(refusal(c), "relay.example")), "not proven")
    yield of(
        "a-number-alone",
        lambda c: c.mail(seal(refusal(c, f"{c.number} 我馆未收藏，无法提供。"))),
        "neither title nor patron",
    )
    yield of(
        "that-answers-somebody-elses-letter",
        lambda c: c.mail(
            seal(refusal(c, f"抱歉，我馆未收藏，无法提供。{quoted(c.number).replace(OFFICE, 'ill@other.example')}"))
        ),
        "the quoted history says",
    )
    yield of(
        "another-title",
        lambda c: c.mail(seal(refusal(c, f"{c.number}《{OTHER_TITLE}》我馆未收藏，无法提供。"))),
        "another title",
    )
    yield of(
        "letters-in-the-number",
        lambda c: c.mail(seal(refusal(c, f"{c.number.replace('0', 'O')}《{TITLE}》我馆未收藏，无法提供。"))),
        "a person says whether",
    )
    yield of("of-another-holder", lambda c: c.mail(seal(refusal(c))), "is with 上海图书馆", provider="上海图书馆")
    yield of("thirty-days-old", lambda c: c.mail(seal(refusal(c, date=NOW - DAY * 30))), "30 days before it came")
    yield of(
        "before-it-was-forwarded",
        lambda c: c.move("forwarded", NOW - HOUR * 3).mail(seal(refusal(c, date=NOW - DAY))),
        "last moved",
    )
    yield of("once-more", _refused_twice, "came before")
    yield of(
        "only-perhaps",
        lambda c: c.mail(seal(refusal(c, f"{c.number}《{TITLE}》应该能找到，可能下周可以提供，还不确定。"))),
        "",
    )
    yield of(
        "both-at-once",
        lambda c: c.mail(seal(refusal(c, f"{c.number}《{TITLE}》我馆无法提供，不过可以提供复印件。"))),
        "can be supplied",
    )
    yield of(
        "approves-an-account",
        lambda c: c.mail(
            seal(refusal(c, f"读者 {c.patron} 的账户审核通过，可以使用了。事务号 {c.number}", subject="账户审核通过"))
        ),
        "",
    )


def _refused_twice(c: Case) -> Case:
    raw = seal(refusal(c, date=NOW - HOUR))
    c.mail(raw, NOW).mail(seal(news(c.number, "已转发", date=NOW + HOUR)), NOW + HOUR)
    return c.mail(on_top(raw, hop(NOW + HOUR * 2)), NOW + HOUR * 2)


def honest_libraries() -> Iterator[Case]:
    """The same from the library itself, where more than the number fits."""

    def ok(name: str, make: Make, **more: Any) -> Case:
        return case(f"ok-library-{name}", "news", "copy", make, honest=True, **{"title": TITLE, **more})

    yield ok("by-title", lambda c: c.mail(seal(refusal(c))))
    yield ok("by-its-domain", lambda c: c.mail(seal(refusal(c), "pku.edu.cn")))
    yield ok("at-the-domain-itself", lambda c: c.mail(seal(refusal(c, sender="wxcd@pku.edu.cn"))))
    yield ok(
        "whose-request-it-is",
        lambda c: c.mail(seal(refusal(c, f"{c.number} 我馆未收藏，无法提供。"))),
        provider="北京大学图书馆",
    )
    yield ok(
        "that-answers-our-letter", lambda c: c.mail(seal(refusal(c, f"抱歉，我馆未收藏，无法提供。{quoted(c.number)}")))
    )
    yield ok("in-a-network", lambda c: c.mail(seal(refusal(c))), provider="CASHL")
    yield ok(
        "number-over-two-lines",
        lambda c: c.mail(
            seal(refusal(c, f"贵馆请求（编号：{c.number[:8]}\n{c.number[8:]}，题名：{TITLE}）我馆未收藏，无法提供。"))
        ),
    )


def copies() -> Iterator[Case]:
    """Senders that only look like somebody we know, each proven for what it is."""

    def like(name: str, sender: str, shown: str, words: str, **more: Any) -> Case:
        return case(f"like-{name}", "look-alike", "copy",
                    lambda c: c.mail(on_top(news(c.number, "未满足", sender=sender, name=shown),
                                            results(f"spf=pass smtp.mailfrom={sender}"))), words, **more)  # fmt: skip

    yield like("a-digit", "ill@ca1is.edu.cn", "CALIS", "looks like calis.edu.cn")
    yield like("a-cyrillic-letter", "ill@xn--clis-53d.edu.cn", "馆际互借", "looks like calis.edu.cn")
    yield like("all-of-it-below", "ill@calis.edu.cn.evil.example", "", "looks like calis.edu.cn")
    yield like("hyphens", "ill@calis-edu-cn.com", "", "looks like calis.edu.cn")
    yield like("another-suffix", "ill@calis.com", "", "looks like calis.edu.cn")
    yield like("a-letter-more", "ill@callis.edu.cn", "", "looks like calis.edu.cn")
    yield like("two-turned", "ill@calsi.edu.cn", "", "looks like calis.edu.cn")
    yield like("below-a-copy", "ill@mail.ca1is.edu.cn", "", "looks like calis.edu.cn")
    yield like("oclc-with-a-digit", "no-reply@oc1c.org", "", "looks like oclc.org")
    yield like(
        "the-name-of-calis", "notice@evil.example", "CALIS馆际互借与文献传递系统", "the sender's name is that of"
    )
    yield like("the-name-of-a-library", "notice@evil.example", "中国国家图书馆", "the sender's name is that of")
    yield like(
        "the-name-of-the-office",
        "notice@evil.example",
        "浙江大学图书馆馆际互借与文献传递",
        "the sender's name is that of",
    )
    yield like("an-address-as-a-name", "x@evil.example", "ill@calis.edu.cn", "shows ill@calis.edu.cn")
    yield like("a-wide-address-as-a-name", "x@evil.example", "ｉｌｌ＠calis.edu.cn", "shows ill@calis.edu.cn")
    yield like("letters-of-two-alphabets", "x@evil.example", "Ивaн Петрoв", "several alphabets")
    yield case("like-a-patron", "look-alike", "fee",
               lambda c: c.mail(seal(write(f"{FEE}\n事务号：{c.number}", sender="chen@evil.example", name="陈思远"))),
               "bears the name of", reader="陈思远")  # fmt: skip
    yield case("like-a-patron-traditional", "look-alike", "fee",
               lambda c: c.mail(seal(write(f"{FEE}\n事务号：{c.number}", sender="chen2@evil.example", name="陳國華"))),
               "bears the name of", reader="陈国华")  # fmt: skip
    yield case("like-a-common-domain", "look-alike", "fee",
               lambda c: c.mail(on_top(write(f"{FEE}\n事务号：{c.number}", sender="wang@l63.com"),
                                       results("spf=pass smtp.mailfrom=wang@l63.com"))), "looks like 163.com",
               patron="wang@163.com")  # fmt: skip


def honest_wishes() -> Iterator[Case]:
    """What patrons really send: it has to settle."""

    def ok(name: str, scene: str, make: Make, **more: Any) -> Case:
        return case(f"ok-{name}", "wish", scene, make, honest=True, **more)

    reply = lambda c: f"In-Reply-To: <notice.{c.number}@lib.example>\r\n"  # noqa: E731
    yield ok("named", "fee", lambda c: c.mail(seal(yes(c))))
    yield ok("all-signed", "fee", lambda c: c.mail(seal(yes(c), names=ALL, at=NOW - HOUR)))
    yield ok("oversigned", "fee", lambda c: c.mail(seal(yes(c), names=FIELDS * 2)))
    yield ok(
        "from-a-phone",
        "fee",
        lambda c: c.mail(seal(yes(c, f"{FEE}\n\n发自我的iPhone{quoted(c.number)}", extra=reply(c)))),
    )
    yield ok("thread-alone-signed", "fee", lambda c: c.mail(seal(yes(c, FEE, extra=reply(c)), names=ALL)))
    yield ok(
        "number-in-the-signed-subject", "fee", lambda c: c.mail(seal(yes(c, FEE, subject=f"回复：费用通知 {c.number}")))
    )
    yield ok("webmail-that-signs-no-to", "fee", lambda c: c.mail(
        on_top(seal(yes(c), names=("from", "subject", "date")), results(f"spf=pass smtp.mailfrom={c.patron}"))))  # fmt: skip
    yield ok("two-days-under-way", "fee", lambda c: c.mail(seal(yes(c, date=NOW)), NOW + DAY * 2))
    yield ok("five-days-in-a-queue", "fee", lambda c: c.mail(seal(yes(c)), NOW + DAY * 5))
    yield ok("read-after-an-outage", "fee", lambda c: c.mail(seal(yes(c)), NOW, read=(NOW + DAY * 20).isoformat()))
    yield ok("cc-to-us", "fee", lambda c: c.mail(seal(yes(c, to="teacher@patron.example", cc=OFFICE), names=ALL)))
    yield ok(
        "among-several",
        "fee",
        lambda c: c.mail(seal(yes(c, to=f"teacher@patron.example, 馆际互借 <{OFFICE}>".replace("馆际互借", "ILL")))),
    )
    yield ok("to-an-alias", "fee", lambda c: c.mail(seal(yes(c, to=ALIAS))))
    yield ok("to-an-address-with-a-detail", "fee", lambda c: c.mail(seal(yes(c, to="office+fees@lib.example"))))
    yield ok("in-capitals", "fee", lambda c: c.mail(seal(yes(c, to="Office@Lib.Example"))))
    yield ok("forwarded-by-the-campus", "fee", lambda c: c.mail(
        on_top(seal(yes(c)), hop(NOW), hop(NOW - HOUR, "forward.alias.example"), "X-Forwarded-To: office@lib.example")))  # fmt: skip
    yield ok("signed-by-a-relay-too", "fee", lambda c: c.mail(seal(seal(yes(c)), "relay.example")))
    yield ok("another-zone", "fee", lambda c: c.mail(seal(yes(c, date=(NOW - HOUR).astimezone(timezone(HOUR * 9))))))
    yield ok("a-clock-that-is-fast", "fee", lambda c: c.mail(seal(yes(c, date=NOW + timedelta(minutes=20)))))
    yield ok(
        "a-clock-that-is-slow", "fee", lambda c: c.mail(seal(yes(c, date=QUOTED - timedelta(minutes=5))), QUOTED + HOUR)
    )
    yield ok(
        "our-server-vouches",
        "fee",
        lambda c: c.mail(on_top(seal(yes(c), selector="none"), results("dkim=pass header.d=patron.example"), hop(NOW))),
    )
    yield ok(
        "unsigned-in-their-own-envelope",
        "fee",
        lambda c: c.mail(on_top(yes(c), results(f"spf=pass smtp.mailfrom={c.patron}"), hop(NOW))),
    )
    yield ok(
        "unsigned-dmarc", "fee", lambda c: c.mail(on_top(yes(c), results("dmarc=pass header.from=patron.example")))
    )
    yield ok("cancel", "copy", lambda c: c.mail(seal(asks(c, CANCEL))))
    yield ok(
        "cancel-by-title",
        "copy",
        lambda c: c.mail(seal(write("请取消《敦煌写本文献辑佚研究》的申请。", sender=c.patron, subject="取消"))),
        title="敦煌写本文献辑佚研究",
    )
    yield ok(
        "cancel-quoting",
        "copy",
        lambda c: c.mail(seal(write(CANCEL + quoted(c.number), sender=c.patron, subject="回复：受理"))),
    )
    yield ok("renew", "loan", lambda c: c.mail(seal(asks(c, RENEW))))
    yield ok("renew-to-the-alias", "loan", lambda c: c.mail(seal(asks(c, RENEW, to=ALIAS), names=ALL)))
    yield ok(
        "declined", "fee", lambda c: c.mail(seal(write(f"事务号：{c.number}，我不能接受这个费用。", sender=c.patron)))
    )
    yield ok("daily", "copy", lambda c: c.mail(seal(write(DAILY, subject="馆际互借通知", sender=c.patron))))
    yield ok(
        "daily-cc",
        "copy",
        lambda c: c.mail(
            seal(write(DAILY, subject="馆际互借通知", sender=c.patron, to="a@patron.example", cc=OFFICE), names=ALL)
        ),
    )
    yield ok("second-consent-to-a-second-fee", "fee", _two_fees)


def _two_fees(c: Case) -> Case:
    quote = "总费用：26.00元\n补贴：0.00元\n应付：26.00元\n"
    c.mail(seal(yes(c)), NOW).mail(seal(news(c.number, "待确认费用", quote, date=NOW + HOUR)), NOW + HOUR)
    return c.mail(seal(yes(c, date=NOW + HOUR * 2)), NOW + HOUR * 2)


def honest_news() -> Iterator[Case]:
    """What providers really send, late and out of order: it has to go through as the lifecycle says."""

    def ok(name: str, make: Make, scene: str = "copy", **more: Any) -> Case:
        return case(f"ok-news-{name}", "news", scene, make, honest=True, **more)

    gone = lambda c, **how: seal(news(c.number, "未满足", "原因：缺藏\n", **how))  # noqa: E731
    yield ok("plain", lambda c: c.mail(gone(c)))
    yield ok("six-hours-late", lambda c: c.mail(gone(c, date=NOW - HOUR * 6)))
    yield ok("four-days-late", lambda c: c.mail(gone(c), NOW + DAY * 4))
    yield ok("read-after-an-outage", lambda c: c.mail(gone(c), NOW, read=(NOW + DAY * 30).isoformat()))
    yield ok(
        "unsigned-in-anothers-envelope",
        lambda c: c.mail(
            on_top(news(c.number, "未满足"), results("spf=pass smtp.mailfrom=bounce-17@mail.calis.edu.cn"))
        ),
    )
    yield ok("after-staff-moved", lambda c: c.move("forwarded", NOW - HOUR * 2).mail(gone(c)))
    yield ok(
        "a-clock-that-is-slow",
        lambda c: c.move("forwarded", NOW - HOUR).mail(gone(c, date=NOW - HOUR - timedelta(minutes=4))),
    )
    yield ok(
        "forwarded-after-unfilled",
        lambda c: c.mail(gone(c, date=NOW - HOUR * 2), NOW - HOUR).mail(
            seal(news(c.number, "已转发", "提供馆：上海图书馆\n"))
        ),
    )
    yield ok("two-read-after-an-outage", lambda c: c.mail(
        seal(news(c.number, "已转发", "提供馆：上海图书馆\n", date=NOW - HOUR * 3)), NOW - HOUR * 3, read=(NOW + DAY * 3).isoformat()).mail(
        gone(c, date=NOW - HOUR * 2), NOW - HOUR * 2, read=(NOW + DAY * 3).isoformat()))  # fmt: skip
    yield ok("by-the-new-library", lambda c: c.mail(seal(news(c.number, "已转发", "提供馆：国家图书馆\n", date=NOW - HOUR * 2)), NOW - HOUR).mail(
        seal(news(c.number, "未满足", "提供馆：国家图书馆\n"))), provider="北京大学图书馆")  # fmt: skip
    yield ok("not-to-us-by-name", lambda c: c.mail(seal(news(c.number, "未满足", to="undisclosed-recipients:;"))))
    yield ok(
        "only-t-signed", lambda c: c.mail(seal(news(c.number, "未满足"), names=("from", "subject"), at=NOW - HOUR))
    )
    yield ok(
        "fee-told",
        lambda c: c.mail(seal(news(c.number, "待确认费用", "总费用：26.00元\n补贴：0.00元\n应付：26.00元\n"))),
    )
    yield ok("overdue", lambda c: c.mail(seal(news(c.number, "逾期", "应还日期：2026-11-20\n"))), scene="loan")


def astray() -> Iterator[Case]:
    """Providers' news that was written to somebody else: another library's mail handed on to us acts for nobody."""

    def at(name: str, to: str, words: str = "to none of our addresses", **how: Any) -> Case:
        gone = lambda c: c.mail(seal(news(c.number, "未满足", "原因：缺藏\n", to=to, **how)))  # noqa: E731
        return case(f"{'news' if words else 'ok-news'}-to-{name}", "news", "copy", gone, words, honest=not words)

    yield at("another-library", "ill@lib.other.example")
    yield at("two-other-libraries", "ill@lib.other.example, wxcd@library.third.example")
    yield at("another-with-a-copy-to-a-third", "ill@lib.other.example", cc="dean@third.example")
    yield at("a-patron-elsewhere", "Li <li@post.example>")
    yield at("our-address-as-a-name", f'"{OFFICE}" <ill@lib.other.example>')
    yield at("themselves", CALIS, "")
    yield at("a-list-of-theirs", "members@lists.calis.edu.cn", "")
    yield at("our-house", "director@lib.example", "")
    yield at("another-with-a-copy-to-us", "ill@lib.other.example", "", cc=OFFICE)


def fast_clocks() -> Iterator[Case]:
    """A library whose clock is ahead does not make the next library's true news look old."""
    yield case("ok-news-after-a-clock-that-is-ahead", "news", "copy", lambda c: c.mail(
        seal(news(c.number, "已转发", "提供馆：上海图书馆\n", date=NOW + HOUR * 9)), NOW).mail(
        seal(news(c.number, "未满足", "提供馆：上海图书馆\n原因：缺藏\n", date=NOW + HOUR)), NOW + HOUR), honest=True)  # fmt: skip


def wished(c: Case, wish: str, **how: Any) -> bytes:
    """How one is written to concerns no request; the other wishes name theirs."""
    return write(wish, sender=c.patron, subject="馆际互借通知", **how) if wish == DAILY else asks(c, wish, **how)


def by_wish() -> Iterator[Case]:
    """Each other wish by itself: cancelling, renewing, how often one is written to."""
    for wish, scene, said in (("cancel", "copy", CANCEL), ("renew", "loan", RENEW), ("daily", "copy", DAILY)):

        def at(name: str, make: Callable[[Case, str], bytes], words: str, scene: str = scene, said: str = said, wish: str = wish) -> Case:  # fmt: skip
            return case(f"{wish}-{name}", wish, scene, lambda c: c.mail(make(c, said)), words)

        yield at("two-years-old", lambda c, w: seal(wished(c, w, date=NOW - DAY * 730)), "730 days")
        yield at("nine-days-old", lambda c, w: seal(wished(c, w, date=NOW - DAY * 9)), "9 days before it came")
        yield at("to-another", lambda c, w: seal(wished(c, w, to="desk@third.example")), "none of our addresses")
        yield at("to-nobody", lambda c, w: seal(wished(c, w, to=None), names=ALL), "none of our addresses")
        yield at(
            "to-us-in-a-comment", lambda c, w: seal(wished(c, w, to=f"desk@third.example ({OFFICE})")), "none of our"
        )
        yield at(
            "to-us-by-percent", lambda c, w: seal(wished(c, w, to="office%lib.example@third.example")), "none of our"
        )
        yield at("to-not-covered", lambda c, w: seal(wished(c, w), names=("from", "subject", "date")), "none of our")
        yield at("date-not-covered", lambda c, w: seal(wished(c, w), names=("from", "to", "subject")), "covers no date")
        yield at("dated-next-year", lambda c, w: seal(wished(c, w, date=NOW + DAY * 365)), "still to come")
        yield at("key-in-testing", lambda c, w: seal(wished(c, w), selector="test"), "not proven")
        yield at(
            "two-dates",
            lambda c, w: seal(wished(c, w, date=NOW - DAY * 40, extra=f"Date: {format_datetime(NOW - HOUR)}\r\n")),
            "not proven",
        )
        yield at("signed-by-another", lambda c, w: seal(wished(c, w), "evil.example"), "not proven")
        yield at(
            "of-a-colleague",
            lambda c, w: on_top(wished(c, w), results("spf=pass smtp.mailfrom=eve@patron.example")),
            "none of our",
        )


REPORT = """Return-Path: {path}
{hop}
From: {sender}
To: {office}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: {mid}
MIME-Version: 1.0
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: text/plain

It could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.patron.example

Final-Recipient: rfc822; {failed}
Action: failed
Status: 5.1.1

--B
Content-Type: text/rfc822-headers

Message-ID: {notice}
To: {failed}

--B--
"""


def report(c: Case, sender: str = "MAILER-DAEMON@mx.patron.example", **how: str) -> bytes:
    """A delivery report about the notice of the case; by default anybody's, from outside."""
    values = {
        "path": "<>", "sender": sender, "office": OFFICE, "failed": c.patron, "notice": f"<notice.{c.number}@lib.example>",
        "date": format_datetime(NOW - HOUR), "mid": f"<r{next(COUNTER)}@mx.patron.example>", "hop": FROM_OUTSIDE, **how,
    }  # fmt: skip
    return REPORT.format(**values).replace("\n", "\r\n").encode()


FROM_OUTSIDE = (
    f"Received: from relay.example (relay.example [203.0.113.9]) by {OURS} with ESMTPS; {format_datetime(NOW)}"
)
WITHIN = f"Received: by {OURS} (Postfix) id 1; {format_datetime(NOW)}"
SUBMITTED = f"Received: from pc (pc [203.0.113.9]) by {OURS} with ESMTPSA; {format_datetime(NOW)}"


def reports() -> Iterator[Case]:
    """Whoever has seen a notice can write that it did not arrive: no address is marked by it."""
    unproven, own = "neither our own servers made the report", "MAILER-DAEMON@lib.example"

    def at(name: str, make: Callable[[Case], bytes], words: str, came: datetime = NOW) -> Case:
        return case(f"report-{name}", "report", "fee", lambda c: c.mail(make(c), came), words)

    yield at("from-outside", report, unproven)
    yield at("of-a-user-of-the-domain", lambda c: seal(report(c, "eve@patron.example")), unproven)
    yield at("of-the-patron", lambda c: seal(report(c, c.patron)), unproven)
    yield at("of-a-postmaster-elsewhere", lambda c: seal(report(c, "postmaster@evil.example")), unproven)
    yield at("of-a-postmaster-below", lambda c: report(c, "postmaster@mx.patron.example"), unproven)
    yield at("of-a-postmaster-not-signed", lambda c: report(c, "postmaster@patron.example"), unproven)
    yield at(
        "of-a-postmaster-signed-by-another",
        lambda c: seal(report(c, "postmaster@patron.example"), "evil.example"),
        unproven,
    )
    yield at(
        "of-a-postmaster-in-testing", lambda c: seal(report(c, "postmaster@patron.example"), selector="test"), unproven
    )
    yield at("in-our-name-from-outside", lambda c: report(c, own), unproven)
    yield at("submitted-by-a-user-of-ours", lambda c: report(c, own, hop=SUBMITTED), unproven)
    yield at("weeks-late", lambda c: report(c, own, hop=WITHIN), "days after the notice", NOW + DAY * 20)
    yield at(
        "of-another-address", lambda c: report(c, own, hop=WITHIN, failed="x@third.example"), "names other addresses"
    )
    yield at(
        "of-a-made-up-notice",
        lambda c: report(c, own, hop=WITHIN, notice="<notice.1@lib.example>"),
        "no notice of ours",
    )


GROUPS = (ages, directions, replays, matters, tidings, copies, libraries, honest_libraries, honest_wishes, honest_news, astray,
          fast_clocks, by_wish, reports)  # fmt: skip


def main() -> None:
    """Write everything; numbers and signatures change with each run that adds cases."""
    expected: dict[str, Any] = {}
    for old in FOLDER.glob("*.eml"):
        old.unlink()
    for made in (each for group in GROUPS for each in group()):
        assert made.name not in expected, made.name
        for step, raw in zip((s for s in made.steps if "mail" in s), made.mails, strict=True):
            (FOLDER / step["mail"]).write_bytes(raw)
        expected[made.name] = {"group": made.group, "honest": made.honest, "scene": made.scene, "number": made.number,
                               "patron": made.patron, "words": made.words, "steps": made.steps, **made.more}  # fmt: skip
    for name, value in (("dns", DNS), ("expected", expected)):
        text = json.dumps(value, indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
