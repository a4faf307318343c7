"""A patron asks for the balance, or for a statement of account: answered at once, where nothing else is asked."""

from __future__ import annotations

from maild.domain.accounting.ledger import Book, LedgerEntry
from maild.domain.incoming.decision import Action, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.office.payments import SAY, announce_payment
from maild.office.payments.facts_payment import PaymentFacts
from maild.spine.facts import Facts
from maild.spine.outcome import about
from maild.spine.policy import Policy

ALONE = frozenset({Kind.DEPOSIT, Kind.FEE_QUESTION, Kind.THANKS})  # "how much is left" sounds like a fee
MOST_WORDS = 300  # characters: who writes more, asks more


def decide_account(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """The statement to the patron's own address; None where the mail asks something else (too)."""
    ruling, money = reading.classification.main, facts.of(PaymentFacts)
    if money is None or money.account is None or not ruling.value("account") or ruling.value("beside"):
        return None
    if not reading.auth.passed or set(reading.classification.kinds) - ALONE or facts.query.numbers:
        return None
    if len(reading.mail.reply_text) > MOST_WORDS or reading.receipts:
        return None
    mail, patron = reading.mail, facts.authors[0]
    to = announce_payment.addressee(
        patron, facts.now, occasion=mail.sha256[:32], writer=mail.author.address, reply_to=mail.message_id
    )
    lines = [line for entry in reversed(money.statement) for line in statement_lines(entry, patron.patron_id)]
    return Decision(
        action=Action.APPLY,
        about=about(ruling),
        effects=announce_payment.account_statement(to, lines, money.account),
        reasons=(
            SAY("writer_lines", address=mail.author.address, patron=patron.patron_id, count=len(lines)),
            *ruling.reasons,
        ),
    )


def statement_lines(entry: LedgerEntry, patron_id: str) -> list[dict[str, object]]:
    """An entry as a patron sees it: a line for each request it touches, one for the balance (amounts as
    announce_payment says: what adds to the debt is positive, what pays it or adds to the balance negative).
    """
    own = [p for p in entry.postings if p.patron_id == patron_id]
    sums: dict[str, Money] = {}
    for posting in own:
        if posting.book is Book.RECEIVABLE:
            sums[posting.number] = sums[posting.number] + posting.amount if posting.number in sums else posting.amount
    rest = [p.amount for p in own if p.book in (Book.PENDING, Book.DEPOSIT) and not sums.get(p.number)]
    if rest and not (sums and entry.kind == "deposit_use"):
        sums[""] = sum(rest[1:], rest[0])
    if not sums:
        sums[""] = Money.of(0, entry.postings[0].amount.currency)
    at = entry.at.isoformat() if entry.at else ""  # a moment: it is shown as the office's day
    return [
        {
            "date": at,
            "what": entry.kind.value,
            "number": number,
            "title": "",
            "amount": f"{amount.amount:.2f}",
            "reason": "",
        }
        for number, amount in sums.items()
    ]
