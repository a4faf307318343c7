"""'This sender speaks for …': said once by staff, remembered, and taken back; on a real office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from maild.domain.errors import Permanent
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Transaction
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
COUNT = count()
NUMBER = "2026112000101"
SENDER = "钱老师 <qian_ill@163.com>"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with its invented people and requests."""
    with office(tmp_path_factory.mktemp("speakers")) as made:
        yield made


def _request(house: Office, number: str) -> Transaction:
    with house.services.store.read() as uow:
        found = uow.transactions.get(number)
    assert found is not None
    return found


def _refused(house: Office, title: str) -> list[int]:
    """A library's refusal comes from a private address; the new items of it."""
    text = f"您好，贵馆 {NUMBER}《{title}》我馆未收藏，无法提供。\n某馆 钱"
    with house.services.store.read() as uow:
        before = {item.id for item in uow.reviews.find(limit=1000)}
    house.receive(house.mail(next(COUNT), **{"from": SENDER, "subject": "回复", "text": text}))
    with house.services.store.read() as uow:
        return [item.id for item in uow.reviews.find(limit=1000) if item.id not in before]


def test_a_sender_is_named_and_its_mail_is_read_anew(house: Office) -> None:
    """A person's mail waits; named, the same mail moves the request; what comes later does so at once; taken back, no more."""
    request = _request(house, NUMBER)
    acts = house.services.speaker_acts
    (item,) = _refused(house, request.title)
    assert _request(house, NUMBER).state is request.state
    said = acts.item_speaks(item, "宁波大学图书馆", actor="li", note="phoned them").done
    assert said.startswith("qian_ill@163.com speaks for 宁波大学图书馆 (nbu); mail ")
    house.turn()
    moved = _request(house, NUMBER)
    assert (moved.state, moved.provider) == (State.UNFILLED, "宁波大学图书馆")
    with house.services.store.read() as uow:
        (kept,) = uow.speakers.find(text="qian")
        told = uow.journal.count("li", "act", house.services.clock.now() - timedelta(days=1))
    assert (kept.institution, kept.actor, kept.reason) == ("nbu", "li", "phoned them")
    assert told >= 2  # it is named, and its mail processed again
    acts.speaks_not("qian_ill@163.com", actor="wang")
    assert len(_refused(house, request.title)) == 1
    with pytest.raises(Permanent, match="speaks for nobody"):
        acts.speaks_not("qian_ill@163.com", actor="wang")


@pytest.mark.parametrize(("address", "why"), [
    ("dean@lib.example", "of our own house"), ("ill@calis.edu.cn", "belongs to the provider calis"),
    ("postmaster@163.com", "delivery reports"), ("nobody", "no mail address"),
    ("demo-wangxr@163.com", "an address of the patron"),
])  # fmt: skip
def test_who_speaks_for_no_library(house: Office, address: str, why: str) -> None:
    """Our own house, providers, machines, patrons: nobody names them."""
    with pytest.raises(Permanent, match=why):
        house.services.speaker_acts.speaks_for(address, "pku", actor="li")


def test_an_institution_has_to_be_known(house: Office) -> None:
    """An unknown one, our own and the request system are nobody's to name."""
    for name in ("某某学院", "calis", "", "no-such"):
        with pytest.raises(Permanent, match="no institution of the directory"):
            house.services.speaker_acts.speaks_for("x@163.com", name, actor="li")


def test_a_provider_can_be_named_too(house: Office, tmp_path: Path) -> None:
    """A private address of a provider's staff; it is held to what holds for an institution."""
    acts = house.services.speaker_acts
    assert (
        acts.speaks_for("zhao.nlc@163.com", "国家图书馆", actor="li").done
        == "zhao.nlc@163.com speaks for 国家图书馆 (nlc)"
    )
    found = house.services.lookup.trusted.of_address("zhao.nlc@163.com", "nlc")
    assert found is not None
    assert (found.id, found.institution) == ("nlc", True)
