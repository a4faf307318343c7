"""The doctor's checks as the console makes them: by an act, one at a time; what they found stays until the next."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maild.console import SAY
from maild.doctor import examine as doctor
from maild.doctor.model import Check, Level
from maild.domain.desk.rows import API
from maild.domain.errors import Temporary
from maild.settings import Loaded

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.office.safety.balance import BalanceSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checks found, when, and who had asked for them."""

    at: datetime
    by: str
    checks: Sequence[Check]
    sheet: BalanceSheet

    @property
    def counts(self) -> dict[Level, int]:
        """How many of each outcome."""
        found = Counter(check.level for check in self.checks)
        return {level: found[level] for level in Level}


class Checkup:
    """Thread-safe. They log in to mail servers and ask DNS: nobody lets two of them run at once."""

    def __init__(self) -> None:
        self.latest: Checked | None = None
        self._busy = threading.Lock()

    def make(self, services: Services, by: str) -> Checked:
        """Let the doctor look. Raises Temporary while he does."""
        if not self._busy.acquire(blocking=False):
            raise Temporary(SAY("checks_under_way"), remedy=SAY("look_again"))
        try:
            loaded = services.origin or Loaded(settings=services.settings)
            self.latest = Checked(
                at=services.clock.now(), by=by, checks=list(doctor(loaded, services)), sheet=services.balance()
            )
            return self.latest
        finally:
            self._busy.release()


def checked(found: Checked) -> dict[str, object]:
    """The doctor's checks."""
    return {
        "checks": [
            {"name": check.name, "level": check.level.value, "detail": check.detail, "remedy": check.remedy}
            for check in found.checks
        ],
        "checked": API.moment(found.at),
        "checked_by": found.by,
    }
