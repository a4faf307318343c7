"""A small office for stories: a real store on SQLite, the real reader of mails, the real processor; no OCR.

What a receipt reader would find in a picture is handed in with the mail: `World.mail` takes the receipts, and the
reader of this world puts them into the reading as the slow lane does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from maild.bootstrap import Services
from maild.config import Settings
from maild.demo.samples import pdf as supplied
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.mail import MailKey
from maild.domain.incoming.reading import Reading
from maild.domain.records.journal import MailRecord, NewMail
from maild.domain.requests.patron import Patron, Transaction
from maild.office.books.acts_books import BookActs
from maild.office.order import ORDER
from maild.office.queue.acts import Acts
from maild.ports import DnsAnswers
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.policy import Policy
from maild.spine.process import Parts, Processor
from maild.spine.reading.read import LocalReader, ReadSettings
from maild.store import FileBlobs, migrate, open_store
from maild.store.uow import Store
from tests.servers.schema import lay_out

KEY = b"a key of this world, long enough"
OURS = "mx.lib.example"
START = datetime.fromisoformat("2026-11-24T01:00:00+00:00")


class Clock:
    """Goes on by a second at every look."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def monotonic(self) -> float:
        return (self.time - START).total_seconds()


class Reader:
    """The real reader, with what the pictures of each mail say."""

    def __init__(self) -> None:
        number = Settings().matching.transaction_number
        self._reader = LocalReader(
            ReadSettings(transaction_number=number, authserv_id=OURS, own_address="office@lib.example")
        )
        self.receipts: dict[str, tuple[Receipt, ...]] = {}

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "", *, vouched: bool = False) -> Reading:
        reading = self._reader.read(raw, answers, named, vouched=vouched)
        return replace(reading, receipts=self.receipts.get(reading.mail.sha256, ()))

    def close(self) -> None:
        """Nothing is held."""


class Silent:
    """A DNS that knows nothing: our own server vouches for senders here."""

    def txt(self, names: Iterable[str]) -> DnsAnswers:
        return dict.fromkeys(names, ())


@dataclass(slots=True)
class World:
    """The office and what came in."""

    store: Store
    parts: Parts
    reader: Reader
    clock: Clock
    processor: Processor
    acts: Acts
    books: BookActs
    uid: int = 0

    def settle_in(self, patrons: Sequence[Patron], transactions: Sequence[Transaction]) -> None:
        with self.store.begin() as uow:
            uow.patrons.upsert(patrons, self.clock.now())
            uow.transactions.upsert(transactions, self.clock.now())

    def mail(
        self, sender: str, subject: str, text: str, receipts: Sequence[Receipt] = (), *, proven: bool = True,
        pdf: bool = False,
    ) -> int:  # fmt: skip
        """Deliver a mail whose pictures show these receipts, or that brings a supplied `pdf`; its id."""
        self.uid += 1
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, "office@lib.example", subject
        message["Date"] = format_datetime(self.clock.time)
        message["Message-ID"] = f"<story-{self.uid}@{sender.rpartition('@')[2]}>"
        message.set_content(text or "\n")
        for number in range(len(receipts)):
            picture = b"\xff\xd8\xff\xe0 %d %d" % (self.uid, number)
            message.add_attachment(picture, maintype="image", subtype="jpeg", filename=f"IMG_{self.uid}_{number}.jpg")
        if pdf:
            message.add_attachment(supplied(4), maintype="application", subtype="pdf", filename="paper.pdf")
        domain = sender.rpartition("@")[2]
        proof = f"dkim=pass header.d={domain}; dmarc=pass header.from={domain}" if proven else "dkim=none; dmarc=none"
        raw = f"Authentication-Results: {OURS}; {proof}\r\n".encode() + message.as_bytes().replace(b"\n", b"\r\n")
        self.reader.receipts[hashlib.sha256(raw).hexdigest()] = tuple(receipts)
        return self.take(raw, sender, subject)

    def take(self, raw: bytes, sender: str = "", subject: str = "") -> int:
        """Take in these bytes; the mail's id."""
        self.uid += 1
        self.parts.blobs.put(raw)
        new = NewMail(key=MailKey("office/INBOX", 1, self.uid), sha256=hashlib.sha256(raw).hexdigest(), size=len(raw),
                      message_id=f"<{self.uid}@story.example>", sender=sender, subject=subject,
                      internal_date=self.clock.time)  # fmt: skip
        with self.store.begin() as uow:
            (stored,) = uow.mails.add([new], now=self.clock.now())
        return stored.mail_id

    def process(self) -> None:
        """Process what waits."""
        while self.processor.run_once(200).total:
            pass

    def mail_of(self, mail_id: int) -> MailRecord:
        with self.store.read() as uow:
            return uow.mails.get(mail_id)


@contextmanager
def world(folder: Path, url: str = "", key: bytes = KEY) -> Iterator[World]:
    """An empty office. key: its secret, of tokens and of the codes on forms."""
    if url:
        migrate.upgrade(url)
    url = url or lay_out(folder / "stories.db")
    store = open_store(url, message_id_domain="lib.example", message_id_key=KEY)
    services, clock, reader = Services(Settings()), Clock(), Reader()
    lookup = LookupSettings(
        numbers=services.lookup.numbers,
        weights=services.lookup.weights,
        token_keys=(key,),
        providers=services.lookup.providers,
    )
    parts = Parts(
        store=store, blobs=FileBlobs(folder / "blobs"), clock=clock, reader=reader, resolver=Silent(), lookup=lookup,
        policy=Policy(own=(services.payments,)), order=ORDER, owner="story",
    )  # fmt: skip
    processor = Processor(parts)
    try:
        yield World(store=store, parts=parts, reader=reader, clock=clock, processor=processor, acts=Acts(parts),
                    books=BookActs(parts))  # fmt: skip
    finally:
        processor.close()
        store.close()
