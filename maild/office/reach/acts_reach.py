"""Staff acts on addresses: what is known of one is forgotten. Audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound
from maild.domain.records.journal import JournalEntry
from maild.office.acting.act import Given, Line, act
from maild.office.acting.result import ActResult
from maild.office.reach import SAY
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store


class ReachActs:
    """Raises NotFound."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    @act("patrons.clear", "/addresses/clear", command="addresses clear")
    def clear(
        self,
        address: Annotated[str, Given(help="Mail address.", least=3, most=320, word=True)],
        *,
        actor: str,
        note: Annotated[Line, Given(help="Why, for the history.")] = "",
    ) -> ActResult:
        """Write to an address again that was avoided.

        Bans and complaints are forgotten, what was heard stays in the history.
        Raises NotFound where nothing stands against it.
        """
        now = self._clock.now()
        with self._store.begin() as uow:
            known = uow.addresses.get(address)
            if not uow.addresses.clear(address):
                raise NotFound(SAY("nothing_against", address=address), remedy="maild addresses list")
            until = known.bounced_until.isoformat(timespec="seconds") if known.bounced_until else ""
            reasons = tuple(text for text in (note, known.reason) if text)
            uow.journal.add(
                [
                    JournalEntry(
                        what="act",
                        at=now,
                        actor=actor,
                        before=str(known.trouble or ""),
                        after=SAY("cleared"),
                        reasons=reasons,
                        data={"address": known.address, "until": until, "complained": known.complained is not None},
                    )
                ]
            )
        return ActResult(done=SAY("written_to_again", address=known.address))
