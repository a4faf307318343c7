"""What the store knows of how our mails fared: for reports of machines, and for patrons who have nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing import return_path
from maild.domain.outgoing.notice import PERHAPS_GONE, OutboxEntry
from maild.domain.outgoing.reach import AddressState, Heard, HeardLine, whom_to_phone
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Patron
from maild.spine.facts import Looking

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

MOST_PATHS = 5  # addresses of a report that are looked up
_ARRIVED_AT = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
NUMBERS = 20  # requests whose notices are looked up, for a patron who has nothing
LINES = 100  # of an address's history
SUPPLIED = frozenset({State.SHIPPED.value, State.DELIVERED.value, State.RECEIVED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Who told us that a request is supplied: the sender of that mail, and when it came."""

    address: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachFacts:
    """What is known of mails to the addresses that this mail is about.

    parts   the notices of ours that a report speaks of (those of one mail), patron: whose they are
    returned whether it came back to the return path of that mail
    phone   the sentence that says whom to phone
    about   by transaction: every notice about it, drafts included, oldest first
    suppliers by transaction: whom to ask for it once more
    states  by address; lines: what was heard of these addresses, newest first
    """

    parts: tuple[OutboxEntry, ...] = ()
    returned: bool = False
    patron: Patron | None = None
    phone: str = ""
    about: Mapping[str, tuple[OutboxEntry, ...]] = field(default_factory=lambda: MappingProxyType({}))
    states: Mapping[str, AddressState] = field(default_factory=lambda: MappingProxyType({}))
    lines: tuple[HeardLine, ...] = ()
    suppliers: Mapping[str, Supplier] = field(default_factory=lambda: MappingProxyType({}))


def gather_reach(look: Looking) -> ReachFacts | None:
    """How our mails fared, where the mail is about that."""
    if Kind.NOT_RECEIVED in look.reading.classification.kinds:
        return gather_sent(look.uow, [c.transaction.number for c in look.candidates][:NUMBERS], look.authors)
    return gather_report(look.uow, look.reading, look.query.tokens, look.lookup.token_keys)


def gather_report(
    uow: UnitOfWork, reading: Reading, tokens: Iterable[str], keys: Iterable[bytes] = ()
) -> ReachFacts | None:
    """For a mail in which a machine speaks of a notice of ours. keys: of our tokens."""
    returned = _returned(uow, reading, tuple(keys))
    parts = returned or _reported(uow, reading, tokens)
    if not parts:
        return None
    request = parts[0].request
    patron = uow.patrons.get(request.patron_id) if request.patron_id else None
    if patron is None and len(owners := uow.patrons.by_email([request.recipient])) == 1:
        patron = owners[0]
    name, phone = (patron.name, patron.phone) if patron else ("", "")
    if patron is None and (registration := uow.registrations.of(email=request.recipient)):
        name, phone = registration.name, registration.phone
    return ReachFacts(
        parts=tuple(parts),
        returned=bool(returned),
        patron=patron,
        phone=whom_to_phone(name, phone),
        states=uow.addresses.get_many([request.recipient]),
        lines=tuple(uow.heard.of(request.recipient, limit=LINES)),
    )


def _returned(uow: UnitOfWork, reading: Reading, keys: tuple[bytes, ...]) -> list[OutboxEntry]:
    """By the return path that it came back to: what it says of itself need not name the notice."""
    mail = reading.mail
    if mail.bounce is None:
        return []
    to = [*(one.address for one in (*mail.to, *mail.cc)), *(mail.header(name) for name in _ARRIVED_AT)]
    for entry_id, check in return_path.claimed(to)[:MOST_PATHS]:
        entry = uow.outbox.get(entry_id)
        if entry is not None and return_path.genuine(keys, check, entry.message_id):
            return uow.outbox.parts_of(entry.message_id)
    return []


def _reported(uow: UnitOfWork, reading: Reading, tokens: Iterable[str]) -> list[OutboxEntry]:
    """By Message-ID; systems that do not send it back quote our subject at least, and the token in it."""
    mail = reading.mail
    reports = (mail.bounce, mail.feedback, mail.receipt)
    if not any(reports) and reading.classification.main.kind is not Kind.AUTO_REPLY:
        return []
    named = [report.original_message_id for report in reports if report is not None]
    for message_id in dict.fromkeys([*named, *mail.in_reply_to, *mail.references[-5:]]):
        parts = uow.outbox.parts_of(message_id) if message_id else []
        if parts:
            return parts
    if mail.bounce is None or not (numbers := list(dict.fromkeys(tokens))):
        return []
    failed = {recipient.address.lower() for recipient in mail.bounce.recipients}
    rows = [r for r in uow.outbox.about(numbers) if r.state in PERHAPS_GONE and r.request.recipient in failed]
    return uow.outbox.parts_of(rows[-1].message_id) if rows else []


def gather_sent(uow: UnitOfWork, numbers: Iterable[str], patrons: Iterable[Patron]) -> ReachFacts:
    """For a patron who has not received something: what was sent about these, where, and what became of it."""
    about: dict[str, list[OutboxEntry]] = {number: [] for number in numbers}
    for row in uow.outbox.about(list(about)):
        about[row.request.number].append(row)
    patrons = tuple(patrons)
    addresses = {known.address for patron in patrons for known in patron.emails}
    addresses |= {row.request.recipient for rows in about.values() for row in rows}
    lines = [line for address in sorted(addresses)[:10] for line in uow.heard.of(address, limit=LINES)]
    who = patrons[0] if patrons else None
    return ReachFacts(
        patron=who,
        phone=whom_to_phone(who.name, who.phone) if who else "",
        about=MappingProxyType({number: tuple(rows) for number, rows in about.items()}),
        states=uow.addresses.get_many(sorted(addresses)),
        lines=tuple(sorted(lines, key=lambda line: -line.id)),
        suppliers=MappingProxyType({n: found for n in about if (found := _supplier(uow, n))}),
    )


def _supplier(uow: UnitOfWork, number: str) -> Supplier | None:
    """From the history: the latest mail that moved the request to 'shipped' or beyond."""
    for entry in reversed(uow.journal.of_transaction(number)):
        if entry.what == "state" and entry.mail_id is not None and entry.after in SUPPLIED:
            sender = uow.mails.get(entry.mail_id).sender
            return Supplier(address=sender.lower(), at=entry.at) if "@" in sender else None
    return None


def softs(reach: ReachFacts) -> tuple[HeardLine, ...]:
    """The soft bounces among what was heard."""
    return tuple(line for line in reach.lines if line.what is Heard.SOFT_BOUNCE)
