"""What the core sees of how mail fares on its way: what was heard of addresses, and their state; where
copies of what left are laid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from maild.domain.outgoing.reach import AddressBounce, AddressState, DomainTally, Heard, HeardLine, News
    from maild.domain.records.copies import SentCopy


class HeardBook(Protocol):
    """History: kept, never changed."""

    def add(self, news: Sequence[News], now: datetime, *, mail_id: int | None = None) -> None: ...
    def of(self, address_: str, *, limit: int = 50) -> list[HeardLine]:
        """Newest first."""

    def count(self, address_: str, what: Heard, since: datetime) -> int:
        """How often that was heard of the address since then."""

    def slow(
        self, domains: Sequence[str], since: datetime, least: int, *, until: datetime = ...
    ) -> Mapping[str, datetime]:
        """Those of the domains that deferred mail to `least` addresses or more since then, and the last time."""

    def deferring(self, since: datetime) -> list[str]:
        """Domains that deferred a mail since then."""

    def tally(self, since: datetime) -> list[DomainTally]:
        """What was heard since then, by domain; the busiest first."""


class Addresses(Protocol):
    """The one place that knows whether an address can be written to."""

    def get(self, address_: str) -> AddressState:
        """What is known of an address; of one that never made trouble, nothing."""

    def get_many(self, addresses: Sequence[str]) -> Mapping[str, AddressState]:
        """The state of each, by address in lower case."""

    def note(self, news: News, bounce: AddressBounce | None, now: datetime) -> None:
        """What the news make of the address. `bounce`: it is avoided; a longer ban that stands is not shortened."""

    def told(self, address_: str, now: datetime) -> None:
        """Its owner was told of the trouble."""

    def clear(self, address_: str) -> bool:
        """Forget all trouble; False where there was none."""

    def find(self, *, now: datetime, everything: bool = False, text: str = "", limit: int = 100) -> list[AddressState]:
        """Addresses that are avoided now or whose owner complained, latest trouble first; `everything`: former ones."""


class SentCopies(Protocol):
    def want(self, outbox_id: int, now: datetime) -> None:
        """A copy is to be laid; wanting it again changes nothing."""

    def claim(self, limit: int, now: datetime, until: datetime) -> list[SentCopy]:
        """Up to `limit` that are due, oldest first; they are nobody else's until then."""

    def later(self, outbox_id: int, due: datetime, reply: str) -> None:
        """It is tried again then; reply: why."""

    def done(self, outbox_id: int) -> None:
        """It lies there, or nobody wants it any more."""

    def waiting(self) -> int:
        """How many are still to be laid."""


class OpenSentFolder(Protocol):
    def lay(self, message_id: str, raw: bytes, at: datetime) -> str:
        """Lay a mail, read already, with its moment, unless one of that Message-ID lies there. Returns '' where it
        lies there now, else why the server did not take it. Raises Temporary where the connection is lost.
        """


class SentFolder(Protocol):
    def open(self) -> AbstractContextManager[OpenSentFolder]:
        """Connect and look what lies there. Raises Temporary, or Permanent where there is no such folder."""
