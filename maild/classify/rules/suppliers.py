"""Loading: providers.toml and the institutions → Providers, without a rule being read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any

from maild.classify.institutions import load_institutions, no_clash
from maild.classify.providers import Provider, Providers
from maild.classify.rule_files import Tree
from maild.domain.errors import ConfigError, RuleError
from maild.domain.requests.asking import Asking
from maild.resources import data_folder
from maild.tables import Source, read_toml
from maild.tables.table import Among, From, read_as


def _domains(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_domain, said))


def _domain(name: str) -> str:
    if "." not in name or "@" in name:
        raise ValueError(f"{name!r} is no domain")
    return name.lower()


def _address(text: str) -> str:
    if text and "@" not in text:
        raise ValueError(f"{text!r} is no mail address")
    return text.lower()


def _addresses(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_address, said))


def _agency(text: str) -> str:
    if ":" not in text:
        raise ValueError(f"{text!r} has no type")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    name_zh: str = ""
    name_en: str = ""
    names: tuple[str, ...] = ()
    domains: Annotated[tuple[str, ...], From(_domains, tuple[str, ...], _domain, "write it like 'calis.edu.cn'")] = ()
    addresses: Annotated[tuple[str, ...], From(_addresses, tuple[str, ...], _address)] = ()
    system: bool = False
    contact: Annotated[str, From(_address, str)] = ""
    language: Annotated[str, Among(("", "zh-CN", "en"))] = ""
    asks: frozenset[Asking] = frozenset()
    agencies: tuple[Annotated[str, From(_agency, str, wanted="write it like 'ISIL:XX-1'")], ...] = ()
    networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.domains and not self.addresses:
            raise ValueError("has neither domains nor addresses: nothing could prove its mail")

    def provider(self, name: str) -> Provider:
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return Provider(id=name, **{**said, "name_zh": self.name_zh or name, "name_en": self.name_en or name})


def known_providers(folder: str | Path | None, own_domain: str = "") -> Providers:
    """Providers and institutions alone, without reading a rule. Raises RuleError, ConfigError."""
    return load_providers(tree_of(folder), own_domain)


def tree_of(folder: str | Path | None) -> Tree:
    """The shipped rules, with the operator's on top. Raises ConfigError where that folder is missing."""
    folders = [data_folder("rules")]
    if folder:
        if not Path(folder).is_dir():
            raise ConfigError(f"rules.folder: {folder} is no folder", remedy="create it, or leave the option empty")
        folders.append(Path(folder))
    return Tree(folders)


def read_providers(source: Source) -> Mapping[str, _Provider]:
    """One file. Raises RuleError naming file, line and key."""
    return read_as(Mapping[str, _Provider], source)  # type: ignore[no-any-return]


def load_providers(tree: Tree, own_domain: str = "") -> Providers:
    """providers.toml; the office's own file adds providers, or replaces them by id.

    An entry of its own that names neither domains nor addresses only changes what it does name (a contact).
    Raises RuleError where a file is broken, or an address is two providers'.
    """
    found: dict[str, Provider] = {}
    tables: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for path in tree.every("providers.toml"):
        source = read_toml(path)
        for name, table in source.data.items():
            changes = isinstance(table, dict) and not {"domains", "addresses"} & set(table)
            tables[name] = {**tables.get(name, {}), **table} if changes else table
        whole = replace(source, data={name: tables[name] for name in source.data})
        found |= {name: row.provider(name) for name, row in read_providers(whole).items()}
    for provider in found.values():
        for place in (*provider.domains, *provider.addresses):
            if owners.setdefault(place, provider.id) != provider.id:
                what = f"providers.toml: {place} belongs to both {owners[place]} and {provider.id}"
                raise RuleError(what, remedy="give it to one of them; a rule's [who] may name it for others")
    institutions = load_institutions(tree, own_domain)
    no_clash(institutions, {**owners, **{name: name for name in found}})
    return Providers(found.values(), institutions)
