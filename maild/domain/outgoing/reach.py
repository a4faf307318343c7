"""Whether mail reaches an address: what was heard of it, and the laws of what follows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from maild.domain import SAY
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry
from maild.domain.outgoing.reply import judge
from maild.domain.requests.patron import Patron


class Heard(StrEnum):
    """What a server, a mail program or the recipient let us know of a mail to an address."""

    DELIVERED_TO_SERVER = "delivered_to_server"  # the next server took it: no more than that
    DEFERRAL = "deferral"  # not now; whoever has the mail goes on trying
    HARD_BOUNCE = "hard_bounce"  # the address does not work
    SOFT_BOUNCE = "soft_bounce"  # this mail is lost, another may arrive
    CONTENT_REFUSED = "content_refused"  # taken for spam at the door
    REFUSED = "refused"  # for another reason that is not the address's
    COMPLAINT = "complaint"  # the recipient marked it as spam
    NOT_SPAM = "not_spam"  # and took that back (RFC 6430)
    OPENED = "opened"
    AUTO_REPLY = "auto_reply"


# What makes an address's state, and the guidance of the next mail.
TROUBLES = frozenset({Heard.HARD_BOUNCE, Heard.SOFT_BOUNCE, Heard.CONTENT_REFUSED, Heard.COMPLAINT})

# What a recipient who called our mail spam is spared: news that ask for nothing and bring nothing.
SPARED = frozenset(
    {
        NoticeKind.REGISTRATION_RECEIVED,
        NoticeKind.REQUEST_ACCEPTED,
        NoticeKind.SENT_FOR_SUPPLY,
        NoticeKind.PROOF_RECEIVED,
        NoticeKind.PROOF_SEEN_BEFORE,
        NoticeKind.DEPOSIT_CREDITED,
        NoticeKind.DEPOSIT_LOW,
    }
)

# domain.reply's reasons of a refusal that speak of the sender, the mail or the way, never of the address.
_NOT_THE_ADDRESS = frozenset({"sender-refused", "sender-listed", "relay-denied", "login-refused", "message-too-large"})
ELSEWHERE = ":elsewhere"  # ends the revision of a notice that is sent to another address of the patron's
LATER = ":later"  # … and a count, of one that is sent to the same address again
_LATER = re.compile(rf"(.*){LATER}(\d{{1,6}})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachPolicy:
    """hard_days, soft_hours: how long an address that refused a notice is avoided.

    soft_most      so many soft bounces within soft_days count as a hard one
    slow_addresses so many deferred addresses of one domain within an hour: the domain is slow, and not the addresses
    slow_minutes   how long a slow domain is left alone
    guide_days     how long what happened is told in a mail to the patron
    report_days    from its notice on that a delivery report counts
    relay          the server that our mails are handed to
    systems        domains that belong to one mail system, each set
    """

    hard_days: int = 90
    soft_hours: int = 24
    soft_most: int = 3
    soft_days: int = 14
    slow_addresses: int = 5
    slow_minutes: int = 30
    guide_days: int = 90
    report_days: int = 10
    relay: str = ""
    systems: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that was heard of an address (lower case). `outbox_id`: of the notice it is about."""

    address: str
    what: Heard
    reason: str = ""
    outbox_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLine:
    """A kept piece of news."""

    id: int
    at: datetime
    address: str
    domain: str
    what: Heard
    reason: str = ""
    outbox_id: int | None = None
    mail_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBounce:
    """An address that refused our notice; soft ones expire soon."""

    address: str
    permanent: bool
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressState:
    """What is known of an address, whoever's it is. Times are aware, UTC.

    trouble        the last trouble heard of it, since when and why; None where there is none
    bounced_until  notices avoid it till then; permanent: because it does not work (else it may recover)
    complained     when its owner marked our mail as spam
    told           when the owner was told what to do about the trouble
    """

    address: str
    trouble: Heard | None = None
    reason: str = ""
    since: datetime | None = None
    bounced_until: datetime | None = None
    permanent: bool = False
    complained: datetime | None = None
    told: datetime | None = None

    def avoided(self, now: datetime) -> bool:
        """Whether notices avoid the address at present."""
        return self.bounced_until is not None and self.bounced_until > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What the next mail to a patron explains: `what` happened to mail to `address`; a key of rules/guidance.toml."""

    what: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainTally:
    """What was heard of one domain's addresses."""

    domain: str
    counts: dict[Heard, int]

    def of(self, *whats: Heard) -> int:
        return sum(self.counts.get(what, 0) for what in whats)


def domain_of(address: str) -> str:
    """The part after '@', lower case."""
    return address.rpartition("@")[2].lower()


