"""The deciding order as a table: what a handler says of itself is true, and every mail finds one."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.domain.incoming.ruling import Party
from maild.office.order import ORDER
from maild.ports import DnsAnswers
from maild.spine.facts import Facts, Need
from maild.spine.order import Handler
from maild.spine.reading.read import ReadSettings
from tools.golden import NOW, Proven, house

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "rules").rglob("*.eml"))[::5]
NOTHING: DnsAnswers = {}


def found_by(need: Need) -> type:
    """What a need finds, as its annotation says."""
    (made,) = set(typing.get_args(typing.get_type_hints(need)["return"])) - {type(None)}
    assert isinstance(made, type)
    return made


@pytest.fixture(scope="module")
def looked_up() -> Iterator[list[tuple[object, Facts, object]]]:
    """Mails of the rules' examples as if their senders were proven, with their facts in the demo's office."""
    with house() as (made, _):
        number = made.settings.matching.transaction_number
        reader = Proven(ReadSettings(transaction_number=number, own_address=made.settings.office.address))
        readings = [reader.read(path.read_bytes(), NOTHING) for path in EXAMPLES]
        with made.store.read() as uow:
            yield [(one, ORDER.gather(uow, one, made.lookup, NOW), made.policy) for one in readings]


def test_a_handler_needs_what_it_says(looked_up: list[tuple[typing.Any, Facts, typing.Any]]) -> None:
    """Each decides alike on all facts and on those of its own needs: what it reads beside them, it would have to say."""
    decided = set()
    for reading, facts, policy in looked_up:
        for handler in ORDER.handlers:
            if not handler.takes(reading):
                continue
            allowed = tuple(map(found_by, handler.needs))
            own = replace(facts, own=tuple(one for one in facts.own if isinstance(one, allowed)))
            whole, alone = (_with_then(handler, reading, known, policy) for known in (facts, own))
            assert whole == alone, (handler.name, reading.mail.subject)
            decided |= {handler.name} if whole is not None else set()
    assert len(decided) >= 12, decided


def _with_then(handler: Handler, reading: typing.Any, facts: Facts, policy: typing.Any) -> object:
    found = handler.decide(reading, facts, policy)
    for then in handler.then if found is not None else ():
        found = then(found, reading, facts, policy)
    return found


def test_every_handler_stands_there_for_a_reason() -> None:
    """Names are told apart, each place has its reason, and the last entry takes whatever no provider wrote."""
    names = [handler.name for handler in ORDER.handlers]
    assert len(set(names)) == len(names)
    assert all(handler.place for handler in ORDER.handlers)
    last = ORDER.handlers[-1]
    assert (last.parties, last.main, last.kinds) == (frozenset(Party) - {Party.PROVIDER}, frozenset(), frozenset())


def test_no_need_finds_what_another_finds() -> None:
    """Facts hold one value a type: two needs of one type would hide each other."""
    found = [found_by(need) for need in ORDER.every_need]
    assert len(set(found)) == len(found)
