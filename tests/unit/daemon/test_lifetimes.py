"""What lives how long among the services: said at each part, and kept by a reload and by a second set."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild import bootstrap, lifetime
from maild.bootstrap import Services
from maild.classify.rules import suppliers
from maild.config import Settings, Store
from maild.doctor import broken
from maild.lifetime import Lifetime, parts_of
from tests import kept

KEPT = (Lifetime.PROCESS, Lifetime.SERVICES)
PROBES = (
    "figures",
    "intake",
    "boxes",
    "acts",
    "statement_formats",
    "mail_files",
    "outbox_acts",
    "books",
    "clock_trust",
)


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Services of which some parts of every lifetime are made, each anew (tests/kept.py keeps the shipped providers)."""
    monkeypatch.setattr(suppliers, "known_providers", kept._known_providers)
    made = Services(Settings(store=Store(url=f"sqlite:///{tmp_path}/maild.db", blobs=tmp_path / "blobs")))
    made.prepare()
    made.make(PROBES)
    yield made
    made.close()


def lives(name: str) -> Lifetime:
    """The lifetime of one part."""
    return next(each for each in Lifetime if name in parts_of(Services, each))


def test_a_reload_keeps_what_lives_on_and_nothing_else(services: Services) -> None:
    """Whatever was made before: no list names it, so no part can be forgotten."""
    before = dict(services.__dict__)
    services.reload()
    for name in {name for each in Lifetime for name in parts_of(Services, each)} & set(before):
        same = getattr(services, name) is before[name]
        assert same == (lives(name) in KEPT) or before[name] is None, name


def test_a_second_set_shares_what_the_process_has_once(services: Services) -> None:
    """Connections of one thread stay its own; what is shared is made before threads can ask for it."""
    second = services.renewed()
    try:
        for name in parts_of(Services, Lifetime.PROCESS, Lifetime.SETTINGS):
            assert second.__dict__[name] is services.__dict__[name], name
        second.make(PROBES)
        for name in set(PROBES) - {"figures", "statement_formats"}:
            assert second.__dict__[name] is not services.__dict__[name], name
    finally:
        second.retire()
    with services.store.read() as uow:  # the store is open still
        assert uow.mails.counts() == []


def test_closing_forgets_everything(services: Services) -> None:
    """Nothing that was made is left, and what stands on a part is closed before it."""
    services.close()
    assert not {name for each in Lifetime for name in parts_of(Services, each)} & set(services.__dict__)


@pytest.mark.parametrize("module", [bootstrap, lifetime, broken], ids=lambda each: each.__name__)
def test_what_makes_sets_anew_names_no_part(module: object) -> None:
    """What a reload, a second set and a look at the files take is said at each part. RESTART names sections."""
    parts = set(parts_of(Services, *Lifetime))
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    bodies = [each for each in tree.body if isinstance(each, ast.ClassDef | ast.FunctionDef)]
    named = [each.value for body in bodies for each in ast.walk(body) if isinstance(each, ast.Constant)]
    assert len(parts) > 60
    assert [name for name in named if name in parts] == []


def test_a_second_set_meets_its_threads_with_what_they_must_not_make_twice(services: Services) -> None:
    """What is closed at its end, and what may be wrong with the rules, is there before anybody asks."""
    second = services.renewed()
    try:
        assert set(parts_of(Services, second=True)) <= second.__dict__.keys()
        assert "rules" in parts_of(Services, second=True)
    finally:
        second.retire()
