"""The services that pages work with: others take their place when a rule was saved, by this console or by anybody."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from maild.doctor.broken import faults
from maild.domain.errors import MaildError

if TYPE_CHECKING:
    from maild.bootstrap import Services

log = logging.getLogger("maild.console")
LOOK_SECONDS = 5.0
AGAIN = 12  # looks between two tries of what is broken
GRACE_SECONDS = 120.0  # what began under the old rules may end under them


class InForce:
    """Thread-safe. Who took `services` works on with them; their readers end a while after others took their place.

    fault: why rules that were saved are not in force here, None where nothing is wrong
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self.fault: MaildError | None = None
        self._first = services
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._old: list[tuple[Services, threading.Timer]] = []
        with suppress(MaildError):  # what is wrong with the folder is told by its pages; it stops no console
            services.note_rules()

    def faults(self) -> tuple[MaildError, ...]:
        """All that is wrong with the rules: with the files as they lie there, what was saved, parts made of them."""
        first = (self.services.rule_files.fault(), self.fault, *faults(self.services))
        return tuple({fault.what: fault for fault in first if fault is not None}.values())

    def look(self) -> None:
        """Take what was saved into force; where it is broken all stays as it was, and `fault` says why."""
        with self._lock:
            try:
                if not self.services.rules_changed():
                    self.fault = None
                    return
                fresh = self.services.renewed()
            except MaildError as error:
                self.fault = error
                return
            old, self.services, self.fault = self.services, fresh, None
            timer = threading.Timer(GRACE_SECONDS, old.retire)
            timer.daemon = True
            timer.start()
            self._old = [*(one for one in self._old if one[1].is_alive()), (old, timer)]

    def start(self) -> None:
        """Look now and then, in a thread."""
        self._thread = threading.Thread(target=self._run, name="rules", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for fault in faults(self.services):  # all is made as it is now, before somebody edits a file
            log.error("rules: %s (%s)", fault.what, fault.remedy)
        rounds = 0
        while not self._ended.wait(LOOK_SECONDS):
            rounds += 1
            if self.fault is None or rounds % AGAIN == 0:
                self.look()

    def stop(self) -> None:
        """End the thread, and the readers of all services but the first, which are closed by who made them."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(LOOK_SECONDS)
        with self._lock:
            for old, timer in self._old:
                timer.cancel()
                if old is not self._first:
                    old.retire()
            if self.services is not self._first:
                self.services.retire()
