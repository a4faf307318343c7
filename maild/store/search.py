"""Full-text search of the queue: FTS5 in SQLite, tsvector in PostgreSQL, the same words in both.

Every change comes with the change of the item, in its transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.search import BREAK, Phrase, Query, query, words
from maild.domain.records.journal import ReviewState
from maild.store._sql import among, any_of, chunks, insert
from maild.store.schema.tables import review
from maild.store.schema.tables_search import search, vector
from maild.traditional import simplified

s = search.c
FEW = 2000
_KNOWN = sa.select(search).where(s.item_id.in_(any_of("ids")))
_STATES = (
    sa.select(review.c.id, review.c.state).where(review.c.id.in_(any_of("ids"))).order_by(review.c.id).with_for_update()
)
_MISSING = ~sa.exists().where(s.item_id == review.c.id)
_UNINDEXED = (
    sa.select(review.c.id)
    .where(review.c.id > sa.bindparam("after"), _MISSING)
    .order_by(review.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_HOW_MANY = sa.select(sa.func.count()).select_from(review).where(_MISSING)
_OPEN, _HANDLED = (sa.table(name, sa.column("rowid", sa.Integer)) for name in ("search_open", "search_handled"))
_PUT = {
    True: sa.text("INSERT INTO search_open (rowid, words) VALUES (:id, :words)"),
    False: sa.text("INSERT INTO search_handled (rowid, words) VALUES (:id, :words)"),
}
_TAKE = {
    True: sa.text("INSERT INTO search_open (search_open, rowid, words) VALUES ('delete', :id, :words)"),
    False: sa.text("INSERT INTO search_handled (search_handled, rowid, words) VALUES ('delete', :id, :words)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where to look, what must hold there, and the column that has the item's id, in its order.

    said: where many have the words, that an item has them: for who walks the queue itself until a page is full
    """

    source: sa.FromClause
    where: Sequence[sa.ColumnElement[bool]]
    key: Any
    said: sa.ColumnElement[bool] | None = None


