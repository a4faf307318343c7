"""A form says that a copy is supplied, and brings nothing: the request moves, a person fetches the text, and what comes
afterwards still counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.domain.incoming.decision import Cause
from maild.domain.requests.lifecycle import Service, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from tests.stories.world import World, world

NUMBER = "2026110200417"
PATRON = Patron(patron_id="p1", name="殷若溪", emails=(PatronAddress(address="yin@patron.example"),))
TITLE = "Deep learning for protein folding"
FORM = f"事务号：{NUMBER}\n题名：{TITLE}\n状态：已发送\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    """One copy that CALIS works on."""
    with world(tmp_path) as made:
        case = Transaction(
            number=NUMBER, patron_id="p1", service=Service.COPY, title=TITLE, provider="CALIS", state=State.IN_PROCESS
        )
        made.settle_in([PATRON], [case])
        yield made


def _state(office: World) -> State:
    with office.store.read() as uow:
        return uow.transactions.get(NUMBER).state


def _causes(office: World) -> list[Cause]:
    with office.store.read() as uow:
        return [item.cause for item in uow.reviews.find(limit=20)]


def _sent(office: World) -> list[str]:
    with office.store.read() as uow:
        return [str(entry.request.kind) for entry in uow.outbox.find(limit=20)]


def test_the_text_that_comes_later_goes_to_its_patron(office: World) -> None:
    """Once, with the file."""
    office.mail("ill@calis.edu.cn", "事务状态变更通知", FORM)
    office.process()
    assert (_state(office), _causes(office), _sent(office)) == (State.SHIPPED, [Cause.NO_USABLE_FILE], [])
    office.mail("ill@calis.edu.cn", f"全文 {NUMBER}", f"{FORM}全文见附件。", pdf=True)
    office.process()
    assert _sent(office) == ["document_delivered"]


def test_a_refusal_that_comes_later_reaches_a_person(office: World) -> None:
    """What was said to be supplied, and is not, is nothing to be told unread."""
    office.mail("ill@calis.edu.cn", "事务状态变更通知", FORM)
    office.mail("ill@calis.edu.cn", "事务状态变更通知", FORM.replace("已发送", "未满足"))
    office.process()
    assert _state(office) is State.SHIPPED
    assert sorted(_causes(office)) == sorted([Cause.NO_USABLE_FILE, Cause.ILLEGAL_MOVE])
    assert _sent(office) == []
