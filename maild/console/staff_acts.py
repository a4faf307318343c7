"""The acts on the queue as the console does them: what they write waits, so that it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maild.bootstrap import Services

# Parts of the services that are made of the parts here, whose notices wait.
WAITING = frozenset(
    ("acts", "assign_acts", "answer_acts", "queue_acts", "link_acts", "row_acts", "fee_acts", "several_acts")
)


class StaffActs:
    """Made for one act, on the rules in force then; what is not named above is the services' own."""

    def __init__(self, services: Services, grace: timedelta) -> None:
        self._services, self.parts = services, replace(services.parts, grace=grace)

    def __getattr__(self, name: str) -> Any:
        if name not in WAITING:
            return getattr(self._services, name)
        made = getattr(type(self._services), name).func(self)  # as maild.bootstrap.desk makes it, of these parts
        vars(self)[name] = made
        return made
