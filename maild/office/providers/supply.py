"""What a provider's mail really supplies: "filled" without a usable file is not delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import re2

from maild.domain import SAY as DOMAIN
from maild.domain.incoming.document import DocumentFault, DocumentReport
from maild.domain.incoming.mail import Attachment, Origin
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Ruling
from maild.domain.requests.patron import Document, Transaction
from maild.domain.text import normalise
from maild.match.document import Verdict, compare, too_short
from maild.match.file_names import calls_another, calls_part
from maild.office.providers import SAY
from maild.office.providers.bare_form import is_bare
from maild.office.providers.link_hosts import strange_host
from maild.office.providers.link_terms import MOST_TERMS, terms_of
from maild.spine import SAY as SPINE
from maild.spine.facts import Facts
from maild.spine.reading.files import all_attachments

# A second attachment with one of these faults casts doubt on the whole supply; a logo or a note does not.
GRAVE = frozenset(
    {
        DocumentFault.TRUNCATED,
        DocumentFault.ENCRYPTED,
        DocumentFault.PAGE_COUNT,
        DocumentFault.UNREADABLE,
        DocumentFault.EMPTY,
    }
)


# The mail says that it brings the document along: then one that is not there was lost on the way.
_BRINGS = re2.compile(
    r"(?i)附件|附上|随信|全文|下载|链接|attach|enclos|download|\blink\b|here is|find (?:below|your)|anhang|anbei"
    r"|重新|补发|重发|再次|更正|更新版|完整版|高清版|缺页|漏页|发错|\bagain\b|\bre-?(?:sent|send|scan\w*)\b|\bcorrect(?:ed|ion)\b"
    r"|missing page|complete (?:article|version|copy|chapter)|replacement|erneut|nochmals"
)
# It is to be found in this very mail, is sent once more because something was wrong with it, or is asked about.
_WITH_IT = re2.compile(
    r"(?i)附件|附上|附呈|附后|见附|如附|所附|附[:：]|随(?:信|函|邮|此)|惠存|链接(?:如下|[:：])|[?？]"
    r"|(?:点击|打开|以下|下列|下方|下面)[^。]{0,8}(?:链接|下载|取)"
    r"|\battach|\benclos|\bhere (?:is|are|you|it)\b|\bfind (?:\w+ )?(?:below|your)|\bbelow\b"
    r"|\bthis link\b|\b(?:with|in|to) this (?:e-?mail|message)\b|anhang|anbei|angeh|joint"
    r"|重新|补发|重发|重传|再次|又(?:传|发)|更正|更新版|完整版|高清版|缺页|漏页|发错|\bagain\b|\bre-?(?:sent|scan\w*)\b"
    r"|\bcorrect(?:ed|ion)\b|missing page|\breplacement\b|erneut|nochmals"
)
LEAST_PICTURE = 20_000  # bytes; a smaller one is a logo
# Cards, signatures, and messages that came as files.
_NO_WORKS = (".vcf", ".ics", ".p7s", ".asc", ".sig", ".xml", ".eml", ".txt", ".htm", ".html")
# More than a house's front page, which stands in signatures.
_DEEP_LINK = re2.compile(r"(?i)https?://[^\s/]+/[^\s)）>】]")

_FOLLOWS = re2.compile(
    r"(?i)\b(?:will|to|shall) (?:follow|come|be sent)|\bfollows\b|separate|另(?:行|发|函)|随后|稍后|单独"
)
_NEEDLESS = re2.compile(r"(?i)(?:\bno|\bwithout an?|无[需须]|不需要?|不用|免)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What one mail brings for one transaction.

    documents  what is usable: files, and the link
    fault      nothing usable came, or what came casts doubt on the whole; `reasons` say why
    repeated   nothing came that is not here already
    other      why it is not the document that was asked for, '' where that cannot be told
    absent     nothing came, and nothing is said to come with the mail
    elsewhere  … and, in words, what becomes of it instead
    bare       a form says so, and nothing else
    """

    documents: tuple[Document, ...] = ()
    fault: bool = False
    repeated: bool = False
    other: str = ""
    absent: bool = False
    elsewhere: str = ""
    bare: bool = False
    reasons: tuple[str, ...] = ()


