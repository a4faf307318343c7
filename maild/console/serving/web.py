"""Answering: pages from templates, what an act did, errors in words. RFC 9457 for what programs ask."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import NoMatchFound

from maild.console import told
from maild.console.nav import PLACES
from maild.console.segments import segment
from maild.console.serving.agents import told as told_agent
from maild.console.told import Flash
from maild.console.wording import filters
from maild.console.wording.saying import changed, say
from maild.domain.desk.access import Role
from maild.domain.errors import ConfigError, MaildError, NotFound, Permanent, StaleVersion, Temporary
from maild.domain.legible import legible
from maild.domain.operation.trouble import TroubleCause
from maild.domain.records.masking import last_four

if TYPE_CHECKING:
    from maild.console.desk import Desk
    from maild.console.who import Who

LOOK = {"theme": ("light", "dark"), "lang": ("zh-CN", "en")}  # cookies of a browser's own choice
_ELSEWHERE = re.compile(r"[\x00-\x1f\x7f\\]")
_UPWARD = re.compile(r"^[^?#]*/(?:\.|%2e){1,2}(?:[/?#]|$)", re.IGNORECASE)
FULL = 507  # Insufficient Storage (RFC 4918 section 11.5)
STATUS = ((NotFound, 404), (StaleVersion, 409), (Permanent, 422), (Temporary, 503), (ConfigError, 503))


class Pages:
    """The templates. Compiled when they are first wanted, once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._static = folder / "static"
        self._jinja = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            finalize=_settled,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._jinja.filters["size"] = filters.size
        self._jinja.filters["money"] = filters.money
        self._jinja.filters["segment"] = segment
        self._jinja.filters["verbatim"] = verbatim

    def render(self, template: str, values: Mapping[str, object]) -> str:
        return self._jinja.get_template(template).render(values)

    @cache  # noqa: B019 - one of these lives as long as the process
    def version(self, name: str) -> str:
        """Changes with the file: what browsers keep is never an old one."""
        return hashlib.sha256((self._static / name).read_bytes()).hexdigest()[:12]


def verbatim(text: str) -> Markup:
    """What comes back with a form, to the letter: as it would be shown elsewhere, saving would alter it."""
    return Markup(escape(text))  # noqa: S704 - escaped


def _settled(value: object) -> object:
    """What a template writes: others' words keep to their place. Markup is made of such words already."""
    if type(value) is str:  # called for each of some ten thousand values of a page of plots
        return value if value.isascii() else legible(value)
    kind = type(value)
    if kind is Markup or kind is int or kind is float or hasattr(value, "__html__"):
        return value
    return legible(str(value))


def locale_of(request: Request) -> str:
    """The account's language, else the browser's choice by cookie, else what it asks for; Chinese if in doubt."""
    who: Who | None = request.state.who if hasattr(request.state, "who") else None
    chosen = request.cookies.get("lang", "")
    if chosen in LOOK["lang"]:
        return chosen
    if who and who.locale:
        return who.locale
    for word in request.headers.get("accept-language", "").lower().split(","):
        tag = word.split(";")[0].strip()
        if tag.startswith(("zh", "en")):
            return "en" if tag.startswith("en") else "zh-CN"
    return "zh-CN"


