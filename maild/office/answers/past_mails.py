"""What was really sent about a request, where to, and what became of it: the history that a complaint is held to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import TROUBLES, Heard
from maild.domain.requests.patron import Document, Patron, Transaction
from maild.office.answers import SAY
from maild.office.reach.facts_reach import ReachFacts
from maild.spine.facts import Facts

AGAIN = "again"  # the revision of what is sent, or said, to somebody who has not received it
TELLING = frozenset({NoticeKind.DOCUMENT_DELIVERED, NoticeKind.PICK_UP})
_GONE = (OutboxState.SENT, OutboxState.MERGED)
_LEFT = (OutboxState.WAITING, OutboxState.LEASED, OutboxState.SENDING)
MOST_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One request's mails.

    told      rows that bring the thing itself or say where it lies, and left the house, oldest first
    waiting, failed  such rows that have not left (yet), or may not have
    again     this has been complained of before: something was sent or said again, or is drafted
    """

    transaction: Transaction
    rows: tuple[OutboxEntry, ...]
    documents: tuple[Document, ...]
    reach: ReachFacts
    now: datetime
    today: date

    @property
    def told(self) -> tuple[OutboxEntry, ...]:
        return self._telling(_GONE)

    @property
    def waiting(self) -> tuple[OutboxEntry, ...]:
        return self._telling(_LEFT)

    @property
    def failed(self) -> tuple[OutboxEntry, ...]:
        return self._telling((OutboxState.FAILED, OutboxState.IN_DOUBT))

    def _telling(self, states: Sequence[OutboxState]) -> tuple[OutboxEntry, ...]:
        return tuple(r for r in self.rows if r.request.kind in TELLING and r.state in states)

    @property
    def again(self) -> bool:
        # A draft's revision has an ending of its own: 'again+draft'.
        return any(re.split(r"[:+]", row.request.revision, maxsplit=1)[0] == AGAIN for row in self.rows)

    @property
    def opened(self) -> OutboxEntry | None:
        """The latest that its reader has opened."""
        return next((row for row in reversed(self.told) if row.opened is not None), None)

    @property
    def files(self) -> tuple[Document, ...]:
        return tuple(document for document in self.documents if document.sha256)

    @property
    def links(self) -> tuple[Document, ...]:
        """Links that may still work."""
        return tuple(d for d in self.documents if d.url and not (d.expires and d.expires < self.today))

    def sent_at(self, row: OutboxEntry) -> datetime:
        """When a row left; a merged one left with its mail's leading row."""
        together = (other.sent for other in self.rows if other.message_id == row.message_id and other.sent)
        return row.sent or next(together, row.created)

    def takes_mail(self, address: str) -> bool:
        """Whether nothing is known that keeps our mail from the address: no ban, no complaint, nothing lost there."""
        state = self.reach.states.get(address)
        if state is not None and (
            state.avoided(self.now) or state.complained or state.trouble is Heard.CONTENT_REFUSED
        ):
            return False
        ids = {row.id for row in self.rows}
        return not any(
            line.address == address and line.what in TROUBLES and line.outbox_id in ids for line in self.reach.lines
        )

    def address(self, patron: Patron, writer: str) -> str:
        """Where it is to be sent now: the address that writes, the one it went to, any other; '' if none will do."""
        first = [self.told[-1].request.recipient] if self.told else []
        own = [known.address for known in patron.emails]
        return next((a for a in dict.fromkeys([writer, *first, *own]) if patron.owns(a) and self.takes_mail(a)), "")

    def history(self) -> tuple[str, ...]:
        """What a librarian has to know: every mail about it, what was heard of it, and whom to phone."""
        shown = [row for row in self.rows if row.request.kind in TELLING or row.request.revision.startswith(AGAIN)]
        lines = [(self.sent_at(row), self._of_row(row)) for row in shown]
        ids = {row.id for row in shown}
        heard = (
            line for line in self.reach.lines if line.outbox_id in ids and line.what is not Heard.DELIVERED_TO_SERVER
        )
        lines += [
            (
                line.at,
                f"{line.at:%Y-%m-%d %H:%M} {line.address}: {line.what.value.replace('_', ' ')}"
                + (f" ({line.reason})" if line.reason else ""),
            )
            for line in heard
        ]
        told = tuple(text for _, text in sorted(lines))[-MOST_LINES:]
        return (*told, self.reach.phone) if self.reach.phone else told

    def _of_row(self, row: OutboxEntry) -> str:
        what = SAY(
            "notice_sent",
            when=f"{self.sent_at(row):%Y-%m-%d %H:%M}",
            kind=row.request.kind,
            address=row.request.recipient,
        )
        if row.opened:
            return SAY("notice_opened", what=what, state=row.state, when=f"{row.opened:%Y-%m-%d %H:%M}")
        return SAY("notice_stands", what=what, state=row.state)


def past(transaction: Transaction, facts: Facts, today: date) -> Past:
    """One request's mails, out of the facts."""
    reach = facts.known(ReachFacts)
    number = transaction.number
    return Past(
        transaction=transaction,
        rows=reach.about.get(number, ()),
        documents=facts.documents.get(number, ()),
        reach=reach,
        now=facts.now,
        today=today,
    )


def topics(value: str) -> frozenset[str]:
    """The field `topic` of the ruling: one a line."""
    return frozenset(line for line in value.split("\n") if line)


def among(known: Iterable[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Those of `wanted` that are known, in its order."""
    found = set(known)
    return tuple(one for one in wanted if one in found)
