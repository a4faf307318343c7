"""Leaves → text, HTML, attachments, mails inside: what a mail's parts amount to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from maild.domain.incoming.mail import Attachment, Origin
from maild.parse import charset, limits, words
from maild.parse.defects import Defects
from maild.parse.head import Head, read
from maild.parse.lines import Line, of_text
from maild.parse.markup import html
from maild.parse.parts import files, params, smime, tnef, transfer
from maild.parse.parts.mime import Part, Walker
from maild.parse.reports.bounce import Evidence

_META = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w-]{2,30})", re.IGNORECASE)
_PAGE = re.compile(r"\s{0,50}<(?:!doctype html|html)\b", re.IGNORECASE)
# Some systems send their markup as plain text: so many ends of lines, cells and the like are no chance.
_MARKED = re.compile(r"<(?:br ?/?|/td|/tr|/th|/p|/div|/li|/b|/strong|/span)>", re.IGNORECASE)
LEAST_MARKED = 3
# What is struck out there nobody says; its marks may have been escaped a second time.
_STRUCK = re.compile(
    r"(?:<|&lt;)(s|del|strike)(?:>|&gt;)((?:[^<&]|&(?!lt;)){1,2000})(?:<|&lt;)/\1(?:>|&gt;)", re.IGNORECASE
)
_LINK = re.compile(r"https?://[^\s<>\"'，。；、）)】》\]]{3,2000}", re.IGNORECASE)
_PGP = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]{1,20}: [^\n]{0,200}\n)*\n?")
_PGP_SIGNATURE = re.compile(r"-----BEGIN PGP SIGNATURE-----[^-]{0,20000}(?:-----END PGP SIGNATURE-----)?")
_CLOUD = re.compile(r"超大附件|云附件|中转站|cloud ?attachment|large attachment", re.IGNORECASE)
_CLOUD_HOST = re.compile(
    r"https?://(?:[\w.-]{0,40}\.)?(?:wx\.mail\.qq\.com/ftn|mail\.qq\.com/cgi-bin/ftn|dashi\.163\.com|fs\.163\.com|"
    r"u\.163\.com|mail\.163\.com/large|[\w.-]{0,40}/coremail/[^\s]{0,80}(?:nf|ftn|netfolder)|fs\.vip\.163\.com)[^\s]{0,500}",
    re.IGNORECASE,
)
_TEXT_KINDS = frozenset({"text/plain", "text", "text/enriched", "text/richtext", "text/x-markdown", "text/markdown"})
_P7M = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass(slots=True)
class Text:
    """A text part. `group`: texts of one multipart/alternative share it; 0 stands alone."""

    html: bool
    group: int
    source: str


@dataclass(slots=True)
class Content:
    """Everything the parts hold, in order."""

    texts: list[Text] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)  # message/rfc822 bodies
    evidence: Evidence = field(default_factory=Evidence)
    receipt: bool = False
    calendar_method: str = ""


class Collector:
    """Sorts the leaves of one mail into a Content."""

    def __init__(self, defects: Defects, kind: str) -> None:
        self.defects = defects
        self.content = Content()
        self.walker = Walker(defects)
        self.text_total = 0
        self.report = kind == "multipart/report"

    def run(self, head: Head, data: bytes, start: int, end: int, depth: int = 0) -> Content:
        """Walk the entity and collect its leaves."""
        for part in self.walker.walk(head, data, start, end, depth):
            self._leaf(part)
        return self.content

    def _leaf(self, part: Part) -> None:
        if part.stray:
            self.content.stray.append(charset.decode(part.body(self.defects), "", self.defects, part.stray))
            return
        disposition = ""
        parameters: dict[str, str] = {}
        if raw := part.head.raw("content-disposition"):
            disposition, parameters = params.parse(raw, "Content-Disposition", self.defects)
        name = parameters.get("filename") or part.parameters.get("name") or part.parameters.get("filename") or ""
        if part.kind.startswith("message/"):
            self._message(part, name)
        elif self._is_text(part, disposition, name):
            self._text(part)
        else:
            self._file(part, disposition, name)

    def _is_text(self, part: Part, disposition: str, name: str) -> bool:
        if part.kind != "text/html" and part.kind not in _TEXT_KINDS:
            return False
        if disposition == "attachment":
            return False
        first = not self._has(html=part.kind == "text/html")
        # A named text is a file, but for the first one: some systems name the body itself.
        beside = part.parent == "multipart/mixed" or (disposition == "inline" and part.parent)
        return not name or (first and part.depth <= 2 and not beside)

    def _has(self, *, html: bool) -> bool:
        return any(text.html is html for text in self.content.texts)

    def _add(self, group: int, source: str, *, html: bool) -> None:
        self.content.texts.append(Text(html, group, source))

    def _decoded(self, part: Part) -> bytes:
        data = part.body(self.defects)
        self.walker.decoded += len(data)
        if self.walker.decoded > limits.DECODED_BYTES:
            self.defects.add("decoded-too-much", f"{part.kind} dropped")
            return b""
        return data

    def _text(self, part: Part) -> None:
        data = self._decoded(part)
        if len(data) > limits.TEXT_BYTES:
            self.defects.add("text-too-long", f"{len(data)} bytes, cut to {limits.TEXT_BYTES}")
            self.attach("text.html" if part.kind == "text/html" else "text.txt", part.kind, data)
            data = data[: limits.TEXT_BYTES]
        self.text_total += len(data)
        if self.text_total > limits.TEXTS_CHARS and self.content.texts:
            self.defects.add("too-much-text", "further text parts are attachments")
            self.attach("text.html" if part.kind == "text/html" else "text.txt", part.kind, data)
            return
        label = part.parameters.get("charset", "")
        if part.kind == "text/html":
            if not label and (meta := _META.search(data[:2000])):
                label = meta.group(1).decode("ascii")
            source = charset.decode(data, label, self.defects, part.kind)
            if (
                len(source) > limits.HTML_CHARS and len(data) < limits.TEXT_BYTES
            ):  # cut by html.read: the whole goes with the mail
                self.attach("text.html", part.kind, data)
            self._add(part.group, source, html=True)
            return
        found, data = transfer.uu_files(data, self.defects)
        for name, content in found:
            self.attach(name, "application/octet-stream", content, origin=Origin.UUENCODE)
        word, name = transfer.foreign(data)
        if word:
            self.defects.add(f"{word}-not-decoded", name)
            self.attach(name, "application/octet-stream", data)
        if files.sniff(data) in {"application/pdf", "image/png", "image/jpeg", "application/zip"}:
            self.defects.add("file-as-text", part.kind)
            self.attach("", part.kind, data)
            return
        text = charset.decode(data, label, self.defects, part.kind)
        if len(text) > limits.TEXT_CHARS:
            self.defects.add("text-too-long", f"{len(text)} characters, cut to {limits.TEXT_CHARS}")
            text = text[: limits.TEXT_CHARS]
            if len(data) < limits.TEXT_BYTES:
                self.attach("text.txt", part.kind, data)
        text = self._tidied(text)
        if part.parameters.get("format", "").lower() == "flowed":
            text = transfer.unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        if _PAGE.match(text) or len(_MARKED.findall(text)) >= LEAST_MARKED:
            self.defects.add("html-as-text", part.kind)
            self._add(part.group, text, html=True)
            return
        self._add(part.group, text, html=False)

    def _tidied(self, text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        if "\0" in text:
            self.defects.add("nul", "text")
            text = text.replace("\0", "")
        if struck := _STRUCK.search(text):
            self.defects.add("hidden-text", struck[2].strip()[:100])
            text = _STRUCK.sub("", text)
        if "-----BEGIN PGP" in text:
            if "BEGIN PGP MESSAGE" in text:
                self.defects.add("encrypted", "pgp")
            elif "BEGIN PGP SIGNED" in text:
                self.defects.add("signed", "pgp")
                text = _PGP_SIGNATURE.sub("", _PGP.sub("", text, count=1))
        return text

    def _message(self, part: Part, name: str) -> None:
        if part.kind in {"message/delivery-status", "message/global-delivery-status"}:
            self.content.evidence.reports.append(self._decoded(part))
        elif part.kind in {"message/disposition-notification", "message/global-disposition-notification"}:
            self.content.receipt = True
            self.content.evidence.receipts.append(self._decoded(part))
        elif part.kind == "message/feedback-report":
            self.content.evidence.feedback.append(self._decoded(part))
        elif part.kind in {"message/rfc822", "message/global", "message/news", "message/rfc822-headers"}:
            self._inner_mail(self._decoded(part))
        else:  # message/partial, message/external-body, …
            self.defects.add("message-kept-closed", part.kind)
            self.attach(name, part.kind, self._decoded(part))

    def _inner_mail(self, data: bytes) -> None:
        # base64 that is not declared (RFC 2046 section 5.2.1 forbids it, so senders forget to say)
        if (
            data[:400].strip()
            and b":" not in data[:400]
            and len(opened := words.unbase64(data[:4000])) > 100
            and b":" in opened
        ):
            self.defects.add("encoded-message", "base64")
            data = words.unbase64(data)
        (self.content.evidence.returned if self.report else self.content.mails).append(data)

    def _file(self, part: Part, disposition: str, name: str) -> None:
        kind = part.kind
        data = self._decoded(part)
        if kind in {"text/rfc822-headers", "text/rfc822-header"} or (self.report and kind == "text/rfc822"):
            self.content.evidence.returned.append(data)
            return
        if kind == "text/calendar":
            method = part.parameters.get("method", "").upper()
            found = re.search(rb"^METHOD:\s{0,3}([A-Za-z]{1,20})", data[:20_000], re.MULTILINE)
            self.content.calendar_method = method or (found.group(1).decode().upper() if found else "")
            name = name or "invite.ics"
        if (kind in _P7M or name.lower().endswith(".p7m")) and self._signed(data, name, kind, part.depth):
            return
        if (data.startswith(tnef.SIGNATURE)) and self._tnef(data, name or "winmail.dat", kind):
            return
        if kind == "application/pgp-encrypted":
            self.defects.add("encrypted", "pgp")
        if files.sniff(data) == "application/vnd.ms-outlook":
            self.defects.add("outlook-message-not-opened", name)
        ident = part.head.raw("content-id").strip().decode("ascii", "replace").strip("<>")
        inline = disposition == "inline" or (bool(ident) and disposition != "attachment")
        origin = (
            Origin.INLINE
            if inline and (kind.startswith("image/") or part.parent == "multipart/related")
            else Origin.PART
        )
        self.attach(name, kind, data, content_id=ident, origin=origin)
        if name.lower().endswith(".eml") and not self.report and b":" in data[:1000]:
            self.content.mails.append(data)

    def _signed(self, data: bytes, name: str, kind: str, depth: int) -> bool:
        """Open an opaque signature; True if the inner mail's parts were collected."""
        what, inner = smime.opened(data)
        if what == "signed" and inner and depth < limits.DEPTH:
            self.defects.add("signed", "smime, opened without verifying")
            head = read(inner, 0, len(inner), self.defects, top=False)
            before = len(self.content.attachments)
            self.run(head, inner, min(head.body, len(inner)), len(inner), depth + 1)
            self.content.attachments[before:] = [
                _with_origin(a, Origin.SMIME) for a in self.content.attachments[before:]
            ]
            return True
        if what:
            self.defects.add(what, "smime")
        else:
            self.defects.add("smime-unreadable", name or kind)
        return False

    def _tnef(self, data: bytes, name: str, kind: str) -> bool:
        opened = tnef.read(data, self.defects)
        if opened is None:
            return False
        for file in opened.files:
            self.attach(file.name, file.media_type, file.content, content_id=file.content_id, origin=Origin.TNEF)
        if opened.html and not self._has(html=True):
            self._add(0, opened.html, html=True)
        elif opened.text.strip() and not self.content.texts:
            self._add(0, self._tidied(opened.text), html=False)
        if not (opened.files or opened.text or opened.html):
            self.attach(name, kind, data)
        return True

    def attach(self, name: str, kind: str, data: bytes, *, content_id: str = "", origin: Origin = Origin.PART) -> None:
        """Add an attachment."""
        number = len(self.content.attachments) + 1
        self.content.attachments.append(
            files.make(name, kind, data, self.defects, number=number, content_id=content_id, origin=origin)
        )


