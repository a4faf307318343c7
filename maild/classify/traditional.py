"""Traditional characters read as simplified ones, so that the word lists need one spelling (rules/traditional.toml)."""

from __future__ import annotations

import tomllib
from functools import cache

from maild.resources import data_folder


@cache
def _table() -> dict[int, str]:
    data = tomllib.loads((data_folder("rules") / "traditional.toml").read_text("utf-8"))
    return {ord(a): b for a, b in zip(data["traditional"], data["simplified"], strict=True)}


def simplified(text: str) -> str:
    """`text`, as long as before, with traditional characters replaced."""
    return text if text.isascii() else text.translate(_table())
