"""Versions of templates: appended, the newest in force, nobody's overwritten, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from maild.domain.errors import StaleVersion
from maild.domain.records.journal import JournalEntry
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAME, OTHER = "cancelled.en.txt.j2", "cancelled.en.html.j2"


def add(store: Store, name: str, body: str | None, seen: int = 0, note: str = "") -> int:
    with store.begin() as uow:
        return uow.template_versions.add(name, body, actor="lin", at=NOW, note=note, seen=seen)


def test_the_newest_version_of_each_name_is_current(store: Store) -> None:
    """The history is kept, newest first; None says: as shipped again; the revision grows with each."""
    with store.read() as uow:
        assert (uow.template_versions.revision(), uow.template_versions.current()) == (0, {})
    first = add(store, NAME, "one\n", note="a note")
    second = add(store, OTHER, "<p>二</p>")
    third = add(store, NAME, None, seen=first)
    with store.read() as uow:
        versions = uow.template_versions
        assert versions.revision() == third > second > first
        assert {name: v.body for name, v in versions.current().items()} == {NAME: None, OTHER: "<p>二</p>"}
        assert [(v.id, v.body, v.note) for v in versions.history(NAME)] == [
            (third, None, ""),
            (first, "one\n", "a note"),
        ]
        found = versions.get(first)
        assert found is not None
        assert (found.actor, found.at) == ("lin", NOW)
        assert versions.get(999) is None


def test_who_began_from_an_older_version_is_told(store: Store) -> None:
    """Nothing is overwritten; a first edit counts as begun from 0."""
    first = add(store, NAME, "one")
    for seen in (0, first + 7):
        with pytest.raises(StaleVersion, match=rf"version {first}"):
            add(store, NAME, "two", seen=seen)
    assert add(store, NAME, "two", seen=first) > first


def test_of_many_at_one_time_one_wins(store: Store) -> None:
    """Both databases: the others are told that somebody was faster."""
    told: list[str] = []
    gate = threading.Barrier(4)

    def edit(who: int) -> None:
        gate.wait(10)
        try:
            add(store, NAME, f"by {who}")
        except StaleVersion:
            told.append("stale")
        else:
            told.append("saved")

    threads = [threading.Thread(target=edit, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["saved", "stale", "stale", "stale"]


def test_acts_of_somebody_are_counted_by_sort_and_time(store: Store) -> None:
    """For limits that hold across processes."""
    later = NOW.replace(hour=10)
    with store.begin() as uow:
        uow.journal.add(
            [
                JournalEntry(what="test_notice", at=at, actor=who)
                for at, who in ((NOW, "lin"), (later, "lin"), (later, "zhou"))
            ]
        )
        assert uow.journal.count("lin", "test_notice", NOW) == 2
    with store.read() as uow:
        assert uow.journal.count("lin", "test_notice", later) == 1
        assert uow.journal.count("lin", "act", NOW) == 0
