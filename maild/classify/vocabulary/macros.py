"""Building blocks of word lists: '{when}' within a pattern stands for any entry of the list 'part_when' beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping

PART = "part_"
_NAME = re.compile(r"(?<![pPx\\])\{([a-z][a-z_]*)\}")
_DEPTH = 6  # blocks may be made of blocks

Lists = Mapping[str, tuple[str, ...]]


def expand(lists: Lists) -> dict[str, tuple[str, ...]]:
    """Every list with its blocks written out. What names no list of the file stays as it is.

    Raises ValueError (list, block) for blocks that contain themselves.
    """
    blocks = {name.removeprefix(PART): _either(entries) for name, entries in lists.items() if name.startswith(PART)}
    return {name: tuple(_filled(name, entry, blocks) for entry in entries) for name, entries in lists.items()}


def _either(entries: tuple[str, ...]) -> str:
    return "(?:" + "|".join(entries) + ")"


def _filled(name: str, entry: str, blocks: Mapping[str, str]) -> str:
    for _ in range(_DEPTH):
        written = _NAME.sub(lambda hit: blocks.get(hit[1], hit[0]), entry)
        if written == entry:
            return entry
        entry = written
    raise ValueError(name, "blocks that contain themselves, or are nested too deeply")
