"""Weighing candidates. Pure: candidates are looked up by the caller, through indexes only."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence

from maild.domain import SAY as DOMAIN
from maild.domain.incoming.matching import (
    Ambiguous,
    Candidate,
    Evidence,
    Matched,
    MatchOutcome,
    Query,
    Signal,
    Unmatched,
)
from maild.domain.requests.lifecycle import Event, advance
from maild.domain.requests.patron import Patron, Transaction
from maild.match.authors import FITTING, author, is_legal
from maild.match.other_works import asked_for, other_work
from maild.match.reader_names import names_reader
from maild.match.texts import SAY
from maild.match.titled import bare
from maild.match.volumes import other_volume
from maild.match.weights import Weights
from maild.match.words import called_so, fold, latin_words, piece_said, similar, telling_words
from maild.texts import one_line
from maild.traditional import simplified

# So many letters in a row of a title tell it from others.
TELLING_HAN, TELLING_LATIN, MOST_OF_TITLE = 4, 12, 300
# So much of a title, in one piece, that it is no chance.
SAID_HAN, SAID_LATIN, MOST_SAID = 6, 16, 0.55
# So many words of a title beside its number call it, in a mail no longer than that.
ALLUDED_WORDS, MOST_ALLUDING = 2, 3000
LONG_HAN = 10
LONG_LATIN = 6  # telling words of a title, which shares at least a third of them with its other forms
LEAST_FOREIGN = 8  # characters of two titles in different scripts
STEM, LEAST_TELLING = 5, 2  # letters that two forms of a word share; words of a Latin title that tell it from others
CJK = "\u2e80"  # from here on signs are Chinese, Japanese or Korean
_LATIN = re.compile(r"[0-9A-Za-z\u00aa-\u024f\u1e00-\u1eff]*")  # with its accents
Fits = Callable[[Transaction], bool]


def weigh(
    query: Query,
    transactions: Sequence[Transaction],
    patrons: Mapping[str, Patron],
    weights: Weights,
    *,
    event: Event | None = None,
    fits: Fits | None = None,
) -> tuple[Candidate, ...]:
    """Score each transaction against the query, best first.

    `fits` tells which of the author's transactions this kind of mail can be about; where just one fits,
    that speaks for it.
    """
    own = [t for t in transactions if query.sender and _owned(t, patrons, query.sender)]
    likely = {t.number for t in own if fits is None or fits(t)}
    only = next(iter(likely)) if len(likely) == 1 else ""
    said = {t.number: _contents(query, t, patrons.get(t.patron_id), weights) for t in transactions}
    answers = _answers(query, [t for t in own if t.number in likely], {t.number: said[t.number] for t in own})
    scored = []
    for transaction in transactions:
        patron, contents = patrons.get(transaction.patron_id), said[transaction.number]
        evidence = [
            *_named(query, transaction, weights, contents, answers=transaction.number == answers),
            *author(query, transaction, patron, weights, contents, event),
            *contents,
        ]
        if transaction.number == only:
            evidence.append(weights.evidence(Signal.ONLY_OPEN, SAY("only_request")))
        if event is not None:
            evidence.append(_state(transaction, event, weights))
        scored.append(Candidate(transaction=transaction, patron=patron, evidence=tuple(evidence)))
    return tuple(sorted(scored, key=lambda candidate: (-candidate.score, candidate.transaction.number)))


def _owned(transaction: Transaction, patrons: Mapping[str, Patron], address: str) -> bool:
    patron = patrons.get(transaction.patron_id)
    return patron is not None and patron.owns(address)


def _answers(query: Query, likely: Sequence[Transaction], said: Mapping[str, Sequence[Evidence]]) -> str:
    """The author's own request that alone is named by what a mail quotes, where it can be about it and names no other:
    no number, title or sum; ''. said: what of the mail fits each of the author's requests

    What is quoted proves nothing; but who owns the request might as well have written its number.
    """
    quoted, case = {*query.quoted}, next((t for t in likely if {t.number} == {*query.quoted}), None)
    if case is None or len(quoted) != 1 or query.numbers or query.titled not in ("", case.number):
        return ""
    sums = {each.amount for each in (case.payable, case.total) if each is not None}
    if query.amount is not None and query.amount not in sums:
        return ""
    titled = any(e.signal is Signal.TITLE for number, all_ in said.items() if number != case.number for e in all_)
    return "" if titled else case.number


def _named(
    query: Query, transaction: Transaction, weights: Weights, contents: Sequence[Evidence], *, answers: bool
) -> list[Evidence]:
    number = transaction.number
    found = []
    if number in query.tokens:
        found.append(weights.evidence(Signal.TOKEN, SAY("token")))
    if number in query.threads:
        found.append(weights.evidence(Signal.THREAD, SAY("answers_notice")))
    if number in query.numbers:
        found.append(weights.evidence(Signal.NUMBER, SAY("number", number=number)))
    elif number in query.joined:
        signal = Signal.NUMBER if any(e.signal in FITTING for e in contents) else Signal.NUMBER_QUOTED
        found.append(weights.evidence(signal, SAY("number_in_pieces", number=number)))
    elif number in query.alike:
        found.append(weights.evidence(Signal.NUMBER_LIKE, SAY("number_with_letters", number=number)))
    elif number in query.answered:
        found.append(weights.evidence(Signal.THREAD, SAY("answers_notice")))
    elif number in query.quoted and answers:
        found.append(weights.evidence(Signal.THREAD, SAY("answers_letter_about", number=number)))
    elif number in query.quoted:
        found.append(weights.evidence(Signal.NUMBER_QUOTED, SAY("quoted_number", number=number)))
    if number == query.titled:
        why = SAY("only_one_called_so")
        why = SAY("only_one_and_fits", beside=query.beside) if query.beside else why
        found.append(weights.evidence(Signal.WHOLE_TITLE, why))
    return found


def _contents(query: Query, transaction: Transaction, patron: Patron | None, weights: Weights) -> list[Evidence]:
    found = []
    if patron is not None:
        found += _patron_named(query, transaction.title, patron, weights)
        named = query.institution and not query.readers_alike and not found
        if named and names_reader(patron.name, query.told):
            found.append(weights.evidence(Signal.PATRON_NAME, SAY("names_reader")))
    if query.amount is not None and transaction.payable is not None and query.amount == transaction.payable.amount:
        found.append(weights.evidence(Signal.AMOUNT, SAY("names_amount", amount=query.amount)))
    title = (
        _said(query.said, transaction.title, weights)
        or _title(query.title, transaction.title, weights)
        or _mentioned(query.words, transaction.title, weights)
        or _alluded(query, transaction, weights)
        or _title(asked_for(query.told) if query.provider else "", transaction.title, weights)
    )
    if title is None and transaction.number == query.titled:
        whole = fold(simplified(transaction.title)) in query.said
        piece = "" if whole else piece_said(transaction.title, query.said, weights)
        title = weights.evidence(Signal.TITLE, SAY("part_of_title", piece=piece) if piece else SAY("names_title"))
    if query.provider and (other := other_volume(transaction.title, query.told)):
        title = weights.evidence(Signal.TITLE_MISFIT, SAY("other_volume", volume=other))
    elif query.provider and (work := _another(query, transaction.title)):
        title = weights.evidence(Signal.TITLE_MISFIT, SAY("other_work", what=work[:40]))
    return [*found, title] if title else found


def _another(query: Query, title: str) -> str:
    """Another work by that title: as the text names it, or as a form has it under its label."""
    return other_work(title, query.told) or (other_work(title, f"《{query.title}》") if query.title else "")


def _patron_named(query: Query, title: str, patron: Patron, weights: Weights) -> list[Evidence]:
    found, misfits = [], []
    if query.emails:
        if any(patron.owns(email) for email in query.emails):
            found.append(weights.evidence(Signal.PATRON_EMAIL, SAY("names_patrons_address")))
        else:
            misfits.append(SAY("names_other_address", address=query.emails[0]))
    if query.logins and patron.login:
        if patron.login.lower() in query.logins:
            found.append(weights.evidence(Signal.LOGIN, SAY("names_login")))
        else:
            misfits.append(SAY("names_other_login", login=query.logins[0]))
    # '名称' is a reader's name in one form, and a work's in the next.
    names = [name for name in map(fold, query.names) if name and name not in fold(title)]
    if names and fold(patron.name):
        if _same_name(fold(patron.name), names):
            found.append(weights.evidence(Signal.PATRON_NAME, SAY("names_patron")))
        elif not found and _script(names[0]) == _script(fold(patron.name)):
            misfits.append(SAY("names_other_person", name=names[0]))
    if misfits and not any(e.signal in (Signal.PATRON_EMAIL, Signal.LOGIN) for e in found):
        found.append(weights.evidence(Signal.PATRON_MISFIT, one_line(misfits)))
    return found


def _same_name(name: str, others: Collection[str]) -> bool:
    # Western names come in either order: compare the letters of short names as a bag.
    return any(name == other or (name.isascii() and sorted(name) == sorted(other)) for other in others)


def _script(text: str) -> str:
    if any(char >= CJK for char in text):
        return "cjk"
    return "latin" if _LATIN.fullmatch(text) else "other"


def _title(said: str, known: str, weights: Weights) -> Evidence | None:
    one, other = fold(said), fold(known)
    if len(one) < 4 or len(other) < 4:
        return None
    if one in other or other in one:
        return weights.evidence(Signal.TITLE, SAY("names_title"))
    likeness = similar(one, other)
    if likeness >= 0.6:
        return weights.evidence(Signal.TITLE, SAY("title_alike", likeness=f"{likeness:.0%}"))
    # A title in another script may be a translation, or another request's: nobody compares them but a person.
    foreign = _script(one) != _script(other) and min(len(one), len(other)) >= LEAST_FOREIGN
    unlike = likeness < _least_likeness(one, other) and (foreign or _script(one) == _script(other))
    if unlike or _shares_no_word(said, known, weights):
        return weights.evidence(Signal.TITLE_MISFIT, SAY("other_title", title=said[:60]))
    return None


def _least_likeness(one: str, other: str) -> float:
    """Below it two titles are two works. Long Chinese ones of one field share half of their signs by its terms."""
    return 0.5 if min(len(one), len(other)) >= LONG_HAN and _script(one) == _script(other) == "cjk" else 0.25


def _shares_no_word(said: str, known: str, weights: Weights) -> bool:
    """Whether two Latin titles have no telling word in common, or long ones hardly any, as those of a field have: by$
    their letters any two are a third alike.
    """
    one, other = ({w[:STEM] for w in latin_words(text) if w not in weights.common} for text in (said, known))
    least, shared = min(len(one), len(other)), len(one & other)
    hardly = least >= LONG_LATIN and 3 * shared < least
    return least > 0 and max(len(one), len(other)) >= LEAST_TELLING and (not shared or hardly)


def _said(said: str, title: str, weights: Weights) -> Evidence | None:
    return weights.evidence(Signal.TITLE, SAY("names_title")) if says_title(said, title) else None


def says_title(said: str, title: str) -> bool:
    """Whether a provider's mail has the title, or most of it in one piece, whatever a label there may call the title.

    said: its words, folded
    """
    known = fold(bare(title))[:MOST_OF_TITLE]
    least = SAID_LATIN if known.isascii() else SAID_HAN
    size = max(least, math.ceil(len(known) * MOST_SAID))
    if len(known) < TELLING_HAN or not said:
        return False
    return known in said or any(known[i : i + size] in said for i in range(len(known) - size + 1))


def _alluded(query: Query, transaction: Transaction, weights: Weights) -> Evidence | None:
    """A piece of the title that librarians call it by beside its number: 'the heat islands one', '气凝胶那篇'.

    Only of the request whose number is said, and where no other work is named.
    """
    if transaction.number not in query.numbers or query.works or len(query.said) > MOST_ALLUDING:
        return None
    title, said = bare(simplified(transaction.title)), query.said
    words = list(dict.fromkeys(word for word in telling_words(title, weights) if word in query.latin))
    told_so = "" if query.readers_alike else query.told
    apart = " ".join(words[:ALLUDED_WORDS]) if len(words) >= ALLUDED_WORDS else ""
    told = apart or piece_said(title, said, weights) or called_so(title, told_so, transaction.number, weights)
    return weights.evidence(Signal.TITLE, SAY("part_of_title", piece=told)) if told else None


def _mentioned(words: str, title: str, weights: Weights) -> Evidence | None:
    """A title, or a telling piece of it, in a patron's own words: 'the islet transplantation article'."""
    known = fold(title)[:MOST_OF_TITLE]
    size = TELLING_LATIN if known.isascii() else TELLING_HAN
    if len(known) < TELLING_HAN or not words:
        return None
    if known in words:
        return weights.evidence(Signal.TITLE, SAY("names_title"))
    piece = next((known[i : i + size] for i in range(len(known) - size + 1) if known[i : i + size] in words), "")
    return weights.evidence(Signal.TITLE, SAY("part_of_title", piece=piece)) if piece else None


