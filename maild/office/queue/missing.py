"""What a mail lacked to be acted on: the points of its candidates, and what else it might have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from maild.domain.incoming.decision import Cause
from maild.domain.incoming.matching import Signal
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party
from maild.domain.requests.patron import Patron, Transaction
from maild.match.texts import SAY as MATCH
from maild.office.queue import SAY
from maild.spine.looking.lookup_settings import LookupSettings

# Waits because it was not sure which request is meant: then the threshold and the margin say what was missing.
MATCHING = frozenset(
    {
        Cause.NO_NUMBER,
        Cause.UNKNOWN_NUMBER,
        Cause.SEVERAL_CANDIDATES,
        Cause.SENDER_MISFIT,
        Cause.UNKNOWN_SENDER,
        Cause.UNAUTHENTICATED,
    }
)
# What a mail might have said, the most usual first; and what it has said already where one of these is there.
HELPFUL: Mapping[Signal, frozenset[Signal]] = MappingProxyType(
    {
        Signal.NUMBER: frozenset({Signal.NUMBER}),
        Signal.SENDER: frozenset({Signal.SENDER, Signal.PROVIDER, Signal.INSTITUTION, Signal.MILD}),
        Signal.THREAD: frozenset({Signal.THREAD, Signal.TOKEN, Signal.PROVIDER, Signal.INSTITUTION, Signal.MILD}),
        Signal.TITLE: frozenset({Signal.TITLE, Signal.WHOLE_TITLE, Signal.TITLE_MISFIT}),
        Signal.PATRON_NAME: frozenset({Signal.PATRON_NAME, Signal.PATRON_MISFIT}),
        Signal.AMOUNT: frozenset({Signal.AMOUNT}),
    }
)
FROM_PATRONS = frozenset({Signal.SENDER, Signal.THREAD})  # which no program and no provider can give


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """What spoke for a candidate, or (with points below zero) against it. signal: '' of items kept before."""

    signal: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """A request that the mail may be about, as it stands now; its score is that of the day the mail came."""

    number: str
    score: int
    evidence: tuple[EvidenceView, ...]
    transaction: Transaction | None
    patron: Patron | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What was missing to be sure, in points.

    reached, lead  of the best candidate, 0 where there is none     gap  what it lacked: 0 if something else stood
    would_do       (signal, points) of which any one would have closed the gap
    """

    threshold: int
    margin: int
    reached: int
    lead: int
    gap: int
    would_do: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> str:
        """In a sentence, for the command line."""
        if not self.gap:
            return SAY("kept_by_else", reached=self.reached, needed=self.threshold, lead=self.lead)
        if self.reached < self.threshold:
            said = SAY("points_missing", needed=self.threshold, reached=self.reached)
        else:
            said = MATCH("ahead_by_too_little", lead=self.lead, margin=self.margin)
        names = ", ".join(name.replace("_", " ") for name, _ in self.would_do)
        return f"{said}; {SAY('enough_would_be', signals=names)}" if names else said


def missing(
    cause: Cause, candidates: Sequence[CandidateView], reading: Reading | None, lookup: LookupSettings
) -> Missing | None:
    """What a mail that was not sure lacked; None where the match was not what made it wait."""
    if cause not in MATCHING:
        return None
    weights = lookup.weights
    scores = sorted((c.score for c in candidates), reverse=True)
    best = max(candidates, key=lambda c: c.score, default=None)
    reached = scores[0] if scores else 0
    lead = reached - scores[1] if len(scores) > 1 else reached
    gap = max(weights.threshold - reached, weights.margin - lead, 0)
    given = {e.signal: e.points for e in best.evidence} if best else {}
    main = reading.classification.main if reading else None
    by_patron = main is None or main.party not in (Party.PROVIDER, Party.MACHINE)
    # What a proven provider's word is worth for any request that it might have named.
    beside = 0 if best or by_patron or not main or not main.trusted else weights.points[Signal.PROVIDER]
    would_do = []
    for signal, there in HELPFUL.items():
        gain = weights.points[signal] + beside
        if signal is Signal.SENDER:
            gain -= given.get(Signal.SENDER_MISFIT, 0)
        possible = by_patron or signal not in FROM_PATRONS
        said = bool(there & given.keys()) or (signal is Signal.NUMBER and _numbered(reading, lookup))
        if gap and gain >= gap and possible and not said:
            would_do.append((signal.value, gain))
    return Missing(
        threshold=weights.threshold,
        margin=weights.margin,
        reached=reached,
        lead=lead,
        gap=gap,
        would_do=tuple(would_do),
    )


def _numbered(reading: Reading | None, lookup: LookupSettings) -> bool:
    """Whether the mail names a number: then another one, of which nothing is known, or of somebody else."""
    mail = reading.mail if reading else None
    return mail is not None and bool(lookup.numbers.find(f"{mail.subject}\n{mail.text}"))