def show(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page. Every template knows: who, role checks, words, links, the office's clock, what is to be told once."""
    desk: Desk = request.app.state.desk
    flash = _flash(request)
    response = part(request, template, status=status, flash=flash, **values)
    if flash is not None and not flash.left(desk.services.clock.now()):
        response.delete_cookie(told.COOKIE, path=desk.prefix or "/")
    return response


def part(
    request: Request, template: str, *, status: int = 200, flash: Flash | None = None, **values: object
) -> HTMLResponse:
    """Part of a page, which its script puts in: what is to be told once is left for the next page."""
    desk: Desk = request.app.state.desk
    locale = locale_of(request)
    response = HTMLResponse(desk.pages.render(template, context(request, desk, locale, flash) | values), status)
    response.headers["Content-Language"] = locale
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


def context(request: Request, desk: Desk, locale: str, flash: Flash | None) -> dict[str, Any]:
    """What every template may use."""
    who: Who | None = getattr(request.state, "who", None)
    if who is not None and who.provisional:
        who = None  # nothing is open yet: no menu, no search
    office = desk.services.settings.office
    zone, now = ZoneInfo(office.timezone), desk.services.clock.now()
    theme = request.cookies.get("theme", "")
    return {
        "who": who,
        "locale": locale,
        "theme": theme if theme in LOOK["theme"] else "",
        "flash": flash,
        "office": office.name_zh if locale.startswith("zh") else office.name_en,
        "now": now,
        "path": _path(request),
        "t": partial(_text, desk, locale),
        "url": partial(url, request),
        "url_if": partial(url_if, request),
        "static": partial(static, request),
        "here": partial(_here, request),
        "provider_name": lambda name: desk.services.naming.name(name, locale) if name else "",
        "may": lambda role: who is not None and who.role.may(Role(role)),
        "account": lambda number: number if who is not None and who.role.may(Role.ACCOUNTANT) else last_four(number),
        "csrf": getattr(request.state, "csrf", ""),
        "prefix": desk.prefix,
        "query": request.query_params,
        "word": lambda words, key: words[key].to(locale) if key in words else str(key),
        "undo_seconds": desk.services.settings.console.undo_seconds,
        "browser": lambda agent: told_agent(agent, locale),
        "say": lambda sentence: say(_as_said(sentence), locale, zone),
        "changed": lambda line, value: changed(line.what, _as_said(value), locale, zone),
        "when": lambda moment, **more: filters.when(moment, zone, **more),
        "age": lambda since: filters.age(since, now, locale),
        "ago": lambda since: filters.ago(since, now, locale),
        "span": lambda length: filters.span(length, locale),
        "words": _tables(),
        "places": _places(request, who),
    }


@cache
def _tables() -> Mapping[str, Any]:
    """The office's words for our states, for the templates: words.STATES, words.CAUSES …"""
    from maild.domain.wording import (
        words,
        words_mail,
        words_money,
        words_notice,
        words_queue,
        words_reading,
        words_receipt,
        words_staff,
    )

    modules = (words, words_mail, words_money, words_notice, words_queue, words_reading, words_receipt, words_staff)
    return {name: value for module in modules for name, value in vars(module).items() if name.isupper()}


def _places(request: Request, who: Who | None) -> list[dict[str, object]]:
    """The areas that this person may enter and that there are."""
    if who is None:
        return []
    desk: Desk = request.app.state.desk
    below = _path(request).removeprefix(desk.prefix).split("?", 1)[0]
    found: list[dict[str, object]] = []
    for place in PLACES:
        with suppress(NoMatchFound):
            if who.role.may(place.role):
                current = below == place.under or below.startswith(f"{place.under}/")
                found.append(
                    {"key": place.key, "url": url(request, place.view), "current": current, "letter": place.letter}
                )
    return found


def _text(desk: Desk, locale: str, key: str, **values: object) -> str:
    return desk.words.say(key, locale, **values)


def url(request: Request, name: str, /, query: Mapping[str, object] | None = None, **params: object) -> str:
    """The path of a page or act, below the prefix; `query` values that are None, '' or [] are left out.

    Raises NoMatchFound.
    """
    desk: Desk = request.app.state.desk
    route = request.app.state.named.get(name)
    if route is None:
        raise NoMatchFound(name, params)
    path = desk.prefix + str(route.url_path_for(name, **params))
    said = {key: value for key, value in (query or {}).items() if value not in (None, "", [])}
    return f"{path}?{urlencode(said, doseq=True)}" if said else path


def url_if(request: Request, name: str, /, **params: Any) -> str:
    """The same, or '' where this console has no such page."""
    try:
        return url(request, name, **params)
    except NoMatchFound:
        return ""


def static(request: Request, name: str) -> str:
    """The address of a file of templates/console/static, with its version."""
    desk: Desk = request.app.state.desk
    return f"{desk.prefix}/static/{name}?v={desk.pages.version(name)}"


def _path(request: Request) -> str:
    """The page's own path with its query, below the prefix."""
    desk: Desk = request.app.state.desk
    path = request.url.path
    path = path if path.startswith(f"{desk.prefix}/") else desk.prefix + path
    return f"{path}?{request.url.query}" if request.url.query else path


def _as_said(value: object) -> str:
    """Text as it is: a sentence keeps its code."""
    return value if isinstance(value, str) else str(value)


def _here(request: Request, **changed: object) -> str:
    """This page with some of its query changed; None or '' takes a word out, and paging begins anew."""
    kept = {key: request.query_params.getlist(key) for key in request.query_params if key not in ("after", "before")}
    said = {**kept, **changed}
    query = urlencode({k: v for k, v in said.items() if v not in (None, "", [])}, doseq=True)
    path = _path(request).split("?", 1)[0]
    return f"{path}?{query}" if query else path


# --- what is told once --------------------------------------------------------------------------------------------


def flashed(response: Response, request: Request, flash: Flash) -> Response:
    """Let the next page tell it: a cookie that no script can read, for half a minute."""
    desk: Desk = request.app.state.desk
    value = told.sealed(flash, desk.services.token_key, _name(request))
    response.set_cookie(
        told.COOKIE,
        value,
        max_age=told.SECONDS,
        httponly=True,
        samesite="strict",
        secure=desk.secure,
        path=desk.prefix or "/",
    )
    return response


def _flash(request: Request) -> Flash | None:
    desk: Desk = request.app.state.desk
    return told.opened(request.cookies.get(told.COOKIE, ""), desk.services.token_key, _name(request))


def _name(request: Request) -> str:
    who: Who | None = getattr(request.state, "who", None)
    return who.name if who else ""


def back(request: Request, wanted: str, fallback: str) -> str:
    """Where to go after a form: a path of ours, never another site's, nor another program's of the same host.

    Browsers drop control characters from addresses, and take a backslash for a slash and `%2e` for a dot (WHATWG URL).
    """
    desk: Desk = request.app.state.desk
    ours = wanted.startswith(f"{desk.prefix}/") and not wanted.startswith("//")
    return wanted if ours and not _ELSEWHERE.search(wanted) and not _UPWARD.search(wanted) else fallback


def redirect(to: str) -> RedirectResponse:
    """303: what was posted is done, look at the page (RFC 9110 section 15.4.4)."""
    return RedirectResponse(to, status_code=303)


# --- errors -------------------------------------------------------------------------------------------------------


def status_of(error: MaildError) -> int:
    """The HTTP status that says the same."""
    if error.trouble is TroubleCause.DISK_FULL:
        return FULL
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def problem(status: int, title: str, detail: str = "", **more: object) -> JSONResponse:
    """An error for programs: application/problem+json (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        **({"detail": detail} if detail else {}),
        **more,
    }
    headers = {"Cache-Control": "no-store", **({"Retry-After": "5"} if status == 503 else {})}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def wants_json(request: Request) -> bool:
    """Whether a program asks: our own script, or a client of the API."""
    return "application/json" in request.headers.get("accept", "")
