"""What the capabilities of the office bring to the way of a mail, and the loops over it. The spine names none of them:
the table is `maild.office.order`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.operation.metric import Tally
from maild.domain.operation.trace import Trail
from maild.ports import Clock, ReceiptReader
from maild.spine import facts as looked_up
from maild.spine.background import Background
from maild.spine.binding import hold_back, look_twice
from maild.spine.facts import Facts, Need
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.policy import Policy
from maild.spine.recording.keeping import Keeper, Watcher

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

Decide = Callable[[Reading, Facts, Policy], Decision | None]
Then = Callable[[Decision, Reading, Facts, Policy], Decision]
Reread = Callable[[Reading, Facts, Policy], Reading]
EVERYBODY = frozenset(Party)
PROVIDERS = frozenset({Party.PROVIDER})
OTHERS = EVERYBODY - PROVIDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One entry of the deciding order: what it takes, what it needs to know, and a pure function.

    decide   None where the mail is not its business
    place    why it stands where it stands
    parties  who may have written; main: what the mail has to be first of all, kinds: what it has to be among other
             things (empty: anything)
    needs    what is looked up for it
    then     what is added to its decision
    by_staff a librarian's own mail: none of the laws on what binds a writer holds for what it does
    """

    name: str
    place: str
    decide: Decide
    parties: frozenset[Party] = EVERYBODY
    main: frozenset[Kind] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    needs: tuple[Need, ...] = ()
    then: tuple[Then, ...] = ()
    by_staff: bool = False

    def takes(self, reading: Reading) -> bool:
        """Whether it is asked about such a mail at all."""
        found = reading.classification
        if found.main.party not in self.parties or (self.main and found.main.kind not in self.main):
            return False
        return not self.kinds or not self.kinds.isdisjoint(found.kinds)


def first(handlers: Iterable[Handler], reading: Reading, facts: Facts, policy: Policy) -> tuple[Handler, Decision]:
    """The first that has a decision, and that decision with what is added to it."""
    for handler in handlers:
        found = handler.decide(reading, facts, policy) if handler.takes(reading) else None
        if found is not None:
            for then in handler.then:
                found = then(found, reading, facts, policy)
            return handler, found
    raise AssertionError("the last handler decides everything")


@dataclass(frozen=True, kw_only=True)
class Order:
    """The table.

    handlers  tried in turn
    reread    how a mail is to be read, now that its facts are known; needs: of these, and of `after`
    after     what every decision passes once it is made
    keepers   what writes a decision down, in this order; watchers: made anew for each batch
    settle    what mails prove of notices in doubt, before any of them is decided; returns how many are settled
    read_now  a reading with what its files say, where nothing does so in the background; open_background: makes it
    """

    handlers: tuple[Handler, ...]
    reread: tuple[Reread, ...] = ()
    after: tuple[Then, ...] = ()
    needs: tuple[Need, ...] = ()
    keepers: tuple[Keeper, ...] = ()
    watchers: tuple[Callable[[], Watcher], ...] = ()
    settle: Callable[[UnitOfWork, Iterable[ParsedMail], datetime], int] = lambda uow, mails, now: 0
    read_now: Callable[[Reading, ReceiptReader], Reading] = lambda reading, reader: reading
    open_background: Callable[[Store, ReceiptReader, Clock, Tally, Trail], Background] | None = None

    @cached_property
    def every_need(self) -> tuple[Need, ...]:
        """Each once."""
        return tuple(dict.fromkeys([*(need for each in self.handlers for need in each.needs), *self.needs]))

    def gather(self, uow: UnitOfWork, reading: Reading, lookup: LookupSettings, now: datetime, **how: Any) -> Facts:
        """What bears on the mail (maild.spine.facts.gather says what more it takes)."""
        return looked_up.gather(self.every_need, uow, reading, lookup, now, **how)

    def as_read(self, reading: Reading, facts: Facts, policy: Policy) -> Reading:
        """The mail as it is read where its facts are known."""
        for reread in self.reread:
            reading = reread(reading, facts, policy)
        return reading

    def decide(self, reading: Reading, facts: Facts, policy: Policy) -> Decision:
        """What the mail causes, and why. Pure: the same mail on the same facts decides alike. Never raises for what a
        mail may say.
        """
        reading = self.as_read(reading, facts, policy)
        handler, found = first(self.handlers, reading, facts, policy)
        if not handler.by_staff:
            found = hold_back(look_twice(found, reading, facts), reading, facts, policy)
        found = replace(found, writer=replace(found.writer, auth=reading.auth, dated=_dated(facts)))
        for then in self.after:
            found = then(found, reading, facts, policy)
        return found


def _dated(facts: Facts) -> datetime | None:
    """When what the mail tells happened: as it was signed, and at its arrival at the latest.

    A sender's clock that is ahead would otherwise make the true news that follows older than this.
    """
    standing = facts.standing
    return min(standing.dated, standing.arrived) if standing and standing.dated else None
