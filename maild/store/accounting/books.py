"""The books: entries are written once; claims and statement lines follow them in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.ledger import Account, Book, Claim, EntryKind, LedgerEntry, Posting, Refund, Standing
from maild.domain.errors import Permanent, StaleVersion
from maild.domain.money import Money
from maild.domain.records.evidence import RowKind
from maild.store._sql import any_of, chunks, insert
from maild.store.accounting import audit, balances
from maild.store.accounting.ledger_rows import _zero, claim_of, entry_row, posting_of, posting_rows, standing_of
from maild.store.accounting.refunds import EVER, MOST, refund, refunds
from maild.store.prepared import Prepared
from maild.store.records.evidence import SqlEvidence
from maild.store.schema.tables_money import ledger_claim, ledger_entry, ledger_posting, statement_line
from maild.store.schema.types import cents, key_text, money
from maild.store.texts import SAY

e, p, c, s = ledger_entry.c, ledger_posting.c, ledger_claim.c, statement_line.c
_KEY = 200
_NOTHING = Money.of(0)
# What takes from a balance that must not fall below nothing. A reversal may: it tells a truth that came late.
_SPENDS_DEPOSIT = frozenset({EntryKind.DEPOSIT_USE, EntryKind.REFUND})
_MAY_OVERDRAW = frozenset({EntryKind.REVERSAL})

_POSTINGS = Prepared(sa.select(ledger_posting).where(p.entry_id.in_(any_of("ids"))).order_by(p.entry_id, p.position))
_BY_KEY = sa.select(ledger_entry).where(e.key == sa.bindparam("at_key"))
_HAS_KEY = Prepared(sa.select(e.id).where(e.key == sa.bindparam("at_key")))
_CLAIM_AT = sa.select(ledger_claim).where(c.tip == sa.bindparam("at_tip")).with_for_update()
_PLACE = (
    sa.update(statement_line)
    .where(s.key == sa.bindparam("at_line"), s.currency == sa.bindparam("of_currency"))
    .where(
        (s.placed_cents + sa.bindparam("more", type_=sa.BigInteger)).between(
            sa.case((s.cents < 0, s.cents), else_=0), sa.case((s.cents > 0, s.cents), else_=0)
        )
    )
    .values(placed_cents=s.placed_cents + sa.bindparam("more", type_=sa.BigInteger))
)
_ACCOUNT = Prepared(
    sa.select(p.book, sa.cast(sa.func.sum(p.cents), sa.BigInteger).label("cents"))
    .where(p.patron_id == sa.bindparam("patron"), p.currency == sa.bindparam("of_currency"))
    .group_by(p.book)
)
_BY_NUMBER = Prepared(
    sa.select(p.number, p.book, p.currency, sa.cast(sa.func.sum(p.cents), sa.BigInteger).label("cents"))
    .where(sa.text("number <> ''"), p.number.in_(any_of("numbers")), p.book.in_(any_of("books")))
    .group_by(p.number, p.book, p.currency)
)
_OF_TRANSACTION = (Book.RECEIVABLE, Book.INCOME, Book.SUBSIDY, Book.WAIVED, Book.PENDING)
_COUNTS = Prepared(
    sa.select(
        p.number,
        sa.func.count(p.entry_id.distinct()).label("entries"),
        sa.func.count(sa.case((e.kind == EntryKind.CHARGE, p.entry_id)).distinct()).label("charges"),
        sa.func.max(sa.case((p.book.in_((Book.RECEIVABLE, Book.INCOME)), p.patron_id), else_="")).label("patron_id"),
    )
    .join(ledger_entry, e.id == p.entry_id)
    .where(sa.text("number <> ''"), p.number.in_(any_of("numbers")))
    .group_by(p.number)
)
_CLAIMED = Prepared(
    sa.select(p.number, sa.cast(-sa.func.sum(p.cents), sa.BigInteger).label("cents"))
    .join(ledger_claim, c.entry_id == p.entry_id)
    .where(sa.text("number <> ''"), p.number.in_(any_of("numbers")), p.book == Book.RECEIVABLE, c.settled_by == "")
    .group_by(p.number)
)
# An entry that a reversal took back, and no reversal of that reversal gave back.
_undone, _redone = ledger_entry.alias("undone"), ledger_entry.alias("redone")
_REVERSED = Prepared(
    sa.select(_undone.c.id)
    .outerjoin(_redone, sa.and_(_redone.c.settles == _undone.c.key, _redone.c.kind == EntryKind.REVERSAL))
    .where(_undone.c.settles == sa.bindparam("at_key"), _undone.c.kind == EntryKind.REVERSAL, _redone.c.id.is_(None))
)


class SqlLedger:
    """The books. There is no method that changes or removes an entry, and the database refuses it too."""

    def __init__(self, connection: Connection, evidence: SqlEvidence) -> None:
        self._connection, self._evidence = connection, evidence
        self.told: Callable[[Sequence[LedgerEntry], datetime, str, int | None], None] | None = None

    def post(
        self, entries: Sequence[LedgerEntry], now: datetime, *, actor: str = "maild", mail_id: int | None = None
    ) -> list[str]:
        """Write entries; returns the keys that are new. A known key with the same postings is left alone.

        Raises ValueError where postings do not sum to zero or a known key says something else; Permanent where
        what `settles` names is settled already or `line` has no such money left; StaleVersion where a balance
        changed meanwhile so that the entry would take more than there is.
        """
        new: list[str] = []
        for some in chunks(_checked(entries)):
            rows = [entry_row(one, now, actor, mail_id) for one in some]
            written = self._connection.execute(_insert(self._connection.dialect.name), rows)
            ids = {row.key: int(row.id) for row in written}
            fresh = [(ids[_key(one)], one) for one in some if _key(one) in ids]
            for one in some:
                if _key(one) not in ids:
                    self._must_be_known(one)
            if lines := [line for entry_id, one in fresh for line in posting_rows(entry_id, one)]:
                self._connection.execute(sa.insert(ledger_posting), lines)
            self._evidence.wrote(RowKind.ENTRY, [entry_id for entry_id, _ in fresh])
            for entry_id, one in fresh:
                self._follow(entry_id, one, now)
            self._guard([one for _, one in fresh])
            if self.told:
                self.told([one for _, one in fresh], now, actor, mail_id)
            new += [one.key for _, one in fresh]
        return new

    def _must_be_known(self, entry: LedgerEntry) -> None:
        known = self.get(_key(entry))
        if known is None:
            raise Permanent(SAY("settled_already", key=entry.settles, entry=entry.key))
        if _said(known) != _said(entry):
            raise ValueError(f"entry '{entry.key}' is in the books already and says something else")

    def _follow(self, entry_id: int, entry: LedgerEntry, now: datetime) -> None:
        """Keep claims and statement lines in step with the entry."""
        if entry.kind is EntryKind.CLAIM:
            self._open_claim(entry_id, entry, now)
        if entry.settles:
            self._move_claim(entry)
        if entry.line:
            self._place(entry)

    def _open_claim(self, entry_id: int, entry: LedgerEntry, now: datetime) -> None:
        claimed = [one for one in entry.postings if one.book is Book.CLAIMED]
        if not claimed:
            raise ValueError(f"claim '{entry.key}' claims nothing")
        row = {
            "entry_id": entry_id,
            "tip": entry.key,
            "settled_by": "",
            "patron_id": claimed[0].patron_id,
            "cents": sum(cents(one.amount) or 0 for one in claimed),
            "currency": claimed[0].amount.currency,
            "at": entry.at or now,
        }
        self._connection.execute(sa.insert(ledger_claim), row)

    def _move_claim(self, entry: LedgerEntry) -> None:
        """A settlement closes a claim; the reversal of a settlement opens it again."""
        row = self._connection.execute(_CLAIM_AT, {"at_tip": entry.settles}).first()
        if row is None:
            if _HAS_KEY.row(self._connection, {"at_key": entry.settles}) is None:
                raise Permanent(SAY("settles_unknown", key=entry.key, other=entry.settles))
            return
        if row.settled_by and entry.kind is not EntryKind.REVERSAL:
            raise Permanent(SAY("settled_already", key=entry.settles, entry=entry.key))
        moved = {"tip": entry.key, "settled_by": "" if row.settled_by else str(entry.kind)}
        self._connection.execute(sa.update(ledger_claim).where(c.entry_id == row.entry_id).values(**moved))

    def _place(self, entry: LedgerEntry) -> None:
        """Money of a statement line has found a use, or has lost it again; never more than the line has."""
        used = [one for one in entry.postings if one.book in (Book.CASH, Book.UNCLAIMED)]
        more = sum(cents(one.amount) or 0 for one in used)
        said = {"at_line": entry.line, "of_currency": entry.postings[0].amount.currency, "more": more}
        if self._connection.execute(_PLACE, said).rowcount == 1:
            return
        if self._connection.scalar(sa.select(s.key).where(s.key == entry.line)) is None:
            raise Permanent(SAY("names_unknown_line", key=entry.key, line=entry.line))
        raise Permanent(SAY("line_is_spent", line=entry.line, key=entry.key))

    def _guard(self, entries: Sequence[LedgerEntry]) -> None:
        """No fee is paid below nothing, no deposit spent that is not there, whoever else posts at this moment."""
        numbers = sorted(
            {
                one.number
                for entry in entries
                if entry.kind not in _MAY_OVERDRAW
                for one in entry.postings
                if one.book is Book.RECEIVABLE and one.amount.amount < 0
            }
        )
        patrons = sorted(
            {
                one.patron_id
                for entry in entries
                if entry.kind in _SPENDS_DEPOSIT
                for one in entry.postings
                if one.book is Book.DEPOSIT and one.amount.amount > 0
            }
        )
        self._one_at_a_time([*(f"number {one}" for one in numbers), *(f"patron {one}" for one in patrons)])
        for number, owed in self.owed(numbers).items():
            if owed.amount < 0:
                raise StaleVersion(SAY("paid_beyond_fee", number=number, amount=-owed))
        for patron_id in patrons:
            if (left := self.account(patron_id).deposit).amount < 0:
                raise StaleVersion(SAY("deposit_short", patron=patron_id, amount=-left))

    def _one_at_a_time(self, names: Sequence[str]) -> None:
        """PostgreSQL: who posts to the same balance waits for us. SQLite has one writer anyway."""
        if self._connection.dialect.name != "sqlite":
            for name in names:
                self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 7))))

    def account(self, patron_id: str, currency: str = "CNY") -> Account:
        """The patron's balances in a currency."""
        sums = {
            row.book: Money.of(0, currency) + (money(row.cents, currency) or _NOTHING)
            for row in _ACCOUNT.rows(self._connection, {"patron": patron_id, "of_currency": currency})
        }
        none = Money.of(0, currency)
        return Account(
            patron_id=patron_id,
            owed=sums.get(Book.RECEIVABLE, none),
            claimed=sums.get(Book.CLAIMED, none),
            pending=none - sums.get(Book.PENDING, none),
            deposit=none - sums.get(Book.DEPOSIT, none),
        )

    def owed(self, numbers: Sequence[str]) -> dict[str, Money]:
        """Balance of RECEIVABLE by transaction (0.00 where charged and settled); one never charged is not named."""
        charged = self._sums(numbers, Book.RECEIVABLE, Book.INCOME, Book.SUBSIDY)
        return {number: books.get(Book.RECEIVABLE, _zero(books)) for number, books in charged.items()}

    def charged(self, numbers: Sequence[str]) -> dict[str, tuple[Money, Money]]:
        """What was charged by transaction: (total fee, subsidy); one never charged is not named."""
        return {
            number: (_zero(books) - books.get(Book.INCOME, _zero(books)), books.get(Book.SUBSIDY, _zero(books)))
            for number, books in self._sums(numbers, Book.INCOME, Book.SUBSIDY).items()
        }

    def pending(self, numbers: Sequence[str]) -> dict[str, Money]:
        """What was claimed beyond the fee by transaction, where it is anything: a fee fell after its claim."""
        sums = self._sums(numbers, Book.PENDING)
        held = {number: _zero(books) - books[Book.PENDING] for number, books in sums.items()}
        return {number: amount for number, amount in held.items() if amount}

    def standing(self, numbers: Sequence[str]) -> dict[str, Standing]:
        """All that domain.bookkeeping needs to know of transactions; one that no entry speaks of is not named."""
        sums = self._sums(numbers, *_OF_TRANSACTION)
        found: dict[str, Standing] = {}
        for some in chunks(sums):
            claimed = {row.number: row for row in _CLAIMED.rows(self._connection, {"numbers": some})}
            for row in _COUNTS.rows(self._connection, {"numbers": some}):
                found[row.number] = standing_of(row, claimed.get(row.number), sums[row.number])
        return {number: found[number] for number in sums}

    def fresh(self, key: str) -> str:
        """`key` itself, or once its entry was reversed the first of 'key:2', 'key:3', … to post the fact anew."""
        nth, name = 1, key
        while _REVERSED.row(self._connection, {"at_key": key_text(name, _KEY)}) is not None:
            nth += 1
            name = f"{key}:{nth}"
        return name

    def _sums(self, numbers: Sequence[str], *books: Book) -> dict[str, dict[Book, Money]]:
        found: dict[str, dict[Book, Money]] = {}
        for some in chunks(numbers):
            for row in _BY_NUMBER.rows(self._connection, {"numbers": some, "books": books}):
                amount = money(row.cents, row.currency)
                assert amount is not None
                found.setdefault(row.number, {})[row.book] = amount
        return {number: found[number] for number in numbers if number in found}

    def entries(self, *, patron_id: str = "", number: str = "", limit: int = 200) -> list[LedgerEntry]:
        """Newest first."""
        statement = sa.select(ledger_entry).order_by(e.id.desc()).limit(limit)
        if patron_id:
            statement = statement.where(e.id.in_(sa.select(p.entry_id).where(p.patron_id == patron_id)))
        if number:
            of_number = sa.select(p.entry_id).where(sa.text("number <> ''"), p.number == number)
            statement = statement.where(e.id.in_(of_number))
        return self._entries(statement, {})

    def get(self, key: str) -> LedgerEntry | None:
        """The entry of that key."""
        found = self._entries(_BY_KEY, {"at_key": key})
        return found[0] if found else None

    def _entries(self, statement: Any, parameters: Mapping[str, Any]) -> list[LedgerEntry]:
        rows = self._connection.execute(statement, parameters).all()
        lines = self._postings([row.id for row in rows])
        return [LedgerEntry(**row._mapping, postings=tuple(lines.get(row.id, ()))) for row in rows]

    def _postings(self, ids: Sequence[int]) -> dict[int, list[Posting]]:
        found: dict[int, list[Posting]] = {}
        for some in chunks(ids):
            for row in _POSTINGS.rows(self._connection, {"ids": some}):
                found.setdefault(row.entry_id, []).append(posting_of(row))
        return found

    def claims(
        self,
        *,
        patron_ids: Sequence[str] = (),
        numbers: Sequence[str] = (),
        amount: Money | None = None,
        before: datetime | None = None,
        open_only: bool = True,
        limit: int = 500,
    ) -> list[Claim]:
        """Claims, oldest first."""
        statement = (
            sa.select(ledger_claim, e.key, e.mail_id)
            .join(ledger_entry, e.id == c.entry_id)
            .order_by(c.at, c.entry_id)
            .limit(limit)
        )
        if open_only:
            statement = statement.where(sa.text("settled_by = ''"))
        if patron_ids:
            statement = statement.where(c.patron_id.in_(list(patron_ids)))
        if numbers:
            parts = sa.select(p.entry_id).where(sa.text("number <> ''"), p.number.in_(list(numbers)))
            statement = statement.where(c.entry_id.in_(parts))
        if amount is not None:
            statement = statement.where(c.cents == cents(amount), c.currency == amount.currency)
        if before is not None:
            statement = statement.where(c.at < before)
        return self.claims_of(self._connection.execute(statement).all())

    def claims_of(self, rows: Sequence[Any]) -> list[Claim]:
        """The claims of rows of ledger_claim with the key and the mail of their entry."""
        lines = self._postings([row.entry_id for row in rows])
        return [claim_of(row, lines.get(row.entry_id, [])) for row in rows]

    def refunds(self, *, open_only: bool = True, since: datetime = EVER, most: int = MOST) -> list[Refund]:
        """What is to be paid out, oldest first; with the rest, what was paid since (`most`, the latest), too."""
        return refunds(self._connection, open_only=open_only, since=since, most=most)

    def refund(self, key: str) -> Refund | None:
        """The refund of that key, paid out or not; None where there is none, or where it was taken back."""
        return refund(self._connection, key)

    def balances(self) -> dict[tuple[Book, str], Money]:
        """The trial balance by book and currency: each currency sums to zero."""
        return balances.balances(self._connection)

    def sum_up(self) -> None:
        """Keep the trial balance as it stood a while ago, so that it need not be counted from the first entry."""
        balances.keep(self._connection)

    def faults(self) -> list[str]:
        """A sentence for each law of the books that is broken; empty where they hold. Reads all of them."""
        return [*audit.faults(self._connection), *balances.faults(self._connection)]

    def subsidised(self, patron_id: str, since: datetime, currency: str = "CNY") -> Money:
        """What a patron's fees were subsidised with since then (domain.fees.Usage)."""
        return audit.subsidised(self._connection, patron_id, since, currency)

    def unopened(self, *, after: str = "", limit: int = 500) -> list[str]:
        """Transactions whose fee was asked for and which no entry speaks of, by number; `after` pages on."""
        return audit.unopened(self._connection, after, limit)


def _key(entry: LedgerEntry) -> str:
    return key_text(entry.key, _KEY)


def _said(entry: LedgerEntry) -> tuple[object, ...]:
    """What makes two entries the same: when, who and why may differ."""
    return entry.kind, entry.settles, entry.line, tuple(entry.postings)


def _checked(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The entries, each once. Raises ValueError where one does not balance or two of one key differ."""
    unique: dict[str, LedgerEntry] = {}
    for entry in entries:
        sums: dict[str, int] = {}
        for one in entry.postings:
            sums[one.amount.currency] = sums.get(one.amount.currency, 0) + (cents(one.amount) or 0)
        if len(sums) != 1 or any(sums.values()):
            raise ValueError(f"entry '{entry.key}' does not sum to zero in one currency")
        if _said(unique.setdefault(_key(entry), entry)) != _said(entry):
            raise ValueError(f"two entries of the key '{entry.key}' differ")
    return list(unique.values())


def _insert(dialect: str) -> Any:
    """INSERT, unless key or settles are there: which of the two is looked up afterwards."""
    return insert(dialect, ledger_entry).on_conflict_do_nothing().returning(e.id, e.key)
