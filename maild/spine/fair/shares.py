"""Which mails of a heap are fetched next: each sender in turn, so that nobody's thousand keep another's one waiting.

Senders whom the office does not know have one turn together: who makes up a thousand of them gains nothing. A sender's
own mails keep their order, and an answer comes after the mail that it answers.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from maild.domain.incoming.mail import Glance
from maild.parse import peek

ENVELOPE = ("FROM", "MESSAGE-ID", "IN-REPLY-TO", "REFERENCES")  # fields that are looked at
STRANGERS = ""  # whose turn a mail is that nobody known wrote
_NAMED = re.compile(rb"<[^<>\s]{1,998}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the head of a mail that is not fetched yet says, '' where it does not.

    names: Message-IDs in it, also its own; size: bytes of the mail, as the server says
    """

    sender: str = ""
    size: int = 0
    message_id: str = ""
    names: frozenset[str] = frozenset()


def envelope(glance: Glance) -> Envelope:
    """From the fields that were asked for. What they say is believed no more than a mail's From at intake is."""
    head = peek(glance.head)
    names = (name.decode("latin-1") for name in _NAMED.findall(glance.head))
    return Envelope(sender=head.sender, size=glance.size, message_id=head.message_id, names=frozenset(names))


def shares(envelopes: Mapping[int, Envelope], most: int, known: Collection[str] | None = None) -> list[int]:
    """Up to `most` of the UIDs, ascending: each sender's first, then each one's second, and so on. There is always one.

    envelopes: by UID, ascending; known: senders that have a turn of their own, None: all
    """
    first: dict[str, int] = {}
    lanes: dict[str, dict[str, deque[int]]] = {}
    for uid, envelope in envelopes.items():
        first.setdefault(envelope.message_id, uid)
        whose = envelope.sender if known is None or envelope.sender in known else STRANGERS
        lanes.setdefault(whose, {}).setdefault(envelope.sender, deque()).append(uid)
    turns, chosen = deque(deque(own.values()) for own in lanes.values()), set[int]()

    def early(uid: int) -> bool:
        """It answers one that is not fetched yet."""
        return any(first.get(name, uid) < uid and first[name] not in chosen for name in envelopes[uid].names)

    while turns and len(chosen) < most:
        own = turns.popleft()
        while own and early(own[0][0]):
            own.popleft()  # the lane waits for that one
        if own:
            lane = own.popleft()
            chosen.add(lane.popleft())
            own.extend([lane] if lane else [])
            turns.append(own)
    return sorted(chosen)


class Left:
    """The listed UIDs of a folder that are not stored yet, and how far the mark may go: never over one of them."""

    def __init__(self, uids: Iterable[int], stored: Iterable[int] = ()) -> None:
        """stored: UIDs above the mark that are there already"""
        self._stored = set(stored)
        self.uids = sorted(set(uids) - self._stored)

    @property
    def highest(self) -> int:
        """Of all that were listed; 0 where none was."""
        return max([*self._stored, *self.uids[-1:]], default=0)

    def more(self, uids: Iterable[int]) -> None:
        """These, above the highest, have come meanwhile."""
        self.uids += [uid for uid in uids if uid > self.highest]

    def mark(self, batch: Iterable[int]) -> int:
        """These are stored; returns the UID up to which all that were listed are, 0 where the mark stays."""
        self._stored |= set(batch)
        self.uids = [uid for uid in self.uids if uid not in self._stored]
        end = self.uids[0] if self.uids else self.highest + 1
        mark = max((uid for uid in self._stored if uid < end), default=0)
        self._stored = {uid for uid in self._stored if uid >= mark}
        return mark
