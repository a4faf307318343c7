"""What staff do with notices: send again, send elsewhere, withdraw, pause, let go, say that one has arrived; one, or
several. Audited.

`seen` is the state that its author had before him: what a colleague, or the relay, has changed since is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from maild.domain.errors import MaildError, NotFound, Permanent, StaleVersion
from maild.domain.outgoing.notice import UNDER_WAY, NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.records.journal import JournalEntry
from maild.notify.rendering import mime
from maild.notify.sending import SAY as SENDING
from maild.notify.sending import doubt
from maild.notify.sending.line import REDIRECTED
from maild.notify.writing.compose import AGAIN_AT, AGAIN_TO
from maild.notify.writing.timing import BY_HAND
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, Id, act
from maild.office.acting.result import ActResult
from maild.office.reach import SAY
from maild.office.reach.sent import told
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

_S = OutboxState
GONE = frozenset({_S.SENT, _S.MERGED})
# What each act may begin from.
CANCELLABLE = frozenset({_S.WAITING, _S.HELD, _S.FAILED})
HOLDABLE = frozenset({_S.WAITING})
RESENDABLE = frozenset({_S.FAILED, _S.CANCELLED, _S.SENT, _S.MERGED, _S.IN_DOUBT})
SETTLEABLE = frozenset({_S.IN_DOUBT})
MOST_IN_DOUBT = 10_000
RELEASABLE = frozenset({_S.HELD})
RETRYABLE = frozenset({_S.WAITING, _S.HELD, _S.FAILED})  # what was sent, merged or withdrawn never waits again by it
SAYS_AGAIN = frozenset({NoticeKind.DOCUMENT_DELIVERED, NoticeKind.PICK_UP})  # kinds that can say that they are repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one of several (result.One)."""

    entry_id: int
    done: str = ""
    refused: str = ""
    remedy: str = ""
    outbox: tuple[int, ...] = ()
    noun: ClassVar[str] = "notice"

    @property
    def number(self) -> int:
        return self.entry_id


Notice = Annotated[Id, Given(help="Number of the notice.", option="notice_id")]
Notices = Annotated[tuple[Id, ...], Given(help="Numbers of notices.", least=1, most=500)]
Seen = Annotated[OutboxState | None, Given(help="The state that was looked at.", name="state")]
Address = Annotated[str, Given(help="Another address of the same patron.", least=3, most=320)]


