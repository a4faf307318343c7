"""What a supplier's mail tells in words that no rule knows: where nothing in it bends an outcome, and the models are
sure of that outcome and that nobody has to read it first. Pure.

Rules and models are independent: the rules look for what speaks against an outcome (a condition, a part, a question,
another request: maild.classify.reading.news.unread), the models for what is told.
"""

from __future__ import annotations

from dataclasses import replace

from maild.classify.vocabulary.model import EVENT_OF_KIND
from maild.domain.incoming.decision import Action, Decision
from maild.domain.incoming.matching import Matched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Transaction
from maild.match.file_names import calls_it
from maild.match.words import fold
from maild.office.providers import SAY
from maild.office.providers.decide_provider import EARLY, decide_provider
from maild.office.providers.heard_news import LITTLE_NEED, SURE, Hearing, turns, words_of
from maild.office.providers.supply import is_the_document
from maild.spine.facts import Facts
from maild.spine.looking.named import BY_TITLE
from maild.spine.policy import Policy
from maild.spine.reading.files import all_attachments
from maild.traditional import simplified

# How probable the need of a person may be in it where a file is called by the whole title that was asked for.
NEED_OF_SHOWN = 0.3


def decide_unread(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """The decision on what the models hear; None where they are not sure, or nothing comes of it."""
    ruling, news = reading.classification.main, policy.of(Hearing).news
    kinds = ruling.value("unread").split("\n")
    match facts.outcome:
        case Matched(candidates=(candidate,)) if kinds != [""] and ruling.event is None and news and not facts.vouched:
            subject, text = words_of(reading, facts)
        case _:
            return None
    kind, sure = max(news.kinds.opinion(subject, text).kinds, key=lambda each: each[1])
    least = NEED_OF_SHOWN if kind == Kind.SHIPPED and _is_whole(reading, candidate.transaction.title) else LITTLE_NEED
    if sure < SURE or kind not in kinds or facts.query.house or news.need(subject, text) > least:
        return None
    if not _on_record(Kind(kind), candidate.transaction, facts) or turns(Kind(kind), policy, subject, text):
        return None
    heard = replace(ruling, kind=Kind(kind), event=EVENT_OF_KIND[Kind(kind)])
    if facts.query.titled and heard.event not in BY_TITLE:
        return None  # no title is enough for that
    found = replace(reading.classification, rulings=(heard, *reading.classification.rulings[1:]))
    decision = decide_provider(replace(reading, classification=found), facts, policy)
    again = decision.action is Action.IGNORE and heard.event in EARLY
    if decision.action is not Action.APPLY and not again:
        return None  # nor is anything put away for it, but that somebody is at work, once more
    if kind == Kind.SHIPPED and not _shown(reading, candidate.transaction):
        return None
    why = SAY("read_by_words", percent=round(100 * sure))
    return replace(decision, reasons=(why, *decision.reasons))


def _on_record(kind: Kind, transaction: Transaction, facts: Facts) -> bool:
    """Whether the record bears out what only models hear: a reader had what comes back, and the day of what is overdue
    is over.
    """
    if kind is Kind.LOAN_RETURNED:
        return transaction.state in (State.ON_LOAN, State.OVERDUE)
    return kind is not Kind.LOAN_OVERDUE or (transaction.due is not None and transaction.due < facts.now.date())


def _shown(reading: Reading, transaction: Transaction) -> bool:
    """Whether a file that came shows that it is what was asked for: what it is the models cannot tell."""
    names = _files(reading)
    called = any(calls_it(name, transaction.title) for name in names)
    return not names or called or is_the_document(reading, transaction)


def _is_whole(reading: Reading, title: str) -> bool:
    """Whether a file is called by the title, and nothing else."""
    known = fold(simplified(title))
    return bool(known) and any(fold(simplified(name.rpartition(".")[0])) == known for name in _files(reading))


def _files(reading: Reading) -> list[str]:
    return [each.filename for each in all_attachments(reading.mail)]
