"""The pages of signing in and out, and of what is shown once: a new key, a generated password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maild.console.access import cookies
from maild.console.access.limits import MustWait
from maild.console.access.passwords import MOST
from maild.console.access.signin import Wrong
from maild.console.serving import web
from maild.console.serving.threads import run
from maild.domain.errors import MaildError

if TYPE_CHECKING:
    from maild.console.access.gate import Gate


def gate_of(request: Request) -> Gate:
    """The gate of this console."""
    gate: Gate = request.app.state.gate
    return gate


# --- the door -----------------------------------------------------------------------------------------------------


async def _sign_in(request: Request) -> Response:
    """The page; who is signed in already goes on."""
    if request.state.who is not None:
        return web.redirect(_wanted(request, request.query_params.get("next", "")))
    return await _door(request, wanted=request.query_params.get("next", ""))


async def _door(
    request: Request, *, wanted: str, name: str = "", error: MaildError | None = None, status: int = 200
) -> Response:
    """The sign-in page, with the cookie that its form's token is bound to."""
    gate = gate_of(request)
    held = cookies.given(request, cookies.DOOR, gate.console)
    door = held or cookies.new()
    request.state.csrf = gate.door_token(door)
    said = (error.what, error.remedy) if error else ("", "")
    wait = error.seconds if isinstance(error, MustWait) else 0
    response = await run_in_threadpool(
        web.show,
        request,
        "access/sign_in.html.j2",
        status=status,
        next=_wanted(request, wanted),
        name=name,
        error=said[0],
        remedy=said[1],
        wait=wait,
        wrong=isinstance(error, Wrong),
        csrf=request.state.csrf,
        passwords=gate.console.passwords,
        oidc=gate.arrivals.oidc if gate.arrivals else None,
    )
    if not held:
        cookies.put(response, cookies.DOOR, door, gate.console)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


async def _enter(request: Request) -> Response:
    """Name and password."""
    gate, threads = gate_of(request), request.app.state.desk.threads
    form = await request.form()
    name, password, wanted = (str(form.get(field, "")) for field in ("name", "password", "next"))
    try:
        session = await run(
            threads.door, gate.sign_in.by_password, name[:200], password[: MOST + 1], gate.caller(request)
        )
    except MustWait as error:
        return await _door(request, wanted=wanted, name=name[:200], error=error, status=429)
    except Wrong as error:
        return await _door(request, wanted=wanted, name=name[:200], error=error, status=422)
    return _let_in(request, session, wanted)


def _let_in(request: Request, session: str, wanted: str) -> Response:
    gate = gate_of(request)
    response = web.redirect(_wanted(request, wanted))
    cookies.put(response, cookies.SESSION, session, gate.console)
    cookies.drop(response, cookies.DOOR, gate.console)
    return response


def _wanted(request: Request, said: str) -> str:
    """Where to go after signing in: a page of ours, and not this one."""
    prefix = gate_of(request).console.prefix
    to = web.back(request, said, f"{prefix}/")
    return f"{prefix}/" if to.startswith(f"{prefix}/sign-") else to


async def _sign_out(request: Request) -> Response:
    """End the session here."""
    gate, who = gate_of(request), request.state.who
    if who is not None and who.session:
        await run_in_threadpool(gate.sign_in.out, who.name, who.session)
    response = web.redirect(f"{gate.console.prefix}/sign-in")
    cookies.drop(response, cookies.SESSION, gate.console)
    return response


# --- single sign-on -----------------------------------------------------------------------------------------------


async def _oidc(request: Request) -> Response:
    """To the provider."""
    gate, threads = gate_of(request), request.app.state.desk.threads
    if gate.arrivals is None:
        raise HTTPException(404)
    wanted = request.query_params.get("next", "")
    try:
        to, flow = await run(threads.sso, gate.arrivals.start, wanted)
    except MaildError as error:
        return await _door(request, wanted=wanted, error=error, status=web.status_of(error))
    response = web.redirect(to)
    cookies.put(response, cookies.OIDC, flow, gate.console)
    return response


async def _callback(request: Request) -> Response:
    """Back from the provider."""
    gate, threads = gate_of(request), request.app.state.desk.threads
    if gate.arrivals is None:
        raise HTTPException(404)
    flow, answer = cookies.given(request, cookies.OIDC, gate.console), dict(request.query_params)
    try:
        session, wanted = await run(threads.sso, gate.arrivals.finish, flow, answer, gate.caller(request))
        response = _let_in(request, session, wanted)
    except MaildError as error:
        response = await _door(request, wanted="", error=error, status=web.status_of(error))
    cookies.drop(response, cookies.OIDC, gate.console)
    return response


ROUTES = (
    Route("/sign-in", _sign_in, methods=["GET"], name="sign_in"),
    Route("/sign-in", _enter, methods=["POST"], name="sign_in.enter"),
    Route("/sign-in/oidc", _oidc, methods=["GET"], name="sign_in.oidc"),
    Route("/sign-in/oidc/callback", _callback, methods=["GET"], name="sign_in.callback"),
    Route("/sign-out", _sign_out, methods=["POST"], name="sign_out"),
)
