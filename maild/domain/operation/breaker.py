"""Whether the line to the submission server is used: closed (it works), open (it is left alone), half-open (one probe).

What a server answers to one mail is that mail's matter. The same answer to several recipients in a row is the server's:
then no notice loses a try, and what was refused the same way just before has lost none either. A refusal that comes
again after the server took other mails was the recipient's own all along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from maild.domain.outgoing.reach import domain_of


class Weighed(StrEnum):
    """What becomes of an answer: RECORD it as it is; HOLD it until more are known; LINE: the server is at fault."""

    RECORD = "record"
    HOLD = "hold"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as the line sees it.

    alike      what is compared: class, code, enhanced code, or how the connection failed; '' says nothing of the line
    well       the server took the mail
    wide       the server's own refusal by its wording, whoever the recipient is
    permanent  the notice fails of it
    """

    entry_id: int
    recipient: str
    alike: str = ""
    well: bool = False
    wide: bool = False
    permanent: bool = False


@dataclass(slots=True, kw_only=True)
class Breaker:
    """The state of one line. `most`: so many recipients refused alike in a row are the server's trouble.

    Belongs to one event loop. Seconds are monotonic.
    """

    most: int = 3
    trips: int = 0
    until: float = 0.0
    reason: str = ""
    since: float = 0.0
    wells: int = 0
    _alike: str = ""
    _recipients: set[str] = field(default_factory=set)
    _run: list[int] = field(default_factory=list)
    _spared: dict[int, int] = field(default_factory=dict)
    _probed: dict[str, int] = field(default_factory=dict)

    def is_open(self, now: float) -> bool:
        """Whether no mail may be begun at present."""
        return now < self.until

    @property
    def tripped(self) -> bool:
        """Open or half-open: the server was at fault, and has taken no mail since."""
        return self.trips > 0

    @property
    def run(self) -> tuple[int, ...]:
        """The notices that were refused alike, in a row, until now."""
        return tuple(self._run)

    def trip(self, now: float, seconds: float, reason: str) -> None:
        """Leave the server alone for so long; then one mail probes it."""
        self.since = self.since if self.trips else now
        self.trips, self.until, self.reason = self.trips + 1, now + seconds, reason

    def recall(self, now: float) -> None:
        """The server was at fault when it was last tried, by whoever: half-open, so that one mail tries it first."""
        if not self.trips:
            self.trips, self.since = 1, now

    def well(self) -> None:
        """The server took a mail: closed, and what was refused before it is judged anew."""
        self.trips, self.until, self.reason = 0, 0.0, ""
        self.wells += 1
        self._end_run()
        self._probed.clear()

    def weigh(self, answer: Answer) -> Weighed:
        """What an answer means. After LINE the caller trips; the held ones of the same run are the server's as well."""
        if answer.well:
            self.well()
            return Weighed.RECORD
        if not answer.alike:
            return Weighed.RECORD
        if self._spared.get(answer.entry_id, self.wells) < self.wells:
            del self._spared[answer.entry_id]  # others were taken since
            return Weighed.RECORD
        if answer.alike != self._alike:  # it refuses something else now: what it refused before, it may take
            if self._alike:
                self.trips, self.until = 0, 0.0
            self._end_run()
            self._alike = answer.alike
        self._run.append(answer.entry_id)
        self._recipients.add(answer.recipient.lower())
        if answer.wide or self.tripped or self._in_a_row(answer):
            for entry_id in self._run:
                self._spared[entry_id] = self.wells
            return Weighed.LINE
        return Weighed.HOLD

    def probe(self, recipients: list[str]) -> int:
        """The place of the recipient by whom the server is tried: best one who was not refused, else one who was tried
        least; one bad address must not keep the line down.
        """
        chosen = min(range(len(recipients)), key=lambda n: self._tried(recipients[n].lower()))
        name = recipients[chosen].lower()
        self._probed[name] = self._probed.get(name, 0) + 1
        return chosen

    def _tried(self, recipient: str) -> tuple[int, bool]:
        return self._probed.get(recipient, 0), recipient in self._recipients

    def _in_a_row(self, answer: Answer) -> bool:
        """Put off by one receiving system only: that system is slow (domain.reach), and the line is not."""
        several = answer.permanent or len({domain_of(one) for one in self._recipients}) > 1
        return several and len(self._recipients) >= self.most

    def _end_run(self) -> None:
        self._alike = ""
        self._recipients.clear()
        self._run.clear()
