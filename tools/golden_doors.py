"""What an office's commands and its API answer, and its notices as they are composed: the rows of tools/golden.py that
a door shows. What is asked stands in golden.toml; the office is that of the console's tests, with something on every
page, its clock standing.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

from starlette.testclient import TestClient

from maild import bootstrap
from maild.cli.app import _command, run
from maild.console.api.routes import ROOT as API
from maild.console.app import make_app
from maild.console.serve import make_desk
from maild.demo.samples import Post
from maild.domain.desk.access import Role
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts
from tests.console import tour
from tests.console.stand_in import StandIn
from tests.console.world import NOW, World, decide, world
from tests.servers.clock import MovedClock

HERE = Path(__file__).parent
DATA: Mapping[str, Mapping[str, str]] = tomllib.loads((HERE / "golden.toml").read_text("utf-8"))
MAIL = HERE.parent / "rules/examples/nlc/cancelled-table.eml"
_ALIKE = [(re.compile(pattern), word) for pattern, word in DATA["alike"].items()]
_EARLIER = re.compile(r"{([a-z0-9 ]+)\.([a-z_]+)(\*?)}")
Row = tuple[str, dict[str, Any]]


def doors() -> Iterator[Row]:
    """All of it, of one office."""
    with tempfile.TemporaryDirectory(prefix="golden-") as folder:
        made = Path(folder)
        post = Post()
        decide(made / "filled", post, MovedClock(NOW))
        with world(made / "filled", made / "office", post, MovedClock(NOW)) as office:
            examples = tour.furnish(office)
            rows = (answers(office, examples), commands(_config(office)), notices(office.services.renderer))
            yield from ((name, _alike(row, folder)) for name, row in chain.from_iterable(rows))


def commands(config: Path) -> Iterator[Row]:
    """What each command that only looks prints with --json. Raises ValueError for one of which nothing is known."""
    if strange := unlisted():
        raise ValueError(f"say in golden.toml whether they only look: {', '.join(strange)}")
    earlier: dict[str, list[Any]] = {}
    for command, calls in DATA["looks"].items():
        for call in (one for each in calls.split("&&") for one in _calls(each.strip(), earlier)):
            words = [
                "--config",
                str(config),
                "--json",
                *command.split(),
                *shlex.split(call.replace("{mail}", str(MAIL))),
            ]
            code, said = _ran(words)
            lines = [_read(line) for line in said.splitlines()]
            earlier.setdefault(command, lines)
            yield f"maild {command} {call}".rstrip(), {"exit": code, "lines": lines}


def _calls(call: str, earlier: Mapping[str, list[Any]]) -> list[str]:
    """The call with what an earlier command answered in it, for its first line or for each."""
    asked = _EARLIER.search(call)
    if asked is None:
        return [call]
    lines = earlier[asked[1]][: None if asked[3] else 1]
    return [call.replace(asked[0], shlex.quote(str(line[asked[2]]))) for line in lines]


def unlisted() -> list[str]:
    """Commands of the parser that are no act and stand in no table."""
    return sorted(set(_leaves(_command(), "")) - DATA["looks"].keys() - DATA["left"].keys())


def answers(office: World, examples: Mapping[str, str]) -> Iterator[Row]:
    """What the API answers at every GET of its document."""
    client = TestClient(make_app(make_desk(office.services), StandIn("li", Role.ADMINISTRATOR)))
    prefix = office.services.settings.console.prefix + API
    document = client.get(f"{prefix}/openapi.json").json()
    yield f"GET {API}/openapi.json", document
    filled = {name.replace(".", "_"): path for name, path in tour.paths(examples)}
    for path, operations in document["paths"].items():
        if "get" in operations:
            name = operations["get"]["operationId"]
            answer = client.get(f"{prefix}{filled[name]}{DATA['asked'].get(name, '')}")
            yield f"GET {API}{path}", {"status": answer.status_code, "body": answer.json()}


def notices(renderer: Renderer) -> Iterator[Row]:
    """Each kind of notice with its sample, in both languages, to both kinds of patrons: its headers and its bodies."""
    for kind in NoticeKind:
        for locale in ("zh", "en"):
            for patron in PatronKind:
                parts = sample_parts(kind, locale, patron)
                message = renderer.render(parts, message_id="<sample@golden.example>", date=NOW)
                yield f"notice {kind.value} {locale} {patron.value}", {"mail": message.raw.decode("utf-8", "replace")}


def _leaves(command: Any, name: str) -> Iterator[str]:
    held = getattr(command, "commands", None)
    if held is None and command.callback.__module__ != "maild.cli.made":
        yield name
    for own, below in (held or {}).items():
        yield from _leaves(below, f"{name} {own}".strip())


def _ran(arguments: list[str]) -> tuple[int, str]:
    """Exit code and output of a call at the moment of the office's clock."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with patch.object(bootstrap, "SystemClock", lambda: MovedClock(NOW)), contextlib.redirect_stdout(out):
        code = run(arguments)
    out.flush()
    return code, out.buffer.getvalue().decode()  # type: ignore[attr-defined]


def _read(line: str) -> Any:
    """A line of JSON; what is none as it is."""
    try:
        return json.loads(line)
    except ValueError:
        return line


def _config(office: World) -> Path:
    """The office's settings as a file, for its commands."""
    said, path = office.services.settings, office.folder / "maild.toml"
    path.write_text(
        f'[office]\naddress = "{said.office.address}"\n[store]\nurl = "{said.store.url}"\nblobs = "{said.store.blobs}"\n'
        f'[matching]\ntoken_key = "{"0123456789abcdef" * 4}"\n[confine]\nrequired = false\n',
        "utf-8",
    )
    path.chmod(0o600)
    return path


def _alike(row: dict[str, Any], folder: str) -> dict[str, Any]:
    text = json.dumps(row, ensure_ascii=False, default=str).replace(folder, "…")
    for pattern, word in _ALIKE:
        text = pattern.sub(word, text)
    made: dict[str, Any] = json.loads(text)
    return made
