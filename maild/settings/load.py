"""File and environment to Settings, strictly, with all faults in one error."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maild.config import Secret, Settings, facts
from maild.settings import secret, toml
from maild.settings.checks import foreign_facts, unsaid_facts, value_faults
from maild.settings.checks_console import console_warnings
from maild.settings.environment import Assignment, assignments
from maild.settings.faults import Fault, SettingsError
from maild.settings.schema import FILE_SUFFIX, Option, Section, sections
from maild.settings.values import ValueFault, convert, from_text, nearest

DEFAULT_FILES = (Path("/etc/maild/maild.toml"), Path("maild.toml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Settings, where they came from (None: no file), and what an operator should know about them.

    sources: where each option that is set comes from, by 'section.option' ('mailbox[1].host' of the second)
    """

    settings: Settings
    file: Path | None = None
    warnings: tuple[Fault, ...] = ()
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class _Table:
    """One section being filled: values by option name, and where each came from."""

    section: Section
    index: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        where = f"{self.section.name}[{self.index}]" if self.section.many and self.index else self.section.name
        return f"{where}.{name}"


class _Loader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.tables: dict[str, list[_Table]] = {
            name: [] if section.many else [_Table(section)] for name, section in sections().items()
        }
        self.lines = toml.Lines(None, "")

    # -- the file

    def read_file(self, path: Path) -> None:
        data, self.lines = toml.read(path)
        base = path.resolve().parent
        for name, content in data.items():
            section = sections().get(name)
            if section is None:
                hint = nearest(name, sections())
                known = ", ".join(sections())
                self.fault(name, f"unknown section{hint}", f"sections are: {known}", self.lines.source(name))
                continue
            rows = content if section.many and isinstance(content, list) else [content]
            for index, row in enumerate(rows):
                if not isinstance(row, dict):
                    header = f"[[{name}]]" if section.many else f"[{name}]"
                    self.fault(name, "is not a section", f"write {header}", self.lines.source(name))
                    continue
                self.read_table(self.table(section, index), row, base)

    def table(self, section: Section, index: int) -> _Table:
        tables = self.tables[section.name]
        while len(tables) <= index:
            tables.append(_Table(section, len(tables)))
        return tables[index]

    def read_table(self, table: _Table, row: Mapping[str, Any], base: Path) -> None:
        for name, value in row.items():
            source = self.lines.source(table.section.name, name, table.index)
            option = self.option(table, name, source)
            if option is None:
                continue
            if option.name in table.values:
                remedy = f"keep {option.name}{FILE_SUFFIX} alone"
                self.fault(table.label(option.name), "is given by value and by file", remedy, source)
                continue
            self.set(table, option, name, value, base, source)
            if option.is_secret and name == option.name and value:
                self.warn(
                    table.label(name),
                    "the secret itself stands in the file",
                    f"move it to a file of mode 0600 and set {name}{FILE_SUFFIX}",
                    source,
                )

    def option(self, table: _Table, name: str, source: str) -> Option | None:
        options = table.section.options
        found = options.get(name) or options.get(name.removesuffix(FILE_SUFFIX))
        if found is not None and (name == found.name or found.is_secret):
            return found
        hint = nearest(name, table.section.names)
        known = ", ".join(table.section.names)
        self.fault(table.label(name), f"unknown option{hint}", f"[{table.section.name}] has: {known}", source)
        return None

    def set(self, table: _Table, option: Option, name: str, value: Any, base: Path, source: str) -> None:
        table.sources[option.name] = source
        try:
            table.values[option.name] = self.convert(table, option, name, value, base, source)
        except ValueFault as fault:
            self.fault(table.label(name), fault.what, fault.remedy, source)

    def convert(self, table: _Table, option: Option, name: str, value: Any, base: Path, source: str) -> Any:
        if name == option.name:
            return convert(option, value, base)
        if not isinstance(value, str) or not value:
            raise ValueFault("is not a path", "give the path of a file that holds the secret alone")
        return self.secret_file(table.label(name), base / value, source)

    def secret_file(self, label: str, path: Path, source: str) -> Secret:
        value, exposed = secret.read(path)
        if exposed:
            self.warn(label, f"{path} can be read by others than its owner", f"chmod 600 {path}", source)
        return value

    # -- the environment and systemd

    def read_environment(self) -> None:
        given, faults = assignments(self.environ, {name: len(rows) for name, rows in self.tables.items()})
        self.faults += faults
        seen: dict[tuple[str, int, str], str] = {}
        for assignment in given:
            self.assign(assignment, seen)

    def assign(self, given: Assignment, seen: dict[tuple[str, int, str], str]) -> None:
        table = self.table(sections()[given.section], given.index)
        source = f"environment variable {given.variable}"
        option = self.option(table, given.name, source)
        if option is None:
            return
        earlier = seen.setdefault((given.section, given.index, option.name), given.variable)
        if earlier != given.variable:
            self.fault(table.label(option.name), f"{earlier} is set as well", "unset one of them", source)
            return
        value: Any = given.value
        if given.name == option.name:
            try:
                value = from_text(option, given.value)
            except ValueFault as fault:
                self.fault(table.label(given.name), fault.what, fault.remedy, source)
                return
        self.set(table, option, given.name, value, Path(), source)

    def read_credentials(self) -> None:
        folder = self.environ.get("CREDENTIALS_DIRECTORY", "")
        for table in (table for rows in self.tables.values() for table in rows):
            for option in table.section.options.values():
                if not option.is_secret or option.name in table.sources:
                    continue
                names: tuple[str, ...] = (option.path,) if table.index == 0 else ()
                if table.section.many:
                    default = table.section.options["name"].default
                    names = (f"{option.section}.{table.values.get('name', default)}.{option.name}", *names)
                path = secret.credential(folder, names)
                if path is None:
                    continue
                table.sources[option.name] = str(path)
                try:
                    table.values[option.name] = secret.read(path)[0]
                except ValueFault as fault:
                    self.fault(table.label(option.name), fault.what, fault.remedy, "systemd credential")

    # -- the result

    def build(self) -> Settings:
        made: dict[str, Any] = {}
        for name, section in sections().items():
            rows = self.tables[name] or [_Table(section)]
            values = [section.cls(**row.values) for row in rows]
            made[name] = tuple(values) if section.many else values[0]
        return Settings(**made)

    def source(self, option: str, index: int = 0) -> str:
        """Where an option's value came from, or ''."""
        section, _, name = option.partition(".")
        rows = self.tables.get(section, [])
        return rows[index].sources.get(name, "") if index < len(rows) else ""

    def sources(self) -> dict[str, str]:
        """Where each option that is set comes from."""
        return {
            table.label(name): source
            for rows in self.tables.values()
            for table in rows
            for name, source in table.sources.items()
        }

    def fault(self, option: str, what: str, remedy: str, source: str) -> None:
        self.faults.append(Fault(option=option, what=what, remedy=remedy, source=source))

    def warn(self, option: str, what: str, remedy: str, source: str) -> None:
        self.warnings.append(Fault(option=option, what=what, remedy=remedy, source=source))