def refusal(code: int, reply: str, stage: str) -> Heard:
    """What a permanent SMTP reply says. `stage`: mail, rcpt or data, as courier names them."""
    judged = judge(code, "", reply)
    if judged.reason == "content-refused":
        return Heard.CONTENT_REFUSED
    if stage != "rcpt" or judged.reason in _NOT_THE_ADDRESS:
        return Heard.REFUSED
    return Heard.HARD_BOUNCE


def of_report(permanent: bool, delayed: bool, reason: str) -> Heard:
    """What a delivery report says of one recipient; `reason` begins with domain.reply's word for it."""
    word = reason.partition(":")[0]
    if delayed:
        return Heard.DEFERRAL
    if word in {"content-refused", "spam-suspected"}:
        return Heard.CONTENT_REFUSED
    if not permanent:
        return Heard.SOFT_BOUNCE
    return Heard.REFUSED if word in _NOT_THE_ADDRESS else Heard.HARD_BOUNCE


def mark(news: News, soft_before: int, now: datetime, policy: ReachPolicy) -> AddressBounce | None:
    """How long the address is avoided after this; `soft_before`: soft bounces of the last soft_days before it."""
    hard = now + timedelta(days=policy.hard_days)
    if news.what is Heard.HARD_BOUNCE:
        return AddressBounce(address=news.address, permanent=True, reason=news.reason, until=hard)
    if news.what is not Heard.SOFT_BOUNCE:
        return None
    if soft_before + 1 >= policy.soft_most:
        reason = SAY("times_within", count=soft_before + 1, days=policy.soft_days, why=news.reason)
        return AddressBounce(address=news.address, permanent=True, reason=reason, until=hard)
    return AddressBounce(
        address=news.address, permanent=False, reason=news.reason, until=now + timedelta(hours=policy.soft_hours)
    )


def after(state: AddressState, news: News, bounce: AddressBounce | None, now: datetime) -> AddressState:
    """What the news make of an address. A longer ban that stands is not shortened; a ban that goes on began before."""
    if news.what is Heard.NOT_SPAM:
        past = state.trouble is Heard.COMPLAINT
        return replace(state, complained=None, trouble=None if past else state.trouble)
    if news.what is Heard.COMPLAINT:
        return replace(state, trouble=news.what, reason=news.reason, since=now, complained=now)
    if bounce is not None:
        goes_on = state.avoided(now)
        if goes_on and state.bounced_until is not None and state.bounced_until >= bounce.until:
            return state
        began = state.since if goes_on and state.permanent is bounce.permanent else now
        return replace(
            state,
            trouble=news.what,
            reason=bounce.reason,
            since=began,
            bounced_until=bounce.until,
            permanent=bounce.permanent,
        )
    if news.what is Heard.CONTENT_REFUSED:
        return replace(state, trouble=news.what, reason=news.reason, since=now)
    return state


def next_address(patron: Patron | None, now: datetime, *, avoid: Iterable[str], not_domain: str = "") -> str:
    """The patron's first address that takes our mail, beside those to avoid; '' if there is none.

    An address whose owner complained is never written to in place of another.
    """
    if patron is None:
        return ""
    barred = {address.lower() for address in avoid}
    for known in patron.emails:
        bounces = known.bounced_until is not None and known.bounced_until > now
        if known.address in barred or bounces or known.complained is not None:
            continue
        if not_domain and domain_of(known.address) == not_domain:
            continue
        return known.address
    return ""


def sent_elsewhere(entry: OutboxEntry) -> bool:
    """Whether the notice has been sent to another address already: that happens once."""
    return ELSEWHERE in entry.request.revision


def revision_elsewhere(revision: str) -> str:
    """The revision of the same notice sent to another address: the same whether it was tried again here before."""
    found = _LATER.fullmatch(revision)
    return f"{found.group(1) if found else revision}{ELSEWHERE}"


def revision_later(revision: str) -> str:
    """The revision of the same notice sent once more to the same address."""
    found = _LATER.fullmatch(revision)
    return f"{found.group(1)}{LATER}{int(found.group(2)) + 1}" if found else f"{revision}{LATER}1"


def trouble_of(states: Iterable[AddressState], now: datetime, policy: ReachPolicy) -> Trouble | None:
    """What the next mail should explain: the latest trouble of these addresses that its owner was not told of yet."""
    since = now - timedelta(days=policy.guide_days)
    open_ = [s for s in states if s.trouble is not None and s.since is not None and s.since > since]
    untold = [s for s in open_ if s.told is None or (s.since is not None and s.told < s.since)]
    if not untold:
        return None
    latest = max(untold, key=lambda s: (s.since or since, s.address))
    full = latest.trouble is Heard.SOFT_BOUNCE and "mailbox-full" in latest.reason
    return Trouble(what="mailbox_full" if full else str(latest.trouble), address=latest.address)


def whom_to_phone(name: str, phone: str) -> str:
    """The sentence for staff."""
    who = name or SAY("the_recipient")
    return SAY("phone", who=who, phone=phone) if phone else SAY("no_phone", who=who)
