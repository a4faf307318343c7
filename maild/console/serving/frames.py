"""Mails of ours in a frame: from a response of its own that may do nothing; files to be saved."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

# Nothing runs, nothing is fetched, no link leads anywhere: a mail to be looked at.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_CID = re.compile(r'\bsrc="cid:([^"]*)"')


def framed(html: str, pictures: Mapping[str, tuple[str, bytes]]) -> Response:
    """The HTML of a mail of ours with its pictures in their places."""

    def put(match: re.Match[str]) -> str:
        media_type, content = pictures.get(match[1], ("", b""))
        return f'src="data:{media_type};base64,{base64.b64encode(content).decode()}"' if content else 'src=""'

    return HTMLResponse(
        _CID.sub(put, html),
        headers={
            "Content-Security-Policy": FRAME_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "no-store",
        },
    )


def saved(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """A file that is saved, never shown."""
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )
