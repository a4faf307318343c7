"""Patterns that the daemon and the console run themselves over words of others: none goes back over what it has read.

Where mails are read, limits of time hold (maild.confine); here nothing would stop a pattern. RE2 is linear by itself.
"""

from __future__ import annotations

import importlib.util
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import maild

# Packages whose code runs outside of confinement. Readers of mails and files are tested by tests/fuzz.
HERE = ("console", "courier", "daemon", "domain", "hooks", "mailbox", "match", "notify", "office", "spine", "store")
TOKENS = (" ", "a", "1", "a ", "1 ", "-", "- ", ".", "a.", "a@", "<", "<a", '"', '\\"', "(", "(\\(", "[", "{{", "http://a", "&", "%41",
          "\n", " \n", "a\n", "\u4e2d", "\u4e2d ", "\u5143", "\xa0", ":", "a:", "/", "_", "*", "#", ",", ";", "=?")  # fmt: skip
LONG = 8_000  # characters
LIMIT = 0.15  # seconds of CPU; what is quadratic takes a second and more
# Never run over more than a line, a name or a value that is short by its origin.
SHORT = frozenset({
    "maild.notify.editing.lint",  # header fields that maild wrote, before they leave
    "maild.notify.editing.tidy_html",  # templates of the house
})  # fmt: skip
# Only ever asked whether they fit at one place: match, fullmatch.
AT_ONE_PLACE = frozenset({
    "maild.console.pages.queue._EVIDENCE", "maild.console.pages.search._ADDRESS",
    "maild.domain.outgoing.reach._LATER", "maild.domain.desk.search._NUMBER",
    "maild.notify.writing.answers._POINT", "maild.notify.writing.answers._STEP", "maild.notify.editing.judge._PLACE",
    "maild.office.imports.import_values._ADDRESS",
})  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module of these packages holds, by name."""
    for package in HERE:
        for found in pkgutil.walk_packages([f"{maild.__path__[0]}/{package}"], f"maild.{package}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and found.name not in SHORT:
                    yield f"{found.name}.{name}", value


FOUND = dict(patterns())


def test_there_are_some() -> None:
    """The walk finds what it is to find."""
    assert len(FOUND) > 40
    assert frozenset(FOUND) >= AT_ONE_PLACE
    assert not [name for name in SHORT if importlib.util.find_spec(name) is None]


@pytest.mark.parametrize("name", sorted(FOUND))
def test_no_pattern_goes_back(name: str) -> None:
    """Searched for in eight thousand characters of one token."""
    pattern, slow = FOUND[name], []
    for token in TOKENS:
        text = (token * LONG)[:LONG]
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            if name in AT_ONE_PLACE:
                _ = pattern.match(text), pattern.fullmatch(text)
            else:
                list(pattern.finditer(text))
            best = min(best, time.process_time() - began)
            if best <= LIMIT:
                break
        if best > LIMIT:
            slow.append((token, best))
            break
    assert not slow
