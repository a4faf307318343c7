"""What a command loads before it knows what it is asked."""

from __future__ import annotations

import json
import subprocess
import sys

LIGHT = ("maild.cli", "maild.domain")
HEAVY = ("sqlalchemy", "re2", "rich", "jinja2", "numpy", "starlette", "pydantic", "dns", "cryptography")


def test_the_tree_of_commands_is_light() -> None:
    """`maild --help` loads nouns and commands alone: an import for a type's sake once took half of its time."""
    told = "import json, sys, maild.cli.app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    loaded = json.loads(done.stdout)
    ours = [name for name in loaded if name.startswith("maild.") and not name.startswith(LIGHT)]
    assert ours == []
    assert [name for name in loaded if name.split(".")[0] in HEAVY] == []
