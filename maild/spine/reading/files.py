"""Files that a mail brings and that decide what it means: which are opened, and for whom.

Opening is the dangerous part of reading, so a file is opened only for a sender who is proven (or whom a person vouches
for), and never where authentication is computed: the pool of readers asks workers of their own (maild.confine.files).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from maild.domain.incoming.document import DocumentReport
from maild.domain.incoming.mail import Attachment, Origin, ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Kind
from maild.spine.reading.invoice import files_for_invoice

_ATTACHED = re.compile(
    r"附件|随信附|附上|已附|附后"
    r"|\battach\w*|\benclosed\b|\b(?:as|by) (?:a )?(?:pdf|e-?mail)\b|\banbei\b|\banhang\b|\bangehängt\b",
    re.IGNORECASE,
)
_AT_A_DESK = re.compile(
    r"[领取]取|取[件书走]|来取|自取|到馆|柜台|前台|窗口|总台|服务台|纸本|纸质|复印件|胶[卷片]|单据|通知单|开放时间|说明"
    r"|\b(?:desks?|counters?|collect\w*|pick[- ]?(?:up|ed)|shel(?:f|ves)|paper|print(?:ed|out)?|microfilm|slip)\b",
    re.IGNORECASE,
)
SUPPLYING = (Kind.SHIPPED, Kind.DELIVERED)
MOST_DOCUMENTS = 20  # attachments of one mail that are looked into


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """A file that claims to be a document. expected_pages: as the mail says, None where it does not."""

    file: Attachment
    expected_pages: int | None = None


class Opener(Protocol):
    """Opens files. Whatever the bytes, there is an answer: what cannot be opened is told in it."""

    def documents(self, files: Sequence[Supplied]) -> tuple[DocumentReport, ...]: ...

    def texts(self, files: Sequence[Attachment]) -> Mapping[str, str]:
        """The text of each by its hash, '' where it has none."""


class LocalOpener:
    """Opener in this very process: for a process that is confined, or that reads what its user hands in."""

    def documents(self, files: Sequence[Supplied]) -> tuple[DocumentReport, ...]:
        """As Opener says."""
        from maild.receipts.media.document import inspect

        return tuple(
            inspect(
                one.file.content,
                media_type=one.file.media_type,
                filename=one.file.filename,
                expected_pages=one.expected_pages,
            )
            for one in files
        )

    def texts(self, files: Sequence[Attachment]) -> Mapping[str, str]:
        """As Opener says."""
        from maild.receipts.media.filetext import text_of

        return {file.sha256: text_of(file.content) for file in files}


def with_opened(
    reading: Reading, opener: Opener, again: Callable[[Mapping[str, str]], Reading], *, vouched: bool = False
) -> Reading:
    """The reading with what its files are and say, as far as the sender is worth it.

    again    reads the mail once more, with the texts of files
    vouched  a person answers for the sender
    """
    if files := invoice_files(reading, vouched=vouched):
        texts = opener.texts(files)
        reading = again(texts) if any(texts.values()) else reading
    if files_supplied := supplied_files(reading, vouched=vouched):
        reading = replace(reading, documents=opener.documents(files_supplied))
    return reading


def invoice_files(reading: Reading, *, vouched: bool = False) -> tuple[Attachment, ...]:
    """The files in which a proven author may say whom an invoice is for."""
    if not (vouched or reading.auth.passed):
        return ()
    return files_for_invoice(reading.classification, all_attachments(reading.mail))


def supplied_files(reading: Reading, *, vouched: bool = False) -> tuple[Supplied, ...]:
    """The files that a supplier whose word counts brings; logos shown inside the text are no supply."""
    said = reading.classification
    worth = vouched or said.main.trusted or any(row.ruling.trusted for row in said.rows)
    return documents_in(reading.mail, said) if worth else ()


def documents_in(mail: ParsedMail, classification: Classification) -> tuple[Supplied, ...]:
    """The files of a mail that claims to supply something, whoever sent it."""
    main = classification.main
    told = {main.kind, *main.value("unread").split("\n"), *(row.ruling.kind for row in classification.rows)}
    if told.isdisjoint(SUPPLYING) and not (Kind.LOAN_ARRIVED in told and arrived_by_mail(mail)):
        return ()
    files = [a for a in all_attachments(mail) if a.origin is not Origin.INLINE and a.content][:MOST_DOCUMENTS]
    said = main.value("pages")
    pages = int(said) if said.isdigit() and len(files) == 1 else None
    return tuple(Supplied(file=file, expected_pages=pages) for file in files)


def arrived_by_mail(mail: ParsedMail) -> bool:
    """Whether what 'has arrived' comes with the mail: it says so, and of no desk, paper or slip. Whether a copy or a
    book is meant, the record says.
    """
    said = f"{mail.subject}\n{mail.reply_text or mail.text}"
    return bool(all_attachments(mail)) and bool(_ATTACHED.search(said)) and not _AT_A_DESK.search(said)


def all_attachments(mail: ParsedMail) -> list[Attachment]:
    """The mail's attachments and those of the mails it forwards."""
    found = list(mail.attachments)
    for inner in mail.forwarded:
        found += all_attachments(inner)
    return found
