"""Takes what names a person out of rows, and leaves what the office accounts for.

`LAW` says of every table what becomes of it when a person is erased; a test holds that no table is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.outgoing.event import EventState
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.evidence import ERASED, OPEN_BODY
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.records.privacy import GONE, Held, Sort, keyed, scrubbed
from maild.store._sql import chunks, folded
from maild.store.schema.tables import (
    address,
    decision,
    document,
    journal,
    mail,
    outbox,
    patron,
    patron_address,
    registration,
    review,
    transactions,
)
from maild.store.schema.tables_console import api_answer, ignored_sender, letter, sender_speaks
from maild.store.schema.tables_money import (
    invoice,
    ledger_claim,
    ledger_entry,
    ledger_posting,
    proof,
    receipt_cache,
    statement_line,
)
from maild.store.schema.tables_privacy import blob_part
from maild.store.schema.tables_service import event, fresh_copy, heard
from maild.store.search import SqlSearch
from maild.texts import CODES

_NEVER_SENT = (OutboxState.WAITING, OutboxState.HELD, OutboxState.IN_DOUBT)
_MAIL = (mail.c.id, mail.c.sha256, mail.c.message_id, mail.c.status, mail.c.subject, mail.c.erased)

WIPED, DELETED, NOBODYS, STAFF = "wiped", "deleted", "nobody's", "staff's"
LAW: Mapping[str, str] = {
    "mail": WIPED,
    "decision": WIPED,
    "journal": WIPED,
    "review": WIPED,
    "search": WIPED,
    "outbox": WIPED,
    "transactions": WIPED,
    "registration": WIPED,
    "proof": WIPED,
    "invoice": WIPED,
    "event": WIPED,
    "ledger_entry": WIPED,
    "ledger_posting": WIPED,
    "ledger_claim": WIPED,
    "statement_line": WIPED,
    "patron": DELETED,
    "patron_address": DELETED,
    "document": DELETED,
    "receipt_cache": DELETED,
    "heard": DELETED,
    "address": DELETED,
    "ignored_sender": DELETED,
    "sender_speaks": DELETED,
    "letter": DELETED,
    "blob_part": DELETED,
    "fresh_copy": DELETED,
    "api_answer": DELETED,
    # Numbers, places and hashes by which things are known again; nothing in them is anybody's.
    "mailbox_state": NOBODYS,
    "mail_location": NOBODYS,
    "mail_mark": NOBODYS,
    "review_mail": NOBODYS,
    "review_about": NOBODYS,
    "proof_key": NOBODYS,
    "invoice_transaction": NOBODYS,
    "rule_day": NOBODYS,
    "subject_shape": NOBODYS,
    "figure": NOBODYS,
    "figure_run": NOBODYS,
    "year_kept": NOBODYS,
    "heartbeat": NOBODYS,
    "store_identity": NOBODYS,
    "restoration": NOBODYS,
    "evidence": NOBODYS,
    "evidence_act": NOBODYS,
    "erased": NOBODYS,
    "unlinked": NOBODYS,
    "sent_copy": NOBODYS,
    "account": STAFF,
    "session": STAFF,
    "api_token": STAFF,
    "failed_login": STAFF,
    "viewer": STAFF,
    "desk_kept": STAFF,
    "template_version": STAFF,
    "learned_model": STAFF,
    "learned_use": STAFF,
}


class Wiping:
    """Works within one transaction. secret: the key (hex) of the hashes that take the place of what is known again.

    history: ids of the lines of history that were wiped so far
    """

    def __init__(self, connection: Connection, secret: str, now: datetime) -> None:
        self._connection, self._secret, self._now = connection, secret, now
        self.history: set[int] = set()

    def person(self, held: Held, name: str) -> None:
        """Everything of a person; `name` is the pseudonym that stands in the person's place."""
        sought = held.person.sought()
        self._stand_in(held, name)
        self._connection.execute(sa.delete(api_answer))  # they may name anybody, and last a week: all of them
        self.mails(held.mails, sought)
        self._queue(held.items)
        self._notices(held.notices, name, sought)
        self._history(journal.c.number, held.numbers, sought)
        self._history(journal.c.outbox_id, held.notices, sought)
        self._money(held, name, sought)
        for some in chunks(held.numbers):
            self._connection.execute(sa.delete(document).where(document.c.number.in_(some)))
            said = {"title": GONE, "find_key": ""}
            self._connection.execute(sa.update(transactions).where(transactions.c.number.in_(some)).values(said))
            gone = {"state": EventState.FAILED, "free_at": None, "lease_owner": "", "reply": GONE}
            self._json(event, event.c.number, some, {"body": lambda body: scrubbed(body, sought)}, gone)
        self.registrations(held.registrations, name)
        for table, column in (
            (heard, heard.c.address),
            (address, address.c.address),
            (ignored_sender, ignored_sender.c.address),
            (sender_speaks, sender_speaks.c.address),
            (letter, letter.c.address),
        ):
            for some in chunks(held.person.addresses):
                self._connection.execute(sa.delete(table).where(sa.func.lower(column).in_(some)))
        if held.person.patron_id:
            own = held.person.patron_id
            renamed = sa.update(journal).where(journal.c.after == own).values(after=name).returning(journal.c.id)
            self.history.update(self._connection.scalars(renamed))
            self._connection.execute(sa.delete(patron_address).where(patron_address.c.patron_id == own))
            self._connection.execute(sa.delete(patron).where(patron.c.patron_id == own))

    def _stand_in(self, held: Held, name: str) -> None:
        """A patron without a name owns what the person had: requests and books refer to it."""
        own = held.person.patron_id
        if not own:
            return
        known = self._connection.execute(sa.select(patron).where(patron.c.patron_id == own)).first()
        if known is not None:
            row = dict(known._mapping) | {
                "patron_id": name,
                "name": GONE,
                "name_key": folded(GONE),
                "login": "",
                "login_key": "",
                "phone": "",
                "department": "",
                "find_key": "",
                "updated": self._now,
                "version": known.version + 1,
                "honorific": "",
                "language": known.language,
            }
            self._connection.execute(sa.insert(patron).values(row))
        moved = sa.update(transactions).where(transactions.c.patron_id == own).values(patron_id=name)
        self._connection.execute(moved.values(version=transactions.c.version + 1))

    # -- mails and the queue -----------------------------------------------------------------------

    def mails(self, ids: Iterable[int], sought: tuple[str, ...] = (), *, bytes_only: bool = False) -> None:
        """Mails are known again by keyed hashes, and hold nothing else; `bytes_only`: what was read of them stays."""
        for some in chunks(ids):
            for row in self._connection.execute(sa.select(*_MAIL).where(mail.c.id.in_(some))).all():
                values: dict[str, Any] = (
                    {}
                    if bytes_only
                    else {
                        "sender": "",
                        "subject": GONE,
                        "reason": GONE,
                        "error": "",
                        "free_at": None,
                        "lease_owner": "",
                        "status": MailStatus.IGNORED if row.status is MailStatus.PENDING else row.status,
                        "message_id": keyed(self._secret, Sort.MAIL, row.message_id) if row.message_id else "",
                    }
                )
                if row.erased is None:
                    values |= {"sha256": keyed(self._secret, Sort.MAIL, row.sha256), "erased": self._now}
                if row.subject != GONE and values:
                    self._connection.execute(sa.update(mail).where(mail.c.id == row.id).values(values))
            if bytes_only:
                continue
            self._json(decision, decision.c.mail_id, some, {"body": lambda body: decision_body(body, sought)})
            self._connection.execute(sa.delete(document).where(document.c.mail_id.in_(some)))
            self._history(journal.c.mail_id, some, sought)
            self._queue(self._connection.scalars(sa.select(review.c.id).where(review.c.mail_id.in_(some))).all())

    def _queue(self, ids: Iterable[int]) -> None:
        search = SqlSearch(self._connection)
        for some in chunks(ids):
            open_ = sa.case((review.c.state == ReviewState.OPEN, str(ReviewState.DISMISSED)), else_=review.c.state)
            values: dict[str, Any] = {
                "sender": "",
                "subject": GONE,
                "reasons": [],
                "codes": None,
                "note": "",
                "assignee": "",
                "version": review.c.version + 1,
                "state": open_,
                "snippet": "",
            }
            search.forget(some)
            self._json(review, review.c.id, some, {"candidates": scrubbed}, values)
            search.index(dict.fromkeys(some, ""))

    def _history(self, column: Any, values: Iterable[Any], sought: tuple[str, ...]) -> None:
        for some in chunks(values):
            clean: dict[str, Callable[[Any], object]] = {
                "data": lambda data: _data(data, sought),
                "before": _code,
                "after": _code,
                "reasons": lambda reasons: [GONE] if reasons else [],
            }
            self.history.update(self._json(journal, column, some, clean))

    # -- notices -----------------------------------------------------------------------------------

    def _notices(self, ids: Iterable[int], name: str, sought: tuple[str, ...]) -> None:
        """What was sent is known by its number and Message-ID; what was not never will be."""
        for some in chunks(ids):
            state = sa.case((outbox.c.state.in_(_NEVER_SENT), str(OutboxState.CANCELLED)), else_=outbox.c.state)
            of = sa.case((outbox.c.patron_id != "", name), else_="")
            wholes = self._connection.scalars(sa.select(outbox.c["copy"]).where(outbox.c.id.in_(some))).all()
            values: dict[str, Any] = {
                "recipient": "",
                "patron_id": of,
                "documents": [],
                "reply_to": "",
                "reply": GONE,
                "copy": "",
                "state": state,
                "free_at": None,
                "lease_owner": "",
            }
            self._json(outbox, outbox.c.id, some, {"data": lambda data: scrubbed(data, sought)}, values)
            self.copies(wholes)

    def copies(self, wholes: Iterable[str]) -> None:
        """Copies that no notice has any more, as far as they are no files, and the lists of parts of all such."""
        for some in chunks(filter(None, wholes)):
            for table, name in ((blob_part, blob_part.c.whole), (fresh_copy, fresh_copy.c.name)):
                had = sa.exists().where(outbox.c["copy"] == name)
                self._connection.execute(sa.delete(table).where(name.in_(some), ~had))

    # -- money -------------------------------------------------------------------------------------

    def _money(self, held: Held, name: str, sought: tuple[str, ...]) -> None:
        """Amounts, keys, moments and numbers of payments stay; who paid does not."""
        own, run = held.person.patron_id, self._connection.execute
        if own:
            run(sa.update(ledger_posting).where(ledger_posting.c.patron_id == own).values(patron_id=name))
            run(sa.update(ledger_claim).where(ledger_claim.c.patron_id == own).values(patron_id=name))
        for entries in chunks(held.entries):
            run(sa.update(ledger_entry).where(ledger_entry.c.id.in_(entries)).values(reason=""))
        for proofs in chunks(held.proofs):
            of = sa.case((proof.c.patron_id != "", name), else_="")
            clean = {"receipt": lambda receipt: scrubbed(receipt, sought)}
            self._json(proof, proof.c.id, proofs, clean, {"patron_id": of})
        run(sa.delete(receipt_cache))  # what was read in files, whosever: it is read again where it is wanted
        for lines in chunks(held.lines):
            values = {"payer": "", "payer_account": "", "purpose": "", "department": "", "project": ""}
            run(sa.update(statement_line).where(statement_line.c.key.in_(lines)).values(values))
        for invoices in chunks(held.invoices):
            titled = sa.literal(ERASED) + sa.cast(invoice.c.id, sa.Text)  # it tells those of one mail apart
            gone: dict[str, Any] = {
                "patron_id": name,
                "title": titled,
                "tax_number": "",
                "email": "",
                "sha256": "",
                "filename": "",
                "warnings": [],
                "note": "",
                "version": invoice.c.version + 1,
            }
            run(sa.update(invoice).where(invoice.c.id.in_(invoices)).values(gone))

    def registrations(self, ids: Iterable[int], name: str) -> None:
        """Applications: that there was one, and what became of it, stays. name: whose they are from now on, '' leaves
        that as it is.
        """
        for some in chunks(ids):
            values = {
                "email": sa.literal(f"{name or ERASED}:") + sa.cast(registration.c.id, sa.Text),
                "login": "",
                "login_key": "",
                "name": GONE,
                "reason": "",
                "department": "",
                "phone": "",
            }
            own = {"patron_id": sa.case((registration.c.patron_id.is_not(None), name), else_=None)} if name else {}
            self._connection.execute(sa.update(registration).where(registration.c.id.in_(some)).values(values | own))

    def events(self, ids: Iterable[int]) -> None:
        """News that were taken: that there were any stays."""
        for some in chunks(ids):
            self._json(event, event.c.id, some, {"body": scrubbed}, {"reply": GONE})

    def texts(self, ids: Iterable[int]) -> None:
        """What notices were made of."""
        for some in chunks(ids):
            self._json(outbox, outbox.c.id, some, {"data": scrubbed}, {"reply": GONE, "reply_to": ""})

    def proofs(self, mail_ids: Iterable[int]) -> None:
        """What was read in the files of these mails; the numbers of the payments stay, so that none counts twice."""
        for some in chunks(mail_ids):
            files = sa.select(proof.c.sha256).where(proof.c.mail_id.in_(some))
            self._connection.execute(sa.delete(receipt_cache).where(receipt_cache.c.sha256.in_(files)))
            self._json(proof, proof.c.mail_id, some, {"receipt": _data})

    # -- rows of JSON ------------------------------------------------------------------------------

    def _json(
        self,
        table: sa.Table,
        by: Any,
        values: Iterable[Any],
        clean: Mapping[str, Callable[[Any], object]],
        more: Mapping[str, Any] | None = None,
    ) -> list[int]:
        """Write columns anew, row by row, as `clean` makes them; and all of `more`. Returns the rows' ids."""
        written: list[int] = []
        for some in chunks(values):
            wanted = sa.select(table.c.id, *(table.c[name] for name in clean)).where(by.in_(some))
            for row in self._connection.execute(wanted).all():
                made = {name: make(getattr(row, name)) for name, make in clean.items()}
                self._connection.execute(sa.update(table).where(table.c.id == row.id).values(made | dict(more or {})))
                written.append(row.id)
        return written


def decision_body(body: Mapping[str, Any], sought: tuple[str, ...] = ()) -> Mapping[str, object]:
    """What the evidence covers openly stays as it is; of the rest, what people wrote goes."""
    kept = {name: value for name, value in body.items() if name != CODES}
    return {name: value if name in OPEN_BODY else scrubbed(value, sought) for name, value in kept.items()}


def _data(data: Mapping[str, Any], sought: tuple[str, ...] = ()) -> object:
    """Of a line of history, or a receipt: what its sentences were made of goes with them."""
    return scrubbed({name: value for name, value in data.items() if name != CODES}, sought)


def _code(text: str) -> str:
    """A state or a number stays in the history, a sentence does not."""
    said = scrubbed(text)
    return said if isinstance(said, str) else ""
