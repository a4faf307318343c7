"""What staff set up for themselves and one another: ready answers, views, turns, absences; and who was mentioned.

Own things are their owner's alone; what is everybody's any librarian may change, and history says who did.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from maild.domain.desk.access import Role
from maild.domain.desk.kept import SHARED, Kept, Sort
from maild.domain.desk.listing import NOBODY, ReviewFilter
from maild.domain.errors import NotFound, Permanent, StaleVersion
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.office.acting.act import Given, Id, Words
from maild.office.acting.act import act as deed
from maild.office.acting.drafts import HANDED, line
from maild.office.acting.result import ActResult
from maild.office.queue import SAY, ready_answers
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

MOST_NAME = 100
MOST_KEPT = 200  # of a sort and owner
MOST_SHARED_OUT = 500  # items at a time
MAILD = "maild"
Name = Annotated[str, Given(help="What it is called.", least=1, most=MOST_NAME, word=True)]
Shared = Annotated[bool, Given(help="It is everybody's.")]
_MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9][\w.-]{0,60})")


class DeskActs:
    """Raises NotFound, Permanent (not possible, with the reason)."""

    def __init__(self, store: Store, clock: Clock, timezone: str) -> None:
        self._store, self._clock, self._zone = store, clock, ZoneInfo(timezone)

    @property
    def today(self) -> date:
        """The office's day."""
        return self._clock.now().astimezone(self._zone).date()

    # --- kept things ------------------------------------------------------------------------------------

    def keep(
        self, sort: Sort, name: str, body: Mapping[str, object], *, actor: str, shared: bool = False, kept_id: int = 0
    ) -> ActResult:
        """Keep something under a name, for oneself or for everybody; `kept_id`: in the place of that one.

        Raises Permanent for a name or text that cannot be, or where too much is kept; NotFound for another's.
        """
        name = " ".join(name.split())
        if not name or len(name) > MOST_NAME:
            raise Permanent(SAY("needs_name"), remedy=SAY("characters_at_most", most=MOST_NAME))
        owner = SHARED if shared else actor
        if sort is Sort.ANSWER:
            body = {**body, "text": ready_answers.check(str(body.get("text", "")))}
        with self._store.begin() as uow:
            before = self._own(uow, kept_id, sort, actor) if kept_id else None
            others = [one for one in uow.kept.find(sort, [owner]) if before is None or one.id != before.id]
            if before is not None and any(one.name == name for one in others):
                raise Permanent(SAY("name_taken", name=repr(name)), remedy=SAY("choose_name"))
            if len(others) >= MOST_KEPT:
                raise Permanent(SAY("most_kept", most=MOST_KEPT), remedy=SAY("remove_one"))
            now = self._clock.now()
            made = Kept(id=kept_id, sort=sort, owner=owner, name=name, body=body, by=actor, at=now)
            uow.kept.put(made)
            if owner == SHARED:
                _tell(uow, actor, now, name, SAY("kept_for_all"))
        return ActResult(done=SAY("kept", name=name))

    @deed("desk.answer", "/desk/answer", go="/desk")
    def answer(
        self,
        name: Name,
        text: Annotated[
            Words, Given(help="File with its words, with variables such as {patron}.", file=True, word=True)
        ],
        *,
        actor: str,
        shared: Shared = False,
        kept_id: Annotated[Id, Given(help="Id of the one that it takes the place of.", name="id")] = 0,
    ) -> ActResult:
        """Keep a ready answer with variables, for oneself or for everybody.

        Raises as `keep`.
        """
        return self.keep(Sort.ANSWER, name, {"text": text}, actor=actor, shared=shared, kept_id=kept_id)

    @deed("desk.search", "/desk/search")
    def search(
        self,
        name: Name,
        text: Annotated[str, Given(help="What is looked for.", least=1, most=200, word=True)],
        *,
        actor: str,
        shared: Shared = False,
    ) -> ActResult:
        """Keep a search under a name.

        Raises as `keep`.
        """
        return self.keep(Sort.SEARCH, name, {"text": text}, actor=actor, shared=shared)

    @deed("desk.forget", "/desk/forget")
    def forget(
        self,
        kept_id: Annotated[Id, Given(help="Its id, as `maild desk list` shows it.", name="id", word=True)],
        *,
        actor: str,
    ) -> ActResult:
        """Remove something kept: one's own, or everybody's.

        Raises NotFound for another's.
        """
        with self._store.begin() as uow:
            kept = self._own(uow, kept_id, None, actor)
            uow.kept.remove([kept.id])
            if kept.owner == SHARED:
                _tell(uow, actor, self._clock.now(), kept.name, "removed")
        return ActResult(done=SAY("removed", name=kept.name))

    def _own(self, uow: UnitOfWork, kept_id: int, sort: Sort | None, actor: str) -> Kept:
        kept = uow.kept.get(kept_id)
        if kept is None or kept.owner not in (SHARED, actor) or (sort is not None and kept.sort is not sort):
            raise NotFound(SAY("not_at_desk"), remedy=SAY("look_at_desk"))
        return kept

    @deed("desk.tour", "/desk/tour", command=None, go="/today")
    def read_guide(self, *, actor: str) -> ActResult:
        """Say that one has read the guide.

        It is not pointed to any more.
        """
        with self._store.begin() as uow:
            uow.kept.put(Kept(sort=Sort.TOUR, owner=actor, body={}, by=actor, at=self._clock.now()))
        return ActResult(done=SAY("guide_stays"))

    # --- absence and turns ------------------------------------------------------------------------------

    @deed("desk.away", "/desk/away")
    def away(
        self,
        since: Annotated[date, Given(help="The first day.")],
        until: Annotated[date, Given(help="The last day, included.")],
        *,
        actor: str,
        keep: Annotated[bool, Given(help="Items that wait stay one's own.")] = False,
    ) -> ActResult:
        """Say that one is away: nothing is given to one on these days.

        What waits goes to everybody now, where the absence has begun. Raises Permanent for days that are over or out of
        order.
        """
        if until < since or until < self.today:
            raise Permanent(SAY("no_time_to_come", since=since, until=until), remedy=SAY("first_then_last"))
        body = {"since": since.isoformat(), "until": until.isoformat()}
        with self._store.begin() as uow:
            now = self._clock.now()
            uow.kept.put(Kept(sort=Sort.AWAY, owner=actor, body=body, by=actor, at=now))
            _tell(uow, actor, now, actor, SAY("away", since=since, until=until))
            mine = ReviewFilter(assignee=actor)
            given = 0
            if not keep and since <= self.today:
                items = uow.listings.queue.page(mine, limit=MOST_SHARED_OUT).items
                given = sum(_hand(uow, item, SHARED, actor, now, "away") for item in items)
        return ActResult(done=SAY("away_given_back", since=since, until=until, count=given))

    @deed("desk.back", "/desk/back")
    def back(self, *, actor: str) -> ActResult:
        """Say that one is there again."""
        with self._store.begin() as uow:
            uow.kept.remove([kept.id for kept in uow.kept.find(Sort.AWAY, [actor])])
            _tell(uow, actor, self._clock.now(), actor, SAY("back"))
        return ActResult(done=SAY("is_back", name=actor))

    def duty(self, topic: str, causes: Sequence[str], names: Sequence[str], *, actor: str) -> ActResult:
        """Who takes turns with the items of a topic; nobody: they wait for whoever takes them. Raises Permanent for
        accounts that cannot be given any.
        """
        names = list(dict.fromkeys(name.strip().lower() for name in names if name.strip()))
        with self._store.begin() as uow:
            known = {account.name: account for account in uow.accounts.all()}
            for name in names:
                if name not in known or known[name].disabled or not known[name].role.may(Role.LIBRARIAN):
                    raise Permanent(SAY("cannot_be_given", name=name), remedy="maild user list")
            now = self._clock.now()
            if names:
                body = {"names": names, "causes": list(causes)}
                uow.kept.put(Kept(sort=Sort.DUTY, name=topic, body=body, by=actor, at=now))
            else:
                uow.kept.remove([one.id for one in uow.kept.find(Sort.DUTY, [SHARED]) if one.name == topic])
            _tell(uow, actor, now, topic, SAY("takes_turns", names=", ".join(names) or "nobody"))
        return ActResult(done=SAY("takes_turns", names=", ".join(names) or "nobody"))

    @deed("desk.share", "/desk/share")
    def share_out(self, *, actor: str = MAILD) -> ActResult:
        """Give what waits and is nobody's to those whose turn it is.

        That is who is there and has the least before them.
        """
        with self._store.begin() as uow:
            gone = away_on(uow, self.today)
            load = Counter(dict(uow.listings.queue.assignees()))
            now, given = self._clock.now(), 0
            for duty in uow.kept.find(Sort.DUTY):
                there = [name for name in duty.texts("names") if name not in gone and not _closed(uow, name)]
                causes = tuple(Cause(value) for value in duty.texts("causes"))
                if not there or not causes:
                    continue
                wanted = ReviewFilter(assignee=NOBODY, causes=causes)
                for item in uow.listings.queue.page(wanted, limit=MOST_SHARED_OUT).items:
                    name = min(there, key=lambda one: (load[one], there.index(one)))
                    given += _hand(uow, item, name, actor, now, SAY("its_turn"))
                    load[name] += 1
        return ActResult(done=SAY("shared_out", count=given))

    def run_once(self) -> int:
        """Share out by the clock; how many items have a new owner."""
        with self._store.read() as uow:
            if not uow.kept.find(Sort.DUTY):
                return 0
        return int(self.share_out().done.split(" ", 1)[0])


