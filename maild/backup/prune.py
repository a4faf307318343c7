"""Which backups are kept: the last of each day, week and month, as far back as is wanted; the newest always."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from maild.backup.manifest import FOLDER, Manifest
from maild.backup.vault import BLOBS, DATA, Vault
from maild.domain.errors import Permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How many days, weeks and months have a backup kept, of those that have one."""

    days: int
    weeks: int
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was removed, and the bytes that it took."""

    backups: tuple[str, ...]
    objects: int
    bytes: int


def kept(backups: Sequence[Manifest], keeping: Keeping, zone: ZoneInfo) -> set[str]:
    """The ids of those that stay; days are those of the office."""
    chosen: set[str] = set()
    newest = sorted(backups, key=lambda one: (one.created, one.id), reverse=True)
    spans: tuple[tuple[int, Callable[[date], Hashable]], ...] = (
        (keeping.days, lambda day: day),
        (keeping.weeks, lambda day: day.isocalendar()[:2]),
        (keeping.months, lambda day: (day.year, day.month)),
    )
    for most, span in spans:
        last: dict[Hashable, str] = {}
        for one in newest:
            last.setdefault(span(_day(one.created, zone)), one.id)
        chosen |= set(list(last.values())[:most])
    return chosen | {one.id for one in newest[:1]}


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def prune(vault: Vault, keeping: Keeping, zone: ZoneInfo, *, dry_run: bool = False) -> Pruned:
    """Remove what is not kept, and every object that no kept backup names.

    Nothing is removed while a backup cannot be read: what it names is not known. Raises Permanent then.
    """
    with vault.place.locked():
        backups, wrong = vault.manifests()
        if wrong:
            raise _unread(wrong)
        stay = kept(backups, keeping, zone)
        named: set[str] = set()
        for one in backups:
            if one.id in stay:
                named |= {one.database.key, one.list.key, *(blob.key for blob in vault.blobs_of(one))}
        gone = [one for one in backups if one.id not in stay]
        sizes = {**vault.place.sizes(DATA), **vault.place.sizes(BLOBS)}
        loose = {key: size for key, size in sizes.items() if key not in named}
        if not dry_run:
            for one in gone:  # first: a backup whose objects are going must not look whole
                vault.place.remove(f"{FOLDER}/{one.id}.json")
            for key in loose:
                vault.place.remove(key)
        return Pruned(backups=tuple(one.id for one in gone), objects=len(loose), bytes=sum(loose.values()))


def _unread(wrong: Sequence[str]) -> Permanent:
    return Permanent(f"nothing was removed: {wrong[0]}", remedy="look at that file; remove it if it is of no use")
