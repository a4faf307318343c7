"""A year whose working days are not known is said aloud in the log, once a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.daemon.services import Services
from maild.doctor.texts import SAY as DOCTOR

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from maild.office.registration.review_policy import ReviewPolicy


class CalendarWarning:
    """Limits that are reckoned from such a year are Monday to Friday only: nobody must take them for facts."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._said: date | None = None

    def say(self, services: Services) -> None:
        """Warn of what is not known today, unless that was done today."""
        reviews: ReviewPolicy | None = getattr(services, "reviews", None)
        if reviews is None:
            return
        today = services.clock.now().astimezone(ZoneInfo(services.settings.office.timezone)).date()
        if self._said == today:
            return
        self._said = today
        for what in reviews.times.calendar.warnings(today):
            self._log.warning("calendar", what=what, remedy=DOCTOR("put_calendar"))
