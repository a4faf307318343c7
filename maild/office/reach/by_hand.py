"""A librarian's own mail, written in webmail from the office's address: what it makes needless is taken back.

It is known as ours by a folder that configuration says holds sent mail (mailbox.sent_folders), or because its
sender is proven (a copy by Bcc); never by the From line alone. It is not answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import About, Action, Answered, Cause, Decision, Withdrawn
from maild.domain.incoming.letter import Letter
from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.domain.incoming.matching import Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.records.journal import MailRecord, MailStatus, ReviewItem, ReviewState
from maild.notify.writing.timing import BY_HAND
from maild.notify.writing.timing_policy import TimingPolicy
from maild.office.reach import SAY
from maild.spine.facts import Facts, Looking
from maild.spine.policy import Policy
from maild.spine.reading.files import all_attachments

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

OURS = "<maild."  # begins the Message-IDs of notices
OTHER_FOLDER = timedelta(minutes=10)  # so long the mail that is answered may take to come, too
MOST_LIBRARIES, MOST_CASES = 5, 20  # of one letter
MOST_ANSWERED = 20  # mails of one thread
_UNSENT = (OutboxState.WAITING, OutboxState.HELD)
# An answer settles a question. What has to be done in the books or by an act stays, with a note of the answer.
_QUESTIONS = frozenset(
    {
        Cause.QUESTION,
        Cause.UNKNOWN_SENDER,
        Cause.UNAUTHENTICATED,
        Cause.NO_NUMBER,
        Cause.UNKNOWN_NUMBER,
        Cause.SEVERAL_CANDIDATES,
        Cause.SENDER_MISFIT,
        Cause.PERMISSION,
        Cause.NOT_RECEIVED,
        Cause.SILENT,
        Cause.COMPLAINT,
        Cause.REGISTRATION,
    }
)
_TO_BE_DONE = frozenset(
    {Kind.PAYMENT_PROOF, Kind.DEPOSIT, Kind.INVOICE_REQUEST, Kind.REFUND_REQUEST, Kind.ADDRESS_CHANGE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """A mail that a librarian wrote, and what waits that it may concern.

    known_by  why it counts as the office's own
    answered  the stored mails that it answers and whose writer gets it; pending: one of them is not decided,
              or not even read yet
    items     the open review items of these mails, and of drafts to its recipients
    unsent    notices that wait: those that the answered mails caused, and those of the cases it names
    named     numbers of cases that it names and whose patron gets it
    letters   to libraries, about requests it names
    """

    known_by: str
    who: str
    answered: tuple[MailRecord, ...] = ()
    pending: bool = False
    items: tuple[ReviewItem, ...] = ()
    unsent: tuple[OutboxEntry, ...] = ()
    named: tuple[str, ...] = ()
    letters: tuple[Letter, ...] = ()


def written_here(uow: UnitOfWork, reading: Reading, own: str, sent: frozenset[str], mail_id: int | None) -> str:
    """Why the mail counts as written by a librarian, or ''. sent: folders ('account/folder') of sent mail."""
    mail = reading.mail
    if not own or mail.author.address != own.lower() or mail.automatic is not Automatic.NO or len(mail.from_) != 1:
        return ""
    if reading.classification.main.kind is Kind.OWN:
        return ""
    folder = next((key.mailbox for key in uow.mails.locations(mail_id) if key.mailbox in sent), "") if mail_id else ""
    if folder:
        return SAY("lies_in_sent", folder=folder)
    others = [address for address in _recipients(mail) if address != own.lower()]
    return SAY("offices_address") if reading.auth.passed and others else ""


def gather_by_hand(look: Looking) -> ByHand | None:
    """What a librarian's mail may concern; None for any other mail."""
    uow, mail = look.uow, look.reading.mail
    known_by = written_here(uow, look.reading, look.lookup.own_address, look.lookup.sent_folders, look.mail_id)
    if not known_by:
        return None
    to = _addressees(uow, mail)
    answered = tuple(_answered(uow, mail, to))
    named, about = _named(uow, look.query, to)
    caused = [row for record in answered for row in uow.outbox.of_mail(record.id)]
    unsent = {row.id: row for row in (*caused, *about) if row.state in _UNSENT}
    items = uow.reviews.open_of([record.id for record in answered])
    keys = (uow.reviews.of_key(row.request.subject) for row in about if row.state is OutboxState.HELD)
    items += [item for item in keys if item is not None and item.state is ReviewState.OPEN]
    return ByHand(
        known_by=known_by,
        who=mail.author.name or mail.author.address,
        answered=answered,
        named=named,
        pending=any(record.status is MailStatus.PENDING for record in answered)
        or _early(uow, mail, look.mail_id, look.now),
        items=tuple({item.id: item for item in items}.values()),
        unsent=tuple(unsent.values()),
        letters=tuple(_letters(look, mail, to)),
    )


def _letters(look: Looking, mail: ParsedMail, to: _To) -> Iterator[Letter]:
    """To whom it goes that has an address like a library's, and is no patron; about each request that it names."""
    patrons = frozenset(known.address for p in look.uow.patrons.by_email(sorted(to.addresses)) for known in p.emails)
    trusted = look.lookup.trusted.institutions
    libraries = [a for a in sorted(to.addresses - patrons) if trusted.like_a_library(a)][:MOST_LIBRARIES]
    if not libraries or not mail.message_id:
        return
    cases = look.uow.transactions.get_many(list(dict.fromkeys([*look.query.numbers, *look.query.threads]))[:MOST_CASES])
    for address, case in product(libraries, cases):
        yield Letter(address=address, number=case.number, message_id=mail.message_id, at=look.now)


