"""Every folder of tests/bad_configs is a configuration that `maild run` must refuse, and say why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from maild.cli.app import run

CASES = Path(__file__).parents[1] / "bad_configs"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
SECRETS = ("not-a-real-password", "hunter2-must-not-be-shown", "0123456789ab")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment that sets nothing of ours."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_cases() -> None:
    """The folder is where we look for it."""
    assert len(NAMES) >= 20


@pytest.mark.timeout(120)  # a configuration that is not refused starts the daemon
@pytest.mark.parametrize("name", NAMES)
def test_refused(name: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2; the expected lines, in order; no secret anywhere."""
    shutil.copytree(CASES / name, place, dirs_exist_ok=True)
    if (place / "environment").exists():
        for line in (place / "environment").read_text().splitlines():
            monkeypatch.setenv(*line.split("=", 1))
    code = run(["--config", str(place / "maild.toml"), "run"])
    out, said = capsys.readouterr()
    said = said.replace(str(place), "DIR")
    assert code == 2, said
    at = 0
    for line in (CASES / name / "expected.txt").read_text().splitlines():
        found = said.find(line, at)
        assert found >= 0, f"expected {line!r} in:\n{said}"
        at = found + len(line)
    assert not [secret for secret in SECRETS if secret in said + out]


def test_a_place_of_data_that_is_not_there_is_no_wrong_configuration(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mount that came read-only, or comes late: exit 1, so that the service manager tries again, and the remedy."""
    shutil.copytree(CASES / "impossible-blobs", place, dirs_exist_ok=True)
    file = place / "maild.toml"
    right = (
        file.read_text()
        .replace("occupied/blobs", "data/blobs")
        .replace("sqlite:///maild.db", "sqlite:///data/maild.db")
    )
    file.write_text(right)
    assert run(["--config", str(file), "run"]) == 1
    assert "mount it" in capsys.readouterr().err
    (place / "data").mkdir()
    access = os.access
    monkeypatch.setattr("os.access", lambda path, mode, **k: str(path) != str(place / "data") and access(path, mode))
    assert run(["--config", str(file), "run"]) == 1
    said = capsys.readouterr().err
    assert f"{place / 'data' / 'blobs'} cannot be written" in said
    assert "mount it writable" in said


def test_as_a_process(place: Path) -> None:
    """The code reaches the shell, and no traceback the reader."""
    shutil.copytree(CASES / "several-faults", place, dirs_exist_ok=True)
    command = [sys.executable, "-m", "maild", "run"]  # ./maild.toml
    done = subprocess.run(command, check=False, cwd=place, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.count("remedy:") == 3
    assert "Traceback" not in done.stderr
