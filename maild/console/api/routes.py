"""/api/v1: GET for each view, POST for each act; errors as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from maild.console.acts import Act, from_form
from maild.console.api.bulk import Bulk, answer
from maild.console.api.document import document
from maild.console.desk import Desk
from maild.console.serving import web
from maild.console.serving.threads import run
from maild.console.views import View
from maild.domain.errors import ConfigError, MaildError

ROOT = "/api/v1"
JSON = "application/json"


def make_routes(views: Sequence[View], acts: Sequence[Act], bulks: Sequence[Bulk] = ()) -> list[Route]:
    """All routes of the API. The document is for everybody who is signed in, too."""
    described = [view for view in views if view.json is not None]

    @cache
    def written(server: str) -> bytes:
        return json.dumps(document(described, acts, server, bulks), ensure_ascii=False).encode()

    async def openapi(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        return Response(await run(None, written, desk.prefix + ROOT), media_type=JSON)

    return [
        Route(f"{ROOT}/openapi.json", openapi, methods=["GET"], name="api.document"),
        *(Route(ROOT + bulk.path, _bulk(bulk), methods=["POST"], name=f"api.{bulk.name}") for bulk in bulks),
        *(Route(ROOT + view.path, _read(view), methods=["GET"], name=f"api.{view.name}") for view in described),
        *(Route(ROOT + act.path, _write(act), methods=["POST"], name=f"api.{act.name}") for act in acts),
    ]


def _read(view: View) -> Any:
    async def endpoint(request: Request) -> Response:
        if denied := _denied(request, view.role):
            return denied
        named = Act(name=view.name, path=view.path, role=view.role, input=view.input, run=_never, summary="")
        unknown = sorted(set(request.query_params) - set(view.input.model_fields))
        if unknown:
            return web.problem(422, f"unknown parameter: {', '.join(unknown)}", errors=unknown)
        asked = from_form(named, request.query_params.multi_items(), strict=True) | dict(request.path_params)
        threads = request.app.state.desk.threads
        return await run(threads.slow if view.slow else threads.pages, _answer, request, view, asked)

    return endpoint


async def _in_lane(request: Request, slow: bool, function: Any, *more: Any) -> Response:
    threads = request.app.state.desk.threads
    response: Response = await run(threads.slow if slow else None, function, request, *more)
    return response


def _answer(request: Request, view: View, data: dict[str, object]) -> Response:
    desk: Desk = request.app.state.desk
    try:
        asked = view.input.model_validate(data)
    except ValidationError as error:
        return _unfit(error)
    try:
        loaded = view.load(desk, request.state.who, asked)
    except MaildError as error:
        return _failed(error)
    assert view.json is not None
    return JSONResponse(view.json(loaded), headers={"Cache-Control": "no-store"})


def _write(act: Act) -> Any:
    async def endpoint(request: Request) -> Response:
        if denied := _denied(request, request.state.who.needed(act.role)):
            return denied
        if not _is_json(request):
            return web.problem(415, "", f"send {JSON}")
        try:
            body = json.loads(await request.body() or b"{}")
        except (ValueError, RecursionError) as error:
            return web.problem(400, "the body is not JSON", str(error))
        if not isinstance(body, dict):
            return web.problem(422, "the body is no JSON object", "send the fields of the act as an object")
        if loose := sorted(
            name
            for name, known in act.input.model_fields.items()
            if known.annotation is bool and not isinstance(body.get(name, False), bool)
        ):
            # Forms say "true" and "on"; JSON has a word of its own, and 0 may have been meant as a number.
            return web.problem(422, f"{', '.join(loose)}: say true or false", errors=loose)
        if doubled := sorted(set(body) & set(request.path_params)):
            return web.problem(422, f"{', '.join(doubled)} is said by the path", errors=doubled)
        return await _in_lane(request, act.slow, _do, act, body | dict(request.path_params))

    return endpoint


def _bulk(bulk: Bulk) -> Any:
    async def endpoint(request: Request) -> Response:
        if denied := _denied(request, request.state.who.needed(bulk.role)):
            return denied
        if not _is_json(request):
            return web.problem(415, "", f"send {JSON}")
        return await _in_lane(request, True, _take, bulk, await request.body())

    return endpoint


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", JSON).split(";")[0].strip().lower() == JSON


def _take(request: Request, bulk: Bulk, raw: bytes) -> Response:
    try:
        return answer(request, bulk, raw)
    except ConfigError as error:  # the rows as a whole, not what maild is set to
        return web.problem(422, error.what, error.remedy)
    except MaildError as error:
        return _failed(error)


def _do(request: Request, act: Act, data: dict[str, object]) -> Response:
    desk: Desk = request.app.state.desk
    try:
        asked = act.input.model_validate(data)
    except ValidationError as error:
        return _unfit(error)
    try:
        outcome = act.run(desk, request.state.who, asked)
    except MaildError as error:
        return _failed(error)
    body = {
        "done": outcome.done,
        "transactions": list(outcome.transactions),
        "outbox": list(outcome.outbox),
        "data": dict(outcome.data),
        **({"key": outcome.several} if outcome.several else {}),
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _never(desk: Desk, who: object, asked: object) -> Any:
    raise AssertionError


def _denied(request: Request, needed: Any) -> Response | None:
    who = request.state.who
    if who.role.may(needed):
        return None
    return web.problem(403, f"only a {needed} may do that", "use a key with a wider scope, of somebody who may")


def _unfit(error: ValidationError) -> Response:
    faults = [{"field": ".".join(map(str, fault["loc"])), "fault": fault["msg"]} for fault in error.errors()]
    said = "; ".join(f"{fault['field'] or 'input'}: {fault['fault']}" for fault in faults)
    return web.problem(422, "the input does not fit", said, errors=faults)


def _failed(error: MaildError) -> Response:
    return web.problem(web.status_of(error), error.what, error.remedy)
