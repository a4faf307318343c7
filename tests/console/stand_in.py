"""Somebody who is signed in already: for tests of pages that are not about signing in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from maild.console.serving import web
from maild.console.who import Who
from maild.domain.desk.access import Role


class StandIn:
    """maild.console.serving.guard.Gate for one person; the token is fixed."""

    TOKEN = "token-of-the-test"

    def __init__(self, name: str, role: Role) -> None:
        self._who = Who(name=name, display=name.title(), role=role, session="s" * 64)

    def ours(self, request: Request) -> bool:
        return True

    def identify(self, request: Request, *, quiet: bool = False) -> Who | None:
        return self._who

    def token(self, request: Request, who: Who | None) -> str:
        return self.TOKEN

    def forged(self, request: Request, who: Who | None, token: str) -> str:
        return "" if token == self.TOKEN else "the form is not this session's"

    def public(self, path: str) -> bool:
        return False

    def enter(self, request: Request) -> Response:
        return web.redirect("/sign-in")
