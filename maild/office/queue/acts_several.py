"""An act on several items, kept as one: what was done to all of them at once can be taken back at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Protocol

from maild.domain.errors import NotFound, Permanent
from maild.domain.records.journal import JournalEntry
from maild.office.acting.act import Given, Note, act
from maild.office.acting.drafts import ANSWERED, HANDED, UNDONE
from maild.office.acting.result import ActResult, Several
from maild.office.queue import SAY
from maild.office.queue.acts import Acts
from maild.office.queue.acts_answer import AnswerActs, Reply, stamp_of
from maild.office.queue.acts_queue import Each, Items, Marked, QueueActs, Whose, bulk
from maild.spine.process import Parts

SEVERAL = "several"  # what its line of history is
KEY = "several:"  # how the key begins under which that line stands


_READ = re.compile(r"([0-9]{1,18}):([0-9]{1,9}):([0-9a-f]{16})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Marked):
    """An item with its drafts as they were read. stamp: of their words (acts_answer.stamp_of)"""

    stamp: str

    @classmethod
    def read(cls, text: str) -> Read:
        """'12:3:0123456789abcdef'. Raises Permanent."""
        named = _READ.fullmatch(text)
        if named is None:
            raise Permanent(SAY("no_draft_named"), remedy=SAY("drafts_as_told"))
        return cls(item_id=int(named[1]), seen=int(named[2]), stamp=named[3])


class Ignoring(Protocol):
    """Makes senders ignored: maild.office.ignoring.acts_senders."""

    def ignore_all(self, items: Sequence[Marked], reason: str, *, actor: str) -> list[Each]:
        """The writers of several items; each by itself."""


class SeveralActs:
    """Each item is a transaction of its own: what is refused keeps none of the others back."""

    def __init__(self, parts: Parts, acts: Acts, queue: QueueActs, senders: Ignoring, answers: AnswerActs) -> None:
        self._parts, self._acts, self._queue, self._senders, self._answers = parts, acts, queue, senders, answers

    @act("queue.bulk_dismiss", "/queue/several/dismiss", command=None)
    def dismiss(self, items: Items, *, actor: str, note: Note = "") -> Several:
        """Dismiss several items; what became of each is told."""
        return self._kept("dismissed", items, self._queue.dismiss_all(items, actor=actor, note=note), actor)

    @act("queue.bulk_hand", "/queue/several/hand", command="queue hand")
    def hand(self, items: Items, to: Whose, *, actor: str, note: Note = "") -> Several:
        """Give several items to a colleague."""
        with self._parts.store.read() as uow:
            whose = {item.id: item.assignee for item in uow.reviews.get_many([m.item_id for m in items])}
        each = self._queue.hand_all(items, to, actor=actor, note=note)
        return self._kept(HANDED, items, each, actor, {str(item): name for item, name in whose.items()})

    @act("queue.bulk_ignore", "/queue/several/ignore", command=None)
    def ignore(self, items: Items, *, actor: str, note: Note = "") -> Several:
        """Ignore the senders of several items."""
        return self._kept("ignored", items, self._senders.ignore_all(items, note, actor=actor), actor)

    @act("queue.bulk_release", "/queue/several/release", command=None)
    def release_seen(self, items: Items, *, actor: str, note: Note = "") -> Several:
        """Send the drafts of several items as they are, and settle them.

        Only what its sender has opened: drafts are sent together after a look through them, never unread.
        """
        with self._parts.store.read() as uow:
            seen = uow.viewers.seen(actor, [each.item_id for each in items])
        unread = [
            Each(item_id=each.item_id, refused=SAY("draft_not_seen"), remedy=SAY("open_first"))
            for each in items
            if each.item_id not in seen
        ]
        done = self.release([each for each in items if each.item_id in seen], actor=actor, note=note)
        return replace(done, each=[*done.each, *unread])

    def release(self, items: Sequence[Marked], *, actor: str, note: str = "") -> Several:
        """Send the drafts of all of them as they are, after a look through them."""
        each = bulk(items, lambda i, seen: self._answers.answer(i, Reply(), actor=actor, note=note, seen=seen))
        return self._kept(ANSWERED, items, each, actor)

    @act("queue.release_read", "/queue/release-read", command=None, slow=True)
    def release_read(
        self,
        items: Annotated[
            tuple[Read, ...], Given(help="As ID:VERSION:STAMP, as the page of drafts tells them.", least=1, most=100)
        ],
        *,
        actor: str,
    ) -> Several:
        """Send the drafts of several items as they were read; one that says something else now is refused.

        A refusal is answered, not raised.
        """
        stamps = {each.item_id: each.stamp for each in items}

        def send(item_id: int, seen: int | None) -> ActResult:
            if stamp_of(self._answers.drafts(item_id)) != stamps.get(item_id):
                raise Permanent(SAY("draft_changed"), remedy=SAY("read_again"))
            return self._answers.answer(item_id, Reply(), actor=actor, seen=seen)

        return self._kept(ANSWERED, items, bulk(items, send), actor)

    @act("queue.undo_several", "/queue/several/undo", command=None)
    def undo(
        self,
        key: Annotated[str, Given(help="Names an act on several items, as it was answered.", least=1, most=100)],
        *,
        actor: str,
    ) -> list[Each]:
        """Take back an act on several items, as far as nothing has happened to them since.

        Raises NotFound.
        """
        with self._parts.store.read() as uow:
            lines = [line for line in uow.journal.of_transaction(key) if line.what == SEVERAL]
        if not key.startswith(KEY) or not lines or lines[-1].after == UNDONE:
            raise NotFound(SAY("no_bulk_act"), remedy=SAY("undo_singly"))
        done = lines[-1]
        versions, whose = _numbers(done, "versions"), _texts(done, "whose")

        def back(item_id: int, seen: int | None) -> ActResult:
            if done.after == HANDED:
                return self._queue.hand(item_id, whose.get(str(item_id), ""), actor=actor, seen=seen)
            return self._acts.undo(item_id, actor=actor, seen=seen)

        each = bulk([Marked(item_id=int(item), seen=version) for item, version in versions.items()], back)
        if any(not one.refused for one in each):
            now = self._parts.clock.now()
            self._tell(JournalEntry(what=SEVERAL, at=now, actor=actor, number=key, before=done.after, after=UNDONE))
        return each

    def _kept(
        self, what: str, items: Sequence[Marked], each: Sequence[Each], actor: str, whose: dict[str, str] | None = None
    ) -> Several:
        """A line of history for the whole, with the versions that the items have now."""
        done = [one.item_id for one in each if not one.refused]
        if not done:
            return Several(each=each)
        now = self._parts.clock.now()
        with self._parts.store.read() as uow:
            versions = {str(item.id): item.version for item in uow.reviews.get_many(done)}
        key = f"{KEY}{now:%Y%m%d%H%M%S}.{done[0]}.{versions[str(done[0])]}"
        data = {"versions": versions, **({"whose": whose} if whose else {})}
        self._tell(JournalEntry(what=SEVERAL, at=now, actor=actor, number=key, after=what, data=data))
        return Several(each=each, key=key)

    def _tell(self, line: JournalEntry) -> None:
        with self._parts.store.begin() as uow:
            uow.journal.add([line])


def _numbers(line: JournalEntry, name: str) -> dict[str, int]:
    found = line.data.get(name)
    return {str(key): int(str(value)) for key, value in found.items()} if isinstance(found, Mapping) else {}


def _texts(line: JournalEntry, name: str) -> dict[str, str]:
    found = line.data.get(name)
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}
