"""What the core sees of what was brought back from a backup, and of the blobs that rows speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from maild.domain.incoming.mail import MailKey
    from maild.domain.records.held_bytes import Referred
    from maild.domain.records.restoration import Restoration


class Restorations(Protocol):
    def latest(self) -> Restoration | None: ...
    def add(self, made: Restoration) -> int: ...
    def timed(self, restoration_id: int) -> None:
        """What time brings has been looked at: from now on its notices go out."""

    def hold_waiting(self, reason: str) -> list[int]:
        """Hold every notice that waits to be sent, or was being sent; returns their ids."""

    def recover_pending(self) -> int:
        """Mails that wait to be processed may have been: what they would send is held. Returns how many."""

    def skip_numbers(self) -> None:
        """Let new rows begin far enough on: the numbers between may stand in mails and in other systems."""

    def identity(self) -> tuple[str, datetime] | None:
        """The name of this database's blobs and when it was given; None before the first start."""

    def claim_identity(self, wanted: str, now: datetime) -> str:
        """Give the database its name, if it has none; returns the one that it has."""

    def empty(self) -> bool:
        """Whether no mail was ever stored."""

    def since(self) -> datetime | None:
        """When this database began."""

    def newest(self) -> datetime | None:
        """When the last mail was stored."""


class Filed(Protocol):
    def alike(self, message_ids: Sequence[str]) -> Mapping[tuple[str, int, datetime | None], int]:
        """Stored mails with these Message-IDs: (Message-ID, size, INTERNALDATE) → id."""

    def place(self, places: Sequence[tuple[MailKey, int, int]]) -> None:
        """Record that known mails (id, size in bytes) lie at these keys, where nothing is left to do with them."""


class References(Protocol):
    def given_up(self) -> set[str]:
        """Blobs that staff said are lost for good."""

    def within(self, part: str) -> Iterator[Referred]:
        """Every reference to a blob whose name begins with `part`, mails first; a blob may come several times."""
