"""The console as one ASGI application: every view, act and route of the areas, behind the guard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, compile_path
from starlette.staticfiles import StaticFiles

from maild.console import SAY, areas
from maild.console.acts import Act, Outcome, from_form
from maild.console.api.bulk import BULKS
from maild.console.api.routes import make_routes
from maild.console.serving import live, web
from maild.console.serving.guard import Gate, Guard, headers_of
from maild.console.serving.measured import Measured
from maild.console.serving.threads import run
from maild.console.told import Flash
from maild.console.views import View
from maild.domain.errors import ConfigError, MaildError, Unsure, sign_of_disk

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from maild.console.desk import Desk
    from maild.domain.desk.access import Role

FOREVER = "public, max-age=31536000, immutable"


def make_app(desk: Desk, gate: Gate) -> ASGIApp:
    """The application."""
    app = Starlette(
        routes=routes(desk),
        middleware=[
            Middleware(Measured, tally=desk.services.tally),
            Middleware(
                Guard,
                gate=gate,
                refuse=failed,
                takes_files=_takes_files(areas.ACTS),
                prefix=desk.prefix,
                secure=desk.secure,
            ),
        ],
        exception_handlers={HTTPException: _http_error, MaildError: _domain_error, Exception: _fault},
    )
    app.router.redirect_slashes = False  # to an address made of the Host header, which anybody may write
    app.state.desk, app.state.gate = desk, gate
    # A list page links a hundred times: Starlette looks for a name through all routes, each time.
    app.state.named = {route.name: route for route in app.routes if isinstance(route, Route)}
    return app


def _takes_files(acts: Sequence[Act]) -> Callable[[str], bool]:
    """Whether an act at this path, as a form or of the API, is given files."""
    paths = [compile_path(act.path)[0] for act in acts if any(_is_file(f) for f in act.input.model_fields.values())]
    return lambda path: any(known.match(path.removeprefix("/api/v1")) for known in paths)


def _is_file(field: FieldInfo) -> bool:
    return field.annotation is bytes or bytes in get_args(field.annotation)


def routes(desk: Desk) -> list[BaseRoute]:
    """All of them; a name that stands twice is a fault of ours."""
    found: list[BaseRoute] = [Mount("/static", _Static(directory=desk.pages.folder / "static"), name="static")]
    found += [Route(view.path, _page(view, web.show), methods=["GET"], name=view.name) for view in areas.VIEWS]
    found += [Route(view.path, _page(view, web.part), methods=["GET"], name=view.name) for view in areas.PARTS]
    found += [Route(act.path, _form(act), methods=["POST"], name=act.name) for act in areas.ACTS]
    found += [*live.ROUTES, *areas.ROUTES, *make_routes(areas.VIEWS, areas.ACTS, BULKS)]
    return found


class _Static(StaticFiles):
    """Files that browsers keep for good where the address names their version."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        versioned = b"v=" in scope.get("query_string", b"")

        async def lasting(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = FOREVER if versioned else "no-cache"
                message["headers"] = [*message["headers"], (b"cache-control", kept.encode())]
            await send(message)

        await super().__call__(scope, receive, lasting)


# --- pages --------------------------------------------------------------------------------------------------------


def _page(view: View, answer: Callable[..., Response]) -> Any:
    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        _allowed(request, view.role)
        try:
            asked = view.input.model_validate(_query(view, request))
        except ValidationError as error:
            return await failed(request, 422, "; ".join(sentences(error)))
        load = partial(view.load, desk, request.state.who, asked)
        draw = partial(answer, request, view.template, asked=asked)
        if view.slow:
            loaded = await run(desk.threads.slow, load)
            return await run(desk.threads.pages, lambda: draw(page=loaded))
        return await run(desk.threads.pages, lambda: draw(page=load()))

    return endpoint


def _query(view: View, request: Request) -> dict[str, object]:
    """The query's words that the page knows, and the parameters of the path; a stray word does no harm."""
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k in view.input.model_fields]
    named = Act(name=view.name, path=view.path, role=view.role, input=view.input, run=_never, summary="")
    return from_form(named, pairs) | dict(request.path_params)


def _never(desk: Desk, who: object, asked: object) -> Outcome:
    raise AssertionError


# --- acts ---------------------------------------------------------------------------------------------------------


def _form(act: Act) -> Any:
    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        _allowed(request, act.role, acts=True)
        form = await request.form()
        pairs = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
        files = {key: value for key, value in form.multi_items() if not isinstance(value, str)}
        data = from_form(act, pairs) | dict(request.path_params)
        for name, file in files.items():
            if name in act.input.model_fields and (content := await file.read()):
                data[name] = content
                data |= {f"{name}_name": file.filename} if f"{name}_name" in act.input.model_fields else {}
        at = web.back(request, str(form.get("back", "")), f"{desk.prefix}/")
        here = web.back(request, str(form.get("here", "")), at)
        try:
            asked = act.input.model_validate(data)
        except ValidationError as error:
            return _refused(request, 422, "; ".join(sentences(error)), "", here)
        try:
            outcome = await run(desk.threads.slow if act.slow else None, act.run, desk, request.state.who, asked)
        except MaildError as error:
            unsure = isinstance(error, Unsure)
            return _refused(request, web.status_of(error), error.what, error.remedy, here, unsure=unsure)
        return _done(request, outcome, at)

    return endpoint


