"""The values within reasons: states and kinds in the office's words, amounts and moments as the reader writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from maild.console.wording.filters import money
from maild.domain.money import Money
from maild.domain.wording import (
    words,
    words_mail,
    words_money,
    words_notice,
    words_queue,
    words_reading,
    words_receipt,
    words_staff,
)
from maild.domain.wording.words import Word, look_up, table

_STATES_OF_ALL = {
    **words_staff.INVOICE_STATES,
    **words_notice.OUTBOX_STATES,
    **words_staff.REVIEW_STATES,
    **words.REGISTRATION_STATES,
    **words.PAYMENTS,
    **words.STATES,
}
# The kinds of gaps whose values are looked up; several may be joined by ', '.
TABLES: Mapping[str, Mapping[str, Word]] = {
    "state": words.STATES,
    "payment": words.PAYMENTS,
    "event": words_mail.EVENTS,
    "kind": words_mail.KINDS,
    "cause": words_queue.CAUSES,
    "notice": words_notice.NOTICES,
    "outbox": words_notice.OUTBOX_STATES,
    "registration": words.REGISTRATION_STATES,
    "registration_event": words_mail.REGISTRATION_EVENTS,
    "step": table({"identity": ("身份认证", "identity"), "account": ("账户", "account")}),
    "invoice": words_staff.INVOICE_STATES,
    "review": words_staff.REVIEW_STATES,
    "any_state": _STATES_OF_ALL,
    "payment_event": words_mail.PAYMENT_EVENTS,
    "filing": table(
        {
            "move": ("移动", "move"),
            "copy and expunge": ("复制后清除", "copy and expunge"),
            "copy and mark": ("复制后标记", "copy and mark"),
            "keyword": ("加关键字", "keyword"),
            "nothing": ("不归档", "nothing"),
        }
    ),
    "automatic": words_mail.AUTOMATIC,
    "bulk_sign": words_mail.BULK_SIGNS,
    "channel": words_money.CHANNELS,
    "receipt": words_receipt.RECEIPTS,
    "link": words_receipt.LINKS,
    "sender": words_receipt.SENDERS,
    "trait": words_receipt.TRAITS,
    "service": words.SERVICES,
    "asking": words_mail.ASKING,
    "problem": words_staff.REGISTRATION_PROBLEMS,
    "awaited": words_mail.AWAITED,
    "field": words_receipt.RECEIPT_FIELDS,
    "journal": words_staff.JOURNAL,
    "policy": words_mail.DMARC_POLICIES,
    "fault": words_reading.DOCUMENT_FAULTS,
    "refusal": words_reading.REFUSALS,
    "defect": words_reading.DEFECTS,
    "reading": words_reading.FIELDS,
    "type": words_reading.FIELD_TYPES,
    "place": words_reading.PLACES,
    "role": words_staff.ROLES,
    "proof_problem": words_money.PROOF_PROBLEMS,
    "written": table({"figures": ("小写", "figures"), "words": ("大写", "words")}),  # of an amount
}
# What stands before and after in a line of history, by its word.
CHANGES: Mapping[str, Mapping[str, Word]] = {
    "state": words.STATES,
    "payment": words.PAYMENTS,
    "registration": words.REGISTRATION_STATES,
    "invoice": words_staff.INVOICE_STATES,
    "notice": words_notice.OUTBOX_STATES,
    "review": words_staff.REVIEW_STATES,
    "access": words_staff.ACCESS_STATES,
    "act": words_staff.ACT_STATES,
    "silent": words_mail.AWAITED,
    "told": words_staff.STAGES,
    "news": words_staff.PEER_STATES,
}
# Kinds of several reasons, and what stands between them.
SEVERAL: Mapping[str, str] = {"reasons": ", ", "lines": "\n", "rest": "; "}
# '' any text without '; '; free: with it, too; int: a whole number; amount: such as '12.50 CNY'; list: several joined
# by ', '; said: a reason itself; maybe: may be nothing.
KINDS = frozenset({"", "free", "int", "amount", "list", "said", "maybe", *SEVERAL, *TABLES})

AMOUNT = r"-?[0-9]+\.[0-9]{2} [A-Z]{3}"
_MONEY = re.compile(r"(-?[0-9]{1,15}\.[0-9]{2}) ([A-Z]{3})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(\+00:00| ?UTC|Z)?"
)


def shown(value: str, kind: str, locale: str, zone: tzinfo | None = None) -> str:
    """One value of a reason as it is shown."""
    chinese = locale.startswith("zh")
    if kind in TABLES:
        return ("、" if chinese else ", ").join(look_up(TABLES[kind], one, locale) for one in value.split(", "))
    if kind == "list" and chinese:
        return "、".join(_plain(one, chinese=chinese, zone=zone) for one in value.split(", "))
    return _plain(value, chinese=chinese, zone=zone)


def known(value: str, kind: str) -> bool:
    """Whether the words of that kind have the value; what is no word always fits."""
    return kind not in TABLES or all(one.strip().lower() in TABLES[kind] for one in value.split(", "))


def is_amount(value: str) -> bool:
    """Whether it is an amount of money and no more."""
    return _MONEY.fullmatch(value) is not None


def _plain(value: str, *, chinese: bool, zone: tzinfo | None) -> str:
    if chinese and len(value) > 2 and value[0] == value[-1] == "'":
        value = f"“{value[1:-1]}”"
    if "." in value:
        value = _MONEY.sub(lambda hit: money(Money.of(hit[1])) if hit[2] == "CNY" else hit[0], value)
    if "-" not in value or ":" not in value:
        return value
    return _MOMENT.sub(lambda hit: _moment(hit, zone), value)


def _moment(hit: re.Match[str], zone: tzinfo | None) -> str:
    """A moment in UTC on the office's clock; one that names no zone is the office's already."""
    if not hit[3] or zone is None:
        return hit[0] if not hit[3] else f"{hit[1]} {hit[2]} UTC"
    moment = datetime.fromisoformat(f"{hit[1]}T{hit[2]}").replace(tzinfo=UTC)
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
