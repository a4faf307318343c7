"""What is wrong with the rules folder: every part that is made of it, tried; each fault once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.domain.errors import ConfigError
from maild.lifetime import parts_of
from maild.policies import Policies

if TYPE_CHECKING:
    from maild.bootstrap import Services


def faults(services: Services) -> tuple[ConfigError, ...]:
    """Why parts cannot be made. Pages that need one of them are refused with the same words.

    Those that were made stay as they are; a broken one is tried anew whenever it is asked for, so that a file that is
    mended needs no restart.
    """
    found: dict[str, ConfigError] = {}
    for name in (*parts_of(Policies, early=True), *parts_of(type(services), files=True)):
        try:
            getattr(services, name)
        except ConfigError as error:
            found.setdefault(error.what, error)
    return tuple(found.values())
