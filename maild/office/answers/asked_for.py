"""Whether a mail asks for what it would be told, and whether a person has to read it before anybody is told anything.
Pure.

Words that rules know stand in mails about something else, too: the form of the gateway, the state of a manuscript. The
second reader may then find another matter, find thanks, or find the kind everywhere but in the sentence that asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import WISHES
from maild.match.pieces import MASK, folded
from maild.office.answers.decide_answer import Asked
from maild.office.answers.heard import SHOWN_WHOLE, SPEECH, UNSAID, Heard

NEEDED, NAMELESS = 0.7, 0.3  # need of a person, and what the second reader has no name for: together they hold a mail
NOWHERE = 0.3  # below it the second reader does not find a kind in the whole mail
SPOKEN = 0.1  # how probable a kind that is only guessed has to be in some sentence that asks


def person_first(heard: Heard) -> bool:
    """Whether both models say so: one finds that a person is needed, the other a matter that it has no name for."""
    found = heard.opinion
    if found is None or heard.telling.letting is None or found.probability(Kind.PATRON_OTHER) < NAMELESS:
        return False
    return heard.need >= NEEDED


def is_asked_for(one: Asked, heard: Heard) -> bool:
    """Whether nothing contradicts that the mail asks this question."""
    kind, found = one.question.kind, heard.opinion
    if kind is Kind.FEE_QUESTION and Kind.CANCEL_REQUEST in heard.kinds:
        return False  # who ends a request for its fee is told no prices
    if found is None or kind in WISHES:
        return True
    if one.question.plain:
        # Where no clause is left over, nothing else is there.
        return kind is Kind.PATRON_OTHER or not (heard.rest and _is_another(kind, heard, found))
    return kind not in heard.guessed or (_is_spoken_of(kind, heard) and not _thanks(heard, found))


def _is_another(kind: Kind, heard: Heard, found: Opinion) -> bool:
    """Whether the second reader does not find the kind, and is as sure of another as of a guess."""
    likely = (other for other, sure in found.kinds if sure >= heard.telling.guess and other not in UNSAID)
    return found.probability(kind) < NOWHERE and any(other != kind for other in likely)


def _is_spoken_of(kind: Kind, heard: Heard) -> bool:
    """Whether a sentence that asks is about the kind; where none asks, nothing speaks against it."""
    own = SHOWN_WHOLE if kind in SHOWN_WHOLE else frozenset({kind})
    asking = [max(each.probability(name) for name in own) for each in _asking(heard)]
    return not asking or max(asking) >= SPOKEN


def _asking(heard: Heard) -> Iterator[Opinion]:
    """What the second reader thinks of each sentence that asks."""
    text = folded(SPEECH.sub(MASK, heard.reading.mail.reply_text))
    for sentence, found in heard.by_sentence:
        said = folded(sentence).strip()
        if f"{said}?" in text or heard.telling.danger.question_in(said):
            yield found


def _thanks(heard: Heard, found: Opinion) -> bool:
    """Whether it may be thanks, and asks nothing."""
    return found.probability(Kind.THANKS) >= heard.telling.doubts and not next(_asking(heard), None)
