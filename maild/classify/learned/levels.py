"""rules/second/levels.toml: what is asked of the second reader, by class of acts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from maild.domain.learning.control import Level
from maild.tables import Source, office_table

FILE = Path("second") / "levels.toml"
_KEYS = {"wrong", "confidence", "why"}


def load_levels(rules_folder: str = "") -> Mapping[str, Level]:
    """The office's file over the shipped one. Raises RuleError naming file and entry."""
    source = office_table(FILE, rules_folder)
    return MappingProxyType({name: _level(source, name, row) for name, row in source.data.items()})


def _level(source: Source, name: str, row: object) -> Level:
    if not isinstance(row, Mapping) or set(row) - _KEYS or not {"wrong", "confidence"} <= set(row):
        raise source.error(name, "must be a table of wrong, confidence and why")
    wrong, confidence = row["wrong"], row["confidence"]
    if not isinstance(wrong, float) or not 0.0 < wrong < 0.5:
        raise source.error(f"{name}.wrong", f"{wrong!r} is no share between 0 and 0.5")
    if not isinstance(confidence, float) or not 0.5 < confidence < 1.0:
        raise source.error(f"{name}.confidence", f"{confidence!r} is no confidence between 0.5 and 1")
    return Level(wrong=wrong, confidence=confidence, why=str(row.get("why", "")))
