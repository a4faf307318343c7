"""The review queue, and one item of it: why it waits, the proof beside the candidates, what can be done."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qs

from pydantic import Field, ValidationError

from maild.console.acts import Id, Input
from maild.console.answered import Told, told_by_item
from maild.console.desk import Desk
from maild.console.pages.files import shown_html
from maild.console.pages.queue.work import Bench, bench, row_json
from maild.console.pages.queue.writer import Writer, writer
from maild.console.serving.live import mark_of
from maild.console.views import View
from maild.console.who import Who
from maild.console.work import MONEY, PROOFS, TOPICS, Topic
from maild.domain.accounting.money import Money
from maild.domain.desk.access import Role
from maild.domain.desk.kept import SHARED, Kept, Sort
from maild.domain.desk.listing import COUNTED, Neighbours, Page, ReviewFilter, Shown
from maild.domain.desk.queue_limits import due_of
from maild.domain.desk.rows import API
from maild.domain.desk.shown import ShownHtml
from maild.domain.errors import Permanent, Temporary
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.patron import Patron
from maild.domain.wording.words import Word
from maild.office.queue.acts_answer import Draft
from maild.office.queue.item_view import ItemView
from maild.ports import UnitOfWork
from maild.spine.reading.files import all_attachments

LIMIT = 50
MINE = "me"  # as an assignee in a query: who asks
_EVIDENCE = re.compile(r"[+-]\d+ |\S+: score -?\d+$")
MOST_VIEWS = 12  # saved ones that are shown with their numbers
TABS = ("text", "proof", "html", "files", "source")


class Asked(Input):
    """Which part of the queue."""

    text: Annotated[str, Field(max_length=200)] = ""
    topic: Topic | None = None
    cause: tuple[Cause, ...] = ()
    kind: tuple[Kind, ...] = ()
    shown: Shown = Shown.OPEN
    assignee: Annotated[str, Field(max_length=200)] = ""
    sender: Annotated[str, Field(max_length=320)] = ""
    newest: bool = False

    def filter(self, who: Who) -> ReviewFilter:
        assignee = who.name if self.assignee == MINE else self.assignee
        return ReviewFilter(
            shown=self.shown,
            causes=self.causes,
            kinds=tuple(kind.value for kind in self.kind),
            assignee=assignee,
            sender=self.sender,
            text=self.text,
        )

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Those asked for, else all of the topic."""
        return self.cause or (TOPICS[self.topic] if self.topic else ())

    @property
    def query(self) -> Mapping[str, object]:
        """The same as words of a query, for links from item to item."""
        return {
            "text": self.text,
            "topic": self.topic.value if self.topic else "",
            "cause": [c.value for c in self.cause],
            "kind": [k.value for k in self.kind],
            "assignee": self.assignee,
            "shown": "" if self.shown is Shown.OPEN else self.shown.value,
            "sender": self.sender,
            "newest": "true" if self.newest else "",
        }


class AskedList(Asked):
    after: str = ""
    before: str = ""


