"""What writes a decision down in one transaction, and takes it back: keepers. And watchers of what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from maild.domain.incoming.decision import Decision, Effect
from maild.domain.records.journal import JournalEntry, MailRecord

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """When, by whom and because of which stored mail a decision is written down."""

    now: datetime
    actor: str
    mail_id: int | None = None

    def line(
        self,
        what: str,
        *,
        number: str = "",
        before: str = "",
        after: str = "",
        reasons: tuple[str, ...] = (),
        data: Mapping[str, object] | None = None,
        outbox_id: int | None = None,
    ) -> JournalEntry:
        """A line of history of it."""
        return JournalEntry(
            what=what,
            at=self.now,
            actor=self.actor,
            number=number,
            mail_id=self.mail_id,
            outbox_id=outbox_id,
            before=before,
            after=after,
            reasons=reasons,
            data=data or {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caused:
    """A decision among those whose effects are written together, with the stored mail that causes it.

    anew    its mail may be processed again: drafts that are there, and were not let go, are written anew
    before  its mail may have been handled, and answered, before
    joined  its mail shares the queue's item of another one
    """

    decision: Decision
    mail_id: int | None = None
    anew: bool = False
    before: bool = False
    joined: bool = False


Write = Callable[["UnitOfWork", Decision, At], Iterable[JournalEntry]]  # returns lines of history
Together = Callable[["UnitOfWork", Sequence[Caused], datetime], Sequence[int]]  # returns ids of notices that leave


def nothing(uow: UnitOfWork, decision: Decision) -> list[object]:
    """Nothing has to be known for taking it back."""
    return []


def never(uow: UnitOfWork, line: JournalEntry) -> str:
    """Nothing speaks against taking it back."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How what was written is taken back, from what the line of history of an act of staff keeps of it.

    name       under which the line keeps it; '' where others keep all that it needs
    note       what is kept, JSON-able: asked before anything is written
    against    why it cannot be taken back any more, in a sentence, or ''. Changes nothing
    take_back  at: when and by whom, and the mail that the act settled
    """

    take_back: Callable[[UnitOfWork, JournalEntry, At], None]
    name: str = ""
    note: Callable[[UnitOfWork, Decision], list[object]] = nothing
    against: Callable[[UnitOfWork, JournalEntry], str] = never


def kept(line: JournalEntry, name: str) -> list[object]:
    """What an act's line of history keeps under a name: a list, or (in lines of before) a single text."""
    found = line.data.get(name, ())
    if isinstance(found, str):
        return [found] if found else []
    return list(found) if isinstance(found, list | tuple) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Writes the effects of these types down, where a decision has any.

    write     at once: the next mail of a batch may be about the same
    together  of all decisions of a batch, once their history and items are written: no mail of it reads that again
    undo      how it is taken back where an act of staff is undone; stays: why it is not
    """

    takes: tuple[type[Effect], ...]
    write: Write | None = None
    together: Together | None = None
    undo: Undo | None = None
    stays: str = ""

    @property
    def by(self) -> Write | Together:
        """What writes."""
        written = self.write or self.together
        assert written is not None, self.takes
        return written

    def keep(self, uow: UnitOfWork, decision: Decision, at: At) -> Iterable[JournalEntry]:
        """Change what the decision changes; returns the lines of history, which are written with it."""
        return self.write(uow, decision, at) if self.write and self._takes_of(decision) else ()

    def keep_together(self, uow: UnitOfWork, every: Iterable[Caused], now: datetime) -> Sequence[int]:
        """Write what these decisions have of it; returns the ids of the notices that leave the house by it."""
        if self.together is None:
            return ()
        concerned = [one for one in every if self._takes_of(one.decision)]
        return self.together(uow, concerned, now) if concerned else ()

    def _takes_of(self, decision: Decision) -> bool:
        return any(isinstance(effect, self.takes) for effect in decision.effects)


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
