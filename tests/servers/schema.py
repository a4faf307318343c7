"""A database with the schema: alembic lays it out once in a process, and from then on the file is copied."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from maild.store import migrate


def lay_out(path: Path) -> str:
    """Make an SQLite file, where there is none yet, that stands where `migrate.upgrade` would leave it; its URL."""
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent) as made:  # mode 0600, as the store makes it
            made.write(_laid_out())
            made.flush()
            with suppress(FileExistsError):  # another process was quicker
                os.link(made.name, path)
    return f"sqlite:///{path}"


@cache
def _laid_out() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        migrate.upgrade(f"sqlite:///{folder}/maild.db")
        return Path(folder, "maild.db").read_bytes()
