"""What a queue item is found by beside its own words: the mail, its proofs, the requests and patrons it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from maild.domain.accounting.receipt import Receipt
from maild.domain.desk.search import BREAK
from maild.domain.incoming.decision import Decision
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.requests.patron import Patron, Transaction
from maild.spine.facts import Facts

MOST_TEXT = 8000  # characters of a mail's text; what is quoted comes last
MOST_SNIPPET = 160
MOST_FORWARDED = 3  # mails inside a mail


def text_of_item(reading: Reading, facts: Facts, decision: Decision) -> str:
    """For the item of a mail that was just decided."""
    named = [one for one in facts.requests if one.number in decision.about.transactions]
    requests = [*(candidate.transaction for candidate in decision.about.candidates), *named]
    known = (candidate.patron for candidate in decision.about.candidates if candidate.patron)
    return searchable(reading.mail, reading.receipts, requests, [*known, *facts.authors, *facts.named_patrons])


def snippet(mail: ParsedMail) -> str:
    """How the mail begins: what is new in it, on one line, for a row of the queue."""
    return " ".join((mail.reply_text or mail.text)[: 4 * MOST_SNIPPET].split())[:MOST_SNIPPET]


def searchable(
    mail: ParsedMail | None, receipts: Iterable[Receipt], requests: Iterable[Transaction], patrons: Iterable[Patron]
) -> str:
    """All of it as one text. What is said twice is kept once."""
    said = [*(_mail(mail) if mail else ())]
    said += [part for receipt in receipts for part in _receipt(receipt)]
    said += [part for one in requests for part in (one.number, one.title)]
    said += [part for one in patrons for part in (one.name, one.patron_id, one.login)]
    return BREAK.join(dict.fromkeys(part for part in said if part))


def _mail(mail: ParsedMail) -> Iterator[str]:
    for one in (mail, *mail.forwarded[:MOST_FORWARDED]):
        yield from (part for address in one.from_ for part in (address.name, address.address))
        yield one.subject
        yield one.text[:MOST_TEXT]
        yield from (attachment.filename for attachment in one.attachments)


def _receipt(receipt: Receipt) -> Iterator[str]:
    yield from (receipt.payer, receipt.payee, receipt.purpose, receipt.bank, receipt.department, receipt.project)
    yield from (_bare(account) for account in (receipt.payer_account, receipt.payee_account))
    yield from (*receipt.serials, *receipt.transactions)
    yield str(receipt.amount.amount) if receipt.amount else ""
    yield receipt.amount_words
    yield receipt.text


def _bare(account: str) -> str:
    """As it is typed: without the blanks that a bank prints into it."""
    return "".join(account.split())
