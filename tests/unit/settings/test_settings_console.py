"""The sections [console] and [oidc]: what is refused, what is warned of, and what follows from the values."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from maild.config import Console, Oidc, Settings
from maild.settings import load
from maild.settings.checks_console import address, console_faults, console_warnings

IDP = {"issuer": "https://idp.example/realms/main", "client_id": "maild"}


def _faults(console: Console | None = None, oidc: Oidc | None = None) -> list[str]:
    settings = dataclasses.replace(Settings(), console=console or Console(), oidc=oidc or Oidc())
    return [found.option for found in console_faults(settings)]


@pytest.mark.parametrize(
    ("listen", "found"),
    [
        ("127.0.0.1:8030", ("127.0.0.1", 8030)),
        ("[::1]:0", ("::1", 0)),
        ("localhost:1", ("localhost", 1)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("::1:8030", None),
        ("[127.0.0.1]:80", None),
        ("library.example:80", None),
        ("127.0.0.1", None),
        ("127.0.0.1:65536", None),
        ("127.0.0.1:٣", None),
    ],
)
def test_where_it_listens(listen: str, found: tuple[str, int] | None) -> None:
    """An address with a port, IPv6 in brackets; no name but localhost."""
    assert address(listen) == found


@pytest.mark.parametrize(
    ("console", "option"),
    [
        (Console(listen="8030"), "console.listen"),
        (Console(public_url="library.example"), "console.public_url"),
        (Console(public_url="https://user:word@library.example"), "console.public_url"),
        (Console(public_url="https://library.example/?"), "console.public_url"),
        (Console(public_url="https://library.example/a b"), "console.public_url"),
        (Console(public_url="http://library.example"), "console.public_url"),
        (Console(public_url="https://library.example", secure_cookies="never"), "console.secure_cookies"),
        (Console(idle_minutes=61, session_hours=1), "console.idle_minutes"),
        (Console(trusted_proxies=("::/0",)), "console.trusted_proxies"),
        (Console(trusted_proxies=("127.0.0.1",), trusted_proxy_header="a b"), "console.trusted_proxy_header"),
        (Console(trusted_proxy_header="X-Remote-User"), "console.trusted_proxies"),
        (Console(hosts=("https://ill.example",)), "console.hosts"),
        (Console(hosts=("ill.example:8030",)), "console.hosts"),
        (Console(hosts=("*",)), "console.hosts"),
        (Console(hosts=("ill.example", "")), "console.hosts"),
        (Console(passwords=False), "console.passwords"),
    ],
)
def test_what_is_refused_of_the_console(console: Console, option: str) -> None:
    """Each fault names its option, and is the only one."""
    assert _faults(console) == [option]


@pytest.mark.parametrize(
    "console",
    [
        Console(),
        Console(public_url="https://library.example/ill/"),
        Console(public_url="http://127.0.0.1:8030/ill"),
        Console(hosts=("ill.library.example", "maild", "192.0.2.7", "[2001:db8::7]")),
        Console(public_url="http://10.0.0.5:8030", secure_cookies="never"),
        Console(trusted_proxies=("127.0.0.1", "2001:db8::/64"), trusted_proxy_header="X-Remote-User", passwords=False),
    ],
)
def test_what_is_taken_of_the_console(console: Console) -> None:
    """Ordinary set-ups have no fault."""
    assert _faults(console) == []


@pytest.mark.parametrize(
    ("changed", "option"),
    [
        ({"issuer": "http://idp.example"}, "oidc.issuer"),
        ({"issuer": "idp.example"}, "oidc.issuer"),
        ({"client_id": ""}, "oidc.client_id"),
        ({"scopes": ("email",)}, "oidc.scopes"),
        ({"roles": ("staff",), "role_claim": "groups"}, "oidc.roles"),
        ({"roles": ("staff=boss",), "role_claim": "groups"}, "oidc.roles"),
        ({"roles": ("staff=viewer",)}, "oidc.role_claim"),
        ({"role_claim": "groups"}, "oidc.roles"),
        ({"create": True}, "oidc.default_role"),
        ({"domains": ("library",)}, "oidc.domains"),
    ],
)
def test_what_is_refused_of_oidc(changed: dict[str, object], option: str) -> None:
    """Each fault names its option, and is the only one."""
    assert _faults(oidc=Oidc(**(IDP | changed))) == [option]  # type: ignore[arg-type]


def test_the_provider_must_find_the_way_back() -> None:
    """Beyond loopback the address to return to is not to be guessed."""
    assert _faults(Console(listen="0.0.0.0:8030"), Oidc(**IDP)) == ["console.public_url"]
    assert _faults(Console(listen="0.0.0.0:8030", public_url="https://library.example"), Oidc(**IDP)) == []
    assert _faults(oidc=Oidc(**IDP)) == []


@pytest.mark.parametrize(
    ("console", "options"),
    [
        (Console(), []),
        (Console(listen="0.0.0.0:8030"), ["console.listen"]),
        (Console(listen="0.0.0.0:8030", public_url="https://library.example"), []),
        (Console(public_url="http://10.0.0.5", secure_cookies="never"), ["console.public_url"]),
    ],
)
def test_pages_without_tls_are_warned_of(console: Console, options: list[str]) -> None:
    """It may be meant so; it is said all the same."""
    settings = dataclasses.replace(Settings(), console=console)
    assert [found.option for found in console_warnings(settings)] == options


def test_the_warning_names_the_line(tmp_path: Path) -> None:
    """As every fault of a file does."""
    (tmp_path / "maild.toml").write_text('[console]\nlisten = "0.0.0.0:8030"\n')
    (warning,) = load(tmp_path / "maild.toml", {}).warnings
    assert warning.option == "console.listen"
    assert warning.source.endswith("maild.toml:2")


@pytest.mark.parametrize(
    ("console", "url", "prefix", "secure"),
    [
        (Console(), "http://127.0.0.1:8030", "", False),
        (Console(listen="[::1]:9"), "http://[::1]:9", "", False),
        (Console(listen="0.0.0.0:8030"), "http://0.0.0.0:8030", "", True),
        (Console(public_url="https://library.example/ill/"), "https://library.example/ill", "/ill", True),
        (Console(public_url="http://localhost:8080/ill"), "http://localhost:8080/ill", "/ill", False),
        (Console(public_url="http://localhost:8080", secure_cookies="always"), "http://localhost:8080", "", True),
        (Console(public_url="http://10.0.0.5", secure_cookies="never"), "http://10.0.0.5", "", False),
    ],
)
def test_what_follows_from_the_addresses(console: Console, url: str, prefix: str, secure: bool) -> None:
    """Cookies need TLS unless browsers come by plain http on loopback, or it was said so."""
    assert (console.url, console.prefix, console.secure) == (url, prefix, secure)
