"""`maild mcp`: what a language model's client may look at, message by message; nothing changes, and keys bound it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maild.console.access.gate import Gate
from maild.console.api.mcp import MOST_LINE, NAMES, McpServer
from maild.console.areas import VIEWS
from maild.console.serve import make_desk
from maild.domain.desk.access import Role, Scope
from tests.console.door import cheap
from tests.console.world import World

HELLO = {
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


class Client:
    """Speaks to a server in this process."""

    def __init__(self, office: World, role: Role = Role.VIEWER) -> None:
        self.gate = Gate(office.services, cheap())
        self.gate.staff.add("robot", role, actor="test", password="an invented pass phrase")
        self.new = self.gate.staff.add_key("robot", "", [Scope.READ], actor="test")
        self.server = McpServer(make_desk(office.services), VIEWS, lambda: self.gate.by_key(self.new.key, quiet=True))

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        answer = self.server.answer(json.dumps(message).encode())
        assert answer is not None
        assert (answer["jsonrpc"], answer["id"]) == ("2.0", 7)
        return answer

    def call(self, tool: str, **arguments: Any) -> tuple[bool, Any]:
        """Whether it went well, and what it said."""
        result = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        (part,) = result["content"]
        return not result["isError"], json.loads(part["text"]) if not result["isError"] else part["text"]


@pytest.fixture
def client(office: World) -> Iterator[Client]:
    return Client(office)


def test_each_tool_says_what_the_api_says(client: Client, office: World) -> None:
    """Tools are the API's views, with its input and its JSON; a row that a list names can be looked at."""
    tools = {tool["name"]: tool for tool in client.ask("tools/list")["result"]["tools"]}
    assert set(tools) == {name.replace(".", "_") for name in NAMES} | {"explain"}
    assert all(
        tool["annotations"]["readOnlyHint"] and tool["description"] and tool["inputSchema"]["type"] == "object"
        for tool in tools.values()
    )
    for listed, one, key in (
        ("queue_list", "queue_item", "item_id"),
        ("transactions_list", "transactions_one", "number"),
        ("patrons_list", "patrons_one", "patron_id"),
        ("outbox_list", "outbox_one", "entry_id"),
    ):
        done, page = client.call(listed)
        assert done, page
        row = page["items"][0]
        done, found = client.call(one, **{key: row.get(key, row.get("id"))})
        assert done, found
    number = client.call("transactions_list")[1]["items"][0]["number"]
    assert number in json.dumps(client.call("search", text=number)[1])
    assert client.call("today")[0]


def test_a_mail_is_explained_and_nothing_is_kept(client: Client, office: World) -> None:
    """As maild explain tells it."""
    with office.services.store.read() as uow:
        before = len(uow.mails.find(limit=1000))
    done, told = client.call(
        "explain", mail="From: a@reader.example\nSubject: hello\nMessage-ID: <x@y.example>\n\nWhere is it?\n"
    )
    assert done, told
    assert told["message_id"] == "<x@y.example>"
    assert told["decision"]["action"] == "review"
    with office.services.store.read() as uow:
        assert len(uow.mails.find(limit=1000)) == before


def test_what_goes_wrong_is_told_to_the_model(client: Client) -> None:
    """Input that does not fit, what is not there, a tool that there is not, a key that was ended."""
    assert client.call("queue_item", item_id="x")[0] is False
    assert client.call("queue_list", sort="x")[0] is False
    assert client.call("transactions_one", number="none-such")[0] is False
    assert client.call("explain")[0] is False
    assert client.ask("tools/call", name="accounts_list")["error"]["code"] == -32602, "not for a model"
    assert client.ask("tools/call", name="queue_dismiss", arguments={"item_id": 1})["error"]["code"] == -32602, "an act"
    client.gate.staff.revoke_key(client.new.kept.id, actor="test")
    assert client.call("queue_list") == (False, "the key is not valid any more: ask the office for another")


BROKEN = [
    (b"{", -32700), (b"[]", -32600), (b"7", -32600), (b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', -32600),
    (b'{"jsonrpc": "2.0", "id": 1}', -32600), (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/delete"}', -32601),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": [1]}', -32602), (b"\xff\xfe", -32700),
    (b"[" * 100_000, -32700),
]  # fmt: skip


def test_the_protocol_is_kept(client: Client) -> None:
    """The revision is agreed on; what is no message gets its code; a notification and an empty line get nothing."""
    assert client.ask("initialize", protocolVersion="2024-11-05")["result"]["protocolVersion"] == "2024-11-05"
    assert client.ask("initialize", protocolVersion="1999-01-01")["result"]["protocolVersion"] == "2025-06-18"
    assert client.ask("ping")["result"] == {}
    for line, code in BROKEN:
        answer = client.server.answer(line)
        assert answer is not None
        assert answer["error"]["code"] == code, line[:60]
    assert client.server.answer(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}') is None
    assert client.server.answer(b"\n") is None


def test_the_command_speaks_it_over_its_pipes(client: Client, office: World, tmp_path: Path) -> None:
    """A whole conversation with the process; output holds messages only, a line too long ends it, a wrong key starts none."""
    key = tmp_path / "key"
    key.write_text(client.new.key + "\n")
    base = office.services.settings
    environ = {**os.environ, "MAILD_STORE__URL": base.store.url, "MAILD_STORE__BLOBS": str(base.store.blobs),
               "MAILD_OFFICE__ADDRESS": base.office.address, "MAILD_MATCHING__TOKEN_KEY": "0123456789abcdef" * 4}  # fmt: skip
    said = [
        {"jsonrpc": "2.0", "id": 1, **HELLO},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "queue_list"}},
    ]
    asked = b"".join(json.dumps(one).encode() + b"\n" for one in said) + b"x" * (MOST_LINE + 10) + b"\n"
    command = [sys.executable, "-m", "maild", "mcp", "--key-file", str(key)]
    run = subprocess.run(command, input=asked, capture_output=True, timeout=100, check=False, env=environ, cwd=tmp_path)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2, None], run.stderr[-800:]
    assert json.loads(answers[1]["result"]["content"][0]["text"])["items"]
    key.write_text("maild_wrong\n")
    run = subprocess.run(command, input=b"", capture_output=True, timeout=100, check=False, env=environ, cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, b"")
