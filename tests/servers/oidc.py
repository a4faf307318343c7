"""A real, small OpenID provider on loopback: discovery, keys, authorize, token, userinfo.

It checks what clients send (redirect address, PKCE, secret, one use of a code) by its own means and signs with the
cryptography library alone. What it says wrongly is set by the test: see `twist`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "console", "a secret: with % and +"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Key:
    """An RSA key with its id."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": number(numbers.n),
            "e": number(numbers.e),
        }

    @property
    def modulus(self) -> bytes:
        return json.dumps(self.public).encode()

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        text = _unsigned({"alg": "RS256", "kid": self.kid, **header}, claims)
        return f"{text}.{b64(self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"


def without_signature(claims: dict[str, Any]) -> str:
    """alg none: what nobody may believe."""
    return _unsigned({"alg": "none"}, claims) + "."


def by_public_key(key: Key) -> Callable[[dict[str, Any]], str]:
    """HS256 with the public key as the secret: the confusion of algorithms."""

    def sign(claims: dict[str, Any]) -> str:
        text = _unsigned({"alg": "HS256", "kid": key.kid}, claims)
        return f"{text}.{b64(hmac.digest(key.modulus, text.encode(), hashlib.sha256))}"

    return sign


class OidcServer:
    """claims: about who signs in. twist: changes of the id token's claims; sign: another way to sign.

    status: answer of the token endpoint instead; metadata: changes of the discovery document
    """

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri
        self.claims: dict[str, Any] = {"sub": "7", "preferred_username": "lin", "name": "林"}
        self.userinfo: dict[str, Any] = {}
        self.twist: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] | None = None
        self.status = 0
        self.skew = 0.0
        self.now: Callable[[], float] = time.time
        self.keys = [Key("one")]
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._access: set[str] = set()

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._get(self)

            def do_POST(self) -> None:
                outer._post(self)

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
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/realm"

    # --- what browsers see

    def authorize(self, query: dict[str, str]) -> str:
        """Somebody signs in here: the address the browser is sent back to."""
        assert query["client_id"] == CLIENT
        assert query["redirect_uri"] == self.redirect_uri
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe()
        self._codes[code] = query
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}"

    # --- what the console asks

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        self.asked.append(parts.path)
        if parts.path == "/realm/.well-known/openid-configuration":
            self._answer(request, 200, self._discovery())
        elif parts.path == "/keys":
            other = [{"kty": "oct", "k": "AA", "kid": "x"}, {"kty": "RSA", "use": "enc", "kid": "y"}, {"kty": "new"}]
            self._answer(request, 200, {"keys": [*other, *(key.public for key in self.keys)]})
        elif parts.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            request.send_response(302)
            request.send_header("Location", self.authorize(query))
            request.end_headers()
        elif parts.path == "/userinfo":
            known = request.headers.get("Authorization", "").removeprefix("Bearer ") in self._access
            self._answer(request, 200 if known else 401, {"sub": self.claims["sub"], **self.userinfo})
        else:
            self._answer(request, 404, {})

    def _discovery(self) -> dict[str, Any]:
        root = self.issuer.removesuffix("/realm")
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{root}/authorize",
            "token_endpoint": f"{root}/token",
            "jwks_uri": f"{root}/keys",
            "userinfo_endpoint": f"{root}/userinfo",
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            **self.metadata,
        }

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.status:
            self._answer(request, self.status, {"error": "server_error"})
            return
        flow = self._codes.pop(form.get("code", ""), None)
        if not self._client(request, form):
            self._answer(request, 401, {"error": "invalid_client"})
        elif flow is None or form.get("redirect_uri") != self.redirect_uri or not self._proven(flow, form):
            self._answer(request, 400, {"error": "invalid_grant"})
        else:
            access = secrets.token_urlsafe()
            self._access.add(access)
            token = (self.sign or self.keys[-1].sign)(self._id_token(flow))
            self._answer(request, 200, {"token_type": "Bearer", "access_token": access, "id_token": token})

    def _client(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> bool:
        said = request.headers.get("Authorization", "")
        if said.startswith("Basic "):
            name, _, secret = base64.b64decode(said[6:]).decode().partition(":")
            return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET)
        return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)

    @staticmethod
    def _proven(flow: dict[str, str], form: dict[str, str]) -> bool:
        made = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        return hmac.compare_digest(made, flow["code_challenge"])

    def _id_token(self, flow: dict[str, str]) -> dict[str, Any]:
        now = int(self.now() + self.skew)
        made = {"iss": self.issuer, "aud": CLIENT, "nonce": flow["nonce"], "iat": now, "exp": now + 300,
                **self.claims, **self.twist}  # fmt: skip
        return {name: value for name, value in made.items() if value is not None}

    def _answer(self, request: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)
