"""Mails to providers: a query about one request, and the number that the provider knows it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from maild.classify.providers import Provider
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.asking import Asking
from maild.domain.requests.lifecycle import OPEN, State
from maild.domain.requests.patron import Transaction

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


# In which states a query is still worth asking: what comes meanwhile makes it moot (notify.recheck).
WHILE: Mapping[Asking, tuple[State, ...]] = {
    Asking.ANSWER: (State.SUBMITTED, State.FORWARDED),
    Asking.SUPPLY: (State.IN_PROCESS,),
    Asking.ARRIVAL: (State.SHIPPED,),
    Asking.CONFIRMATION: (State.RETURNED,),
    Asking.RENEWAL: (State.ON_LOAN, State.OVERDUE),
    Asking.CANCEL: OPEN,
    Asking.FEE_ACCEPTED: (State.CONDITIONAL, State.IN_PROCESS),
}
MOST_MAILS = 20  # of a request's history, newest first, in which the provider's number is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a query says beside the request. `theirs`: the provider's number of it; `until`: a wished day, ISO."""

    theirs: str = ""
    since: date | None = None
    by: date | None = None
    until: str = ""
    amount: str = ""
    currency: str = ""
    again: bool = False


def query(
    asking: Asking, transaction: Transaction, provider: Provider, about: About, *, subject: str, revision: str = ""
) -> NoticeRequest:
    """The mail to the provider's contact, in its language. No patron is named in it."""
    data: dict[str, object] = {
        "asking": asking.value,
        "name": _name(provider),
        "request_id": about.theirs,
        "while": list(WHILE[asking]),
        "since": about.since.isoformat() if about.since else "",
        "by": about.by.isoformat() if about.by else "",
        "until": about.until,
        "amount": about.amount,
        "currency": about.currency,
        "again": about.again,
    }
    if asking is Asking.RENEWAL and transaction.due:
        data["renews"] = transaction.due.isoformat()
    return NoticeRequest(
        kind=NoticeKind.PROVIDER_QUERY,
        subject=subject,
        recipient=provider.contact,
        number=transaction.number,
        revision=revision,
        locale=provider.language,
        data=data,
    )


def _name(provider: Provider) -> str:
    names = {"zh-CN": provider.name_zh, "en": provider.name_en}
    return names.get(provider.language) or (provider.names[0] if provider.names else provider.name_zh)


def their_number(uow: UnitOfWork, number: str) -> str:
    """The number by which the provider knows a request, from its latest mail that said one; '' where none did."""
    mails = dict.fromkeys(entry.mail_id for entry in reversed(uow.journal.of_transaction(number)) if entry.mail_id)
    for mail_id in list(mails)[:MOST_MAILS]:
        for decision in reversed(uow.decisions.of_mail(mail_id)):
            fields = decision.get("fields")
            said = fields.get("request_id") if isinstance(fields, Mapping) else ""
            if said:
                return str(said).split("\n")[0]
    return ""