class SqlSearch:
    """Full-text search of the queue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def index(self, texts: Mapping[int, str]) -> None:
        """Let items be found by what is in these texts, and by nothing else. What is put into the queue is indexed
        there; this is for items of before.
        """
        for some in chunks(texts):
            states = self._connection.execute(_STATES, {"ids": some}).all()  # and nobody handles them meanwhile
            self._index(
                {row.id: texts[row.id] for row in states},
                {row.id for row in states if row.state is not ReviewState.OPEN},
            )

    def add(self, texts: Mapping[int, str]) -> None:
        """As `index`, for items that are open and that nobody else can see yet."""
        self._index(texts, frozenset())

    def _index(self, texts: Mapping[int, str], handled: Set[int]) -> None:
        if not texts:
            return
        said = {item_id: _words(text) for item_id, text in texts.items()}
        if self._sqlite:
            self._take(list(said))
        made = insert(self._connection.dialect.name, search)
        given = {name: made.excluded[name] for name in ("open", "words")}
        rows = [{"item_id": item_id, "open": item_id not in handled, "words": said[item_id]} for item_id in said]
        self._connection.execute(made.on_conflict_do_update(index_elements=["item_id"], set_=given), rows)
        for item_id in said if self._sqlite else ():
            self._connection.execute(_PUT[item_id not in handled], {"id": item_id, "words": said[item_id]})

    def move(self, item_id: int, *, handled: bool, note: str = "") -> None:
        """The item is handled, or open again; what was noted of it is found from now on."""
        noted = _words(f"{BREAK}{note}") if note else ""
        if not self._sqlite:
            values: dict[str, Any] = {"open": not handled}
            if noted:
                from sqlalchemy.dialects.postgresql import TSVECTOR

                values["words"] = s.words.op("||")(sa.cast(vector(noted.split(" ")), TSVECTOR))
            self._connection.execute(sa.update(search).where(s.item_id == item_id).values(**values))
            return
        row = self._connection.execute(_KNOWN, {"ids": [item_id]}).first()
        if row is None:
            return
        self._take([item_id])
        said = f"{row.words} {noted}".strip()
        moved = sa.update(search).where(s.item_id == item_id).values(open=not handled, words=said)
        self._connection.execute(moved)
        self._connection.execute(_PUT[not handled], {"id": item_id, "words": said})

    def forget(self, item_ids: Sequence[int]) -> None:
        """Take items out of the index: before they are deleted."""
        if self._sqlite:
            self._take(item_ids)
        for some in chunks(item_ids):
            self._connection.execute(sa.delete(search).where(s.item_id.in_(some)))

    def _take(self, item_ids: Sequence[int]) -> None:
        """Out of SQLite's index, which has to be told the words that are in it."""
        for some in chunks(item_ids):
            for row in self._connection.execute(_KNOWN, {"ids": some}).all():
                self._connection.execute(_TAKE[row.open], {"id": row.item_id, "words": row.words})

    def unindexed(self, *, after: int = 0, limit: int = 100) -> list[int]:
        """Items that are not in the index, by id; `after` pages on."""
        return list(self._connection.scalars(_UNINDEXED, {"after": after, "most": limit}))

    def missing(self) -> int:
        """How many items are not in the index."""
        return int(self._connection.execute(_HOW_MANY).scalar_one())

    def match(self, asked: Query, *, handled: bool) -> Match:
        """What finds items of the queue, joined with it."""
        if not self._sqlite:
            return self._match(asked, handled=handled)
        fts = _HANDLED if handled else _OPEN
        # The plus keeps the planner from asking the index for each item of the queue in turn.
        joined = fts.join(review, review.c.id == sa.literal_column(f"+{fts.name}.rowid", sa.Integer))
        found = sa.literal_column(fts.name).op("MATCH", is_comparison=True)(_fts5(asked))
        return Match(source=joined, where=[found], key=fts.c.rowid)

    def _match(self, asked: Query, *, handled: bool) -> Match:
        """PostgreSQL guesses badly how many have certain words. So it is asked first: few are named one by one; where
        there are many, the queue is walked in its order until a page is full.
        """
        from sqlalchemy.dialects.postgresql import TSQUERY

        state = ~s.open if handled else s.open  # word by word as its partial index has it
        found = s.words.op("@@", is_comparison=True)(sa.cast(_tsquery(asked), TSQUERY))
        every = sa.select(s.item_id).where(state, found).limit(FEW + 1).cte("every").prefix_with("MATERIALIZED")
        ids = list(self._connection.scalars(sa.select(every.c.item_id)))
        if len(ids) <= FEW:
            return Match(source=review, where=[among(self._connection, review.c.id, ids)], key=review.c.id)
        # By its function, which no index answers: of a phrase that is guessed to be rare thousands would be found and
        # sorted for a page of eight. OFFSET keeps it a question about each item, asked last: after its state and day.
        has = sa.func.ts_match_vq(s.words, sa.cast(_tsquery(asked), TSQUERY))
        said = sa.select(sa.literal(1)).where(s.item_id == review.c.id, has).correlate(review).offset(0).exists()
        source = search.join(review, s.item_id == review.c.id)
        return Match(source=source, where=[state, found], said=said, key=s.item_id)


def meant(text: str) -> Query:
    """What somebody looks for."""
    return query(text, simplified)


def _words(text: str) -> str:
    return " ".join(words(text, simplified))


def _fts5(asked: Query) -> str:
    def phrase(one: Phrase) -> str:
        return '"' + " ".join(one.words) + ('"*' if one.open else '"')

    return " AND ".join(f"({' OR '.join(map(phrase, term))})" for term in asked)


def _tsquery(asked: Query) -> str:
    def phrase(one: Phrase) -> str:
        return " <-> ".join(f"'{word}'" for word in one.words) + (":*" if one.open else "")

    return " & ".join("(" + " | ".join(f"({phrase(one)})" for one in term) + ")" for term in asked)
