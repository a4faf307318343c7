"""The list of the review queue: which part of it is asked for, and a page of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

from pydantic import Field, ValidationError

from maild.console import SAY
from maild.console.acts import Input
from maild.console.answered import Told, told_by_item
from maild.console.desk import Desk
from maild.console.serving.live import mark_of
from maild.console.views import View
from maild.console.who import Who
from maild.console.work import TOPICS, Topic
from maild.domain.desk.access import Role
from maild.domain.desk.kept import SHARED, Kept, Sort
from maild.domain.desk.listing import COUNTED, Page, ReviewFilter, Shown
from maild.domain.desk.queue_limits import due_of
from maild.domain.desk.rows import API
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.ruling import Kind
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Patron
from maild.domain.wording.words import Word

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


LIMIT = 50


MINE = "me"  # as an assignee in a query: who asks


MOST_VIEWS = 12  # saved ones that are shown with their numbers


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
        raise Permanent(SAY("no_part_of_queue"), remedy=SAY("save_on_list")) from error


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


def topics_of(desk: Desk) -> Mapping[str, Word]:
    """The ready texts, by name, in the order of their names."""
    return {name: topic.title for name, topic in sorted(desk.services.answers.texts.topics.items())}


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
)
