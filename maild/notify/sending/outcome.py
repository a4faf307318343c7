"""What becomes of a notice after the server's answer: a table of verdicts, recorded in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.domain.errors import MaildError, TemplateFault, Temporary
from maild.domain.operation.backoff import Backoff
from maild.domain.outgoing.notice import OutboxEntry, OutboxState, SendResult, SendVerdict
from maild.domain.outgoing.reach import ReachPolicy
from maild.notify.sending import SAY, doubt
from maild.notify.sending.doubt import OnSent
from maild.notify.sending.ending import note
from maild.notify.sending.hearing import deferred, lost, taken
from maild.notify.sending.plan import Parcel

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


OUR_SIDE = frozenset({"connect", "login"})  # stages at which no mail has been named yet
RETRY_CAP_SECONDS = 4 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A parcel and the answer to it. `resume`: when to try again where the answer was not about the mail.

    raw: what was handed over, of which no copy is kept yet
    copy: sha256 of its copy; parts: of the blobs that it is put together from; whole: the copy, if it is no blob yet
    lay: a copy is wanted in the folder of sent mail, too
    held: refused, and it is not known yet whether that is the server's trouble: certainly not sent
    """

    parcel: Parcel
    result: SendResult
    message_id: str = ""
    resume: datetime | None = None
    raw: bytes = field(default=b"", repr=False)
    copy: str = ""
    parts: tuple[str, ...] = ()
    whole: bytes = field(default=b"", repr=False)
    lay: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """How often and how long; `chance` gives the jitter, in [0, 1)."""

    max_attempts: int
    base_seconds: float
    chance: Callable[[], float]
    reach: ReachPolicy = field(default_factory=ReachPolicy)

    def delay(self, attempts: int) -> timedelta:
        """The wait after the `attempts`-th try."""
        backoff = Backoff(base=self.base_seconds, cap=RETRY_CAP_SECONDS, jitter=0.3)
        return timedelta(seconds=backoff.delay(attempts, self.chance()))


def waits(reply: str) -> str:
    """What a notice says of itself that waits for the line."""
    return SAY("takes_nothing_now", reply=reply)


def blameless(result: SendResult) -> bool:
    """The server could not be used at all: no mail is to blame, and none loses a try."""
    return result.verdict is SendVerdict.TEMPORARY and result.stage in OUR_SIDE


def record_all(
    uow: UnitOfWork, outcomes: Sequence[Outcome], now: datetime, retrying: Retrying, on_sent: OnSent, owner: str
) -> list[tuple[Outcome, OutboxState]]:
    """Record what is still this owner's to record: rows that another process has taken meanwhile are its own. That a
    mail was taken is a fact, whoever has its row by now.
    """
    stand = uow.outbox.standing([outcome.parcel.main.id for outcome in outcomes], owner)
    kept = []
    for outcome in outcomes:
        state, sent = stand.get(outcome.parcel.main.id), outcome.result.verdict is SendVerdict.SENT
        if state is None and not sent:
            kept.append((outcome, OutboxState.LEASED))
            continue
        if outcome.held:
            uow.outbox.unbegin([part.id for part in outcome.parcel.parts], owner)
            kept.append((outcome, OutboxState.LEASED))
            continue
        if state is OutboxState.IN_DOUBT:
            doubt.close(uow, outcome.parcel.main, now, SAY("recorded_after_all"))
        kept.append((outcome, record(uow, outcome, now, retrying, on_sent)))
    uow.fresh_copies.add({outcome.copy: outcome.whole for outcome in outcomes if outcome.whole})
    return kept


