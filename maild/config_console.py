"""The options of the staff console: where it listens, how browsers see it, and who may sign in."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from maild.options import Secret, opt


def loopback(host: str) -> bool:
    """Whether what is said to this host stays on this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The staff's web pages and the HTTP API (`maild console`; docs/operations.md)."""

    listen: str = opt("127.0.0.1:8030", "Address and port. Beyond loopback only behind a proxy that speaks TLS.")
    public_url: str = opt(
        "",
        "The address that browsers see, with the path prefix if there is one; '' where they come to `listen` itself.",
        example="https://library.example/ill",
    )
    hosts: tuple[str, ...] = opt(
        (),
        "Further names by which browsers or proxies may call the console, beside "
        "loopback's and that of public_url; what comes by another name is refused.",
        example='["ill.library.example"]',
    )
    secure_cookies: str = opt(
        "auto",
        "Cookies over TLS only: auto (unless browsers come by plain http on loopback), always, never.",
        choices=("auto", "always", "never"),
    )
    idle_minutes: int = opt(120, "A session ends after so long without use.", minimum=1, maximum=10_080)
    session_hours: int = opt(12, "A session ends after so long, used or not.", minimum=1, maximum=720)
    undo_seconds: int = opt(
        15,
        "What staff send here waits so long, and can be taken back until then; 0: it goes at once.",
        minimum=0,
        maximum=300,
    )
    passwords: bool = opt(True, "Accounts with a password may sign in; false where all come by [oidc] or a proxy.")
    login_tries: int = opt(
        5,
        "Wrong passwords for an account from one place before the next try has to wait, longer "
        "each time, 15 minutes at most.",
        minimum=1,
        maximum=100,
    )
    login_tries_origin: int = opt(
        20, "The same for all accounts together from one place (IPv6: a /64 network).", minimum=1, maximum=10_000
    )
    trusted_proxies: tuple[str, ...] = opt(
        (),
        "Addresses or networks of our own reverse proxies: from these alone "
        "X-Forwarded-For and trusted_proxy_header are believed.",
    )
    trusted_proxy_header: str = opt(
        "",
        "Header in which such a proxy names who has signed in with it; '' for none. "
        "The proxy must remove what clients send by that name.",
        example="X-Remote-User",
    )

    @property
    def url(self) -> str:
        """What browsers see, without a slash at its end."""
        return self.public_url.rstrip("/") or f"http://{self.listen}"

    @property
    def prefix(self) -> str:
        """The path that all pages are below: '' or '/ill'."""
        return urlsplit(self.url).path

    @property
    def secure(self) -> bool:
        """Whether cookies go over TLS only."""
        if self.secure_cookies != "auto":
            return self.secure_cookies == "always"
        parts = urlsplit(self.url)
        return not (parts.scheme == "http" and loopback(parts.hostname or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """Signing in to the console with OpenID Connect or CAS, the university's single sign-on."""

    protocol: str = opt(
        "oidc",
        "oidc, or cas: CAS 3.0 (issuer is then the address of the CAS server; account_claim user is the login name, "
        "other claims are its attributes).",
        choices=("oidc", "cas"),
    )
    issuer: str = opt(
        "",
        "The provider, as its discovery document calls itself; '' for none.",
        example="https://idp.example/realms/main",
    )
    client_id: str = opt("", "How the provider knows the console.")
    client_secret: Secret = opt(
        Secret(""),
        "Secret shared with the provider; '' for a public client (PKCE alone). Give client_secret_file instead.",
        secret_file=True,
    )
    scopes: tuple[str, ...] = opt(("openid", "profile", "email"), "What is asked for; openid is always among it.")
    label_zh: str = opt("统一身份认证登录", "The button of the sign-in page (Chinese).")
    label_en: str = opt("Sign in with the university account", "The same in English.")
    account_claim: str = opt(
        "preferred_username", "The claim that names the account, such as email; sub where it is a readable name."
    )
    role_claim: str = opt("", "The claim that holds the groups of `roles`; '': roles are given here.", example="groups")
    roles: tuple[str, ...] = opt(
        (),
        "What a value of role_claim makes of somebody, as VALUE=ROLE; the highest counts, at each sign-in.",
        example='["ill-staff=librarian", "ill-heads=administrator"]',
    )
    create: bool = opt(False, "Make an account at the first sign-in of somebody unknown.")
    default_role: str = opt(
        "none",
        "The role of an account so made where `roles` says nothing; none: no account.",
        choices=("none", "viewer", "librarian"),
    )
    domains: tuple[str, ...] = opt(
        (), "Only these domains of a verified e-mail address may sign in; empty: all.", example='["library.example"]'
    )
    leeway_seconds: int = opt(60, "By how much the provider's clock may differ from ours.", minimum=0, maximum=300)
    timeout_seconds: float = opt(10.0, "Limit of every wait for the provider.", minimum=0.1, maximum=60)
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
