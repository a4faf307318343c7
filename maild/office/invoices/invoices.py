"""Invoices that patrons ask for, and refunds that are asked for once one is issued.

A request becomes a row that staff work off (maild invoices list): the tax system is theirs, not ours. The patron is
told what was understood and what is missing. Nothing here issues an invoice; one that is issued already may go once
more to the patron's own address.

What the notices say (their data's keys) is told in announce_invoice: INVOICE_RECEIVED {title, tax_number, email,
person, amount, currency, transactions, standing, missing, doubts, items} and INVOICE_ISSUED {title, tax_number, email,
number, issued, amount, currency, transactions, again, note}; REFUND_ANSWER in announce_payment {answer, amount,
currency, transactions, note}, here with the answer 'refused_invoiced'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.accounting.ledger import Book, LedgerEntry
from maild.domain.accounting.taxpayer import examine
from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.office.invoices import SAY
from maild.office.invoices.announce_invoice import Lacking, Standing, invoice_issued, invoice_received
from maild.office.invoices.facts_invoice import InvoiceFacts
from maild.office.invoices.invoice_case import QUIET, InvoiceCase, lines, queued, rows_of, summary, told
from maild.office.notices.leaving import Leaving
from maild.office.payments.announce_payment import RefundAnswer, addressee, refund_answer
from maild.spine.facts import Facts
from maild.spine.outcome import about, fields_of, review
from maild.spine.policy import Policy

ISSUED = (InvoiceState.ISSUED, InvoiceState.SENT)
# Topics that ask for information, not for the thing itself.
GENERAL = {Kind.INVOICE_REQUEST: frozenset({"offered"}), Kind.REFUND_REQUEST: frozenset({"possible"})}


def decide_invoice(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """A mail whose matter is an invoice or a refund; None where it is another, where it only asks whether there are
    any, or where nobody is known to ask.
    """
    main, leaving = reading.classification.main, policy.of(Leaving)
    if _topics(reading, main.kind) == GENERAL.get(main.kind):
        return None
    known = facts.of(InvoiceFacts)
    if main.kind is Kind.REFUND_REQUEST and known is not None:
        return _refund(reading, facts, known)
    case = _case(reading, facts, leaving)
    if case is None or main.kind is not Kind.INVOICE_REQUEST:
        return None
    return _request(case)


def beside(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """The decision about a payment proof, with the invoice that the same mail asks for, unless it only asks whether
    there are any.
    """
    if _topics(reading, Kind.INVOICE_REQUEST) == GENERAL[Kind.INVOICE_REQUEST]:
        return decision
    leaving = policy.of(Leaving)
    case = _case(reading, facts, leaving)
    if case is None or not case.sure or Kind.REFUND_REQUEST in reading.classification.kinds:
        return decision
    paid = _paid_by(decision) or _payments(case)[0]
    invoice, missing, doubts, reasons = _understood(case, paid)
    earlier = _waiting(case, paid)
    if earlier is not None:
        return replace(decision, reasons=(*decision.reasons, SAY("asked_already", id=earlier.id)))
    notices = invoice_received(
        case.to,
        invoice,
        case.parts(paid),
        missing=missing,
        doubts=doubts,
        items=lines(case.ruling.value("invoice_items")),
        person=not invoice.tax_number and bool(case.ruling.value("invoice_person")),
    )
    return replace(
        decision,
        cause=decision.cause or Cause.INVOICE,
        effects=(*decision.effects, *rows_of(case, invoice), *notices),
        reasons=(*decision.reasons, SAY("asked"), *reasons),
    )


def _topics(reading: Reading, kind: Kind) -> frozenset[str]:
    """What the mail asks within a kind."""
    rulings = (r for r in reading.classification.rulings if r.kind is kind)
    return frozenset(topic for r in rulings for topic in r.value("topic").split("\n") if topic)


def _case(reading: Reading, facts: Facts, leaving: Leaving) -> InvoiceCase | None:
    rulings = reading.classification.rulings
    ruling = next((r for r in rulings if r.kind is Kind.INVOICE_REQUEST), None)
    if ruling is None or (known := facts.of(InvoiceFacts)) is None:
        return None
    sure = Kind.PATRON_OTHER not in reading.classification.kinds
    return InvoiceCase(
        reading=reading,
        ruling=ruling,
        patron=facts.authors[0],
        facts=facts,
        known=known,
        leaving=leaving,
        sure=sure,
    )


# --- a request ----------------------------------------------------------------------------------------------


def _request(case: InvoiceCase) -> Decision:
    paid, found = _payments(case)
    invoice, missing, doubts, reasons = _understood(case, paid)
    reasons = [*found, *reasons]
    if not case.sure:
        rows = (invoice,) if invoice.title or invoice.tax_number else ()
        return replace(queued(case, paid, SAY("may_ask"), *reasons), effects=rows)
    issued = _issued(case, paid)
    if case.ruling.value("invoice_redo") and (issued or any(i.state in ISSUED for i in case.known.alive)):
        return queued(case, paid, SAY("wants_another"), *reasons)
    if issued is not None:
        return _again(case, issued, invoice, paid)
    earlier = _waiting(case, paid)
    if earlier is not None:
        return _repeated(case, earlier, invoice, paid, reasons)
    notices = told(case, invoice, paid, Standing.NEW, missing, doubts)
    decision = queued(case, paid, summary(invoice), *reasons)
    return replace(decision, effects=(*rows_of(case, invoice), *notices))


def _payments(case: InvoiceCase) -> tuple[dict[str, Money], list[str]]:
    """What the invoice is for, and remarks: the requests that are named, else all that are paid and not invoiced."""
    known, query = case.known, case.facts.query
    named = list(dict.fromkeys([*query.numbers, *query.tokens, *query.threads]))
    existing = {c.transaction.number for c in case.facts.candidates}
    foreign = [n for n in named if n not in known.requests and n in existing]
    reasons = [SAY("not_the_writers_left_out", numbers=", ".join(foreign))] if foreign else []
    own = [n for n in named if n in known.requests]
    if not own:
        invoiced = {n for i in known.alive if i.state in ISSUED for n in i.transactions}
        own = [n for n in known.requests if n not in invoiced]
    paid = {n: known.confirmed.get(n) or known.claimed[n] for n in own if n in known.confirmed or n in known.claimed}
    paid = _fitting(paid, case.ruling.value("amount"))
    open_claims = [n for n in paid if n not in known.confirmed]
    if open_claims:
        reasons.append(SAY("unconfirmed", numbers=", ".join(open_claims)))
    if not paid:
        reasons.append(SAY("nothing_paid"))
    return paid, reasons


def _fitting(paid: dict[str, Money], said: str) -> dict[str, Money]:
    """Of several payments the one whose amount the mail names, where the sum of all is another."""
    amount = Decimal(said) if said else None
    if amount is None or sum(m.amount for m in paid.values()) == amount:
        return paid
    one = {n: m for n, m in paid.items() if m.amount == amount}
    return one if len(one) == 1 else paid


def _total(paid: Mapping[str, Money]) -> Money | None:
    """The sum; None for nothing, or for several currencies."""
    amounts = list(paid.values())
    if not amounts or len({m.currency for m in amounts}) > 1:
        return None
    total = Money.of(0, amounts[0].currency)
    for amount in amounts:
        total += amount
    return total


def _understood(
    case: InvoiceCase, paid: Mapping[str, Money]
) -> tuple[Invoice, list[Lacking], list[Lacking], list[str]]:
    """The request, what it lacks, what is doubtful for the patron, and warnings for staff."""
    ruling, patron = case.ruling, case.patron
    person = bool(ruling.value("invoice_person"))
    title = ruling.value("invoice_title") or (patron.name if person else "")
    email = ruling.value("invoice_email") or case.to.recipient
    check = examine(ruling.value("tax_number")) if ruling.value("tax_number") else None
    total, items = _total(paid), lines(ruling.value("invoice_items"))
    missing, doubts, warnings = [], [], []
    if not title:
        missing.append(Lacking.TITLE)
    if check is None and not person:
        missing.append(Lacking.TAX_NUMBER)
    if not email:
        missing.append(Lacking.EMAIL)
    if not paid:
        missing.append(Lacking.PAYMENT)
    if check is not None and check.doubts:
        doubts.append(Lacking.TAX_NUMBER)
        warnings.append(check.warning)
    said = ruling.value("amount")
    if said and total is not None and Decimal(said) != total.amount:
        doubts.append(Lacking.AMOUNT)
        warnings.append(SAY("sums_differ", said=said, total=total))
    if items:
        doubts.append(Lacking.ITEM)
        warnings.append(f"wishes {', '.join(items)}: only 文献传递费 can be invoiced")
    warnings += _remarks(case, email, title)
    invoice = Invoice(
        patron_id=patron.patron_id,
        transactions=tuple(paid),
        title=title,
        email=email,
        amount=total,
        tax_number=check.number if check else "",
        warnings=tuple(warnings),
        note=_details(ruling),
    )
    return invoice, missing, doubts, warnings


def _remarks(case: InvoiceCase, email: str, title: str) -> list[str]:
    found = []
    if email and not case.patron.owns(email):
        found.append(SAY("unknown_address", address=email))
    if case.ruling.value("invoice_type") == "special":
        found.append("a special VAT invoice (专票) is wished")
    if not title and (last := next((i.title for i in case.known.invoices if i.title), "")):
        found.append(SAY("last_title", title=last))
    return found


def _details(ruling: Ruling) -> str:
    """Address, phone and bank matter for a special invoice alone."""
    return ruling.value("invoice_details")[:500] if ruling.value("invoice_type") == "special" else ""


# --- asked before -------------------------------------------------------------------------------------------


def _issued(case: InvoiceCase, paid: Mapping[str, Money]) -> Invoice | None:
    """The one issued invoice that the mail asks for once more: it names its requests, or nothing else is paid."""
    named = [n for n in (*case.facts.query.numbers, *case.facts.query.tokens) if n in case.known.requests]
    if named:
        found = [i for i in case.known.on(named) if i.state in ISSUED]
        return found[0] if len(found) == 1 and set(named) <= set(found[0].transactions) else None
    if paid:
        return None
    found = [i for i in case.known.alive if i.state in ISSUED and i.patron_id == case.patron.patron_id]
    return found[0] if len(found) == 1 else None


def _again(case: InvoiceCase, issued: Invoice, asked: Invoice, paid: Mapping[str, Money]) -> Decision:
    """Issued already: the same file once more, to the address the patron wrote from. Another title is for staff."""
    if issued.patron_id != case.patron.patron_id or _contradicts(issued, asked):
        return queued(case, paid, SAY("issued_with_title", id=issued.id, number=issued.number, title=issued.title))
    parts = case.parts(
        {n: case.known.confirmed.get(n) or case.known.claimed.get(n) or Money.of(0) for n in issued.transactions}
    )
    if doubt := case.leaving.against(NoticeKind.INVOICE_ISSUED, case.reading):
        return queued(case, paid, SAY("issued_and_why", id=issued.id, number=issued.number, why=doubt))
    if issued.state is InvoiceState.ISSUED:
        return _settled(case, issued, SAY("issued_on_its_way", id=issued.id))
    if not issued.sha256 or not case.to.recipient:
        return queued(case, paid, SAY("issued_unsendable", id=issued.id))
    notices = invoice_issued(case.to, issued, parts, again=True)
    return _settled(case, issued, SAY("sent_once_more", id=issued.id, number=issued.number)).telling(notices)


def _waiting(case: InvoiceCase, paid: Mapping[str, Money]) -> Invoice | None:
    """An earlier request of the patron that still waits, for the same payments or for none yet."""
    for invoice in case.known.alive:
        mine = invoice.patron_id == case.patron.patron_id and invoice.state is InvoiceState.REQUESTED
        if mine and (not paid or not invoice.transactions or set(paid) & set(invoice.transactions)):
            return invoice
    return None


def _repeated(
    case: InvoiceCase, earlier: Invoice, asked: Invoice, paid: Mapping[str, Money], reasons: Sequence[str]
) -> Decision:
    """Asked twice: what the first request lacked is added to it; what contradicts it is for staff."""
    if _contradicts(earlier, asked):
        return queued(
            case,
            paid,
            SAY(
                "mails_differ",
                id=earlier.id,
                title=f"{earlier.title} {earlier.tax_number}",
                other=f"{asked.title} {asked.tax_number}",
            ),
            *reasons,
        )
    if doubt := case.leaving.against(NoticeKind.INVOICE_RECEIVED, case.reading):
        return queued(case, paid, SAY("may_say_else", id=earlier.id, why=doubt), *reasons)
    said = case.ruling.value("invoice_email")
    merged = replace(
        earlier,
        title=earlier.title or asked.title,
        tax_number=earlier.tax_number or asked.tax_number,
        email=said or earlier.email or asked.email,
        transactions=earlier.transactions or asked.transactions,
        amount=earlier.amount or asked.amount,
        note=earlier.note or asked.note,
        warnings=tuple(dict.fromkeys([*earlier.warnings, *asked.warnings])),
    )
    person = bool(case.ruling.value("invoice_person"))
    there = {
        Lacking.TITLE: merged.title,
        Lacking.TAX_NUMBER: merged.tax_number or person,
        Lacking.EMAIL: merged.email,
        Lacking.PAYMENT: merged.transactions,
    }
    missing = [lack for lack, value in there.items() if not value]
    doubts = [Lacking.TAX_NUMBER] if merged.tax_number and examine(merged.tax_number).doubts else []
    changed = merged != earlier
    standing = Standing.COMPLETED if changed else Standing.AGAIN
    notices = told(case, merged, _of(case, merged), standing, missing, doubts)
    decision = _settled(case, merged, SAY("completed" if changed else "asked_again", id=earlier.id))
    return replace(decision, effects=((merged, *notices) if changed else notices))


def _of(case: InvoiceCase, invoice: Invoice) -> dict[str, Money]:
    known = case.known
    return {n: known.confirmed.get(n) or known.claimed.get(n) or Money.of(0) for n in invoice.transactions}


def _settled(case: InvoiceCase, invoice: Invoice, reason: str) -> Decision:
    """Nothing new for staff; but what else the mail asks is."""
    others = [k for k in case.reading.classification.kinds if k not in QUIET]
    if others:
        return queued(case, _of(case, invoice), reason)
    main = case.reading.classification.main
    return Decision(
        action=Action.APPLY,
        about=replace(about(main, invoice.transactions), fields=fields_of(case.ruling)),
        reasons=(reason, *main.reasons),
    )


def _contradicts(one: Invoice, other: Invoice) -> bool:
    """Whether both say a title or a tax number, and not the same."""
    pairs = ((one.title, other.title), (one.tax_number, other.tax_number))
    return any(a and b and a.casefold() != b.casefold() for a, b in pairs)


# --- refunds ------------------------------------------------------------------------------------------------


def _refund(reading: Reading, facts: Facts, known: InvoiceFacts) -> Decision:
    """Refused with the reason where an invoice was issued for it; the answer is a draft where that is not certain."""
    main, query = reading.classification.main, facts.query
    named = [n for n in dict.fromkeys([*query.numbers, *query.tokens, *query.threads]) if n in known.requests]
    issued = [i for i in (known.on(named) if named else known.alive) if i.state in ISSUED]
    if not issued:
        return review(main, facts, Cause.REFUND, SAY("money_back"))
    covered = {n for i in issued for n in i.transactions}
    paid = [n for n in known.requests if n in known.confirmed or n in known.claimed]
    meant = named or paid
    certain = reading.classification.kinds == (Kind.REFUND_REQUEST,) and bool(meant) and set(meant) <= covered
    numbers = [n for n in meant if n in covered] or sorted(covered & set(known.requests))
    parts = [(known.requests[n], known.confirmed.get(n) or known.claimed.get(n) or Money.of(0)) for n in numbers]
    mail = reading.mail
    to = addressee(
        facts.authors[0], facts.now, occasion=mail.sha256[:32], writer=mail.author.address, reply_to=mail.message_id
    )
    answer = refund_answer(to, RefundAnswer.REFUSED_INVOICED, _total({t.number: m for t, m in parts}), parts)
    why = ", ".join(f"{i.id} ({i.number})" if i.number else str(i.id) for i in issued)
    said = "refused" if certain else SAY("answer_drafted")
    decision = review(main, facts, Cause.REFUND, SAY("money_back_issued", id=why, why=said))
    decision = decision.naming(numbers)
    return decision.telling(answer) if certain else decision.drafting(answer)


# --- small things -------------------------------------------------------------------------------------------


def _paid_by(decision: Decision) -> dict[str, Money]:
    """What the decision's own claims pay, by request."""
    paid: dict[str, Money] = {}
    for posting in (p for entry in decision.of(LedgerEntry) for p in entry.postings):
        if posting.book is Book.RECEIVABLE and posting.number and posting.amount.amount < 0:
            paid[posting.number] = paid.get(posting.number, Money.of(0, posting.amount.currency)) - posting.amount
    return paid
