"""Who sends a request, and whether a browser was tricked into it: what maild.console.serving.guard asks."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from maild.console import SAY
from maild.console.access import cookies, hosts, origin
from maild.console.access.csrf import Csrf, foreign
from maild.console.access.passwords import Passwords
from maild.console.access.sessions import NOTED, Sessions
from maild.console.access.signin import Caller, SignIn
from maild.console.access.staff import PREFIX, make_staff
from maild.console.who import Via, Who
from maild.domain.desk.access import BY_PASSWORD, Account, ApiToken, Role, account_name
from maild.domain.errors import Temporary

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.console.access.arrivals import Arrivals

BEARER = "bearer "
CHANGE = "/account/password"
OPEN = frozenset({"/sign-in", "/sign-in/oidc", "/sign-in/oidc/callback", "/look", "/healthz", "/readyz"})


class Gate:
    """guard.Gate over the services; it holds the parts of signing in for the routes, too."""

    def __init__(self, services: Services, passwords: Passwords | None = None) -> None:
        self._services = services
        self._store, self._clock = services.store, services.clock
        self.console = services.settings.console
        self._proxies = origin.networks(self.console.trusted_proxies)
        self._csrf = Csrf(services.token_key)
        self.passwords = passwords or Passwords()
        self.sessions = Sessions(self._store, self._clock, self.console)
        self.sign_in = SignIn(self._store, self._clock, self.console, self.passwords, self.sessions)
        self.staff = make_staff(services, self.passwords)

    def now(self) -> datetime:
        """The clock's."""
        return self._clock.now()

    @cached_property
    def arrivals(self) -> Arrivals | None:
        """Signing in with OpenID Connect; None where it is not set up."""
        from maild.console.access.arrivals import make_arrivals

        return make_arrivals(self._services, self.sign_in) if self._services.settings.oidc.issuer else None

    def ours(self, request: Request) -> bool:
        """Whether the request came by a name of this console."""
        return hosts.ours(request, self.console, self._proxies)

    # --- who it is

    def identify(self, request: Request, *, quiet: bool = False) -> Who | None:
        """By key, by a trusted proxy's word, by session; None for nobody we know. A key that is wrong is nobody.

        quiet: it is no use, and is not noted."""
        said = request.headers.get("authorization", "")
        if said.lower().startswith(BEARER):
            return self.by_key(said[len(BEARER) :].strip(), quiet)
        named = self._proxy_says(request)
        if named:
            return self._by_proxy(named, quiet)
        found = self.sessions.find(cookies.given(request, cookies.SESSION, self.console), quiet=quiet)
        if found is None:
            return None
        session, account = found
        known = account.provisional and session.way == BY_PASSWORD
        return _who(account, Via.SESSION, session=session.token, provisional=known)

    def by_key(self, key: str, quiet: bool = False) -> Who | None:
        """Whose key of the API it is; None where it is not valid. quiet: it is not noted that it was used."""
        if not key.startswith(PREFIX):
            return None
        with self._store.read() as uow:
            found = uow.api_tokens.of_token(cookies.sha256(key))
        if found is None or not self._usable(*found):
            return None
        kept, account = found
        now = self._clock.now()
        if not quiet and (kept.seen is None or now - kept.seen >= NOTED):
            with suppress(Temporary), self._store.begin() as uow:  # noted the next time: who asks is not held up
                uow.api_tokens.saw(kept.id, now)
        widest = max((scope.role for scope in kept.scopes), key=lambda role: role.rank)
        return _who(account, Via.KEY, role=min(widest, account.role, key=lambda role: role.rank))

    def _usable(self, kept: ApiToken, account: Account) -> bool:
        runs = kept.expires is None or self._clock.now() < kept.expires
        return runs and kept.revoked is None and not account.disabled and bool(kept.scopes)

    def _proxy_says(self, request: Request) -> str:
        """The name that a proxy of ours vouches for; from anybody else the header is worth nothing."""
        header = self.console.trusted_proxy_header
        if not header or not origin.trusted(request, self._proxies):
            return ""
        said = request.headers.getlist(header)
        return said[0].strip() if len(said) == 1 else ""  # twice: the proxy has let a stranger's through

    def _by_proxy(self, named: str, quiet: bool) -> Who | None:
        name = account_name(named)
        with self._store.read() as uow:
            account = uow.accounts.get(name) if name else None
        if account is None or account.disabled:
            return None
        now = self._clock.now()
        if not quiet and (account.seen is None or now - account.seen >= NOTED):
            with suppress(Temporary), self._store.begin() as uow:
                uow.accounts.saw(account.name, now)
        return _who(account, Via.PROXY)

    def caller(self, request: Request) -> Caller:
        """From where, and with what browser."""
        held = cookies.given(request, cookies.SESSION, self.console)
        return Caller(
            origin=origin.place(request, self._proxies),
            agent=request.headers.get("user-agent", ""),
            session=cookies.sha256(held) if held else "",
        )

    # --- whether it was meant

    def token(self, request: Request, who: Who | None) -> str:
        """What the forms of this browser must carry."""
        return self._csrf.token(self._bound(request, who))

    def door_token(self, door: str) -> str:
        """What the form of signing in must carry, for a browser that is just given this cookie."""
        return self._csrf.token(f"door {door}")

    def forged(self, request: Request, who: Who | None, token: str) -> str:
        """Why an unsafe request is not the browser's own wish, or ''. A key no browser sends by itself."""
        if who and who.via is Via.KEY:
            return ""
        why = foreign(request, self.console)
        if why:
            return why
        bound = self._bound(request, who)
        if bound == "door " or not self._csrf.fits(token, bound):
            return SAY("form_no_longer_valid")
        return ""

    def _bound(self, request: Request, who: Who | None) -> str:
        if who and who.via is Via.PROXY:
            return f"proxy {who.name}"
        if who and who.session:
            return f"session {who.session}"
        return f"door {cookies.given(request, cookies.DOOR, self.console)}"

    # --- the way in

    def public(self, path: str) -> bool:
        """Whether the page is open to who is not signed in."""
        return path in OPEN

    def enter(self, request: Request) -> Response:
        """To the sign-in page, and from there back to what was wanted."""
        return self._by_way_of(request, "/sign-in")

    def change(self, request: Request) -> Response:
        """To the page that changes the password, and from there back."""
        return self._by_way_of(request, CHANGE)

    def _by_way_of(self, request: Request, page: str) -> Response:
        to = self.console.prefix + page
        path = request.url.path
        wanted = path if path.startswith(f"{self.console.prefix}/") else self.console.prefix + path
        query = f"?{request.url.query}" if request.url.query else ""
        if request.method == "GET" and wanted != f"{self.console.prefix}/":
            to += "?" + urlencode({"next": wanted + query})
        return RedirectResponse(to, 303, {"Cache-Control": "no-store"})


def _who(account: Account, via: Via, *, role: Role | None = None, session: str = "", provisional: bool = False) -> Who:
    return Who(
        name=account.name,
        display=account.display,
        role=role or account.role,
        locale=account.locale,
        session=session,
        via=via,
        provisional=provisional,
    )
