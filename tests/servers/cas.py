"""A real, small CAS 3.0 server on loopback: a login that says who somebody is, tickets that hold once and for one service."""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape


class CasServer:
    """user, attributes: who signs in; body: the answer of serviceValidate instead; status: its status instead."""

    def __init__(self) -> None:
        self.user = "lin"
        self.attributes: list[tuple[str, str]] = []
        self.body = ""
        self.status = 200
        self.tickets: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                outer._get(self, parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/cas"

    def _get(self, handler: BaseHTTPRequestHandler, path: str, asked: dict[str, str]) -> None:
        if path == "/cas/login":
            ticket = f"ST-{secrets.token_urlsafe(16)}"
            self.tickets[ticket] = asked["service"]
            handler.send_response(302)
            join = "&" if "?" in asked["service"] else "?"
            handler.send_header("Location", f"{asked['service']}{join}{urlencode({'ticket': ticket})}")
            handler.end_headers()
            return
        self.asked.append(asked)
        body = (self.body or self._answer(asked)).encode()
        handler.send_response(self.status if path == "/cas/p3/serviceValidate" else 404)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _answer(self, asked: dict[str, str]) -> str:
        head = '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">'
        service = self.tickets.pop(asked.get("ticket", ""), None)
        if service is None or service != asked.get("service"):
            code = "INVALID_TICKET" if service is None else "INVALID_SERVICE"
            return (
                f'{head}<cas:authenticationFailure code="{code}">no</cas:authenticationFailure></cas:serviceResponse>'
            )
        more = "".join(f"<cas:{name}>{escape(value)}</cas:{name}>" for name, value in self.attributes)
        return (
            f"{head}\n <cas:authenticationSuccess>\n  <cas:user>{escape(self.user)}</cas:user>\n"
            f"  <cas:attributes>{more}</cas:attributes>\n </cas:authenticationSuccess>\n</cas:serviceResponse>"
        )
