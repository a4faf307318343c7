"""What every office of a run reads alike, read once in a process: the shipped rules, what their examples said, who the
providers are, tables of TOML, the shipped templates of notices; and an empty database, laid out once.

A process of a daemon has one office, a process of tests a thousand. Rules are values that the threads of a daemon share.
"""

from __future__ import annotations

import os
import pickle
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap.deciding import Deciding
from maild.classify.providers import Providers
from maild.classify.rules import suppliers
from maild.classify.rules.ruleset import ExampleResult, RuleSet
from maild.domain.incoming.mail import ParsedMail
from maild.notify.rendering import templates
from maild.notify.rendering.environment import NoticeEnvironment
from maild.resources import data_folder
from maild.spine.looking import provider_names as naming
from maild.spine.looking.provider_names import ProviderNames
from maild.spine.reading import read
from tests.servers.schema import lay_out

LEAST = 500  # characters of a text that is worth keeping
_loads, _load_rules, _test = tomllib.loads, read.load_rules, RuleSet.test
_known_providers, _provider_names, _ensure_schema = (
    suppliers.known_providers,
    naming.provider_names,
    Deciding.ensure_schema,
)
_tables: dict[str, bytes] = {}
_shipped_sets: list[RuleSet] = []
_names: dict[int, tuple[Providers, ProviderNames]] = {}
_said: dict[tuple[int, Callable[[bytes], ParsedMail]], Sequence[ExampleResult]] = {}


@contextmanager
def read_once() -> Iterator[None]:
    """Within: shipped rules are loaded once for each number pattern and domain, a text of TOML is parsed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", loads)
        patch.setattr(read, "load_rules", load_rules)
        patch.setattr(RuleSet, "test", examples)
        patch.setattr(suppliers, "known_providers", known_providers)
        patch.setattr(naming, "provider_names", provider_names)
        patch.setattr(Deciding, "ensure_schema", ensure_schema)
        patch.setattr(templates, "NoticeEnvironment", environment)
        yield


def loads(text: str, /, **more: Any) -> dict[str, Any]:
    """As tomllib does it: a table of its own for each who asks."""
    if more or not isinstance(text, str) or len(text) < LEAST:
        return _loads(text, **more)
    if text not in _tables:
        _tables[text] = pickle.dumps(_loads(text))
    return pickle.loads(_tables[text])  # type: ignore[no-any-return]


def load_rules(folder: str, transaction_number: str, own_address: str = "") -> Any:
    """An office's own folder is read whenever it is asked for: it is what changes."""
    if folder:
        return _load_rules(folder, transaction_number, own_address)
    return _shipped(transaction_number, read.domain_of(own_address))


@cache
def _shipped(transaction_number: str, domain: str) -> Any:
    from maild.classify.rules.load import load

    _shipped_sets.append(load(None, transaction_number, domain))
    return _shipped_sets[-1]


def examples(rules: RuleSet, parse: Callable[[bytes], ParsedMail]) -> list[ExampleResult]:
    """Of a set that is shared: what its examples said the first time (3 s); of any other they are tried whenever asked."""
    if not any(rules is one for one in _shipped_sets):
        return _test(rules, parse)
    if (id(rules), parse) not in _said:
        _said[id(rules), parse] = _test(rules, parse)
    return list(_said[id(rules), parse])


def known_providers(folder: str | Path | None, own_domain: str = "") -> Providers:
    """As rules are: of the shipped files alone once for each domain."""
    return _known_providers(folder, own_domain) if folder else _shipped_providers(own_domain)


@cache
def _shipped_providers(own_domain: str) -> Providers:
    found = _known_providers(None, own_domain)
    _names[id(found)] = (found, _provider_names(found))
    return found


def provider_names(providers: Providers) -> ProviderNames:
    """Of the shipped providers once: they are one value."""
    found, names = _names.get(id(providers), (None, None))
    return names if names is not None and found is providers else _provider_names(providers)


def ensure_schema(services: Deciding) -> None:
    """A file that is not there yet is a copy of one that alembic laid out; what is there is looked at as it is."""
    scheme, _, path = services.settings.store.url.partition(":///")
    if scheme == "sqlite" and "?" not in path and os.access(Path(path).parent, os.W_OK):
        lay_out(Path(path))
    _ensure_schema(services)


def environment(folders: Sequence[Path]) -> NoticeEnvironment:
    """The shipped templates, each compiled once, as the threads of a daemon share them; an office's own are compiled anew."""
    return _shipped_templates() if tuple(folders) == (_NOTICES,) else NoticeEnvironment(folders)


_NOTICES = data_folder("templates") / "notice"


@cache
def _shipped_templates() -> NoticeEnvironment:
    return NoticeEnvironment((_NOTICES,))
