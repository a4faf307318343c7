"""The demo's mail servers on loopback."""

from __future__ import annotations

import imaplib

import pytest

from maild.demo.servers import HOST, ImapServer


@pytest.mark.parametrize("password", ["-starts_as_an_option", "--demo-data", "plain"])
def test_any_password_that_chance_makes_logs_in(password: str) -> None:
    """One in sixty-four begins with a hyphen."""
    server = ImapServer("office@lib.example", password)
    try:
        with imaplib.IMAP4(HOST, server.port, timeout=10) as client:
            assert client.login(server.user, password)[0] == "OK"
    finally:
        server.stop()
