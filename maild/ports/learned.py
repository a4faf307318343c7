"""What was learned here, where every process finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from maild.domain.learning.learned import Model, Use, Used


class LearnedModels(Protocol):
    def add(self, version: str, weights: bytes, report: Mapping[str, object], *, actor: str, at: datetime) -> None:
        """Keep weights; those that are known already are left as they are."""

    def models(self, limit: int = 50) -> list[Model]:
        """All versions, newest first, without their weights."""

    def get(self, version: str) -> Model | None: ...
    def weights(self, version: str) -> bytes | None: ...
    def last(self) -> Used | None:
        """The decision that is in force."""

    def uses(self, limit: int = 50) -> list[Used]:
        """All decisions, newest first."""

    def use(self, what: Use, version: str, *, actor: str, at: datetime, note: str = "") -> int:
        """Decide; returns the decision's id."""


__all__ = ["LearnedModels"]
