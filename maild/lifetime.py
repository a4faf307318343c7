"""How long a part of the services lives: said where it is made, and nowhere listed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")


class Lifetime(Enum):
    """What makes a part anew.

    PROCESS   nothing: one for all sets of services in the process
    SERVICES  nothing, but each set has its own: connections, and what one thread works with
    SETTINGS  settings that are read anew; shared where only rules changed
    RULES     rules, templates or settings that are read anew
    """

    PROCESS = 1
    SERVICES = 2
    SETTINGS = 3
    RULES = 4


class Part(cached_property[T]):
    """A part that is made when it is first asked for."""

    lifetime: Lifetime
    early: bool
    loops: bool
    closes: bool
    second: bool
    files: bool


def part(
    lifetime: Lifetime = Lifetime.RULES,
    *,
    early: bool = False,
    loops: bool = False,
    closes: bool = False,
    second: bool = False,
    files: bool = False,
) -> Callable[[Callable[[Any], T]], Part[T]]:
    """A part of the services, made when it is first asked for.

    early   made at the start and by a reload, so that a fault in its files stops these, and not a mail
    loops   the daemon's loops begin with it: made at the start and by a reload, too, but for no try of files
    closes  has a `close` to be called with the end of the services, or when it is made anew
    second  made before a second set goes to work: its threads neither make it twice, nor meet what is wrong in it
    files   made of files of the rules folder: whoever looks for what is wrong with these tries it
    """

    def made(function: Callable[[Any], T]) -> Part[T]:
        found = Part(function)
        found.lifetime, found.early, found.loops, found.closes = lifetime, early, loops, closes
        found.second, found.files = second, files
        return found

    return made


def parts_of(
    owner: type,
    *lifetimes: Lifetime,
    early: bool = False,
    loops: bool = False,
    second: bool = False,
    files: bool = False,
) -> Iterator[str]:
    """The names of a class's parts of these lifetimes, and of those that are marked as `part` says."""
    names = dict.fromkeys(name for each in reversed(owner.__mro__) for name in vars(each))
    for name in names:
        found = getattr(owner, name)
        if isinstance(found, Part) and (
            found.lifetime in lifetimes
            or (early and found.early)
            or (loops and found.loops)
            or (second and found.second)
            or (files and found.files)
        ):
            yield name
