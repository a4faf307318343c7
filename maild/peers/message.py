"""A provider's news as an ISO 18626 message, and messages of others as trees: XML and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from maild.domain.incoming.peer import Status, SupplierNews
from maild.peers import SAY
from maild.peers.schema import MESSAGE, NAMESPACE, ROOT, VERSION, Tree, ordered
from maild.peers.xml import BadXml, Element, read

MANY = "ISO18626Messages"  # our own cover for several: the standard's document holds one
MOST_BYTES = 20_000_000
MOST_ELEMENTS = 400_000
MOST_NESTING = 40
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message in a file: `place` says where ('line 12', 'message 3')."""

    place: str
    tree: Tree


def message(news: SupplierNews, requester: str) -> dict[str, Any]:
    """The tree of a supplyingAgencyMessage; `requester`: who we are."""
    when = _time(news.moment)
    cost = {"currencyCode": news.cost.currency, "monetaryValue": f"{news.cost.amount:.2f}"} if news.cost else None
    sent = news.status in (Status.COPY_COMPLETED, Status.LOANED)
    delivery = {
        "dateSent": when,
        "itemId": [news.url] if news.url else None,
        "sentVia": news.sent_via,
        "deliveryCosts": cost,
    }
    made: dict[str, Any] = {
        "header": {
            "supplyingAgencyId": _agency(news.supplier),
            "requestingAgencyId": _agency(requester),
            "multipleItemRequestId": "",
            "timestamp": when,
            "requestingAgencyRequestId": news.number,
            "supplyingAgencyRequestId": news.request_id,
        },
        "messageInfo": {
            "reasonForMessage": news.why.value,
            "answerYesNo": news.answer,
            "note": _note(news),
            "reasonUnfilled": news.reason_unfilled,
            "reasonRetry": news.reason_retry,
            "offeredCosts": cost if news.offered else None,
        },
        "statusInfo": {
            "status": news.status.value,
            "dueDate": f"{news.due}T00:00:00Z" if news.due else "",
            "lastChange": when,
        },
        "deliveryInfo": delivery if sent and not news.offered else None,
    }
    return _without_nothing(made)


def to_xml(messages: Sequence[Tree]) -> str:
    """A document; several messages stand in a cover of ours, each a document of the standard in itself."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if len(messages) == 1:
        return head + _document(messages[0], "")
    return head + f"<{MANY}>\n" + "".join(_document(one, "  ") for one in messages) + f"</{MANY}>\n"


def to_json(messages: Sequence[Tree]) -> str:
    """One message a line, each an object {version, supplyingAgencyMessage}."""
    rows = ({"version": VERSION, MESSAGE: one} for one in messages)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def from_bytes(data: bytes) -> list[Found]:
    """All supplyingAgencyMessages in XML or JSON (an object, a list, an object a line). Raises BadXml."""
    if len(data) > MOST_BYTES:
        raise BadXml(SAY("too_large", bytes=MOST_BYTES))
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    found = list(_from_json(data) if start in (b"{", b"[") else _from_xml(data))
    if not found:
        raise BadXml(SAY("no_message", message=MESSAGE))
    return found


def _from_xml(data: bytes) -> Iterator[Found]:
    root = read(data, most_bytes=MOST_BYTES, most_elements=MOST_ELEMENTS)
    for element in root.everywhere(MESSAGE):
        yield Found(place=SAY("line", line=element.line), tree=_tree(element))


def _from_json(data: bytes) -> Iterator[Found]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadXml(SAY("not_utf8", why=error)) from error
    count = 0
    for line, value in _values(text):
        for one in value if isinstance(value, list) else [value]:
            count += 1
            inner = one.get(ROOT, one) if isinstance(one, Mapping) else None
            tree = inner.get(MESSAGE) if isinstance(inner, Mapping) else None
            if not isinstance(tree, Mapping):
                raise BadXml(SAY("lacks", line=line, count=count, name=MESSAGE))
            yield Found(place=SAY("message", count=count), tree=_texts(tree))


def _values(text: str) -> Iterator[tuple[int, Any]]:
    """JSON values one after the other, with the line each begins in."""
    decoder, at, line = json.JSONDecoder(parse_float=str, parse_int=str), 0, 1
    while True:
        start = _BLANK.match(text, at).end()  # type: ignore[union-attr]  # it always matches
        line += text.count("\n", at, start)
        if start >= len(text):
            return
        try:
            value, at = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            raise BadXml(SAY("not_json", line=error.lineno, column=error.colno, why=error.msg)) from error
        except RecursionError as error:
            raise BadXml(SAY("too_deep")) from error
        yield line, value
        line += text.count("\n", start, at)


def _texts(value: Any, depth: int = 0) -> Any:
    """JSON data as a tree: texts, objects, lists; nothing else."""
    if depth > MOST_NESTING:
        raise BadXml(SAY("too_deep"))
    if isinstance(value, Mapping):
        return {str(key): _texts(item, depth + 1) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_texts(item, depth + 1) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return _fit(str(value)).strip()


def _tree(element: Element) -> Any:
    if not element.children:
        return element.text
    made: dict[str, Any] = {}
    for child in element.children:
        value = _tree(child)
        if child.name not in made:
            made[child.name] = value
        elif isinstance(made[child.name], list):
            made[child.name].append(value)
        else:
            made[child.name] = [made[child.name], value]
    return made


def canonical(tree: Tree) -> bytes:
    """The message alone, as we would write it: the same message gives the same bytes."""
    return to_xml([_without_nothing(ordered(tree))]).encode()


def _document(tree: Tree, indent: str) -> str:
    attributes = f"xmlns={quoteattr(NAMESPACE)} version={quoteattr(VERSION)}"
    body = _element(MESSAGE, tree, indent + "  ")
    return f"{indent}<{ROOT} {attributes}>\n{body}{indent}</{ROOT}>\n"


def _element(name: str, value: Any, indent: str) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one, indent) for one in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(child, item, indent + "  ") for child, item in value.items())
        return f"{indent}<{name}>\n{inner}{indent}</{name}>\n"
    return f"{indent}<{name}>{escape(_fit(str(value)))}</{name}>\n"


def _fit(text: str) -> str:
    """Without characters that XML 1.0 has no way to write (section 2.2)."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def _agency(name: str) -> dict[str, str]:
    """'ISIL:CN-312' or a name of our own list."""
    kind, colon, value = name.partition(":")
    return (
        {"agencyIdType": kind, "agencyIdValue": value}
        if colon and value
        else {"agencyIdType": "maild", "agencyIdValue": name or "unknown"}
    )


def _note(news: SupplierNews) -> str:
    named = news.supplier_name and news.supplier_name not in news.note
    library = SAY("supplied_by", name=news.supplier_name) if named else ""
    return "; ".join(part for part in (news.note, library) if part)


def _without_nothing(tree: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in tree.items():
        kept = _without_nothing(value) if isinstance(value, Mapping) else value
        if kept or (kept == "" and name == "multipleItemRequestId"):
            made[name] = kept
    return made


def _time(moment: datetime) -> str:
    """xs:dateTime in UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