def away_on(uow: UnitOfWork, day: date) -> frozenset[str]:
    """Accounts whose people are away that day."""
    return frozenset(kept.owner for kept in uow.kept.find(Sort.AWAY) if kept.holds(day))


def mention(uow: UnitOfWork, item_id: int, text: str, *, actor: str, now: datetime) -> tuple[str, ...]:
    """Keep for each colleague whom a note names (@name) that it does; their names."""
    named = dict.fromkeys(name.lower().rstrip(".") for name in _MENTION.findall(text))
    known = {account.name for account in uow.accounts.all() if not account.disabled} - {actor} if named else set()
    found = tuple(name for name in named if name in known)
    for name in found:
        body = {"item": item_id}
        uow.kept.put(Kept(sort=Sort.MENTION, owner=name, name=f"item {item_id}", body=body, by=actor, at=now))
    return found


def _closed(uow: UnitOfWork, name: str) -> bool:
    account = uow.accounts.get(name)
    return account is None or account.disabled or not account.role.may(Role.LIBRARIAN)


def _hand(uow: UnitOfWork, item: ReviewItem, to: str, actor: str, now: datetime, why: str) -> bool:
    """Give one item over, as by hand; its line of history says why."""
    try:
        uow.reviews.assign_to(item.id, to, expected_version=item.version)
    except StaleVersion:
        return False  # a colleague was faster: it is as it should be
    entry = JournalEntry(what=HANDED, at=now, actor=actor, before=item.assignee, after=to, reasons=(why,))
    uow.journal.add([line(item, entry)])
    return True


def _tell(uow: UnitOfWork, actor: str, now: datetime, about: str, said: str) -> None:
    uow.journal.add([JournalEntry(what="desk", at=now, actor=actor, after=about, reasons=(said,))])
