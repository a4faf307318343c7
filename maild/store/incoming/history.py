"""What happened and why: journal, decisions, and the documents that came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.incoming.decision import Decision, NewTransaction, RegistrationChange, Transition, in_a_line
from maild.domain.incoming.peer import SupplierNews
from maild.domain.incoming.peer_rows import KEY, news_row
from maild.domain.incoming.trust import AuthReport
from maild.domain.outgoing.reach import AddressBounce, News
from maild.domain.records.evidence import RowKind
from maild.domain.records.journal import PROGRAMS, JournalEntry, MailRecord
from maild.domain.requests.patron import Document
from maild.store._sql import any_of, chunks, insert_if_new
from maild.store.prepared import Prepared
from maild.store.records.evidence import SqlEvidence
from maild.store.schema.tables import decision, document, journal
from maild.texts import CODES, codes_of, with_codes

_LINE = ("at", "actor", "what", "number", "mail_id", "outbox_id", "before", "after", "reasons", "data")
_DOCUMENT = tuple(field.name for field in fields(Document))

_ADD_LINE = Prepared(sa.insert(journal).inline())
_ADD_ACTS = sa.insert(journal).returning(journal.c.id, sort_by_parameter_order=True)
_LINES_OF_TRANSACTION = Prepared(
    sa.select(journal).where(journal.c.number == sa.bindparam("value")).order_by(journal.c.id)
)
_LINES_OF_MAIL = Prepared(sa.select(journal).where(journal.c.mail_id == sa.bindparam("value")).order_by(journal.c.id))
_COUNT = (
    sa.select(sa.func.count())
    .select_from(journal)
    .where(journal.c.actor == sa.bindparam("by"), journal.c.what == sa.bindparam("sort"))
    .where(journal.c.at >= sa.bindparam("since"))
)
_ADD_DECISIONS = sa.insert(decision).returning(decision.c.id)
_DECISIONS_OF_MAIL = sa.select(decision).where(decision.c.mail_id == sa.bindparam("value")).order_by(decision.c.id)
_BODIES = Prepared(
    sa.select(decision.c.mail_id, decision.c.body)
    .where(decision.c.mail_id.in_(any_of("values")))
    .order_by(decision.c.id)
)
_DOCUMENTS = Prepared(
    sa.select(*(document.c[name] for name in _DOCUMENT))
    .where(document.c.number.in_(any_of("values")))
    .order_by(document.c.id)
)


class SqlJournal:
    """Lines are added, never changed. A transaction's are written at its end, in one statement.

    Those that staff caused are leaves of the evidence.
    """

    def __init__(self, connection: Connection, evidence: SqlEvidence) -> None:
        self._connection, self._evidence = connection, evidence
        self._lines: list[JournalEntry] = []
        self.told: Callable[[Sequence[JournalEntry]], None] | None = None  # hears of what is written

    def add(self, entries: Sequence[JournalEntry]) -> None:
        """Append; the database gives the ids."""
        self._lines += entries

    def flush(self) -> None:
        """Write what was added."""
        if self._lines:
            lines, self._lines = self._lines, []
            rows = [_line_row(line) for line in lines]
            acts = [row["actor"] not in PROGRAMS for row in rows]
            if any(acts):
                ids = self._connection.scalars(_ADD_ACTS, rows)
                self._evidence.wrote(RowKind.HISTORY, [one for one, act in zip(ids, acts, strict=True) if act])
            else:
                _ADD_LINE.change(self._connection, rows)
            if self.told:
                self.told(lines)

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Within a savepoint: as it was before, if it raises, also where it was written inside and so undone."""
        before = list(self._lines)
        try:
            yield
        except BaseException:
            self._lines = before
            raise

    def of_transaction(self, number: str) -> list[JournalEntry]:
        """Oldest first."""
        return self._select(_LINES_OF_TRANSACTION, number)

    def of_mail(self, mail_id: int) -> list[JournalEntry]:
        """Oldest first."""
        return self._select(_LINES_OF_MAIL, mail_id)

    def count(self, actor: str, what: str, since: datetime) -> int:
        """How many lines of that sort somebody caused since then."""
        self.flush()
        return self._connection.execute(_COUNT, {"by": actor, "sort": what, "since": since}).scalar_one()

    def _select(self, statement: Prepared, value: object) -> list[JournalEntry]:
        self.flush()
        return [line_of(row) for row in statement.rows(self._connection, {"value": value})]


