"""A file that is no table of ours is refused, also where it has no rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.bootstrap import SystemClock
from maild.domain.errors import ConfigError
from maild.office.imports.importing import import_patrons
from maild.store import open_store
from tests.servers.schema import lay_out


def test_headers_that_say_nothing_are_refused_and_an_empty_table_is_not(tmp_path: Path) -> None:
    """A password file is no table; a table without rows changes nothing."""
    store = open_store(lay_out(tmp_path / "m.db"))
    file = tmp_path / "p.csv"
    file.write_text("secret\n", "utf-8")
    with pytest.raises(ConfigError, match="patron_id"):
        import_patrons(store, file, SystemClock())
    file.write_text("patron_id,name,emails\n", "utf-8")
    report = import_patrons(store, file, SystemClock())
    assert (report.created, report.changed, report.errors) == (0, 0, ())
    store.close()