def _with_origin(attachment: Attachment, origin: Origin) -> Attachment:
    from dataclasses import replace

    return replace(attachment, origin=origin) if attachment.origin is Origin.PART else attachment


@dataclass(slots=True)
class Body:
    """The readable body: its lines (HTML preferred, as mail programs do), links, and the raw HTML."""

    lines: list[Line]
    links: tuple[str, ...]
    html: str


def readable(collector: Collector) -> Body:
    """Choose and join the texts of a mail."""
    content, defects = collector.content, collector.defects
    lines: list[Line] = []
    links: dict[str, None] = {}
    sources: list[str] = []
    readings = {id(text): html.read(text.source, defects) for text in content.texts if text.html}
    shown = {
        text.group
        for text in content.texts
        if text.html and text.group and not _empty(text, readings, content, defects)
    }
    for text in content.texts:
        if not text.html:
            # Not where it is the lesser alternative of an HTML text: mail programs show that one.
            if text.group not in shown:
                lines.extend((*of_text(text.source), Line("")))
            continue
        reading = readings[id(text)]
        links.update(reading.links)
        for number, (kind, encoded) in enumerate(reading.images):
            collector.attach(
                "",
                kind,
                words.unbase64(encoded.encode("ascii", "ignore")),
                content_id=f"data-{number}",
                origin=Origin.INLINE,
            )
        if not text.group or text.group in shown:
            lines.extend((*reading.lines, Line("")))
        if reading.safe:
            sources.append(text.source[: limits.HTML_CHARS])
    for stray in content.stray:
        lines.extend((Line(""), *of_text(collector._tidied(stray))))
    return Body(lines, _links(lines, links, defects), "\n".join(sources))


