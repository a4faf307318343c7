"""A handler whose worker does what the content says."""

from __future__ import annotations

import os
import time
from typing import Any


def make_handler(**options: Any) -> Any:
    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        deed = frames[0].decode()
        if deed == "die":
            os._exit(9)
        if deed == "sleep":
            time.sleep(60)
        if deed == "raise":
            raise KeyError(deed)
        if deed == "nonsense":
            return ["what"], []
        return {"shown": [str(os.getpid())] if kind == "codes" else 7}, []

    return handle
