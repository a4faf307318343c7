"""Whom the provider's word makes of somebody: an account that is known, one that is made, or nobody."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any

from maild.config import Oidc
from maild.console import SAY
from maild.console.access import cookies
from maild.console.access.cas import Cas
from maild.console.access.oidc import Flow, Provider
from maild.console.access.signin import Caller, SignIn
from maild.console.access.staff import HISTORY
from maild.domain.desk.access import BY_SINGLE_SIGN_ON, Account, Role, account_name
from maild.domain.errors import Permanent
from maild.domain.records.journal import JournalEntry
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.store.uow import Store, UnitOfWork

CALLBACK = "/sign-in/oidc/callback"
MOST_USED = 10_000
FLOW_SECONDS = 600  # for typing a password and a second factor at the provider's


class Arrivals:
    """Sign-ins by OpenID Connect. What is under way the browser keeps, for ten minutes and one answer."""

    def __init__(self, oidc: Oidc, provider: Provider, store: Store, clock: Clock, sign_in: SignIn) -> None:
        self.oidc, self.provider = oidc, provider
        self._store, self._clock, self._sign_in = store, clock, sign_in
        self._lock = threading.Lock()
        self._used: dict[str, float] = {}  # states that have been answered, and when

    def start(self, wanted: str) -> tuple[str, str]:
        """The provider's address to go to, and the cookie that the browser holds meanwhile."""
        flow = Flow.new(wanted)
        row = [int(self._clock.now().timestamp()), *astuple(flow)]
        return self.provider.start(flow), base64.urlsafe_b64encode(json.dumps(row).encode()).decode()

    def finish(self, cookie: str, answer: Mapping[str, str], caller: Caller) -> tuple[str, str]:
        """The session's cookie, and the page that was wanted. Raises Temporary, Permanent."""
        flow = self._flow(cookie)
        claims = self.provider.finish(flow, answer)
        with self._store.begin() as uow:
            account = self._account(uow, claims)
            return self._sign_in.open(uow, account, caller, BY_SINGLE_SIGN_ON), flow.wanted

    def _flow(self, cookie: str) -> Flow:
        try:
            began, state, nonce, verifier, wanted = json.loads(base64.urlsafe_b64decode(cookie))
            flow = Flow(state=str(state), nonce=str(nonce), verifier=str(verifier), wanted=str(wanted))
            fresh = 0 <= self._clock.now().timestamp() - int(began) <= FLOW_SECONDS
        except (ValueError, TypeError):
            fresh, flow = False, None
        if flow is None or not fresh or not self._first_use(flow.state):
            raise Permanent(SAY("sign_in_over"), remedy=SAY("start_from_sign_in"))
        return flow

    def _first_use(self, state: str) -> bool:
        now, state = self._clock.monotonic(), cookies.sha256(state)
        with self._lock:
            while self._used and (len(self._used) >= MOST_USED or now - next(iter(self._used.values())) > FLOW_SECONDS):
                del self._used[next(iter(self._used))]  # the oldest; strangers fill no memory with states of their own
            first = state not in self._used
            self._used.setdefault(state, now)
            return first

    # --- from claims to an account

    def _account(self, uow: UnitOfWork, claims: Mapping[str, Any]) -> Account:
        self._check_domain(claims)
        subject = f"{self.oidc.issuer} {claims['sub']}"
        known = uow.accounts.by_subject(subject) or self._by_name(uow, claims, subject)
        if known is None:
            return self._created(uow, claims, subject)
        if known.disabled:
            raise Permanent(SAY("your_account_closed"), remedy=SAY("ask_administrator"))
        role = self._role(claims)
        if role is None and self.oidc.roles:
            raise Permanent(SAY("no_role_given"), remedy=SAY("ask_administrator"))
        return known if role is None or role is known.role else self._moved(uow, known, role)

    def _check_domain(self, claims: Mapping[str, Any]) -> None:
        if not self.oidc.domains:
            return
        domain = str(claims.get("email", "")).rpartition("@")[2].lower()
        if claims.get("email_verified") is not True or domain not in {one.lower() for one in self.oidc.domains}:
            raise Permanent(SAY("only_verified"), remedy=SAY("ask_administrator"))

    def _name(self, claims: Mapping[str, Any]) -> str:
        claim = self.oidc.account_claim
        said = claims.get(claim)
        if claim == "email" and claims.get("email_verified") is False:
            raise Permanent(SAY("address_unverified"), remedy=SAY("ask_administrator"))
        name = account_name(said) if isinstance(said, str) else ""
        if not name:
            raise Permanent(SAY("no_name_given", claim=repr(claim)), remedy=SAY("ask_administrator"))
        return name

    def _by_name(self, uow: UnitOfWork, claims: Mapping[str, Any], subject: str) -> Account | None:
        """An account made for somebody who comes this way (it has no password) takes the first who has its name."""
        known = uow.accounts.get(self._name(claims))
        if known is None:
            return None
        if known.subject or known.password:
            raise Permanent(
                SAY("account_taken", name=known.name),
                remedy=SAY("ask_if_yours", name=known.name),
            )
        self._tell(uow, known.name, "single sign-on", "", subject)
        return uow.accounts.save(replace(known, subject=subject))

    def _created(self, uow: UnitOfWork, claims: Mapping[str, Any], subject: str) -> Account:
        name = self._name(claims)
        role = self._role(claims)
        if role is None and self.oidc.default_role != "none":
            role = Role(self.oidc.default_role)
        if not self.oidc.create or role is None:
            raise Permanent(SAY("no_account_here", name=name), remedy=SAY("ask_administrator"))
        display = claims.get("name")
        made = Account(
            name=name,
            display=display[:200] if isinstance(display, str) else "",
            role=role,
            subject=subject,
            created=self._clock.now(),
        )
        self._tell(uow, name, "account", "", str(role))
        return uow.accounts.add(made)

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        """The highest role that the mapping gives; None where it gives none."""
        held = set(_values(claims, self.oidc.role_claim.split("."))) if self.oidc.role_claim else set()
        pairs = [said.rpartition("=") for said in self.oidc.roles]
        return max((Role(role) for value, _, role in pairs if value in held), key=lambda role: role.rank, default=None)

    def _moved(self, uow: UnitOfWork, known: Account, role: Role) -> Account:
        now = self._clock.now()
        lesser = not role.may(known.role)
        if lesser:
            uow.sessions.end_all(known.name)
        self._tell(uow, known.name, "role", str(known.role), str(role))
        return uow.accounts.save(replace(known, role=role, revoked=now if lesser else known.revoked))

    def _tell(self, uow: UnitOfWork, name: str, what: str, before: str, after: str) -> None:
        uow.journal.add(
            [
                JournalEntry(
                    what=HISTORY,
                    at=self._clock.now(),
                    actor="single sign-on",
                    before=before,
                    after=after,
                    reasons=(f"{name}: {what}",),
                    data={"account": name, "of": what},
                )
            ]
        )


def _values(claims: Mapping[str, Any], path: Sequence[str]) -> list[str]:
    """What stands at a.b.c: a text, or a list of texts."""
    found: Any = claims
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def make_arrivals(services: Services, sign_in: SignIn) -> Arrivals:
    """For these settings. Raises ConfigError where the certificate file is none."""
    oidc = services.settings.oidc
    kind = Cas if oidc.protocol == "cas" else Provider
    provider = kind(oidc, services.clock, services.settings.console.url + CALLBACK)
    return Arrivals(oidc, provider, services.store, services.clock, sign_in)