def _done(request: Request, outcome: Outcome, at: str) -> Response:
    desk: Desk = request.app.state.desk
    flash = Flash(
        kind="done", text=outcome.done, undo=outcome.undo, several=outcome.several, until=_leaves(desk, outcome)
    )
    to = desk.prefix + outcome.go if outcome.go else at
    if web.wants_json(request):
        said = desk.words.sentence(outcome.done, web.locale_of(request))
        body = {
            "done": said,
            "go": to,
            "transactions": outcome.transactions,
            "outbox": outcome.outbox,
            "data": dict(outcome.data),
        }
        return web.flashed(JSONResponse(body), request, flash)
    return web.flashed(web.redirect(to), request, flash)


def _leaves(desk: Desk, outcome: Outcome) -> int:
    """When what an act wrote leaves, where it can be taken back until then; Unix time, 0: nothing of it waits."""
    undone = outcome.undo is not None or outcome.several
    return int((desk.services.clock.now() + desk.grace).timestamp()) if undone and outcome.outbox and desk.grace else 0


def _refused(request: Request, status: int, what: str, remedy: str, at: str, *, unsure: bool = False) -> Response:
    """What is wrong, on the page where it was tried: nothing that was typed is lost with a script's help.

    unsure: the same is done once it is asked for with `sure`
    """
    desk: Desk = request.app.state.desk
    locale = web.locale_of(request)
    if web.wants_json(request):
        said = desk.words.sentence(what, locale), desk.words.sentence(remedy, locale)
        return web.problem(status, *said, unsure=True) if unsure else web.problem(status, *said)
    return web.flashed(web.redirect(at), request, Flash(kind="failed", text=what, remedy=remedy))


# What a form lacks, in sentences of ours: a page says them in its reader's language (texts.toml).
_LACKS = {
    "missing": "field_empty",
    "too_short": "field_empty",
    "string_too_short": "field_empty",
    "int_parsing": "field_whole_number",
    "decimal_parsing": "field_number",
    "enum": "field_none_of_choices",
}
_BOUNDS = {
    "string_too_long": "field_characters_at_most",
    "too_long": "field_at_most",
    "greater_than": "field_more_than",
    "greater_than_equal": "field_at_least",
    "less_than_equal": "field_at_most",
}
_BOUND = ("max_length", "gt", "ge", "le")  # where pydantic says the bound


def sentences(error: ValidationError) -> list[str]:
    """What does not fit, a sentence a field."""

    def words(fault: ErrorDetails) -> str:
        field, kind = ".".join(map(str, fault["loc"])) or "input", fault["type"]
        if kind in _LACKS:
            return SAY(_LACKS[kind], field=field)
        if kind in _BOUNDS:
            bound = next(fault["ctx"][name] for name in _BOUND if name in fault["ctx"])
            return SAY(_BOUNDS[kind], field=field, bound=bound)
        return f"{field}: {fault['msg'].removeprefix('Value error, ')}"

    return [words(fault) for fault in error.errors()]


# --- errors -------------------------------------------------------------------------------------------------------


def _allowed(request: Request, needed: Role, *, acts: bool = False) -> None:
    who = request.state.who
    if acts and not who.may_act(needed):
        raise HTTPException(403, f"only a {who.needed(needed)} may do that")
    if not who.role.may(needed):
        raise HTTPException(403, f"only a {needed} may do that")


async def failed(request: Request, status: int, what: str, remedy: str = "", *, broken: bool = False) -> Response:
    """An error as a page, or as problem+json. broken: it lasts until somebody has mended rules or settings."""
    desk: Desk = request.app.state.desk
    locale = web.locale_of(request)
    if web.wants_json(request) or "/api/" in request.url.path:
        return web.problem(status, what, remedy)
    said = desk.words.sentence(what, locale), desk.words.sentence(remedy, locale)
    return await run_in_threadpool(
        web.show, request, "error.html.j2", status=status, code=status, what=said[0], remedy=said[1], broken=broken
    )


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    response = await failed(request, error.status_code, what)
    response.headers.update(error.headers or {})
    return response


async def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MaildError)
    return await failed(request, web.status_of(error), error.what, error.remedy, broken=isinstance(error, ConfigError))


async def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has the traceback, the page has no details. It is answered outside the guard.

    A disk without room for what was handed in is none; it is met where forms are read, and where a file is laid down.
    """
    if sign_of_disk(error):
        response = await failed(
            request, web.FULL, "the disk has no room for it: nothing of it was kept", "free disk space"
        )
    else:
        response = await failed(request, 500, "")
    response.headers.update(headers_of(request.app.state.desk.secure))
    return response
