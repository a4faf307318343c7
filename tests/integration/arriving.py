"""What the tests of the whole way of a mail look at."""

from __future__ import annotations

from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import MailRecord
from maild.domain.requests.lifecycle import State
from tests.servers.office import Office


def mails(house: Office) -> list[MailRecord]:
    with house.services.store.read() as uow:
        return sorted(uow.mails.find(limit=500), key=lambda mail: mail.id)


def statuses(house: Office) -> list[str]:
    return [mail.status.value for mail in mails(house)]


def state(house: Office, number: str) -> State:
    with house.services.store.read() as uow:
        found = uow.transactions.get(number)
    assert found is not None
    return found.state


def waiting(house: Office) -> list[NoticeKind]:
    with house.services.store.read() as uow:
        return [entry.request.kind for entry in uow.outbox.find()]
