"""How kinds of news are worded: hits of patterns in sentences, the longest of those that meet, judged as claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from maild.classify import SAY
from maild.classify.reading.claims import Claim, Claims, Doubt, Hedging, Sentence
from maild.classify.reading.news.divided import Divided, divided
from maild.domain.incoming.ruling import Kind

AGREE = "agree"  # the list of what asks somebody to agree to a sum
FILLER = "filler"  # the list of what says nothing, of mails that are read clause by clause
# Likewise: letters that a bare answer may answer, questions, other things, subjects, what a clause speaks of, what ends
# a loan only beside other words.
ASKS, RETURNS, QUESTION, ANOTHER, SUBJECT, OBJECT, CLOSES, OTHER_THING, OTHER_PRICE = OF_ANSWERS = (
    "asks_supply",
    "says_return",
    "asks",
    "another_thing",
    "of_a_subject",
    "object",
    "closes_return",
    "other_thing",
    "other_price",
)
FILE, LINK = "file", "link"  # the lists of what hands over a file, or a link
UNLIKE = "unlike"  # the list of what a file or a link may be besides the text that was asked for
LATER = "later"  # the list of what is said of another day
# The lists of what takes longer than it should, of what people promise, and of what takes either away.
DELAYED, PROMISED, GIVEN_UP, BESIDE_DELAY = OF_DELAYS = ("delayed", "promised", "given_up", "beside_delay")
NOTHING = "nothing"  # the list of what only looks like an outcome
# Lists of words/hedges.toml that bend whatever is told beside them, by whomever it is read.
BENDING = (
    *("question", "incomplete", "another_version", "sample", "astray", "guess", "damaged", "ours_first", "asks_us"),
    *("wants_reply", "unsettled", "partly", "presses", "more_money", "retraction"),
)
# What waits or is to come by its nature cannot be asked to have happened.
WAITING = frozenset({Kind.FEE_QUOTED, Kind.REGISTRATION_PENDING, Kind.LOAN_DUE, Kind.REQUEST_SUBMITTED})
# Kinds whose own words deny something.
DENYING = frozenset(
    {
        Kind.UNFILLED,
        Kind.REGISTRATION_REJECTED,
        Kind.REQUEST_SUBMITTED,
        Kind.PROVIDER_OTHER,
        Kind.FEE_QUOTED,
        Kind.LOAN_OVERDUE,
    }
)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a kind is said; `own`: by this provider. No kind: it says nothing, nor does what it meets."""

    kind: Kind | None
    pattern: Divided
    own: bool

    @classmethod
    def of(cls, kind: Kind | None, patterns: Sequence[str], *, own: bool = False) -> Wording:
        """From a list of patterns."""
        return cls(kind, divided(tuple(patterns)), own)


def by_kind(lists: Mapping[str, tuple[str, ...]], *, own: bool = False) -> tuple[Wording, ...]:
    """Each list as the wording of the kind that it is named by."""
    return tuple(Wording.of(Kind(name), patterns, own=own) for name, patterns in lists.items())


def told(
    wordings: tuple[Wording, ...], claims: Claims, doubts: list[Doubt], *, labelled: bool = False
) -> dict[Kind, Claim]:
    """What the sentences say, the first of each kind: sought once a mail, whichever rules ask.

    labelled  also what stands behind a label of the status, as a sentence like others: nobody knows it for a status
    """
    if wordings not in claims.told:
        found: dict[Kind, Claim] = {}
        why_not: list[Doubt] = []
        held = [wording for wording in wordings if claims.may_hold(wording.pattern)]
        for sentence in claims.sentences if held else ():
            if labelled or sentence.place != "status":
                for kind, claim in longest(sentence, held, claims, why_not).items():
                    found.setdefault(kind, claim)
        claims.told[wordings] = (found, why_not)
    found, why_not = claims.told[wordings]
    doubts += why_not
    return dict(found)


def means_none(doubts: Iterable[Doubt]) -> bool:
    """Whether one of them is that the provider means no status by its words."""
    why = SAY("means_no_status")
    return any(doubt.why == why for doubt in doubts)


def longest(sentence: Sentence, wordings: Iterable[Wording], claims: Claims, doubts: list[Doubt]) -> dict[Kind, Claim]:
    """Hits of all kinds, less those that meet another kind's longer hit ('提供' in '无法提供').

    Of two as long, the provider's own wording counts; what says nothing takes all it meets.
    """
    hits = [
        (h.start(), h.end(), w.kind, w.own)
        for w in wordings
        for h in w.pattern.finditer(sentence.text)
        if h.end() > h.start()
    ]
    found: dict[Kind, Claim] = {}
    for start, end, kind, own in hits:
        meets = [(k, e - s, o) for s, e, k, o in hits if k is not kind and s < end and start < e]
        if kind is None or any(k is not None and (size, o) > (end - start, own) for k, size, o in meets):
            continue
        if any(k is None for k, _, _ in meets):
            doubts.append(Doubt(sentence.text[start:end], SAY("means_no_status")))
            continue
        hedging = Hedging.WAITING if kind in WAITING else Hedging.FACT
        claim = claims.judge(sentence, start, end, hedging, denying=kind in DENYING)
        if isinstance(claim, Doubt):
            doubts.append(replace(claim, about=kind))
        else:
            found.setdefault(kind, claim)
    return found
