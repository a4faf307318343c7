"""ISO 18626 supplyingAgencyMessage: read without trust in its XML (no DTD, no entities, bounded size)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.vocabulary.model import EVENT_OF_KIND, ReaderResult
from maild.classify.vocabulary.values import Unfit, read_money
from maild.domain import SAY as DOMAIN
from maild.domain.incoming.ruling import Field, Kind
from maild.peers.xml import BadXml, read

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

# statusInfo/status (ISO 18626:2021, closed list) → what it is here.
KIND_OF_STATUS: Mapping[str, Kind] = MappingProxyType(
    {
        "requestreceived": Kind.REQUEST_SUBMITTED,
        "expecttosupply": Kind.REQUEST_ACCEPTED,
        "willsupply": Kind.REQUEST_ACCEPTED,
        "loaned": Kind.SHIPPED,
        "copycompleted": Kind.SHIPPED,
        "overdue": Kind.LOAN_OVERDUE,
        "unfilled": Kind.UNFILLED,
        "loancompleted": Kind.LOAN_RETURNED,
        "completedwithoutreturn": Kind.CLOSED,
        "cancelled": Kind.CANCELLED,
    }
)
# messageInfo/reasonUnfilled and reasonRetry (open lists) → ISO 10161 reason codes.
CODE_OF_REASON: Mapping[str, str] = MappingProxyType(
    {
        "notavailableforill": "4",
        "notheld": "5",
        "notowned": "5",
        "onloan": "1",
        "inprocess": "2",
        "missing": "3",
        "lost": "3",
        "noncirculating": "4",
        "onorder": "6",
        "volumeissuenotyetavailable": "7",
        "atbindery": "8",
        "lacking": "9",
        "notonshelf": "10",
        "onreserve": "11",
        "poorcondition": "12",
        "poorpreservation": "12",
        "costexceedsmaxcost": "13",
        "charges": "14",
        "prepaymentrequired": "15",
        "copyright": "16",
        "lackscopyrightcompliance": "16",
        "notfoundascited": "17",
        "notfound": "17",
        "locationsnotfound": "18",
        "nolocations": "18",
        "onhold": "19",
        "policyproblem": "20",
        "policy": "20",
        "other": "27",
        "responderspecific": "28",
    }
)


def read_message(view: View, typing: Typing) -> ReaderResult:
    """The first supplyingAgencyMessage in body or attachments. `kind` None where there is none."""
    reasons: list[str] = []
    for source, data in _documents(view):
        try:
            values = elements(data)
        except BadXml as error:
            reasons.append(DOMAIN("named", name=source, why=error.args[0]))
            continue
        if any("supplyingagencymessage" in path for path in values):
            return _understood(values, source, typing)
        reasons.append(SAY("no_message", source=source))
    return ReaderResult(reasons=tuple(reasons))


def _documents(view: View) -> Iterator[tuple[str, bytes]]:
    for attachment in view.attachments:
        name = attachment.filename.lower()
        if ("xml" in attachment.media_type and "openxml" not in attachment.media_type) or name.endswith(".xml"):
            yield attachment.filename or attachment.media_type, attachment.content
    body = view.mail.reply_text if "<" in view.mail.reply_text else view.mail.text
    if found := re.search(r"<(?:\?xml|(?:[\w.-]{1,20}:)?(?:ISO18626Message|supplyingAgencyMessage)\b)", body[:200_000]):
        end = re.search(r".*</[^<>]{0,60}(?:ISO18626Message|supplyingAgencyMessage)\s*>", body, re.DOTALL)
        # The text is decoded already: whatever encoding the declaration names no longer holds.
        text = re.sub(r"^<\?xml[^>]{0,200}\?>", "", body[found.start() : end.end() if end else None])
        yield "body", text.encode("utf-8", "replace")


def elements(data: bytes) -> dict[str, str]:
    """Text of the elements by path of lower-case local names, the first of each path. Raises BadXml."""
    found: dict[str, str] = {}
    for path, text in read(data).leaves():
        found.setdefault(path, text)
    return found


def _understood(values: Mapping[str, str], source: str, typing: Typing) -> ReaderResult:
    def value(*names: str) -> str:
        """The first non-empty element whose path ends so."""
        return next((v for n in names for p, v in values.items() if v and (p == n or p.endswith("/" + n))), "")

    status = value("statusinfo/status", "status").replace("-", "").lower()
    message = value("messageinfo/reasonformessage").lower()
    retry = value("messageinfo/reasonretry").replace("-", "").lower()
    if not retry and value("offeredcosts/monetaryvalue"):
        retry = "offered costs"
    kind, why = _kind(status, message, value("messageinfo/answeryesno").upper(), retry)
    fields = _fields(value, source, typing)
    if message == "renewresponse" and (renewal := _renewal(status, value("messageinfo/answeryesno").upper())):
        fields["renewal"] = Field(renewal, 1.0, f"iso18626 {source}")
    if "transaction" not in fields and "request_id" not in fields:
        why = SAY("without_request_id", why=why)
    return ReaderResult(kind=kind, event=EVENT_OF_KIND.get(kind), fields=fields, reasons=(SAY("iso18626", why=why),))


def _kind(status: str, message: str, answer: str, retry: str) -> tuple[Kind, str]:
    """What the message means. An answer to our renewal or cancellation is news by its yes or no."""
    if message == "cancelresponse":
        if answer == "Y" or (not answer and status == "cancelled"):
            return Kind.CANCELLED, SAY("cancelled")
        return Kind.PROVIDER_OTHER, SAY("cancel_refused") if answer == "N" else SAY("no_yes_or_no")
    if message == "renewresponse":
        return Kind.PROVIDER_OTHER, SAY("renewal_answered", answer=answer or SAY("neither_yes_nor_no"))
    if message == "notification":
        return Kind.PROVIDER_OTHER, SAY("changes_nothing", status=status or "unknown")
    if status == "retrypossible":
        if "cost" in retry or retry in {"prepaymentrequired", "charges"}:
            return Kind.FEE_QUOTED, SAY("retry", reason=retry)
        return Kind.PROVIDER_OTHER, SAY("retry", reason=retry or SAY("no_reason"))
    kind = KIND_OF_STATUS.get(status)
    return (
        (kind, SAY("status_is", status=status)) if kind else (Kind.PROVIDER_OTHER, SAY("moves_nothing", status=status))
    )


def _renewal(status: str, answer: str) -> str:
    """'granted' or 'refused' (answerYesNo of a RenewResponse, ISO 18626:2021 section 6.3.4), '' where neither is said.

    A granted one that says Overdue contradicts itself.
    """
    if answer == "Y" and status in ("loaned", ""):
        return "granted"
    return "refused" if answer == "N" else ""


def _fields(value: Callable[..., str], source: str, typing: Typing) -> dict[str, Field]:
    fields: dict[str, Field] = {}

    def put(name: str, text: str) -> None:
        if text:
            fields[name] = Field(" ".join(text.split())[:500], 1.0, f"iso18626 {source}")

    ours = value("requestingagencyrequestid")
    numbers = typing.numbers(ours)
    put("transaction", numbers[0] if len(numbers) == 1 else "")
    put("request_id", value("supplyingagencyrequestid") or ("" if numbers else ours))
    put("status", value("statusinfo/status"))
    put("message", value("messageinfo/reasonformessage"))
    put("answer", value("messageinfo/answeryesno"))
    reason = value("messageinfo/reasonunfilled", "messageinfo/reasonretry")
    put("reason", value("messageinfo/note") if reason.lower() == "other" and value("messageinfo/note") else reason)
    put("reason_code", CODE_OF_REASON.get(re.sub(r"[^a-z]", "", reason.lower()), "28" if reason else ""))
    put("note", value("messageinfo/note"))
    put("provider_name", value("supplyingagencyid/agencyidvalue"))
    put("title", value("bibliographicinfo/title"))
    put("url", value("deliveryinfo/url", "deliveryinfo/itemurl", "messageinfo/url") or _link(value))
    for name, kind, places in (
        ("due", "date", ("statusinfo/duedate",)),
        ("submitted", "datetime", ("confirmationheader/timestamp",)),
    ):
        if text := value(*places):
            try:
                put(name, typing.read(kind, text).value)
            except Unfit:
                put(f"{name}_text", text)
    amount = value("offeredcosts/monetaryvalue", "deliverycosts/monetaryvalue")
    if amount:
        try:
            put("total", read_money(amount).value)
            put("currency", value("offeredcosts/currencycode", "deliverycosts/currencycode").upper())
        except Unfit:
            put("total_text", amount)
    return fields


def _link(value: Callable[..., str]) -> str:
    """Version 1.2 has no element for the address of a file: sent via URL, it is the item's identifier."""
    item = value("deliveryinfo/itemid")
    return item if value("deliveryinfo/sentvia").upper() == "URL" and item.startswith(("https://", "http://")) else ""