class AskedItem(Asked):
    item_id: Id
    tab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the queue. due: by item, when it should be done; accounts: whom it can be handed to.

    mark    what the queue as a whole was then (maild.console.serving.live)
    names   by address, the only patron who has it; seen: items that who looks has opened
    told    by item, what its writer has been told already
    kinds   where questions alone are shown: what they ask, by how many
    capped  numbers of more than `most` only say that there are more; known: those of causes are numbers of all
    saved   views kept by name, one's own and everybody's, each with how many are in it
    """

    page: Page[ReviewItem]
    counts: Mapping[Cause, int]
    assignees: Mapping[str, int]
    due: Mapping[int, datetime]
    accounts: Sequence[str]
    query: Mapping[str, object]
    mark: str
    names: Mapping[str, Patron]
    seen: Set[int]
    told: Mapping[int, Told]
    kinds: Mapping[str, int]
    capped: bool
    known: bool
    saved: Sequence[tuple[Kept, int]]
    most: int = COUNTED

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def topics(self) -> Mapping[Topic, int]:
        """Topics of which there is something, by how many."""
        sums = {topic: sum(self.counts.get(cause, 0) for cause in causes) for topic, causes in TOPICS.items()}
        return {topic: count for topic, count in sums.items() if count}

    @property
    def of_topic(self) -> Mapping[Topic, Mapping[Cause, int]]:
        """The same, cause by cause."""
        return {topic: {c: self.counts[c] for c in TOPICS[topic] if self.counts.get(c)} for topic in self.topics}


def _load(desk: Desk, who: Who, asked: AskedList) -> Listing:
    with desk.services.store.read() as uow:
        return listed(desk, uow, who, asked)


def listed(desk: Desk, uow: UnitOfWork, who: Who, asked: AskedList) -> Listing:
    """That page of the list."""
    wanted, queue = asked.filter(who), uow.listings.queue
    page = queue.page(wanted, limit=LIMIT, after=asked.after, before=asked.before, backwards=asked.newest)
    counts, capped = queue.counts(wanted), bool(wanted.text) or wanted.shown is not Shown.OPEN
    filtered = bool(wanted.text or wanted.assignee or wanted.sender)
    assignees = queue.assignees()
    questions = asked.causes == (Cause.QUESTION,) and asked.shown is Shown.OPEN
    return Listing(
        page=page,
        counts=counts,
        assignees=assignees,
        query=asked.query,
        accounts=colleagues(uow),
        names=names_of(uow, page.items),
        seen=uow.viewers.seen(who.name, [item.id for item in page.items]),
        told=told_by_item(uow, page.items, topics_of(desk)),
        kinds=queue.kinds(wanted) if questions else {},
        due=due_by_item(desk, page.items),
        mark=mark_of(queue.latest(), assignees),
        capped=capped,
        known=not (capped and filtered) or sum(counts.values()) <= COUNTED,
        saved=_saved(uow, who),
    )


def _saved(uow: UnitOfWork, who: Who) -> list[tuple[Kept, int]]:
    """The saved views with their numbers."""
    found = []
    for kept in uow.kept.find(Sort.VIEW, [SHARED, who.name])[:MOST_VIEWS]:
        with suppress(Permanent):  # a cause that is no more
            asked = asked_of(kept.text("query"))
            counts = uow.listings.queue.counts(asked.filter(who))
            found.append((kept, sum(counts.get(cause, 0) for cause in asked.causes or counts)))
    return found


def asked_of(query: str) -> Asked:
    """The part of the queue that the words of a query mean. Raises Permanent where they mean none."""
    said = {name: values for name, values in parse_qs(query).items() if name in Asked.model_fields}
    try:
        return Asked.model_validate({n: v if n in ("cause", "kind") else v[-1] for n, v in said.items()})
    except ValidationError as error:
        raise Permanent("that is no part of the queue", remedy="open the list, and save it there") from error


def due_by_item(desk: Desk, items: Sequence[ReviewItem]) -> Mapping[int, datetime]:
    """When each should be done; what has no limit is not named."""
    limits = desk.services.queue_limits
    return {item.id: due for item in items if (due := due_of(item, limits)) is not None}


def names_of(uow: UnitOfWork, items: Sequence[ReviewItem]) -> Mapping[str, Patron]:
    """By address, the patron who alone has it."""
    senders = sorted({item.sender for item in items if item.sender})
    found: dict[str, list[Patron]] = {}
    for patron in uow.patrons.by_email(senders) if senders else ():
        for known in patron.emails:
            found.setdefault(known.address.lower(), []).append(patron)
    return {address: people[0] for address, people in found.items() if len(people) == 1}


def colleagues(uow: UnitOfWork) -> list[str]:
    """Names of those whom an item can be handed to."""
    return [a.name for a in uow.accounts.all() if not a.disabled and a.role.may(Role.LIBRARIAN)]


def row(item: ReviewItem) -> dict[str, object]:
    """An item for programs, with what was found in it."""
    return {**API.review(item), "snippet": item.snippet}


def _list_json(loaded: Listing) -> object:
    return {
        "items": [row(item) for item in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
        "counts": {c.value: n for c, n in loaded.counts.items()},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment, as the page names it. n: its place; picture, pdf: it can be shown."""

    n: int
    name: str
    media_type: str
    size: int
    sha256: str
    picture: bool
    pdf: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item. due: when it should be done; money: it is about a payment; writer: the only patron of the address.

    shown  the mail's HTML as its tab shows it, for what was left out of it; None on other tabs, or where that failed
    trace  under which id a collector has the mail's way, '' where there is none
    """

    view: ItemView
    beside: Neighbours
    query: Mapping[str, object]
    tab: str
    tabs: tuple[str, ...]
    files: tuple[File, ...]
    due: datetime | None
    money: bool
    writer: Patron | None
    accounts: Sequence[str]
    topics: Mapping[str, Word]
    bench: Bench
    told: Told | None
    person: Writer | None
    kept: Sequence[Kept]
    shown: ShownHtml | None = None
    trace: str = ""

    @property
    def open(self) -> bool:
        return self.view.item.state is ReviewState.OPEN

    @property
    def why(self) -> Sequence[str]:
        """The reasons but for the candidates' evidence, which stands with them."""
        told = tuple(f"{each.row.number}, by itself: " for each in self.view.rows if each.row.number)  # beside its row
        return [r for r in self.view.item.reasons if not _EVIDENCE.match(r) and not r.startswith(told or ("\0",))]

    @property
    def photo(self) -> bool:
        """Whether a better photo may be what is wanted."""
        return bool(self.view.receipts) or self.view.item.cause in PROOFS

    @property
    def proven(self) -> Money | None:
        """What the mail's proofs say was paid, in all; None where one says nothing, or in several currencies."""
        amounts = [seen.receipt.amount for seen in self.view.receipts]
        found = [amount for amount in amounts if amount is not None]
        same = len({amount.currency for amount in found}) == 1 and len(found) == len(amounts)
        return sum(found[1:], start=found[0]) if same and self.money else None

    @property
    def answer(self) -> Draft | None:
        """The draft that an answer begins with: the one to the mail's writer, or what the clock drafted."""
        reading = self.view.reading
        writer = reading.mail.author.address if reading else ""
        return next((d for d in self.view.drafts if not reading or d.request.recipient == writer), None)

    @property
    def without(self) -> bool:
        """What the cause is about is not there: no request for an invoice that is open, no file and no link."""
        if self.view.item.cause is Cause.INVOICE:
            return self.bench.invoice is None
        linked = any(field.name == "url" for ruling in self.view.rulings for field in ruling.fields)
        return self.view.item.cause is Cause.NO_USABLE_FILE and not self.files and not linked

    @property
    def beside_answer(self) -> Sequence[Draft]:
        """Other drafts, which go with it."""
        return [draft for draft in self.view.drafts if draft is not self.answer]


