"""A real, small OAuth server on loopback: tokens by refresh token, client credentials and device code; introspection.

It knows which tokens it gave and when they end; a refresh token holds once. Faults are set by the test.
"""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "maild-of-the-library", "an application's secret & more"


class TokenServer:
    """life: seconds of a token; faults: answers (status, JSON) instead, one after the other; revoked: tokens that
    introspection says are dead; agreed: after so many polls the person has agreed; asked: forms of /token."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.life = 3600
        self.faults: list[tuple[int, dict[str, str]]] = []
        self.revoked: set[str] = set()
        self.refresh = {"first-refresh"}
        self.given: list[str] = []
        self.asked: list[dict[str, str]] = []
        self.agreed = 0
        self._device = ""

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
                outer._answer(self, 200, outer._about(token))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                outer._answer(self, *outer._post(urlsplit(self.path).path, form))

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
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def dovecot(self) -> str:
        """What Dovecot needs to ask this server about tokens."""
        return (
            "auth_mechanisms = plain login xoauth2 oauthbearer\n"
            "passdb oauth2 {\n  passdb_mechanisms_filter = xoauth2 oauthbearer\n}\n"
            f"oauth2 {{\n  introspection_mode = get\n  introspection_url = {self.url}/introspect?token=\n"
            "  username_attribute = username\n  active_attribute = active\n  active_value = true\n}\n"
        )

    def holds(self, token: str) -> bool:
        """Whether it is one of ours that nobody has withdrawn."""
        return token in self.given and token not in self.revoked

    def _about(self, token: str) -> dict[str, Any]:
        return {"active": True, "username": self.user} if self.holds(token) else {"active": False}

    def _post(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/device":
            self._device = secrets.token_urlsafe(16)
            return 200, {"device_code": self._device, "user_code": "WDJB-MJHT", "interval": 0, "expires_in": 30,
                         "verification_uri": f"{self.url}/activate"}  # fmt: skip
        self.asked.append(form)
        if self.faults:
            return self.faults.pop(0)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret"}
        return self._grant(form)

    def _grant(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            return 200, self._token({})
        if grant == "refresh_token":
            if form.get("refresh_token") not in self.refresh:
                return 400, {"error": "invalid_grant", "error_description": "AADSTS700082: expired due to inactivity"}
            self.refresh.discard(form["refresh_token"])
            return 200, self._token(self._new_refresh())
        if form.get("device_code") != self._device:
            return 400, {"error": "expired_token"}
        if self.agreed > 0:
            self.agreed -= 1
            return 400, {"error": "authorization_pending"}
        return 200, self._token(self._new_refresh())

    def _new_refresh(self) -> dict[str, str]:
        made = secrets.token_urlsafe(900)  # as long as Microsoft's
        self.refresh.add(made)
        return {"refresh_token": made}

    def _token(self, more: dict[str, str]) -> dict[str, Any]:
        made = secrets.token_urlsafe(1100)
        self.given.append(made)
        return {"token_type": "Bearer", "access_token": made, "expires_in": self.life, **more}

    @staticmethod
    def _answer(handler: BaseHTTPRequestHandler, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