def supplied(reading: Reading, transaction: Transaction, of: int, known: Sequence[Document] = ()) -> Supply:
    """The usable files and the link for `transaction`, one of `of` transactions the mail speaks of.

    `known`: what is here of it already. The same bytes or the same link again are no fault, whatever they are: they
    were judged when they came first.
    """
    had = {d.sha256 or d.url for d in known}
    files = _files(reading, transaction, of)
    link = _link(reading, transaction.number) if of == 1 else ()
    new = [(a, r) for a, r in files if a.sha256 not in had]
    bad = tuple(_fault(a, r) for a, r in new if not r.usable)
    good = tuple(_file(a, r, transaction.number) for a, r in files if r.usable or a.sha256 in had)
    documents, words = (*good, *link), _words(reading)
    if any(_is_grave(a, r) for a, r in new) or (bad and not documents):
        return Supply(fault=True, reasons=bad)
    if not documents and (not known or _BRINGS.search(words)):
        provider = reading.classification.main.provider or SPINE("the_provider")
        reasons = (SAY("supplied_nothing_came", provider=provider),)
        brought = files or all_attachments(reading.mail) or "http" in words or _WITH_IT.search(words)
        absent = not (known or brought)
        bare = absent and is_bare(reading, transaction)
        instead = _instead(reading.classification.main, form=bare) if absent else ""
        return Supply(fault=True, absent=absent, elsewhere=instead, bare=bare, reasons=reasons)
    if any(d.url for d in documents) and (later := _FOLLOWS.search(reading.classification.main.value("secret"))):
        return Supply(fault=True, reasons=(SAY("password_elsewhere", text=later.group()[:80]),))
    if any(d.url and not d.password for d in documents) and (secret := _secret(reading)):
        return Supply(fault=True, reasons=(SAY("password_unread", text=secret[:80]),))
    if long := next((d.terms for d in documents if len(d.terms) > MOST_TERMS), ""):
        return Supply(fault=True, reasons=(SAY("terms_too_long", text=long[:80]),))
    repeated = all((d.sha256 or d.url) in had for d in documents)
    other = ""
    if not (repeated and known):
        other = _elsewhere(reading, documents) or _other(reading, transaction, [(a, r) for a, r in new if r.usable])
    return Supply(documents=documents, repeated=bool(known) and repeated, other=other, reasons=bad)


def _fault(attachment: Attachment, report: DocumentReport) -> str:
    return SAY("file_fault", file=attachment.filename or attachment.media_type, fault=report.fault, why=report.reason)


def _instead(ruling: Ruling, *, form: bool) -> str:
    """What becomes of a copy that did not come with the mail; '' where that is not said."""
    if ruling.value("ready"):
        return SAY("lies_elsewhere")
    if ruling.value("posted"):
        return SAY("by_post")
    if form:  # its own word counts, wherever the text lies
        return SAY("see_where_it_lies")
    return ""


def is_the_document(reading: Reading, transaction: Transaction) -> bool:
    """Whether a file that came shows by its own text that it is what was asked for."""
    fronts = (report.front for report in reading.documents if report.usable)
    return any(compare(transaction.title, transaction.literature, front).verdict is Verdict.SAME for front in fronts)


def _elsewhere(reading: Reading, documents: tuple[Document, ...]) -> str:
    host = strange_host(reading, documents)
    return SAY("link_to_unknown", host=host) if host else ""


