"""The long form: `make survive`. maild is killed at every named point and at random moments, and what is left is counted.

    python -m tests.survival [--kills N] [--seed S] [--database sqlite|postgresql|both] [--points [PART]]

Prints a line a database: kills, mails, lost, doubled, in doubt (and how many of those had arrived). Exit 1 where
anything was lost or doubled, or more was in doubt than there were connections at the kills.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.test_daemon_process import Site, site
from tests.servers.postgres import postgres
from tests.survival.ledger import Ledger, kill_after, kill_at, settle
from tests.survival.points import POINTS

CONNECTIONS = 2
MAILS = 4  # that come before each kill
HEAD = ("database", "seed", "kills", "mails", "notices", "lost", "doubled", "in doubt", "of which arrived")


@contextmanager
def place(database: str, folder: Path) -> Iterator[Site]:
    """Servers, and an empty office on that database."""
    if database == "sqlite":
        with site(folder, daemon="batch = 5") as made:
            yield made
    else:
        with postgres() as server, site(folder, daemon="batch = 5", url=server.url(server.database())) as made:
            yield made


def survive(database: str, kills: int, seed: int, *, points: str) -> tuple[int, Ledger]:
    """Kill so often; how often it was, and what is left."""
    dice = random.Random(f"{seed} {database}")
    plan = [(point, nth) for point in POINTS if points in point for nth in (1, 2)] if points else [None] * kills
    with tempfile.TemporaryDirectory() as folder, place(database, Path(folder)) as made:
        _ask_for(made, len(plan) * MAILS)
        delivered = done = 0
        for n, chosen in enumerate(plan):
            made.imap.fill([_mail(made, dice, delivered + k) for k in range(MAILS)])
            delivered += MAILS
            if chosen is None:
                kill_after(made, dice.uniform(0.8, 6.0))
                done += 1
            else:
                done += kill_at(made, *chosen)
            print(f"\r{database}: {n + 1} of {len(plan)}", end="", file=sys.stderr, flush=True)
        settle(made, delivered, 600.0)
        return done, Ledger.of(made, delivered)


def _ask_for(made: Site, count: int) -> None:
    """As many requests of the demo's patrons, each for a copy that costs nothing."""
    with made.store() as store, store.begin() as uow:
        like = uow.transactions.get("2026112000101")
        assert like is not None
        uow.transactions.upsert([replace(like, number=f"2026113{n:06d}") for n in range(count)], datetime.now(UTC))


def _mail(made: Site, dice: random.Random, n: int) -> bytes:
    """Half of them make a notice."""
    if n % 2:
        return made.office.shipped(f"2026113{n:06d}", index=n)
    return made.office.mail(
        n, **{"from": "p01", "subject": f"问题 {n}", "text": f"请问第 {dice.randrange(10**6)} 件事怎么办"}
    )


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.survival")
    arguments.add_argument("--kills", type=int, default=100, help="random moments, a database")
    arguments.add_argument("--seed", type=int, default=20261128)
    arguments.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    arguments.add_argument(
        "--points", nargs="?", const=":", default="", metavar="PART",
        help="named points (with PART in their names) twice each, in place of random moments",
    )  # fmt: skip
    chosen = arguments.parse_args()
    databases = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    rows, bad = [], False
    for database in databases:
        kills, found = survive(database, chosen.kills, chosen.seed, points=chosen.points)
        rows.append((database, chosen.seed, kills, found.mails, found.notices, found.lost, found.doubled, found.in_doubt,
                     found.arrived))  # fmt: skip
        bad = bad or bool(found.lost or found.doubled) or found.in_doubt > kills * CONNECTIONS
    print("\n| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
