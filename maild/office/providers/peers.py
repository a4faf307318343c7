"""What a provider's mail says in the words of ISO 18626, put beside what it causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.peer import SupplierNews, said_by
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party
from maild.domain.requests.patron import Document
from maild.spine.facts import Facts
from maild.spine.looking.row_readings import row_number
from maild.spine.policy import Policy

EPOCH_YEAR = 1971
MOST_NEWS = 50  # of one mail, whatever it names


def with_news(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """The decision on a provider's mail with its news, one for each request it names, and whose mail it is."""
    ruling = reading.classification.main
    if ruling.party is not Party.PROVIDER:
        return decision
    news = _of_rows(decision, facts) if facts.rows else _news(decision, reading, facts)
    whose = replace(decision.writer, provider=ruling.provider if ruling.trusted else "")
    return replace(decision, writer=whose).having(SupplierNews, news)


def _of_rows(decision: Decision, facts: Facts) -> tuple[SupplierNews, ...]:
    alone = ((decision.naming((row_number(r),)), r, f) for r, f in facts.rows[:MOST_NEWS])
    return tuple(news for one in alone for news in _news(*one))


def _news(decision: Decision, reading: Reading, facts: Facts) -> tuple[SupplierNews, ...]:
    ruling = reading.classification.main
    known = {c.transaction.number: c.transaction for c in (*facts.candidates, *decision.about.candidates)}
    named = tuple(number for number in ruling.value("transaction").split("\n") if number)
    said = reading.mail.date
    # A date from the future, or from before there was mail, is none (and the year 1 cannot even be converted).
    dated = said is not None and said.tzinfo is not None and said.year >= EPOCH_YEAR and said <= facts.now
    moment = said.astimezone(UTC) if said is not None and dated else facts.now
    found = []
    for number in (decision.about.transactions or named or ("",))[:MOST_NEWS]:
        documents = tuple(document for document in decision.of(Document) if document.number == number)
        found.append(said_by(ruling, number, known.get(number), documents, moment))
    return tuple(news for news in found if news is not None)
