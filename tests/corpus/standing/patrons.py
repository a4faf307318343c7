"""Cases of patrons' mails: old, written to others, sent again, passed on, astray."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from maild.domain.incoming import token
from tests.corpus.standing.making import (
    ALL,
    CALIS,
    CANCEL,
    DAILY,
    DAY,
    FEE,
    FIELDS,
    HOUR,
    NLC,
    RENEW,
    Case,
    asks,
    case,
    hop,
    news,
    on_top,
    quoted,
    results,
    seal,
    write,
    yes,
)
from tests.corpus.standing.office import NOW, OFFICE, QUOTED


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
