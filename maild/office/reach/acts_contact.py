"""What staff say by hand through maild, and how they set a patron's wishes. Audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Wish, Withdrawn
from maild.domain.outgoing.notice import PERHAPS_GONE, NoticeKind, NoticeRequest, OutboxEntry, OutboxState, to_staff
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.patron import Delivery, Honorific, Language, Patron, Transaction
from maild.notify.writing.timing import BY_HAND
from maild.notify.writing.timing_policy import TimingPolicy
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, act
from maild.office.acting.result import ActResult
from maild.office.notices import announce
from maild.office.reach import SAY
from maild.office.reach.record_contact import grant, withdraw
from maild.ports import Clock
from maild.spine import SAY as SPINE

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

_GONE = PERHAPS_GONE | {OutboxState.LEASED}
# What these say comes from somewhere else than the request: a proof, an invoice, the books. They are resent instead.
_NEED_MORE = frozenset(
    {
        NoticeKind.PROOF_RECEIVED,
        NoticeKind.PROOF_UNREADABLE,
        NoticeKind.AMOUNT_DIFFERS,
        NoticeKind.PROOF_SEEN_BEFORE,
        NoticeKind.INVOICE_RECEIVED,
        NoticeKind.INVOICE_ISSUED,
        NoticeKind.REFUND_ANSWER,
        NoticeKind.ACCOUNT_STATEMENT,
        NoticeKind.DEPOSIT_CREDITED,
        NoticeKind.DEPOSIT_LOW,
        NoticeKind.DELIVERY_CHANGED,
    }
)


class Tongue(StrEnum):
    """both: not known, so notices are in both languages."""

    ZH = "zh-CN"
    EN = "en"
    BOTH = "both"


class Title(StrEnum):
    """none: no more is said than is known."""

    STUDENT = "student"
    TEACHER = "teacher"
    MR = "mr"
    MS = "ms"
    NONE = "none"


class How(StrEnum):
    """each: a mail a notice; daily: one mail a day for what can wait."""

    EACH = "each"
    DAILY = "daily"


_LANGUAGES = {each: Language.UNKNOWN if each is Tongue.BOTH else Language(each.value) for each in Tongue}
_DELIVERIES = {How.EACH: Delivery.EACH, How.DAILY: Delivery.DAILY}
_HONORIFICS = {each: Honorific.UNKNOWN if each is Title.NONE else Honorific(each.value) for each in Title}


class ContactActs:
    """Raises NotFound, Permanent (with the reason and the remedy)."""

    def __init__(self, store: Store, clock: Clock, timing_policy: TimingPolicy) -> None:
        self._store, self._clock, self._timing_policy = store, clock, timing_policy

    def notices(self, number: str) -> list[OutboxEntry]:
        """What was, and is to be, said of a request, oldest first."""
        with self._store.read() as uow:
            return uow.outbox.about([number])

    @act("transactions.say", "/transactions/{number:key}/say", command="notices send")
    def say(
        self,
        number: Annotated[str, Given(help="The request it is about.")],
        kind: Annotated[
            NoticeKind | None, Given(help="Kind of notice; left out: your own words alone.", word=True)
        ] = None,
        *,
        text: Annotated[str, Given(help="Your own words to the patron.", most=20_000)] = "",
        actor: str,
        again: Annotated[bool, Given(help="Also where the same has been sent already.")] = False,
    ) -> ActResult:
        """Write to the patron: a notice of a kind, or own words.

        The automatic notice of this kind for the present move is not sent any more. One that has left already is
        repeated only where `again` says so. Raises Permanent where one was written at this very moment.
        """
        kind = self._allowed(kind, text)
        now = self._clock.now()
        with self._store.begin() as uow:
            case, patron = _case(uow, number)
            rows = uow.outbox.about([number])
            if not again:
                _refuse_repetition(rows, kind, text)
            request = self._request(uow, case, patron, kind, text, actor, rows, now)
            history = [
                line
                for row in self._needless(rows, kind, text, actor)
                for line in withdraw(uow, row, now, actor=actor, mail_id=None)
            ]
            ids = uow.outbox.add([request], now)
            if not ids:
                raise Permanent(SAY("written_this_moment", number=number, kind=kind), remedy=COMMON("look_again"))
            history.append(
                JournalEntry(
                    what="act",
                    at=now,
                    actor=actor,
                    number=number,
                    outbox_id=ids[0],
                    after=SAY("written_by_hand"),
                    data={"kind": str(kind)},
                )
            )
            uow.journal.add(history)
        done = SAY("goes_out", number=number, kind=kind, address=request.recipient)
        withdrawn = len(history) - 1
        return ActResult(
            done=f"{done}; {SAY('notices_withdrawn', count=withdrawn)}" if withdrawn else done,
            transactions=(number,),
            outbox=tuple(ids),
        )

    @act("patrons.written", "/patrons/{patron_id:key}/written", command="patrons set")
    def written(
        self,
        patron_id: Annotated[str, Given(help="Patron id, or a mail address.", option="patron")],
        *,
        actor: str,
        language: Annotated[Tongue | None, Given(help="Language of notices.")] = None,
        delivery: Annotated[How | None, Given(help="One mail a day for what can wait, or each notice.")] = None,
        honorific: Annotated[Title | None, Given(help="How the patron is addressed.")] = None,
    ) -> ActResult:
        """Set how a patron is written to.

        Raises Permanent where nothing is to be set, NotFound.
        """
        if language is None and delivery is None and honorific is None:
            raise Permanent(SAY("nothing_to_set"), remedy=SAY("choose_setting"))
        patron = self._patron(patron_id)
        wish = Wish(
            patron_id=patron,
            delivery=_DELIVERIES[delivery] if delivery else None,
            language=_LANGUAGES[language] if language else None,
            honorific=_HONORIFICS[honorific] if honorific else None,
        )
        return replace(self.wish(wish, actor=actor), data={"patron": patron})

    def _patron(self, named: str) -> str:
        """The id of the patron of this id, or of this address alone. Raises NotFound."""
        with self._store.read() as uow:
            known = uow.patrons.get(named)
            found = [known] if known else uow.patrons.by_email([named.lower()])
        if len(found) != 1:
            what = (
                SAY("address_shared", count=len(found), address=named) if found else COMMON("no_patron", patron=named)
            )
            raise NotFound(what, remedy="maild patrons list --text …")
        return found[0].patron_id

    def wish(self, wish: Wish, *, actor: str) -> ActResult:
        """Set how a patron is written to."""
        now = self._clock.now()
        with self._store.begin() as uow:
            history = list(grant(uow, wish, now, actor=actor))
            uow.journal.add(history)
        changed = "; ".join(f"{line.before} → {line.after}" for line in history)
        return ActResult(done=f"{wish.patron_id}: {changed or 'unchanged'}")

    def _allowed(self, kind: NoticeKind | None, text: str) -> NoticeKind:
        if kind is None:
            if not text.strip():
                raise Permanent(SAY("nothing_to_say"), remedy=SAY("name_kind"))
            return NoticeKind.QUERY_ANSWER
        if to_staff(kind) or kind.value.startswith("registration") or kind in _NEED_MORE:
            raise Permanent(SAY("not_about_request_alone", kind=kind), remedy=SAY("send_or_text"))
        if kind is NoticeKind.QUERY_ANSWER and not text.strip():
            raise Permanent(SAY("answer_needs_words"), remedy=SAY("give_text"))
        return kind

    def _request(
        self,
        uow: UnitOfWork,
        case: Transaction,
        patron: Patron,
        kind: NoticeKind,
        text: str,
        actor: str,
        rows: Sequence[OutboxEntry],
        now: datetime,
    ) -> NoticeRequest:
        data: dict[str, object] = {BY_HAND: actor}
        if text.strip():
            data["answer" if kind is NoticeKind.QUERY_ANSWER else "note"] = text.strip()
        documents = uow.documents.of_transaction(case.number) if kind is NoticeKind.DOCUMENT_DELIVERED else ()
        if kind is NoticeKind.DOCUMENT_DELIVERED and not documents:
            raise Permanent(SAY("no_document", number=case.number), remedy="maild transactions show")
        made = announce.to_patron(kind, case, patron, now, data=data, documents=documents)
        if not made:
            raise Permanent(SAY("no_address", number=case.number), remedy="phone")
        (request,) = made
        taken = {row.request.revision for row in rows if row.request.kind is kind}
        # An automatic one for this move would have the plain revision: it is the manual one's now.
        return (
            request
            if request.revision not in taken
            else replace(request, revision=SAY("by_hand_at", when=now.isoformat()))
        )

    def _needless(self, rows: Sequence[OutboxEntry], kind: NoticeKind, text: str, actor: str) -> list[Withdrawn]:
        """Notices that wait and say no more than this one does."""
        found = []
        for row in rows:
            if row.state is not OutboxState.WAITING or row.request.data.get(BY_HAND):
                continue
            same = row.request.kind is kind and kind is not NoticeKind.QUERY_ANSWER
            if same or (not row.request.documents and self._timing_policy.says_the_same(row.request.kind, text)):
                found.append(Withdrawn(entry_id=row.id, reason=SAY("said_by_hand", actor=actor)))
        return found


def _case(uow: UnitOfWork, number: str) -> tuple[Transaction, Patron]:
    case = uow.transactions.get(number)
    if case is None:
        raise NotFound(SPINE("no_request", numbers=number), remedy="maild transactions list")
    patron = uow.patrons.get(case.patron_id)
    if patron is None:
        raise NotFound(SAY("patron_unknown", number=number, patron=case.patron_id), remedy="maild import patrons")
    return case, patron


def _refuse_repetition(rows: Sequence[OutboxEntry], kind: NoticeKind, text: str) -> None:
    """What was said already is shown first."""
    if kind is NoticeKind.QUERY_ANSWER:
        said = [row for row in rows if row.request.data.get("answer") == text.strip() and row.request.kind is kind]
    else:
        said = [row for row in rows if row.request.kind is kind]
    gone = [row for row in said if row.state in _GONE]
    if gone:
        last = gone[-1]
        when = COMMON("moment", when=f"{last.sent:%Y-%m-%d %H:%M}") if last.sent else COMMON("just_now")
        raise Permanent(
            SAY(
                "went_already",
                number=last.request.number,
                kind=kind,
                address=last.request.recipient,
                when=when,
                id=last.id,
            ),
            remedy=SAY("again_sends"),
        )
