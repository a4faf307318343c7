"""The review queue as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from maild.domain.desk.listing import COUNTED, NOBODY, Neighbours, ReviewFilter, Shown
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import PAUSED, OutboxState
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.store.desk.counting import plain
from maild.store.desk.listing import SLACK, Asked, Condition, SqlListing, Way, spread
from maild.store.incoming.reviews import review_item
from maild.store.schema.tables import decision, journal, outbox, review
from maild.store.schema.tables_money import proof
from maild.store.search import SqlSearch, meant

r, o = review.c, outbox.c
_HANDLED = (ReviewState.ASSIGNED, ReviewState.DISMISSED)
_STATES = {Shown.OPEN: (ReviewState.OPEN,), Shown.HANDLED: _HANDLED, Shown.ANY: ()}
_LATEST = sa.select(
    *(
        sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)).scalar_subquery()
        for table in (review, journal, decision)
    )
)
_NEWEST = sa.select(sa.func.coalesce(sa.func.max(r.id), 0))
_FROM = sa.select(r.id, r.created).where(r.id >= sa.bindparam("number")).order_by(r.id).limit(1)
_ASSIGNEES = (
    sa.select(r.assignee, sa.func.count().label("number")).where(r.state == ReviewState.OPEN).group_by(r.assignee)
)


@cache
def _up_to(states: tuple[ReviewState, ...], most: int) -> sa.Select[Any]:
    """How many there are of each cause in each of some states, counted up to `most` + 1: a range of an index each."""
    pairs = [(state.value, cause.value) for state in states for cause in Cause]
    kinds = sa.values(sa.column("state", sa.Text), sa.column("cause", sa.Text), name="kinds").data(pairs).cte("kinds")
    k = kinds.c
    same = r.state == sa.type_coerce(k.state, r.state.type), r.cause == sa.type_coerce(k.cause, r.cause.type)
    some = sa.select(sa.literal(1).label("one")).select_from(review).where(*same).limit(most + 1).correlate(kinds)
    number = sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery().label("number")
    return sa.select(sa.type_coerce(k.cause, r.cause.type).label("cause"), number)


class SqlQueueListing(SqlListing[ReviewFilter, ReviewItem]):
    """The review queue, oldest first: who waits longest is served first."""

    table = review
    keys = (r.id,)
    newest_first = False

    def asked(self, asked: ReviewFilter) -> Asked:
        """Each state, and each cause within one, is a range of an index; what has certain words is found by them."""
        where, states = self._other(asked), _STATES[asked.shown]
        if asked.causes or asked.assignee:  # whose indexes begin with the state
            states = states or tuple(ReviewState)
        by_cause = [*where, r.cause.in_(asked.causes)] if asked.causes else where
        if asked.text:
            return self._finding(asked, by_cause)
        if len(asked.causes) > 1 and asked.assignee and len(states) == 1:
            # Somebody's items stand in one index in their order, with their causes: dozens of ways would cost more.
            return Asked(where=[*where, plain(r.cause).in_([cause.value for cause in asked.causes]), self._waits()])
        if len(states) == 1:
            return Asked(where=[*where, self._waits()], ways=spread(r.cause, asked.causes))
        return Asked(where=by_cause, ways=spread(r.state, states))

    def _other(self, asked: ReviewFilter) -> list[Condition]:
        where: list[Condition] = []
        if asked.assignee:
            where.append(r.assignee == ("" if asked.assignee == NOBODY else asked.assignee))
        if asked.kinds:
            where.append(r.kind.in_(asked.kinds))
        if asked.sender:
            where.append(self.begins(r.sender, asked.sender.lower()))
        if asked.senders:
            where.append(r.sender.in_([sender.lower() for sender in asked.senders]))
        if asked.proof:
            where.append(sa.exists().where(proof.c.mail_id == r.mail_id))
        if asked.drafted:
            draft = o.state == OutboxState.HELD, ~o.reply.startswith(PAUSED, autoescape=True)
            where.append(sa.and_(r.key.is_(None), sa.exists().where(o.mail_id == r.mail_id, *draft)))
        if asked.created_from:
            where.append(r.created >= asked.created_from)
        if asked.created_to:
            where.append(r.created < asked.created_to)
        return where

    def _waits(self) -> Condition:
        """PostgreSQL has an index of what is open, in whose words it must be said; SQLite chooses better without."""
        if self._connection.dialect.name == "sqlite":
            return r.state == ReviewState.OPEN
        return sa.literal_column("review.state = 'open'", sa.Boolean)

    def _finding(self, asked: ReviewFilter, where: Sequence[Condition]) -> Asked:
        """What is open and what is handled is found apart. Where many have the words, the queue itself is walked until
        a page is full, once for both if both are many.
        """
        said = meant(asked.text)
        if not said:
            return Asked(where=where, ways=[Way(where=[sa.false()])])  # nothing that any item could have
        parts = {Shown.OPEN: (False,), Shown.HANDLED: (True,), Shown.ANY: (False, True)}[asked.shown]
        found = {handled: SqlSearch(self._connection).match(said, handled=handled) for handled in parts}
        numbers = self._numbers(asked)
        ways = {
            handled: Way(where=[*one.where, *numbers(one.key)], source=one.source, keys=(one.key,))
            for handled, one in found.items()
        }
        many = {handled: one.said for handled, one in found.items() if one.said is not None}
        if len(many) == 2:
            walks = [Way(where=[many[False], *numbers(r.id)])]
        else:
            states = {False: [self._waits(), *numbers(r.id)], True: [r.state.in_(_HANDLED), *numbers(r.id)]}
            walks = [Way(where=[*states[part], many[part]]) if part in many else ways[part] for part in parts]
        return Asked(where=where, ways=list(ways.values()), walks=walks)

    def _numbers(self, asked: ReviewFilter) -> Callable[[Any], list[Condition]]:
        """Of a column with the numbers of items: between which they are that came in the span asked for. Else all
        that have the words would be looked at one by one until the span is reached.
        """
        first = self._number(asked.created_from - SLACK) if asked.created_from else None
        last = self._number(asked.created_to + SLACK) if asked.created_to else None

        def between(number: Any) -> list[Condition]:
            return [*([] if first is None else [number >= first]), *([] if last is None else [number < last])]

        return between

    def _number(self, moment: datetime) -> int:
        """The number below which the items of before that moment are: halved until it is found, as no index has it."""
        low, high = 0, int(self._connection.execute(_NEWEST).scalar_one()) + 1
        while low < high:
            middle = (low + high) // 2
            row = self._connection.execute(_FROM, {"number": middle}).first()
            if row is not None and row.created < moment:
                low = row.id + 1
            else:
                high = middle
        return low

    def items(self, rows: Sequence[Any]) -> list[ReviewItem]:
        """The items of rows."""
        return [review_item(row) for row in rows]

    def counts(self, asked: ReviewFilter, *, most: int = COUNTED) -> dict[Cause, int]:
        """How many there are of each cause, whatever causes are asked for. What is handled grows for ever: of each
        cause it is counted up to `most` + 1. Under a further filter, and where text is looked for, what is open and
        what is handled are counted up to `most` + 1 each, of all causes together.
        """
        everything = asked == ReviewFilter(shown=asked.shown, causes=asked.causes)
        if asked == ReviewFilter(assignee=NOBODY, causes=asked.causes):
            # All but what is somebody's: what is nobody's is most, and stands in no index in the order of its causes.
            taken = self._by_cause([self._waits(), r.assignee > ""])
            return dict(Counter(self.counts(ReviewFilter())) - taken)
        if everything and asked.shown is not Shown.OPEN:
            numbers: Counter[Cause] = Counter()
            for row in self._connection.execute(_up_to(_STATES[asked.shown] or tuple(ReviewState), most)):
                numbers[row.cause] += row.number
            return {cause: min(number, most + 1) for cause, number in numbers.items() if number}
        meant_ = self.asked(replace(asked, causes=()))
        # As an expression: else SQLite takes the index that has causes in order, and reads every row for the rest.
        cause = r.cause if everything else plain(r.cause)
        counts: Counter[Cause] = Counter()
        for way in meant_.ways:
            found = self._select(way, [cause.label("cause")], meant_.where)
            found = found.limit(most + 1) if asked.text or asked.shown is not Shown.OPEN else found
            part = found.subquery()
            counted = sa.select(part.c.cause, sa.func.count().label("number")).group_by(part.c.cause)
            counts.update({Cause(row.cause): row.number for row in self._connection.execute(counted)})
        return dict(counts)

    def _by_cause(self, where: Sequence[Condition]) -> Counter[Cause]:
        part = sa.select(plain(r.cause).label("cause")).where(*where).subquery()
        counted = sa.select(part.c.cause, sa.func.count().label("number")).group_by(part.c.cause)
        return Counter({Cause(row.cause): row.number for row in self._connection.execute(counted)})

    def kinds(self, asked: ReviewFilter) -> dict[str, int]:
        """How many there are of each kind of mail, whatever kinds are asked for; the most first."""
        meant_ = self.asked(replace(asked, kinds=()))
        counts: Counter[str] = Counter()
        for way in meant_.ways:
            part = self._select(way, [r.kind.label("kind")], meant_.where).subquery()
            counted = sa.select(part.c.kind, sa.func.count().label("number")).group_by(part.c.kind)
            counts.update({row.kind: row.number for row in self._connection.execute(counted)})
        return dict(counts.most_common())

    def heads(self, asked: ReviewFilter) -> list[tuple[int, str]]:
        """Number and kind of every item, oldest first: for a filter that few items pass, and that is dear to ask."""
        meant_ = self.asked(asked)
        found = [self._connection.execute(self._select(way, [r.id, r.kind], meant_.where)).all() for way in meant_.ways]
        return sorted((row.id, row.kind) for rows in found for row in rows)

    def assignees(self) -> dict[str, int]:
        """How many open items everybody has; '' is nobody."""
        return {row.assignee: row.number for row in self._connection.execute(_ASSIGNEES)}

    def neighbours(self, item_id: int, asked: ReviewFilter, *, backwards: bool = False) -> Neighbours:
        """What stands beside an item (which need not be in the list any more). Where text is looked for, or what is
        handled, place and number are counted up to COUNTED + 1.
        """
        place = str(item_id)
        previous = self._ids(asked, place, down=not backwards)
        following = self._ids(asked, place, down=backwards)
        passed = r.id > item_id if backwards else r.id < item_id
        found = self.asked(asked)
        most = COUNTED if asked.text or asked.shown is not Shown.OPEN else 0
        sums = [self.total(found, *which, most=most) for which in ([passed], [r.id == item_id], [])]
        counted = self._connection.execute(sa.select(*sums)).one()
        before, there, of = (min(int(number), most + 1) if most else int(number) for number in counted)
        return Neighbours(previous=previous, next=following, position=before + there, total=of)

    def _ids(self, asked: ReviewFilter, place: str, *, down: bool) -> int | None:
        row = self._connection.execute(self._rows(self.asked(asked), place, down=down, limit=1)).first()
        return int(row.id) if row else None

    def latest(self) -> tuple[int, int, int]:
        """Changes whenever the queue may have changed: the newest item, line of history and decision. Very cheap.

        PostgreSQL gives numbers out before the commit: what became visible late may leave it as it was, so look anew
        now and then whatever it says.
        """
        item, line, decided = self._connection.execute(_LATEST).one()
        return item, line, decided