def _load_item(desk: Desk, who: Who, asked: AskedItem) -> ItemPage:
    view = desk.services.item_views.explain_item(asked.item_id)
    with desk.services.store.read() as uow:
        beside = uow.listings.queue.neighbours(asked.item_id, asked.filter(who), backwards=asked.newest)
        writers = uow.patrons.by_email([view.item.sender]) if view.item.sender else []
        accounts, around = colleagues(uow), bench(desk, uow, view)
        kept = uow.kept.find(Sort.ANSWER, [SHARED, who.name])
        person = writer(uow, writers[0] if len(writers) == 1 else None)
        told = told_by_item(uow, [view.item], topics_of(desk)).get(view.item.id)
    files = tuple(_files(view))
    tabs = tuple(tab for tab in TABS if _there(tab, view, files))
    tab = asked.tab if asked.tab in tabs else "proof" if "proof" in tabs else next(iter(tabs), "")
    return ItemPage(
        view=view,
        beside=beside,
        query=asked.query,
        tab=tab,
        tabs=tabs,
        files=files,
        accounts=accounts,
        due=due_by_item(desk, [view.item]).get(view.item.id),
        money=view.item.cause in MONEY or bool(view.receipts),
        writer=person.patron if person else None,
        person=person,
        kept=kept,
        topics=topics_of(desk),
        bench=around,
        told=told,
        shown=_shown(desk, view) if tab == "html" else None,
        trace=desk.services.trace(view.item.mail_id),
    )


def topics_of(desk: Desk) -> Mapping[str, Word]:
    """The ready texts, by name, in the order of their names."""
    return {name: topic.title for name, topic in sorted(desk.services.answers.texts.topics.items())}


def _shown(desk: Desk, view: ItemView) -> ShownHtml | None:
    with suppress(Temporary, Permanent):  # the frame says so in its place
        return shown_html(desk, view.mail.id) if view.mail else None
    return None


def _there(tab: str, view: ItemView, files: Sequence[File]) -> bool:
    reading = view.reading
    return {
        "text": reading is not None,
        "proof": bool(view.receipts),
        "html": bool(reading and reading.mail.html),
        "files": bool(files),
        "source": view.mail is not None,
    }[tab]


def _files(view: ItemView) -> Sequence[File]:
    attachments = all_attachments(view.reading.mail) if view.reading else ()
    return [_file(n, attachment) for n, attachment in enumerate(attachments)]


def _file(n: int, attachment: Attachment) -> File:
    kind = attachment.sniffed or attachment.media_type
    return File(
        n=n,
        name=attachment.filename,
        media_type=kind,
        size=attachment.size,
        sha256=attachment.sha256,
        picture=kind.startswith("image/"),
        pdf=kind == "application/pdf",
    )


def _item_json(loaded: ItemPage) -> object:
    view = loaded.view
    return {
        **row(view.item),
        "work": loaded.bench.work.value,
        "undoable": view.undoable,
        "due": loaded.due.isoformat() if loaded.due else None,
        "text": view.reading.mail.text if view.reading else "",
        "auth": {"verdict": view.auth.verdict.value, "domain": view.auth.domain, "reasons": list(view.auth.reasons)}
        if view.auth
        else None,
        "files": [{"n": f.n, "name": f.name, "media_type": f.media_type, "size": f.size} for f in loaded.files],
        "rows": [row_json(row) for row in view.rows],
        "evidence": [
            {
                "transaction": c.number,
                "score": c.score,
                "evidence": [{"signal": e.signal, "points": e.points, "reason": e.reason} for e in c.evidence],
            }
            for c in view.candidates
        ],
        "drafts": [
            {
                "id": d.id,
                "kind": NoticeKind(d.request.kind).value,
                "to": d.request.recipient,
                "subject": d.subject,
                "text": d.text,
                "body": d.body,
            }
            for d in view.drafts
        ],
    }


VIEWS = (
    View(
        name="queue.list",
        path="/queue",
        input=AskedList,
        load=_load,
        template="queue/list.html.j2",
        json=_list_json,
        summary="What waits for staff, oldest first, a page at a time.",
    ),
    View(
        name="queue.item",
        path="/queue/{item_id:int}",
        input=AskedItem,
        load=_load_item,
        json=_item_json,
        template="queue/item.html.j2",
        role=Role.VIEWER,
        slow=True,
        summary="One item: the mail, why it waits, the candidates with their evidence, drafts.",
    ),
)