def _empty(text: Text, readings: dict[int, html.Reading], content: Content, defects: Defects) -> bool:
    """Whether an HTML alternative says next to nothing beside its plain one."""
    twin = "\n".join(t.source for t in content.texts if not t.html and t.group == text.group)
    if twin.strip() and _poor(readings[id(text)], twin):
        defects.add("empty-alternative", "text/html")
        return True
    return False


def _poor(reading: html.Reading, twin: str) -> bool:
    """Whether the HTML says next to nothing beside its plain alternative."""
    shown = sum(len(line.text.strip()) for line in reading.lines)
    return shown * 4 < min(len(twin.strip()), 2000) and shown < 400


def _links(lines: list[Line], links: dict[str, None], defects: Defects) -> tuple[str, ...]:
    cloud = False
    for number, line in enumerate(lines):
        if number >= limits.ANALYSED_LINES:
            break
        text = line.text
        if "http" in text or "HTTP" in text:
            for url in _LINK.findall(text[:8000]):
                if len(links) < limits.LINKS:
                    links.setdefault(url.rstrip(".,;:!?"))
        if not cloud and text and not text.isascii() and _CLOUD.search(text[:500]):
            cloud = True
            defects.add("cloud-attachment", text.strip()[:100])
    for url in links:
        if _CLOUD_HOST.match(url):
            defects.add("cloud-attachment", url[:100])
    return tuple(links)
