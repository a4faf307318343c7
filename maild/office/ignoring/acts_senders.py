"""Senders whose mail staff want to see no more: ignored with a reason, and taken back. Each is audited.

An address is never ignored that somebody may need: a provider's, ours, a patron's with a request that runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.ignored import IgnoredSender
from maild.domain.incoming.ruling import Kind
from maild.domain.records.journal import JournalEntry, ReviewState
from maild.office.acting.act import Given, ItemId, Line, Note, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.doing import settle
from maild.office.acting.drafts import act, withdraw_all
from maild.office.acting.result import ActResult
from maild.office.acting.seen import moment
from maild.office.queue.acts import Acts
from maild.office.queue.acts_queue import Each, Marked, bulk
from maild.spine.looking.lookups import OVER
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

MOST_ITEMS = 1000  # of one sender that are dismissed with one act
_MACHINES = frozenset({"mailer-daemon", "postmaster", "abuse"})
_NO_PERSON = frozenset({Kind.BOUNCE, Kind.OWN, Kind.AUTO_REPLY})


Reason = Annotated[Line, Given(help="Why; kept, and told with each mail that is ignored.")]


class Sender(str):
    """The mail address of one."""

    @classmethod
    def read(cls, text: str) -> Sender:
        """Raises Permanent."""
        if "@" not in text:
            raise Permanent(f"{text!r} is no mail address", remedy="name@domain")
        return cls(text)


Address = Annotated[Sender, Given(help="The address.", least=3, most=320, word=True)]


class SenderActs:
    """Raises NotFound, Permanent (not allowed, with the reason), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._parts, self._acts = parts, acts

    @deed("queue.ignore", "/queue/{item_id:int}/ignore", undo=True)
    def ignore_sender(
        self,
        item_id: ItemId,
        reason: Reason,
        *,
        actor: str,
        everything: Annotated[bool, Given(help="Dismiss all that waits of this sender.", name="all")] = False,
        seen: Seen = None,
    ) -> ActResult:
        """Ignore the sender from now on, and dismiss the item.

        Undo takes both back. Raises Permanent where it is no person's mail.
        """
        item, now = self._acts.open_item(item_id, seen), self._parts.clock.now()
        if item.mail_id is None or item.key:
            raise Permanent(f"item {item_id} is no mail of a sender", remedy="dismiss it")
        if item.kind in _NO_PERSON:
            raise Permanent(
                f"a mail of kind {item.kind} is no person's: its sender is not ignored", remedy="dismiss the item"
            )
        with self._parts.store.begin() as uow:
            fresh = self._ignore(uow, item.sender, reason, actor)
            others = uow.reviews.of_sender(item.sender, state=ReviewState.OPEN, limit=MOST_ITEMS) if everything else []
            for each in (item, *(o for o in others if o.id != item.id and o.mail_id is not None and not o.key)):
                data = withdraw_all(uow, each, f"dismissed by {actor}", now)
                if each is item and fresh:
                    data["ignored"] = item.sender
                note = f"sender ignored: {reason.strip()}"
                settle(uow, each, ReviewState.DISMISSED, actor=actor, note=note, numbers=(), now=now)
                uow.journal.add([act(each, now, actor, "dismissed", note, data)])
        count = f"; {len(others) - 1} other item(s) dismissed with it" if len(others) > 1 else ""
        return ActResult(done=f"{item.sender} is ignored{'' if fresh else ' already'}; item {item_id} dismissed{count}")

    def ignore_all(self, items: Sequence[Marked], reason: str, *, actor: str) -> list[Each]:
        """The writers of several items; each by itself."""
        return bulk(items, lambda i, seen: self.ignore_sender(i, reason, actor=actor, seen=seen))

    @deed("senders.ignore")
    def ignore(self, address: Address, reason: Reason, *, actor: str) -> ActResult:
        """Ignore a sender from now on.

        Of whom nothing waits.
        """
        address, now = Sender(address.strip().lower()), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            if not self._ignore(uow, address, reason, actor):
                known = uow.ignored.get(address)
                since = f" by {known.actor}{moment(known.at)}" if known else ""
                return ActResult(done=f"{address} is ignored already{since}")
            uow.journal.add(
                [
                    JournalEntry(
                        what="act",
                        at=now,
                        actor=actor,
                        after="sender ignored",
                        reasons=(reason.strip(),),
                        data={"address": address},
                    )
                ]
            )
        return ActResult(done=f"{address} is ignored")

    @deed("senders.unignore")
    def unignore(self, address: Address, *, actor: str, note: Note = "") -> ActResult:
        """See a sender's mails again; those that were ignored stay as they are.

        Raises NotFound.
        """
        address, now = Sender(address.strip().lower()), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            known = uow.ignored.get(address)
            if known is None or not uow.ignored.remove(address):
                raise NotFound(f"{address} is not ignored", remedy="maild senders ignored")
            uow.journal.add(
                [
                    JournalEntry(
                        what="act",
                        at=now,
                        actor=actor,
                        before=known.words,
                        after="sender seen again",
                        reasons=(note,) if note else (),
                        data={"address": address},
                    )
                ]
            )
        return ActResult(done=f"mails of {address} are seen again")

    def _ignore(self, uow: UnitOfWork, address: str, reason: str, actor: str) -> bool:
        """Whether it is new. Raises Permanent where the address must not be ignored."""
        if not reason.strip():
            raise Permanent("to ignore a sender needs a reason", remedy="say why in one sentence")
        if why := self._needed(uow, address):
            raise Permanent(f"{address or 'a mail without a sender'} is not ignored: {why}", remedy="dismiss the item")
        now = self._parts.clock.now()
        return uow.ignored.add(IgnoredSender(address=address, actor=actor, at=now, reason=reason.strip()))

    def _needed(self, uow: UnitOfWork, address: str) -> str:
        """Why mails of the address must be seen, or ''."""
        lens = self._parts.lens
        local, _, domain = address.partition("@")
        if not local or "." not in domain:
            return "that is no mail address"
        if address == lens.own_address:
            return "it is ours"
        if local in _MACHINES:
            return "delivery reports and complaints come from there"
        provider = lens.trusted.of_address(address)
        if provider is not None:
            return f"it belongs to the provider {provider.id}"
        patrons = uow.patrons.by_email([address])
        running = [t.number for t in uow.transactions.of_patrons([p.patron_id for p in patrons]) if t.state not in OVER]
        return f"its patron has a request that runs ({running[0]})" if running else ""
