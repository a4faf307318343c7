"""Delivery reports: RFC 3464 first, then the wordings of bounce_formats, then flufl.bounce."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field

from maild.domain.incoming.mail import Address, Bounce, BounceRecipient
from maild.domain.outgoing.reply import BY_CODE, Judgement, judge, read_codes
from maild.parse import address, words
from maild.parse.defects import Defects
from maild.parse.head import Head, read
from maild.parse.reports.formats import ADDRESS, DELAYED, FAILED, GOES_ON, SENDERS, SUBJECTS, WEAK_SENDERS, compiled
from maild.parse.reports.regions import LINE, TEXT, named_as, returned_mail, said

RECIPIENTS = 100
_MOST_FIELDS, _MOST_LINES = 200, 500  # of a report's header and text, for the second opinion
_CODE_IN_DIAGNOSTIC = re.compile(r"\b([245]\d\d)[ \-]")
_FOR_ADMINISTRATORS = re.compile(r"\s*(?:Diagnostic information for administrators|管理员诊断信息)", re.IGNORECASE)
_ORIGINAL_HEADERS = re.compile(r"^(?:Original message headers|原始邮件头)", re.IGNORECASE | re.MULTILINE)
_ID_LINE = re.compile(r"^[>\s]{0,10}Message-ID:\s{0,10}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_SUBJECT_LINE = re.compile(
    r"^[>\s]{0,10}(?:Subject|主\s{0,4}题|邮件主题|原邮件主题)\s?[:：]\s{0,10}(.{1,400})$", re.IGNORECASE | re.MULTILINE
)


@dataclass(slots=True)
class Evidence:
    """What the walker found that may belong to a delivery report."""

    reports: list[bytes] = field(default_factory=list)  # bodies of message/delivery-status
    returned: list[bytes] = field(default_factory=list)  # message/rfc822 or text/rfc822-headers
    feedback: list[bytes] = field(default_factory=list)  # bodies of message/feedback-report
    receipts: list[bytes] = field(default_factory=list)  # bodies of message/disposition-notification


def groups(report: bytes, defects: Defects) -> list[dict[str, str]]:
    """The field groups of a delivery-status body (RFC 3464 section 2.1), names lower case."""
    found: list[dict[str, str]] = []
    blocks = re.split(rb"\n\s*\n", report[:200_000].replace(b"\r\n", b"\n"))
    for block in blocks[: 2 * RECIPIENTS]:
        fields: dict[str, str] = {}
        for name, value in read(block + b"\n\n", 0, len(block) + 2, Defects(), top=False).fields:
            fields.setdefault(name.lower(), words.value(value, name, defects))
        if fields:
            found.append(fields)
    return found


def _address_of(value: str) -> str:
    """'rfc822; x@y' → 'x@y' (RFC 3464 section 2.1.2)."""
    plain = value.partition(";")[2] if ";" in value else value
    found = re.search(ADDRESS, plain)
    return found.group().lower() if found else plain.strip(" <>").lower()


def from_reports(reports: list[bytes], defects: Defects) -> list[BounceRecipient]:
    """Recipients of the RFC 3464 reports that failed or are delayed; delivered and relayed ones are not."""
    found: list[BounceRecipient] = []
    for report in reports:
        if len(found) >= RECIPIENTS:
            defects.add("too-many-recipients", f"{RECIPIENTS} read")
            break
        for fields in groups(report, defects):
            target = fields.get("final-recipient") or fields.get("original-recipient") or ""
            action = fields.get("action", "").split("(")[0].strip().lower()
            if not target or action in {"delivered", "relayed", "expanded"} or len(found) >= RECIPIENTS:
                continue
            original = fields.get("original-recipient") or target
            where = _address_of(original) if "@" in original else _address_of(target)
            found.append(_recipient(where, action, fields))
    return found


def _recipient(where: str, action: str, fields: dict[str, str]) -> BounceRecipient:
    status = read_codes(fields.get("status", ""))[1]
    diagnostic = fields.get("diagnostic-code", "")
    text = diagnostic.partition(";")[2].strip() if ";" in diagnostic[:40] else diagnostic
    code_match = _CODE_IN_DIAGNOSTIC.search(text + " ")
    verdict = judge(int(code_match.group(1)) if code_match else 0, status, text)
    if verdict.reason == "unknown" and action == "failed":
        verdict = Judgement(not status.startswith("4"), "refused")
    permanent = verdict.permanent and action != "delayed"
    return BounceRecipient(
        address=where,
        status=status,
        permanent=permanent,
        delayed=action == "delayed",
        reason=f"{verdict.reason}: {text}"[:300] if text else verdict.reason,
    )


def from_text(text: str, own: frozenset[str], subject: str = "") -> tuple[list[BounceRecipient], str]:
    """(recipients by the first format that finds any, that format's system). `own`: never recipients."""
    text = said(text)
    for form, sign, recipient, end in compiled():
        if not sign.search(text) and not (form.system == "any" and SUBJECTS.search(subject)):
            continue
        stop = end.search(text) if end else None
        part = text[: stop.start()] if stop and stop.start() > 0 else text
        details = _details(text, len(part))
        matches = [m for m in recipient.finditer(part) if m.group(1).lower().strip(".") not in own][: 4 * RECIPIENTS]
        standing = named_as(part, [m.start(1) for m in matches])
        matches = [m for m, stands in zip(matches, standing, strict=True) if stands is max(standing)]
        found: dict[str, BounceRecipient] = {}
        whole = _whole(part + details)
        for position, match in enumerate(matches):
            where = match.group(1).lower().strip(".")
            after = matches[position + 1].start() if position + 1 < len(matches) else len(part)
            reason = part[match.end() : after].strip(" :>)\n\r\t")
            if where in found and not found[where].reason.startswith("unknown"):
                continue
            found[where] = _judged(where, reason or part[:TEXT], whole, permanent=form.permanent)
        if found:
            return list(found.values())[:RECIPIENTS], form.system
    return [], ""


def _said_in_words(one: BounceRecipient, text: str, own: frozenset[str]) -> BounceRecipient:
    """The same with what the words beside say, where the report's fields give no reason (RFC 3464 asks for none)."""
    if one.delayed or one.reason != "refused":
        return one
    found, _ = from_text(text, own)
    return next((worded for worded in found if worded.address == one.address), one)


def only_one(head: Head, text: str, evidence: Evidence, own: frozenset[str]) -> list[BounceRecipient]:
    """Whom our mail went to, where it went to one only and the server says that it failed, but not for whom."""
    words_of_it, defects = said(text), Defects()
    if not FAILED.search(head.text("subject", defects)) and not FAILED.search(words_of_it):
        return []
    sent_back = evidence.returned[0] if evidence.returned else returned_mail(text).encode("utf-8", "replace")
    fields = read(sent_back, 0, min(len(sent_back), 200_000), defects)
    to = " ".join(fields.text(name, defects) for name in ("to", "cc"))
    named = {where.lower() for where in re.findall(ADDRESS, to[:LINE])}
    if len(named) != 1 or named & own:
        return []
    return [_judged(named.pop(), "", _whole(words_of_it), permanent=True)]


def _details(text: str, end: int) -> str:
    """What Exchange adds for administrators below the part for people: the reply of the other server."""
    rest = text[end : end + 4000]
    if not _FOR_ADMINISTRATORS.match(rest):
        return ""
    stop = _ORIGINAL_HEADERS.search(rest)
    return rest[: stop.start()] if stop else rest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """What the whole report says, for recipients of whom their own lines say nothing."""

    code: int
    status: str
    verdict: Judgement
    delayed: bool
    goes_on: bool


def _whole(text: str) -> _Whole:
    code, status = read_codes(text)
    top = text[:1500]
    return _Whole(
        code=code,
        status=status,
        verdict=judge(code, status, text),
        delayed=bool(DELAYED.search(top)),
        goes_on=bool(GOES_ON.search(top)),
    )


def _judged(where: str, reason: str, whole: _Whole, *, permanent: bool) -> BounceRecipient:
    code, status = read_codes(reason)
    verdict = judge(code, status, reason)
    if verdict.reason == "unknown":
        code, status, verdict = whole.code, whole.status, whole.verdict
    if verdict.reason == "unknown":
        verdict = Judgement(permanent, "refused")
    elif verdict.reason in BY_CODE and not code and not status:
        verdict = Judgement(permanent, verdict.reason)  # a mail that came back without any code is not tried again
    if verdict.permanent and whole.delayed and not status.startswith("5") and not 500 <= code < 600:
        verdict = Judgement(False, "delayed")
    shown = " ".join(reason.split())[:200]
    return BounceRecipient(
        address=where,
        status=status,
        permanent=verdict.permanent,
        reason=f"{verdict.reason}: {shown}",
        delayed=not verdict.permanent and whole.goes_on,
    )


def by_flufl(head: Head, text: str, own: frozenset[str]) -> list[BounceRecipient]:
    """A second opinion for formats unknown here, its known faults caught.

    Its patterns take time that grows with the square of a line, and it would read the returned mail like the report:
    it is given what the server says, in short lines.
    """
    from email import message_from_bytes

    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").disabled = True  # it logs a traceback for each mail that it falls over
    words_of_it = "\n".join(said(text).split("\n")[:_MOST_LINES])
    top = b"".join(_top(name, value) for name, value in head.fields[:_MOST_FIELDS])
    plain = top + b"Content-Type: text/plain; charset=utf-8\n\n" + words_of_it.encode("utf-8", "replace")
    try:
        temporary, permanent = all_failures(message_from_bytes(plain))
    except (IndexError, KeyError, AttributeError, ValueError, TypeError, LookupError, AssertionError, RecursionError):
        return []  # it expects a From header, decodable text and well-formed reports
    found: list[BounceRecipient] = []
    whole = _whole(words_of_it)
    for raws, lasting in ((permanent, True), (temporary - permanent, False)):
        for one in raws:
            where = one.decode("ascii", "ignore").lower() if isinstance(one, bytes) else str(one).lower()
            if "@" in where and where not in own:
                found.append(_judged(where, "", whole, permanent=lasting))
    return sorted(found, key=lambda r: r.address)[:RECIPIENTS]


def _top(name: str, value: bytes) -> bytes:
    """A field of the report for another reader: short, on one line, and none that tells of MIME."""
    if name.lower().startswith(("content-", "mime-")):
        return b""
    return name.encode("ascii") + b":" + value[:LINE].replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def is_candidate(head: Head, author: Address, subject: str, return_path: str | None, kind: str) -> bool:
    """Whether the mail may be a report: a machine wrote it, and says so by sender or subject."""
    if kind == "multipart/report":
        return True
    if "x-failed-recipients" in head.index:
        return True
    local = author.address.partition("@")[0]
    if SENDERS.match(local):
        return True
    named = author.name.lower()
    weak = return_path == "" or not local or WEAK_SENDERS.match(local) or "mail delivery" in named or "退信" in named
    return bool(weak) and bool(SUBJECTS.search(subject))


def original(evidence: Evidence, text: str, defects: Defects) -> tuple[str, str]:
    """(Message-ID, subject) of the mail a report speaks of, from the returned part or from the text."""
    for returned in evidence.returned:
        head = read(returned, 0, min(len(returned), 200_000), Defects())
        ident = address.message_id(head.raw("message-id"), defects)
        subject = head.text("subject", defects)
        if ident or subject:
            return ident, subject
    ident_line, subject_line = _ID_LINE.search(text[:200_000]), _SUBJECT_LINE.search(text[:200_000])
    subject = words.decode_words(subject_line.group(1).strip(), "subject", defects) if subject_line else ""
    return (ident_line.group(1) if ident_line else ""), subject


def report(
    head: Head, text: str, evidence: Evidence, defects: Defects, own: frozenset[str], kind: str
) -> Bounce | None:
    """The delivery report this mail is, or None. `own`: addresses that are never the failed ones."""
    ident, subject = original(evidence, text, defects)
    own |= {ident.strip("<>").lower()}  # a Message-ID looks like an address
    found = [_said_in_words(r, text, own) for r in from_reports(evidence.reports, defects)]
    if not found and evidence.reports and any(_only_success(r, defects) for r in evidence.reports):
        return None
    if not found and "x-failed-recipients" in head.index:
        found, _ = from_text(text, own, head.text("subject", defects))
        named = [m.lower() for m in re.findall(ADDRESS, head.text("x-failed-recipients", defects))]
        known, whole = {r.address for r in found}, _whole(text[:TEXT])
        found = [r for r in found if r.address in named] + [
            _judged(n, text[:2000], whole, permanent=True) for n in named[:RECIPIENTS] if n not in known
        ]
    if not found:
        found, _ = from_text(text, own, head.text("subject", defects))
    if not found:
        found = by_flufl(head, text, own)
    if not found:
        found = only_one(head, text, evidence, own)
    if not found and kind != "multipart/report" and not evidence.reports:
        return None
    return Bounce(recipients=tuple(found), original_message_id=ident, original_subject=subject)


def _only_success(report_body: bytes, defects: Defects) -> bool:
    """Whether every recipient of the report got the mail (a success report is no bounce)."""
    actions = [g.get("action", "").split("(")[0].strip().lower() for g in groups(report_body, defects) if "action" in g]
    return bool(actions) and all(action in {"delivered", "relayed", "expanded"} for action in actions)