def _early(uow: UnitOfWork, mail: ParsedMail, mail_id: int | None, now: datetime) -> bool:
    """Whether what it answers may still come: folders are read side by side, and this one was faster."""
    missing = [m for m in mail.in_reply_to[:1] if not m.startswith(OURS) and uow.mails.known_message(m) is None]
    stored = uow.mails.get(mail_id).stored if missing and mail_id is not None else None
    return stored is not None and now - stored < OTHER_FOLDER


def _recipients(mail: ParsedMail) -> list[str]:
    return [known.address.lower() for known in (*mail.to, *mail.cc) if known.address]


@dataclass(frozen=True, slots=True, kw_only=True)
class _To:
    """Whom a mail goes to: the addresses, and the patrons who have them, with all their other addresses."""

    addresses: frozenset[str]
    patrons: frozenset[str]
    theirs: frozenset[str]

    def reaches(self, row: OutboxEntry) -> bool:
        """Whether the notice is for somebody whom the mail goes to."""
        return row.request.recipient in self.addresses or row.request.patron_id in self.patrons


def _addressees(uow: UnitOfWork, mail: ParsedMail) -> _To:
    addresses = _recipients(mail)
    patrons = uow.patrons.by_email(addresses)
    theirs = {known.address for patron in patrons for known in patron.emails}
    return _To(
        addresses=frozenset(addresses),
        patrons=frozenset(p.patron_id for p in patrons),
        theirs=frozenset({*addresses, *theirs}),
    )


def _answered(uow: UnitOfWork, mail: ParsedMail, to: _To) -> Iterator[MailRecord]:
    """The stored mails of the thread whose writer is written to: the one answered, and what went before it."""
    ids = dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)])
    for message_id in list(ids)[:MOST_ANSWERED]:
        record = uow.mails.known_message(message_id)
        if record is not None and record.sender.lower() in to.theirs:
            yield record


def _named(uow: UnitOfWork, query: Query, to: _To) -> tuple[tuple[str, ...], list[OutboxEntry]]:
    """Cases that the mail is about (number, token, thread), where it goes to their patron or to whom we write
    about them; and our notices of these cases to those people.
    """
    numbers = list(dict.fromkeys([*query.tokens, *query.numbers, *query.threads]))
    if not numbers:
        return (), []
    cases = uow.transactions.get_many(numbers)
    rows = [row for row in uow.outbox.about(numbers) if to.reaches(row)]
    elsewhere = {row.request.number for row in rows}
    named = tuple(t.number for t in cases if t.patron_id in to.patrons or t.number in elsewhere)
    return named, [row for row in rows if row.request.number in named]


def decide_by_hand(reading: Reading, known: Facts, policy: Policy) -> Decision | None:
    """Take back what has been said by hand, settle what has been answered; None for any other mail. Never answers,
    never moves a request.
    """
    facts = known.of(ByHand)
    if facts is None:
        return None
    base = Decision(action=Action.IGNORE, about=About(kind=Kind.OWN, rule="by-hand", transactions=facts.named))
    if facts.pending:
        return replace(base, action=Action.DEFER, reasons=(SAY("mail_undecided"),))
    why = SAY("answered_by_hand_by", who=facts.who)
    withdrawn = tuple(_withdrawn(reading, facts, policy.timing_policy, why))
    done = tuple(
        Answered(item_id=i.id, version=i.version, actor=facts.who, note=why, open=_stays_open(i)) for i in facts.items
    )
    said = (
        SAY("written_by_hand_by", who=facts.who, why=facts.known_by),
        *(SAY("notice_why", id=w.entry_id, why=w.reason) for w in withdrawn),
        *(SAY("item_stays_open" if a.open else "item_answered", id=a.item_id) for a in done),
    )
    action = Action.APPLY if withdrawn or done else Action.IGNORE
    return replace(base, action=action, effects=(*withdrawn, *done, *facts.letters), reasons=said)


def _stays_open(item: ReviewItem) -> bool:
    late_review = item.cause is Cause.REGISTRATION and bool(item.key)
    return item.kind in _TO_BE_DONE or item.cause not in _QUESTIONS or late_review


def _withdrawn(reading: Reading, facts: ByHand, timing_policy: TimingPolicy, why: str) -> Iterator[Withdrawn]:
    mails = {record.id: record.message_id for record in facts.answered}
    keys = {item.key for item in facts.items if item.key}
    text = reading.mail.reply_text
    files = {a.sha256 for a in all_attachments(reading.mail)}
    for row in facts.unsent:
        request = row.request
        if request.data.get(BY_HAND):
            continue  # by hand as well: a person wanted both
        of_mail = request.mail_id in mails
        if row.state is OutboxState.HELD and (of_mail or request.subject in keys):
            yield Withdrawn(entry_id=row.id, reason=SAY("draft_not_needed", why=why))
        elif of_mail and request.reply_to == mails[request.mail_id or 0] and not request.documents:
            yield Withdrawn(entry_id=row.id, reason=why)
        elif (
            request.number in facts.named
            and row.state is OutboxState.WAITING
            and (said := _said(request.kind, request.documents, text, files, timing_policy))
        ):
            yield Withdrawn(entry_id=row.id, reason=SAY("answered_who", why=why, what=said))


def _said(
    kind: NoticeKind, documents: Sequence[tuple[str, str]], text: str, files: set[str], timing_policy: TimingPolicy
) -> str:
    """How the hand-written mail says what the notice would, or ''. A document is said by nothing but itself."""
    if documents:
        return SAY("sent_the_file") if {sha256 for sha256, _ in documents} <= files else ""
    word = timing_policy.says_the_same(kind, text)
    return SAY("says_the_same", word=word) if word else ""
