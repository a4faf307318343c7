"""What is typed into the one search box: words, and where to look for them. Pure.

`from:` and `to:` take an address, the beginning of one or a name, `no:` a number, `has:proof`, `before:` and `after:` a
day, `is:open` or `is:handled`, `in:` a group. Their Chinese names do the same. Whatever else is typed is words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from maild.domain.desk.listing import Shown

_OPERATOR = re.compile(r'(?<!\S)([a-z]+|[\u4e00-\u9fff]{1,4})[:：]("[^"]*"|\S+)', re.IGNORECASE)
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "from": "sender",
        "发件人": "sender",
        "来自": "sender",
        "to": "recipient",
        "收件人": "recipient",
        "no": "number",
        "事务": "number",
        "事务号": "number",
        "before": "before",
        "之前": "before",
        "after": "after",
        "之后": "after",
        "has": "has",
        "有": "has",
        "is": "shown",
        "状态": "shown",
        "in": "within",
        "范围": "within",
    }
)
_PROOF = frozenset({"proof", "凭证"})
_SHOWN = {"open": Shown.OPEN, "待处理": Shown.OPEN, "handled": Shown.HANDLED, "已处理": Shown.HANDLED}


class Group(StrEnum):
    """What is looked through, in the order of the page."""

    REQUESTS = "requests"
    PATRONS = "patrons"
    MAILS = "mails"
    NOTICES = "notices"
    PAYMENTS = "payments"
    INVOICES = "invoices"


_CHINESE = ("事务", "读者", "邮件", "通知", "缴费", "发票")
_GROUPS = {**{group.value: group for group in Group}, **dict(zip(_CHINESE, Group, strict=True))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody looks for. text: the words; within: the groups; before, after: days, the first and last not meant.

    unread: operators whose value says nothing, such as a day that is none
    """

    text: str = ""
    sender: str = ""
    recipient: str = ""
    number: str = ""
    proof: bool = False
    before: date | None = None
    after: date | None = None
    shown: Shown = Shown.ANY
    within: tuple[Group, ...] = tuple(Group)
    unread: tuple[str, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether nothing is looked for at all."""
        return self == Sought(within=self.within, unread=self.unread)


def sought(typed: str) -> Sought:
    """What the typed text means."""
    found, rest = Sought(), []
    place = 0
    for said in _OPERATOR.finditer(typed):
        name, value = _NAMES.get(said[1].lower(), ""), said[2].strip('"')
        if not name:
            continue
        rest.append(typed[place : said.start()])
        place = said.end()
        taken = _taken(found, name, value)
        found = taken or replace(found, unread=(*found.unread, said[0]))
    rest.append(typed[place:])
    return replace(found, text=" ".join(" ".join(rest).split()))


def _taken(found: Sought, name: str, value: str) -> Sought | None:
    """With what the operator says; None where its value says nothing."""
    match name:
        case "sender":
            return replace(found, sender=value)
        case "recipient":
            return replace(found, recipient=value)
        case "number":
            return replace(found, number=value)
        case "before" | "after":
            day = _day(value)
            return (
                None
                if day is None
                else replace(
                    found,
                    before=day if name == "before" else found.before,
                    after=day if name == "after" else found.after,
                )
            )
        case "has":
            return replace(found, proof=True, within=(Group.MAILS,)) if value in _PROOF else None
        case "shown":
            return replace(found, shown=_SHOWN[value]) if value in _SHOWN else None
        case _:
            return replace(found, within=(_GROUPS[value],)) if value in _GROUPS else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value.replace("/", "-").replace(".", "-"))
    except ValueError:
        return None
