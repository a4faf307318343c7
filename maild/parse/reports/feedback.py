"""Complaints (RFC 5965 and its imitations) and read receipts (RFC 8098): what they say of the mail they are about."""

from __future__ import annotations

import re

from maild.domain.incoming.mail import Address, Feedback, ReadReceipt
from maild.parse import address
from maild.parse.defects import Defects
from maild.parse.head import Head, read
from maild.parse.reports.bounce import Evidence, groups, original
from maild.parse.reports.formats import ADDRESS

# Systems that report complaints without RFC 5965: a role sender, a subject that says it, and our mail enclosed.
COMPLAINT_SENDERS = re.compile(
    r"^(?:staff|abuse|complaints?|fbl|feedback(?:[-_]?loop)?|scomp|jmrp|spam(?:[-_]?report)?|anti-?spam|junk(?:mail)?"
    r"|postmaster|mailer-?daemon|no-?reply|service|noc|security)\b",
    re.IGNORECASE,
)
COMPLAINT_SUBJECTS = re.compile(
    r"complaint about (?:a )?(?:message|mail|e-?mail)|(?:abuse|spam|junk(?: mail)?|feedback(?: loop)?) "
    r"(?:complaint|report|notification)|reported (?:as|for) (?:spam|junk)"
    r"|(?:垃圾邮件|广告邮件|骚扰邮件|不良邮件).{0,6}(?:举报|投诉|反馈)|(?:举报|投诉).{0,12}(?:垃圾邮件|广告邮件|骚扰邮件)"
    r"|(?:邮件|发信|来信).{0,12}被.{0,12}(?:举报|投诉|标(?:记|为).{0,4}垃圾)|(?:用户|收件人).{0,6}(?:举报|投诉)"
    r"|垃圾郵件.{0,6}(?:舉報|檢舉|投訴)",
    re.IGNORECASE,
)
# Headers in which the enclosed mail, or the report, names whom it went to.
_RECIPIENT_HEADERS = ("x-hmxmroriginalrecipient", "x-original-to", "delivered-to", "to")
_RECEIPT_SUBJECT = re.compile(
    r"^\s*(?:已读(?:回执)?|已讀(?:回條)?|阅读回执|read(?: receipt)?|gelesen|lu)\s*[:：]", re.I
)
_RECEIPT_TEXT = re.compile(
    r"已(?:被|经)?.{0,30}(?:阅读|打开|查看|閱讀)|(?:was|has been) (?:read|displayed|opened)|read on\b", re.IGNORECASE
)
_SHORT = 2000  # characters of a receipt in words


def feedback(
    head: Head, author: Address, subject: str, text: str, evidence: Evidence, enclosed: list[bytes], defects: Defects
) -> Feedback | None:
    """The complaint this mail is, or None. `enclosed`: mails attached outside a multipart/report."""
    if evidence.feedback:
        fields = groups(evidence.feedback[0], defects)
        said = {name: value for group in reversed(fields) for name, value in group.items()}
        kind = said.get("feedback-type", "").split("(")[0].strip().lower() or "other"
        named = [said.get(name, "") for name in ("original-rcpt-to", "removal-recipient")]
    elif enclosed and _complains(author, subject):
        kind, named = "abuse", []
        evidence = Evidence(returned=enclosed)
    else:
        return None
    named += _recipients(evidence.returned)
    found = [m.lower() for value in named for m in re.findall(ADDRESS, value)]
    ident, _ = original(evidence, text, defects)
    return Feedback(kind=kind, recipients=tuple(dict.fromkeys(found))[:20], original_message_id=ident)


def _complains(author: Address, subject: str) -> bool:
    return bool(COMPLAINT_SENDERS.match(author.address) and COMPLAINT_SUBJECTS.search(subject))


def _recipients(returned: list[bytes]) -> list[str]:
    """Whom the enclosed mail went to, as far as it was not made unreadable."""
    found: list[str] = []
    for data in returned[:3]:
        head = read(data, 0, min(len(data), 200_000), Defects())
        found += [head.text(name, Defects()) for name in _RECIPIENT_HEADERS if name in head.index]
    return found


def receipt(head: Head, subject: str, text: str, notes: list[bytes], defects: Defects) -> ReadReceipt | None:
    """The read receipt this mail is, or None. `notes`: bodies of message/disposition-notification."""
    if notes:
        said = {name: value for group in reversed(groups(notes[0], defects)) for name, value in group.items()}
        # RFC 8098 section 3.2.6: action-mode/sending-mode; disposition-type/modifier
        disposition = said.get("disposition", "").rpartition(";")[2].split("/")[0].strip().lower()
        ident = _ident(said.get("original-message-id", "")) or _answered(head, defects)
        named = re.search(ADDRESS, said.get("original-recipient") or said.get("final-recipient") or "")
        return ReadReceipt(
            original_message_id=ident,
            recipient=named.group().lower() if named else "",
            displayed=disposition == "displayed",
        )
    answered = _answered(head, defects)
    in_words = _RECEIPT_SUBJECT.match(subject) and len(text) <= _SHORT and _RECEIPT_TEXT.search(text)
    return ReadReceipt(original_message_id=answered, displayed=True) if in_words and answered else None


def _ident(value: str) -> str:
    found = address.message_ids(value.encode("utf-8", "replace"), "Original-Message-ID", Defects())
    return found[0] if found else ""


def _answered(head: Head, defects: Defects) -> str:
    for name in ("in-reply-to", "references"):
        found = address.message_ids(head.raw(name), name, Defects())
        if found:
            return found[-1]
    return ""
