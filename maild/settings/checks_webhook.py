"""The laws of [webhook], [alarm], [oauth] and [traces]: what is told outside leaves the house only encrypted."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from maild.config import Settings
from maild.domain.outgoing.webhook import key_of
from maild.settings.found import Found

MAKE_ONE = 'make one with: echo "whsec_$(openssl rand -base64 32)"'


def webhook_faults(settings: Settings) -> Iterator[Found]:
    """What is wrong with the section's values."""
    hook = settings.webhook
    if hook.url:
        yield from _url(hook.url)
    secret = hook.secret.reveal()
    if secret and (what := _secret(secret)):
        yield Found(option="webhook.secret", what=what, remedy=MAKE_ONE)


def alarm_faults(settings: Settings) -> Iterator[Found]:
    """What is wrong with the addresses of the alarm roads. They are not shown: who knows them can use them."""
    alarm = settings.alarm
    addresses = [(f"alarm.{road}", address) for road, address, _ in alarm.robots]
    for option, address in [*addresses, *([("alarm.heartbeat", alarm.heartbeat)] if alarm.heartbeat else [])]:
        parts = _parts(address.reveal())
        if parts is None:
            yield Found(option=option, what="is no http(s) address", remedy="give it as the robot's page shows it")
        elif parts.scheme == "http" and not _loopback(parts):
            yield Found(
                option=option, what="is not encrypted", remedy="give an https address; http goes to this machine only"
            )


def oauth_faults(settings: Settings) -> Iterator[Found]:
    """Secrets go to these addresses."""
    oauth = settings.oauth
    for option, url in (("oauth.token_url", oauth.token_url), ("oauth.device_url", oauth.device_url)):
        parts = _parts(url) if url else None
        if url and parts is None:
            yield Found(option=option, what="is no http(s) address", remedy="such as https://idp.example/token")
        elif parts is not None and parts.scheme == "http" and not _loopback(parts):
            remedy = "give an https address; http goes to this machine only"
            yield Found(option=option, what="is not encrypted", remedy=remedy)


def traces_faults(settings: Settings) -> Iterator[Found]:
    """When which mail came, and a token, go to this address."""
    url = settings.traces.endpoint
    parts = _parts(url) if url else None
    if url and (parts is None or parts.username is not None):
        remedy = 'such as "http://127.0.0.1:4318/v1/traces"; a token goes into traces.token_file'
        yield Found(option="traces.endpoint", what="is no address of a collector", remedy=remedy)
    elif parts is not None and parts.scheme == "http" and not _loopback(parts):
        remedy = "give an https address; http goes to this machine only, where a collector can pass it on"
        yield Found(option="traces.endpoint", what="is not encrypted", remedy=remedy)


def _parts(url: str) -> SplitResult | None:
    """The address taken apart; None where it is none."""
    try:
        parts = urlsplit(url)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if fit else None


def _url(url: str) -> Iterator[Found]:
    parts = _parts(url)
    if parts is None:
        yield Found(
            option="webhook.url", what="is no http(s) address", remedy='such as "https://library.example/maild"'
        )
    elif parts.username is not None or parts.password is not None:
        # The address is not shown: it may hold a password.
        yield Found(
            option="webhook.url", what="holds a user or password", remedy="take it out: the signature proves who sends"
        )
    elif parts.fragment:
        yield Found(option="webhook.url", what="holds a fragment (#…), which is never sent", remedy="take it out")
    elif parts.scheme == "http" and not _loopback(parts):
        yield Found(
            option="webhook.url",
            what=f"is not encrypted: http to {parts.hostname}",
            remedy="give an https address; http goes to this machine only",
        )


def _loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(secret: str) -> str:
    """What is wrong with a secret, never showing it; '' if nothing is."""
    try:
        key_of(secret)
    except ValueError as error:
        return str(error)
    return ""
