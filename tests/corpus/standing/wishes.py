"""Cases of wishes: honest ones, and those by which somebody gains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from email.utils import format_datetime
from typing import Any

from tests.corpus.standing.making import (
    ALL,
    CANCEL,
    DAILY,
    DAY,
    FEE,
    FIELDS,
    HOUR,
    RENEW,
    Case,
    Make,
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
from tests.corpus.standing.office import ALIAS, NOW, OFFICE, QUOTED


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
