"""Loading: providers.toml and the institutions → Providers, without a rule being read."""

from __future__ import annotations

from pathlib import Path

from maild.classify.institutions import load_institutions, no_clash
from maild.classify.providers import Provider, Providers
from maild.classify.rules.files import Tree
from maild.domain.errors import ConfigError, RuleError
from maild.domain.requests.asking import Asking
from maild.resources import data_folder
from maild.tables import Source, read_toml

_PROVIDER_KEYS = {
    "name_zh",
    "name_en",
    "names",
    "domains",
    "addresses",
    "system",
    "contact",
    "language",
    "asks",
    "agencies",
    "networks",
}


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


def load_providers(tree: Tree, own_domain: str = "") -> Providers:
    """providers.toml; the office's own file adds providers, or replaces them by id.

    An entry of its own that names neither domains nor addresses only changes what it does name (a contact).
    Raises RuleError where a file is broken, or an address is two providers'.
    """
    found: dict[str, Provider] = {}
    tables: dict[str, dict[str, object]] = {}
    owners: dict[str, str] = {}
    for path in tree.every("providers.toml"):
        source = read_toml(path)
        for name, table in source.data.items():
            whole = table
            if isinstance(table, dict):
                whole = table if {"domains", "addresses"} & set(table) else {**tables.get(name, {}), **table}
                tables[name] = whole
            found[name] = _provider(source, name, whole)
    for provider in found.values():
        for place in (*provider.domains, *provider.addresses):
            if owners.setdefault(place, provider.id) != provider.id:
                what = f"providers.toml: {place} belongs to both {owners[place]} and {provider.id}"
                raise RuleError(what, remedy="give it to one of them; a rule's [who] may name it for others")
    institutions = load_institutions(tree, own_domain)
    no_clash(institutions, {**owners, **{name: name for name in found}})
    return Providers(found.values(), institutions)


def _provider(source: Source, name: str, table: object) -> Provider:
    if not isinstance(table, dict):
        raise source.error(name, "must be a table [id]")
    if unknown := sorted(set(table) - _PROVIDER_KEYS):
        raise source.error(f"{name}.{unknown[0]}", "unknown key", f"known: {', '.join(sorted(_PROVIDER_KEYS))}")
    for key in ("names", "domains", "addresses", "asks", "agencies", "networks"):
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise source.error(f"{name}.{key}", "must be a list of strings")
    domains = tuple(d.lower() for d in table.get("domains", []))
    if wrong := [d for d in domains if "." not in d or "@" in d]:
        raise source.error(f"{name}.domains", f"{wrong[0]!r} is no domain", "write it like 'calis.edu.cn'")
    addresses = tuple(a.lower() for a in table.get("addresses", []))
    if wrong := [a for a in addresses if "@" not in a]:
        raise source.error(f"{name}.addresses", f"{wrong[0]!r} is no mail address")
    contact, language = table.get("contact", ""), table.get("language", "")
    if not isinstance(contact, str) or (contact and "@" not in contact):
        raise source.error(f"{name}.contact", f"{contact!r} is no mail address")
    if language not in ("", "zh-CN", "en"):
        raise source.error(f"{name}.language", f"{language!r} is no language of notices", "zh-CN or en")
    asks = frozenset(table.get("asks", []))
    if wrong := sorted(asks - set(Asking)):
        raise source.error(f"{name}.asks", f"{wrong[0]!r} is nothing that is asked", f"one of: {', '.join(Asking)}")
    if wrong := [a for a in table.get("agencies", []) if ":" not in a]:
        raise source.error(f"{name}.agencies", f"{wrong[0]!r} has no type", "write it like 'ISIL:XX-1'")
    if not domains and not addresses:
        raise source.error(name, "has neither domains nor addresses: nothing could prove its mail")
    return Provider(
        id=name,
        name_zh=str(table.get("name_zh", name)),
        name_en=str(table.get("name_en", name)),
        names=tuple(table.get("names", [])),
        domains=domains,
        addresses=addresses,
        system=table.get("system") is True,
        contact=contact.lower(),
        language=language,
        asks=asks,
        agencies=tuple(table.get("agencies", [])),
        networks=tuple(table.get("networks", [])),
    )
