"""Nobody overwrites what a colleague did meanwhile: each act that takes the version seen refuses an old one."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maild.config import Settings
from maild.console.deeds.held import Held, held
from maild.domain.desk.access import Role
from maild.domain.errors import Permanent, StaleVersion
from maild.domain.money import Money
from maild.domain.outgoing.notice import OutboxState
from maild.domain.requests.lifecycle import Event, PaymentEvent
from maild.office.acting.act import By
from maild.office.queue.mail_rows import Marked
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock

pytestmark = pytest.mark.integration
ACTS = {one.deed.name: one for one in held() if any(p.name == "seen" for p in one.deed.parameters)}
WORDS = "cancelled.en.txt.j2"
# What an act has to be told, by parameter or by act and parameter; what is in no table is what `furnish` has of it.
TOLD: Mapping[str, Any] = {
    "note": "as it was",
    "reason": "as it was",
    "event": Event.ARRIVED,
    "transactions.payment.event": PaymentEvent.WAIVED,
    "rush": True,
    "to": "wu",
    "rows": (Marked(n=1),),
    "row": Marked(n=1),
    "content": b"%PDF-1.4",
    "address": "somebody@else.example",
    "amount": Money.of("1.00"),
    "version": "20261101T000000000000Z",
    "role": Role.VIEWER,
    "accounts.role.name": "wu",
    "accounts.close.name": "wu",
    "accounts.open.name": "wu",
    "registration": "1",
    "institution": "calis",
    "registrations.reject.why": ("name_characters",),
    "queue.assign.numbers": ("2026112000101",),
    "kind": "cancelled",
    "notices.save.locale": "en",
    "notices.restore.name": WORDS,
    "notices.back.name": WORDS,
    "deposit.refund.number": "2026112000101",
}
# A version that nothing has, by the type that it has with this act; a notice's is its state.
OLD: Mapping[str, Any] = {
    "int | None": 99,
    "int": 99,
    "str | None": "gone",
    "str": "0" * 16,
    "OutboxState | None": OutboxState.MERGED,
    "Mapping": {"text": 99},
}


@pytest.fixture(scope="module")
def kept(
    furnished: tuple[Path, Mapping[str, str]], filled: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One office for all: what is refused changes nothing. Its rules can be changed."""
    folder = tmp_path_factory.mktemp("seen")
    (folder / "rules").mkdir()
    rules = replace(Settings().rules, folder=str(folder / "rules"))
    with world(furnished[0], folder / "office", filled[1], MovedClock(NOW), rules=rules) as made:
        made.services.notice_acts.save({WORDS: words(made, "At once.")}, note="", actor="wu", seen={})
        yield made


def words(made: World, more: str) -> str:
    """The shipped words of a notice, and a sentence more."""
    return f"{made.services.renderer.templates.source(WORDS)}\n{more}\n"


@contextmanager
def nothing_written(made: World) -> Iterator[None]:
    """Another connection sees no change of the database."""
    with closing(sqlite3.connect(made.folder / "maild.db")) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        yield
        assert other.execute("PRAGMA data_version").fetchone() == before


def told(one: Held, examples: Mapping[str, str]) -> dict[str, Any]:
    """What the act has to be told, and a version that is not the present one."""
    found: dict[str, Any] = {}
    for each in one.deed.parameters:
        own = f"{one.deed.name}.{each.name}"
        if each.name == "seen":
            found["seen"] = next(old for kind, old in OLD.items() if kind in (name_of(each.kind), each.kind))
        elif own in TOLD or each.default is inspect.Parameter.empty:
            value = TOLD.get(own, TOLD.get(each.name, examples.get(each.name)))
            found[each.name] = int(value) if each.kind is int else value
    return found


def name_of(kind: Any) -> str:
    """A type as its author wrote it, without its modules."""
    return kind.__name__ if isinstance(kind, type) else str(kind).split("[")[0].rpartition(".")[2]


@pytest.mark.parametrize("name", ACTS)
def test_what_was_changed_since_is_refused(name: str, kept: World, examples: Mapping[str, str]) -> None:
    """By whichever door it comes: the act itself refuses, and changes nothing."""
    by, said = By(name="li", role=Role.ADMINISTRATOR, at_server=True), told(ACTS[name], examples)
    if name == "notices.save":
        said["text"] = words(kept, "Later.")
    with nothing_written(kept), pytest.raises(StaleVersion):
        ACTS[name].do(kept.services, said, by=by)


def test_a_version_is_not_ignored_where_nothing_has_one(kept: World) -> None:
    """Of a balance no version is counted: whoever says that he saw one is told so."""
    with nothing_written(kept), pytest.raises(Permanent, match="no version"):
        kept.services.books.refund(Money.of("1.00"), actor="li", note="x", patron_id="p01", seen=1)


def test_acts_that_take_the_version_seen_are_found() -> None:
    """By the parameter's name: none is left out by another one (`test_adding_a_deed` asks which acts take it)."""
    assert len(ACTS) > 40
