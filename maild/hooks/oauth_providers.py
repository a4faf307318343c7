"""Where tokens are asked for, and for what: the known providers (rules/mail/hosts.toml), or what the settings say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from maild.config import Oauth
from maild.domain.errors import ConfigError
from maild.resources import data_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Addresses and scopes of one grant. device_url: '' where it gives no device codes for mail."""

    token_url: str
    device_url: str
    scopes: tuple[str, ...]


@cache
def _known() -> Mapping[str, Any]:
    found: Mapping[str, Any] = tomllib.loads((data_folder("rules") / "mail" / "hosts.toml").read_text("utf-8"))["oauth"]
    return found


def provider_of(options: Oauth) -> Provider:
    """What holds with these settings. Raises ConfigError where an address is missing."""
    known = _known().get(options.provider, {})
    scopes = options.scopes or tuple(known.get("scopes", {}).get(options.grant, ()))
    token_url = options.token_url or str(known.get("token_url", "")).format(tenant=options.tenant)
    if not token_url:
        raise ConfigError(
            "oauth.token_url is missing", remedy='set oauth.provider = "microsoft", or token_url and scopes'
        )
    if not options.client_id:
        raise ConfigError("oauth.client_id is missing", remedy="register an application at the provider")
    device_url = options.device_url or str(known.get("device_url", "")).format(tenant=options.tenant)
    return Provider(token_url=token_url, device_url=device_url, scopes=scopes)
