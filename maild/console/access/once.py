"""What is shown once and kept nowhere: a new account's password, one that is set anew, a new key.

The page itself is the answer to the form: nothing of it goes through an address, a cookie or the history.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maild.console import SAY
from maild.console.access.gate import Gate
from maild.console.access.passwords import generated
from maild.console.access.routes import gate_of
from maild.console.serving import web
from maild.console.told import Flash
from maild.console.who import Via, Who
from maild.domain.desk.access import Role, Scope
from maild.domain.errors import MaildError, Permanent

Said = Callable[[str], str]  # a field of the form
Make = Callable[[Gate, Who, Said], tuple[str, str, str]]  # the page's title, the account, what is shown once
MOST_DAYS = 3650


async def _once(request: Request, role: Role, back: str, make: Make) -> Response:
    """Do it and show what came of it. What is refused is told where it was tried."""
    gate, who = gate_of(request), request.state.who
    if who is None or not who.role.may(role) or who.via is Via.KEY:
        raise HTTPException(403, f"only a {role} who is signed in may do that")
    form = await request.form()
    pairs = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    scopes = ",".join(str(value) for value in form.getlist("scope"))
    to = gate.console.prefix + back
    try:
        title, name, secret = await run_in_threadpool(
            make, gate, who, lambda key: scopes if key == "scope" else pairs.get(key, "").strip()
        )
    except MaildError as error:
        flash = Flash(kind="failed", text=error.what, remedy=error.remedy)
        return web.flashed(web.redirect(to), request, flash)
    if not secret:
        return web.flashed(web.redirect(to), request, Flash(kind="done", text=title))
    return await run_in_threadpool(
        web.show, request, "access/once.html.j2", title=title, name=name, secret=secret, to=to
    )


def _add(gate: Gate, who: Who, said: Said) -> tuple[str, str, str]:
    word = generated() if said("password") == "generate" else ""
    account = gate.staff.add(
        said("name"),
        _chosen(Role, said("role")),
        actor=who.name,
        display=said("display"),
        password=word,
        provisional=True,
    )
    return ("me.once_password" if word else f"{account.name}: {account.role}"), account.name, word


def _add_key(gate: Gate, who: Who, said: Said) -> tuple[str, str, str]:
    scopes = [_chosen(Scope, word) for word in said("scope").split(",") if word]
    days = said("days")
    if days and not (days.isascii() and days.isdecimal() and 0 < int(days) <= MOST_DAYS):
        raise Permanent(SAY("no_days", days=repr(days)), remedy=SAY("days_from_to", most=MOST_DAYS))
    expires = gate.now() + timedelta(days=int(days)) if days else None
    new = gate.staff.add_key(who.name, said("label")[:200], scopes, actor=who.name, expires=expires)
    return "me.once_key", who.name, new.key


T = TypeVar("T", Role, Scope)


def _chosen(kind: type[T], said: str) -> T:
    try:
        return kind(said)
    except ValueError as error:
        raise Permanent(SAY("none_of", text=repr(said), choices=", ".join(kind)), remedy=SAY("choose_one")) from error


async def _account(request: Request) -> Response:
    """A new account."""
    return await _once(request, Role.ADMINISTRATOR, "/accounts", _add)


async def _password(request: Request) -> Response:
    """A generated password for somebody."""
    name = str(request.path_params["name"])

    def make(gate: Gate, who: Who, said: Said) -> tuple[str, str, str]:
        word = generated()
        own = name == who.name
        account = gate.staff.set_password(
            name, word, actor=who.name, keep=who.session if own else "", provisional=not own
        )
        return "me.once_password", account.name, word

    return await _once(request, Role.ADMINISTRATOR, "/accounts", make)


async def _key(request: Request) -> Response:
    """A key for oneself."""
    return await _once(request, Role.VIEWER, "/account", _add_key)


ROUTES = (
    Route("/accounts", _account, methods=["POST"], name="accounts.add"),
    Route("/accounts/{name}/password", _password, methods=["POST"], name="accounts.password"),
    Route("/account/keys", _key, methods=["POST"], name="account.add_key"),
)
