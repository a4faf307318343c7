"""Answering a queue item with one act: its drafts go out, as they are, with a word of the librarian's, or another text.

What a draft says of requests, fees and balances is worked out anew when it is shown and when it is let go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from maild.domain.desk.kept import SHARED, Sort
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.trust import Verdict
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.patron import Language
from maild.notify.rendering.render import Renderer
from maild.notify.writing.compose import DATA
from maild.notify.writing.letter import NoticePart
from maild.notify.writing.timing import BY_HAND
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, Id, ItemId, Note, Seen, Words
from maild.office.acting.act import act as deed
from maild.office.acting.doing import settle
from maild.office.acting.drafts import ANSWERED, act, drafts_of, withdraw
from maild.office.acting.result import ActResult
from maild.office.answers.decide_answer import occasion, rewritten
from maild.office.answers.language import frame_of
from maild.office.answers.questions import AnswerPolicy
from maild.office.notices.announce import request_row
from maild.office.queue import SAY
from maild.office.queue.acts import Acts
from maild.office.queue.ready_answers import filled, unfilled, values
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

MADE_ANEW = (NoticeKind.ANSWER, NoticeKind.QUERY_ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as it would go out now: the row that holds it, what would be sent, and how that reads.

    greeting, body  the first line of `text`, and its own words without greeting and signature: what a librarian changes
    """

    id: int
    request: NoticeRequest
    subject: str
    text: str
    greeting: str = ""
    body: str = ""


