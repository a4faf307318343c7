"""Named points at which maild is killed (SIGKILL): between two steps of intake, of processing, of filing, of sending; of
commands: of importing, of backing up, of restoring.

A point wraps one function of the program from outside; the program knows nothing of it.

    python -m tests.survival.points POINT NTH --config FILE

runs `maild run`, and kills it when it passes POINT for the NTH time.
"""

from __future__ import annotations

import functools
import inspect
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

# name → module, class, function, whether the process dies before it is called or after it has returned
POINTS: dict[str, tuple[str, str, str, bool]] = {
    "intake: bytes kept, no row": ("maild.store.incoming.mails", "SqlMails", "add", True),
    "intake: row not committed": ("maild.store.incoming.mails", "SqlMailboxes", "progress", False),
    "process: claimed": ("maild.spine.process", "Processor", "_keep_documents", True),
    "process: read, nothing written": ("maild.store.incoming.mails", "SqlMails", "hold", True),
    "process: decided, not committed": ("maild.spine.recording.record", "Page", "close", False),
    "process: evidence begun, not committed": ("maild.store.records.evidence", "SqlEvidence", "_tree", False),
    "process: committed": ("maild.spine.process", "Processor", "_settle_together", False),
    "filing: moved, not marked": ("maild.store.incoming.mails", "SqlMails", "mark_filed", True),
    "relay: claimed": ("maild.notify.sending.relay", "Relay", "write", True),
    "relay: begun, before MAIL": ("maild.courier.session", "Session", "transfer", True),
    "relay: after DATA, before the answer": ("maild.courier.session", "Session", "_content", True),
    "relay: answered, before the mark": ("maild.courier.session", "Session", "transfer", False),
    "relay: mark not committed": ("maild.notify.sending.outcome", "", "record", False),
    "relay: marked": ("maild.notify.sending.relay", "Relay", "_keep", False),
}
IMPORTS = "maild.office.imports.importing"
COMMAND_POINTS: dict[str, tuple[str, str, str, bool]] = {
    "import: rows laid, not committed": ("maild.store.requests.transactions", "SqlTransactions", "upsert", False),
    "import: books opened, not committed": (IMPORTS, "", "open_moved", False),
    "import: between two batches": (IMPORTS, "", "_import", True),
    "import: statement kept, not reconciled": ("maild.office.books.reconcile", "Reconciler", "turn", True),
    "import: statement reconciled, not committed": ("maild.office.books.reconcile", "Reconciler", "turn", False),
    "backup: database copied, no blob": ("maild.backup.make", "", "_database", False),
    "backup: a blob copied": ("maild.backup.make", "", "_one", False),
    "backup: all but the manifest": ("maild.backup.vault", "Vault", "write", True),
    "backup: manifest written": ("maild.backup.vault", "Vault", "write", False),
    "restore: bytes laid, no row": ("maild.backup.restore", "", "_blobs", False),
    "restore: rows not committed": ("maild.backup.restore", "", "bring_back", False),
    "restore: rows committed, folder not named": ("maild.store.blobs", "FileBlobs", "name", True),
    "restore: done, not said": ("maild.backup.restore", "", "_forget", False),
}


def arm(point: str, nth: int) -> None:
    """Have this process die there."""
    module, owner, name, before = (POINTS | COMMAND_POINTS)[point]
    place: Any = import_module(module)
    place = getattr(place, owner) if owner else place
    setattr(place, name, dying(getattr(place, name), nth, before=before))


def die_at(point: str, nth: int, arguments: list[str], environment: dict[str, str]) -> None:
    """A command that is killed at a point; for a process of its own."""
    from maild.cli.app import run

    os.environ.update(environment)
    arm(point, nth)
    sys.exit(run(arguments))


def dying(function: Callable[..., Any], nth: int, *, before: bool) -> Callable[..., Any]:
    """The function, whose nth call is the last thing that happens."""
    calls = 0

    def pass_by() -> None:
        nonlocal calls
        calls += 1
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(function)
    def called(*args: Any, **named: Any) -> Any:
        if before:
            pass_by()
        result = function(*args, **named)
        if not before:
            pass_by()
        return result

    @functools.wraps(function)
    async def awaited(*args: Any, **named: Any) -> Any:
        if before:
            pass_by()
        result = await function(*args, **named)
        if not before:
            pass_by()
        return result

    return awaited if inspect.iscoroutinefunction(function) else called


if __name__ == "__main__":
    from maild.cli.app import run

    arm(sys.argv[1], int(sys.argv[2]))
    sys.exit(run([*sys.argv[3:], "run"]))