class OutboxActs:
    """Raises NotFound, Permanent (not possible, with the reason), StaleVersion where it has changed since `seen`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    @act("outbox.resend", "/outbox/{entry_id:int}/resend", command=None)
    def resend(self, entry_id: Notice, *, actor: str, seen: Seen = None) -> ActResult:
        """Send a notice again: one that had left as a new mail.

        Mail systems drop a second one of the same id.
        """
        with self._store.begin() as uow:
            entry = _entry(uow, entry_id, seen, RESENDABLE, SAY("be_sent_again"))
            if entry.state in GONE:
                return self._anew(uow, entry, entry.request.recipient, actor)
            if entry.state is _S.IN_DOUBT:
                return self._once_more(uow, entry, actor)
            return self._turn(uow, entry, _S.WAITING, actor)

    @act("outbox.sent_already", "/outbox/{entry_id:int}/sent", command=None)
    def sent(self, entry_id: Notice, *, actor: str, seen: Seen = None) -> ActResult:
        """Say that a notice in doubt has left.

        All that went in its mail counts as sent.
        """
        with self._store.begin() as uow:
            entry = _entry(uow, entry_id, seen, SETTLEABLE, SAY("be_called_sent"))
            now, parts = self._clock.now(), _mail_of(uow, entry)
            doubt.settle(uow, parts, now, SAY("had_left_says", who=actor), told(lambda: now), actor=actor)
            for part in parts:
                _history(uow, part, str(_S.SENT), actor, now)
            return ActResult(
                done=SAY("moved", id=entry.id, before=entry.state, after=_S.SENT), outbox=tuple(p.id for p in parts)
            )

    def _once_more(self, uow: UnitOfWork, entry: OutboxEntry, actor: str) -> ActResult:
        now, parts = self._clock.now(), _mail_of(uow, entry)
        doubt.again(uow, parts, now, actor=actor)
        for part in parts:
            _history(uow, part, str(_S.WAITING), actor, now)
        return ActResult(
            done=SAY("moved", id=entry.id, before=entry.state, after=_S.WAITING), outbox=tuple(p.id for p in parts)
        )

    def retry(self, entry_id: Notice, *, actor: str, seen: Seen = None) -> ActResult:
        """Send one that waits, is held or failed as soon as possible."""
        with self._store.begin() as uow:
            return self._turn(uow, _entry(uow, entry_id, seen, RETRYABLE, SAY("be_tried_again")), _S.WAITING, actor)

    @act("outbox.elsewhere", "/outbox/{entry_id:int}/elsewhere", command=None)
    def to_address(self, entry_id: Notice, address: Address, *, actor: str, seen: Seen = None) -> ActResult:
        """Send a notice to another address of the same patron.

        One that had not left is withdrawn. Raises Permanent where it is not the patron's, or the same.
        """
        with self._store.begin() as uow:
            entry = _entry(uow, entry_id, seen, RESENDABLE | CANCELLABLE, SAY("be_sent_elsewhere"))
            patron = uow.patrons.get(entry.request.patron_id) if entry.request.patron_id else None
            wanted = mime.address(address).lower()
            if patron is None or wanted not in {known.address.lower() for known in patron.emails}:
                raise Permanent(SAY("not_the_patrons", address=address[:200]), remedy=SAY("add_address"))
            if wanted == entry.request.recipient.lower():
                raise Permanent(
                    SAY("goes_there_already", id=entry_id, address=wanted), remedy=SAY("send_again_instead")
                )
            if entry.state in CANCELLABLE:
                said = SAY("sent_elsewhere_by", address=wanted, actor=actor)
                uow.outbox.mark(entry.id, _S.CANCELLED, now=self._clock.now(), reply=said)
            return self._anew(uow, entry, wanted, actor)

    @act("outbox.cancel", "/outbox/{entry_id:int}/cancel")
    def cancel(self, entry_id: Notice, *, actor: str, seen: Seen = None) -> ActResult:
        """Withdraw a notice that has not left."""
        with self._store.begin() as uow:
            entry = _entry(uow, entry_id, seen, CANCELLABLE, SAY("be_withdrawn"))
            return self._turn(uow, entry, _S.CANCELLED, actor)

    @act("outbox.hold", "/outbox/{entry_id:int}/hold")
    def hold(self, entry_id: Notice, *, actor: str, seen: Seen = None) -> ActResult:
        """Keep a waiting notice back.

        It stays until it is let go.
        """
        with self._store.begin() as uow:
            return self._turn(uow, _entry(uow, entry_id, seen, HOLDABLE, SAY("be_held")), _S.HELD, actor)

    @act("outbox.release", "/outbox/{entry_id:int}/release")
    def release(self, entry_id: Notice, *, actor: str, seen: Seen = None) -> ActResult:
        """Let a held notice go.

        A draft, too.
        """
        with self._store.begin() as uow:
            return self._turn(uow, _entry(uow, entry_id, seen, RELEASABLE, SAY("be_let_go")), _S.WAITING, actor)

    @act("outbox.resend_several", "/outbox/several/resend", command=None)
    def resend_all(self, items: Notices, *, actor: str) -> list[Done]:
        """Send failed notices again, and those in doubt once more.

        Each by itself.
        """
        return self._all(items, (_S.FAILED, _S.IN_DOUBT), lambda i, seen: self.resend(i, actor=actor, seen=seen))

    @act("outbox.sent_several", "/outbox/several/sent", command=None)
    def sent_all(self, items: Notices, *, actor: str) -> list[Done]:
        """Say of several notices in doubt that they have left.

        Each by itself.
        """
        return self._all(items, (_S.IN_DOUBT,), lambda i, seen: self.sent(i, actor=actor, seen=seen))

    def in_doubt(self, since: datetime) -> list[int]:
        """Notices in doubt that were written since then, the oldest first."""
        with self._store.read() as uow:
            found = uow.outbox.find(state=_S.IN_DOUBT, limit=MOST_IN_DOUBT)
        return sorted(entry.id for entry in found if entry.created >= since)

    def retry_failed(self, since: datetime, *, actor: str) -> list[Done]:
        """Send again what failed since then, such as in an outage; what went to another address instead is left."""
        with self._store.read() as uow:
            found = tuple(entry.id for entry in uow.outbox.failed_since(since) if REDIRECTED not in entry.reply)
        return self.resend_all(found, actor=actor)

    def _all(
        self, entry_ids: Sequence[int], states: Sequence[OutboxState], do: Callable[[int, OutboxState], ActResult]
    ) -> list[Done]:
        """One after the other, where it is in one of the states; what one decided with another, too, is done."""
        with self._store.read() as uow:
            known = {i: entry.state for i in dict.fromkeys(entry_ids) if (entry := uow.outbox.get(i)) is not None}
        results: list[Done] = []
        for entry_id in dict.fromkeys(entry_ids):
            with_it = next((each for each in results if entry_id in each.outbox), None)
            if with_it is not None:  # it went, or would have gone, in the same mail
                results.append(Done(entry_id=entry_id, done=with_it.done, outbox=with_it.outbox))
                continue
            state = known.get(entry_id)
            try:
                result = do(entry_id, state if state is not None and state in states else states[0])
            except MaildError as error:
                results.append(Done(entry_id=entry_id, refused=error.what, remedy=error.remedy))
            else:
                results.append(Done(entry_id=entry_id, done=result.done, outbox=result.outbox))
        return results

    def _turn(self, uow: UnitOfWork, entry: OutboxEntry, state: OutboxState, actor: str) -> ActResult:
        now = self._clock.now()
        uow.outbox.mark(entry.id, state, now=now, reply=SENDING("by", actor=actor), not_before=now, attempts=0)
        _history(uow, entry, str(state), actor, now)
        return ActResult(done=SAY("moved", id=entry.id, before=entry.state, after=state), outbox=(entry.id,))

    def _anew(self, uow: UnitOfWork, entry: OutboxEntry, recipient: str, actor: str) -> ActResult:
        now = self._clock.now()
        (created,) = uow.outbox.add([_again(entry, recipient, actor, now)], now) or (0,)
        if not created:
            raise StaleVersion(SAY("sent_again_just_now", id=entry.id), remedy=COMMON("look_again"))
        _history(uow, entry, SAY("sent_again_as", id=created), actor, now, recipient=recipient)
        return ActResult(done=SAY("goes_again_as", id=entry.id, address=recipient, new=created), outbox=(created,))


def _again(entry: OutboxEntry, recipient: str, actor: str, now: datetime) -> NoticeRequest:
    """The same notice as a further one, which says so where its kind can."""
    request = entry.request
    data = {**request.data, BY_HAND: actor}
    if request.kind in SAYS_AGAIN and entry.state in GONE and entry.sent is not None:
        data |= {AGAIN_TO: request.recipient, AGAIN_AT: entry.sent.isoformat()}
    return replace(request, recipient=recipient, data=data, revision=f"{request.revision}:again {now.isoformat()}")


def _mail_of(uow: UnitOfWork, entry: OutboxEntry) -> list[OutboxEntry]:
    """All rows of the mail that a notice in doubt went in."""
    return next(iter(doubt.doubtful(uow, [entry.message_id])), [entry])


def _entry(
    uow: UnitOfWork, entry_id: int, seen: OutboxState | None, begin: frozenset[OutboxState], what: str
) -> OutboxEntry:
    entry = uow.outbox.get(entry_id)
    if entry is None:
        raise NotFound(SAY("no_notice", id=entry_id), remedy="maild outbox list")
    if entry.state in UNDER_WAY:
        raise Permanent(SAY("being_sent", id=entry_id), remedy=SAY("in_minutes"))
    if seen is not None and entry.state is not seen:
        raise StaleVersion(SAY("state_by_now", id=entry_id, state=entry.state), remedy=SAY("see_state"))
    if entry.state not in begin:
        raise Permanent(SAY("cannot", id=entry_id, state=entry.state, what=what), remedy=SAY("see_state"))
    return entry


def _history(uow: UnitOfWork, entry: OutboxEntry, after: str, actor: str, now: datetime, **data: object) -> None:
    uow.journal.add(
        [
            JournalEntry(
                what="act",
                at=now,
                actor=actor,
                number=entry.request.number,
                outbox_id=entry.id,
                mail_id=entry.request.mail_id,
                before=str(entry.state),
                after=after,
                data=data,
            )
        ]
    )
