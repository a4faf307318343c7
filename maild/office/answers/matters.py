"""A decided mail as its matters: each with the words it rests on, its risk, and what became of it. Pure.

Made of the decision, so that it can say nothing else: what is told, moved or booked is read off the notices and moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import is_proof
from maild.domain.incoming.decision import Action, Decision, Transition
from maild.domain.incoming.matter import Matter, Outcome, Risk, Source
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party, Ruling
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.match.pieces import folded
from maild.office.answers.heard import Heard
from maild.office.answers.telling_policy import GUESSES, Telling

CERTAIN, READ, GUESSED = (
    1.0,
    0.9,
    0.5,
)  # nothing left over; a rule's phrase; single words (measured: docs/decisions/0066)
FACTS = frozenset({NoticeKind.ANSWER, NoticeKind.QUERY_ANSWER})
# What a notice deals with, where it is not the mail's main matter.
ABOUT: Mapping[NoticeKind, Kind] = MappingProxyType(
    {
        NoticeKind.PROOF_RECEIVED: Kind.PAYMENT_PROOF,
        NoticeKind.PROOF_UNREADABLE: Kind.PAYMENT_PROOF,
        NoticeKind.PROOF_SEEN_BEFORE: Kind.PAYMENT_PROOF,
        NoticeKind.AMOUNT_DIFFERS: Kind.PAYMENT_PROOF,
        NoticeKind.INVOICE_RECEIVED: Kind.INVOICE_REQUEST,
        NoticeKind.INVOICE_ISSUED: Kind.INVOICE_REQUEST,
        NoticeKind.REFUND_ANSWER: Kind.REFUND_REQUEST,
        NoticeKind.RENEWAL_ASKED: Kind.RENEW_REQUEST,
        NoticeKind.CANCEL_ASKED: Kind.CANCEL_REQUEST,
        NoticeKind.CANCEL_LATE: Kind.CANCEL_REQUEST,
        NoticeKind.NOT_RECEIVED_ANSWER: Kind.NOT_RECEIVED,
    }
)


def with_matters(decision: Decision, reading: Reading, telling: Telling, heard: Heard | None = None) -> Decision:
    """The decision with the matters that it is made of. `heard`: of a patron's mail that something was told of.

    The rows of a provider's mail have been decided as matters already.
    """
    if decision.about.matters:
        return decision
    found = tuple(_matters(decision, reading, telling))
    if heard is not None:
        found = tuple(_heard(matter, heard) for matter in found)
    return replace(decision, about=replace(decision.about, matters=found))


def _heard(matter: Matter, heard: Heard) -> Matter:
    """What was told of it rests on both readers."""
    if not FACTS.intersection(matter.notices):
        return matter
    sure, source = heard.confidence(matter.kind)
    return replace(matter, confidence=sure, source=source) if sure else matter


def _matters(decision: Decision, reading: Reading, telling: Telling) -> Iterator[Matter]:
    rulings = {ruling.kind: ruling for ruling in reversed(reading.classification.rulings)}
    told = _told(decision)
    learned = [kind for kind in told if kind not in rulings and reading.classification.main.party is Party.PATRON]
    for kind in learned:  # what only the second reader found
        ruling = replace(reading.classification.main, kind=kind, rule="")
        yield replace(_matter(decision, reading, ruling, told[kind], telling), source=Source.LEARNED)
    for kind in reading.classification.kinds:
        if kind is Kind.PATRON_OTHER and len(rulings) > 1 and not rulings[kind].fields:
            continue  # the doubt beside a guess
        ruling = _as_decided(rulings[kind], decision, reading)
        yield _matter(decision, reading, ruling, told.get(ruling.kind, ()), telling)


def _as_decided(ruling: Ruling, decision: Decision, reading: Reading) -> Ruling:
    """A supplier's news as what it was decided to be: a form's 'cancelled' that is a lack, what models told."""
    found = reading.classification
    supplied = found.main.party is Party.PROVIDER and ruling is found.main
    renamed = supplied and decision.about.kind not in found.kinds
    return replace(ruling, kind=decision.about.kind) if renamed else ruling


def _told(decision: Decision) -> dict[Kind, tuple[NoticeRequest, ...]]:
    """The notices that leave, by the kind that each deals with."""
    found: dict[Kind, tuple[NoticeRequest, ...]] = {}
    for notice in decision.notices:
        said = notice.data.get("kinds")
        kinds = (
            [Kind(str(k)) for k in said]
            if isinstance(said, list | tuple)
            else [ABOUT.get(notice.kind, decision.about.kind)]
        )
        for kind in kinds:
            found[kind] = (*found.get(kind, ()), notice)
    return found


def _matter(
    decision: Decision, reading: Reading, ruling: Ruling, notices: Sequence[NoticeRequest], telling: Telling
) -> Matter:
    main = ruling.kind is decision.about.kind
    moved = _moved(decision) if main or ruling.kind is Kind.PAYMENT_PROOF else ()
    settled = decision.action in (Action.APPLY, Action.IGNORE) and (not decision.cause or bool(moved))
    outcome = (
        Outcome.NOTHING
        if decision.action is Action.IGNORE
        else Outcome.SETTLED
        if settled and (main or notices or not decision.cause)
        else Outcome.TOLD
        if notices
        else Outcome.HELD
    )
    numbers = dict.fromkeys(n for notice in notices for n in _numbers(notice))
    return Matter(
        kind=ruling.kind,
        outcome=outcome,
        risk=_risk(notices, moved, telling),
        moved=moved,
        about=tuple(numbers) or (decision.about.transactions if main else ()),
        words=_words(ruling, reading, telling),
        confidence=_confidence(ruling, reading),
        source=_source(ruling, reading),
        cause=decision.cause.value if outcome is Outcome.HELD else "",
        notices=tuple(dict.fromkeys(notice.kind for notice in notices)),
    )


def _moved(decision: Decision) -> tuple[str, ...]:
    booked = [p.number for entry in decision.of(LedgerEntry) for p in entry.postings if p.number]
    return tuple(dict.fromkeys([*(t.number for t in decision.of(Transition)), *booked]))


def _numbers(notice: NoticeRequest) -> Iterator[str]:
    """The requests that a notice tells of."""
    if notice.number:
        yield notice.number
    topics = notice.data.get("topics")
    for topic in topics if isinstance(topics, list | tuple) else ():
        for rows in (topic.get("rows"), topic.get("charges")):
            yield from (str(row["number"]) for row in rows or () if row.get("number"))
    rows = notice.data.get("rows")
    yield from (str(row["number"]) for row in rows if row.get("number")) if isinstance(rows, list | tuple) else ()


def _risk(notices: Sequence[NoticeRequest], moved: Sequence[str], telling: Telling) -> Risk:
    """The gravest of what was done; nothing where nothing was."""
    order = list(Risk)
    done = [telling.risks.of_notice(notice.kind) for notice in notices] + ([Risk.GRAVE] if moved else [])
    return max(done, key=order.index, default=Risk.NOTHING)


def _words(ruling: Ruling, reading: Reading, telling: Telling) -> tuple[str, ...]:
    """The clauses left over that speak of it; where all is understood, its words are all of the mail's."""
    pattern = telling.words.get(ruling.kind)
    return tuple(c for c in reading.classification.rest if pattern is not None and pattern.search(folded(c)))


def _confidence(ruling: Ruling, reading: Reading) -> float:
    if not reading.classification.rest:
        return CERTAIN
    return GUESSED if ruling.rule in GUESSES or not ruling.rule else READ


def _source(ruling: Ruling, reading: Reading) -> Source:
    if ruling.kind is Kind.PAYMENT_PROOF and any(is_proof(receipt) for receipt in reading.receipts):
        return Source.RECEIPT
    return Source.NUMBER if ruling.party is Party.PROVIDER and ruling.value("transaction") else Source.RULES
