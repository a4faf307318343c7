"""The words of rules/titles.toml, loaded once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from maild.resources import data_folder


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((data_folder("rules") / "titles.toml").read_text("utf-8"))


@cache
def several(name: str) -> tuple[str, ...]:
    """The words of that list."""
    return tuple(_data()[name])


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of that name, in any case."""
    return re.compile(_data()[name], re.IGNORECASE)
