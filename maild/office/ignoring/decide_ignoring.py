"""Mail that nobody seems to need, decided by the law of `maild.office.ignoring.ignoring`."""

from __future__ import annotations

from dataclasses import replace

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.records.ignored import CIRCULAR
from maild.office.ignoring import SAY
from maild.office.ignoring.ignoring import Fate, Judged, judge
from maild.office.ignoring.ignoring_policy import IgnoringPolicy
from maild.office.reach.decide_machine import decide_heard
from maild.spine.facts import Facts
from maild.spine.outcome import outcome, review
from maild.spine.policy import Policy


def as_written(reading: Reading, facts: Facts, policy: Policy) -> Reading:
    """As any other mail where its words alone call it bulk, and this law does not lay it aside."""
    other = reading.classification.unless
    if other is None or judge(reading, facts, policy.of(IgnoringPolicy)).fate in (Fate.IGNORE, Fate.LOW, Fate.FAILURE):
        return reading
    return replace(reading, classification=other)


def decide_ignoring(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Ignored, laid on the low heap or put before staff; None where the mail is decided like any other."""
    ruling = reading.classification.main
    if ruling.kind is Kind.OWN:
        return outcome(ruling, Action.IGNORE, reasons=(SAY("own_came_back"),))
    if ruling.kind is Kind.BOUNCE:
        return None
    heard = decide_heard(reading, facts) if ruling.kind is Kind.AUTO_REPLY else None
    if heard is not None and heard.action is Action.APPLY:
        return heard
    judged = judge(reading, facts, policy.of(IgnoringPolicy))
    decision = _decided(reading, facts, judged)
    if decision is None or heard is None:
        return decision
    if decision.action is Action.IGNORE:
        return heard
    return replace(
        decision, effects=(*decision.effects, *heard.effects)
    )  # it has arrived, whatever else the reply says


def _decided(reading: Reading, facts: Facts, judged: Judged) -> Decision | None:
    ruling, kind = reading.classification.main, _what(reading)
    if judged.fate is Fate.IGNORE:
        named = ruling.kind is Kind.AUTO_REPLY or judged.reasons[0].startswith(CIRCULAR)
        said = judged.reasons if named else (kind, *judged.reasons)
        return outcome(ruling, Action.IGNORE, reasons=said)
    if judged.fate is Fate.LOW:
        return review(ruling, facts, Cause.ADVERTISING, *judged.reasons)
    if judged.fate is Fate.FAILURE:
        return review(ruling, facts, Cause.BOUNCE, *judged.reasons)
    if judged.fate is Fate.QUEUE:
        cause = Cause.QUESTION if reading.mail.automatic is Automatic.NO or facts.authors else Cause.UNKNOWN_SENDER
        return review(ruling, facts, cause, SAY("looks_like", what=kind, why=judged.reasons[0]), *judged.reasons[1:])
    return None


def _what(reading: Reading) -> str:
    """What the mail looks like, in words."""
    ruling = reading.classification.main
    if ruling.kind is Kind.AUTO_REPLY:
        return SAY("automatic_reply")
    return (
        SAY("list_or_advertising") if ruling.kind is Kind.BULK else SAY("automatic_mail", kind=reading.mail.automatic)
    )
