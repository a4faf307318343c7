"""What does not work at present: logged when it begins, again now and then while it lasts, and known to the status."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from maild.domain.errors import MaildError, Temporary

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

SAY_AGAIN_SECONDS = 600.0


class Troubles:
    """Trouble by the loop it is in. Used from several threads: each touches its own name only."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._texts: dict[str, str] = {}
        self._say_again: dict[str, float] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def __bool__(self) -> bool:
        return bool(self._texts)

    def __str__(self) -> str:
        return "; ".join(f"{where}: {what}" for where, what in sorted(self._texts.items()))

    def over(self, name: str) -> None:
        """It works again, or never did not."""
        self._texts.pop(name, None)

    def note(self, name: str, error: BaseException) -> None:
        """Known trouble is a line; a fault of ours comes with its traceback."""
        text = error.what if isinstance(error, MaildError) else f"{type(error).__name__}: {error}"
        now = time.monotonic()
        if self._texts.get(name) == text and now < self._say_again.get(name, 0.0):
            self._log.debug("trouble", where=name, what=text)
            return
        self._texts[name], self._say_again[name] = text, now + SAY_AGAIN_SECONDS
        if isinstance(error, Temporary):
            self._log.warning("trouble", where=name, what=text)
        elif isinstance(error, MaildError):
            self._log.error("trouble", where=name, what=text, remedy=error.remedy)
        else:
            self._log.error("trouble", where=name, what=text, exc_info=error)
