"""Providers as peers: what one of their mails says in the words of ISO 18626 (version 1.2), by tables alone.

The standard's closed lists are the enumerations; its open lists (reasons, ways of sending) are plain words. Where
ISO 18626 has no word for a reason, the name that ISO 10161-1 gives it stands: the list is open for such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import InvalidOperation
from enum import StrEnum
from types import MappingProxyType

from maild.domain import SAY
from maild.domain.incoming.ruling import Kind, Party, Ruling
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Event, Service, State
from maild.domain.requests.patron import Document, Transaction


class Status(StrEnum):
    """statusInfo/status: the closed list of ISO 18626 version 1.2."""

    REQUEST_RECEIVED = "RequestReceived"
    EXPECT_TO_SUPPLY = "ExpectToSupply"
    WILL_SUPPLY = "WillSupply"
    LOANED = "Loaned"
    OVERDUE = "Overdue"
    RECALLED = "Recalled"
    RETRY_POSSIBLE = "RetryPossible"
    UNFILLED = "Unfilled"
    COPY_COMPLETED = "CopyCompleted"
    LOAN_COMPLETED = "LoanCompleted"
    COMPLETED_WITHOUT_RETURN = "CompletedWithoutReturn"
    CANCELLED = "Cancelled"


class Why(StrEnum):
    """messageInfo/reasonForMessage: the closed list of ISO 18626."""

    REQUEST_RESPONSE = "RequestResponse"
    STATUS_REQUEST_RESPONSE = "StatusRequestResponse"
    RENEW_RESPONSE = "RenewResponse"
    CANCEL_RESPONSE = "CancelResponse"
    STATUS_CHANGE = "StatusChange"
    NOTIFICATION = "Notification"


_S, _E, _T = State, Event, Status
SUPPLIED: Mapping[Service, Status] = MappingProxyType({Service.COPY: _T.COPY_COMPLETED, Service.LOAN: _T.LOANED})
ENDED: Mapping[Service, Status] = MappingProxyType({Service.COPY: _T.COPY_COMPLETED, Service.LOAN: _T.LOAN_COMPLETED})


def _either(status: Status) -> Mapping[Service, Status]:
    return dict.fromkeys(Service, status)


# What the supplying side says of a request that stands in a state.
OF_STATE: Mapping[State, Mapping[Service, Status]] = MappingProxyType(
    {
        _S.SUBMITTED: _either(_T.REQUEST_RECEIVED),
        _S.IN_PROCESS: _either(_T.EXPECT_TO_SUPPLY),
        _S.FORWARDED: _either(_T.EXPECT_TO_SUPPLY),
        _S.CONDITIONAL: _either(_T.RETRY_POSSIBLE),
        _S.SHIPPED: SUPPLIED,
        _S.RECEIVED: SUPPLIED,
        _S.DELIVERED: SUPPLIED,
        _S.ON_LOAN: SUPPLIED,
        _S.OVERDUE: _either(_T.OVERDUE),
        _S.RETURNED: ENDED,
        _S.UNFILLED: _either(_T.UNFILLED),
        _S.CANCELLED: _either(_T.CANCELLED),
        _S.CLOSED: ENDED,
    }
)

# The status that an event brings. What is not here (closed) leaves a request that came to nothing as it was.
OF_EVENT: Mapping[Event, Mapping[Service, Status]] = MappingProxyType(
    {
        _E.SUBMITTED: _either(_T.REQUEST_RECEIVED),
        _E.ACCEPTED: _either(_T.EXPECT_TO_SUPPLY),
        _E.FORWARDED: _either(_T.EXPECT_TO_SUPPLY),
        _E.FEE_QUOTED: _either(_T.RETRY_POSSIBLE),
        _E.FEE_ACCEPTED: _either(_T.WILL_SUPPLY),
        _E.SHIPPED: SUPPLIED,
        _E.ARRIVED: SUPPLIED,
        _E.DELIVERED: SUPPLIED,
        _E.PICKED_UP: SUPPLIED,
        _E.DUE: SUPPLIED,
        _E.RENEWED: _either(_T.LOANED),
        _E.OVERDUE: _either(_T.OVERDUE),
        _E.RETURNED: ENDED,
        _E.UNFILLED: _either(_T.UNFILLED),
        _E.CANCELLED: _either(_T.CANCELLED),
        _E.CLOSED: ENDED,
    }
)

# Events that can be the first answer to a request; the others speak of one that is under way.
_ANSWERS = frozenset(
    {_E.SUBMITTED, _E.ACCEPTED, _E.FORWARDED, _E.FEE_QUOTED, _E.SHIPPED, _E.DELIVERED, _E.ARRIVED, _E.UNFILLED}
)
# Events that only loans have: they tell the service where neither mail nor record does.
_OF_LOANS = frozenset({_E.ARRIVED, _E.PICKED_UP, _E.DUE, _E.RENEWED, _E.OVERDUE, _E.RETURNED})

# The same in ISO 10161-1, which CALIS speaks.
ISO_10161: Mapping[State, str] = MappingProxyType(
    {
        _S.SUBMITTED: "PENDING",
        _S.IN_PROCESS: "IN-PROCESS",
        _S.FORWARDED: "FORWARD",
        _S.CONDITIONAL: "CONDITIONAL",
        _S.SHIPPED: "SHIPPED",
        _S.RECEIVED: "RECEIVED",
        _S.OVERDUE: "OVERDUE",
        _S.RETURNED: "RETURNED",
        _S.UNFILLED: "NOT-SUPPLIED",
        _S.CANCELLED: "CANCELLED",
        _S.CLOSED: "CHECKED-IN",
    }
)

# Kinds of mail about a reader's account and no request: ISO 18626 has no word for them.
OUTSIDE = frozenset({Kind.REGISTRATION_PENDING, Kind.REGISTRATION_APPROVED, Kind.REGISTRATION_REJECTED})

# ISO 10161-1 Reason-Unfilled → the word of ISO 18626 (lists ReasonUnfilled and ReasonRetry), or the old name.
WORD_OF_CODE: Mapping[str, str] = MappingProxyType(
    {
        "1": "OnLoan",
        "2": "InProcess",
        "3": "Lost",
        "4": "NonCirculating",
        "5": "NotHeld",
        "6": "OnOrder",
        "7": "VolumeIssueNotYetAvailable",
        "8": "AtBindery",
        "9": "Lacking",
        "10": "NotOnShelf",
        "11": "OnReserve",
        "12": "PoorCondition",
        "13": "CostExceedsMaxCost",
        "14": "Charges",
        "15": "PrepaymentRequired",
        "16": "LacksCopyrightCompliance",
        "17": "NotFoundAsCited",
        "18": "LocationsNotFound",
        "19": "OnHold",
        "20": "PolicyProblem",
        "27": "Other",
        "28": "ResponderSpecific",
    }
)
COST_TOO_HIGH = WORD_OF_CODE["13"]

_STATUSES = {status.lower(): status for status in Status}
_WHYS = {why.lower(): why for why in Why}
_YES_NO = {"Y": "Y", "N": "N", "YES": "Y", "NO": "N"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierNews:
    """One supplyingAgencyMessage: what a provider says of one request.

    number     our requestingAgencyRequestId, '' where the mail names none
    request_id supplyingAgencyRequestId, '' where it is not told
    supplier   id in rules/providers.toml; `supplier_name`: which library, where a system speaks for it
    offered    the cost is what supplying would cost (offeredCosts), else what it did (deliveryCosts)
    url        where the copy can be fetched; sent_via: a word of the list SentVia
    moment     when it was said; aware, UTC
    proven     the sender was proven to be the supplier
    """

    number: str
    supplier: str
    status: Status
    why: Why
    moment: datetime
    answer: str = ""
    reason_unfilled: str = ""
    reason_retry: str = ""
    note: str = ""
    due: date | None = None
    cost: Money | None = None
    offered: bool = False
    url: str = ""
    sent_via: str = ""
    request_id: str = ""
    supplier_name: str = ""
    service: Service = Service.COPY
    proven: bool = True


def status_of(state: State, service: Service) -> Status:
    """What the supplying side says of a request in that state."""
    return OF_STATE[state][service]


def said_by(
    ruling: Ruling, number: str, transaction: Transaction | None, documents: tuple[Document, ...], moment: datetime
) -> SupplierNews | None:
    """What a provider's mail says of one request; None where it is not about requests, or not a provider's.

    transaction  the request as it stood before the mail, None where it is not known; documents: what it brought
    """
    if ruling.party is not Party.PROVIDER or ruling.kind in OUTSIDE:
        return None
    service = _service(ruling, transaction)
    status = _status(ruling, transaction, service)
    code = ruling.value("reason_code")
    unfilled = WORD_OF_CODE.get(code, ruling.value("reason") and "Other") if status is Status.UNFILLED else ""
    retry = (WORD_OF_CODE.get(code) or COST_TOO_HIGH) if status is Status.RETRY_POSSIBLE else ""
    cost = _cost(ruling)
    url, via = _sending(ruling, documents) if status in (Status.COPY_COMPLETED, Status.LOANED) else ("", "")
    return SupplierNews(
        number=number,
        supplier=ruling.provider,
        status=status,
        why=_why(ruling, transaction, status),
        moment=moment,
        answer=_answer(ruling),
        reason_unfilled=unfilled,
        reason_retry=retry,
        note=_note(ruling),
        due=_due(ruling),
        cost=cost,
        offered=status is Status.RETRY_POSSIBLE and cost is not None,
        url=url,
        sent_via=via,
        request_id=ruling.value("request_id"),
        supplier_name=ruling.value("provider_name"),
        service=service,
        proven=ruling.trusted,
    )


def standing(transaction: Transaction, supplier: str, moment: datetime) -> SupplierNews:
    """A request as it stands, as an answer to "how is it?"."""
    status = status_of(transaction.state, transaction.service)
    out = status in (Status.LOANED, Status.OVERDUE)
    return SupplierNews(
        number=transaction.number,
        supplier=supplier,
        status=status,
        why=Why.STATUS_REQUEST_RESPONSE,
        moment=moment,
        due=transaction.due if out else None,
        cost=transaction.total,
        offered=status is Status.RETRY_POSSIBLE and transaction.total is not None,
        reason_retry=COST_TOO_HIGH if status is Status.RETRY_POSSIBLE else "",
        supplier_name=transaction.provider,
        service=transaction.service,
    )


def _service(ruling: Ruling, transaction: Transaction | None) -> Service:
    if transaction is not None:
        return transaction.service
    told = ruling.value("service") == Service.LOAN or ruling.event in _OF_LOANS
    word = _STATUSES.get(_plain(ruling.value("status")))
    return Service.LOAN if told or word in (Status.LOANED, Status.OVERDUE, Status.RECALLED) else Service.COPY


def _status(ruling: Ruling, transaction: Transaction | None, service: Service) -> Status:
    """The mail's own ISO 18626 word where it has one, else that of its event, else that of the state."""
    own = _STATUSES.get(_plain(ruling.value("status")))
    if own is not None:
        return own
    over = transaction is not None and transaction.state in (State.UNFILLED, State.CANCELLED)
    if ruling.event is not None and not (ruling.event is Event.CLOSED and over):
        return OF_EVENT[ruling.event][service]
    return status_of(transaction.state, service) if transaction is not None else Status.REQUEST_RECEIVED


