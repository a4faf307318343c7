"""The areas of the console: one module of pages and one of acts each. The only list of them."""

from __future__ import annotations

from starlette.routing import BaseRoute

from maild.console.access import routes as access_routes
from maild.console.acts import Act
from maild.console.deeds import look, queue
from maild.console.pages import queue as queue_pages
from maild.console.views import View

VIEWS: tuple[View, ...] = (
    *queue_pages.VIEWS,
)  # fmt: skip
ACTS: tuple[Act, ...] = (
    *queue.ACTS,
)  # fmt: skip
ROUTES: tuple[BaseRoute, ...] = (
    *look.ROUTES,
    *access_routes.ROUTES,
)  # fmt: skip
