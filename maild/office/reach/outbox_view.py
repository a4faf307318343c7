"""One notice with all that is known of it: the mail that was sent, or would be now, and what was heard of it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from maild.domain.errors import MaildError, NotFound
from maild.domain.outgoing.notice import PERHAPS_GONE, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import AddressState, HeardLine
from maild.domain.records.journal import JournalEntry, MailRecord
from maild.domain.requests.patron import Patron, Transaction
from maild.notify.rendering.render import Renderer
from maild.notify.writing.letter import NoticePart
from maild.office import SAY as COMMON
from maild.office.reach import SAY
from maild.ports import BlobStore, Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

# What a reader of the page wants of the headers, in this order.
HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "Reply-To",
    "Auto-Submitted",
    "Content-Language",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes, or went, with a mail of ours."""

    n: int
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail of ours, taken apart. signed: it bears our DKIM signature; pictures: what the HTML shows, by cid:."""

    raw: bytes
    headers: Sequence[tuple[str, str]]
    signed: bool
    text: str
    html: str
    pictures: Mapping[str, tuple[str, bytes]]
    files: Sequence[Enclosure]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice. letter: as it was sent, or (not `sent_copy`) as it would be now; None where neither can be had, why
    says `missing`. parts: all rows of its mail; back: mails of the recipient that came later; rows: of the same matter.
    """

    entry: OutboxEntry
    letter: Letter | None
    sent_copy: bool
    missing: str
    patron: Patron | None
    transaction: Transaction | None
    parts: Sequence[OutboxEntry]
    history: Sequence[JournalEntry]
    heard: Sequence[HeardLine]
    address: AddressState
    back: Sequence[MailRecord]
    others: Sequence[str]


class OutboxViews:
    """Looks; changes nothing."""

    def __init__(self, store: Store, blobs: BlobStore, clock: Clock, renderer: Renderer) -> None:
        self._store, self._blobs, self._clock, self._renderer = store, blobs, clock, renderer

    def show(self, entry_id: int) -> NoticeView:
        """Raises NotFound."""
        with self._store.read() as uow:
            entry = uow.outbox.get(entry_id)
            if entry is None:
                raise NotFound(SAY("no_notice", id=entry_id), remedy="maild outbox list")
            request = entry.request
            patron = uow.patrons.get(request.patron_id) if request.patron_id else None
            case = uow.transactions.get(request.number) if request.number else None
            history = _history(uow, entry)
            letter, missing = self._letter(uow, entry, patron, case)
            known = [address.address for address in patron.emails] if patron else []
            return NoticeView(
                entry=entry,
                letter=letter,
                sent_copy=bool(entry.copy and letter),
                missing=missing,
                patron=patron,
                transaction=case,
                history=history,
                back=_back(uow, entry),
                parts=uow.outbox.parts_of(entry.message_id) if entry.sent or entry.state in PERHAPS_GONE else (),
                heard=[line for line in uow.heard.of(request.recipient) if line.outbox_id == entry.id],
                address=uow.addresses.get(request.recipient),
                others=[address for address in known if address.lower() != request.recipient.lower()],
            )

    def letter(self, entry_id: int) -> Letter:
        """Only the mail. Raises NotFound where there is none."""
        found = self.show(entry_id)
        if found.letter is None:
            raise NotFound(SAY("cannot_be_shown", id=entry_id, why=found.missing), remedy=COMMON("see_its_page"))
        return found.letter

    def _letter(
        self, uow: UnitOfWork, entry: OutboxEntry, patron: Patron | None, case: Transaction | None
    ) -> tuple[Letter | None, str]:
        if entry.copy:
            try:
                return take_apart(uow.fresh_copies.mail(entry.copy, self._blobs.get)), ""
            except MaildError as error:
                return None, error.what
        if entry.state in (OutboxState.SENT, OutboxState.MERGED):
            return None, SAY("no_copy")
        try:
            self._renderer.refresh(uow)
            files = tuple((name, self._blobs.get(sha256)) for sha256, name in entry.request.documents)
            part = NoticePart(request=entry.request, patron=patron, transaction=case, documents=files)
            message = self._renderer.render([part], message_id=entry.message_id, date=self._clock.now())
        except (MaildError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            return None, error.what if isinstance(error, MaildError) else f"{type(error).__name__}: {error}"
        return take_apart(message.raw), ""


def take_apart(raw: bytes) -> Letter:
    """A mail that we wrote: its bytes are ours, and nothing in it is opened."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    files: list[Enclosure] = []
    pictures: dict[str, tuple[str, bytes]] = {}
    for part in mail.walk():
        if part.is_multipart():
            continue
        if identity := str(part.get("Content-ID", "")).strip("<>"):
            pictures[identity] = (part.get_content_type(), _bytes(part))
        elif part.get_content_disposition() == "attachment":
            files.append(
                Enclosure(
                    n=len(files),
                    name=part.get_filename() or "",
                    media_type=part.get_content_type(),
                    content=_bytes(part),
                )
            )
    plain = BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)
    headers = [(name, str(make_header(decode_header(plain[name])))) for name in HEADERS if plain[name] is not None]
    return Letter(
        raw=raw,
        headers=headers,
        signed=mail["DKIM-Signature"] is not None,
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        pictures=pictures,
        files=tuple(files),
    )


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _body(mail: EmailMessage, form: str) -> str:
    part = mail.get_body((form,))
    return str(part.get_content()) if part is not None else ""


def _history(uow: UnitOfWork, entry: OutboxEntry) -> list[JournalEntry]:
    """What the history has of it: with its request, or with the mail that caused it."""
    request = entry.request
    lines = uow.journal.of_transaction(request.number) if request.number else []
    if request.mail_id is not None:
        lines += uow.journal.of_mail(request.mail_id)
    own = {line.id: line for line in lines if line.outbox_id == entry.id}
    return [own[number] for number in sorted(own)]


def _back(uow: UnitOfWork, entry: OutboxEntry) -> list[MailRecord]:
    """Mails about the request that its recipient wrote after it was sent, oldest first."""
    if entry.sent is None or not entry.request.number:
        return []
    ids = dict.fromkeys(
        line.mail_id
        for line in uow.journal.of_transaction(entry.request.number)
        if line.mail_id not in (None, entry.request.mail_id) and line.at >= entry.sent
    )
    found = []
    for mail_id in list(ids)[:50]:
        with suppress(NotFound):
            mail = uow.mails.get(mail_id)
            if mail.sender.lower() == entry.request.recipient.lower():
                found.append(mail)
    return found
