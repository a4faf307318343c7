"""Hostile and odd mails, generated: (class, name, bytes) over the ten classes a mailbox meets.

`python -m tests.corpus.hostile_mails DIR` writes them as files for `maild explain DIR`.
All synthetic; addresses are of example domains.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.hostile_heads import class_1, class_2, class_3, class_4, class_7, class_8, class_9, class_10
from tests.corpus.hostile_making import Mail
from tests.corpus.hostile_parts import class_5, class_6


def mails() -> Iterator[Mail]:
    """All of them, class by class."""
    for make in (class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8, class_9, class_10):
        yield from make()


def write(folder: Path) -> int:
    """Write each as CLASS-NAME.eml; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for number, (kind, name, raw) in enumerate(mails()):
        safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in name)[:60]
        (folder / f"{int(kind):02d}-{number:03d}-{safe}.eml").write_bytes(raw)
        count += 1
    return count


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
