"""Known holes of what is locked, from data at hand; and the bill of materials that a wheel bears."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tools import advisories
from tools.sbom import locked_bill, pinned

ROOT = Path(__file__).parents[3]
LOCK = """jinja2==3.1.6 \\
    --hash=sha256:{0}
    # via
    #   -c requirements.lock
    #   maild (pyproject.toml)
markupsafe==3.0.4 \\
    --hash=sha256:{1} \\
    --hash=sha256:{0}
    # via jinja2
""".format("a" * 64, "b" * 64)


def osv(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    """An advisory about a range of versions."""
    package = {"ecosystem": "PyPI", "name": name}
    return {
        "id": "GHSA-1",
        "summary": "a hole",
        **more,
        "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}],
    }


def found(tmp_path: Path, *records: dict[str, Any]) -> list[advisories.Hole]:
    """What is said of jinja2 3.1.6 and markupsafe 3.0.4."""
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for n, record in enumerate(records):
            made.writestr(f"GHSA-{n}.json", json.dumps(record))
    return advisories.holes(pinned(LOCK), archive)


@pytest.mark.parametrize(
    ("events", "held"),
    [
        ([{"introduced": "0"}, {"fixed": "3.1.7"}], True),
        ([{"introduced": "0"}, {"fixed": "3.1.6"}], False),
        ([{"introduced": "0"}, {"last_affected": "3.1.6"}], True),
        ([{"introduced": "0"}, {"last_affected": "3.1.5"}], False),
        ([{"introduced": "3.2"}], False),
        ([{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.1"}, {"fixed": "3.1.10"}], True),
        ([{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.1.7"}], False),
        ([{"introduced": "0"}], True),
    ],
)
def test_ranges(tmp_path: Path, events: list[dict[str, str]], held: bool) -> None:
    """By versions, not by letters: 3.1.10 comes after 3.1.6."""
    assert bool(found(tmp_path, osv("Jinja2", *events))) is held


def test_what_is_not_ours(tmp_path: Path) -> None:
    """Another package, another registry, one that was withdrawn: nothing; a version that is listed: a hole."""
    every = {"introduced": "0"}
    other = osv("Jinja2", every)
    other["affected"][0]["package"]["ecosystem"] = "npm"
    assert found(tmp_path, osv("elsewhere", every), other, osv("jinja2", every, withdrawn="2026-01-01")) == []
    listed = {
        "id": "PYSEC-2",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "markupsafe"}, "versions": ["3.0.4"]}],
    }
    assert [hole.advisory for hole in found(tmp_path, listed)] == ["PYSEC-2"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """None, some, and no data are three answers; pip-audit's report is read as well."""
    (lock := tmp_path / "lock").write_text(LOCK, "utf-8")

    def run(made: object) -> int:
        (file := tmp_path / "data.json").write_text(json.dumps(made), "utf-8")
        return advisories.main([str(file), "--lock", str(lock)])

    assert run(osv("elsewhere", {"introduced": "0"})) == 0
    assert "2 packages looked up, 0 known holes" in capsys.readouterr().out
    vulns = [{"id": "PYSEC-3", "fix_versions": ["3.1.7"], "description": "a hole"}]
    assert run({"dependencies": [{"name": "Jinja2", "version": "3.1.6", "vulns": vulns}]}) == 1
    assert "jinja2 3.1.6: PYSEC-3 a hole (fixed in: 3.1.7)" in capsys.readouterr().out
    assert run({"dependencies": [{"name": "Jinja2", "version": "3.1.5", "vulns": vulns}]}) == 0
    for nothing in ([], {"id": "x"}, [osv("x", {"introduced": "0"}) | {"affected": []}]):
        assert run(nothing) == 2
    assert advisories.main([]) == 2
    assert capsys.readouterr().out.count("nothing was looked up") == 4


def test_the_bill_of_a_lock() -> None:
    """Who needs whom, from the lock's own words; each file that may be installed by its hash."""
    made = locked_bill(LOCK, "1.0", "MIT")
    needs = {each["ref"]: each["dependsOn"] for each in made["dependencies"]}
    assert needs == {
        "pkg:pypi/maild@1.0": ["pkg:pypi/jinja2@3.1.6"],
        "pkg:pypi/jinja2@3.1.6": ["pkg:pypi/markupsafe@3.0.4"],
        "pkg:pypi/markupsafe@3.0.4": [],
    }
    assert [len(each["externalReferences"]) for each in made["components"]] == [1, 2]
    assert locked_bill(LOCK, "1.0", "MIT") == made


def test_the_wheel_bears_its_bill(tmp_path: Path) -> None:
    """Below *.dist-info/sboms (PEP 770), in RECORD, with all that is locked and the wheel's own version."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        name = next(each for each in wheel.namelist() if each.endswith(".dist-info/sboms/maild.cdx.json"))
        made = json.loads(wheel.read(name))
        assert name in wheel.read(name.replace("sboms/maild.cdx.json", "RECORD")).decode()
    lock = pinned((ROOT / "requirements-runtime.lock").read_text("utf-8"))
    assert {each["name"]: each["version"] for each in made["components"]} == lock
    assert made["metadata"]["component"]["name"] == "maild"
