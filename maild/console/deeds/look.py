"""How the console looks in this browser: light or dark, Chinese or English. A cookie, no act on anything."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maild.console.serving import web

YEAR = 365 * 86400


async def _look(request: Request) -> Response:
    form = await request.form()
    desk = request.app.state.desk
    response: Response = web.redirect(web.back(request, str(form.get("back", "")), f"{desk.prefix}/"))
    for name, choices in web.LOOK.items():
        value = str(form.get(name, ""))
        if value in choices:
            response.set_cookie(
                name, value, max_age=YEAR, httponly=True, samesite="lax", path=desk.prefix or "/", secure=desk.secure
            )
        elif value == "auto":
            response.delete_cookie(name, path=desk.prefix or "/")
    return response


ROUTES = (Route("/look", _look, methods=["POST"], name="look"),)
