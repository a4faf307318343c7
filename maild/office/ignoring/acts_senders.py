"""Senders whose mail staff want to see no more: ignored with a reason, and taken back. Each is audited.

An address is never ignored that somebody may need: a provider's, ours, a patron's with a request that runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.ruling import Kind
from maild.domain.records.ignored import IgnoredSender
from maild.domain.records.journal import JournalEntry, ReviewState
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, ItemId, Line, Note, Seen
from maild.office.acting.act import act as deed
from maild.office.acting.doing import settle
from maild.office.acting.drafts import act, withdraw_all
from maild.office.acting.result import ActResult
from maild.office.ignoring import SAY
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
            raise Permanent(COMMON("no_mail_address", address=repr(text)), remedy="name@domain")
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
            raise Permanent(COMMON("no_senders_item", id=item_id), remedy=SAY("dismiss_it"))
        if item.kind in _NO_PERSON:
            raise Permanent(SAY("no_persons_mail", kind=item.kind), remedy=SAY("dismiss_item"))
        with self._parts.store.begin() as uow:
            fresh = self._ignore(uow, item.sender, reason, actor)
            others = uow.reviews.of_sender(item.sender, state=ReviewState.OPEN, limit=MOST_ITEMS) if everything else []
            for each in (item, *(o for o in others if o.id != item.id and o.mail_id is not None and not o.key)):
                data = withdraw_all(uow, each, COMMON("dismissed_by", actor=actor), now)
                if each is item and fresh:
                    data["ignored"] = item.sender
                note = SAY("sender_ignored_why", why=reason.strip())
                settle(uow, each, ReviewState.DISMISSED, actor=actor, note=note, numbers=(), now=now)
                uow.journal.add([act(each, now, actor, "dismissed", note, data)])
        address, count = item.sender, len(others) - 1
        if count > 0:
            done = SAY(
                "ignored_with_others" if fresh else "ignored_already_with_others",
                address=address,
                id=item_id,
                count=count,
            )
        else:
            done = SAY("ignored_dismissed" if fresh else "ignored_already_dismissed", address=address, id=item_id)
        return ActResult(done=done)

    def ignore_all(self, items: Sequence[Marked], reason: str, *, actor: str) -> list[Each]:
        """The writers of several items; each by itself."""
        return bulk(items, lambda i, seen: self.ignore_sender(i, reason, actor=actor, seen=seen))

    @deed("senders.ignore")
    def ignore(self, address: Address, reason: Reason, *, actor: str) -> ActResult:
        """Ignore a sender from now on.

        This is for one of whom nothing waits.
        """
        address, now = Sender(address.strip().lower()), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            if not self._ignore(uow, address, reason, actor):
                known = uow.ignored.get(address)
                if known is None:
                    return ActResult(done=SAY("ignored_already", address=address))
                when = COMMON("moment", when=f"{known.at:%Y-%m-%d %H:%M}")
                return ActResult(done=SAY("ignored_already_by", address=address, actor=known.actor, when=when))
            uow.journal.add(
                [
                    JournalEntry(
                        what="act",
                        at=now,
                        actor=actor,
                        after=SAY("sender_ignored"),
                        reasons=(reason.strip(),),
                        data={"address": address},
                    )
                ]
            )
        return ActResult(done=SAY("ignored_now", address=address))

    @deed("senders.unignore")
    def unignore(self, address: Address, *, actor: str, note: Note = "") -> ActResult:
        """See a sender's mails again; those that were ignored stay as they are.

        Raises NotFound.
        """
        address, now = Sender(address.strip().lower()), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            known = uow.ignored.get(address)
            if known is None or not uow.ignored.remove(address):
                raise NotFound(SAY("not_ignored", address=address), remedy="maild senders ignored")
            uow.journal.add(
                [
                    JournalEntry(
                        what="act",
                        at=now,
                        actor=actor,
                        before=known.words,
                        after=SAY("sender_seen_again"),
                        reasons=(note,) if note else (),
                        data={"address": address},
                    )
                ]
            )
        return ActResult(done=SAY("seen_again", address=address))

    def _ignore(self, uow: UnitOfWork, address: str, reason: str, actor: str) -> bool:
        """Whether it is new. Raises Permanent where the address must not be ignored."""
        if not reason.strip():
            raise Permanent(SAY("ignoring_needs_reason"), remedy=COMMON("say_why"))
        if why := self._needed(uow, address):
            raise Permanent(
                SAY("not_ignored_because", address=address or SAY("mail_without_sender"), why=why),
                remedy=SAY("dismiss_item"),
            )
        now = self._parts.clock.now()
        return uow.ignored.add(IgnoredSender(address=address, actor=actor, at=now, reason=reason.strip()))

    def _needed(self, uow: UnitOfWork, address: str) -> str:
        """Why mails of the address must be seen, or ''."""
        lookup = self._parts.lookup
        local, _, domain = address.partition("@")
        if not local or "." not in domain:
            return COMMON("not_an_address")
        if address == lookup.own_address:
            return SAY("ours")
        if local in _MACHINES:
            return COMMON("reports_come_from_there")
        provider = lookup.trusted.of_address(address)
        if provider is not None:
            return COMMON("belongs_to_provider", provider=provider.id)
        patrons = uow.patrons.by_email([address])
        running = [t.number for t in uow.transactions.of_patrons([p.patron_id for p in patrons]) if t.state not in OVER]
        return SAY("patron_has_request", number=running[0]) if running else ""
