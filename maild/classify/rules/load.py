"""Loading: rule files → RuleSet, or a RuleError that names file, line, field, reason and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maild.classify.institutions import load_institutions, no_clash
from maild.classify.providers import Provider, Providers
from maild.classify.reading.clauses import Understanding
from maild.classify.reading.invoice import LISTS as INVOICE_LISTS
from maild.classify.reading.wordings import AGREE, FILE, LATER, LINK, NOTHING, UNLIKE
from maild.classify.rules.files import Tree
from maild.classify.rules.lexicon import HEDGE_LISTS, LABEL_LISTS, Words, build_lexicon
from maild.classify.rules.macros import PART, expand
from maild.classify.rules.patterns import (
    PLACEHOLDER,
    BadPattern,
    PatternPool,
    check_pattern,
    compile_pattern,
    without_groups,
)
from maild.classify.rules.rulefile import RuleReader
from maild.classify.rules.ruleset import RuleSet
from maild.classify.rules.values import number_pattern
from maild.domain.errors import ConfigError, RuleError
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.asking import Asking
from maild.resources import data_folder
from maild.tables import Source, read_toml

# Word files the engine cannot do without, and the lists it asks them for.
_NEEDED = {
    "labels": LABEL_LISTS,
    "hedges": HEDGE_LISTS,
    "reasons": (),
    "status": (),
    "statements": (),
    "topics": (),
    "composed": (AGREE, FILE, LATER, LINK, NOTHING, UNLIKE),
    "invoice": INVOICE_LISTS,
    "certain": (),
    "filler": ("matter", "consent"),
}
# Word files whose lists are named by kinds.
_BY_KIND = {"status", "statements", "composed"}
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
}


def load(folder: str | Path | None, transaction_number: str, own_domain: str = "") -> RuleSet:
    """Read the shipped rules, overridden by same-named files of `folder` ('' or None: none).

    transaction_number  the office's RE2 pattern (matching.transaction_number)
    own_domain          the organisational domain of the office: nobody there is a supplier
    Raises RuleError for anything wrong in any file; ConfigError for the pattern or a missing folder.
    """
    tree = _tree(folder)
    plain_number = without_groups(transaction_number)
    try:
        number = number_pattern(plain_number)
    except BadPattern as error:
        what = f"matching.transaction_number: not an RE2 pattern: {error}"
        raise ConfigError(what, remedy="RE2 has no look-around and no back-references") from error
    words = load_words(tree)
    providers = load_providers(tree, own_domain)
    pool = PatternPool()
    reader = RuleReader(tree=tree, words=words, providers=providers, pool=pool, number=plain_number)
    sources = [read_toml(path) for path in tree.rule_files()]
    rules = [reader.read(source) for source in sources if source.data.get("disabled") is not True]
    pool.seal()
    reasons = tuple((code, compile_pattern(p)) for code, ps in words["reasons"].items() for p in ps)
    return RuleSet(
        rules=rules,
        providers=providers,
        lexicon=build_lexicon(words),
        pool=pool,
        number=number,
        reasons=reasons,
        examples=tree.example,
        understanding=_understanding(tree, words, providers),
        number_text=plain_number,
    )


def _understanding(tree: Tree, words: Words, providers: Providers) -> Understanding:
    try:
        return Understanding(words, [address for provider in providers.values() for address in provider.addresses])
    except ValueError as error:
        path = next(path for path in tree.word_files() if path.stem == "certain")
        raise RuleError(f"{path}: {error}", remedy="see rules/README.md, 'What is understood'") from error


def known_providers(folder: str | Path | None, own_domain: str = "") -> Providers:
    """Providers and institutions alone, without reading a rule. Raises RuleError, ConfigError."""
    return load_providers(_tree(folder), own_domain)


def _tree(folder: str | Path | None) -> Tree:
    """The shipped rules, with the operator's on top."""
    folders = [data_folder("rules")]
    if folder:
        if not Path(folder).is_dir():
            raise ConfigError(f"rules.folder: {folder} is no folder", remedy="create it, or leave the option empty")
        folders.append(Path(folder))
    return Tree(folders)


def load_words(tree: Tree) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """All word lists, references among them resolved, every pattern tried.

    Raises RuleError where a list is missing, unknown or broken.
    """
    sources = {path.stem: read_toml(path) for path in tree.word_files()}
    for name, lists in _NEEDED.items():
        missing = [entry for entry in lists if entry not in sources[name].data] if name in sources else ["all of it"]
        if missing:
            where = sources[name].path if name in sources else f"words/{name}.toml"
            raise RuleError(f"{where}: missing: {', '.join(missing)}", remedy="restore the shipped file")
    for name in _BY_KIND & set(sources):
        for key in sources[name].data:
            if key not in set(Kind) and not key.startswith(PART) and key not in _NEEDED[name]:
                raise sources[name].error(key, f"{key!r} is no kind of mail", f"one of: {', '.join(Kind)}")
    words = {name: _expanded(source) for name, source in sources.items()}
    for name, lists in words.items():
        _check(sources[name], lists)
    return {
        name: {key: _resolved(sources[name], words, name, key, ()) for key in lists} for name, lists in words.items()
    }


def _expanded(source: Source) -> Mapping[str, tuple[str, ...]]:
    """The lists of a file, blocks ('{name}' for the list part_name) written out."""
    try:
        return expand({key: _entries(source, key) for key in source.data})
    except ValueError as error:
        name, reason = error.args
        raise source.error(name, reason) from error


def _check(source: Source, lists: Mapping[str, tuple[str, ...]]) -> None:
    for key, entries in lists.items():
        for entry in entries:
            if entry.startswith("@"):
                continue
            try:
                check_pattern(entry.replace(PLACEHOLDER, "x"))
            except BadPattern as error:
                raise source.error(key, f"not an RE2 pattern: {entry!r}: {error}") from error


def _entries(source: Source, key: str) -> tuple[str, ...]:
    value = source.data[key]
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
        raise source.error(key, "must be a list of patterns (strings, none empty)")
    return tuple(value)


def _resolved(
    source: Source, words: Mapping[str, Mapping[str, tuple[str, ...]]], name: str, key: str, seen: tuple[str, ...]
) -> tuple[str, ...]:
    here = f"@{name}.{key}"
    if here in seen:
        raise source.error(key, f"refers to itself: {' → '.join((*seen, here))}")
    entries: list[str] = []
    for entry in words[name][key]:
        if not entry.startswith("@"):
            entries.append(entry)
            continue
        other, _, listed = entry[1:].partition(".")
        if listed not in words.get(other, {}):
            raise source.error(key, f"no word list {entry}", f"write it in words/{other}.toml, or mend the name")
        entries += _resolved(source, words, other, listed, (*seen, here))
    return tuple(dict.fromkeys(entries))


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
    for key in ("names", "domains", "addresses", "asks", "agencies"):
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
    )
