"""One office for all stories of a module."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stories.tale import Tale
from tests.stories.world import World, world

PLACES = itertools.count(50_000)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An empty office that the module's tests share; each brings its own patrons."""
    folder: Path = tmp_path_factory.mktemp("office")
    with world(folder) as made:
        yield made


@pytest.fixture
def tell(office: World) -> Callable[[], Tale]:
    """Begins a tale with patrons and numbers of its own."""

    def begin() -> Tale:
        place = next(PLACES)
        return Tale(rng=random.Random(place), world=office, place=place)

    return begin
