"""Writing a decision down: state, documents, notices, reasons and history in ONE database transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Action, Cause, Decision, in_a_line
from maild.domain.incoming.matching import Candidate
from maild.domain.records.journal import JournalEntry, MailRecord, MailStatus, ReviewItem, Settled
from maild.domain.records.privacy import Sort
from maild.spine import SAY
from maild.spine.recording.floods import sort_out
from maild.spine.recording.keeping import At, Caused, Keeper, Keeping, Watcher

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

LONGEST = 2000  # characters of a mail's own line
STATUS = {Action.APPLY: MailStatus.SETTLED, Action.REVIEW: MailStatus.REVIEW, Action.IGNORE: MailStatus.IGNORED}


class Page:
    """What a batch of mails causes. State changes at once, since the next mail may be about the same transaction;
    what no mail of the batch reads again (reasons, history, notices, the mails' own status) is written by `close`.
    """

    def __init__(self, uow: UnitOfWork, now: datetime, keeping: Keeping, *, actor: str = "maild") -> None:
        self._uow, self._now, self._actor = uow, now, actor
        self._keepers = keeping.keepers
        self._watchers: Sequence[Watcher] = [made() for made in keeping.watchers]
        self._decisions: list[tuple[int, Decision]] = []
        self._before: set[int] = set()  # mails that may have been handled, and answered, before
        self._history: list[JournalEntry] = []
        self._settled: list[Settled] = []
        self._reviews: list[ReviewItem] = []
        self._marks: dict[str, int] = {}
        self._notices = 0

    def record(self, mail: MailRecord, decision: Decision, text: str = "", *, snippet: str = "") -> None:
        """Apply a decision and settle its mail, which is held. `text`: what its item in the queue is found by.

        Raises StaleVersion if a transaction moved meanwhile.
        """
        at = At(now=self._now, actor=self._actor, mail_id=mail.id)
        self._history += move(self._uow, decision, self._keepers, at)
        for watcher in self._watchers:
            self._history += watcher.saw(mail, decision, self._now)
        self._decisions.append((mail.id, decision))
        if mail.recovered:
            self._before.add(mail.id)
        if decision.writer.auth and decision.writer.auth.seal:
            self._marks = (
                dict.fromkeys(decision.writer.auth.seal.marks, mail.id) | self._marks
            )  # the first bearer stays
        status = MailStatus.REVIEW if decision.cause else STATUS[decision.action]
        self._settled.append(
            Settled(
                mail_id=mail.id,
                status=status,
                kind=decision.about.kind,
                rule=decision.about.rule,
                reason=in_a_line(decision.reasons)[:LONGEST],
            )
        )
        if decision.cause:
            self._reviews.append(review_item(mail, decision, text, snippet))

    def close(self) -> int:
        """Write the rest; returns how many notices were created in all."""
        self.flush()
        return self._notices

    def flush(self) -> None:
        """Write what has been put off so far, a statement a table."""
        uow, now = self._uow, self._now
        uow.journal.add(self._history)
        uow.decisions.add_many(self._decisions, now)
        uow.mails.settle_many(self._settled, now)
        for watcher in self._watchers:
            watcher.write(uow, now)
        joined = self._open_items()
        uow.marks.add(self._marks)
        every = [
            Caused(decision=decision, mail_id=each, anew=True, before=each in self._before, joined=each in joined)
            for each, decision in self._decisions
        ]
        self._notices += len(close(uow, every, self._keepers, now))
        for kept in (self._decisions, self._history, self._settled, self._reviews, self._marks):
            kept.clear()

    def _open_items(self) -> Set[int]:
        """Put the batch's items into the queue; returns the mails that share the item of another one."""
        uow, now = self._uow, self._now
        self._reviews = say_erased(uow, self._reviews)
        own, joined = sort_out(uow, self._reviews, dict(self._decisions))
        uow.reviews.add_many(own, now)
        alone = uow.reviews.fold(joined)
        if alone:
            uow.reviews.add_many([item for item in self._reviews if item.mail_id in alone], now)
        return joined.keys() - alone.keys()


def say_erased(uow: UnitOfWork, items: Sequence[ReviewItem]) -> list[ReviewItem]:
    """Staff are told why nothing is known of a sender whom everybody remembers."""
    senders = [item.sender for item in items if item.sender]
    gone = uow.erasures.known(Sort.ADDRESS, senders)
    return [
        replace(item, reasons=(SAY("sender_erased"), *item.reasons)) if item.sender in gone else item for item in items
    ]


def apply(
    uow: UnitOfWork,
    decision: Decision,
    now: datetime,
    keepers: Sequence[Keeper],
    *,
    actor: str,
    mail_id: int | None = None,
) -> tuple[int, ...]:
    """Everything a decision changes, with its history; returns the ids of the notices created."""
    uow.journal.add(move(uow, decision, keepers, At(now=now, actor=actor, mail_id=mail_id)))
    return tuple(close(uow, [Caused(decision=decision, mail_id=mail_id)], keepers, now))


def move(uow: UnitOfWork, decision: Decision, keepers: Iterable[Keeper], at: At) -> list[JournalEntry]:
    """Change what the decision changes; returns the history that is to be written."""
    return [line for keeper in keepers for line in keeper.keep(uow, decision, at)]


def close(uow: UnitOfWork, every: Sequence[Caused], keepers: Iterable[Keeper], now: datetime) -> list[int]:
    """Write what these decisions cause beyond that; returns the ids of the notices that leave the house."""
    return [one for keeper in keepers for one in keeper.keep_together(uow, every, now)]


def candidate_row(candidate: Candidate) -> dict[str, object]:
    """A candidate as a queue item keeps it, JSON-able. Codes are with its evidence alone: its reasons repeat it."""
    evidence = [{"signal": e.signal.value, "points": e.weight, "reason": e.reason} for e in candidate.evidence]
    return {
        "transaction": candidate.transaction.number,
        "score": candidate.score,
        "reasons": [*map(str, candidate.reasons)],
        "evidence": evidence,
    }


def review_item(mail: MailRecord, decision: Decision, text: str = "", snippet: str = "") -> ReviewItem:
    """What staff are shown: the mail with everything that was found out."""
    candidates = tuple(map(candidate_row, decision.about.candidates))
    return ReviewItem(
        id=0,
        mail_id=mail.id,
        cause=decision.cause,
        kind=decision.about.kind,
        sender=mail.sender,
        subject=mail.subject,
        transactions=decision.about.transactions,
        candidates=candidates,
        reasons=decision.reasons,
        text=text,
        snippet=snippet,
    )


def open_notice(uow: UnitOfWork, cause: Cause, subject: str, reasons: tuple[str, ...], now: datetime) -> int:
    """A review item without a stored mail, such as a mail too large to fetch."""
    return uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=cause, subject=subject, reasons=reasons), now)
