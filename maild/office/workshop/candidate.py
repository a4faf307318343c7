"""A candidate rule set: the office's rules folder with some files put in, in a folder of its own."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from maild.classify.rule_files import Tree
from maild.domain.errors import ConfigError
from maild.office.workshop.saved import VERSIONS
from maild.resources import data_folder


@contextmanager
def staged(folder: str, files: Mapping[str, bytes | None]) -> Iterator[Path]:
    """A copy of `folder` ('' for none) with `files` (name below it → content) in it; gone with the block.

    None for a content: without that file.

    Raises ConfigError where the folder cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="maild-rules-") as made:
        target = Path(made) / "rules"
        try:
            if folder:
                shutil.copytree(folder, target, ignore=shutil.ignore_patterns(VERSIONS))
            target.mkdir(exist_ok=True)
        except (OSError, shutil.Error) as error:
            raise ConfigError(f"rules.folder: {folder} cannot be read: {error}", remedy="check its mode") from error
        for name, content in files.items():
            path = target / name
            if content is None:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield target


def fingerprint(folder: str) -> str:
    """Changes with any file of a rules folder ('' for none) but earlier versions. Raises ConfigError."""
    seen = hashlib.sha256()
    root = Path(folder)
    try:
        paths = sorted(path for path in root.rglob("*") if path.is_file()) if folder else []
        for path in paths:
            name = path.relative_to(root)
            if name.parts[0] != VERSIONS and not name.name.startswith("."):
                seen.update(f"{name.as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    except OSError as error:
        raise ConfigError(f"rules.folder: {folder} cannot be read: {error}", remedy="check its mode") from error
    return seen.hexdigest()


def touched(old: str, new: str) -> frozenset[str]:
    """Names of rules that `new` adds to those of `old`, or has otherwise. Folders on top of the shipped rules."""
    before, after = _rules(old), _rules(new)
    return frozenset(name for name, path in after.items() if not _alike(path, before.get(name)))


def _rules(folder: str) -> dict[str, Path]:
    folders = [data_folder("rules"), *([Path(folder)] if folder else [])]
    return {path.stem: path for path in Tree(folders).rule_files()}


def _alike(path: Path, other: Path | None) -> bool:
    return other is not None and (path == other or path.read_bytes() == other.read_bytes())
