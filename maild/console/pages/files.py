"""Mails and their files, each in a response of its own: nothing of them runs, fetches, or is taken for our page.

Every answer is under a policy that makes it a sandbox (CSP Level 3), told to be of the type it is said to be, and kept
by the browser of who asked alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from maild.confine.cleaning.sanitise import VIEW_CSP
from maild.confine.viewing import WIDTH
from maild.console import SAY
from maild.console.serving import web
from maild.console.serving.threads import run
from maild.domain.errors import MaildError, NotFound, Permanent
from maild.domain.legible import legible

if TYPE_CHECKING:
    from maild.console.desk import Desk
    from maild.domain.desk.shown import ShownHtml, ShownPicture
    from maild.domain.incoming.mail import Attachment

SOURCE_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
FILE_CSP = "sandbox; default-src 'none'; frame-ancestors 'none'"
KEPT = "private, max-age=600"  # by the browser: a mail never changes, but who may see it does
# What a download may be called: all of it is opened by the reader's own choice, none of it is markup.
NAMED = frozenset(
    {
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/tiff",
        "image/bmp",
        "application/zip",
    }
)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_UNSAID = re.compile(r'[^ !#-\[\]-~]|["%]')

Make = Callable[["Desk", Request], Response]


def shown_html(desk: Desk, mail_id: int) -> ShownHtml | None:
    """The mail's HTML as it is shown; None where it has none."""
    return desk.services.viewer.html(desk.services.mail_files.open(mail_id).raw)


def _html(desk: Desk, request: Request) -> Response:
    shown = shown_html(desk, request.path_params["mail_id"])
    if shown is None:
        raise NotFound(SAY("no_html"))
    return _answer(shown.html.encode(), "text/html; charset=utf-8", VIEW_CSP, framed=True)


def _source(desk: Desk, request: Request) -> Response:
    shown = desk.services.viewer.source(desk.services.mail_files.open(request.path_params["mail_id"]).raw)
    text = shown.text + (f"\n\n⟨… + {shown.left_out} B⟩\n" if shown.left_out else "")
    return _answer(text.encode("utf-8", "replace"), "text/plain; charset=utf-8", SOURCE_CSP, framed=True)


def _raw(desk: Desk, request: Request) -> Response:
    mail = desk.services.mail_files.open(request.path_params["mail_id"])
    return _download(mail.raw, f"mail-{mail.id}.eml", "application/octet-stream")


def _file(desk: Desk, request: Request) -> Response:
    file = _wanted(desk, request)
    kind = file.sniffed if file.sniffed in NAMED else "application/octet-stream"
    return _download(file.content, file.filename or f"file-{request.path_params['n'] + 1}", kind)


def _picture(desk: Desk, request: Request) -> Response:
    file = _wanted(desk, request)
    page = request.path_params.get("page") or _number(request, "page", 1)
    width, turn = _number(request, "width", WIDTH), _number(request, "turn", 0)
    return _shown(desk.services.viewer.page(file.content, page, width=width, turn=turn))


def _about(desk: Desk, request: Request) -> Response:
    """How many pages a file has, and what the codes on one say; 0 pages and why, where it cannot be shown."""
    file, viewer = _wanted(desk, request), desk.services.viewer
    page = _number(request, "page", 1)
    try:
        codes = [legible(code) for code in viewer.codes(file.content, page)]
        body: dict[str, object] = {"pages": viewer.pages(file.content), "codes": codes}
    except Permanent as error:
        body = {"pages": 0, "codes": [], "why": desk.words.sentence(error.what, web.locale_of(request))}
    return JSONResponse(body, headers={"Cache-Control": KEPT})


def _proof(desk: Desk, request: Request) -> Response:
    """The page of a proof as it was read: the boxes of its marks lie on it."""
    mail_id, files = request.path_params["mail_id"], desk.services.mail_files
    receipt = files.receipt(mail_id, request.path_params["k"])
    width = _number(request, "width", WIDTH)
    fault = Permanent(SAY("file_of_proof_gone"))
    for file in files.open(mail_id).holding(receipt):
        try:
            return _shown(desk.services.viewer.upright(file.content, receipt, width=width))
        except Permanent as error:
            fault = error
    raise fault


def _wanted(desk: Desk, request: Request) -> Attachment:
    return desk.services.mail_files.open(request.path_params["mail_id"]).file(request.path_params["n"])


def _number(request: Request, name: str, default: int) -> int:
    """A whole number of the query. Raises Permanent."""
    said = request.query_params.get(name, "")
    if not said:
        return default
    if not re.fullmatch(r"[0-9]{1,5}", said):
        raise Permanent(SAY("whole_number", name=name))
    return int(said)


# --- answers


def _shown(picture: ShownPicture) -> Response:
    response = _answer(picture.content, picture.media_type, FILE_CSP)
    response.headers["X-Maild-Pages"] = str(picture.pages)
    return response


def _download(content: bytes, name: str, kind: str) -> Response:
    response = _answer(content, kind, FILE_CSP)
    response.headers["Content-Disposition"] = disposition(name)
    return response


def disposition(name: str) -> str:
    """To be saved under that name (RFC 6266; RFC 8187 for what is not ASCII).

    Nothing in it is invisible or turns it round: 'invoice\u202efdp.exe' would be read as 'invoiceexe.pdf'.
    """
    name = _UNSEEN.sub("_", name)
    plain = _UNSAID.sub("_", name.replace("\\", "_").replace("/", "_")) or "file"
    said = f'attachment; filename="{plain}"'
    return said if plain == name else f"{said}; filename*=UTF-8''{quote(name, safe='')}"


def _answer(content: bytes, kind: str, policy: str, *, framed: bool = False) -> Response:
    headers = {
        "Content-Security-Policy": policy,
        "Content-Type": kind,
        "Cache-Control": KEPT,
        "Vary": "Cookie",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-DNS-Prefetch-Control": "off",  # else the names of links are looked up, and tell that the mail was opened
    }
    return Response(content, headers=headers)


def _plain(make: Make, desk: Desk, request: Request) -> Response:
    return make(desk, request)


def _framed(make: Make, desk: Desk, request: Request) -> Response:
    """What went wrong stands in the frame: our pages, that of errors among them, refuse to be framed."""
    try:
        return make(desk, request)
    except MaildError as error:
        said = desk.words.sentence(error.what, web.locale_of(request))
        response = _answer(said.encode("utf-8", "replace"), "text/plain; charset=utf-8", SOURCE_CSP, framed=True)
        response.status_code = web.status_of(error)
        response.headers["Cache-Control"] = "no-store"
        return response


def _endpoint(make: Make) -> Any:
    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        # Every role may look; the guard knows who it is.
        return await run(desk.threads.files, _framed if make in (_html, _source) else _plain, make, desk, request)

    return endpoint


_MAIL, _ONE = "/mails/{mail_id:int}", "/mails/{mail_id:int}/files/{n:int}"
ROUTES = tuple(
    Route(path, _endpoint(make), methods=["GET"], name=f"files.{name}")
    for path, name, make in (
        (f"{_MAIL}/html", "html", _html),
        (f"{_MAIL}/source", "source", _source),
        (f"{_MAIL}/raw", "raw", _raw),
        (_ONE, "download", _file),
        (f"{_ONE}/picture", "picture", _picture),
        (f"{_ONE}/page/{{page:int}}", "page", _picture),
        (f"{_ONE}/about", "about", _about),
        (f"{_MAIL}/proofs/{{k:int}}", "proof", _proof),
    )
)
