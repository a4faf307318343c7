"""A small office in which the mails of this folder are processed in turn, each as it came; nothing leaves it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from maild.authenticate.resolver import load_static
from maild.bootstrap import Services
from maild.config import Settings
from maild.domain.incoming.mail import MailKey
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import MailRecord, NewMail, ReviewItem
from maild.domain.requests.lifecycle import Event, PaymentState, Service, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.order import ORDER
from maild.office.queue.acts import Acts
from maild.spine.policy import Policy
from maild.spine.process import Parts, Processor
from maild.spine.reading.read import LocalReader, ReadSettings
from maild.store import FileBlobs, open_store
from maild.store.uow import Store
from tests.servers.schema import lay_out

FOLDER = Path(__file__).parent
OFFICE, ALIAS, OURS = "office@lib.example", "ill@alias.example", "mx.lib.example"
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)  # when the last mail of each case comes, unless it says otherwise
QUOTED = NOW - timedelta(days=1)  # when the fee was told
Case = Mapping[str, Any]


@cache
def cases() -> dict[str, Case]:
    """The cases of this folder, by name."""
    return json.loads((FOLDER / "expected.json").read_text("utf-8"))  # type: ignore[no-any-return]


class Clock:
    """Stands where it is put."""

    time = NOW

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What the last mail left: its record, its item, the request, and what anybody is told."""

    mail: MailRecord
    item: ReviewItem | None
    request: Transaction
    notices: tuple[NoticeKind, ...]
    patron: Patron

    @property
    def words(self) -> str:
        return " | ".join(self.item.reasons if self.item else (self.mail.reason,))


@dataclass(slots=True)
class Office:
    """The store and what works on it."""

    store: Store
    parts: Parts
    clock: Clock
    processor: Processor
    uid: int = 0

    def tell(self, case: Case) -> After:
        """Furnish the case, and let its mails come one after another."""
        number = str(case["number"])
        self._furnish(case, number)
        mail_id, told = 0, self._notices(number)
        for step in case["steps"]:
            if "move" in step:
                self.clock.time = datetime.fromisoformat(step["at"])
                Acts(self.parts).move(number, Event(step["move"]), actor="desk")
            else:
                told = self._notices(number)
                mail_id = self._receive((FOLDER / step["mail"]).read_bytes(), step)
        with self.store.read() as uow:
            items = [item for item in uow.reviews.find(state=None, limit=100_000) if item.mail_id == mail_id]
            request, record = uow.transactions.get(number), uow.mails.get(mail_id)
            patron = uow.patrons.get(f"p{number}")
        assert request is not None
        assert patron is not None
        new = Counter(self._notices(number)) - Counter(told)
        return After(
            mail=record, item=items[0] if items else None, request=request, notices=tuple(new.elements()), patron=patron
        )

    def _furnish(self, case: Case, number: str) -> None:
        address = str(case["patron"])
        patron = Patron(
            patron_id=f"p{number}",
            name=case.get("reader", f"读者{number[-4:]}"),
            emails=(PatronAddress(address=address),),
        )
        self.clock.time = QUOTED
        with self.store.begin() as uow:
            uow.patrons.upsert([patron], QUOTED)
            uow.transactions.upsert([_request(case, number)], QUOTED)
            if case["scene"] == "fee":
                request = NoticeRequest(kind=NoticeKind.FEE_NOTICE, subject=number, recipient=address, number=number,
                                        patron_id=patron.patron_id)  # fmt: skip
                (row,) = uow.outbox.add([request], QUOTED)
                uow.outbox.mark(row, OutboxState.SENT, now=QUOTED, message_id=f"<notice.{number}@lib.example>")

    def _notices(self, number: str) -> tuple[NoticeKind, ...]:
        """What waits to be sent about the request or to its patron."""
        with self.store.read() as uow:
            rows = [
                row
                for row in uow.outbox.find(state=OutboxState.WAITING, limit=100_000)
                if number in (row.request.number, row.request.patron_id[1:])
            ]
        return tuple(row.request.kind for row in rows)

    def _receive(self, raw: bytes, step: Case) -> int:
        came = datetime.fromisoformat(step["came"])
        self.uid += 1
        self.parts.blobs.put(raw)
        new = NewMail(key=MailKey("office/INBOX", 1, self.uid), sha256=hashlib.sha256(raw).hexdigest(), size=len(raw),
                      message_id=f"<{self.uid}@lib.example>", sender="", internal_date=came)  # fmt: skip
        self.clock.time = datetime.fromisoformat(step.get("read", step["came"])) + timedelta(minutes=1)
        with self.store.begin() as uow:
            (stored,) = uow.mails.add([new], now=self.clock.time)
        while self.processor.run_once(10).total:
            pass
        return stored.mail_id


def _request(case: Case, number: str) -> Transaction:
    base = Transaction(number=number, patron_id=f"p{number}", title=case.get("title", f"手稿研究第{number[-4:]}辑"),
                       provider=case.get("provider", ""), submitted=QUOTED - timedelta(days=5), since=QUOTED)  # fmt: skip
    scenes = {
        "fee": replace(
            base, state=State.CONDITIONAL, total=Money.of(26), payable=Money.of(26), payment_state=PaymentState.DUE
        ),
        "copy": replace(base, state=State.IN_PROCESS),
        "loan": replace(base, service=Service.LOAN, state=State.ON_LOAN, due=(NOW + timedelta(days=5)).date()),
    }
    return scenes[str(case["scene"])]


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An empty office, whose DNS is this folder's dns.json."""
    store = open_store(lay_out(folder / "standing.db"), message_id_domain="lib.example")
    services, clock = Services(Settings()), Clock()
    number = services.settings.matching.transaction_number
    reader = LocalReader(ReadSettings(transaction_number=number, authserv_id=OURS, own_address=OFFICE))
    lookup = replace(services.lookup, own_address=OFFICE, aliases=frozenset({ALIAS}))
    parts = Parts(store=store, blobs=FileBlobs(folder / "blobs"), clock=clock, reader=reader, owner="standing",
                  resolver=load_static(FOLDER / "dns.json"), lookup=lookup, order=ORDER, policy=Policy())  # fmt: skip
    processor = Processor(parts)
    try:
        yield Office(store=store, parts=parts, clock=clock, processor=processor)
    finally:
        processor.close()
        store.close()