def find_file(path: Path | None) -> Path | None:
    """The configuration file: the one asked for, else the first default that exists, else None."""
    if path is not None:
        return path
    return next((candidate for candidate in DEFAULT_FILES if candidate.exists()), None)


def load(path: Path | None = None, environ: Mapping[str, str] | None = None, *, spare: Collection[str] = ()) -> Loaded:
    """Read everything. `environ` None is the process's own. Raises SettingsError with all faults.

    spare  options whose faults are warnings to who can work in spite of them
    """
    loader = _Loader(os.environ if environ is None else environ)
    file = find_file(path)
    if file is not None:
        loader.read_file(file)
    loader.read_environment()
    loader.read_credentials()
    settings = loader.build()
    for found in value_faults(settings):
        source = loader.source(found.option, found.index) or str(file or "")
        note = loader.warn if found.option in spare else loader.fault
        note(found.label, found.what, found.remedy, source)
    if loader.faults:
        raise SettingsError(loader.faults)
    if foreign := list(foreign_facts(settings.office)):
        what = f"{', '.join(foreign)} are still those of {facts()['office']['address']}"
        loader.warn("office", what, "say your own office's in [office]: notices print them", str(file or ""))
    if unsaid := list(unsaid_facts(settings.office)):
        what = f"not set yet: {', '.join(unsaid)}"
        loader.warn("office", what, "say them in [office] before a mail goes out: notices print them", str(file or ""))
    for found in console_warnings(settings):
        loader.warn(found.label, found.what, found.remedy, loader.source(found.option) or str(file or ""))
    return Loaded(
        settings=settings, file=file, warnings=tuple(loader.warnings), sources=MappingProxyType(loader.sources())
    )


def check_values(settings: Settings) -> None:
    """Raises SettingsError where values that did not come from a file would be refused in one."""
    faults = [Fault(option=f.label, what=f.what, remedy=f.remedy) for f in value_faults(settings)]
    if faults:
        raise SettingsError(faults)


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """`load`, for callers that want the settings alone."""
    return load(path, environ).settings
