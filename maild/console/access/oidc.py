"""OpenID Connect Core 1.0, the relying party's side: authorization code with PKCE (RFC 7636), state, nonce.

The provider is found by its discovery document and believed only in what it has signed for us: RS/PS/ES/Ed keys of its
key set, its own issuer, our client id as the audience, the nonce of this sign-in, within its time. Its keys change: an
unknown one is looked for anew, once a minute at most.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import Key, KeySet, import_key

from maild.config import Oidc
from maild.config_console import loopback
from maild.console import SAY
from maild.domain import SAY as DOMAIN
from maild.domain.errors import ConfigError, Permanent, Temporary
from maild.ports import Clock

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
MOST_BYTES = 1_000_000  # of an answer
METADATA_SECONDS = 3600.0
KEYS_SECONDS = 60.0
WELL_KNOWN = "/.well-known/openid-configuration"
SILENT_SECONDS = 5.0  # after a silence the next are told at once: they do not wait one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One sign-in under way: what the answer has to fit. wanted: the page to go to at its end."""

    state: str
    nonce: str
    verifier: str
    wanted: str = ""

    @classmethod
    def new(cls, wanted: str) -> Flow:
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            wanted=wanted,
        )


class Provider:
    """The provider of [oidc]. Blocking; several threads may use it.

    Raises Temporary where it does not answer, Permanent where its answer is not to be believed; both in words.
    """

    def __init__(self, oidc: Oidc, clock: Clock, redirect_uri: str) -> None:
        self._oidc, self._clock, self._redirect_uri = oidc, clock, redirect_uri
        self._lock = threading.Lock()
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._silent = -SILENT_SECONDS
        self._http = httpx.Client(
            timeout=oidc.timeout_seconds, follow_redirects=False, trust_env=False, verify=_trust(oidc)
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def start(self, flow: Flow) -> str:
        """The address to send the browser to."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._oidc.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(self._oidc.scopes),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def finish(self, flow: Flow, answer: Mapping[str, str]) -> Mapping[str, Any]:
        """The claims about who has signed in, from what the browser brought back."""
        self._check_answer(flow, answer)
        tokens = self._exchange(flow, answer["code"])
        claims = self._claims(str(tokens.get("id_token", "")), flow)
        wanted = {self._oidc.account_claim, *([self._oidc.role_claim.split(".")[0]] if self._oidc.role_claim else [])}
        wanted |= {"email", "email_verified"} if self._oidc.domains else set()
        return claims if wanted <= set(claims) else self._completed(claims, str(tokens.get("access_token", "")))

    # --- the answer that came by the browser

    def _check_answer(self, flow: Flow, answer: Mapping[str, str]) -> None:
        if not secrets.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            raise Permanent(SAY("another_sign_in"), remedy=SAY("start_from_sign_in"))
        issuer = answer.get("iss", "")  # RFC 9207: of several providers, the one that was asked
        if (issuer or self._metadata_now().get("authorization_response_iss_parameter_supported")) and (
            issuer != self._oidc.issuer
        ):
            raise Permanent(SAY("another_provider"), remedy=SAY("try_or_tell"))
        if error := answer.get("error", ""):
            denied = error in ("access_denied", "login_required", "interaction_required")
            what = SAY("sign_in_declined") if denied else SAY("provider_refuses", error=error[:60])
            raise Permanent(what, remedy=SAY("start_from_sign_in" if denied else "try_or_tell"))
        if not answer.get("code"):
            raise Permanent(SAY("no_code"), remedy=SAY("try_or_tell"))

    # --- what it says to us directly

    def _exchange(self, flow: Flow, code: str) -> Mapping[str, Any]:
        """The code for the tokens. The secret goes in a header where the provider takes that, else in the form."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": flow.verifier,
            "client_id": self._oidc.client_id,
        }
        secret, auth = self._oidc.client_secret.reveal(), None
        methods = self._metadata_now().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if secret and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(quote_plus(self._oidc.client_id), quote_plus(secret))  # RFC 6749 section 2.3.1
        elif secret:
            form["client_secret"] = secret
        return self._ask("POST", self._endpoint("token_endpoint"), form=form, auth=auth)

    def _claims(self, token: str, flow: Flow) -> dict[str, Any]:
        """What the id token says, once it is proven (OpenID Connect Core section 3.1.3.7)."""
        if not token:
            raise Permanent(SAY("no_id_token"), remedy=SAY("try_or_tell"))
        try:
            claims = jwt.decode(token, self._keys_for(token), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError) as error:
            raise Permanent(SAY("token_unsigned", what=type(error).__name__), remedy=SAY("try_or_tell")) from error
        try:
            self._laws(flow).validate(claims)
        except ExpiredTokenError as error:
            raise Permanent(SAY("token_run_out"), remedy=SAY("compare_clocks")) from error
        except (InvalidClaimError, MissingClaimError) as error:
            raise Permanent(
                SAY("token_of_another", what=error.description or error), remedy=SAY("try_or_tell")
            ) from error
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._oidc.client_id:
            raise Permanent(SAY("token_for_another"), remedy=SAY("try_or_tell"))
        return claims

    def _laws(self, flow: Flow) -> jwt.JWTClaimsRegistry:
        now = int(self._clock.now().timestamp())
        return jwt.JWTClaimsRegistry(
            now=now,
            leeway=self._oidc.leeway_seconds,
            iss={"essential": True, "value": self._oidc.issuer},
            aud={"essential": True, "value": self._oidc.client_id},
            sub={"essential": True},
            nonce={"essential": True, "value": flow.nonce},
            exp={"essential": True},
            iat={"essential": True},
        )

    def _completed(self, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """With what the userinfo endpoint adds, which must speak of the same person (section 5.3.2)."""
        if not access_token or not self._metadata_now().get("userinfo_endpoint"):
            return claims
        more = self._ask("GET", self._endpoint("userinfo_endpoint"), bearer=access_token)
        if more.get("sub") != claims["sub"]:
            raise Permanent(SAY("two_persons"), remedy=SAY("try_or_tell"))
        return {**more, **claims}

    # --- discovery and keys

    def _metadata_now(self) -> Mapping[str, Any]:
        with self._lock:
            now = self._clock.monotonic()
            if self._metadata is None or now - self._metadata[0] > METADATA_SECONDS:
                found = self._ask("GET", self._oidc.issuer.rstrip("/") + WELL_KNOWN)
                if found.get("issuer") != self._oidc.issuer:
                    raise Permanent(
                        SAY("another_issuer"),
                        remedy=SAY("set_issuer"),
                    )
                self._metadata = (now, found)
            return self._metadata[1]

    def _endpoint(self, name: str) -> str:
        url = str(self._metadata_now().get(name, ""))
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and loopback(parts.hostname or "")):
            raise Permanent(SAY("no_https", name=name), remedy=SAY("tell_administrator"))
        return url

    def _keys_for(self, token: str) -> KeySet:
        """The provider's keys; fetched again where the token names one that is not among them."""
        header = jws.extract_compact(token.encode()).headers()
        uri = self._endpoint("jwks_uri")
        with self._lock:
            now = self._clock.monotonic()
            known = self._keys and any(key.kid == header.get("kid") for key in self._keys[1])
            if self._keys is None or (not known and now - self._keys[0] >= KEYS_SECONDS):
                self._keys = (now, _key_set(self._ask("GET", uri).get("keys")))
            return self._keys[1]

    def _ask(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        bearer: str = "",
    ) -> Mapping[str, Any]:
        """A JSON object from the provider."""
        found = _object(self._body(method, url, form=form, auth=auth, bearer=bearer))
        if found is None:
            raise Permanent(SAY("no_json_object"), remedy=SAY("tell_administrator"))
        return found

    def _body(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        bearer: str = "",
    ) -> bytes:
        """What the provider answers with status 200."""
        if 0 <= self._clock.monotonic() - self._silent < SILENT_SECONDS:
            raise Temporary(SAY("provider_silent"), remedy=DOMAIN("try_again"))
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        try:
            with self._http.stream(method, url, data=form, headers=headers, auth=auth) as response:
                body = b""
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise Permanent(SAY("answer_too_long"), remedy=SAY("tell_administrator"))
                status = response.status_code
        except httpx.HTTPError as error:
            self._silent = self._clock.monotonic()
            raise Temporary(SAY("provider_silent"), remedy=DOMAIN("try_again")) from error
        if status >= 500 or status == 429:
            raise Temporary(SAY("provider_out_of_order", status=status), remedy=DOMAIN("try_again"))
        if status != 200:
            raise Permanent(
                SAY("provider_refuses_status", what=f"{status}{_error_of(body)}"), remedy=SAY("try_or_tell")
            )
        return body


def _trust(oidc: Oidc) -> ssl.SSLContext | bool:
    if not oidc.ca_file:
        return True
    try:
        return ssl.create_default_context(cafile=oidc.ca_file)
    except OSError as error:
        raise ConfigError(
            f"oidc.ca_file: {oidc.ca_file}: {error.strerror or error}", remedy="give a PEM file of certificates"
        ) from error


def _key_set(found: object) -> KeySet:
    """The keys that can prove something to us; those for other ends, and of kinds that we do not know, are left out."""
    usable: list[Key] = []
    for key in found if isinstance(found, list) else []:
        fit = isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
        with suppress(JoseError, ValueError, KeyError, TypeError):
            usable += [import_key(key)] if fit else []
    return KeySet(usable)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _error_of(body: bytes) -> str:
    """', invalid_grant': the error's name, which RFC 6749 section 5.2 limits to plain characters."""
    name = str((_object(body) or {}).get("error", ""))
    return f", {name[:60]}" if name and name.isascii() and name.isprintable() else ""
