"""What is wrong with a setting, and the error that carries all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maild.domain.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `option` is 'section.option' ('' where it is about the whole file), `source` is
    'FILE', 'FILE:LINE' or 'environment variable NAME'. `passing`: the setting may be right, and the place not there
    yet: a mount that comes late, or came read-only.
    """

    option: str
    what: str
    remedy: str = ""
    source: str = ""
    passing: bool = False

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.source, self.option, self.what) if part)
        return f"{head}\n  remedy: {self.remedy}" if self.remedy else head


class SettingsError(ConfigError):
    """All faults of the configuration that were found in one go; exit code 2."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
