"""What notices about money carry, and how it is said: shares of a payment, problems of a proof, statements. Pure.

The keys are those that maild.office.payments.announce_payment and maild.office.invoices.invoices write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.wording import words, words_money
from maild.notify.language import say
from maild.notify.language.locales import Style, block, line, to_money
from maild.notify.language.wrap import WIDTH, columns, pad, shorten
from maild.notify.writing.letter import BalancesView, EntryView, ProblemView, ShareView

_N = NoticeKind
MAX_ENTRIES = 200
_GAP = 2  # between columns


def shares(value: object, style: Style) -> tuple[ShareView, ...]:
    """The requests of a payment: rows {number, title, amount}, or numbers alone (older data)."""
    found = []
    for entry in value[: say.MAX_ROWS] if isinstance(value, list | tuple) else ():
        row = entry if isinstance(entry, Mapping) else {"number": entry}
        number = line(row.get("number"), 80)
        if number:
            amount = style.short_money(to_money(row.get("amount"), style.currency))
            found.append(ShareView(number=number, title=line(row.get("title")), amount=amount))
    return tuple(found)


def known(value: object, style: Style) -> bool | None:
    """True or False as the data say; None where they do not (older data)."""
    return value if isinstance(value, bool) else None


def positive(value: object, style: Style) -> str:
    """An amount above zero with its code; '' for none."""
    amount = to_money(value, style.currency)
    return style.money(amount) if amount is not None and amount.amount > 0 else ""


def difference(value: object, style: Style) -> str:
    """How much too little or too much, without its sign."""
    amount = to_money(value, style.currency)
    return style.money(abs_money(amount)) if amount else ""


def too_much(value: object, style: Style) -> bool:
    """Whether a difference (paid − due) is above zero."""
    amount = to_money(value, style.currency)
    return amount is not None and amount.amount > 0


def abs_money(amount: Money) -> Money:
    """The amount without its sign."""
    return -amount if amount.amount < 0 else amount


def problems(value: object, style: Style) -> tuple[ProblemView, ...]:
    """What is wrong with a proof, in words; a code that is not known says that it could not be read."""
    codes = [line(code, 40).lower() for code in value[:10]] if isinstance(value, list | tuple) else []
    known_codes = dict.fromkeys(code if code in words_money.PROOF_PROBLEMS else "unreadable" for code in codes)
    return tuple(
        ProblemView(
            code=code,
            what=words_money.PROOF_PROBLEMS[code].to(style.locale),
            remedy=words_money.PROOF_REMEDIES[code].to(style.locale),
            photo=code in words_money.PHOTO_PROBLEMS,
        )
        for code in known_codes or ["unreadable"]
    )


def entries(value: object, style: Style) -> tuple[EntryView, ...]:
    """The lines of a statement; an `amount` with a sign is a charge (positive) or a credit (negative)."""
    rows = value[-MAX_ENTRIES:] if isinstance(value, list | tuple) else ()
    return tuple(_entry(row, style) for row in rows if isinstance(row, Mapping))


def _entry(row: Mapping[str, object], style: Style) -> EntryView:
    debit, credit = (to_money(row.get(name), style.currency) for name in ("debit", "credit"))
    amount = to_money(row.get("amount"), style.currency)
    if debit is None and credit is None and amount is not None:
        debit, credit = (amount, None) if amount.amount > 0 else (None, -amount)
    return EntryView(
        date=style.date(row.get("date")),
        what=words.look_up(words_money.ENTRIES, line(row.get("what"), 60), style.locale),
        number=line(row.get("number"), 80),
        title=line(row.get("title"), 120),
        note=block(row.get("reason"), 200),
        debit=style.short_money(debit) if debit else "",
        credit=style.short_money(credit) if credit else "",
        balance=style.short_money(to_money(row.get("balance"), style.currency)),
    )


def balances(value: object, style: Style) -> BalancesView | None:
    """The balances of an account; None where they are not told."""
    if not isinstance(value, Mapping):
        return None
    amounts = {name: to_money(value.get(name), style.currency) for name in ("owed", "claimed", "pending", "deposit")}
    return BalancesView(
        owed=style.money(amounts["owed"]),
        claimed=positive(amounts["claimed"], style),
        pending=positive(amounts["pending"], style),
        deposit=style.money(amounts["deposit"]),
        owes=bool(amounts["owed"] and amounts["owed"].amount > 0),
    )


def statement_lines(heads: Sequence[str], rows: Sequence[EntryView]) -> str:
    """A statement as plain text in columns: day, entry, charged, paid. What does not fit goes below its entry."""
    widths = [
        max(columns(text) for text in texts)
        for texts in ([heads[2], *(row.debit for row in rows)], [heads[3], *(row.credit for row in rows)])
    ]
    first = max(columns(text) for text in (heads[0], *(row.date for row in rows)))
    room = WIDTH - first - sum(widths) - 3 * _GAP
    entry = min(room, max([columns(heads[1]), *(columns(f"{row.what} {row.number}") for row in rows)]))
    gap, lines = " " * _GAP, []

    def cells(day: str, what: str, debit: str, credit: str) -> None:
        line = [
            pad(day, first),
            pad(what, entry),
            pad(debit, widths[0], right=True),
            pad(credit, widths[1], right=True),
        ]
        lines.append(gap.join(line).rstrip())

    cells(*heads)
    lines.append("-" * (first + entry + sum(widths) + 3 * _GAP))
    for row in rows:
        both = f"{row.what} {row.number}".strip()
        fits = columns(both) <= entry
        cells(row.date, both if fits else shorten(row.what, entry), row.debit, row.credit)
        below = [] if fits else [row.number]
        below += [shorten(line, WIDTH - first - _GAP) for line in (row.title, *row.note.splitlines()) if line]
        lines += [" " * (first + _GAP) + line for line in below]
    return "\n".join(lines)


_TRANSACTIONS: Mapping[str, tuple[str, say.Say]] = {
    "numbers": ("transactions", say.texts),
    "shares": ("transactions", shares),
    "note": ("note", say.note),
}
_PAID: Mapping[str, tuple[str, say.Say]] = {
    **_TRANSACTIONS,
    "amount": ("amount", say.money),
    "serial": ("serial", say.text),
    "paid_on": ("paid_on", say.date),
}
_INVOICE: Mapping[str, tuple[str, say.Say]] = {
    **_TRANSACTIONS,
    "amount": ("amount", say.money),
    "title": ("title", say.text),
    "tax_number": ("tax_number", say.text),
    "email": ("email", say.text),
}
# Variable of the templates ← data key, how it is said.
DATA: Mapping[NoticeKind, Mapping[str, tuple[str, say.Say]]] = MappingProxyType(
    {
        _N.PROOF_RECEIVED: {
            **_PAID,
            "released": ("released", known),
            "rest": ("rest", positive),
            "deposit": ("deposit", positive),
        },
        _N.PAYMENT_CONFIRMED: {
            **_PAID,
            "channel": ("channel", say.word(words_money.CHANNELS)),
            "by": ("channel", say.text),
        },
        _N.PROOF_UNREADABLE: {
            **_TRANSACTIONS,
            "problems": ("problems", problems),
            "filenames": ("filenames", say.texts),
        },
        _N.AMOUNT_DIFFERS: {
            **_TRANSACTIONS,
            "paid": ("paid", say.money),
            "due": ("due", say.money),
            "difference": ("difference", difference),
            "too_much": ("difference", too_much),
            "counted": ("counted", say.flag),
        },
        _N.PROOF_SEEN_BEFORE: {
            **_TRANSACTIONS,
            "amount": ("amount", say.money),
            "first_on": ("date", say.date),
            "waiting": ("waiting", say.flag),
        },
        _N.DEPOSIT_CREDITED: {
            "amount": ("amount", say.money),
            "balance": ("balance", say.money),
            "note": ("note", say.note),
        },
        _N.DEPOSIT_LOW: {
            "balance": ("balance", say.money),
            "threshold": ("threshold", say.money),
            "note": ("note", say.note),
        },
        _N.ACCOUNT_STATEMENT: {
            "entries": ("rows", entries),
            "balances": ("balances", balances),
            "note": ("note", say.note),
        },
        _N.INVOICE_RECEIVED: {
            **_INVOICE,
            "missing": ("missing", say.words_of(words_money.INVOICE_MISSING)),
            "doubts": ("doubts", say.words_of(words_money.INVOICE_DOUBTS)),
            "standing": ("standing", say.text),
            "wished": ("items", say.texts),
            "person": ("person", say.flag),
        },
        _N.INVOICE_ISSUED: {
            **_INVOICE,
            "invoice_number": ("number", say.text),
            "issued": ("issued", say.date),
            "again": ("again", say.flag),
        },
        _N.REFUND_ANSWER: {
            **_TRANSACTIONS,
            "amount": ("amount", say.money),
            "answer": ("answer", say.text),
        },
    }
)
