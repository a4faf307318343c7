"""Notices in words: templates/notice → subject, text and HTML → the bytes of a mail.

A kind has three files a locale, <kind>.<locale>.{subject.txt,txt,html}.j2; they write one section of a mail.
_frame.<locale>.{txt,html}.j2 put greeting, sections, whitelist guidance and signature together, and
_page.html.j2 makes the page. Each is compiled once; every variable it uses is held against
compose.CONTEXT, so that a slip in an operator's template stops the start and not a notice.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup

from maild.config import Notices, Office
from maild.domain.errors import ConfigError, Permanent
from maild.domain.outgoing import return_path
from maild.domain.outgoing.notice import Message, NoticeKind
from maild.notify.language.locales import LOCALES, Style
from maild.notify.language.wrap import fold, shorten
from maild.notify.rendering import mime
from maild.notify.rendering.edits import EditFault
from maild.notify.rendering.samples import sample_parts
from maild.notify.rendering.subjects import several
from maild.notify.rendering.templates import Templates
from maild.notify.writing.aftermath import Aftermath
from maild.notify.writing.answers import AnswerTexts
from maild.notify.writing.compose import CONTEXT, Desk, compose, office_view
from maild.notify.writing.form import FormWriter
from maild.notify.writing.guidance import MailSystems
from maild.notify.writing.letter import Letter, NoticePart
from maild.notify.writing.pictures import Pictures
from maild.resources import data_folder
from maild.tables import office_table

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

SUBJECT_TITLE = 40  # columns of a title within a subject
RECEIPTED = frozenset({NoticeKind.DOCUMENT_DELIVERED, NoticeKind.PICK_UP})  # kinds a read receipt may be asked for
_HOLES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_BLANKS = re.compile(r"\n\s*\n+")


class Renderer:
    """Writes notices. Make one at start and keep it: templates are compiled once.

    templates  folder of the shipped templates; notices.templates overrides it file by file
    rules_folder  the office's own tables, laid over the shipped ones: whitelist.toml, guidance.toml
    answers    the texts that answer questions; None: as shipped (rules/answers)
    bounce     the template of the return path (`maild.domain.outgoing.return_path`); '': the office's address
    Raises TemplateFault, RuleError or ConfigError naming file and remedy.
    """

    def __init__(
        self,
        office: Office,
        notices: Notices,
        token_key: bytes,
        *,
        sender_name: str = "",
        templates: Path | None = None,
        rules_folder: str = "",
        answers: AnswerTexts | None = None,
        bounce: str = "",
    ) -> None:
        zone = _zone(office)
        systems = MailSystems.load(office_table("whitelist.toml", rules_folder))
        if not mime.address(office.address):
            raise ConfigError(f"office.address is not a mail address: {office.address!r}", remedy="correct it")
        self._office, self._zone, self._sender_name = office, zone, sender_name
        self._bounce, self._key = bounce, token_key
        # A form without a check would be anybody's.
        self._forms = FormWriter(office, token_key) if token_key else None
        self._desk = Desk(
            office=office,
            notices=notices,
            token_key=token_key,
            systems=systems,
            aftermath=Aftermath.load(office_table("guidance.toml", rules_folder), systems),
            styles={locale: Style(locale, zone) for locale in LOCALES},
            views={locale: office_view(office, locale) for locale in LOCALES},
            forms=self._forms,
            answers=answers or AnswerTexts.load([data_folder("rules")]),
        )
        shipped = templates or data_folder("templates") / "notice"
        own = Path(notices.templates) if notices.templates else None
        self._templates = Templates(shipped, own)
        self._pictures = Pictures(self._templates.folders)
        self._revision, self._strict = 0, False
        self.trouble: dict[str, str] = {}

    @classmethod
    def load(
        cls, office: Office, notices: Notices, token_key: bytes, *, rules_folder: str = "", bounce: str = ""
    ) -> Renderer:
        """The renderer as configured."""
        texts = AnswerTexts.load([data_folder("rules"), *([Path(rules_folder)] if rules_folder else [])])
        return cls(office, notices, token_key, rules_folder=rules_folder, answers=texts, bounce=bounce)

    def refresh(self, uow: UnitOfWork) -> list[str]:
        """Take what staff edited into force; a look into an index where nothing is new.

        Answers with what is wrong with edited templates that are therefore not in force.
        """
        revision = uow.template_versions.revision()
        if revision != self._revision:
            current = uow.template_versions.current()
            bodies = {name: version.body for name, version in current.items() if version.body is not None}
            self._templates, self._revision = self._templates.edited(bodies), revision
            self.trouble = {}
        left_out = self._templates.edits.left_out if self._templates.edits else {}
        return [*left_out.values(), *self.trouble.values()]

    def edited(self, bodies: Mapping[str, str], *, strict: bool = False) -> Renderer:
        """A renderer with these edited templates, and no others. strict: raises EditFault for what cannot be used."""
        other = copy.copy(self)
        other._templates, other._strict, other.trouble = self._templates.edited(bodies, strict=strict), strict, {}
        return other

    @property
    def templates(self) -> Templates:
        """The templates in force."""
        return self._templates

    def render(
        self,
        parts: Sequence[NoticePart],
        *,
        message_id: str,
        thread: Sequence[str] = (),
        date: datetime,
        whitelist: bool = True,
        mark: str = "",
    ) -> Message:
        """One mail of notices that belong together. Same arguments, same bytes.

        message_id  with or without its angle brackets
        thread      Message-IDs sent about the matter so far, oldest first
        date        aware; written in the office's time zone
        whitelist   False leaves the whitelist guidance out
        mark        stands before the subject
        Raises Permanent where the recipient is no mail address.
        """
        letter = compose(parts, self._desk, date=date, whitelist=whitelist)
        recipient = mime.address(letter.recipient)
        if not recipient:
            raise Permanent(f"not a mail address: {letter.recipient[:200]!r}", remedy="correct the patron's address")
        subject, text, html = self.texts(letter)
        subject = f"{mark} {subject}" if mark else subject
        headers = self._headers(letter, recipient, subject, message_id, thread, date)
        html, pictures = self._pictures.put_into(html, message_id, self._office.address)
        raw = mime.build(headers, text, html, letter.attachments, message_id, pictures)
        sender = return_path.fill(self._bounce, self._key, message_id) or self._office.address
        return Message(message_id=message_id, sender=sender, recipients=(recipient,), raw=raw)

    def letter(self, parts: Sequence[NoticePart], *, date: datetime) -> Letter:
        """What a mail of these notices would say."""
        return compose(parts, self._desk, date=date)

    def texts(self, letter: Letter) -> tuple[str, str, str]:
        """Subject, plain text and HTML of a letter."""
        find, skipped = self._templates, set[str]()
        while True:
            try:
                return self._written(letter, find, skipped)
            except EditFault as fault:  # these words do not fit this notice: the shipped ones do
                if self._strict:
                    raise
                self.trouble[fault.group] = fault.what
                skipped.add(fault.group)

    def _written(self, letter: Letter, find: Templates, skipped: Collection[str]) -> tuple[str, str, str]:
        texts, pages = [], []
        for locale in letter.locales:
            written, marked = (
                [find.body(s.kind, locale, form, s.context[locale], skipped) for s in letter.sections]
                for form in ("txt", "html")
            )
            plain = frame_context(letter, locale, [section.strip("\n") for section in written])
            texts.append(find.frame(locale, "txt", plain, skipped, staff=letter.staff))
            rich = frame_context(letter, locale, [Markup(section) for section in marked])  # noqa: S704
            page = find.frame(locale, "html", rich, skipped, staff=letter.staff)
            pages.append((locale, Markup(page)))  # noqa: S704
        subject = self._subject(letter, find, skipped)
        text = fold(("\n\n" + "=" * 60 + "\n\n").join(text.strip("\n") for text in texts))
        html = _BLANKS.sub("\n", find.page({"subject": subject, "pages": pages, "locales": letter.locales}))
        return subject, text, html

    def _subject(self, letter: Letter, find: Templates, skipped: Collection[str]) -> str:
        """The first section's subject; in two languages the title stands once. The token comes last."""
        section, said = letter.sections[0], []
        for place, locale in enumerate(letter.locales):
            whole, after = several(letter.sections, locale)
            context = dict(section.context[locale])
            context["short_title"] = "" if place or after else shorten(str(context["short_title"]), SUBJECT_TITLE)
            words = whole or find.body(section.kind, locale, "subject.txt", context, skipped)
            said.append(" ".join(words.split()) + after)
        token = f" [{letter.token}]" if letter.token else ""
        return " / ".join(said) + token

    def _headers(
        self, letter: Letter, recipient: str, subject: str, message_id: str, thread: Sequence[str], date: datetime
    ) -> str:
        own = message_id if message_id.startswith("<") else f"<{message_id}>"
        earlier = mime.references([entry for entry in thread if entry != own], letter.reply_to)
        replied = mime.message_ids([letter.reply_to])
        answered = replied or earlier
        asks = self._desk.notices.ask_receipts and any(section.kind in RECEIPTED for section in letter.sections)
        lines = [
            mime.address_header(
                "From", self._sender_name or letter.office[letter.locales[0]].name, self._office.address
            ),
            mime.address_header("To", letter.recipient_name, recipient),
            mime.header("Subject", subject),
            f"Date: {format_datetime(date.astimezone(self._zone))}\r\n",
            f"Message-ID: {own}\r\n",
            mime.id_header("In-Reply-To", answered[-1:]) if answered else "",
            mime.id_header("References", earlier) if earlier else "",
            # RFC 3834 section 5: a notice nobody wrote for is auto-generated, an answer to a mail auto-replied.
            f"Auto-Submitted: {'auto-replied' if replied else 'auto-generated'}\r\n",
            # Exchange knows no RFC 3834; bounces (DR, NDR) stay wanted.
            f"X-Auto-Response-Suppress: {'' if asks else 'RN, NRN, '}OOF, AutoReply\r\n",
            # RFC 8098 section 2.1: whether a receipt is sent is the reader's choice.
            mime.address_header("Disposition-Notification-To", "", self._office.address) if asks else "",
            f"X-Maild: {', '.join(section.kind for section in letter.sections)}\r\n",
            f"Content-Language: {', '.join(letter.locales)}\r\n",
        ]
        return "".join(lines)

    def read(self, part: NoticePart, *, date: datetime) -> tuple[str, str]:
        """Subject and plain text of a notice, for staff to read before it goes."""
        subject, text, _ = self.texts(compose((part,), self._desk, date=date, whitelist=False))
        return subject, text

    def said(self, part: NoticePart, *, date: datetime) -> tuple[str, str]:
        """How a notice greets, and its own words without the frame around them, for staff to change before it goes. Of
        two languages both stand, the first one's greeting alone.
        """
        letter = compose((part,), self._desk, date=date, whitelist=False)
        skipped = set[str]()
        while True:
            try:
                written = (
                    self._templates.body(s.kind, locale, "txt", s.context[locale], skipped).strip("\n")
                    for locale in letter.locales
                    for s in letter.sections
                )
                return letter.greeting[letter.locales[0]], _HOLES.sub("\n\n", "\n\n".join(written)).strip("\n")
            except EditFault as fault:  # as `texts` does: these words do not fit this notice
                skipped.add(fault.group)

    def preview(self, kind: NoticeKind, locale: str = "", *, date: datetime) -> Message:
        """A notice of a kind with invented data; locale '' writes both languages."""
        return self.render(sample_parts(kind, locale), message_id=f"<sample.{kind}@maild.example>", date=date)

    def check(self, *, date: datetime) -> None:
        """Write every kind in every locale with sample data, full and bare. Raises TemplateFault at the first slip."""
        self._templates.compile_all()
        if self._forms:
            self._forms.check()
        for kind in NoticeKind:
            for bare in (False, True):
                self.render(sample_parts(kind, bare=bare), message_id="<check@maild.example>", date=date)


def frame_context(letter: Letter, locale: str, sections: Sequence[str]) -> dict[str, object]:
    """The variables of a frame."""
    return {
        "office": letter.office[locale],
        "reader": letter.reader,
        "name": letter.recipient_name,
        "token": letter.token,
        "whitelist": letter.whitelist.get(locale),
        "greeting": letter.greeting[locale],
        "by_hand": letter.by_hand,
        "sections": sections,
    }


def _zone(office: Office) -> ZoneInfo:
    try:
        return ZoneInfo(office.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"office.timezone: no time zone {office.timezone!r}", remedy="use a name such as Asia/Shanghai"
        ) from error


__all__ = ["CONTEXT", "LOCALES", "NoticePart", "Renderer", "sample_parts"]
