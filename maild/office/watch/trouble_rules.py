"""rules/troubles.toml → TroubleRules: the shipped table, and over it what the office's own file names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from maild.domain.operation.trouble import TroubleCause, TroubleRule, TroubleRules
from maild.tables.table import From, Limits, Table


def _said(text: str) -> str:
    try:
        text.format(about="")
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError("holds braces other than {about}") from error
    return text


_Said = Annotated[str, From(_said, str)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    zh: _Said
    en: _Said
    help_zh: _Said
    help_en: _Said
    ready: bool = False
    alarm: bool = True
    tries: Annotated[int, Limits(1, 1000)] = 1

    def rule(self) -> TroubleRule:
        return TroubleRule(
            name=MappingProxyType({"zh": self.zh, "en": self.en}),
            help=MappingProxyType({"zh": self.help_zh, "en": self.help_en}),
            ready=self.ready,
            alarm=self.alarm,
            tries=self.tries,
        )


TROUBLES: Table[Mapping[TroubleCause, _Row]] = Table(
    "troubles.toml", Mapping[TroubleCause, _Row], "the head of rules/troubles.toml says what each line means"
)


def load_troubles(rules_folder: str) -> TroubleRules:
    """The table in force. Raises RuleError naming file, line and key."""
    rows = TROUBLES.load(rules_folder)
    return TroubleRules(rules=MappingProxyType({cause: row.rule() for cause, row in rows.items()}))
