"""What staff say a mail is, read from what they did with its queue item. Pure but for what it is given.

A label comes from a person's act alone: a draft that was let go, a ready text that was chosen, a proof that was
booked, thanks that were dismissed, or plain words (`maild learn label`). What a librarian wrote freely, or undid,
labels nothing; what maild did by itself never does, or it would learn its own mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.incoming.opinion import CONSENT
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.office.acting.drafts import ANSWERED, UNDONE, history_of
from maild.office.answers.questions import AnswerPolicy

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


LABEL = "label"  # what a line of history is by which staff say what a mail is; `after`: the kinds
MAILD = "maild"
_NOT_SENT = frozenset({OutboxState.CANCELLED, OutboxState.HELD, OutboxState.FAILED})
_OF_NOTICE: Mapping[NoticeKind, str] = MappingProxyType(
    {
        NoticeKind.QUERY_ANSWER: Kind.STATUS_QUERY,
        NoticeKind.NOT_RECEIVED_ANSWER: Kind.NOT_RECEIVED,
        NoticeKind.SUPPLY_QUERY: Kind.NOT_RECEIVED,
        NoticeKind.ACCOUNT_STATEMENT: Kind.DEPOSIT,
        NoticeKind.RENEWAL_ASKED: Kind.RENEW_REQUEST,
        NoticeKind.CANCEL_ASKED: Kind.CANCEL_REQUEST,
        NoticeKind.CANCEL_LATE: Kind.CANCEL_REQUEST,
        NoticeKind.REFUND_ANSWER: Kind.REFUND_REQUEST,
        NoticeKind.PERMISSION_REPORT: Kind.PERMISSION_PROBLEM,
        NoticeKind.INVOICE_RECEIVED: Kind.INVOICE_REQUEST,
        NoticeKind.INVOICE_ISSUED: Kind.INVOICE_REQUEST,
        NoticeKind.DELIVERY_CHANGED: Kind.ADDRESS_CHANGE,
        NoticeKind.REGISTRATION_STATE: Kind.REGISTRATION_QUESTION,
        NoticeKind.FEE_NOTICE: Kind.FEE_QUESTION,
        NoticeKind.FEE_ACCEPTED: CONSENT,
        NoticeKind.PROOF_RECEIVED: Kind.PAYMENT_PROOF,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLabel:
    """What a mail is by the last thing staff did with it. maybe: what it may be as well; by: who said so."""

    kinds: frozenset[str]
    maybe: frozenset[str] = frozenset()
    by: str = ""


def label_of(uow: UnitOfWork, item: ReviewItem, answers: AnswerPolicy) -> StaffLabel | None:
    """The label of an item's mail; None where what was done with it says nothing of what it is."""
    acts = [e for e in history_of(uow, item) if e.actor != MAILD and e.what in ("act", LABEL)]
    if said := _spoken(acts):
        return said
    undone = max((place for place, e in enumerate(acts) if e.after == UNDONE), default=-1)
    done = next((e for e in reversed(acts[undone + 1 :]) if e.after in _ACTS), None)
    return _by_act(uow, item, done, answers) if done is not None else None


_ACTS = frozenset({ANSWERED, "assigned", "dismissed"})


def _by_act(uow: UnitOfWork, item: ReviewItem, done: JournalEntry, answers: AnswerPolicy) -> StaffLabel | None:
    if done.after == ANSWERED:
        rows = [uow.outbox.get(int(str(number))) for number in _ids(done, "drafts") + _ids(done, "outbox")]
        return of_notices([row for row in rows if row is not None], answers, done.actor)
    if done.after == "assigned" and item.kind == Kind.PAYMENT_PROOF:
        return StaffLabel(kinds=frozenset({item.kind}), by=done.actor)
    if done.after == "dismissed" and item.kind == Kind.THANKS:
        return StaffLabel(kinds=frozenset({item.kind}), by=done.actor)
    return None


def _ids(entry: JournalEntry, name: str) -> list[object]:
    found = entry.data.get(name, ())
    return list(found) if isinstance(found, list | tuple) else []


def of_notices(rows: Iterable[OutboxEntry], answers: AnswerPolicy, by: str) -> StaffLabel | None:
    """What a mail is that these notices answer; a text that answers several kinds leaves open which it was."""
    sure: set[str] = set()
    maybe: set[str] = set()
    for row in rows:
        if row.state in _NOT_SENT:
            continue
        for kinds in _kinds(row, answers):
            (sure if len(kinds) == 1 else maybe).update(kinds)
    return StaffLabel(kinds=frozenset(sure), maybe=frozenset(maybe - sure), by=by) if sure else None


def _kinds(row: OutboxEntry, answers: AnswerPolicy) -> list[frozenset[str]]:
    """For each topic of the notice the kinds that it answers; for a notice without topics, its own."""
    topics = [entry.get("topic") for entry in _rows(row.request.data.get("topics")) if isinstance(entry, Mapping)]
    found = [
        frozenset(q.kind.value for q in answers.questions.values() if q.topics[:1] == (topic,)) for topic in topics
    ]
    own = _OF_NOTICE.get(row.request.kind)
    return [kinds for kinds in found if kinds] or ([frozenset({str(own)})] if own else [])


def _rows(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def judged(uow: UnitOfWork, mail_ids: Sequence[int], answers: AnswerPolicy) -> dict[int, StaffLabel]:
    """What staff say of these mails, of those that they have looked at: by their items, or in plain words."""
    found: dict[int, StaffLabel] = {}
    for item in uow.reviews.of_mails(mail_ids):
        if item.mail_id is not None and (label := label_of(uow, item, answers)):
            found[item.mail_id] = label
    for mail_id in mail_ids:
        if mail_id not in found and (label := _spoken(uow.journal.of_mail(mail_id))):
            found[mail_id] = label
    return found


def _spoken(lines: Iterable[JournalEntry]) -> StaffLabel | None:
    said = [line for line in lines if line.what == LABEL and line.actor != MAILD]
    return StaffLabel(kinds=frozenset(said[-1].after.split()), by=said[-1].actor) if said else None
