"""Who acts by a command: a person, never a name under which a program stands in the history."""

from __future__ import annotations

import os
import pwd
from types import SimpleNamespace

import pytest

from maild.cli.context import actor
from maild.domain.errors import ConfigError
from maild.domain.records.journal import PROGRAMS


def test_a_person_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that is given, else the account's; under the service's own account its number."""
    assert actor("li") == "li"
    for name, said in (("wang", "wang"), ("maild", f"uid {os.getuid()}")):
        monkeypatch.setattr(pwd, "getpwuid", lambda _, name=name: SimpleNamespace(pw_name=name))
        assert actor("") == said


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_nobody_acts_as_a_program(name: str) -> None:
    """What it did would be no leaf of the evidence."""
    with pytest.raises(ConfigError, match="itself"):
        actor(name)
