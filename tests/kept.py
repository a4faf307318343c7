"""What every office of a run reads alike, read once in a process: the shipped rules, and tables of TOML.

A process of a daemon has one office, a process of tests a thousand. Rules are values that the threads of a daemon share.
"""

from __future__ import annotations

import pickle
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from maild.spine import read

LEAST = 500  # characters of a text that is worth keeping
_loads, _load_rules = tomllib.loads, read.load_rules
_tables: dict[str, bytes] = {}


@contextmanager
def read_once() -> Iterator[None]:
    """Within: shipped rules are loaded once for each number pattern and domain, a text of TOML is parsed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", loads)
        patch.setattr(read, "load_rules", load_rules)
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

    return load(None, transaction_number, domain)