def _other(reading: Reading, transaction: Transaction, files: Sequence[tuple[Attachment, DocumentReport]]) -> str:
    """Why none of the files is what was asked for, or one is called otherwise; '' where it cannot be told."""
    compared = [(a, compare(transaction.title, transaction.literature, r.front)) for a, r in files]
    if compared and all(found.verdict is Verdict.OTHER for _, found in compared):
        attachment, found = compared[0]
        return DOMAIN("named", name=attachment.filename or attachment.media_type, why=found.reason)
    known = (_words(reading), reading.mail.quoted_text, transaction.literature, transaction.number)
    unshown = (a.filename for a, found in compared if found.verdict is not Verdict.SAME)
    if name := next((name for name in unshown if calls_another(name, transaction.title, known)), ""):
        return SAY("file_called_otherwise", file=name)
    if part := next((a.filename for a, _ in files if calls_part(a.filename, transaction.title)), ""):
        return SAY("file_called_part", file=part)
    counts = [r.pages for _, r in files if r.pages is not None]
    if counts and len(counts) == len(files):
        return too_short(transaction.title, transaction.literature, sum(counts))
    return ""


def _files(reading: Reading, transaction: Transaction, of: int) -> list[tuple[Attachment, DocumentReport]]:
    """The attached files, with what they turned out to be; of several requests those that name this one."""
    reports = {r.sha256: r for r in reading.documents}
    files = [
        (a, reports[a.sha256])
        for a in all_attachments(reading.mail)
        if a.sha256 in reports and a.origin is not Origin.INLINE
    ]
    return [(a, r) for a, r in files if transaction.number in a.filename] if of > 1 else files


def _is_grave(attachment: Attachment, report: DocumentReport) -> bool:
    """Whether the file is the document, and broken: not a logo or a note beside it."""
    name = attachment.filename.lower()
    called = name.endswith(".pdf") or ("." not in name and "pdf" in attachment.media_type.lower())
    return report.fault in GRAVE or (called and not report.usable)


def brings_document(reading: Reading) -> bool:
    """Whether a document comes with the mail, or lies behind a link or in a system: not a thing at a desk."""
    ruling = reading.classification.main
    link = ruling.value("url") or _DEEP_LINK.search(_words(reading)) or ruling.value("ready")
    return bool(link) or any(report.usable for report in reading.documents)


def brought(reading: Reading, facts: Facts, numbers: Iterable[str]) -> tuple[str, ...]:
    """Names of files that came, may be a work and are not here of these requests already: no small picture, no card."""
    had = {each.sha256 for number in numbers for each in facts.documents.get(number, ())}
    files = (each for each in all_attachments(reading.mail) if each.origin is not Origin.INLINE)
    cards = (each for each in files if not each.filename.lower().endswith(_NO_WORKS))
    works = (
        one for one in cards if one.size >= LEAST_PICTURE or not (one.sniffed or one.media_type).startswith("image/")
    )
    return tuple(each.filename or each.media_type for each in works if each.sha256 not in had)


def _words(reading: Reading) -> str:
    """What the mail itself says, without what it quotes."""
    return f"{reading.mail.subject}\n{reading.mail.reply_text or reading.mail.text}"


def _file(attachment: Attachment, report: DocumentReport, number: str) -> Document:
    suffix = {"application/pdf": ".pdf", "image/tiff": ".tif", "image/jpeg": ".jpg"}.get(report.sniffed, "")
    return Document(
        number=number,
        sha256=attachment.sha256,
        filename=attachment.filename or f"{number}{suffix}",
        media_type=report.sniffed or attachment.media_type,
        size=attachment.size,
        pages=report.pages,
    )


def _link(reading: Reading, number: str) -> tuple[Document, ...]:
    ruling = reading.classification.main
    url = ruling.value("url").split("\n")[0]
    if not url.startswith(("http://", "https://")):
        return ()
    return (
        Document(
            number=number,
            url=url,
            password=ruling.value("password"),
            expires=_day(ruling.value("expires")),
            terms=terms_of(ruling),
        ),
    )


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None


def _secret(reading: Reading) -> str:
    """What is said of a password; '' where it is that none is needed."""
    secret, text = reading.classification.main.value("secret"), normalise(reading.mail.text)
    ahead = text[: max(text.lower().find(secret.lower()), 0)]
    return "" if _NEEDLESS.search(ahead) else secret
