"""Payments: what proofs claim, statement lines that nobody claims, and what the last look at both found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.accounting.channel import Channel, proven
from maild.domain.accounting.ledger import Book, Claim, Refund
from maild.domain.accounting.payment import SeenReceipt
from maild.domain.accounting.statement import StatementLine
from maild.domain.desk.listing import ClaimFilter, Page, StatementFilter
from maild.domain.desk.rows import API
from maild.domain.errors import NotFound
from maild.domain.money import Money
from maild.domain.records.evidence import Head
from maild.domain.requests.patron import Patron
from maild.domain.wording.words import Word

LIMIT = 50
MOST_REFUNDS = 200


class Asked(Input):
    text: Annotated[str, Field(max_length=200)] = ""
    patron: Annotated[str, Field(max_length=200)] = ""
    all: bool = False
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """A page of claims with the proofs they stand on. balances: the trial balance by book and currency; head: of the
    evidence over books, decisions and acts of staff.
    """

    page: Page[Claim]
    patrons: Mapping[str, Patron]
    proofs: Mapping[str, Sequence[SeenReceipt]]
    balances: Mapping[tuple[Book, str], Money]
    head: Head

    @property
    def proven(self) -> Mapping[str, Channel | None]:
        """How each claim was paid, as its proof says."""
        return {key: proven(one.receipt for one in seen) for key, seen in self.proofs.items()}


def _claims(desk: Desk, who: Who, asked: Asked) -> Claims:
    wanted = ClaimFilter(open_only=not asked.all, patron_id=asked.patron)
    with desk.services.store.read() as uow:
        page = uow.listings.claims.page(wanted, limit=LIMIT, after=asked.after, before=asked.before)
        patrons = {p.patron_id: p for p in uow.patrons.get_many([c.patron_id for c in page.items])}
        return Claims(
            page=page,
            patrons=patrons,
            balances=uow.ledger.balances(),
            head=uow.evidence.head(),
            proofs=uow.receipts.of_claims([c.key for c in page.items]),
        )


def _claims_json(loaded: Claims) -> object:
    return {
        "items": [claim(c) for c in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
        "head": str(loaded.head),
    }


def claim(item: Claim) -> dict[str, object]:
    """A claim for programs."""
    return {
        "claim": item.key,
        "patron_id": item.patron_id,
        "amount": API.money(item.amount),
        "at": API.moment(item.at),
        "parts": {number: f"{amount.amount:.2f}" for number, amount in item.parts},
        "mail_id": item.mail_id,
        "state": item.settled_by.value if item.settled_by else "open",
    }


class AskedProofs(Input):
    """claim: its key."""

    claim: Annotated[str, Field(max_length=200)] = ""


def _proofs(desk: Desk, who: Who, asked: AskedProofs) -> Sequence[SeenReceipt]:
    with desk.services.store.read() as uow:
        found = uow.receipts.of_claims([asked.claim]).get(asked.claim)
    if not found:
        raise NotFound(SAY("claim_without_proof"))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A page of statement lines, and the formats in which statements are read."""

    page: Page[StatementLine]
    formats: Mapping[str, Word]


def _lines(desk: Desk, who: Who, asked: Asked) -> Lines:
    wanted = StatementFilter(open_only=not asked.all, text=asked.text)
    with desk.services.store.read() as uow:
        page = uow.listings.statements.page(wanted, limit=LIMIT, after=asked.after, before=asked.before)
    known = desk.services.statement_formats
    formats = {name: Word(form.title, form.title_en or form.title) for name, form in known.items()}
    return Lines(page=page, formats=formats)


def _lines_json(loaded: Lines) -> object:
    return {
        "items": [line(item) for item in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
    }


def line(item: StatementLine) -> dict[str, object]:
    """A statement line for programs."""
    return {
        "line": item.key,
        "format": item.format,
        "channel": item.channel,
        "amount": API.money(item.amount),
        "booked": item.booked.isoformat(),
        "payer": item.payer,
        "purpose": item.purpose,
        "serials": list(item.serials),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunds:
    """Refunds, oldest first, and lines by which money went out for nothing known."""

    refunds: Sequence[Refund]
    patrons: Mapping[str, Patron]
    lines: Sequence[StatementLine]


def _refunds(desk: Desk, who: Who, asked: Asked) -> Refunds:
    with desk.services.store.read() as uow:
        found = uow.ledger.refunds(open_only=not asked.all, most=MOST_REFUNDS)[-MOST_REFUNDS:]
        patrons = {p.patron_id: p for p in uow.patrons.get_many(sorted({r.patron_id for r in found}))}
        return Refunds(refunds=found, patrons=patrons, lines=uow.statements.went_out(limit=MOST_REFUNDS))


def _refunds_json(loaded: Refunds) -> object:
    return {"items": [refund(item) for item in loaded.refunds], "lines": [line(item) for item in loaded.lines]}


def refund(item: Refund) -> dict[str, object]:
    """A refund for programs."""
    return {
        "refund": item.key,
        "patron_id": item.patron_id,
        "amount": API.money(item.amount),
        "at": API.moment(item.at),
        "transaction": item.number,
        "reason": item.reason,
        "paid_by": item.paid_by,
        "line": item.line,
    }


VIEWS = (
    View(
        name="payments.list",
        path="/payments",
        input=Asked,
        load=_claims,
        json=_claims_json,
        template="payments/claims.html.j2",
        summary="Payments that proofs claim, oldest first.",
    ),
    View(
        name="payments.lines",
        path="/payments/statements",
        input=Asked,
        load=_lines,
        json=_lines_json,
        template="payments/lines.html.j2",
        summary="Lines of statements, latest booked first.",
    ),
    View(
        name="payments.refunds",
        path="/payments/refunds",
        input=Asked,
        load=_refunds,
        json=_refunds_json,
        template="payments/refunds.html.j2",
        summary="Refunds that are to be paid out, oldest first.",
    ),
)
PARTS = (
    View(
        name="payments.proofs",
        path="/payments/proofs",
        input=AskedProofs,
        load=_proofs,
        template="payments/proofs.html.j2",
    ),
)