def _why(ruling: Ruling, transaction: Transaction | None, status: Status) -> Why:
    own = _WHYS.get(_plain(ruling.value("message")))
    if own is not None:
        return own
    if ruling.event is None:
        return Why.NOTIFICATION
    if ruling.event is Event.RENEWED:
        return Why.RENEW_RESPONSE
    if (transaction is None or transaction.state is State.SUBMITTED) and ruling.event in _ANSWERS:
        return Why.REQUEST_RESPONSE
    if transaction is None:
        return Why.NOTIFICATION if ruling.event is Event.DUE else Why.STATUS_CHANGE
    before = status_of(transaction.state, transaction.service)
    return Why.NOTIFICATION if before is status else Why.STATUS_CHANGE


def _answer(ruling: Ruling) -> str:
    told = _YES_NO.get(ruling.value("answer").upper(), "")
    return told or ("Y" if ruling.event is Event.RENEWED else "")


def _note(ruling: Ruling) -> str:
    reason, note = ruling.value("reason"), ruling.value("note")
    forwarded = ruling.value("provider_name") if ruling.event is Event.FORWARDED else ""
    parts = [
        note,
        reason if reason and reason not in note and _plain(reason) not in _WORDS else "",
        SAY("forwarded_to", name=forwarded) if forwarded else "",
    ]
    return "; ".join(part for part in parts if part)


def _sending(ruling: Ruling, documents: tuple[Document, ...]) -> tuple[str, str]:
    url = ruling.value("url") or next((d.url for d in documents if d.url), "")
    if url:
        return url, "URL"
    return "", "Email" if any(d.sha256 for d in documents) else ""


def _due(ruling: Ruling) -> date | None:
    text = ruling.value("due")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _cost(ruling: Ruling) -> Money | None:
    text = ruling.value("total") or ruling.value("payable")
    try:
        return Money.of(text, ruling.value("currency") or "CNY") if text else None
    except (ValueError, InvalidOperation):
        return None


def _plain(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


_WORDS = frozenset(_plain(word) for word in WORD_OF_CODE.values())
