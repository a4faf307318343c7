"""The rule files as they lie on the disk: shipped, the office's own, disabled, broken; and the text of each."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maild.classify.rule_files import NOT_RULES
from maild.classify.rules.load import load
from maild.domain.errors import ConfigError, RuleError
from maild.office.workshop.saved import VERSIONS
from maild.resources import data_folder
from maild.tables import read_toml

_RULE_NAME = re.compile(r"\d{2,4}-[a-z0-9][a-z0-9-]*")
Mark = tuple[str, int, int]  # path, time and size of a file


class RuleState(StrEnum):
    """Where a rule comes from, and whether it works."""

    SHIPPED = "shipped"
    OWN = "own"  # the office's own
    OVERRIDES = "overrides"  # the office's own in place of a shipped one
    DISABLED = "disabled"
    BROKEN = "broken"  # the file does not load; `fault` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A rule file. data: the file's tables, as far as it can be read; shipped: there is one of that name.

    fault: why it does not load, and the remedy
    """

    name: str
    state: RuleState
    text: str
    path: Path
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    shipped: bool = False
    fault: str = ""
    remedy: str = ""

    def said(self, key: str) -> str:
        """A word of the file's head ('title', 'party', 'provider', 'kind', 'event'); '' where there is none."""
        value = self.data.get(key, "")
        return value if isinstance(value, str) else ""

    @property
    def seen(self) -> str:
        """Names its text: who acts on it says what they had before them."""
        return seen_of(self.text)

    @property
    def order(self) -> tuple[int, str]:
        return int(self.name.partition("-")[0]), self.name


class RuleFiles:
    """Thread-safe; a file is read again when it has changed. folder: the office's own, '' for none."""

    def __init__(self, folder: str, number: str) -> None:
        self._own = Path(folder) if folder else None
        self._number = number
        self._lock = threading.Lock()
        self._read: dict[str, tuple[Mark, RuleFile]] = {}
        self._checked: tuple[object, ConfigError | None] | None = None

    def all(self) -> Sequence[RuleFile]:
        """In their order."""
        with self._lock:
            shipped, own = _paths(data_folder("rules")), _paths(self._own)
            fault = self._fault()
            files = [self._file(name, shipped.get(name), own.get(name)) for name in {**shipped, **own}]
            if fault is not None:
                files = [_blamed(file, fault) if file.name in own else file for file in files]
        return sorted(files, key=lambda file: file.order)

    def one(self, name: str) -> RuleFile | None:
        """The file of that name."""
        return next((file for file in self.all() if file.name == name), None)

    def shipped_text(self, name: str) -> str:
        """The shipped rule's text; '' where none is shipped."""
        path = data_folder("rules") / f"{name}.toml"
        return path.read_text("utf-8") if _RULE_NAME.fullmatch(name) and path.is_file() else ""

    def fault(self) -> ConfigError | None:
        """Why the files as they lie there do not load together; None where they do."""
        with self._lock:
            return self._fault()

    def _fault(self) -> ConfigError | None:
        if self._own is None:
            return None
        there = self._own.is_dir()
        marks = (
            there,
            *sorted(
                _mark(path) for path in self._own.rglob("*.toml") if path.relative_to(self._own).parts[0] != VERSIONS
            ),
        )
        if self._checked is None or self._checked[0] != marks:
            try:
                load(self._own, self._number)
            except ConfigError as error:
                self._checked = (marks, error)
            else:
                self._checked = (marks, None)
        return self._checked[1]

    def _file(self, name: str, shipped: Path | None, own: Path | None) -> RuleFile:
        path = own or shipped
        assert path is not None
        mark = _mark(path)
        known = self._read.get(str(path))
        if known is None or known[0] != mark:
            known = self._read[str(path)] = (mark, _open(name, path, shipped=shipped is not None, own=own is not None))
        return known[1]


def seen_of(text: str) -> str:
    """A short name of a rule's text."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "replace")).hexdigest()[:16]


def _paths(folder: Path | None) -> dict[str, Path]:
    """Files that are rules by their names."""
    if folder is None or not folder.is_dir():
        return {}
    return {
        path.stem: path
        for path in folder.glob("*.toml")
        if path.name not in NOT_RULES and _RULE_NAME.fullmatch(path.stem)
    }


def _mark(path: Path) -> Mark:
    try:
        found = os.stat(path)
    except OSError:
        return (str(path), 0, 0)
    return (str(path), found.st_mtime_ns, found.st_size)


def _open(name: str, path: Path, *, shipped: bool, own: bool) -> RuleFile:
    state = (RuleState.OVERRIDES if shipped else RuleState.OWN) if own else RuleState.SHIPPED
    try:
        source = read_toml(path)
    except RuleError as error:
        return RuleFile(
            name=name,
            state=RuleState.BROKEN,
            text=_text(path),
            path=path,
            shipped=shipped,
            fault=_short(error.what, path),
            remedy=error.remedy,
        )
    if source.data.get("disabled") is True:
        state = RuleState.DISABLED
    return RuleFile(name=name, state=state, text=source.text, path=path, data=source.data, shipped=shipped)


def _blamed(file: RuleFile, error: ConfigError) -> RuleFile:
    """The file as broken, if that is what the fault is about."""
    if file.fault or not re.match(rf"{re.escape(str(file.path))}[:\s]", error.what):
        return file
    return RuleFile(
        name=file.name,
        state=RuleState.BROKEN,
        text=file.text,
        path=file.path,
        data=file.data,
        shipped=file.shipped,
        fault=_short(error.what, file.path),
        remedy=error.remedy,
    )


def _short(what: str, path: Path) -> str:
    return what.replace(f"{path.parent}{os.sep}", "")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
