"""Handlers that worker processes run in the tests: each kind of call does one thing, mostly a bad one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from maild.confine.worker import Handler
from maild.domain.errors import MalformedMail, RuleError

_KEPT: list[bytes] = []


def make(**options: Any) -> Handler:
    """A handler with every deed of this module; `options` are told by the kind 'options'."""
    secret = options.get("refuse", "")
    if secret:
        raise RuleError(f"rules/10-x.toml: {secret}", remedy="mend it")

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        if kind == "options":
            return options, []
        result = DEEDS[kind](args, frames)
        return result, frames if kind == "echo" else []

    return handle


def _attempt(act: Any) -> str:
    """'' if the deed could be done, else the error's name."""
    try:
        act()
    except (OSError, RuntimeError, MemoryError) as error:
        return type(error).__name__
    return ""


def _spin(args: Any, frames: list[bytes]) -> None:
    while True:
        pass


def _malformed(args: Any, frames: list[bytes]) -> None:
    raise MalformedMail("no mail at all", headers=(("Subject", "x"),), raw=frames[0])


def _thread(args: Any, frames: list[bytes]) -> str:
    done: list[int] = []

    def start() -> None:
        thread = threading.Thread(target=done.append, args=(1,))
        thread.start()
        thread.join()

    return _attempt(start)


def _eat(args: Any, frames: list[bytes]) -> None:
    while True:
        _KEPT.append(bytes(10_000_000))


def _grow(args: Any, frames: list[bytes]) -> int:
    """Keeps what it was given room for, as a library does that gives nothing back. args: how it says that it is full."""
    if args and _KEPT:
        raise RuntimeError(args)
    _KEPT.append(bytes(120_000_000))
    return os.getpid()


def _busy(args: Any, frames: list[bytes]) -> None:
    end = time.process_time() + args
    while time.process_time() < end:
        pass


DEEDS: dict[str, Any] = {
    "grow": _grow,
    "echo": lambda args, frames: args,
    "pid": lambda args, frames: os.getpid(),
    "sleep": lambda args, frames: time.sleep(args),
    "spin": _spin,
    "busy": _busy,
    "eat": _eat,
    "raise": lambda args, frames: {}["no such key"],
    "malformed": _malformed,
    "suicide": lambda args, frames: os._exit(3),
    "garbage": lambda args, frames: os.write(int(sys.argv[1]), b"\xff" * 4096),
    "thread": _thread,
    "fork": lambda args, frames: _attempt(os.fork),
    "exec": lambda args, frames: _attempt(lambda: os.execv("/bin/true", ["true"])),
    "subprocess": lambda args, frames: _attempt(lambda: subprocess.run(["/bin/true"], check=False)),
    "socket": lambda args, frames: _attempt(lambda: socket.create_connection(("127.0.0.1", args), 1.0)),
    "udp": lambda args, frames: _attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
    "write": lambda args, frames: _attempt(lambda: Path(args).write_text("x")),
    "append": lambda args, frames: _attempt(lambda: Path(args).open("a").close()),
    "unlink": lambda args, frames: _attempt(lambda: Path(args).unlink()),
    "read": lambda args, frames: _attempt(lambda: Path(args).read_bytes()),
    "kill": lambda args, frames: _attempt(lambda: os.kill(args, signal.SIGTERM)),
    "signal0": lambda args, frames: _attempt(lambda: os.kill(os.getppid(), 0)),
    "environment": lambda args, frames: dict(os.environ),
    "cwd": lambda args, frames: os.getcwd(),
    "import": lambda args, frames: bool(__import__(args)),
}
