"""What is wrong with the rules folder: every part that is made of it, tried; each fault once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.domain.errors import ConfigError
from maild.lifetime import parts_of
from maild.policies import Policies

if TYPE_CHECKING:
    from maild.bootstrap import Services

# Parts of the services that are made of files of the rules folder. Those that were made stay as they are; a broken one
# is tried anew whenever it is asked for, so that a file that is mended needs no restart.
PARTS = (
    "rules",
    *parts_of(Policies, early=True),
    "drift",
    "rule_figures",
    "statement_formats",
    "renderer",
    "item_views",
)


def faults(services: Services) -> tuple[ConfigError, ...]:
    """Why parts cannot be made, in the order of PARTS. Pages that need one of them are refused with the same words."""
    found: dict[str, ConfigError] = {}
    for name in PARTS:
        try:
            getattr(services, name)
        except ConfigError as error:
            found.setdefault(error.what, error)
    return tuple(found.values())
