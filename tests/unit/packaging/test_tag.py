"""`make tag`: a version is tagged where tree, CHANGELOG and frozen schema agree, and nowhere else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

TOOL = Path(__file__).parents[3] / "tools" / "tag"


def test_a_version_is_tagged_where_all_agree(tmp_path: Path) -> None:
    """Each thing that is missing is named; then it is tagged, once."""
    for name, text in (
        ("pyproject.toml", 'version = "1.2.0"\n'),
        ("maild/store/migrate.py", 'HEAD = "0099"  # newest\n'),
        ("CHANGELOG.md", "## 1.2.0b1\n"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def git(*words: str) -> str:
        said = ["git", "-c", "user.name=t", "-c", "user.email=t@t.example", *words]
        return subprocess.run(said, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    def commit() -> None:
        git("add", "-A")
        git("commit", "-qm", "x")

    def tag() -> tuple[int, str]:
        environ = {
            **os.environ,
            "TAG_ROOT": str(tmp_path),
            "GIT_COMMITTER_NAME": "t",
            "GIT_COMMITTER_EMAIL": "t@t.example",
        }
        run = subprocess.run([TOOL], capture_output=True, text=True, env=environ, check=False, timeout=30)
        return run.returncode, run.stdout + run.stderr

    git("init", "-q")
    assert tag() == (1, "make tag: there are changes that are not committed\n")
    commit()
    assert "no section '## 1.2.0'" in tag()[1]
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.0 (2026-11-28)\n")
    commit()
    assert "0099 is not frozen" in tag()[1]
    (tmp_path / "tests/store/frozen").mkdir(parents=True)
    for kind in ("sqlite", "postgresql"):
        (tmp_path / f"tests/store/frozen/{kind}-0099.sql").write_text(";")
    commit()
    assert tag() == (0, "v1.2.0 (schema 0099)\n")
    assert git("tag", "--list").split() == ["v1.2.0"]
    assert "tagged already" in tag()[1]
