"""maild form: the transfer form of a patron's fees, as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.domain.errors import ConfigError, NotFound, Permanent
from maild.domain.requests.lifecycle import PaymentState, State

if TYPE_CHECKING:
    from maild.domain.money import Money
    from maild.domain.requests.patron import Transaction
    from maild.store.uow import UnitOfWork

_SETTLED = {
    PaymentState.CONFIRMED: "is paid already",
    PaymentState.WAIVED: "is waived",
    PaymentState.PROOF_RECEIVED: "is claimed as paid; its proof is being checked",
}
_ENDED = (State.UNFILLED, State.CANCELLED)


class Lang(StrEnum):
    """Language of the instructions on the form."""

    BOTH = ""
    ZH = "zh-CN"
    EN = "en"


def form(
    transactions: Annotated[str, typer.Option("--transactions", help="Request numbers, N,N.", metavar="N,N")],
    out: Annotated[Path, typer.Option("--out", help="The PDF to write.", metavar="FILE.pdf", dir_okay=False)],
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the instructions; '' for both.")] = Lang.BOTH,
) -> None:
    """Write the prefilled transfer form (校内转账单) of one patron's fees, with the code that identifies its photo."""
    numbers = list(dict.fromkeys(number.strip() for number in transactions.split(",") if number.strip()))
    if not numbers:
        raise ConfigError("--transactions names no request", remedy="--transactions N,N")
    from maild.notify.writing.form import Form, FormWriter

    with services() as made:
        if not made.token_key:
            raise ConfigError("matching.token_key is not set: the form's code needs it", remedy="maild init makes one")
        with made.store.read() as uow:
            found = _payable(uow, numbers)
            amount = _sum(uow, found)
            patron = uow.patrons.get(found[0].patron_id)
        writer = FormWriter(made.settings.office, made.token_key)
    try:
        content = writer.write(
            Form(numbers=tuple(numbers), amount=amount, reader=patron.name if patron else "", lang=lang.value)
        )
    except ValueError as error:
        raise Permanent(f"no form can be made: {error}") from error
    try:
        out.write_bytes(content)
    except OSError as error:
        raise ConfigError(f"--out: {out} cannot be written: {error.strerror}", remedy="choose another file") from error
    show.done(
        f"{out}: {amount} for {len(numbers)} transaction{'s'[: len(numbers) > 1]}",
        file=str(out),
        transactions=numbers,
        amount=str(amount.amount),
        currency=amount.currency,
    )


def _payable(uow: UnitOfWork, numbers: Sequence[str]) -> list[Transaction]:
    """The transactions, of one patron and all with a fee to pay. Raises NotFound or Permanent, naming which are not."""
    found = {transaction.number: transaction for transaction in uow.transactions.get_many(numbers)}
    if missing := [number for number in numbers if number not in found]:
        raise NotFound(f"no request {', '.join(missing)}", remedy="maild transactions list --text …")
    chosen = [found[number] for number in numbers]
    if len(patrons := sorted({transaction.patron_id or "nobody" for transaction in chosen})) > 1:
        raise Permanent(f"the requests are of several patrons: {', '.join(patrons)}", remedy="one form a patron")
    for transaction in chosen:
        if why := _SETTLED.get(transaction.payment_state):
            raise Permanent(f"the fee of {transaction.number} {why}")
        if transaction.state in _ENDED:
            raise Permanent(f"{transaction.number} is {transaction.state}: there is nothing to pay")
    return chosen


def _sum(uow: UnitOfWork, transactions: Sequence[Transaction]) -> Money:
    """What is owed for all: as the books say, else the fee as quoted. Raises Permanent where it cannot be told."""
    owed = uow.ledger.owed([transaction.number for transaction in transactions])
    amounts = []
    for transaction in transactions:
        amount = owed.get(transaction.number, transaction.payable)
        if amount is None:
            raise Permanent(f"{transaction.number} has no fee yet", remedy="wait until it is quoted")
        if amount.amount <= 0:
            raise Permanent(f"there is nothing to pay for {transaction.number}")
        amounts.append(amount)
    if len(currencies := sorted({amount.currency for amount in amounts})) > 1 or currencies != ["CNY"]:
        raise Permanent(f"a transfer form is in CNY alone, these fees are in {', '.join(currencies)}")
    return sum(amounts[1:], amounts[0])
