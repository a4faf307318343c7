"""What a complaint that something did not arrive comes to in letters: sent again, answered, asked of the provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maild.domain.incoming.reading import Reading
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import Patron
from maild.office.answers.past_mails import AGAIN, Past
from maild.office.notices import announce
from maild.spine.facts import Facts
from maild.spine.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The complaint: who writes, with what."""

    reading: Reading
    facts: Facts
    policy: Policy
    patron: Patron
    topics: frozenset[str]

    @property
    def writer(self) -> str:
        return self.reading.mail.author.address

    @property
    def subject(self) -> str:
        return f"mail:{self.reading.mail.sha256[:32]}"


def resend(case: Case, known: Past) -> tuple[NoticeRequest, ...]:
    """The document or the pick-up notice, once more, with the files and links that are there now."""
    to = known.address(case.patron, case.writer)
    transaction = known.transaction
    before = known.told[-1] if known.told else None
    loan = transaction.service is Service.LOAN
    kind = before.request.kind if before else NoticeKind.PICK_UP if loan else NoticeKind.DOCUMENT_DELIVERED
    if not to:
        return ()
    data = dict(before.request.data) if before else {}
    if before:
        data |= {"again_to": before.request.recipient, "again_at": known.sent_at(before).isoformat()}
    data.pop("links", None)
    if known.links:
        data["links"] = [announce.link_data(document) for document in known.links]
    files = tuple((document.sha256, document.filename) for document in known.files)
    return (
        NoticeRequest(
            kind=kind,
            subject=transaction.number,
            recipient=to,
            patron_id=case.patron.patron_id,
            number=transaction.number,
            revision=AGAIN,
            data=data,
            reply_to=case.reading.mail.message_id,
            documents=files or (before.request.documents if before else ()),
        ),
    )


def say(
    case: Case, what: str, known: Past | None = None, data: dict[str, object] | None = None
) -> tuple[NoticeRequest, ...]:
    """A drafted answer to the writer."""
    number = known.transaction.number if known else ""
    return (
        NoticeRequest(
            kind=NoticeKind.NOT_RECEIVED_ANSWER,
            subject=case.subject,
            recipient=case.writer,
            patron_id=case.patron.patron_id,
            number=number,
            revision=f"{AGAIN}:{number}",
            data={"what": what, **(data or {})},
            reply_to=case.reading.mail.message_id,
        ),
    )


def ask_provider(case: Case, known: Past, fails: Sequence[str]) -> tuple[NoticeRequest, ...]:
    """A drafted query: to the contact in rules/providers.toml, else to whoever told us that it is supplied."""
    transaction = known.transaction
    provider = case.policy.requests.contacts.ask(transaction)
    supplier = known.reach.suppliers.get(transaction.number)
    to = provider.contact if provider else supplier.address if supplier else ""
    if not to:
        return ()
    name = transaction.provider or (provider.name_zh if provider else "")
    data = {
        "fails": list(fails),
        "name": name,
        "supplied": case.policy.requests.times.today(supplier.at).isoformat() if supplier else "",
    }
    return (
        NoticeRequest(
            kind=NoticeKind.SUPPLY_QUERY,
            subject=transaction.number,
            recipient=to,
            number=transaction.number,
            revision=f"{AGAIN}:{'+'.join(fails)}",
            locale=provider.language if provider else "",
            data=data,
        ),
    )


def status(case: Case, told: Sequence[Past]) -> tuple[NoticeRequest, ...]:
    """One table of the requests whose state is the answer."""
    if not told:
        return ()
    rows = [
        announce.request_row(p.transaction, p.documents, released=case.policy.may_release(p.transaction)) for p in told
    ]
    number = told[0].transaction.number if len(told) == 1 else ""
    return (
        NoticeRequest(
            kind=NoticeKind.QUERY_ANSWER,
            subject=case.subject,
            recipient=case.writer,
            number=number,
            patron_id=case.patron.patron_id,
            revision=AGAIN,
            data={"rows": rows},
            reply_to=case.reading.mail.message_id,
        ),
    )