def stamp_of(drafts: Sequence[Draft]) -> str:
    """What tells whether drafts still say what somebody has read: of recipients, subjects and texts."""
    said = "\0".join(f"{d.id} {d.request.recipient}\0{d.subject}\0{d.text}" for d in drafts)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How a librarian answers. text: own words in place of the draft to the writer; add: own words before it.

    topics  texts of rules/answers to be sent in its place     only  ids of the drafts that go; none: all
    """

    text: str = ""
    add: str = ""
    topics: tuple[str, ...] = ()
    only: tuple[int, ...] = ()


class AnswerActs:
    """Raises NotFound, Permanent (not possible, with the reason), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts, acts: Acts, renderer: Renderer) -> None:
        self._parts, self._acts, self._renderer = parts, acts, renderer

    def drafts(self, item_id: int, *, reading: Reading | None = None) -> list[Draft]:
        """The item's drafts as they would be sent now. Changes nothing. reading: its mail, where it was read already"""
        with self._parts.store.read() as uow:
            item = uow.reviews.get(item_id)
            if item is None or not drafts_of(uow, item):
                return []
        reading, now = reading or self._acts.reread(item), self._parts.clock.now()
        with self._parts.store.read() as uow:
            found = [(d.id, self._now(uow, d.request, reading, now)) for d in drafts_of(uow, item)]
            return [self._written(uow, entry_id, request, now) for entry_id, request in found]

    @deed("queue.answer", "/queue/{item_id:int}/answer", undo=True)
    def reply(
        self,
        item_id: ItemId,
        *,
        actor: str,
        text: Annotated[
            Words, Given(help="File with an answer of your own, sent instead; - for standard input.", file=True)
        ] = "",
        drafted: Annotated[
            Words, Given(help="What stood in the field of the text: unchanged, the draft goes.", form=True)
        ] = "",
        add: Annotated[Words, Given(help="Your own words, put before the draft.")] = "",
        topics: Annotated[
            tuple[str, ...], Given(help="A text of rules/answers, sent instead; repeatable.", option="topic")
        ] = (),
        only: Annotated[tuple[Id, ...], Given(help="Let only this draft go; may be repeated.", option="draft")] = (),
        note: Note = "",
        seen: Seen = None,
    ) -> ActResult:
        """Answer an item with its draft, own words or ready texts, and settle it.

        The answer goes out; undo takes it back until it has left. Raises Permanent where the draft was emptied, and as
        `answer`.
        """
        reply = Reply(text=_changed(text, drafted, topics), add=add, topics=topics, only=only)
        return self.answer(item_id, reply, actor=actor, note=note, seen=seen)

    def answer(self, item_id: int, reply: Reply, *, actor: str, note: str = "", seen: int | None = None) -> ActResult:
        """Let the item's drafts go, or what takes their place, and settle it.

        Raises Permanent where a variable of a ready answer is left in the words.
        """
        if left := unfilled(f"{reply.text} {reply.add}"):
            raise Permanent(SAY("answer_still_says", names=", ".join(left)), remedy=SAY("write_what_belongs"))
        item = self._acts.open_item(item_id, seen)
        reading, now = self._acts.reread(item), self._parts.clock.now()
        leaves = now + self._parts.grace
        with self._parts.store.begin() as uow:
            drafts = drafts_of(uow, item)
            going = _chosen(drafts, reply.only)
            own = self._own(uow, item, going, reply, reading, actor)
            fresh: list[NoticeRequest] = []
            let_go: list[int] = []
            for draft in going:
                if own is not None and draft.request.recipient == own.recipient:
                    continue
                _still_theirs(uow, draft)
                request = self._now(uow, draft.request, reading, now)
                if len(going) == 1 or (reading is not None and request.recipient == reading.mail.author.address):
                    # Meant for the writer, not for the others who are told.
                    request = _with_word(request, reply.add, actor)
                if _same(request, draft.request):
                    uow.outbox.mark(
                        draft.id, OutboxState.WAITING, now=now, reply=SAY("let_go_by", actor=actor), not_before=leaves
                    )
                    let_go.append(draft.id)
                else:
                    fresh.append(_anew(request, item, str(draft.id)))
            fresh += [own] if own is not None else []
            written = uow.outbox.add(fresh, now)
            for entry_id in written:
                uow.outbox.mark(
                    entry_id, OutboxState.WAITING, now=now, reply=SAY("let_go_by", actor=actor), not_before=leaves
                )
            rest = [d for d in drafts if d.id not in let_go]
            dropped = withdraw(uow, rest, SAY("answered_otherwise", actor=actor), now)
            data = {"drafts": [*let_go, *dropped], "outbox": written}
            settle(
                uow, item, ReviewState.ASSIGNED, actor=actor, note=note or ANSWERED, numbers=item.transactions, now=now
            )
            uow.journal.add([act(item, now, actor, ANSWERED, note, data)])
        sent = (*let_go, *written)
        to = sorted({d.request.recipient for d in going if d.id in let_go} | {r.recipient for r in fresh})
        return ActResult(
            done=SAY("answered_to", id=item_id, count=len(sent), addresses=", ".join(to)),
            transactions=item.transactions,
            outbox=sent,
        )

    # --- inside -----------------------------------------------------------------------------------------

    def _own(
        self,
        uow: UnitOfWork,
        item: ReviewItem,
        drafts: Sequence[OutboxEntry],
        reply: Reply,
        reading: Reading | None,
        actor: str,
    ) -> NoticeRequest | None:
        """The librarian's own answer; None where drafts are to go. Raises Permanent where neither is there."""
        if not reply.text.strip() and not reply.topics:
            if not drafts:
                raise Permanent(SAY("no_draft", id=item.id), remedy=SAY("write_answer"))
            return None
        unknown = [name for name in reply.topics if name not in self._parts.policy.of(AnswerPolicy).texts.topics]
        if unknown:
            known = ", ".join(sorted(self._parts.policy.of(AnswerPolicy).texts.topics))
            raise NotFound(SAY("no_such_text", name=repr(unknown[0])), remedy=COMMON("one_of", names=known))
        words = "\n\n".join(text for text in (reply.text.strip(), reply.add.strip()) if text)
        data = {"answer": words, "topics": [{"topic": name} for name in reply.topics], BY_HAND: actor}
        base = _to_writer(drafts, reading)
        if base is not None:
            own = replace(base, kind=NoticeKind.ANSWER, data=data, documents=())
            return _anew(_framed(uow, own, reply), item, "own")
        if reading is None or not reading.mail.author.address:
            raise Permanent(SAY("nobody_to_answer", id=item.id), remedy=SAY("write_by_hand"))
        mail = reading.mail
        patron_id, number = _whose(uow, item, mail.author.address)
        request = NoticeRequest(
            kind=NoticeKind.ANSWER,
            subject=occasion(mail),
            recipient=mail.author.address,
            patron_id=patron_id,
            number=number,
            data=data,
            reply_to=mail.message_id,
            mail_id=item.mail_id,
        )
        return _anew(_framed(uow, request, reply), item, "own")

    def ready(self, item_id: int, name: str) -> str:
        """A text of rules/answers as words for the item's writer, in one language. Raises NotFound, Permanent."""
        with self._parts.store.read() as uow:
            item = uow.reviews.get(item_id)
        if item is None:
            raise NotFound(COMMON("no_item", id=item_id), remedy="maild queue list")
        reading, now = self._acts.reread(item), self._parts.clock.now()
        with self._parts.store.read() as uow:
            request = self._own(uow, item, (), Reply(topics=(name,)), reading, "")
            assert request is not None  # there is a topic
            patron = uow.patrons.get(request.patron_id) if request.patron_id else None
            if reading is not None and (patron is None or patron.language is Language.UNKNOWN):
                request = replace(request, locale=frame_of(reading.mail.reply_text).value)
            self._renderer.refresh(uow)
            return self._renderer.said(NoticePart(request=request, patron=patron), date=now)[1]

    def kept(self, item_id: int, kept_id: int, *, actor: str) -> str:
        """A ready answer that staff keep, with what is known of the item. Raises NotFound."""
        with self._parts.store.read() as uow:
            item, kept = uow.reviews.get(item_id), uow.kept.get(kept_id)
            if item is None or kept is None or kept.sort is not Sort.ANSWER or kept.owner not in (SHARED, actor):
                raise NotFound(SAY("no_ready_answer"), remedy=SAY("look_at_desk"))
            account = uow.accounts.get(actor)
            text = kept.text("text")
            staff = account.display if account and account.display else actor
            return filled(text, values(uow, item, staff, frame_of(text).value))

    def _now(self, uow: UnitOfWork, request: NoticeRequest, reading: Reading | None, now: datetime) -> NoticeRequest:
        """The draft with today's facts, where it is one that is made of them."""
        if request.kind is NoticeKind.QUERY_ANSWER and "topics" not in request.data:
            return self._rows_now(uow, request)
        if reading is None or request.kind not in MADE_ANEW or request.subject != occasion(reading.mail):
            return request
        # Who wrote was proven, or not, when the mail came: a draft to a proven patron has the patron's id.
        verdict = Verdict.PASS if request.patron_id else Verdict.NONE
        reading = replace(reading, auth=replace(reading.auth, verdict=verdict))
        facts = self._parts.order.gather(uow, reading, self._parts.lookup, now)
        made = rewritten(reading, facts, self._parts.policy, request)
        return request if made is None else made

    def _rows_now(self, uow: UnitOfWork, request: NoticeRequest) -> NoticeRequest:
        """A table of the patron's requests as they are now; what is no longer the patron's is left out."""
        rows = request.data.get("rows")
        numbers = [str(row["number"]) for row in rows if isinstance(row, Mapping)] if isinstance(rows, Sequence) else []
        own = [t for t in uow.transactions.get_many(numbers) if t.patron_id == request.patron_id]
        policy = self._parts.policy
        anew = [request_row(t, uow.documents.of_transaction(t.number), released=policy.may_release(t)) for t in own]
        return replace(request, data={**request.data, "rows": anew})

    def _written(self, uow: UnitOfWork, entry_id: int, request: NoticeRequest, now: datetime) -> Draft:
        part = NoticePart(
            request=request,
            patron=uow.patrons.get(request.patron_id) if request.patron_id else None,
            transaction=uow.transactions.get(request.number) if request.number else None,
        )
        self._renderer.refresh(uow)  # as the relay would write it now
        subject, text = self._renderer.read(part, date=now)
        greeting, body = self._renderer.said(part, date=now)
        return Draft(id=entry_id, request=request, subject=subject, text=text, greeting=greeting, body=body)


