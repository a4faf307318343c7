"""Known holes of what maild needs, looked up in data that are at hand: python tools/advisories.py FILE [--lock LOCK]

FILE  advisories in OSV's form: a JSON file, a folder of them, or a zip as OSV hands them out (PyPI/all.zip);
      or the JSON that pip-audit wrote elsewhere about the same lock
Exit 0 where none is known, 1 where one is, 2 where there is nothing to look into: that is no "none".
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.sbom import name_of, pinned  # noqa: E402

NO_DATA = "nothing was looked up: there are no advisories in"


@dataclass(frozen=True, slots=True, order=True)
class Hole:
    """An advisory about a version that is pinned."""

    name: str
    version: str
    advisory: str
    summary: str
    fixed: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}: {self.advisory} {self.summary} (fixed in: {self.fixed or 'not said'})"


class NoData(Exception):
    """There is nothing to look into."""


def holes(pins: Mapping[str, str], file: Path) -> list[Hole]:
    """What is known of these versions (by name, as PEP 503 writes it). Raises NoData."""
    records = list(_records(file))
    if not records:
        raise NoData(f"{NO_DATA} {file}")
    if audited := [record for record in records if isinstance(record.get("dependencies"), list)]:
        return sorted({hole for report in audited for hole in _of_audit(pins, report)})
    known = [record for record in records if "affected" in record]
    if not [each for record in known for each in _affects(record)]:
        raise NoData(f"{NO_DATA} {file}")
    return sorted({hole for record in known if "withdrawn" not in record for hole in _of_osv(pins, record)})


def _records(file: Path) -> Iterator[dict[str, Any]]:
    for text in _texts(file):
        made = json.loads(text)
        yield from (each for each in (made if isinstance(made, list) else [made]) if isinstance(each, dict))


def _texts(file: Path) -> Iterator[str]:
    if file.is_dir():
        yield from (each.read_text("utf-8") for each in sorted(file.rglob("*.json")))
    elif zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            yield from (archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".json"))
    elif file.is_file():
        yield file.read_text("utf-8")


def _affects(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of an advisory that are about packages of PyPI."""
    for each in record.get("affected") or ():
        if (each.get("package") or {}).get("ecosystem", "").partition(":")[0] == "PyPI":
            yield each


def _of_osv(pins: Mapping[str, str], record: Mapping[str, Any]) -> Iterator[Hole]:
    for each in _affects(record):
        name = name_of(each["package"].get("name", ""))
        version = pins.get(name)
        ranges = [one for one in each.get("ranges") or () if one.get("type") in ("ECOSYSTEM", "SEMVER")]
        if version and (version in (each.get("versions") or ()) or any(_within(version, one) for one in ranges)):
            fixed = [event["fixed"] for one in ranges for event in one.get("events", ()) if "fixed" in event]
            yield Hole(name, version, record.get("id", "?"), _line(record), ", ".join(fixed))


def _within(version: str, span: Mapping[str, Any]) -> bool:
    """Whether a range holds it: OSV's own way, event by event in the order of versions."""
    held = False
    for key, at in sorted(_events(span), key=lambda event: _version(event[1])):
        if key == "introduced":
            held = held or _version(version) >= _version(at)
        elif key == "fixed":
            held = held and _version(version) < _version(at)
        elif key == "last_affected":
            held = held and _version(version) <= _version(at)
    return held


def _events(span: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for event in span.get("events") or ():
        yield from event.items()


def _version(text: str) -> Version:
    """'0' is before every version; one that is none sorts first, so that a hole is rather said than hidden."""
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0.dev0")


def _of_audit(pins: Mapping[str, str], report: Mapping[str, Any]) -> Iterator[Hole]:
    """pip-audit's: what it found, where it looked at the version that is pinned."""
    for each in report["dependencies"]:
        name = name_of(each.get("name", ""))
        if pins.get(name) == each.get("version"):
            for found in each.get("vulns") or ():
                yield Hole(
                    name, pins[name], found.get("id", "?"), _line(found), ", ".join(found.get("fix_versions", ()))
                )


def _line(record: Mapping[str, Any]) -> str:
    said = str(record.get("summary") or record.get("description") or record.get("details") or "")
    return (said.splitlines() or [""])[0][:120]


def main(arguments: list[str] | None = None) -> int:
    """Print what is known."""
    parser = argparse.ArgumentParser(prog="python tools/advisories.py")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements-runtime.lock")
    chosen = parser.parse_args(arguments)
    if chosen.file is None:
        print(
            f"{NO_DATA} (no file given)\n  remedy: make advisories FILE=all.zip, from OSV's PyPI data or pip-audit's JSON"
        )
        return 2
    pins = pinned(chosen.lock.read_text("utf-8"))
    try:
        found = holes(pins, chosen.file)
    except (NoData, json.JSONDecodeError, UnicodeDecodeError) as error:
        print(error if isinstance(error, NoData) else f"{NO_DATA} {chosen.file}: {error}")
        return 2
    for hole in found:
        print(hole)
    print(f"{len(pins)} packages looked up, {len(found)} known holes")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
