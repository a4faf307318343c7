"""Whether deciding costs the same as the tables grow: python -m tests.bench.flat [--sizes 10000,1000000] [--rounds 3]

Of each size: so many patrons, requests, sent notices, stored mails and lines of history. Deciding and recording the same
mails, in turn on the smallest and on each larger one; the best round of each counts.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from maild.bootstrap import build
from maild.office.safety.identity import adopt
from tests.bench.ground import Ground, Place, ground, measured
from tests.bench.meter import Figure, table
from tests.bench.traffic import NUMBER, traffic

WITHIN = 1.05


def with_past(path: Path, count: int) -> None:
    """So many stored mails, settled long ago, where they lay, and a line of history each."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    number = NUMBER.replace("{:08d}", "%08d")
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous=OFF")
    database.execute("PRAGMA cache_size=-400000")
    (earlier,) = database.execute("SELECT min(opened) FROM transactions").fetchone()
    for statement in (
        "INSERT INTO mail (sha256, message_id, size, sender, subject, received, stored, status, reason, kind, rule,"
        f" attempts, error, settled, lease_owner) SELECT printf('%064x', i), '<old' || i || '@patron.example>', 9000,"
        f" 'p' || (i - 1) || '@patron.example', '关于事务 ' || printf('{number}', i - 1), :at, :at, 'settled', '',"
        " 'status_query', 'patron-status', 1, '', :at, '' FROM n",
        "INSERT INTO mail_location (mailbox, uidvalidity, uid, mail_id, skip_reason, size, filed)"
        " SELECT 'old/INBOX', 1, i, i, '', 9000, 1 FROM n",
        "INSERT INTO journal (at, actor, what, number, mail_id, before, after, reasons, data)"
        f" SELECT :at, 'maild', 'state', printf('{number}', i - 1), i, 'new', 'submitted', '[]', '{{}}' FROM n",
    ):
        database.execute(f"{numbers} {statement}", {"at": earlier} if ":at" in statement else {})
    database.commit()
    database.execute("ANALYZE")
    database.close()


def _adopted(place: Place) -> None:
    """Its stored mails' bytes are nowhere: the folder is empty, and this database's all the same."""
    services = build(place.settings())
    adopt(services.store, services.blobs, services.clock.now())
    services.close()


def figures(on: Ground, sizes: Sequence[int], rounds: int) -> Iterator[Figure]:
    """Each size against the first, in turn."""
    for size in sizes:
        with_past(on.filled(size), size)
    best: dict[int, float] = {}
    for _ in range(rounds):
        for size in sizes:
            place = on.place(transactions=size)
            _adopted(place)
            run = measured("record", place)
            (Path(place.folder) / "maild.db").unlink()
            best[size] = min(best.get(size, 1e9), 1000 * run["cpu"] / run["mails"])
    for size in sizes:
        floor = best[sizes[0]] if size != sizes[0] else None
        yield Figure(what=f"decide + record, {size:,} of each", value=best[size], unit="ms CPU a mail", floor=floor,
                     against=f"{sizes[0]:,}" * bool(floor), aim="within 5 %" * bool(floor))  # fmt: skip


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,200000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mails", type=int, default=500)
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    with ground(traffic(chosen.mails)) as on:
        found = list(figures(on, sizes, chosen.rounds))
    print(table(found))
    if any(figure.ratio and figure.ratio > WITHIN for figure in found):
        print("more than five in a hundred dearer", file=sys.stderr)


if __name__ == "__main__":
    main()
