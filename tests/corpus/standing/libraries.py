"""Cases of libraries' mails, and of reports that a notice did not arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.corpus.standing.making import (
    COUNTER,
    DAY,
    HOUR,
    Case,
    Make,
    case,
    hop,
    news,
    on_top,
    quoted,
    results,
    seal,
    write,
)
from tests.corpus.standing.office import NOW, OFFICE, OURS

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
