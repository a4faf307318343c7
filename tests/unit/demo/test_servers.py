"""The demo's mail servers on loopback."""

from __future__ import annotations

import gc
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


def test_a_connection_whose_other_end_is_gone_is_told_as_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """Nor is one that is still open when the server ends."""
    server = ImapServer("office@lib.example", "plain")
    try:
        for stays in (False, True):
            client = imaplib.IMAP4(HOST, server.port, timeout=10)
            client.login(server.user, "plain")
            client.select()
            client.send(b"a IDLE\r\n")
            assert client.readline().startswith(b"+")
            if not stays:
                client.shutdown()
            gc.collect()
    finally:
        server.stop()
    gc.collect()
    client.shutdown()
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []
