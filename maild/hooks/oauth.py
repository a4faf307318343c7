"""Tokens of OAuth 2 (RFC 6749): refreshed before they expire, kept in files of mode 0600, one process at a time."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from maild.config import Oauth
from maild.domain.errors import ConfigError, MaildError, Permanent, Temporary
from maild.hooks import SAY
from maild.hooks.line import Line, words
from maild.hooks.oauth_providers import Provider, provider_of
from maild.ports import Clock

MOST_BYTES = 64_000  # of an answer: tokens of some kilobytes
EARLY = timedelta(minutes=5)  # so long before its end a token is renewed
SHORTEST = timedelta(seconds=60)  # an answer that names a shorter life, or none, is taken for this
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
# RFC 6749 section 5.2: what somebody has to mend, and the code of how.
REMEDIES = {
    "invalid_grant": "authorization_expired",
    "interaction_required": "sign_in_again",
    "invalid_client": "client_wrong",
    "unauthorized_client": "grant_not_allowed",
    "invalid_scope": "scope_not_granted",
    "unsupported_grant_type": "grant_unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of an account. until: when the access token ends, ISO 8601."""

    refresh: str = ""
    access: str = ""
    until: str = ""

    def holds(self, now: datetime, margin: timedelta) -> bool:
        return bool(self.access and self.until) and datetime.fromisoformat(self.until) - now > margin


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What a person types at an address, and how long that holds (RFC 8628 section 3.2)."""

    user_code: str
    address: str
    seconds: float
    interval: float
    code: str


class Tokens:
    """ports.Bearer. Thread-safe; processes of this host share what is kept in `folder`. Raises ConfigError."""

    def __init__(self, options: Oauth, folder: Path, clock: Clock) -> None:
        self._options, self._folder, self._clock = options, folder, clock
        self._provider: Provider = provider_of(options)
        self._lock = threading.Lock()

    def token(self, user: str) -> str:
        """One that holds yet. Raises Temporary where none can be had now, Permanent with the remedy."""
        with self._lock, self._holding(user) as kept:
            now = self._clock.now()
            if kept.holds(now, EARLY):
                return kept.access
            try:
                fresh = self._renewed(kept)
            except Temporary:
                if kept.holds(now, timedelta(0)):
                    return kept.access  # it holds a few minutes yet: the provider may be back by then
                raise
            self._keep(user, fresh)
            return fresh.access

    def refused(self, user: str, token: str) -> None:
        """A mail server did not take it: it is not given again."""
        with self._lock, self._holding(user) as kept:
            if kept.access == token:
                self._keep(user, replace(kept, access="", until=""))

    def begin(self) -> DeviceCode:
        """Ask for a device code. Raises Permanent where the provider gives none, Temporary where it is away."""
        if not self._provider.device_url:
            raise ConfigError(
                "oauth.device_url: this provider gives no device codes for mail",
                remedy="get a refresh token by the provider's own tool and give oauth.refresh_token_file",
            )
        said = self._ask(self._provider.device_url, {"scope": " ".join(self._provider.scopes)})
        return DeviceCode(
            user_code=str(said.get("user_code", "")),
            address=str(said.get("verification_uri") or said.get("verification_url", "")),
            seconds=float(said.get("expires_in", 900)),
            interval=float(said.get("interval", 5)),
            code=str(said.get("device_code", "")),
        )

    def finish(self, user: str, device: DeviceCode, pause: Callable[[float], None]) -> None:
        """Wait until the person has agreed, and keep what comes. Raises Permanent where they do not, or not in time."""
        interval, ends = device.interval, self._clock.monotonic() + device.seconds
        while self._clock.monotonic() < ends:
            pause(interval)
            reply = self._say(self._provider.token_url, {"grant_type": DEVICE, "device_code": device.code})
            said = _object(reply.text)
            error = str(said.get("error", ""))
            if reply.status == 200:
                kept = self._of(said, Kept())
                if not kept.refresh:
                    raise Permanent(
                        SAY("no_refresh_token"),
                        remedy=SAY("scope_offline"),
                    )
                with self._lock, self._holding(user):
                    self._keep(user, kept)
                return
            if error == "slow_down":  # RFC 8628 section 3.5
                interval += 5
            elif error != "authorization_pending" and reply.status:
                raise _fault(reply.status, said, reply.text)
        raise Permanent(SAY("nobody_agreed"), remedy=SAY("authorize_once_more"))

    # -- asking ---------------------------------------------------------------------------------------

    def _renewed(self, kept: Kept) -> Kept:
        if self._options.grant == "client_credentials":
            asked = {"grant_type": "client_credentials", "scope": " ".join(self._provider.scopes)}
            return self._of(self._ask(self._provider.token_url, asked), kept)
        refresh = kept.refresh or self._options.refresh_token.reveal()
        if not refresh:
            raise Permanent(SAY("nobody_authorized"), remedy=SAY("authorize_again"))
        asked = {
            "grant_type": "refresh_token",
            "refresh_token": refresh,
            "scope": " ".join(self._provider.scopes),
        }
        return self._of(self._ask(self._provider.token_url, asked), replace(kept, refresh=refresh))

    def _of(self, said: Mapping[str, Any], kept: Kept) -> Kept:
        access, refresh = said.get("access_token"), said.get("refresh_token")
        if not isinstance(access, str) or not access.isascii() or not access.isprintable():
            raise Temporary(SAY("no_access_token"))
        try:
            life = max(timedelta(seconds=float(said.get("expires_in", 0))), SHORTEST)
        except (TypeError, ValueError, OverflowError):
            life = SHORTEST
        until = self._clock.now() + life
        # RFC 6749 section 6: a new refresh token replaces the one before it.
        return Kept(refresh=str(refresh or kept.refresh), access=access, until=until.isoformat())

    def _ask(self, url: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        reply = self._say(url, asked)
        said = _object(reply.text)
        if reply.status == 200 and said:
            return said
        raise _fault(reply.status, said, reply.text)

    def _say(self, url: str, asked: Mapping[str, str]) -> Any:
        fields = {"client_id": self._options.client_id, **asked}
        if secret := self._options.client_secret.reveal():
            fields["client_secret"] = secret
        line = Line(self._options.timeout_seconds, self._options.ca_file, most=MOST_BYTES)
        try:
            headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
            return line.ask("POST", url, urlencode(fields).encode(), headers)
        finally:
            line.close()

    # -- keeping --------------------------------------------------------------------------------------

    def _file(self, user: str) -> Path:
        # The application's own token opens every mailbox it may: one for all.
        name = "application" if self._options.grant == "client_credentials" else quote(user.lower(), safe="@")
        return self._folder / f"{name}.json"

    @contextmanager
    def _holding(self, user: str) -> Iterator[Kept]:
        """What is kept, while no other process of this host renews it: a refresh token may hold once only."""
        file = self._file(user)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Permanent(
                SAY("tokens_not_kept", folder=self._folder, why=error.strerror), remedy=SAY("make_writable")
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._known(file)
        finally:
            os.close(lock)

    def _known(self, file: Path) -> Kept:
        try:
            said = json.loads(file.read_text("utf-8"))
            return Kept(**{name: str(said.get(name, "")) for name in ("refresh", "access", "until")})
        except FileNotFoundError:
            return Kept()
        except (OSError, ValueError, AttributeError) as error:
            raise Permanent(
                SAY("token_file_unreadable", file=file, why=error),
                remedy=SAY("remove_and_authorize"),
            ) from error

    def _keep(self, user: str, kept: Kept) -> None:
        """In one step, on the disk before it is used: the refresh token before it may hold no more."""
        file = self._file(user)
        draft = file.with_suffix(".new")
        with suppress(FileNotFoundError):
            draft.unlink()
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            json.dump(asdict(kept), out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)


def _object(text: str) -> Mapping[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _fault(status: int, said: Mapping[str, Any], text: str) -> MaildError:
    """What a refusal means. Its description is shown: it names no token, and often the only cause ('AADSTS7000222')."""
    error = str(said.get("error", ""))
    what = words(f"{error} {said.get('error_description', '')}" if error else text or SAY("http_status", status=status))
    if not status or status in (408, 429) or status >= 500 or error in ("temporarily_unavailable", "server_error"):
        return Temporary(SAY("tokens_unreachable", why=what))
    remedy = SAY(REMEDIES[error]) if error in REMEDIES else SAY("check_oauth")
    return Permanent(SAY("tokens_refused", why=what), remedy=remedy)
