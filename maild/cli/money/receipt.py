"""maild receipt: what payment proofs say. Changes nothing, and needs no configuration."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import context, show
from maild.cli.context import CALL
from maild.domain.accounting.receipt import Receipt, as_row, is_proof

if TYPE_CHECKING:
    from maild.ports import ReceiptReader

READERS = 2  # processes where several files are read
AHEAD = 4  # files in flight: order is kept and memory stays bounded
Row = dict[str, Any]


def receipt(
    files: Annotated[list[Path], typer.Argument(help="Pictures, PDFs, archives, mails, folders.", metavar="FILE…")],
) -> None:
    """Read payment proofs: amount, payee, date, serial, and how sure that is.

    Exit 1 where none was found.
    """
    from maild.bootstrap import build
    from maild.cli.reading import sources

    total = sources.count(files)
    settings = context.settings()
    readers = max(settings.receipts.workers, READERS) if total > 1 else 1
    services = build(replace(settings, receipts=replace(settings.receipts, workers=readers)))
    proofs = 0
    try:
        with sources.progress(total) as advance:
            for found in _read(
                services.receipts, sources.mails(files, "pictures, PDFs, archives, mails or folders"), readers
            ):
                advance()
                for one in found:
                    proofs += is_proof(one)
                    show.dump(as_row(one)) if CALL.json else _tell(one)
    finally:
        services.close()
    if not proofs:
        raise typer.Exit(1)


def _read(reader: ReceiptReader, files: Iterator[tuple[str, bytes]], readers: int) -> Iterator[tuple[Receipt, ...]]:
    """What is in each file, several files at a time, in order."""
    flight: collections.deque[Future[tuple[Receipt, ...]]] = collections.deque()
    with ThreadPoolExecutor(readers) as pool:
        for source, content in files:
            flight.append(pool.submit(reader.read, content, filename=source))
            if len(flight) >= AHEAD:
                yield flight.popleft().result()
        while flight:
            yield flight.popleft().result()


def _tell(one: Receipt) -> None:
    """One receipt for a reader: what it says, and what is doubtful."""
    page = f", page {one.page}" if one.page > 1 else ""
    show.say(f"{one.source}{page}: {one.kind.value.replace('_', ' ')}   ({one.seconds:.2f} s)")
    row = as_row(one)
    if is_proof(one):
        agreed = {True: "words and figures agree", False: "words and figures DISAGREE", None: ""}[one.amount_agrees]
        sure = "sure" if one.sure else "not sure: a person has to look"
        row["amount"] = "   ".join(filter(None, (str(one.amount or "?"), sure, agreed)))
        row["payee_is_library"] = {True: "yes", False: "NO", None: "it does not say"}[one.payee_is_library]
    for name in (
        "amount",
        "amount_words",
        "payee_is_library",
        "payee",
        "payee_account",
        "payer",
        "payer_account",
        "date",
        "time",
        "month_day",
        "serials",
        "transactions",
        "purpose",
        "department",
        "project",
        "qr",
        "warnings",
    ):
        value = row[name]
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        if text and (is_proof(one) or name == "warnings"):
            show.say(f"{name.replace('_', ' '):>18}  {text}")
    show.say("")