def _changed(text: str, drafted: str, topics: Collection[str]) -> str:
    """The librarian's own words; '' where the draft stands as it was. Raises Permanent where it was emptied."""
    if not drafted:
        return text
    if not text and not topics:
        raise Permanent(SAY("answer_empty"), remedy=SAY("write_or_dismiss"))
    said, shown = ([line.rstrip() for line in each.splitlines()] for each in (text, drafted))
    return "" if said == shown else text


def _whose(uow: UnitOfWork, item: ReviewItem, address: str) -> tuple[str, str]:
    """(patron, request) of an answer by hand: the only patron of the address is greeted, in their own language, and
    the only request of the item, if it is theirs, gives the thread. '' for what is not that plain.
    """
    writers = uow.patrons.by_email([address])
    if len(writers) != 1:
        return "", ""
    found = uow.transactions.get(item.transactions[0]) if len(item.transactions) == 1 else None
    return writers[0].patron_id, found.number if found and found.patron_id == writers[0].patron_id else ""


def _framed(uow: UnitOfWork, request: NoticeRequest, reply: Reply) -> NoticeRequest:
    """Own words are greeted and signed once: where the patron's language is not known, in that of the words."""
    patron = uow.patrons.get(request.patron_id) if request.patron_id else None
    known = request.locale or (patron is not None and patron.language is not Language.UNKNOWN)
    return request if known or reply.topics else replace(request, locale=frame_of(reply.text).value)


