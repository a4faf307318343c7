"""What is read once in a process of tests is what would be read each time."""

from __future__ import annotations

import stat
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from maild.bootstrap import build
from maild.classify.rules import suppliers
from maild.config import Matching, Settings, Store
from maild.resources import data_folder
from maild.spine.looking import provider_names as naming
from maild.spine.reading import read
from maild.store import migrate
from tests import kept

NUMBER = Matching().transaction_number
TEXT = (data_folder("rules") / "providers.toml").read_text("utf-8")


def test_a_table_is_its_own_for_each_who_asks() -> None:
    """The same as the parser gives; what one changes in it the next does not see."""
    assert tomllib.loads is kept.loads
    first = tomllib.loads(TEXT)
    assert first == kept._loads(TEXT)
    first.clear()
    assert tomllib.loads(TEXT) == kept._loads(TEXT)


def test_a_fault_is_told_each_time() -> None:
    """Where it stands, as the parser says it."""
    for _ in range(2):
        with pytest.raises(tomllib.TOMLDecodeError, match="line 2"):
            tomllib.loads("x = 1\ny = \n" + " " * kept.LEAST)


def test_shipped_rules_are_one_value_and_own_ones_are_read(tmp_path: Path) -> None:
    """A number pattern or a domain of another office has its own; a folder is read whenever it is asked for."""
    shipped = read.load_rules("", NUMBER, "office@lib.example")
    assert shipped is read.load_rules("", NUMBER, "desk@lib.example")
    assert shipped is not read.load_rules("", NUMBER, "office@other.example")
    assert shipped is not read.load_rules("", r"ILL-\d{9}", "office@lib.example")
    assert read.load_rules(str(tmp_path), NUMBER) is not read.load_rules(str(tmp_path), NUMBER)


def test_shipped_providers_are_one_value_and_so_are_their_names(tmp_path: Path) -> None:
    """Names that are kept are those that would be made; an office's own folder is read whenever it is asked for."""
    shipped = suppliers.known_providers("", "lib.example")
    assert shipped is suppliers.known_providers(None, "lib.example")
    assert shipped is not suppliers.known_providers("", "other.example")
    assert naming.provider_names(shipped) is naming.provider_names(shipped)
    assert naming.provider_names(shipped) == kept._provider_names(shipped)
    own = suppliers.known_providers(str(tmp_path), "lib.example")
    assert own is not suppliers.known_providers(str(tmp_path), "lib.example")
    assert naming.provider_names(own) == naming.provider_names(shipped)


def test_a_new_database_is_laid_out_as_alembic_does_it(tmp_path: Path) -> None:
    """The schema is the one that is needed, and nobody else may read the file; one that is there is let alone."""
    path = tmp_path / "maild.db"
    settings = Settings(store=Store(url=f"sqlite:///{path}", blobs=tmp_path))
    with closing(build(settings)) as services:
        services.ensure_schema()
        assert migrate.check(settings.store.url).ok
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"")  # a new database, too, but one that is there
    with closing(build(settings)) as services:
        services.ensure_schema()
        assert migrate.check(settings.store.url).ok
