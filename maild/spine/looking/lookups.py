"""Look-ups with a memory: what the mails of a batch ask for is read in a few statements, each thing once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from maild.domain.incoming.decision import Decision, NewTransaction, Transition
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.outgoing.reach import AddressBounce, News
from maild.domain.records.ignored import IgnoredSender
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Document, Patron, Transaction

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


# Notices that answer a patron's question by themselves: the fuse counts them.
ANSWERS = (NoticeKind.ANSWER, NoticeKind.QUERY_ANSWER, NoticeKind.ACCOUNT_STATEMENT, NoticeKind.REGISTRATION_STATE)

DAY = timedelta(hours=24)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
OVER = frozenset({State.CLOSED, State.CANCELLED, State.UNFILLED, State.RETURNED})
MOST_RUNNING = 3000  # requests among which a title is looked for: among more it may be of several


class Lookups:
    """One database transaction's look-ups. What a recorded decision changes must be forgotten."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self._transactions: dict[str, Transaction | None] = {}
        self._running: Sequence[Transaction] | None = None
        self._sent_back: Sequence[Transaction] | None = None
        self._threads: dict[str, Sequence[str]] = {}
        self._patrons: dict[str, Patron | None] = {}
        self._writers: dict[str, tuple[Patron, ...]] = {}
        self._documents: dict[str, tuple[Document, ...]] = {}
        self._ignored: dict[str, IgnoredSender | None] = {}
        self._borne: dict[str, int | None] = {}
        self._marks: dict[str, int] = {}  # of this batch: not yet in the store
        self._moved: dict[str, datetime] = {}  # likewise: when the mail was signed that moved a request
        self._written: dict[str, bool] = {}
        self._told: set[str] = set()  # requests that a mail of this batch was about
        self.answers: Counter[str] = Counter()  # notices of this batch, by recipient: not yet in the store
        self.strangers = 0  # likewise, to nobody known

    def transactions(self, numbers: Iterable[str]) -> list[Transaction]:
        """Those that exist, in the order asked for, each once."""
        wanted = list(dict.fromkeys(numbers))
        if missing := [number for number in wanted if number not in self._transactions]:
            self._transactions |= dict.fromkeys(missing)
            self._transactions |= {t.number: t for t in self.uow.transactions.get_many(missing)}
        return [found for number in wanted if (found := self._transactions[number])]

    def running(self) -> Sequence[Transaction]:
        """All requests that run, read once; none where there are more than MOST_RUNNING: then so many are counted."""
        if self._running is None:
            states = [state for state in State if state not in OVER]
            self._running = self.uow.transactions.all_in(states, most=MOST_RUNNING)
        return self._running

    def sent_back(self) -> Sequence[Transaction]:
        """Loans that were sent back and are not known to have arrived, likewise."""
        if self._sent_back is None:
            self._sent_back = self.uow.transactions.all_in([State.RETURNED], most=MOST_RUNNING)
        return self._sent_back

    def threads(self, message_ids: Iterable[str]) -> list[str]:
        """Numbers of the transactions that notices with these Message-IDs were about."""
        wanted = list(dict.fromkeys(message_ids))
        if missing := [message for message in wanted if message not in self._threads]:
            self._threads |= dict.fromkeys(missing, ())
            self._threads |= self.uow.transactions.by_message(missing)
        return list(dict.fromkeys(number for message in wanted for number in self._threads[message]))

    def patrons(self, patron_ids: Iterable[str]) -> list[Patron]:
        """Those that exist, in the order asked for, each once."""
        wanted = list(dict.fromkeys(patron_ids))
        if missing := [patron_id for patron_id in wanted if patron_id not in self._patrons]:
            self._patrons |= dict.fromkeys(missing)
            self._patrons |= {p.patron_id: p for p in self.uow.patrons.get_many(missing)}
        return [found for patron_id in wanted if (found := self._patrons[patron_id])]

    def writers(self, addresses: Iterable[str]) -> list[Patron]:
        """All patrons that have one of the addresses (lower case)."""
        wanted = list(dict.fromkeys(address for address in addresses if address))
        if missing := [address for address in wanted if address not in self._writers]:
            known: dict[str, list[Patron]] = {address: [] for address in missing}
            for patron in self.uow.patrons.by_email(missing):
                for own in patron.emails:
                    if own.address in known:
                        known[own.address].append(patron)
            self._writers |= {address: tuple(patrons) for address, patrons in known.items()}
        found = {p.patron_id: p for address in wanted for p in self._writers[address]}
        self._patrons |= found
        return list(found.values())

    def ignored(self, addresses: Iterable[str]) -> dict[str, IgnoredSender]:
        """Those of the addresses (lower case) that staff ignore."""
        wanted = list(dict.fromkeys(address for address in addresses if address))
        if missing := [address for address in wanted if address not in self._ignored]:
            self._ignored |= dict.fromkeys(missing)
            self._ignored |= self.uow.ignored.get_many(missing)
        return {address: found for address in wanted if (found := self._ignored[address])}

    def written(self, addresses: Iterable[str]) -> frozenset[str]:
        """Those of the addresses (lower case) that notices of ours ever went to."""
        wanted = list(dict.fromkeys(address for address in addresses if address))
        if missing := [address for address in wanted if address not in self._written]:
            sent = self.uow.outbox.sent_to(missing, EVER)
            self._written |= {address: address in sent for address in missing}
        return frozenset(address for address in wanted if self._written[address])

    def documents(self, numbers: Iterable[str]) -> dict[str, tuple[Document, ...]]:
        """The documents of each of the transactions, oldest first."""
        wanted = list(dict.fromkeys(numbers))
        if missing := [number for number in wanted if number not in self._documents]:
            kept: dict[str, list[Document]] = {number: [] for number in missing}
            for document in self.uow.documents.of_transactions(missing):
                kept[document.number].append(document)
            self._documents |= {number: tuple(documents) for number, documents in kept.items()}
        return {number: self._documents[number] for number in wanted}

    def answered_lately(self, address: str, now: datetime) -> int:
        """Automatic answers to the address in the last 24 hours, those of this batch included."""
        return self.uow.outbox.count_since(address, ANSWERS, now - DAY) + self.answers[address]

    def strangers_lately(self, now: datetime) -> int:
        """Answers to nobody known in the last 24 hours, those of this batch included."""
        return self.uow.outbox.count_strangers([NoticeKind.ANSWER], now - DAY) + self.strangers

    def borne(self, marks: Iterable[str]) -> dict[str, int]:
        """The first mail that bore each of the marks, of those that any did before this batch."""
        wanted = list(dict.fromkeys(marks))
        if missing := [mark for mark in wanted if mark not in self._borne]:
            self._borne |= dict.fromkeys(missing)
            self._borne |= self.uow.marks.first(missing)
        return {mark: found for mark in wanted if (found := self._borne[mark]) is not None}

    def borne_before(self, marks: Sequence[str], mail_id: int | None) -> int | None:
        """The first mail that bore one of these marks, other than this one."""
        first = {**self.borne(marks), **{mark: self._marks[mark] for mark in marks if mark in self._marks}}
        return min((known for known in first.values() if known != mail_id), default=None)

    def moved(self, number: str) -> datetime | None:
        """When the mail of this batch was signed that moved the request last."""
        return self._moved.get(number)

    def told(self, number: str) -> bool:
        """Whether a mail of this batch was about the request, whatever was made of it."""
        return number in self._told

    def forget(self, decision: Decision, mail_id: int | None = None) -> None:
        """What the decision changed is read again by the next mail that asks for it."""
        self._told.update(decision.about.transactions)
        if mail_id is not None and decision.writer.auth and decision.writer.auth.seal:
            self._marks |= dict.fromkeys(decision.writer.auth.seal.marks, mail_id)
        self._moved |= {
            t.number: decision.writer.dated for t in decision.of(Transition) if t.event and decision.writer.dated
        }
        answers = [notice for notice in decision.notices if notice.kind in ANSWERS]
        self.answers.update(notice.recipient for notice in answers)
        self.strangers += sum(one.kind is NoticeKind.ANSWER and not one.patron_id for one in answers)
        for number in (
            *(t.number for t in decision.of(Transition)),
            *(new.number for new in decision.of(NewTransaction)),
        ):
            self._transactions.pop(number, None)
            self._running = None
        for document in decision.of(Document):
            self._documents.pop(document.number, None)
        if heard := {e.address.lower() for e in decision.effects if isinstance(e, AddressBounce | News)}:
            self._forget_patrons(heard)

    def _forget_patrons(self, addresses: Set[str]) -> None:
        """Those who have one of the addresses: how mail to it fares stands in their records."""

        def theirs(patron: Patron) -> bool:
            return any(known.address in addresses for known in patron.emails)

        self._patrons = {key: one for key, one in self._patrons.items() if one is None or not theirs(one)}
        self._writers = {key: several for key, several in self._writers.items() if not any(map(theirs, several))}
