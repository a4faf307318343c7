"""One mail put together: headers, body, quotes, forwards, bounce, automatic."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from maild.domain.errors import MalformedMail
from maild.domain.incoming.mail import Address, Automatic, Bounce, Feedback, ParsedMail
from maild.domain.subject import passed_on
from maild.domain.text import visible
from maild.parse import address, automatic, limits, pairs, quoting, words
from maild.parse.defects import Defects
from maild.parse.head import Head, prepare, read
from maild.parse.lines import Line, to_text
from maild.parse.parts import params
from maild.parse.parts.body import Collector, Content, readable
from maild.parse.reports import bounce, feedback

_SINGLE = (
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "date",
    "content-type",
    "mime-version",
    "content-transfer-encoding",
)
_BIDI = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def parse_mail(raw: bytes) -> ParsedMail:
    """Read a mail. Every repair is listed in `defects`.

    Raises MalformedMail, with the headers and bytes, only where the machinery itself gives up
    (out of recursion or memory); any bytes that a reader can finish with give a ParsedMail.
    """
    try:
        return _parse(raw, Defects(), 0)
    except (RecursionError, MemoryError) as error:
        defects = Defects()
        head = read(raw[: limits.HEADER_BYTES], 0, min(len(raw), limits.HEADER_BYTES), defects)
        raise MalformedMail(
            f"cannot be read: {type(error).__name__}", headers=_headers(head, defects), raw=raw
        ) from error


@dataclass(slots=True)
class _Envelope:
    """Header fields read once and used by several steps."""

    subject: str
    from_: tuple[Address, ...]
    return_path: str | None
    kind: str


def _parse(raw: bytes, defects: Defects, depth: int) -> ParsedMail:
    digest, size = hashlib.sha256(raw).hexdigest(), len(raw)
    data = prepare(raw, defects)
    head = read(data, 0, len(data), defects)
    if not head.fields:
        defects.add("no-headers")
    envelope = _envelope(head, defects)
    collector = Collector(defects, envelope.kind)
    content = collector.run(head, data, min(head.body, len(data)), len(data))
    body = readable(collector)
    text = to_text(body.lines)
    complaint = _feedback(head, text, content, envelope, defects)
    shown = feedback.receipt(head, envelope.subject, text, content.evidence.receipts, defects)
    report = _bounce(head, text, content, envelope, defects) if complaint is None else None
    if report is None and complaint is None and content.evidence.returned:
        content.mails.extend(content.evidence.returned)
    split = quoting.split(body.lines, envelope.subject)
    forwarded = _opened(content.mails, defects, depth)
    if split.block is not None:
        forwarded = (_inline(split, envelope.subject, 1), *forwarded)
    if not _BIDI.isdisjoint(text):
        defects.add("bidi-override")
    headers = _headers(head, defects)
    _duplicates(head, defects)
    return ParsedMail(
        sha256=digest,
        size=size,
        message_id=address.message_id(head.raw("message-id"), defects),
        in_reply_to=address.message_ids(head.raw("in-reply-to"), "In-Reply-To", defects),
        references=address.message_ids(head.raw("references"), "References", defects),
        date=_date(head, defects),
        from_=envelope.from_,
        sender=next(iter(address.addresses(head.raw("sender"), "Sender", defects)), None),
        reply_to=address.addresses(head.raw("reply-to"), "Reply-To", defects),
        to=address.addresses(head.raw("to"), "To", defects),
        cc=address.addresses(head.raw("cc"), "Cc", defects),
        return_path=envelope.return_path,
        subject=envelope.subject,
        headers=headers,
        text=visible(text),
        reply_text=visible(to_text(split.new)),
        quoted_text=visible(to_text(split.quoted)),
        html=body.html,
        pairs=pairs.of_lines(split.new),
        attachments=tuple(content.attachments),
        forwarded=forwarded,
        automatic=_automatic(
            head, envelope, content, machine=report is not None or complaint is not None, receipt=shown is not None
        ),
        bounce=report,
        feedback=complaint,
        receipt=shown,
        links=body.links,
        defects=defects.all(),
    )


def _envelope(head: Head, defects: Defects) -> _Envelope:
    from_ = address.addresses(head.raw("from"), "From", defects)
    if not any(a.address for a in from_):
        defects.add("from-missing" if "from" not in head.index else "from-empty")
    kind = ""
    if raw := head.raw("content-type"):
        kind = params.parse(raw, "Content-Type", Defects())[0]
    return _Envelope(
        subject=visible(head.text("subject", defects)), from_=from_, return_path=_return_path(head), kind=kind
    )


def _return_path(head: Head) -> str | None:
    """The address of Return-Path; '' for the null path '<>' (RFC 5321 section 4.5.5); None without one.

    A path without '@' is none: it says nothing of the sender. Only MAILER-DAEMON is what Postfix and others write in
    place of the null path (pipe(8), null_sender).
    """
    path = head.raw("return-path").strip().replace(b" ", b"")
    if not path:
        return None
    if path == b"<>" or path.strip(b"<>").upper() == b"MAILER-DAEMON":
        return ""
    found = address.addresses(path, "Return-Path", Defects())
    return (found[0].address if found else "") or None


def _headers(head: Head, defects: Defects) -> tuple[tuple[str, str], ...]:
    return tuple((name, words.value(value, name, defects)) for name, value in head.fields)


def _duplicates(head: Head, defects: Defects) -> None:
    """Second ones of headers that may occur once (RFC 5322 section 3.6): the first counts."""
    seen: set[str] = set()
    for name, _ in head.fields:
        lower = name.lower()
        if lower in seen and lower in _SINGLE:
            defects.add("duplicate-header", name)
        seen.add(lower)
    if "message-id" not in seen:
        defects.add("message-id-missing")


def _date(head: Head, defects: Defects) -> datetime | None:
    return address.date(head.raw("date"), defects)


def _bounce(head: Head, text: str, content: Content, envelope: _Envelope, defects: Defects) -> Bounce | None:
    author = envelope.from_[0] if envelope.from_ else Address()
    if content.receipt:
        return None
    if not content.evidence.reports and not bounce.is_candidate(
        head, author, envelope.subject, envelope.return_path, envelope.kind
    ):
        return None
    own = {author.address} | {a.address for a in address.addresses(head.raw("to"), "To", Defects())}
    if not content.evidence.returned and content.mails:
        content.evidence.returned, content.mails = content.mails, []
    return bounce.report(head, text, content.evidence, defects, frozenset(own), envelope.kind)


def _feedback(head: Head, text: str, content: Content, envelope: _Envelope, defects: Defects) -> Feedback | None:
    author = envelope.from_[0] if envelope.from_ else Address()
    found = feedback.feedback(head, author, envelope.subject, text, content.evidence, content.mails, defects)
    if found is not None:
        content.mails.clear()  # our own mail, sent back: nobody forwards it
    return found


def _automatic(head: Head, envelope: _Envelope, content: Content, *, machine: bool, receipt: bool) -> Automatic:
    author = envelope.from_[0] if envelope.from_ else Address()
    return automatic.judge(
        head,
        envelope.subject,
        author,
        envelope.return_path,
        bounce=machine,
        receipt=receipt or content.receipt,
        calendar=content.calendar_method == "REPLY",
    )


def _opened(mails: list[bytes], defects: Defects, depth: int) -> tuple[ParsedMail, ...]:
    """Mails attached to this one, read alike; deeper than FORWARD_DEPTH they stay closed, with a defect."""
    if mails and depth >= limits.FORWARD_DEPTH:
        defects.add("too-deep", f"{len(mails)} mails inside mails kept closed")
        return ()
    if len(mails) > limits.MAILS:
        defects.add("too-many-mails", f"{len(mails)} inside, {limits.MAILS} opened")
    return tuple(_parse(data.lstrip(b"\r\n"), Defects(), depth + 1) for data in mails[: limits.MAILS])


def _inline(split: quoting.Split, subject: str, depth: int) -> ParsedMail:
    """The mail forwarded inline: its header block, and its text read as a mail's."""
    fields = split.block.fields if split.block else {}
    lines = _unquoted(split.forward)
    defects = Defects()
    title = fields.get("subject", "") or passed_on(subject)
    inner = quoting.split(lines, title, depth=depth)
    text = visible(to_text(lines))
    deeper = (_inline(inner, title, depth + 1),) if inner.block is not None else ()

    def people(name: str) -> tuple[Address, ...]:
        value = fields.get(name, "").replace("[mailto:", "<").replace("]", ">").replace("；", ",").replace(";", ",")
        return address.addresses(value.encode("utf-8", "replace"), name, defects)

    encoded = text.encode("utf-8", "replace")
    return ParsedMail(
        sha256=hashlib.sha256(encoded).hexdigest(),
        size=len(encoded),
        date=address.date_of(fields.get("date", "")),
        from_=people("from"),
        to=people("to"),
        cc=people("cc"),
        subject=title,
        headers=tuple((name.title(), value) for name, value in fields.items()),
        text=text,
        reply_text=visible(to_text(inner.new)),
        quoted_text=visible(to_text(inner.quoted)),
        pairs=pairs.of_lines(inner.new),
        forwarded=deeper,
        defects=("inline-forward", *defects.all()),
    )


def _unquoted(lines: list[Line]) -> list[Line]:
    """Lines of a forward without the quote marks that all of it carries."""
    first = next((line for line in lines if line.text.strip()), None)
    if first is None:
        return lines
    marked = first.text.lstrip().startswith((">", "＞"))
    out: list[Line] = []
    for line in lines:
        text = line.text
        if marked and text.lstrip()[:1] in {">", "＞"}:
            text = text.lstrip()[1:].removeprefix(" ")
        out.append(line._replace(text=text, quoted=line.quoted and not first.quoted))
    return out
