"""Whether a mail asks how the writer's own requests stand, by all that speaks for and against it. Pure.

Most of what patrons ask is this, in words that no list has. Where the mail names a request, asks something, and no
reader finds another matter in it, the table of requests answers it; a person reads the mail all the same.
"""

from __future__ import annotations

from math import log, log1p

from maild.classify.learned.weighing import Evidence
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.lifecycle import OPEN, State
from maild.match.pieces import MASK
from maild.office.answers.danger import Then
from maild.office.answers.decide_answer import files_of
from maild.office.answers.heard import UNSAID, Heard
from maild.spine.facts import Facts

STANDS = frozenset({Kind.STATUS_QUERY, Kind.NOT_RECEIVED})
WITH_READER = (State.SHIPPED, State.RECEIVED, State.ON_LOAN, State.OVERDUE)
AGREES, ALONE = 0.6, 0.7  # how likely the second reader has to find it, where a rule reads it and where none does
NAMELESS = 0.4  # how likely it may find what it has no name for
LEAST, MOST = 0.001, 0.999  # a probability beyond says no more


def evidence(heard: Heard, facts: Facts) -> dict[str, float]:
    """The signs by name; {} where nobody listens to the second reader."""
    if heard.opinion is None:
        return {}
    return _read(heard) | _learned(heard) | _named(heard, facts) | _dangers(heard)


def may_ask(heard: Heard, signs: Evidence) -> bool:
    """Whether the table may answer the mail at all, however the signs weigh: no hard sign of danger, the second
    reader finds it, too, and it is not of what was sent and has not come, or is over: there the table says nothing new.
    """
    kinds = {*heard.kinds, Kind.STATUS_QUERY}
    whole = heard.opinion
    hard = (s for s in heard.telling.danger.signs if s.then in (Then.HOLD, Then.DENY) and not (s.mild or s.stranger))
    if Kind.NOT_RECEIVED in heard.kinds or any(sign.found(heard.text, kinds) for sign in hard):
        return False
    if whole is None or whole.probability(Kind.PATRON_OTHER) >= NAMELESS:
        return False
    found = whole.probability(Kind.STATUS_QUERY)
    if Kind.STATUS_QUERY not in heard.kinds and whole.probability(Kind.NOT_RECEIVED) > found:
        return False
    spoken = found >= (AGREES if Kind.STATUS_QUERY in heard.kinds else ALONE)
    return spoken and bool(signs["what it names runs"] or not signs["what it names is over"])


def _read(heard: Heard) -> dict[str, float]:
    """What the rules read, and how the mail is made."""
    read, mail = {*heard.kinds} - heard.guessed, heard.reading.mail
    asks = heard.telling.danger.questions
    return {
        "a rule reads it": float(Kind.STATUS_QUERY in read),
        "single words of it": float(Kind.STATUS_QUERY in heard.guessed),
        "a rule reads that it has not come": float(Kind.NOT_RECEIVED in read),
        "a rule reads thanks": float(Kind.THANKS in heard.kinds),
        "other matters that rules read": float(len(read - STANDS - UNSAID)),
        "no rule reads anything": float(not read - UNSAID),
        "words of asking": float(asks is not None and asks.search(heard.text) is not None),
        "the mark of a question": float("?" in heard.text or heard.telling.danger.asks_in(heard.text)),
        "clauses not understood": log1p(len(heard.rest)),
        "of these, clauses that ask": log1p(len(heard.left(heard.kinds))),
        "its length": log1p(len(mail.reply_text)),
        "it answers a mail": float(heard.in_thread),
        "it may answer a question": float(heard.is_reply),
        "files": float(any(files_of(mail))),
    }


def _learned(heard: Heard) -> dict[str, float]:
    """What the second reader finds in the whole and in each sentence, as log odds; and whether a person is needed."""
    whole, parts = heard.opinion, heard.sentences
    if whole is None:
        return {}
    others = [kind for kind, _ in whole.kinds if kind not in STANDS | UNSAID]
    return {
        "the second reader finds it": _odds(whole.probability(Kind.STATUS_QUERY)),
        "the second reader finds that it has not come": _odds(whole.probability(Kind.NOT_RECEIVED)),
        "the second reader finds thanks": _odds(whole.probability(Kind.THANKS)),
        "the second reader finds what it has no name for": _odds(whole.probability(Kind.PATRON_OTHER)),
        "the second reader finds another matter": _odds(max(whole.probability(kind) for kind in others)),
        "the second reader finds nothing likelier": float(whole.kind in STANDS),
        "a sentence is about it": _odds(max((one.probability(Kind.STATUS_QUERY) for one in parts), default=0.0)),
        "a sentence is about another matter": _odds(
            max((one.probability(kind) for one in parts for kind in others), default=0.0)
        ),
        "a sentence has no name": _odds(max((one.probability(Kind.PATRON_OTHER) for one in parts), default=0.0)),
        "sentences": log1p(len(parts)),
        "it looks like what a person reads first": _odds(heard.need),
    }


def _named(heard: Heard, facts: Facts) -> dict[str, float]:
    """Which requests of the writer's it names, and whether they still run."""
    ids = {patron.patron_id for patron in facts.authors}
    own = [one for one in facts.candidates if one.transaction.patron_id in ids]
    said = [one for one in own if one.titled or one.transaction.number in facts.query.numbers]
    return {
        "it names a request by number": float(any(one.transaction.number in facts.query.numbers for one in own)),
        "it names a request by title": float(any(one.titled for one in own)),
        "it names several": float(len(said) > 1),
        "a name stands in its own words": float(MASK in heard.text),
        "it answers a notice of a request": float(any(one.transaction.number in facts.query.threads for one in own)),
        "what it names runs": float(any(one.transaction.state in OPEN for one in said)),
        "what it names is on its way or here": float(any(one.transaction.state in WITH_READER for one in said)),
        "what it names is over": float(any(one.transaction.state not in (*OPEN, *WITH_READER) for one in said)),
    }


def _dangers(heard: Heard) -> dict[str, float]:
    """Each sign of danger by its name, whatever follows from it elsewhere."""
    known = [sign for sign in heard.telling.danger.signs if not sign.stranger]
    found = {sign.name for sign in known if sign.found(heard.text, {Kind.STATUS_QUERY})}
    return {f"sign: {sign.name}": float(sign.name in found) for sign in known}


def _odds(probability: float) -> float:
    kept = min(max(probability, LEAST), MOST)
    return log(kept / (1.0 - kept))
