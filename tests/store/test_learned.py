"""What was learned: weights by version, decisions appended, the last in force, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maild.domain.learning.learned import Use, in_force
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_weights_are_kept_byte_for_byte_and_once(store: Store) -> None:
    """A version that is known already is left as it is."""
    with store.begin() as uow:
        uow.learned.add("a1", b"\x00\xffweights", {"mails": 7, "gained": ["x"]}, actor="lin", at=NOW)
        uow.learned.add("a1", b"other", {}, actor="wang", at=NOW)
        uow.learned.add("b2", b"later", {}, actor="lin", at=NOW + timedelta(days=1))
    with store.read() as uow:
        assert uow.learned.weights("a1") == b"\x00\xffweights"
        assert uow.learned.weights("zz") is None
        assert [model.version for model in uow.learned.models()] == ["b2", "a1"]
        found = uow.learned.get("a1")
        assert found is not None
        assert (found.actor, found.made, found.report["mails"]) == ("lin", NOW, 7)


def test_the_last_decision_is_in_force_and_none_is_lost(store: Store) -> None:
    """Adopted, silenced by maild, armed again, and back to what ships: each stands in the history."""
    with store.read() as uow:
        assert in_force(uow.learned.last()).version == ""
    steps = [
        (Use.ADOPTED, "a1", "lin"),
        (Use.SILENCED, "a1", "maild"),
        (Use.ARMED, "a1", "wang"),
        (Use.ADOPTED, "", "lin"),
    ]
    for what, version, actor in steps:
        with store.begin() as uow:
            uow.learned.use(what, version, actor=actor, at=NOW, note="why")
        with store.read() as uow:
            now = in_force(uow.learned.last())
            assert (now.version, now.actor, bool(now.silent)) == (version, actor, what is Use.SILENCED)
    with store.read() as uow:
        assert [(used.what, used.actor) for used in uow.learned.uses()] == [(w, a) for w, _, a in reversed(steps)]
