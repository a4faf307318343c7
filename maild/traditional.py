"""Traditional characters read as simplified ones, so that the word lists need one spelling (rules/traditional.toml)."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from maild.resources import data_folder


@cache
def _table() -> dict[str, str]:
    data = tomllib.loads((data_folder("rules") / "traditional.toml").read_text("utf-8"))
    return dict(zip(data["traditional"], data["simplified"], strict=True))


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile("[" + "".join(map(re.escape, _table())) + "]")


def simplified(text: str) -> str:
    """`text`, as long as before, with traditional characters replaced."""
    if text.isascii():
        return text
    return _traditional().sub(lambda found: _table()[found.group()], text)
