"""Loading: rule files → RuleSet, or a RuleError that names file, line, field, reason and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maild.classify.providers import Providers
from maild.classify.reading.clauses import Understanding
from maild.classify.reading.invoice import LISTS as INVOICE_LISTS
from maild.classify.reading.news.wordings import (
    AGREE,
    FILE,
    FILLER,
    LATER,
    LINK,
    NOTHING,
    OF_ANSWERS,
    OF_DELAYS,
    UNLIKE,
)
from maild.classify.reading.row_words import LISTS as ROW_LISTS
from maild.classify.rule_files import Tree
from maild.classify.rules.rulefile import RuleReader
from maild.classify.rules.ruleset import RuleSet
from maild.classify.rules.suppliers import load_providers, tree_of
from maild.classify.vocabulary.lexicon import HEDGE_LISTS, LABEL_LISTS, Words, build_lexicon
from maild.classify.vocabulary.macros import PART, expand
from maild.classify.vocabulary.patterns import (
    PLACEHOLDER,
    BadPattern,
    PatternPool,
    check_pattern,
    compile_pattern,
    without_groups,
)
from maild.classify.vocabulary.values import number_pattern
from maild.domain.errors import ConfigError, RuleError
from maild.domain.incoming.ruling import Kind
from maild.tables import Source, read_toml

# Word files the engine cannot do without, and the lists it asks them for.
_NEEDED = {
    "labels": LABEL_LISTS,
    "hedges": HEDGE_LISTS,
    "reasons": (),
    "status": (),
    "statements": (),
    "topics": (),
    "composed": (AGREE, FILE, LATER, LINK, NOTHING, UNLIKE, *OF_DELAYS),
    "plain": (FILLER, *OF_ANSWERS),
    "rows": ROW_LISTS,
    "invoice": INVOICE_LISTS,
    "certain": (),
    "filler": ("matter", "consent"),
}
# Word files whose lists are named by kinds.
_BY_KIND = {"status", "statements", "composed", "plain"}


def load(folder: str | Path | None, transaction_number: str, own_domain: str = "") -> RuleSet:
    """Read the shipped rules, overridden by same-named files of `folder` ('' or None: none).

    transaction_number  the office's RE2 pattern (matching.transaction_number)
    own_domain          the organisational domain of the office: nobody there is a supplier
    Raises RuleError for anything wrong in any file; ConfigError for the pattern or a missing folder.
    """
    tree = tree_of(folder)
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
