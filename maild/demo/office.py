"""The demo's patrons and requests, as the tables an import would read."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.config import Office
from maild.demo.samples import dated
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Language, Patron, PatronAddress, PatronKind, Transaction
from maild.office.imports.import_values import day_of, moment
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store

HERE = Path(__file__).parent


def patrons() -> dict[str, Patron]:
    """The patrons by id."""
    rows = tomllib.loads((HERE / "office.toml").read_text("utf-8"))["patrons"]
    return {row[0]: _patron(*row) for row in rows}


def _patron(
    key: str, name: str, kind: str, department: str, login: str, emails: list[str], phone: str, language: str
) -> Patron:
    return Patron(
        patron_id=key,
        name=name,
        kind=PatronKind(kind),
        department=department,
        login=login,
        phone=phone,
        emails=tuple(PatronAddress(address=e) for e in emails),
        language=Language(language),
    )


def transactions(now: datetime) -> list[Transaction]:
    """The requests, all of them handed in four days ago."""
    rows = tomllib.loads(dated((HERE / "office.toml").read_text("utf-8"), now))["transactions"]
    submitted = moment(dated("{day-4}", now), ZoneInfo(Office().timezone))
    return [_transaction(row, submitted) for row in rows]


def _transaction(row: list[str], submitted: datetime | None) -> Transaction:
    number, patron, service, title, provider, state, total, subsidy, payable, payment, due = row
    money = [Money.of(text) if text else None for text in (total, subsidy, payable)]
    return Transaction(
        number=number,
        patron_id=patron,
        service=Service(service),
        title=title,
        provider=provider,
        state=State(state),
        submitted=submitted,
        due=day_of(due),
        total=money[0],
        subsidy=money[1],
        payable=money[2],
        payment_state=PaymentState(payment),
    )


def fill(store: Store, clock: Clock) -> None:
    """Put everybody and everything into the database."""
    now = clock.now()
    with store.begin() as uow:
        uow.patrons.upsert(list(patrons().values()), now)
        uow.transactions.upsert(transactions(now), now)
