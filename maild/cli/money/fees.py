"""maild fees: the tariffs, and what a request would cost, line by line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maild.domain.accounting.fees import Quote, QuoteLine, Request, Tariff
    from maild.domain.money import Money

app = typer.Typer(help="Tariffs, and what a request costs by them.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List the tariffs with the days they are valid on."""
    rows = [
        {
            "tariff": one.name,
            "role": one.role.value,
            "version": one.version,
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            "currency": one.currency,
            "charges": len(one.charges),
            "subsidies": len(one.subsidies),
            "placeholders": list(one.placeholders()),
        }
        for one in _tariffs()
    ]
    show.table(rows, ("tariff", "role", "version", "valid_from", "valid_until", "placeholders"), empty="no tariffs")


@app.command("quote")
def quote_(
    pages: Annotated[int | None, typer.Option(min=0, help="Pages of the copy.")] = None,
    source: Annotated[str, typer.Option(help="Supplier by its id: calis, cashl, nlc, bl, …")] = "",
    service: Annotated[str, typer.Option(help="copy or loan.")] = "copy",
    patron: Annotated[str, typer.Option(help="internal or external.")] = "internal",
    reader: Annotated[str, typer.Option(help="Kind of reader, if the tariff tells them apart.")] = "",
    literature: Annotated[str, typer.Option(help="article, chapter, thesis, standard, …")] = "",
    region: Annotated[str, typer.Option(help="Of the supplier, where the tariff does not know the source.")] = "",
    delivery: Annotated[str, typer.Option(help="electronic or paper.")] = "electronic",
    rush: Annotated[bool, typer.Option("--rush", help="Rush service.")] = False,
    volumes: Annotated[int, typer.Option(min=1, help="Volumes of a loan.")] = 1,
    cost: Annotated[list[str] | None, typer.Option(help="What was paid: postage=12.50, owner=30, supplier=55.")] = None,
    used_pages: Annotated[int, typer.Option(min=0, help="Pages subsidised this year already.")] = 0,
    used_subsidy: Annotated[str, typer.Option(help="Subsidy of this person and year already.")] = "0",
    role: Annotated[str, typer.Option(help="requester (for our patrons) or supplier (for a library).")] = "requester",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; today if left out.")] = None,
) -> None:
    """Say what a request would cost and why. Exit 1 where something must be known first."""
    from datetime import date

    from maild.domain.accounting.fees import Request, Role, Usage
    from maild.domain.accounting.pricing import quote
    from maild.domain.requests.lifecycle import Service
    from maild.domain.requests.patron import PatronKind

    request = Request(
        service=_word("--service", service, Service),
        patron=_word("--patron", patron, PatronKind),
        reader=reader,
        literature=literature,
        source=source,
        region=region,
        delivery=delivery,
        rush=rush,
        pages=pages,
        volumes=volumes,
        costs=dict(map(_cost, cost or ())),
        used=Usage(pages=used_pages, subsidy=_money("--used-subsidy", used_subsidy).amount),
    )
    day = on.date() if on else date.today()  # noqa: DTZ011  the day where the command is run
    found = quote(_tariffs(), request, day, role=_word("--role", role, Role))
    _tell(found, request)
    if found.missing:
        raise typer.Exit(1)


def _tariffs() -> tuple[Tariff, ...]:
    from maild.office.payments.tariffs import tariffs_in_force

    return tariffs_in_force(settings().rules.folder)


def _tell(found: Quote, request: Request) -> None:
    row = {**quote_row(found), "service": request.service.value, "source": request.source, "pages": request.pages}
    lines = ["", *map(_line, found.lines)]
    lines += [f"  placeholder, not the office's own value: {name}" for name in found.placeholders]
    lines += [f"  not known yet: {name}" for name in found.missing]
    show.one(row, lines)


def _line(line: QuoteLine) -> str:
    why = f"  ({line.why_zh} | {line.why_en})" if line.why_zh else ""
    return f"{line.amount.amount:>10.2f}  {line.zh} | {line.en}{why}"


def quote_row(found: Quote) -> Mapping[str, Any]:
    """The keys of --json."""
    return {
        "tariff": found.tariff,
        "version": found.version,
        "total": f"{found.total.amount:.2f}",
        "subsidy": f"{found.subsidy.amount:.2f}",
        "payable": f"{found.payable.amount:.2f}",
        "currency": found.total.currency,
        "lines": [
            {
                "name": one.name,
                "zh": one.zh,
                "en": one.en,
                "amount": f"{one.amount.amount:.2f}",
                "why_zh": one.why_zh,
                "why_en": one.why_en,
                "subsidy": one.subsidy,
                "placeholder": one.placeholder,
            }
            for one in found.lines
        ],
        "placeholders": list(found.placeholders),
        "missing": list(found.missing),
    }


def _word(option: str, value: str, words: Any) -> Any:
    try:
        return words(value)
    except ValueError as error:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(words)}", param_hint=option) from error


def _money(option: str, value: str) -> Money:
    from maild.domain.money import Money

    try:
        return Money.of(value)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _cost(text: str) -> tuple[str, Money]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise typer.BadParameter(f"{text!r} is not NAME=AMOUNT", param_hint="--cost")
    return name.strip(), _money("--cost", value)