class SqlDecisions:
    """The decision of every mail, as it was made."""

    def __init__(self, connection: Connection, evidence: SqlEvidence) -> None:
        self._connection, self._evidence = connection, evidence

    def add(self, mail_id: int, decision_: Decision, now: datetime) -> int:
        """Keep a decision; returns its id."""
        return self._add([_decision_row(mail_id, decision_, now)])[0]

    def add_many(self, decisions: Sequence[tuple[int, Decision]], now: datetime) -> None:
        """Keep the decisions of a batch, each with its mail's id."""
        if decisions:
            self._add([_decision_row(mail_id, each, now) for mail_id, each in decisions])

    def _add(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        ids = sorted(self._connection.scalars(_ADD_DECISIONS, rows))
        self._evidence.wrote(RowKind.DECISION, ids)
        return ids

    def of_mail(self, mail_id: int) -> list[Mapping[str, object]]:
        """The decisions of a mail, oldest first: {id, mail_id, at, action, kind, rule, cause, …body}."""
        return [_flat(row) for row in self._connection.execute(_DECISIONS_OF_MAIL, {"value": mail_id})]

    def said(self, mails: Sequence[MailRecord]) -> list[MailRecord]:
        """Each with the codes of its own line, as far as that is what its last decision says: its row has none."""
        lines: dict[int, str] = {}
        for some in chunks(mail.id for mail in mails):
            for row in _BODIES.rows(self._connection, {"values": some}):
                lines[row.mail_id] = in_a_line(_said(row.body)["reasons"])
        return [replace(mail, reason=lines[mail.id]) if lines.get(mail.id) == mail.reason else mail for mail in mails]


class SqlDocuments:
    """What was supplied to a request."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: Document, mail_id: int | None, now: datetime) -> None:
        """Keep a document; the same blob or link for the same transaction is kept once."""
        values = {name: getattr(item, name) for name in _DOCUMENT}
        digest = item.sha256 or hashlib.sha256(item.url.encode("utf-8", "surrogatepass")).hexdigest()
        statement = insert_if_new(self._connection.dialect.name, document, "number", "digest")
        self._connection.execute(statement, values | {"digest": digest, "mail_id": mail_id, "stored": now})

    def withdraw(self, number: str, mail_id: int) -> None:
        """Forget what a mail had been taken to supply for the transaction; the blob stays."""
        taken = sa.delete(document).where(document.c.number == number, document.c.mail_id == mail_id)
        self._connection.execute(taken)

    def of_transaction(self, number: str) -> list[Document]:
        """Oldest first."""
        return self.of_transactions([number])

    def of_transactions(self, numbers: Sequence[str]) -> list[Document]:
        """Oldest first."""
        found: list[Document] = []
        for some in chunks(numbers):
            found += [Document(**row._asdict()) for row in _DOCUMENTS.rows(self._connection, {"values": some})]
        return found


def _line_row(line: JournalEntry) -> dict[str, Any]:
    """A new row: the codes of what a line says stand in its data."""
    row = {name: getattr(line, name) for name in _LINE}
    if codes := codes_of((line.before, line.after, *line.reasons)):
        row["data"] = {**line.data, CODES: codes}
    return row


def line_of(row: Any) -> JournalEntry:
    """The line of a row."""
    values: dict[str, Any] = row._asdict()
    if CODES in values["data"]:
        values["data"] = MappingProxyType({name: v for name, v in values["data"].items() if name != CODES})
        said = with_codes((values["before"], values["after"], *values["reasons"]), row.data[CODES])
        values["before"], values["after"], values["reasons"] = said[0], said[1], said[2:]
    return JournalEntry(**values)


def _decision_row(mail_id: int, item: Decision, now: datetime) -> dict[str, Any]:
    return {
        "mail_id": mail_id,
        "at": now,
        "action": item.action,
        "kind": item.about.kind,
        "rule": item.about.rule,
        "cause": item.cause,
        "body": decision_body(item),
    }


def decision_body(item: Decision) -> dict[str, Any]:
    """A decision as JSON data, with the codes of what it says. Passwords of links stay out: they are in the document's
    own row only.
    """
    body = _body(item)
    return {**body, CODES: codes} if (codes := codes_of(body)) else body


def _body(item: Decision) -> dict[str, Any]:
    return {
        "event": item.about.event,
        "transactions": item.about.transactions,
        "transitions": [_transition(change) for change in item.of(Transition)],
        "creations": [new.number for new in item.of(NewTransaction)],
        "registrations": [{"email": r.email, "state": r.state} for r in item.of(RegistrationChange)],
        "documents": [{"number": d.number, "sha256": d.sha256, "filename": d.filename} for d in item.of(Document)],
        "heard": [{"address": n.address, "what": n.what, "reason": n.reason} for n in item.of(News)],
        "bounces": [
            {"address": b.address, "permanent": b.permanent, "reason": b.reason} for b in item.of(AddressBounce)
        ],
        "notices": [
            {"kind": n.kind, "subject": n.subject, "recipient": n.recipient, "revision": n.revision}
            for n in item.notices
        ],
        "candidates": [
            {"transaction": c.transaction.number, "score": c.score, "reasons": [*map(str, c.reasons)]}
            for c in item.about.candidates  # shown by its item, whose evidence has the codes
        ],
        "fields": {name: value for name, value in item.about.fields.items() if name != "password"},
        "reasons": item.reasons,
        **({KEY: [*map(news_row, item.of(SupplierNews))]} if item.of(SupplierNews) else {}),
        **({"auth": _auth(item.writer.auth)} if item.writer.auth else {}),
    }


def _auth(report: AuthReport) -> dict[str, Any]:
    return {
        "verdict": report.verdict,
        "domain": report.domain,
        "how": report.how,
        "policy": report.policy,
        "reasons": report.reasons,
    }


def _transition(change: Transition) -> dict[str, Any]:
    """Only what the transition sets."""
    said = {field.name: getattr(change, field.name) for field in fields(change)}
    return {name: value for name, value in said.items() if value is not None}


def _flat(row: Any) -> Mapping[str, object]:
    columns = {name: value for name, value in row._mapping.items() if name != "body"}
    return MappingProxyType({**columns, **_said(row.body)})


def _said(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A decision's body with its codes, without their key: at first its reasons alone had some (0162)."""
    codes = body.get(CODES)
    said = {name: value for name, value in body.items() if name != CODES}
    return cast(Mapping[str, Any], with_codes(said, codes if isinstance(codes, Mapping) else {"reasons": codes}))
