"""A provider's news as JSON-able values and back: the key `iso18626` of decisions, history and webhooks.

The names are those of the elements of ISO 18626; what is not said is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from maild.domain.incoming.peer import Status, SupplierNews, Why
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Service

KEY = "iso18626"  # under which it is found


def news_row(news: SupplierNews) -> dict[str, object]:
    """`requestingAgencyRequestId`, `status`, `reasonForMessage` and `timestamp` are always there."""
    costs = {"currencyCode": news.cost.currency, "monetaryValue": f"{news.cost.amount:.2f}"} if news.cost else None
    said: dict[str, object] = {
        "requestingAgencyRequestId": news.number,
        "supplyingAgencyRequestId": news.request_id,
        "supplyingAgencyId": news.supplier,
        "supplierName": news.supplier_name,
        "timestamp": _moment(news.moment),
        "reasonForMessage": news.why.value,
        "answerYesNo": news.answer,
        "note": news.note,
        "reasonUnfilled": news.reason_unfilled,
        "reasonRetry": news.reason_retry,
        "offeredCosts": costs if news.offered else None,
        "status": news.status.value,
        "dueDate": news.due.isoformat() if news.due else "",
        "url": news.url,
        "sentVia": news.sent_via,
        "deliveryCosts": None if news.offered else costs,
        "serviceType": news.service.value.capitalize(),
    }
    always = ("requestingAgencyRequestId",)
    return {**{name: value for name, value in said.items() if value or name in always}, "proven": news.proven}


def news_of(row: Mapping[str, Any]) -> SupplierNews:
    """The news that `news_row` wrote. Raises ValueError, KeyError on what it never writes."""
    costs = row.get("offeredCosts") or row.get("deliveryCosts")
    due = row.get("dueDate")
    return SupplierNews(
        number=row["requestingAgencyRequestId"],
        supplier=row.get("supplyingAgencyId", ""),
        status=Status(row["status"]),
        why=Why(row["reasonForMessage"]),
        moment=datetime.fromisoformat(row["timestamp"]),
        answer=row.get("answerYesNo", ""),
        reason_unfilled=row.get("reasonUnfilled", ""),
        reason_retry=row.get("reasonRetry", ""),
        note=row.get("note", ""),
        due=date.fromisoformat(due) if due else None,
        cost=Money.of(costs["monetaryValue"], costs["currencyCode"]) if costs else None,
        offered=bool(row.get("offeredCosts")),
        url=row.get("url", ""),
        sent_via=row.get("sentVia", ""),
        request_id=row.get("supplyingAgencyRequestId", ""),
        supplier_name=row.get("supplierName", ""),
        service=Service(row.get("serviceType", "copy").lower()),
        proven=bool(row.get("proven", True)),
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
