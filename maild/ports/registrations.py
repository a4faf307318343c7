"""What the core sees of registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from maild.domain.requests.patron import Registration, RegistrationStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from maild.domain.incoming.decision import RegistrationChange
    from maild.domain.requests.lifecycle import RegistrationState


class Registrations(Protocol):
    def change(self, change: RegistrationChange, now: datetime) -> tuple[Registration, bool]:
        """Create or move; True if it changed anything. Raises StaleVersion where the laws forbid it by now."""

    def get(self, registration_id: int) -> Registration | None: ...
    def of(
        self, *, email: str = "", login: str = "", step: RegistrationStep = RegistrationStep.ACCOUNT
    ) -> Registration | None:
        """The latest registration for the step with that e-mail (any case) or, failing that, login."""

    def of_person(self, emails: Sequence[str]) -> list[Registration]:
        """The latest registration of each step and each e-mail, oldest first."""

    def find(
        self, *, state: RegistrationState | None = None, step: RegistrationStep | None = None, limit: int = 100
    ) -> list[Registration]: ...
    def watched(self, limit: int) -> list[Registration]:
        """Those that wait for their review, unless all have been told already; oldest first."""

    def tell(self, registration_id: int, stage: int, due: datetime | None) -> bool:
        """Note that staff were told; False where another process was faster."""

    def set_due(self, registration_id: int, due: datetime) -> None: ...
