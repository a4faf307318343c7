"""A provider's mail about several requests: each row is decided by itself, as if it were a mail of its own.

What can be settled is; the queue's item holds what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.incoming.decision import Action, Cause, Decision, Transition
from maild.domain.incoming.matter import Matter, Outcome, Risk, Source
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.spine import SAY
from maild.spine.facts import Facts
from maild.spine.looking.row_readings import row_number
from maild.spine.outcome import MOST_CANDIDATES, about, review

# Kinds that no file comes with: one that a row's number or title names belongs to another outcome.
_BRINGS_NOTHING = frozenset({Kind.UNFILLED, Kind.CANCELLED, Kind.REQUEST_ACCEPTED, Kind.REQUEST_FORWARDED})
DecideOne = Callable[[Reading, Facts], Decision]


def decide_rows(reading: Reading, facts: Facts, decide_one: DecideOne) -> Decision:
    """The decisions on all rows as one. decide_one: as for a mail that says no more than the row."""
    taken: set[str] = set()
    made = []
    for row_reading, row_facts in facts.rows:
        decision = decide_one(row_reading, row_facts)
        if row_reading.mail.attachments and row_reading.classification.main.kind in _BRINGS_NOTHING:
            file = row_reading.mail.attachments[0].filename
            decision = review(
                row_reading.classification.main, row_facts, Cause.QUESTION, SAY("file_of_none", file=file)
            )
        payers = {
            posting.patron_id for entry in decision.of(LedgerEntry) for posting in entry.postings if posting.patron_id
        }
        if payers & taken:
            # Both would be taken from the same deposit, which only the first has been reckoned with.
            why = SAY("same_deposit")
            decision = review(row_reading.classification.main, row_facts, Cause.QUESTION, why)
        taken |= payers
        made.append((_meant(decision) or row_number(row_reading), decision))
    named = [number for number, _ in made if number]
    twice = {number for number in named if named.count(number) > 1}
    if twice:  # two rows of one request: what became of it neither says
        why = SAY("two_rows", number=min(twice))
        made = [
            (number, review(row.classification.main, known, Cause.QUESTION, why) if number in twice else decision)
            for (number, decision), (row, known) in zip(made, facts.rows, strict=True)
        ]
    return _together(reading, facts, made)


def _meant(decision: Decision) -> str:
    """The request that a row is of; '' where it is not one."""
    numbers = decision.about.transactions
    return numbers[0] if len(numbers) == 1 else ""


def _together(reading: Reading, facts: Facts, made: Sequence[tuple[str, Decision]]) -> Decision:
    main, each = reading.classification.main, [decision for _, decision in made]
    held = [d for d in each if d.action is Action.REVIEW or d.cause]
    reasons = tuple(SAY("by_itself", number=number, why=reason) for number, d in made for reason in d.reasons[:2])
    candidates = tuple(c for d in held for c in d.about.candidates)[:MOST_CANDIDATES]
    kinds = {d.about.kind for d in each}
    ruling = replace(main, kind=kinds.pop() if len(kinds) == 1 else Kind.PROVIDER_OTHER)
    acts = any(d.action is Action.APPLY for d in each)
    if len(held) == len(each) and not acts:
        decision = review(ruling, facts, held[0].cause)
        shown = candidates or decision.about.candidates
        return replace(decision, reasons=(*reasons, *main.reasons)).naming(decision.about.transactions, shown)
    return Decision(
        action=Action.APPLY if acts or held else Action.IGNORE,
        cause=held[0].cause if held else Cause.NONE,
        about=replace(
            about(ruling, (number for number, _ in made if number), candidates=candidates),
            matters=tuple(_matter(number, d) for number, d in made),
        ),
        effects=tuple(effect for d in each for effect in d.effects),
        reasons=(*reasons, *main.reasons),
    )


def _matter(number: str, decision: Decision) -> Matter:
    moved = tuple(t.number for t in decision.of(Transition))
    outcome = (
        Outcome.NOTHING
        if decision.action is Action.IGNORE
        else Outcome.SETTLED
        if decision.action is Action.APPLY and (moved or not decision.cause)
        else Outcome.HELD
    )
    return Matter(
        kind=decision.about.kind,
        outcome=outcome,
        risk=Risk.GRAVE if moved else Risk.NOTHING,
        about=(number,) if number else (),
        source=Source.NUMBER,
        cause=decision.cause.value if outcome is Outcome.HELD else "",
        moved=moved,
        notices=tuple(dict.fromkeys(notice.kind for notice in decision.notices)),
    )
