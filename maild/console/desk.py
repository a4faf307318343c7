"""What every page and every act works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.console.live import Hub
    from maild.console.web import Pages
    from maild.console.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts of one console. prefix: the path below which it is served, '' or '/ill'; secure: TLS cookies."""

    services: Services
    words: Words
    pages: Pages
    hub: Hub
    prefix: str = ""
    secure: bool = False
