"""What is spoken to SQLite costs nothing of PostgreSQL's."""

from __future__ import annotations

import subprocess
import sys


def test_no_repository_loads_the_other_databases_dialect() -> None:
    """It is 3 MB and 30 ms of a daemon: statements of it are made where it is spoken."""
    told = (
        "import sys\nfrom importlib import import_module\nimport maild.store.uow as u\n"
        "[import_module(f'maild.store.{module}') for module, _ in u._PLACES.values()]\n"
        "print(len(u._PLACES), 'sqlalchemy.dialects.postgresql' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert int(found[0]) > 30
    assert found[1] == "False"
