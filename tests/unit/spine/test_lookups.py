"""What a batch has looked up is asked for once, and again only where a decision changed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from maild.domain.incoming.decision import Action, Decision
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.requests.patron import Patron, PatronAddress
from maild.spine.looking.lookups import Lookups
from maild.store.uow import UnitOfWork

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PEOPLE = {
    name: Patron(patron_id=name, name=name, emails=tuple(PatronAddress(address=a) for a in addresses))
    for name, addresses in {
        "li": ("li@patron.example", "li@home.example"),
        "wang": ("wang@patron.example",),
        "zhao": ("li@home.example",),
    }.items()
}


class Asked:
    """A store of these people that notes what it is asked for."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def get_many(self, ids: Sequence[str]) -> list[Patron]:
        self.seen += ids
        return [PEOPLE[one] for one in ids if one in PEOPLE]

    def by_email(self, addresses: Sequence[str]) -> list[Patron]:
        self.seen += addresses
        return [one for one in PEOPLE.values() if any(known.address in addresses for known in one.emails)]

    def first(self, marks: Sequence[str]) -> dict[str, int]:
        self.seen += marks
        return {mark: 7 for mark in marks if mark == "old"}


def lookups() -> tuple[Lookups, Asked]:
    """Look-ups over them."""
    asked: Any = Asked()
    return Lookups(cast(UnitOfWork, SimpleNamespace(patrons=asked, marks=asked))), asked


def test_only_who_has_the_address_is_read_again() -> None:
    """A report about one address: its owners by whichever of their addresses, and nobody else."""
    for effect in (
        News(address="LI@home.example", what=Heard.HARD_BOUNCE),
        AddressBounce(address="li@home.example", permanent=True, reason="no such user", until=NOW),
    ):
        look, asked = lookups()
        look.patrons(["li", "wang", "zhao", "nobody"])
        look.writers(["li@patron.example", "wang@patron.example", "new@patron.example"])
        asked.seen.clear()
        look.forget(Decision(action=Action.APPLY, effects=(effect,)))
        look.patrons(["wang", "nobody"])
        look.writers(["wang@patron.example", "new@patron.example"])
        assert asked.seen == []
        assert [one.patron_id for one in look.patrons(["li", "zhao"])] == ["li", "zhao"]
        assert [one.patron_id for one in look.writers(["li@patron.example"])] == ["li"]
        assert asked.seen == ["li", "zhao", "li@patron.example"]


def test_marks_are_asked_for_once_a_batch() -> None:
    """A mark that no mail bore is remembered as such; of what came meanwhile the batch knows itself."""
    look, asked = lookups()
    assert look.borne(["old", "new", "old"]) == {"old": 7}
    assert (look.borne_before(["old"], 9), look.borne_before(["new"], 9), look.borne_before(["old"], 7)) == (
        7,
        None,
        None,
    )
    assert asked.seen == ["old", "new"]
