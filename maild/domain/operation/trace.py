"""The way of one mail as a trace: what each stage took and came to, under one id from first byte to last notice.

The id follows from the store's name and the mail's number, so that every process, and the same one years later, knows
it without asking: nothing is kept for it, and nothing of the mail can be read from it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType

Fact = str | int | float | bool
NOTHING: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One stage of one mail.

    trace, id, parent   in hex, of 16, 8 and 8 bytes (W3C Trace Context section 3.2.2); parent '' of the first
    began, ended        aware
    facts               what it came to: never an address, a name, or a word of a mail
    fault               the kind of error where it failed, '' where it did not
    """

    trace: str
    id: str
    parent: str = ""
    name: str
    began: datetime
    ended: datetime
    facts: Mapping[str, Fact] = field(default_factory=lambda: NOTHING)
    fault: str = ""


def trace_of(store: str, mail_id: int) -> str:
    """The trace of a mail. store: the name that database and blobs bear (maild.office.safety.identity)."""
    return _hex(store, "mail", mail_id, 16)


def trace_of_notice(store: str, entry_id: int) -> str:
    """The trace of a notice that no mail caused."""
    return _hex(store, "notice", entry_id, 16)


def _hex(store: str, what: str, number: int, length: int) -> str:
    return sha256(f"{store}/{what}/{number}".encode()).hexdigest()[: 2 * length]


class Trail:
    """Where the stages leave their spans. Thread-safe as `take` is; where nobody takes any, nothing is made."""

    def __init__(self, store: str = "", take: Callable[[Span], None] | None = None) -> None:
        self._store, self._take = store, take

    @property
    def on(self) -> bool:
        """Whether somebody takes them."""
        return self._take is not None

    def trace(self, mail_id: int) -> str:
        """The mail's trace, '' where nobody takes spans: it would be found nowhere."""
        return trace_of(self._store, mail_id) if self.on else ""

    def received(self, mail_id: int, began: datetime, ended: datetime, facts: Mapping[str, Fact] = NOTHING) -> None:
        """The first span of a mail, above all others of it."""
        if self._take is not None:
            trace = trace_of(self._store, mail_id)
            self._take(
                Span(trace=trace, id=_first(trace), name="receive", began=began, ended=ended, facts=_of(mail_id, facts))
            )

    def stage(
        self,
        name: str,
        mail_id: int,
        began: datetime,
        ended: datetime,
        facts: Mapping[str, Fact] = NOTHING,
        *,
        fault: str = "",
        within: Iterable[tuple[str, float]] = (),
    ) -> None:
        """A stage of a mail. within: its parts and their seconds, in their order."""
        if self._take is not None:
            self._leave(trace_of(self._store, mail_id), name, began, ended, _of(mail_id, facts), fault, within)

    def notice(
        self,
        name: str,
        entry_id: int,
        mail_id: int | None,
        began: datetime,
        ended: datetime,
        facts: Mapping[str, Fact] = NOTHING,
        *,
        fault: str = "",
    ) -> None:
        """A stage of a notice, in the trace of the mail that caused it."""
        if self._take is not None:
            trace = trace_of_notice(self._store, entry_id) if mail_id is None else trace_of(self._store, mail_id)
            of = {"maild.notice": entry_id, **facts}
            self._leave(trace, name, began, ended, of if mail_id is None else _of(mail_id, of), fault, ())

    def _leave(
        self,
        trace: str,
        name: str,
        began: datetime,
        ended: datetime,
        facts: Mapping[str, Fact],
        fault: str,
        within: Iterable[tuple[str, float]],
    ) -> None:
        if self._take is None:
            return
        mine = os.urandom(8).hex()
        self._take(
            Span(
                trace=trace,
                id=mine,
                parent=_first(trace),
                name=name,
                began=began,
                ended=ended,
                facts=facts,
                fault=fault,
            )
        )
        at = began
        for part, seconds in within:
            then = at + timedelta(seconds=seconds)
            self._take(Span(trace=trace, id=os.urandom(8).hex(), parent=mine, name=part, began=at, ended=then))
            at = then


def nanoseconds(moment: datetime) -> int:
    """Since 1970, exact to the microsecond."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


def _first(trace: str) -> str:
    """The id of a trace's first span: known to those who come after it."""
    return sha256(trace.encode()).hexdigest()[:16]


def _of(mail_id: int, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    return {"maild.mail": mail_id, **facts}
