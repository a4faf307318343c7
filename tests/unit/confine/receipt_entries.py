"""A handler that does what the name of the file says, in place of a reader."""

from __future__ import annotations

import os
import time
from typing import Any

from maild.confine.codec import encode
from maild.confine.worker import Handler
from maild.domain.accounting.receipt import Receipt

_KEPT: list[bytes] = []


def make_handler(**options: Any) -> Handler:
    """Options are as for the real one."""
    assert set(options) == {"rules_folder", "transaction_number", "office", "seconds", "pages", "pixels"}

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        assert kind == "read"
        deed = args["filename"]
        if deed == "sleep":
            time.sleep(60)
        elif deed == "spin":
            while True:
                pass
        elif deed == "eat":
            while True:
                _KEPT.append(bytes(10_000_000))
        elif deed == "die":
            os._exit(3)
        elif deed == "raise":
            raise KeyError("no such thing")
        elif deed == "nonsense":
            return [[1, 2, 3]], []
        out: list[bytes] = []
        return encode(tuple[Receipt, ...], (Receipt(source=deed, warnings=(str(os.getpid()),)),), out), out

    return handle
