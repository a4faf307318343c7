"""What a letter asks the patron to pay: its fees together, with one transfer form for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from maild.config import Office
from maild.domain.accounting import reference
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Service
from maild.notify.language.locales import Style, line
from maild.notify.writing.fees import Fee, read_fee
from maild.notify.writing.form import FILENAME, Form
from maild.notify.writing.letter import Attached, NoticePart, PayView

_UNSAFE = re.compile(r"[^0-9A-Za-z_-]+")


class Forms(Protocol):
    """maild.notify.writing.form.FormWriter, as letters use it."""

    def write(self, form: Form) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The fees of a letter that are to be paid. amount: None where not all are known or currencies differ.

    numbers    of their transactions; copies: none of them is a loan
    reference  the code for the purpose of a bank transfer, '' without a key; form: the filled-in transfer form
    """

    numbers: tuple[str, ...]
    amount: Money | None
    copies: bool
    reference: str = ""
    form: Attached | None = None


def make_bill(
    parts: Sequence[NoticePart], reader: str, name: str, lang: str, forms: Forms | None, token_key: bytes
) -> Bill:
    """The bill of a letter's fee notices. reader: 'internal', 'external' or '' for unknown; lang: of the form."""
    asked = [(part, fee) for part in parts if not _free(fee := read_fee(part.transaction, part.request.data))]
    numbers = tuple(dict.fromkeys(number for part, _ in asked if (number := _number(part))))
    fees = [fee.payable for _, fee in asked if fee is not None]
    known = len(fees) == len(asked) > 0 and len({fee.currency for fee in fees}) == 1
    amount = sum(fees[1:], fees[0]) if known else None
    made = None
    if forms and amount is not None and reader != "external" and len(numbers) == len(asked):
        made = _form(Form(numbers=numbers, amount=amount, reader=name, lang=lang), forms)
    return Bill(
        numbers=numbers,
        amount=amount,
        copies=all(part.transaction is None or part.transaction.service is Service.COPY for part, _ in asked),
        reference=reference.make(token_key, min(numbers)) if token_key and numbers else "",
        form=made,
    )


def _free(fee: Fee | None) -> bool:
    return fee is not None and fee.payable.amount <= 0


def _number(part: NoticePart) -> str:
    return line(part.request.number or (part.transaction.number if part.transaction else ""), 80)


def _form(form: Form, forms: Forms) -> Attached | None:
    """The PDF; None where there can be no form of these fees (then the patron fills in a blank one, as before)."""
    try:
        content = forms.write(form)
    except ValueError:
        return None
    stem, dot, extension = FILENAME.rpartition(".")
    name = _UNSAFE.sub("-", min(form.numbers)).strip("-")
    return Attached(filename=f"{stem}_{name}{dot}{extension}", media_type="application/pdf", content=content)


def pay_view(reader: str, bill: Bill, office: Office, release: str, style: Style, *, here: bool) -> PayView:
    """How a reader ('internal', 'external', '' unknown) pays, in one locale; `here`: in this section of the letter."""
    number = bill.numbers[0] if bill.numbers else ""
    return PayView(
        internal=reader != "external",
        external=reader != "internal",
        purpose=f"{office.bank_purpose} {bill.reference or number}".strip(),
        app=bill.copies,
        release=release if bill.copies else "",
        reference=bill.reference,
        form=bill.form.filename if bill.form else "",
        amount=style.short_money(bill.amount) if bill.amount else "",
        count=len(bill.numbers),
        here=here,
    )
