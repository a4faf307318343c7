"""What writes a decision down: keepers, each what it is for, in one transaction, and watchers of what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from maild.domain.incoming.decision import Decision, Effect
from maild.domain.records.journal import JournalEntry, MailRecord
from maild.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """When, by whom and because of which stored mail a decision is written down."""

    now: datetime
    actor: str
    mail_id: int | None = None


Write = Callable[[UnitOfWork, Decision, At], Iterable[JournalEntry]]  # returns lines of history


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Writes the effects of these types down, where a decision has any; without types, whatever it has."""

    write: Write
    takes: tuple[type[Effect], ...] = ()

    def keep(self, uow: UnitOfWork, decision: Decision, at: At) -> Iterable[JournalEntry]:
        """Change what the decision changes; returns the lines of history, which are written with it."""
        concerned = not self.takes or any(isinstance(effect, self.takes) for effect in decision.effects)
        return self.write(uow, decision, at) if concerned else ()


class Watcher(Protocol):
    """Follows a batch of decided mails, and writes what it makes of them in a statement a table."""

    def saw(self, mail: MailRecord, decision: Decision, now: datetime) -> Iterable[JournalEntry]:
        """A mail is decided; returns lines of history of its own."""
        ...

    def write(self, uow: UnitOfWork, now: datetime) -> None:
        """Write what was seen since the last time."""
        ...


class Keeping(Protocol):
    """Where the keepers and watchers are listed (maild.spine.order.Order)."""

    @property
    def keepers(self) -> Sequence[Keeper]: ...

    @property
    def watchers(self) -> Sequence[Callable[[], Watcher]]: ...
