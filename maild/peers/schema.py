"""What a supplyingAgencyMessage of ISO 18626:2014 (XML schema 1.2 of 2017) consists of, and what is wrong with one.

Written from the standard's data dictionary: names in their order, how often each may stand, and the closed lists.
A message is a tree of dicts: name → text, dict, or a list of either where it may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from maild.domain.incoming.peer import Status, Why
from maild.peers import SAY

NAMESPACE = "http://illtransactions.org/2013/iso18626"
VERSION = "1.2"
ROOT = "ISO18626Message"
MESSAGE = "supplyingAgencyMessage"
Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """An element: `inside` its own parts, in order, or none; `type` of a text; `values` of a closed list."""

    name: str
    must: bool = False
    many: bool = False
    inside: tuple[Part, ...] = ()
    type: str = "text"
    values: frozenset[str] = frozenset()


_AGENCY = (Part("agencyIdType", must=True), Part("agencyIdValue", must=True))
_COSTS = (Part("currencyCode", must=True), Part("monetaryValue", must=True, type="decimal"))

# The schema of version 1.2 demands multipleItemRequestId in every header (2021-1 made it optional): it is written,
# empty, so that both take the message, and not demanded of others.
PARTS: tuple[Part, ...] = (
    Part(
        "header",
        must=True,
        inside=(
            Part("supplyingAgencyId", must=True, inside=_AGENCY),
            Part("requestingAgencyId", must=True, inside=_AGENCY),
            Part("multipleItemRequestId"),
            Part("timestamp", must=True, type="time"),
            Part("requestingAgencyRequestId", must=True),
            Part("supplyingAgencyRequestId"),
            Part("requestingAgencyAuthentication", inside=(Part("accountId"), Part("securityCode"))),
        ),
    ),
    Part(
        "messageInfo",
        must=True,
        inside=(
            Part("reasonForMessage", must=True, values=frozenset(Why)),
            Part("answerYesNo", values=frozenset({"Y", "N"})),
            Part("note"),
            Part("reasonUnfilled"),
            Part("reasonRetry"),
            Part("offeredCosts", inside=_COSTS),
            Part("retryAfter", type="time"),
            Part("retryBefore", type="time"),
        ),
    ),
    Part(
        "statusInfo",
        must=True,
        inside=(
            Part("status", must=True, values=frozenset(Status)),
            Part("expectedDeliveryDate", type="time"),
            Part("dueDate", type="time"),
            Part("lastChange", must=True, type="time"),
        ),
    ),
    Part(
        "deliveryInfo",
        inside=(
            Part("dateSent", must=True, type="time"),
            Part("itemId", many=True),
            Part("sentVia"),
            Part("sentToPatron"),
            Part("loanCondition"),
            Part("deliveredFormat"),
            Part("deliveryCosts", inside=_COSTS),
        ),
    ),
    Part(
        "returnInfo",
        inside=(
            Part("returnAgencyId", inside=_AGENCY),
            Part("name"),
            Part(
                "physicalAddress",
                inside=(
                    Part("line1"),
                    Part("line2"),
                    Part("locality"),
                    Part("postalCode"),
                    Part("region"),
                    Part("country"),
                ),
            ),
        ),
    ),
)


def faults(message: Tree, parts: tuple[Part, ...] = PARTS, path: str = MESSAGE) -> Iterator[str]:
    """What is wrong: 'place: what'. Elements that this version does not know are no fault: later ones add some."""
    for part in parts:
        place = f"{path}/{part.name}"
        value = message.get(part.name)
        if value is None or value in ("", []):
            if part.must:
                yield SAY("missing", place=place)
            continue
        several = value if isinstance(value, list) else [value]
        if len(several) > 1 and not part.many:
            yield SAY("stands_too_often", place=place, count=len(several))
        for one in several:
            yield from _wrong(one, part, place)


def _wrong(value: Any, part: Part, place: str) -> Iterator[str]:
    if part.inside:
        if isinstance(value, Mapping):
            yield from faults(value, part.inside, place)
        else:
            yield SAY("text_not_elements", place=place)
    elif not isinstance(value, str):
        yield SAY("elements_not_text", place=place)
    elif part.values and value not in part.values:
        yield SAY("none_of", place=place, value=value, values=", ".join(sorted(part.values)))
    elif part.type != "text" and not _reads(part.type, value):
        yield SAY("no_amount" if part.type == "decimal" else "no_time", place=place, value=value)


def _reads(kind: str, value: str) -> bool:
    try:
        if kind == "decimal":
            return Decimal(value).is_finite()
        datetime.fromisoformat(value)
    except (ValueError, InvalidOperation):
        return False
    return True


def ordered(message: Tree, parts: tuple[Part, ...] = PARTS) -> dict[str, Any]:
    """The same with the elements that this version knows, in their order, and no others; for a tree without faults.

    What may not be repeated is no list.
    """
    made: dict[str, Any] = {}
    for part in parts:
        value = message.get(part.name)
        if value is None or value == []:
            continue
        several = [ordered(one, part.inside) if isinstance(one, Mapping) else one for one in _several(value)]
        made[part.name] = several if part.many else several[0]
    return made


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
