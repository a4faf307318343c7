"""maild ledger head, verify, proof: the evidence: the hash tree over books, decisions and acts of staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, services
from maild.cli.reading.sources import counting
from maild.domain.errors import NotFound
from maild.domain.records.evidence import RowKind, read_head

if TYPE_CHECKING:
    from maild.domain.records.evidence import Fault, Verified

_HEAD = "A head that was mailed or noted earlier (1234:ab12…): whether the evidence still begins with it. Repeatable."


def head() -> None:
    """The head of the evidence: note it elsewhere, and nobody can rewrite what it covers unseen."""
    with services() as made, made.store.read() as uow:
        found = uow.evidence.head()
    show.done(str(found), head=str(found), size=found.size, root=found.root.hex())


def verify(
    heads: Annotated[list[str] | None, typer.Option("--head", help=_HEAD)] = None,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="Faults listed at most.")] = 100,
) -> None:
    """Hold every entry of the books, every decision and every act of staff against the evidence. Exit 1 where one was
    changed, removed, inserted or moved; says which.
    """
    asked = [read_head(one) for one in heads or ()]
    with services() as made, made.store.read() as uow, counting("leaves") as progress:
        found = uow.evidence.verify(heads=asked, most=most, **({"progress": progress} if progress else {}))
    for fault in found.faults:
        _say(fault)
    show.done(_summary(found, len(asked)), holds=not found.faults, **verified_row(found))
    if found.faults:
        raise typer.Exit(1)


def proof(
    row: Annotated[str, typer.Argument(help="Key of an entry, decision:ID, or history:ID.")],
) -> None:
    """Prove to somebody without the database that a row is covered by a head (RFC 9162, section 2.1.3)."""
    kind, _, number = row.partition(":")
    with services() as made, made.store.read() as uow:
        if kind in (RowKind.DECISION, RowKind.HISTORY) and number.isascii() and number.isdigit():
            found = uow.evidence.prove(RowKind(kind), int(number))
        else:
            entry = uow.ledger.get(row)
            found = uow.evidence.prove(RowKind.ENTRY, entry.id) if entry else None
    if found is None:
        raise NotFound(f"there is no entry, decision or act of staff {row}", remedy="maild ledger list")
    said: show.Row = {
        "row": found.row,
        "index": found.index,
        "leaf": found.leaf.hex(),
        "head": str(found.head),
        "path": [one.hex() for one in found.path],
    }
    show.one(said, [] if CALL.json else [one.hex() for one in found.path])


def _say(fault: Fault) -> None:
    if CALL.json:
        show.dump(fault_row(fault))
    else:
        show.say(f"{fault.kind}: {fault.row}: {fault.what}")


def fault_row(fault: Fault) -> show.Row:
    """The keys of --json."""
    return {"fault": fault.kind.value, "row": fault.row, "leaf": fault.leaf, "what": fault.what}


def verified_row(found: Verified) -> show.Row:
    """The keys of --json."""
    return {
        "head": str(found.head),
        "rows": {kind.value: count for kind, count in found.rows.items()},
        "erased": found.erased,
        "removed": found.removed,
        "faults": len(found.faults) + found.more,
    }


def _summary(found: Verified, heads: int) -> str:
    if found.faults:
        return f"{len(found.faults) + found.more} fault(s) in {found.head.size} leaves" + (
            f", {found.more} of them not listed" if found.more else ""
        )
    fits = f"; {heads} earlier head(s) fit" if heads else ""
    gone = f", {found.erased} erased and {found.removed} removed by law" if found.erased or found.removed else ""
    return f"the evidence holds: {found.head.size} leaves{gone}{fits}; head {found.head}"
