"""What the core sees of erasing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from maild.domain.records.privacy import Held, Person, Remembered, Sort
    from maild.domain.records.retention import Class


class Erasures(Protocol):
    def person(self, who: str) -> Person:
        """By a patron's id or an address. Raises NotFound where nothing is held, or several share the address."""

    def held(self, person: Person) -> Held: ...
    def rows(self, held: Held) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """All rows that are about a person, by table, as JSON data."""

    def under_way(self, held: Held) -> list[str]:
        """What is not settled with the person, in words for staff."""

    def places(self, mail_ids: Iterable[int]) -> list[tuple[str, int]]:
        """Folder and UID of mails on the servers."""

    def files(self, held: Held) -> set[str]:
        """Names of the blobs that these rows speak of."""

    def erase(self, held: Held, now: datetime, actor: str) -> tuple[str, int]:
        """Take a person out of all rows: (the pseudonym, rows beside the person's own that had to change)."""

    def handled(self, mail_ids: Sequence[int]) -> list[int]:
        """Those of these mails that nobody has to look at any more."""

    def sending(self, held: Held) -> int:
        """How many of the person's notices are on their way at this moment."""

    def forget_mails(self, mail_ids: Sequence[int], now: datetime, *, bytes_only: bool = False) -> None:
        """Take everything but keyed hashes out of these mails, or their bytes alone."""

    def expired(self, which: Class, before: datetime, limit: int, after: int = 0) -> list[int]:
        """Ids of what of a class is older than allowed, ascending."""

    def expire(self, which: Class, ids: Sequence[int], now: datetime) -> list[str]:
        """Take these away as their class says; names of the blobs that nothing speaks of any more."""

    def secret(self) -> str:
        """The key (hex) of the keyed hashes; made with the first erasure."""

    def adopt(self, secret: str) -> None:
        """Take over a key, where there is none yet."""

    def digests_of(self, mail_ids: Iterable[int]) -> list[str]:
        """SHA-256 of the bytes of mails that are not erased yet."""

    def remember(self, sort: Sort, digests: Iterable[str], now: datetime) -> None: ...
    def known(self, sort: Sort, values: Iterable[str]) -> set[str]:
        """Which of these values were erased."""

    def lift(self, sort: Sort, values: Iterable[str]) -> int:
        """Forget that these were erased; how many were known."""

    def matching(self, remembered: Sequence[Remembered]) -> list[str]:
        """Patrons (by id) and strangers (by address) here whom one of these erasures took out."""

    def mails_matching(self, remembered: Sequence[Remembered]) -> list[int]:
        """Mails here that one of these erasures took out."""

    def waiting(self) -> int:
        """How many files are to go."""

    def to_unlink(self, limit: int = 1000) -> list[str]:
        """Names of blobs whose files are to go."""

    def unlinked(self, names: Iterable[str]) -> None:
        """Their files are gone."""
