"""The review queue: what waits for staff."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.search import item_text
from maild.domain.errors import NotFound, StaleVersion
from maild.domain.incoming.cause import Cause
from maild.domain.records.journal import MailStatus, ReviewItem, ReviewState
from maild.store._sql import any_of, chunks, insert_if_new
from maild.store.incoming.folded import fold, settle
from maild.store.prepared import Prepared
from maild.store.schema.tables import review, review_about
from maild.store.search import SqlSearch
from maild.store.texts import SAY
from maild.texts import codes_of, with_codes

_SAID = ("cause", "kind", "sender", "subject", "transactions", "candidates", "reasons", "snippet")
r, a = review.c, review_about.c

_ADD = sa.insert(review).returning(r.id)
_ADD_ALL = sa.insert(review).returning(r.id, sort_by_parameter_order=True)
_REPLACE = (
    sa.update(review)
    .where(r.mail_id == sa.bindparam("of_mail"), r.state == ReviewState.OPEN, r.key.is_(None))
    .values(version=r.version + 1)
    .returning(r.id)
)
_ABOUT = sa.insert(review_about)
_NOT_ABOUT = sa.delete(review_about).where(a.review_id == sa.bindparam("item_id"))
_OF_IDS = sa.select(review).where(r.id.in_(any_of("ids"))).order_by(r.id)
_OF_MAILS = sa.select(review).where(r.mail_id.in_(any_of("mails")), r.key.is_(None)).order_by(r.id)
_OF_KEY = sa.select(r.id).where(r.key == sa.bindparam("key"))
_OF_KEYS = sa.select(review).where(r.key.in_(any_of("keys")))
_OPEN_OF = Prepared(sa.select(review).where(r.mail_id.in_(any_of("mails")), r.state == ReviewState.OPEN).order_by(r.id))
_OPEN_OF_SENDER = Prepared(
    sa.select(review)
    .where(r.sender == sa.bindparam("sender"), sa.literal_column("review.state = 'open'", sa.Boolean))
    .order_by(r.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_COUNT_FOR = sa.select(sa.func.count()).select_from(
    sa.select(sa.literal(1))
    .where(r.state == ReviewState.OPEN, r.cause.in_(any_of("causes")))
    .limit(sa.bindparam("most", type_=sa.Integer))
    .subquery()
)
_OPEN_FOR = Prepared(
    sa.select(r.mail_id).where(r.mail_id.in_(any_of("mails")), r.state == ReviewState.OPEN, r.key.is_(None))
)

_OPEN_ABOUT = Prepared(
    sa.select(r.id)
    .select_from(review_about)
    .join(review, r.id == a.review_id)
    .where(a.number == sa.bindparam("number"), r.state == ReviewState.OPEN, r.mail_id.is_not(None))
    .limit(1)
)


class SqlReviews:
    """Items of the review queue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._search = SqlSearch(connection)
        self.opened: Callable[[Sequence[ReviewItem], datetime], None] | None = None  # hear of what is written
        self.handled: Callable[[ReviewItem, ReviewState, str, datetime], None] | None = None

    def add(self, item: ReviewItem, now: datetime) -> int:
        """Put an item into the queue; returns its id. A mail has one open item: a second one replaces it.

        What has a key is put there once, ever: an item that has it is left as it is. Its mail is a sample only.
        """
        if item.key:
            known_id = self._connection.execute(_OF_KEY, {"key": item.key}).scalar()
            if known_id is not None:
                return int(known_id)
        if item.mail_id is not None and not item.key:
            known = self._connection.execute(_REPLACE, _said(item) | {"of_mail": item.mail_id}).first()
            if known is not None:
                self._connection.execute(_NOT_ABOUT, {"item_id": known.id})
                self._note_about((int(known.id), item.transactions, item.key))
                self._search.add({int(known.id): item_text(item)})
                return int(known.id)
        if item.key:  # two hosts may look at the same clock: the second one's is the same item
            made = insert_if_new(self._connection.dialect.name, review, "key").returning(r.id)
            item_id = self._connection.execute(made, _row(item, now)).scalar()
            if item_id is None:
                return int(self._connection.execute(_OF_KEY, {"key": item.key}).scalar_one())
        else:
            item_id = int(self._connection.execute(_ADD, _row(item, now)).scalar_one())
        self._note_about((item_id, item.transactions, item.key))
        self._search.add({item_id: item_text(item)})
        if self.opened:
            self.opened([replace(item, id=item_id)], now)
        return item_id

    def add_many(self, items: Sequence[ReviewItem], now: datetime) -> None:
        """As `add`, for the items of a batch."""
        known: set[int | None] = set()
        for some in chunks(item.mail_id for item in items if item.mail_id is not None):
            known |= set(_OPEN_FOR.scalars(self._connection, {"mails": some}))
        for item in items:
            if item.mail_id in known or item.key:
                self.add(item, now)
        if self.opened:
            for item in items:
                if item.mail_id not in known and not item.key:
                    self.add(item, now)
            return
        if fresh := [item for item in items if item.mail_id not in known and not item.key]:
            ids = self._connection.scalars(_ADD_ALL, [_row(item, now) for item in fresh]).all()
            made = list(zip(ids, fresh, strict=True))
            self._note_about(*((item_id, item.transactions, item.key) for item_id, item in made))
            self._search.add({item_id: item_text(item) for item_id, item in made})

    def _note_about(self, *items: tuple[int, Sequence[str], str | None]) -> None:
        """Write down which requests items are about: id, numbers, and the key, which names one in second place."""
        rows = [
            {"number": number, "review_id": item_id}
            for item_id, numbers, key in items
            for number in about(numbers, key)
        ]
        if rows:
            self._connection.execute(_ABOUT, rows)

    def open_of(self, mail_ids: Sequence[int]) -> list[ReviewItem]:
        """The open items of these mails."""
        items: list[ReviewItem] = []
        for some in chunks(mail_ids):
            items += [review_item(row) for row in _OPEN_OF.rows(self._connection, {"mails": some})]
        return items

    def get(self, item_id: int) -> ReviewItem | None:
        """The item of that id."""
        row = self._connection.execute(sa.select(review).where(r.id == item_id)).first()
        return review_item(row) if row else None

    def get_many(self, item_ids: Sequence[int]) -> list[ReviewItem]:
        """The items of these ids that there are, in the order of their ids."""
        found: list[ReviewItem] = []
        for some in chunks(sorted(set(item_ids))):
            found += map(review_item, self._connection.execute(_OF_IDS, {"ids": some}))
        return found

    def of_mails(self, mail_ids: Sequence[int]) -> list[ReviewItem]:
        """The items of these mails, whatever became of them; not those that have a mail as a sample only."""
        found: list[ReviewItem] = []
        for some in chunks(mail_ids):
            found += map(review_item, self._connection.execute(_OF_MAILS, {"mails": some}))
        return found

    def of_key(self, key: str) -> ReviewItem | None:
        """The item that has the key, whatever became of it."""
        row = self._connection.execute(sa.select(review).where(r.key == key)).first() if key else None
        return review_item(row) if row else None

    def of_keys(self, keys: Sequence[str]) -> list[ReviewItem]:
        """The items that have one of the keys, whatever became of them."""
        found: list[ReviewItem] = []
        for some in chunks(key for key in keys if key):
            found += [review_item(row) for row in self._connection.execute(_OF_KEYS, {"keys": some})]
        return found

    def of_sender(self, sender: str, *, state: ReviewState | None = None, limit: int = 100) -> list[ReviewItem]:
        """The items of mails from that address, whatever became of them, the latest first."""
        statement = sa.select(review).where(r.sender == sender).order_by(r.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(r.state == state)
        return [review_item(row) for row in self._connection.execute(statement)] if sender else []

    def open_of_senders(self, senders: Sequence[str], most: int) -> dict[str, list[ReviewItem]]:
        """The open items of mails from each of these addresses, the latest first, up to `most` of each."""
        found = {}
        for sender in senders:
            rows = _OPEN_OF_SENDER.rows(self._connection, {"sender": sender, "most": most})
            found[sender] = [review_item(row) for row in rows]
        return found

    def waits_about(self, number: str) -> bool:
        """Whether a mail that is about this request waits for a person."""
        return bool(_OPEN_ABOUT.rows(self._connection, {"number": number}))

    def open_for(self, causes: Collection[Cause], most: int) -> int:
        """How many items are open for these causes, counted up to `most`."""
        return self._connection.scalars(_COUNT_FOR, {"causes": sorted(causes), "most": most}).one()

    def fold(self, joined: Mapping[int, int]) -> dict[int, int]:
        """Let each mail share the open item of another one; returns those whose item was handled meanwhile."""
        return fold(self._connection, joined) if joined else {}

    def settle_folded(self, item_id: int, status: MailStatus, reason: str, now: datetime) -> int:
        """What handling the item makes of the mails that share it; returns how many."""
        return settle(self._connection, item_id, status, reason, now)

    def find(
        self, *, state: ReviewState | None = ReviewState.OPEN, cause: Cause | None = None, limit: int = 100
    ) -> list[ReviewItem]:
        """Oldest first: who waits longest is served first."""
        statement = sa.select(review).order_by(r.id).limit(limit)
        if state is not None:
            statement = statement.where(r.state == state)
        if cause is not None:
            statement = statement.where(r.cause == cause)
        return [review_item(row) for row in self._connection.execute(statement)]

    def assign_to(self, item_id: int, assignee: str, *, expected_version: int) -> None:
        """Whose the item is from now on ('' nobody's). Raises StaleVersion if somebody was faster, NotFound."""
        mine = (r.id == item_id, r.version == expected_version)
        statement = sa.update(review).where(*mine).values(assignee=assignee, version=r.version + 1)
        if self._connection.execute(statement).rowcount != 1:
            raise self._missed(item_id)

    def _missed(self, item_id: int) -> NotFound | StaleVersion:
        """Why an item could not be changed."""
        item = self.get(item_id)
        if item is None:
            return NotFound(SAY("no_item", id=item_id))
        if item.state is not ReviewState.OPEN:
            what = f"{item.handled_by} {item.state} it"
        else:
            what = f"it belongs to {item.assignee} now" if item.assignee else "it waits, but not as it did"
        return StaleVersion(SAY("item_changed", id=item_id, what=what), remedy=SAY("look_at_it_again"))

    def handle(
        self,
        item_id: int,
        state: ReviewState,
        *,
        expected_version: int,
        actor: str,
        note: str,
        transactions: Sequence[str],
        now: datetime,
    ) -> None:
        """Write down what staff did. Raises StaleVersion if somebody was faster, NotFound."""
        statement = (
            sa.update(review)
            .where(r.id == item_id, r.version == expected_version)
            .values(
                state=state,
                handled_by=actor,
                handled=now,
                note=note,
                transactions=tuple(transactions),
                version=r.version + 1,
            )
            .returning(r.key)
        )
        changed = self._connection.execute(statement).first()
        if changed is not None:
            self._connection.execute(_NOT_ABOUT, {"item_id": item_id})
            self._note_about((item_id, transactions, changed.key))
            self._search.move(item_id, handled=state is not ReviewState.OPEN, note=note)
            item = self.get(item_id) if self.handled else None
            if self.handled and item:
                self.handled(item, state, actor, now)
            return
        raise self._missed(item_id)


def about(numbers: Sequence[str], key: str | None) -> Iterable[str]:
    """The numbers of requests that an item of these numbers and that key can be found by."""
    return dict.fromkeys(one for one in (*numbers, *(key or "").split(":")[1:2]) if one)


def review_item(row: Any) -> ReviewItem:
    """The item of a row."""
    values = row._asdict()
    codes = values.pop("codes")
    return ReviewItem(**with_codes(values, codes if isinstance(codes, Mapping) else {"reasons": codes}))


def _said(item: ReviewItem) -> dict[str, Any]:
    """What an item says of its mail."""
    said = {name: getattr(item, name) for name in _SAID}
    return {**said, "codes": codes_of(said)}


def _row(item: ReviewItem, now: datetime) -> dict[str, Any]:
    """A new row."""
    return _said(item) | {
        "mail_id": item.mail_id,
        "state": item.state,
        "created": now,
        "handled_by": item.handled_by,
        "handled": item.handled,
        "note": item.note,
        "version": 0,
        "key": item.key,
    }
