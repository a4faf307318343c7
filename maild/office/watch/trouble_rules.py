"""rules/troubles.toml → TroubleRules: the shipped table, and over it what the office's own file names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maild.domain.operation.trouble import TroubleCause, TroubleRule, TroubleRules
from maild.resources import data_folder
from maild.tables import Source, read_toml

NAME = "troubles.toml"
_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "zh": str,
        "en": str,
        "help_zh": str,
        "help_en": str,
        "ready": bool,
        "alarm": bool,
        "tries": int,
    }
)
_HELP = "the head of rules/troubles.toml says what each line means"


def load_troubles(rules_folder: str) -> TroubleRules:
    """The table in force. Raises RuleError with file and line for what is wrong."""
    said: dict[TroubleCause, dict[str, Any]] = {}
    for folder in (data_folder("rules"), *([Path(rules_folder)] if rules_folder else [])):
        if (folder / NAME).is_file():
            source = read_toml(folder / NAME)
            for name, lines in source.data.items():
                cause = _cause(source, name, lines)
                said[cause] = said.get(cause, {}) | _checked(source, name, lines)
    return TroubleRules(rules=MappingProxyType({cause: _rule(lines) for cause, lines in said.items()}))


def _cause(source: Source, name: str, lines: object) -> TroubleCause:
    if name not in set(TroubleCause) or not isinstance(lines, Mapping):
        raise source.error(name, "is no cause", f"causes are: {', '.join(TroubleCause)}")
    return TroubleCause(name)


def _checked(source: Source, name: str, lines: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in lines.items():
        kind = _TYPES.get(key)
        fit = kind is not None and type(value) is kind and value != ""
        if not fit or (isinstance(value, int) and kind is int and not 0 < value <= 1000):
            raise source.error(f"{name}.{key}", "is unknown, or its value will not do", _HELP)
        try:
            str(value).format(about="")
        except (KeyError, IndexError, ValueError) as error:
            raise source.error(f"{name}.{key}", "holds braces other than {about}", _HELP) from error
    return dict(lines)


def _rule(lines: Mapping[str, Any]) -> TroubleRule:
    return TroubleRule(
        name=MappingProxyType({"zh": lines["zh"], "en": lines["en"]}),
        help=MappingProxyType({"zh": lines["help_zh"], "en": lines["help_en"]}),
        ready=lines.get("ready", False),
        alarm=lines.get("alarm", True),
        tries=lines.get("tries", 1),
    )