def _state(transaction: Transaction, event: Event, weights: Weights) -> Evidence:
    outcome = advance(transaction.state, event, transaction.service)
    if is_legal(transaction, event):
        return weights.evidence(Signal.STATE_FITS, outcome.reason)
    return weights.evidence(Signal.STATE_MISFIT, outcome.reason)


def judge(candidates: Sequence[Candidate], query: Query, weights: Weights) -> MatchOutcome:
    """Decide which candidates are meant.

    Named transactions (number or token) are all meant or none: a mail that names one of the author's
    requests and one of somebody else's is a person's business. Where none is named, the best must be over
    the threshold and ahead of the runner-up by the margin; a tie never matches.
    """
    named_numbers = {*query.tokens, *query.numbers, *query.joined}
    named = tuple(c for c in candidates if c.transaction.number in named_numbers)
    if named:
        return _judge_named(named, weights)
    if not candidates:
        return Unmatched(reasons=(SAY("no_request_named"),))
    best, second = candidates[0], candidates[1] if len(candidates) > 1 else None
    lead = best.score - second.score if second else best.score
    if any(each.signal is Signal.NUMBER_LIKE for each in best.evidence):
        reason = SAY("is_it_meant", number=best.transaction.number)
        return Ambiguous(candidates=tuple(candidates[:10]), reasons=(reason, *best.reasons))
    if best.score >= weights.threshold and lead >= weights.margin:
        reason = SAY("score_ahead", number=best.transaction.number, score=best.score, lead=lead)
        return Matched(candidates=(best,), reasons=(reason, *best.reasons))
    why = (
        SAY("below_threshold", score=best.score, threshold=weights.threshold)
        if best.score < weights.threshold
        else SAY("ahead_by_too_little", lead=lead, margin=weights.margin)
    )
    reason = DOMAIN("named", name=best.transaction.number, why=why)
    return Ambiguous(candidates=tuple(candidates[:10]), reasons=(reason, *best.reasons))


def _judge_named(named: tuple[Candidate, ...], weights: Weights) -> MatchOutcome:
    unsure = [c for c in named if c.score < weights.threshold]
    if not unsure:
        reasons = [SAY("score", number=c.transaction.number, score=c.score) for c in named]
        return Matched(candidates=named, reasons=(*reasons, *named[0].reasons))
    worst = unsure[0]
    reason = SAY("score_below", number=worst.transaction.number, score=worst.score, threshold=weights.threshold)
    return Ambiguous(candidates=named, reasons=(reason, *worst.reasons))
