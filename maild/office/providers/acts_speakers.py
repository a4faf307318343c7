"""For whom a sender speaks: said by staff once, remembered, and taken back. Each is audited.

An institution's mail moves nothing by the number alone, whoever named its sender (maild.match.authors).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from maild.classify.providers import Provider
from maild.domain.errors import Permanent
from maild.domain.incoming.speaker import Speaker
from maild.domain.records.journal import JournalEntry
from maild.match.words import fold
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, ItemId, Note, Seen, act
from maild.office.acting.result import ActResult
from maild.office.providers import SAY
from maild.office.queue.acts import Acts
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

_MACHINES = frozenset({"mailer-daemon", "postmaster", "abuse", "root"})


Library = Annotated[str, Given(help="Id or name of a library: maild senders libraries.", least=1, most=200, word=True)]
Address = Annotated[str, Given(help="The address.", least=3, most=320, word=True)]


class SpeakerActs:
    """Raises NotFound (no such item), Permanent (not allowed, and why), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._parts, self._acts = parts, acts

    @act("queue.speaks", "/queue/{item_id:int}/speaks-for", command="queue speaks-for")
    def item_speaks(
        self, item_id: ItemId, institution: Library, *, actor: str, note: Note = "", seen: Seen = None
    ) -> ActResult:
        """The sender speaks for a library from now on; the item's mail is processed again.

        Raises Permanent where the item is no sender's mail.
        """
        item = self._acts.open_item(item_id, seen)
        if item.mail_id is None or item.key:
            raise Permanent(COMMON("no_senders_item", id=item_id), remedy="maild senders speaks-for")
        said = self.speaks_for(item.sender, institution, actor=actor, note=note)
        self._acts.replay(item_id, actor=actor, seen=seen)
        return ActResult(done=SAY("mail_again", said=said.done, mail=item.mail_id))

    @act("senders.speaks_for")
    def speaks_for(self, address: Address, institution: Library, *, actor: str, note: Note = "") -> ActResult:
        """A sender speaks for a library from now on, whatever its address.

        Whom it spoke for before is kept in the history.
        Raises Permanent where the address cannot speak for a library.
        """
        address, found, now = address.strip().lower(), self._known(institution), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            if why := self._against(uow, address):
                raise Permanent(SAY("speaks_for_none", address=address or "nobody", why=why), remedy=SAY("assign_item"))
            before = uow.speakers.get(address)
            uow.speakers.put(Speaker(address=address, institution=found.id, actor=actor, at=now, reason=note.strip()))
            uow.journal.add(
                [
                    JournalEntry(
                        what="act",
                        at=now,
                        actor=actor,
                        before=before.institution if before else "",
                        after=SAY("sender_speaks"),
                        reasons=(note.strip(),) if note.strip() else (),
                        data={"address": address, "institution": found.id},
                    )
                ]
            )
        return ActResult(done=SAY("speaks_for", address=address, name=found.name_zh, id=found.id))

    @act("queue.speaks_not", "/queue/speakers/end", command="senders speaks-not")
    def speaks_not(self, address: Address, *, actor: str, note: Note = "") -> ActResult:
        """A sender speaks for a library no more.

        What its mails moved stays. Letters of ours to it count no more, either.
        Raises Permanent where it speaks for nobody.
        """
        address, now = address.strip().lower(), self._parts.clock.now()
        with self._parts.store.begin() as uow:
            known, written = uow.speakers.get(address), uow.letters.remove(address)
            named = known.institution if known and uow.speakers.remove(address) else address if written else ""
            if not named:
                raise Permanent(SAY("speaks_for_nobody", address=address), remedy="maild senders speakers")
            uow.journal.add(
                [
                    JournalEntry(
                        what="act",
                        at=now,
                        actor=actor,
                        before=named,
                        after=SAY("sender_speaks_no_more"),
                        reasons=(note,) if note else (),
                        data={"address": address, "institution": named},
                    )
                ]
            )
        return ActResult(done=SAY("speaks_no_more", address=address, id=named))

    def _known(self, institution: str) -> Provider:
        """By id or by name. Raises Permanent."""
        providers, wanted = self._parts.lookup.trusted, institution.strip()
        if found := providers.speaker(wanted.lower()):
            return found
        names = {each.id: each.every_name for each in providers.institutions}
        names |= {each.id: (each.name_zh, each.name_en, *each.names) for each in providers.values() if not each.system}
        named = [key for key, said in names.items() if fold(wanted) in map(fold, said)]
        found = providers.speaker(named[0]) if len(named) == 1 else None
        if found is None:
            what = SAY("no_institution", name=repr(wanted[:80]))
            raise Permanent(what, remedy=SAY("id_or_name"))
        return found

    def _against(self, uow: UnitOfWork, address: str) -> str:
        """Why the address cannot speak for a library, or ''."""
        lookup = self._parts.lookup
        local, _, domain = address.partition("@")
        if not local or "." not in domain:
            return COMMON("not_an_address")
        if lookup.trusted.institutions.is_ours(domain) or address == lookup.own_address or address in lookup.aliases:
            return SAY("of_our_house")
        if local in _MACHINES:
            return COMMON("reports_come_from_there")
        known = lookup.trusted.of_address(address)
        if known is not None and not known.institution:
            return COMMON("belongs_to_provider", provider=known.id)
        patrons = uow.patrons.by_email([address])
        return SAY("patrons_address", patron=patrons[0].patron_id) if patrons else ""
