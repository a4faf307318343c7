"""While the disk runs short: whose new mails are fetched, and whose wait on the server, where nothing is lost by it.

A sender may take a tenth of the room that is left in a day, so that nobody takes the last of it alone. Senders whom the
office does not know have one tenth together: names are made up easily. A sender is what From says, which anybody can
write; so short mails are counted apart from long ones: large mails in a provider's name keep none of its news out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from maild.ports import Clock
from maild.spine.fair.shares import STRANGERS, Envelope

if TYPE_CHECKING:
    from maild.store.uow import Store

PART = 10  # of the room that is left: what one sender's long mails may take in a DAY, and the short ones
SHORT = 64_000  # bytes of a mail that brings words, and no file to speak of
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Mails that are left on the server for want of room.

    senders: with how many, the most first
    """

    mails: int = 0
    nbytes: int = 0
    senders: tuple[tuple[str, int], ...] = ()


NOTHING = Waiting()


def fitting(
    envelopes: Mapping[int, Envelope], room: int, taken: Mapping[tuple[str, bool], int], known: Collection[str]
) -> tuple[dict[int, Envelope], Waiting]:
    """Those of the mails that may be fetched now, and what waits.

    envelopes: by UID, ascending; room: bytes; taken: bytes by (sender, whether long) that are spent, under STRANGERS
    those of all that are not `known`
    """
    spent, fits = dict(taken), dict[int, Envelope]()
    waiting, nbytes = Counter[str](), 0
    for uid, envelope in envelopes.items():
        whose = envelope.sender if envelope.sender in known else STRANGERS
        lane = whose, envelope.size > SHORT
        after = spent.get(lane, 0) + envelope.size
        if after * PART <= room:
            spent[lane] = after
            fits[uid] = envelope
        else:
            waiting[envelope.sender] += 1
            nbytes += envelope.size
    return fits, Waiting(mails=waiting.total(), nbytes=nbytes, senders=tuple(waiting.most_common()))


class Room:
    """What the disk has left for mails, and whom the office knows."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        free: Callable[[], int],
        is_provider: Callable[[str], bool],
        *,
        below: int,
        reserve: int,
    ) -> None:
        """free: bytes on the disk; below: it runs short where less is free, 0 for never; reserve: bytes that no mail
        takes, so that what has come can still be worked on.
        """
        self._store, self._clock, self._free, self._is_provider = store, clock, free, is_provider
        self._below, self._reserve = below, reserve

    def short(self) -> int | None:
        """Bytes that mails may still take, where the disk runs short; None where it does not."""
        if not self._below:
            return None
        try:
            free = self._free()
        except OSError:
            return None  # a disk that cannot even be asked is told by whoever writes
        return max(0, free - self._reserve) if free < self._below else None

    def known(self, senders: Iterable[str]) -> set[str]:
        """Those of these addresses that are a patron's or a provider's."""
        asked = {sender for sender in senders if sender}
        with self._store.read() as uow:
            patrons = uow.patrons.by_email(sorted(asked))
        own = {each.address.lower() for patron in patrons for each in patron.emails}
        return {sender for sender in asked if sender in own or self._is_provider(sender)}

    def fitting(
        self, envelopes: Mapping[int, Envelope], room: int, known: Collection[str]
    ) -> tuple[dict[int, Envelope], Waiting]:
        """Those of these mails (by UID, ascending) that may be fetched, by what each sender had within a day."""
        with self._store.read() as uow:
            rows = uow.mails.taken(self._clock.now() - DAY, SHORT)
        familiar = self.known({sender for sender, _, _ in rows} - set(known)).union(known)
        taken = Counter[tuple[str, bool]]()
        for sender, long, nbytes in rows:
            taken[sender if sender in familiar else STRANGERS, long] += nbytes
        return fitting(envelopes, room, taken, known)
