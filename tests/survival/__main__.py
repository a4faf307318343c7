"""The long form: `make survive`. maild is killed at every named point and at random moments, and what is left is counted.

    python -m tests.survival [--kills N] [--seed S] [--database sqlite|postgresql|both] [--points [PART]] [--minutes M]
    python -m tests.survival --faults [PART] [--database sqlite|postgresql|both]
    python -m tests.survival --flood [MAILS] [--senders N]

Prints a table: for each database and each named point (of random moments: for every fifty kills, once all has settled)
kills, mails, lost, doubled, in doubt (and how many of those had arrived), and faults of the evidence. A line of it is
printed as soon as it is known; headway goes to the error stream. Exit 1 where anything was lost or doubled, the evidence
has a fault, or more was in doubt than there were connections at the kills.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.test_daemon_process import Site, site
from tests.servers.postgres import postgres
from tests.survival import faults, flood
from tests.survival.forked import Starter
from tests.survival.ledger import Ledger, ask_for, kill_after, kill_at, settle, untroubled
from tests.survival.points import POINTS

CONNECTIONS = 2
MAILS = 4  # that come before each kill
BLOCK = 50  # random kills between two counts
FROM, UPTO = 0.3, 1.1  # when, as a share of the processor time that an untroubled life takes
HEAD = ("database", "killed", "kills", "mails", "notices", "lost", "doubled", "in doubt", "of which arrived",
        "evidence faults", "seconds")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Kills of one sort, after which all is settled and counted. points: (name, which time it is passed), or None each."""

    name: str
    points: Sequence[tuple[str, int] | None]


def blocks(kills: int, points: str) -> list[Block]:
    """What is to be done on a database."""
    if points:
        return [Block(name=point, points=[(point, nth) for nth in (1, 2)]) for point in POINTS if points in point]
    starts = range(0, kills, BLOCK)
    return [Block(name=f"at random, {start + 1} to {min(start + BLOCK, kills)}",
                  points=[None] * (min(start + BLOCK, kills) - start)) for start in starts]  # fmt: skip


@contextmanager
def place(database: str, folder: Path) -> Iterator[Site]:
    """Servers, and an empty office on that database."""
    if database == "sqlite":
        with site(folder, daemon="batch = 5") as made:
            yield made
    else:
        with postgres() as server, site(folder, daemon="batch = 5", url=server.url(server.database())) as made:
            yield made


def survive(
    database: str, plan: Sequence[Block], seed: int, until: float
) -> Iterator[tuple[Block, int, Ledger, float]]:
    """Kill as planned, until a moment (monotonic): (block, kills, what it added, seconds), as each is known."""
    dice, whole = random.Random(f"{seed} {database}"), sum(len(block.points) for block in plan)
    with (
        tempfile.TemporaryDirectory() as folder,
        place(database, Path(folder)) as made,
        Starter(made) as starter,
    ):
        ask_for(made, (whole + len(plan)) * MAILS)
        delivered, passed = 0, 0
        for block in plan:
            # Measured anew: a life in a full store takes more, and a moment is a share of it.
            made.imap.fill([_mail(made, dice, delivered + n) for n in range(MAILS)])
            delivered += MAILS
            life = untroubled(starter, made, delivered)
            before = Ledger.of(made, delivered)
            began, killed = time.monotonic(), 0
            for chosen in block.points:
                if time.monotonic() > until:
                    break
                made.imap.fill([_mail(made, dice, delivered + k) for k in range(MAILS)])
                delivered, passed = delivered + MAILS, passed + 1
                if chosen is None:
                    ended = kill_after(starter, dice.uniform(FROM, UPTO) * life)
                    if ended:  # as its service manager would, the next one is started; why it ended is to be looked at
                        print(f"\nended by itself: {ended}\n{made.log[-3000:]}", file=sys.stderr, flush=True)
                    killed += not ended
                else:
                    killed += kill_at(made, *chosen)
                print(f"\r{database}: {passed} of {whole}", end="", file=sys.stderr, flush=True)
            if not killed:
                continue
            settle(made, delivered, 600.0)
            now = Ledger.of(made, delivered)
            yield block, killed, now.since(before), time.monotonic() - began
            if time.monotonic() > until:
                return


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
        "--points",
        nargs="?",
        const=":",
        default="",
        metavar="PART",
        help="named points (with PART in their names) twice each, in place of random moments",
    )
    arguments.add_argument(
        "--faults", nargs="?", const="", metavar="PART", help="faults of the world around a running daemon instead"
    )
    arguments.add_argument("--flood", nargs="?", type=int, const=10_000, metavar="MAILS", help="so many mails instead")
    arguments.add_argument("--senders", type=int, default=1, help="of a flood: invented names")
    arguments.add_argument("--minutes", type=float, default=24 * 60.0, help="so long a database at most")
    chosen = arguments.parse_args()
    databases = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    if chosen.flood is not None:
        return flood.flood(chosen.flood, chosen.senders, chosen.minutes * 60)
    if chosen.faults is not None:
        return max(faults.main(chosen.faults, database) for database in databases)
    plan = blocks(chosen.kills, chosen.points)
    bad = False
    print(f"seed {chosen.seed}\n\n| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD), flush=True)
    for database in databases:
        kills, total = 0, Ledger.nothing()
        for block, killed, found, seconds in survive(
            database, plan, chosen.seed, time.monotonic() + chosen.minutes * 60
        ):
            _say(database, block.name, killed, found, seconds)
            kills, total = kills + killed, total.and_(found)
        _say(database, "all", kills, total, None)
        if kills < sum(len(block.points) for block in plan):
            print(f"{database}: {kills} kills, fewer than were planned", file=sys.stderr)
        bad = bad or bool(total.lost or total.doubled or total.faults) or total.in_doubt > kills * CONNECTIONS
    return int(bad)


def _say(database: str, name: str, kills: int, found: Ledger, seconds: float | None) -> None:
    row = (database, name, kills, found.mails, found.notices, found.lost, found.doubled, found.in_doubt, found.arrived,
           found.faults, "" if seconds is None else round(seconds))  # fmt: skip
    print(file=sys.stderr)
    print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
