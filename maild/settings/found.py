"""A fault of a value, before it is known where the value came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fault of an option's value; `index` counts the repeated sections."""

    option: str
    what: str
    remedy: str
    index: int = 0

    @property
    def label(self) -> str:
        section, _, name = self.option.partition(".")
        return f"{section}[{self.index}].{name}" if self.index else self.option