def record(uow: UnitOfWork, outcome: Outcome, now: datetime, retrying: Retrying, on_sent: OnSent) -> OutboxState:
    """Mark the parcel's rows for the answer and return what became of the leading one."""
    main, result = outcome.parcel.main, outcome.result
    if result.verdict is SendVerdict.SENT:
        _sent(uow, outcome, now, on_sent)
        taken(uow, outcome.parcel, now)
        return OutboxState.SENT
    if result.verdict is SendVerdict.UNKNOWN:
        doubt.declare(uow, outcome.parcel.parts, now, SAY("no_answer", reply=result.reply))
        return OutboxState.IN_DOUBT
    if outcome.resume is not None or blameless(result):
        _wait(uow, outcome, now, outcome.resume or now, attempts=main.attempts)
        return OutboxState.WAITING
    attempts = main.attempts + 1
    if reason := _final(result, attempts, retrying.max_attempts):
        lost(uow, outcome.parcel, result, now, reason, attempts, retrying.reach)
        _release_partners(uow, outcome.parcel, now, now)
        return OutboxState.FAILED
    until = now + retrying.delay(attempts)
    if result.verdict is SendVerdict.TEMPORARY and deferred(uow, main, result, now, retrying.reach):
        attempts = main.attempts
    _wait(uow, outcome, now, until, attempts=attempts)
    note(uow, main, OutboxState.WAITING, now, result.reply, attempts=attempts, until=until.isoformat())
    return OutboxState.WAITING


def _final(result: SendResult, attempts: int, most: int) -> str:
    """Why there is no further try, or ''."""
    if result.verdict is SendVerdict.PERMANENT:
        return result.reply or "refused"
    return SAY("given_up", tries=attempts, reply=result.reply) if attempts >= most else ""


def _sent(uow: UnitOfWork, outcome: Outcome, now: datetime, on_sent: OnSent) -> None:
    main, *others = outcome.parcel.parts
    reply = outcome.result.reply
    uow.outbox.mark(
        main.id,
        OutboxState.SENT,
        now=now,
        reply=reply,
        message_id=outcome.message_id,
        attempts=main.attempts + 1,
        copy=outcome.copy,
    )
    uow.outbox.keep_parts(outcome.copy, outcome.parts)
    if outcome.lay and outcome.copy:
        uow.sent_copies.want(main.id, now)
    note(uow, main, OutboxState.SENT, now, reply, message_id=outcome.message_id, copy=outcome.copy)
    for other in others:
        pointer = SAY("merged", id=main.id)
        uow.outbox.mark(
            other.id, OutboxState.MERGED, now=now, reply=pointer, message_id=outcome.message_id, copy=outcome.copy
        )
        note(uow, other, OutboxState.MERGED, now, pointer, merged_into=main.id)
    for part in outcome.parcel.parts:
        if follow := on_sent.get(part.request.kind):
            _tell(uow, part, now, follow)


def _tell(
    uow: UnitOfWork, entry: OutboxEntry, now: datetime, follow: Callable[[UnitOfWork, OutboxEntry], None]
) -> None:
    """What follows from sending happens with the mark, but its failing does not undo what is a fact."""
    try:
        with uow.savepoint():
            follow(uow, entry)
    except Temporary:
        raise  # the whole record is repeated
    except MaildError as error:
        note(uow, entry, OutboxState.SENT, now, SAY("aftermath_failed", why=error.what))


def _wait(uow: UnitOfWork, outcome: Outcome, now: datetime, until: datetime, *, attempts: int) -> None:
    main, reply = outcome.parcel.main, outcome.result.reply
    reply = waits(reply) if outcome.resume is not None and reply else reply
    uow.outbox.mark(main.id, OutboxState.WAITING, now=now, reply=reply, not_before=until, attempts=attempts)
    _release_partners(uow, outcome.parcel, now, until)


def _release_partners(uow: UnitOfWork, parcel: Parcel, now: datetime, until: datetime) -> None:
    """Each has its own Message-ID again: it may lead the next time."""
    for other in parcel.parts[1:]:
        uow.outbox.mark(other.id, OutboxState.WAITING, now=now, not_before=until, message_id=other.message_id)


def unwritable(error: Exception) -> SendResult:
    """A template or a disk can be mended; data that cannot be written needs a person."""
    mendable = isinstance(error, Temporary | TemplateFault)
    verdict = SendVerdict.TEMPORARY if mendable else SendVerdict.PERMANENT
    what = error.what if isinstance(error, MaildError) else f"{type(error).__name__}: {error}"
    return SendResult(verdict=verdict, reply=SAY("cannot_be_written", why=what), stage="write")
