"""Pages: what each shows is loaded once, for the browser and for /api/v1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from maild.console.acts import Input
from maild.domain.desk.access import Role

if TYPE_CHECKING:
    from maild.console.desk import Desk
    from maild.console.who import Who
    from maild.domain.desk.listing import Page
    from maild.store.desk.listing import SqlListing

F = TypeVar("F")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page: name ('queue.list'), path, least role, what its query may say.

    load      what it shows; blocking; raises the domain's errors
    template  below templates/console; gets what was loaded as `page`
    json      the same for GET below /api/v1; None: the page is for people only
    slow      it reads mails or asks servers: it runs where it holds up nothing but its like
    summary   an English sentence for the API's document
    """

    name: str
    path: str
    input: type[Input]
    load: Callable[[Desk, Who, Any], Any]
    template: str
    role: Role = Role.VIEWER
    json: Callable[[Any], Any] | None = None
    summary: str = ""
    slow: bool = False


def total(listing: SqlListing[F, T], asked: F, page: Page[T]) -> int:
    """How many there are in a list, up to COUNTED + 1; what a page shows all of needs no counting."""
    return len(page.items) if page.whole else listing.count(asked)