def _still_theirs(uow: UnitOfWork, draft: OutboxEntry) -> None:
    """Raises Permanent where the draft speaks of a patron's affairs and the address is not the patron's any more."""
    request = draft.request
    patron = uow.patrons.get(request.patron_id) if request.patron_id else None
    if request.patron_id and (patron is None or not patron.owns(request.recipient)):
        raise Permanent(
            SAY("address_no_more", id=draft.id, address=request.recipient, patron=request.patron_id),
            remedy=SAY("answer_or_correct"),
        )


def _same(one: NoticeRequest, other: NoticeRequest) -> bool:
    """Whether both say the same; what was stored has tuples in the place of lists."""
    return replace(one, data={}) == replace(other, data={}) and _plain(one.data) == _plain(other.data)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _chosen(drafts: Sequence[OutboxEntry], only: Collection[int]) -> list[OutboxEntry]:
    unknown = sorted(set(only) - {d.id for d in drafts})
    if unknown:
        raise NotFound(SAY("not_its_draft", id=unknown[0]), remedy="maild queue show lists them")
    return [d for d in drafts if not only or d.id in only]


def _to_writer(drafts: Sequence[OutboxEntry], reading: Reading | None) -> NoticeRequest | None:
    """The draft that an own text takes the place of: the one to the mail's writer, or the only one."""
    if reading is None:
        return drafts[0].request if len({d.request.recipient for d in drafts}) == 1 else None
    writer = reading.mail.author.address
    return next((d.request for d in drafts if d.request.recipient == writer), None)


def _with_word(request: NoticeRequest, words: str, actor: str) -> NoticeRequest:
    """The draft with a librarian's words, where its templates have a place for them."""
    if not words.strip():
        return request
    keys = {key for key, _ in DATA[request.kind].values()}
    key = next((name for name in ("answer", "note") if name in keys), "")
    if not key:
        raise Permanent(SAY("no_place_for_words", kind=request.kind), remedy=SAY("use_text"))
    data: Mapping[str, object] = {**request.data, key: words.strip(), BY_HAND: actor}
    return replace(request, data=data)


def _anew(request: NoticeRequest, item: ReviewItem, what: str) -> NoticeRequest:
    """A row of its own: the draft's stays what it was, so that the act can be undone and done again."""
    return replace(request, revision=f"{what}:{item.id}:{item.version}", mail_id=item.mail_id)
