"""A confined worker: python -m maild.confine.worker FD. Speaks maild.confine.wire on that descriptor.

First message: {entry, options, limits}; the entry is 'module:function', called with the options before
confinement (it loads rules and modules), and returns the handler of calls. Then confinement, then a
{ready: …} message, then one reply for each call. A handler that raises ends the process: the traceback
is handed over, and the daemon starts a fresh one.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import Any

from maild.confine.limits import Limits, confine, leave_network, renew_cpu
from maild.confine.wire import Closed, FdChannel, receive, send
from maild.domain.errors import MalformedMail
from maild.texts import read_all

Handler = Callable[[str, Any, list[bytes]], tuple[Any, list[bytes]]]
_TRACE_CHARACTERS = 8000
EXIT_RAISED = 70


def load_entry(entry: str) -> Callable[..., Handler]:
    """'module:function' → the function that makes a handler."""
    module, _, name = entry.partition(":")
    make: Callable[..., Handler] = getattr(import_module(module), name)
    return make


def main(fd: int) -> None:
    """Serve until the daemon closes the connection."""
    gc.disable()  # until all is loaded: modules and rules are kept, there is nothing to find
    channel = FdChannel(fd)
    sys.excepthook = _hand_over(channel)
    order, _ = receive(channel)
    limits = Limits(**{**order["limits"], "readable": tuple(order["limits"]["readable"])})
    # Root gives up its rights over files with this, and may do without it later: it waits until the rules are read.
    network = leave_network() if os.geteuid() else None
    handler = load_entry(order["entry"])(**order["options"])
    read_all()  # what they say: no file is opened later
    gc.freeze()  # what is loaded now lives as long as the process: no need to look at it again
    gc.enable()
    report = confine(limits, network)
    send(channel, {"ready": report})
    while True:
        try:
            (kind, args), frames = receive(channel)
        except Closed:
            return
        renew_cpu(limits.cpu_seconds)
        try:
            result, out = handler(kind, args, frames)
        except MalformedMail as error:
            send(channel, {"malformed": [error.what, error.headers]}, [error.raw])
        else:
            send(channel, {"result": result}, out)


def _hand_over(channel: FdChannel) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An excepthook that tells the daemon what happened; nothing is left to print it for."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace, limit=-30))[-_TRACE_CHARACTERS:]
        send(channel, {"raised": [kind.__name__, str(error)[:2000], text]})
        sys.stdout.flush()
        os._exit(EXIT_RAISED)

    return hook


if __name__ == "__main__":
    main(int(sys.argv[1]))
