"""What a call of maild knows: the options that stand before or after any command, settings, services."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.config import Settings
    from maild.ports import Resolver
    from maild.settings import Loaded


@dataclass(slots=True)
class Call:
    """This call's common options. `config`: None looks at the default places; `zone`: the office's, once known."""

    config: Path | None = None
    json: bool = False
    zone: str = "UTC"


CALL = Call()


def hoist(args: list[str]) -> list[str]:
    """Move --config FILE and --json to the front: they may stand anywhere before '--'."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(args)
    for word in words:
        if word == "--":
            return [*front, *rest, word, *words]
        if word == "--json" or word.startswith("--config="):
            front.append(word)
        elif word == "--config":
            front += [word, *(value for value in [next(words, None)] if value is not None)]
        else:
            rest.append(word)
    return [*front, *rest]


def loaded(*spare: str) -> Loaded:
    """The configuration with its warnings. Raises SettingsError, but for faults of the options to be spared."""
    from maild.settings import load

    found = load(CALL.config, spare=spare)
    CALL.zone = found.settings.office.timezone
    return found


def settings(*, warn: bool = False) -> Settings:
    """The settings; with `warn`, what an operator should know goes to the error stream."""
    return (warned() if warn else loaded()).settings


def warned(*spare: str) -> Loaded:
    """The configuration; what an operator should know of it goes to the error stream."""
    found = loaded(*spare)
    for warning in found.warnings:
        print(f"maild: warning: {warning}", file=sys.stderr)  # noqa: T201
    return found


@contextmanager
def services(*, resolver: Resolver | None = None) -> Iterator[Services]:
    """Services for one command, closed at its end."""
    made = _made(settings(), resolver)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def acting() -> Iterator[Services]:
    """The same for a command that changes something: an old schema is brought up to date first.

    Raises Permanent where it may not be (store.upgrade): nothing is written into another schema than ours.
    """
    with services() as made:
        made.ensure_schema()
        yield made


def _made(settings: Settings, resolver: Resolver | None) -> Services:
    if _of_demo(settings.store.url):  # of a demo: its figures begin with the year that it has invented
        from maild.demo.past import DemoServices

        return DemoServices(settings, resolver=resolver)
    from maild.bootstrap import build

    return build(settings, resolver=resolver)


def _of_demo(url: str) -> bool:
    """Whether the database is a demo's: a file in its folder, which lies in the temporary directory."""
    import tempfile

    from maild.settings.checks import DEMO

    scheme, _, path = url.partition(":///")
    folder = Path(path.partition("?")[0]).parent
    if scheme != "sqlite" or not folder.name.startswith(DEMO):
        return False
    return folder.parent.resolve() == Path(tempfile.gettempdir()).resolve()


def actor(name: str) -> str:
    """Who acts: the name given, else the account that runs the command; never one that is not a person's.

    Raises ConfigError for the name of a program of ours.
    """
    from maild.domain.errors import ConfigError
    from maild.domain.records.journal import PROGRAMS

    if name in PROGRAMS:
        raise ConfigError(f"--as {name}: that is what maild itself is called in the history", remedy="--as YOUR_NAME")
    if name:
        return name
    import os
    import pwd

    try:
        own = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        own = ""
    return own if own and own not in PROGRAMS else f"uid {os.getuid()}"
