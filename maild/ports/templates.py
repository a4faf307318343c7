"""The edited templates of notices, where every process finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from maild.domain.outgoing.template import TemplateVersion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class TemplateVersions(Protocol):
    def revision(self) -> int:
        """Grows with every version: who has seen this number has seen all. One look into an index."""

    def current(self) -> Mapping[str, TemplateVersion]:
        """The newest version of each name, also where it says 'as shipped again'."""

    def history(self, name: str, limit: int = 100) -> list[TemplateVersion]:
        """All versions of a name, newest first."""

    def get(self, version_id: int) -> TemplateVersion | None: ...

    def add(self, name: str, body: str | None, *, actor: str, at: datetime, note: str = "", seen: int = 0) -> int:
        """Append a version; returns its id. `seen`: the newest version that its author knew, 0 for none.

        Raises StaleVersion where somebody was faster.
        """


__all__ = ["TemplateVersion", "TemplateVersions"]
