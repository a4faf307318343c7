"""What is shipped: the wheel holds rules and templates, and works where there is no source tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.servers.ports import free_port

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MAILD_") and k != "PYTHONPATH"}
    environ |= {"PIP_CONSTRAINT": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env=environ, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """maild's wheel, built without a network: the build tools are in the lock."""
    folder = tmp_path_factory.mktemp("wheel")
    done = _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("maild-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A fresh environment with the wheel in it, which borrows our dependencies; returns its bin folder."""
    env = wheel.parent / "env"
    if shutil.which("uv"):
        _run("uv", "venv", "--python", sys.executable, env, cwd=wheel.parent)
        install = ["uv", "pip", "install", "--python", env / "bin/python"]
    else:
        _run(sys.executable, "-m", "venv", env, cwd=wheel.parent)
        install = [env / "bin/python", "-m", "pip", "install"]
    done = _run(*install, "--no-deps", "--no-index", wheel, cwd=wheel.parent)
    assert done.returncode == 0, done.stderr
    # A plain line in a .pth adds the folder, but not what its own .pth files (our editable install) point to.
    (site,) = env.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return env / "bin"


@pytest.fixture
def empty(tmp_path: Path, installed: Path) -> Path:
    """An empty working folder; checks that the installed maild is used there."""
    where = _run(installed / "python", "-c", "import maild; print(maild.__file__)", cwd=tmp_path).stdout
    assert where.startswith(str(installed.parent)), where
    return tmp_path


def test_contents(wheel: Path) -> None:
    """Rules, templates and migrations travel; tests do not."""
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {
        path.relative_to(ROOT).as_posix()
        for folder in ("rules", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert {f"maild/_data/{name}" for name in shipped} <= set(names)
    assert any(name.startswith("maild/store/migrations/versions/") for name in names)
    assert not [name for name in names if name.startswith("tests/")]


def test_rules_are_found(installed: Path, empty: Path) -> None:
    """Their examples too: they are part of what is shipped."""
    done = _run(installed / "maild", "rules", "test", cwd=empty)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
    assert not done.stdout.startswith("0 examples")


def test_templates_are_found(installed: Path, empty: Path) -> None:
    """A notice can be written."""
    done = _run(installed / "maild", "notices", "preview", "fee_notice", "--locale", "en", cwd=empty)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Subject: ")


def test_schema_is_found(installed: Path, empty: Path) -> None:
    """A database can be laid out."""
    environ = f"MAILD_STORE__URL=sqlite:///{empty}/maild.db"
    done = _run("env", environ, installed / "maild", "db", "upgrade", cwd=empty)
    assert done.returncode == 0, done.stderr
    assert (empty / "maild.db").stat().st_mode & 0o077 == 0


def test_console_is_found(installed: Path, empty: Path) -> None:
    """The console serves its first page, and each style and script that this names, from what was installed."""
    store = f"MAILD_STORE__URL=sqlite:///{empty}/maild.db"
    blobs = f"MAILD_STORE__BLOBS={empty}/blobs"
    assert _run("env", store, installed / "maild", "db", "upgrade", cwd=empty).returncode == 0
    host = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        ["env", store, blobs, str(installed / "maild"), "console", "--listen", host],
        cwd=empty,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        page = _first_page(process, f"http://{host}/sign-in")
        named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        assert len(named) >= 2
        assert {path: httpx.get(f"http://{host}{path}").status_code for path in named} == dict.fromkeys(named, 200)
    finally:
        process.terminate()
        process.wait(20)


def _first_page(process: subprocess.Popen[str], address: str) -> str:
    limit = time.monotonic() + 60
    while True:
        try:
            return httpx.get(address, timeout=5).raise_for_status().text
        except httpx.TransportError:
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            assert time.monotonic() < limit, "the console is not ready in time"
            time.sleep(0.1)
