"""CAS Protocol 3.0, the service's side: a ticket that the browser brings, asked about at the server itself.

The state of the sign-in stands in the service address, which the ticket is bound to: a ticket that was made for another
sign-in, or for another service, proves nothing (CAS Protocol 3.0.3 sections 2.1, 2.8).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from maild.console import SAY
from maild.console.access.oidc import Flow, Provider
from maild.domain.errors import Permanent
from maild.peers.xml import BadXml, Element, read

VALIDATE = "/p3/serviceValidate"
ADDRESSES, NAMES = ("email", "mail"), ("name", "displayName", "cn")


class Cas(Provider):
    """The CAS server of [oidc]. Raises as Provider does."""

    def start(self, flow: Flow) -> str:
        """The address to send the browser to."""
        return f"{self._base}/login?{urlencode({'service': self._service(flow)})}"

    def finish(self, flow: Flow, answer: Mapping[str, str]) -> Mapping[str, Any]:
        """Who has signed in: sub, user, and the attributes. Raises Permanent, Temporary."""
        if not secrets.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            raise Permanent(SAY("another_sign_in"), remedy=SAY("start_from_sign_in"))
        ticket = answer.get("ticket", "")
        if not ticket:
            raise Permanent(SAY("sign_in_declined"), remedy=SAY("start_from_sign_in"))
        asked = urlencode({"service": self._service(flow), "ticket": ticket})
        return _claims(self._body("GET", f"{self._base}{VALIDATE}?{asked}"))

    @property
    def _base(self) -> str:
        return self._oidc.issuer.rstrip("/")

    def _service(self, flow: Flow) -> str:
        return f"{self._redirect_uri}?{urlencode({'state': flow.state})}"


def _claims(body: bytes) -> Mapping[str, Any]:
    """What the server says of the ticket. Raises Permanent where it is not valid, or the answer is none of CAS."""
    try:
        root = read(body)
    except BadXml as error:
        raise Permanent(SAY("no_cas"), remedy=SAY("tell_administrator")) from error
    said = root.first("authenticationSuccess")
    if root.name != "serviceResponse" or said is None:
        failure = root.first("authenticationFailure")
        code = failure.attributes.get("code", "") if failure else ""
        plain = code[:60] if code.isascii() and code.isprintable() else ""
        what = SAY("provider_refuses", error=plain) if plain else SAY("no_success")
        raise Permanent(what, remedy=SAY("try_or_tell"))
    user = said.first("user")
    name = user.text.strip() if user else ""
    if not name:
        raise Permanent(SAY("nobody_signed_in"), remedy=SAY("tell_administrator"))
    return _with_attributes(name, said.first("attributes"))


def _with_attributes(name: str, attributes: Element | None) -> Mapping[str, Any]:
    """Attributes that stand several times are lists. Who has verified the address, CAS does not say."""
    found: dict[str, Any] = {}
    for one in attributes.children if attributes else ():
        key, value = one.name, one.text.strip()
        known = found.get(key)
        found[key] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    address = next((found[key] for key in ADDRESSES if isinstance(found.get(key), str)), "")
    display = next((found[key] for key in NAMES if isinstance(found.get(key), str)), "")
    # Last of all: no attribute takes the place of who has signed in.
    more = {"email": address, "email_verified": False} | ({"name": display} if display else {})
    return {**found, **more, "sub": name, "user": name, "preferred_username": name}
