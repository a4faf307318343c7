"""Erasing persons and mails, what is remembered of it, and the files that go because of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import NotFound, Permanent
from maild.domain.records.evidence import RowKind
from maild.domain.records.privacy import Held, Person, Remembered, Sort, keyed, pseudonym
from maild.domain.records.retention import Class
from maild.store._sql import chunks, insert_if_new
from maild.store.records import expiring, sweeping
from maild.store.records.evidence import SqlEvidence
from maild.store.records.holdings import Holdings, rows_of
from maild.store.records.wiping import Wiping
from maild.store.schema.tables import document, mail, outbox
from maild.store.schema.tables_backup import store_identity
from maild.store.schema.tables_money import invoice
from maild.store.schema.tables_privacy import blob_part, erased, unlinked
from maild.store.schema.tables_service import heard
from maild.store.texts import SAY

ON_REQUEST, TOO_OLD = "a person was erased on request", "kept no longer than needed"
_SPEAKS: tuple[Any, ...] = (mail.c.sha256, document.c.sha256, invoice.c.sha256, outbox.c["copy"], blob_part.c.part)


class SqlErasures:
    """What is held on a person, and its erasure."""

    def __init__(self, connection: Connection, evidence: SqlEvidence) -> None:
        self._connection, self._evidence = connection, evidence
        self._holdings = Holdings(connection)

    # -- what is held ------------------------------------------------------------------------------

    def person(self, who: str) -> Person:
        """By a patron's id or an address. Raises NotFound where nothing is held, or several share the address."""
        found = self._holdings.person(who)
        if found is None:
            raise NotFound(SAY("nothing_held", who=who), remedy="maild patrons list --text …")
        return found

    def held(self, person: Person) -> Held:
        """The rows that are about a person."""
        return self._holdings.held(person)

    def under_way(self, held: Held) -> list[str]:
        """What is not settled with the person, in words for staff."""
        return self._holdings.under_way(held)

    def places(self, mail_ids: Iterable[int]) -> list[tuple[str, int]]:
        """Folder and UID of mails on the servers."""
        return self._holdings.places(mail_ids)

    def files(self, held: Held) -> set[str]:
        """Names of the blobs that these rows speak of, with the parts of copies."""
        return self._with_parts(self._holdings.files(held))

    def rows(self, held: Held) -> dict[str, list[dict[str, object]]]:
        """All rows that are about a person, by table, as JSON data."""
        return rows_of(self._connection, held)

    # -- erasing -----------------------------------------------------------------------------------

    def erase(self, held: Held, now: datetime, actor: str) -> tuple[str, int]:
        """Take the person out of all rows: (the pseudonym, rows beside the person's own that had to change).

        The blobs that nothing speaks of any more are written down (`to_unlink`).
        """
        secret, person = self.secret(), held.person
        name = pseudonym(secret, person.known_as)
        files = self.files(held)
        decisions = self._holdings.decisions(held.mails)
        wiping = Wiping(self._connection, secret, now)
        wiping.person(held, name)
        swept, more, lines = sweeping.sweep(self._connection, person.sought(), name)
        self._evidence.erased(RowKind.ENTRY, held.entries, now, actor=actor, why=ON_REQUEST)
        self._evidence.erased(RowKind.DECISION, [*decisions, *more], now, actor=actor, why=ON_REQUEST)
        self._evidence.erased(RowKind.HISTORY, sorted(wiping.history.union(lines)), now, actor=actor, why=ON_REQUEST)
        self.unlink(files, now)
        return name, swept

    def handled(self, mail_ids: Sequence[int]) -> list[int]:
        """Those of these mails that nobody has to look at any more."""
        return expiring.handled(self._connection, mail_ids)

    def sending(self, held: Held) -> int:
        """How many of the person's notices are on their way at this moment."""
        return self._holdings.sending(held.notices)

    def forget_mails(self, mail_ids: Sequence[int], now: datetime, *, bytes_only: bool = False) -> None:
        """Take everything but keyed hashes out of these mails (or their bytes alone), which are written down to go."""
        digests = [keyed(self.secret(), Sort.MAIL, name) for name in self.digests_of(mail_ids)]
        files = self.digests_of(mail_ids) if bytes_only else self.files(Held(person=Person(), mails=tuple(mail_ids)))
        wiping = Wiping(self._connection, self.secret(), now)
        wiping.mails(mail_ids, bytes_only=bytes_only)
        if not bytes_only:
            decisions = self._holdings.decisions(mail_ids)
            self._evidence.erased(RowKind.DECISION, decisions, now, actor="maild", why=TOO_OLD)
            self._evidence.erased(RowKind.HISTORY, sorted(wiping.history), now, actor="maild", why=TOO_OLD)
        self.remember(Sort.MAIL, digests, now)
        self.unlink(files, now)

    def expired(self, which: Class, before: datetime, limit: int, after: int = 0) -> list[int]:
        """Ids of what of a class is older than allowed, ascending."""
        return expiring.expired(self._connection, which, before, limit, after)

    def expire(self, which: Class, ids: Sequence[int], now: datetime) -> list[str]:
        """Take these away as their class says; the blobs that nothing speaks of any more are written down to go, and
        named.
        """
        waiting = set(self._connection.scalars(sa.select(unlinked.c.sha256)))
        self._expire(which, ids, now)
        return sorted(set(self._connection.scalars(sa.select(unlinked.c.sha256))) - waiting)

    def _expire(self, which: Class, ids: Sequence[int], now: datetime) -> None:
        wiping = Wiping(self._connection, self.secret(), now)
        if which in (Class.MAIL, Class.PROOFS):
            wiping.proofs(ids)
            self.forget_mails(ids, now)
        elif which is Class.DOCUMENTS:
            self.forget_mails(expiring.bringing(self._connection, ids), now, bytes_only=True)
            self._drop_documents(ids, now)
        elif which is Class.NOTICES:
            self._drop_copies(ids, wiping, now)
        elif which is Class.REGISTRATIONS:
            wiping.registrations(ids, "")
        elif which is Class.EVENTS:
            wiping.events(ids)
        else:
            for some in chunks(ids):
                self._connection.execute(sa.delete(heard).where(heard.c.id.in_(some)))

    def _drop_copies(self, outbox_ids: Sequence[int], wiping: Wiping, now: datetime) -> None:
        """Copies of notices, what was attached to them, what their texts were made of."""
        files = self.files(Held(person=Person(), notices=tuple(outbox_ids)))
        wiping.texts(outbox_ids)
        for some in chunks(outbox_ids):
            names = self._connection.scalars(sa.select(outbox.c["copy"]).where(outbox.c.id.in_(some))).all()
            values: dict[str, Any] = {"copy": "", "documents": []}
            self._connection.execute(sa.update(outbox).where(outbox.c.id.in_(some)).values(values))
            wiping.copies(names)
        self.unlink(files, now)

    def _drop_documents(self, document_ids: Sequence[int], now: datetime) -> None:
        """Delivered documents; that there was one stays in the history."""
        files: set[str] = set()
        for some in chunks(document_ids):
            gone = sa.delete(document).where(document.c.id.in_(some)).returning(document.c.sha256)
            files |= {name for name in self._connection.scalars(gone) if name}
        self.unlink(files, now)

    # -- what is remembered ------------------------------------------------------------------------

    def secret(self) -> str:
        """The key (hex) of the keyed hashes; made with the first erasure."""
        found = self._secret()
        if not found:
            found = secrets.token_hex(32)
            self.adopt(found)
        return found

    def adopt(self, secret: str) -> None:
        """Take over a key, where there is none yet: a backup of before the first erasure has none.

        Raises Permanent where the database was never used.
        """
        if (
            not self._secret()
            and not self._connection.execute(sa.update(store_identity).values(secret=secret)).rowcount
        ):
            raise Permanent(SAY("never_used"), remedy=SAY("run_once"))

    def _secret(self) -> str:
        return str(self._connection.execute(sa.select(store_identity.c.secret)).scalar() or "")

    def digests_of(self, mail_ids: Iterable[int]) -> list[str]:
        """SHA-256 of the bytes of mails that are not erased yet."""
        found: list[str] = []
        for some in chunks(mail_ids):
            wanted = sa.select(mail.c.sha256).where(mail.c.id.in_(some), mail.c.erased.is_(None))
            found += self._connection.scalars(wanted)
        return found

    def remember(self, sort: Sort, digests: Iterable[str], now: datetime) -> None:
        """Keep keyed hashes."""
        statement = insert_if_new(self._connection.dialect.name, erased, "sort", "digest")
        rows = [{"sort": sort, "digest": digest, "at": now} for digest in dict.fromkeys(digests)]
        if rows:
            self._connection.execute(statement, rows)

    def known(self, sort: Sort, values: Iterable[str]) -> set[str]:
        """Which of these values were erased."""
        secret, wanted = self._secret(), list(dict.fromkeys(values))
        if not secret or not wanted:
            return set()
        by_digest = {keyed(secret, sort, value): value for value in wanted}
        found: set[str] = set()
        for some in chunks(by_digest):
            rows = self._connection.scalars(
                sa.select(erased.c.digest).where(erased.c.sort == sort, erased.c.digest.in_(some))
            )
            found |= {by_digest[digest] for digest in rows}
        return found

    def lift(self, sort: Sort, values: Iterable[str]) -> int:
        """Forget that these were erased: who comes back is taken in again. Returns how many were known."""
        digests = [keyed(self._secret(), sort, value) for value in values] if self._secret() else []
        gone = sa.delete(erased).where(erased.c.sort == sort, erased.c.digest.in_(digests))
        return self._connection.execute(gone).rowcount

    def matching(self, remembered: Sequence[Remembered]) -> list[str]:
        """Patrons (by id) and strangers (by address) of this database whom one of these erasures took out."""
        found: list[str] = []
        for patron_id, address in self._holdings.people():
            sort, value = (Sort.PATRON, patron_id) if patron_id else (Sort.ADDRESS, address)
            if any(keyed(one.secret, sort, value) in one.digests.get(sort, ()) for one in remembered):
                found.append(value)
        return found

    def mails_matching(self, remembered: Sequence[Remembered]) -> list[int]:
        """Mails of this database that one of these erasures took out."""
        wanted = [(one.secret, frozenset(names)) for one in remembered if (names := one.digests.get(Sort.MAIL))]
        rows = self._connection.execute(sa.select(mail.c.id, mail.c.sha256).where(mail.c.erased.is_(None)))
        return [
            row.id for row in rows if any(keyed(secret, Sort.MAIL, row.sha256) in digests for secret, digests in wanted)
        ]

    # -- files -------------------------------------------------------------------------------------

    def _with_parts(self, names: set[str]) -> set[str]:
        found = set(names)
        for some in chunks(names):
            found |= set(self._connection.scalars(sa.select(blob_part.c.part).where(blob_part.c.whole.in_(some))))
        return found

    def unlink(self, names: Iterable[str], now: datetime) -> None:
        """Write down those of these blobs that nothing speaks of any more: their files are to go."""
        statement = insert_if_new(self._connection.dialect.name, unlinked, "sha256")
        gone = [name for name in sorted(names) if name and not self._spoken_of(name)]
        if gone:
            self._connection.execute(statement, [{"sha256": name, "at": now} for name in gone])

    def _spoken_of(self, name: str) -> bool:
        looks = [sa.select(column).where(column == name).limit(1) for column in _SPEAKS]
        looks.append(sa.select(outbox.c.id).where(sa.cast(outbox.c.documents, sa.Text).contains(name)).limit(1))
        return any(self._connection.execute(look).first() for look in looks)

    def waiting(self) -> int:
        """How many files are to go."""
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(unlinked)).scalar_one())

    def to_unlink(self, limit: int = 1000) -> list[str]:
        """Names of blobs whose files are to go, but for those that something speaks of again by now."""
        names = list(self._connection.scalars(sa.select(unlinked.c.sha256).order_by(unlinked.c.sha256).limit(limit)))
        back = [name for name in names if self._spoken_of(name)]
        self.unlinked(back)
        return [name for name in names if name not in set(back)]

    def unlinked(self, names: Iterable[str]) -> None:
        """Their files are gone."""
        for some in chunks(names):
            self._connection.execute(sa.delete(unlinked).where(unlinked.c.sha256.in_(some)))
