"""What the server's answer to a notice lets us know of its address, and what follows where the notice is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.config import Reach
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxEntry, SendResult, SendVerdict
from maild.domain.outgoing.reach import TROUBLES, Heard, News, ReachPolicy, domain_of, mark, refusal
from maild.notify.sending.ending import give_up, phone_of, redirect
from maild.notify.sending.plan import Parcel

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


PATIENCE = timedelta(days=5)  # RFC 5321 section 4.5.4.1: how long a mail is tried, when all of a domain is slow


def policy_of(reach: Reach) -> ReachPolicy:
    """The section [reach] as the laws read it."""
    return ReachPolicy(
        hard_days=reach.hard_bounce_days,
        soft_hours=reach.soft_bounce_hours,
        soft_most=reach.soft_bounces,
        soft_days=reach.soft_bounce_days,
        slow_addresses=reach.slow_addresses,
        slow_minutes=reach.slow_minutes,
        report_days=reach.report_days,
    )


def taken(uow: UnitOfWork, parcel: Parcel, now: datetime) -> None:
    """The server took it. Whoever was told in it what to do about former trouble is not told again."""
    main = parcel.main
    uow.heard.add([News(address=main.request.recipient, what=Heard.DELIVERED_TO_SERVER, outbox_id=main.id)], now)
    if parcel.trouble is not None:
        uow.addresses.told(parcel.trouble.address, now)


def deferred(uow: UnitOfWork, main: OutboxEntry, result: SendResult, now: datetime, policy: ReachPolicy) -> bool:
    """Not now. True where all of the domain is slow: then the mail is not to blame, and loses no try."""
    address = main.request.recipient
    uow.heard.add([News(address=address, what=Heard.DEFERRAL, reason=result.reply, outbox_id=main.id)], now)
    if now - main.created > PATIENCE:
        return False
    domain = domain_of(address)
    return domain in uow.heard.slow([domain], now - timedelta(hours=1), policy.slow_addresses, until=now)


def lost(
    uow: UnitOfWork, parcel: Parcel, result: SendResult, now: datetime, reason: str, attempts: int, policy: ReachPolicy
) -> None:
    """There is no further try at this address: the patron's next one gets the notice, or staff have to phone."""
    main, patron = parcel.main, parcel.patron
    what = _what(result)
    if what is None:
        give_up(uow, main, now, reason, attempts)
        return
    news = News(address=main.request.recipient, what=what, reason=result.reply, outbox_id=main.id)
    uow.heard.add([news], now)
    if what in TROUBLES:
        before = uow.heard.count(news.address, Heard.SOFT_BOUNCE, now - timedelta(days=policy.soft_days))
        bounce = mark(news, before - (what is Heard.SOFT_BOUNCE), now, policy)
        # A server that put us off for long may be at fault itself: one such address is not avoided.
        lasting = bounce if bounce is not None and bounce.permanent else None
        if lasting is not None or what is not Heard.SOFT_BOUNCE:
            uow.addresses.note(news, lasting, now)
    if what is Heard.REFUSED or not redirect(uow, main, patron, now, what, reason, attempts):
        cause = Cause.BOUNCE if what in (Heard.HARD_BOUNCE, Heard.CONTENT_REFUSED) else Cause.SEND_FAILED
        give_up(uow, main, now, reason, attempts, cause=cause, phone=phone_of(patron))


def _what(result: SendResult) -> Heard | None:
    if result.verdict is SendVerdict.UNKNOWN:
        return None  # it may have arrived
    if result.verdict is SendVerdict.TEMPORARY:
        return Heard.SOFT_BOUNCE
    return refusal(result.code, result.reply, result.stage) if result.stage in ("mail", "rcpt", "data") else None
