"""Which request a wish is about that the second reader alone finds (maild.office.answers.wishing.Wishing.finds). Pure.

A person passes such a wish on, and the writer is told: so it has to be plain which request is meant, and a sum that is
accepted has to be the one that was told (decision 0116).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from difflib import SequenceMatcher

from maild.classify.vocabulary.patterns import Pattern
from maild.domain.incoming.reading import Reading
from maild.domain.requests.lifecycle import OPEN, Service, State
from maild.domain.requests.patron import Patron, Transaction
from maild.domain.subject import is_of_another, topic_of
from maild.match.pieces import CLAUSE, folded, is_named, named_in, pieces_of, stands_in, subject_names
from maild.match.told_apart import called
from maild.office.answers.heard import Heard
from maild.office.answers.sums import of_that_sum, own_of, sums_of
from maild.office.requests.the_request import Unsure, the_request
from maild.spine.facts import Facts

_OF_REQUESTS = re.compile(
    r"申请|文献|互借|传递|借书|文章|论文|事务|\b(?:request|order|article|paper|copy|loan|ill|interlibrary|document)s?\b"
)
# What a sum is for, where somebody says so.
_FOR = re.compile(
    r"\bfor (?:the|that) (?!(?:fee|share|cost|copy|article|paper|request|loan|book|order|delivery|service|time"
    r"|information|scan|chapter|thesis|reader|library|moment|whole|full|digital|pdf|file)\b)([a-z]{4,}(?: [a-z]{4,})?)"
    r"|(?:^|[,。;、 ])([\u4e00-\u9fff]{2,4})的?[那这]一?(?:篇|本|份)"
)
_SAYS = re.compile(r"[我就都也可接受同意以要行这那]")  # no name of a title has words of accepting
_ACCEPTS = re.compile(r"\d|可以|同意|接受|没问题|行|\b(?:fine|ok|okay|yes|agreed?|accept\w*|good)\b")
_HAN = re.compile(r"[\u4e00-\u9fff]")
UNDER_WAY = frozenset({*OPEN, State.SUBMITTED})
MUCH = 7  # characters of a title that no translation has by chance


def meant(
    reading: Reading,
    facts: Facts,
    patron: Patron,
    fits: Callable[[Transaction], bool],
    what: str,
    *,
    by_sum: bool = False,
    alone: Pattern | None = None,
) -> Transaction | None:
    """The only request of the writer's that the mail speaks of, or where it names none the one that it answers or the
    only one that fits; None where that is not plain.

    by_sum  a sum names it as well, which is the fee of no other
    alone   words of what only one request has; they count in a mail that answers nothing
    """
    mail = reading.mail
    own = own_of(facts, patron.patron_id)
    clauses = [c for c in CLAUSE.split(folded(f"{mail.subject}\n{mail.reply_text}")) if c.strip()]
    named = {n for clause in clauses for n in named_in(clause, [*own.values()])}
    named |= subject_names(mail.subject, [*own.values()])
    if len(named) > 1 or (named and is_in_another_script(clauses, own[min(named)], own.values())):
        return None
    found = the_request(facts, patron, fits, what)
    if not named and by_sum and (priced := of_that_sum(reading, facts, own.values(), fits)):
        return priced
    if not named:
        if isinstance(found, Unsure):
            return None
        fresh = not (mail.in_reply_to or mail.references or mail.quoted_text or is_of_another(mail.subject))
        told = alone is not None and fresh and any(alone.search(clause) for clause in clauses)
        return found if told or _is_plain(found, facts, own.values(), fits) else None
    case = own[named.pop()]
    answered = {*facts.query.numbers, *facts.query.tokens} - {case.number}
    return None if answered or not (isinstance(found, Unsure) or found.number == case.number) else case


def names_another(reading: Reading, case: Transaction) -> bool:
    """Whether it says for what, and that is nothing of this request's title: '45 is fine for the teenagers'."""
    title = folded(case.title)
    text = folded(reading.mail.reply_text).replace(case.number.lower(), " ").replace(title, " ")
    said = (clause for clause in CLAUSE.split(text) if _ACCEPTS.search(clause))
    named = (next(filter(None, hit.groups())) for clause in said for hit in _FOR.finditer(clause))
    return any(
        called(folded(case.provider)) != called(name)
        and not any(stands_in(piece, name) for piece in pieces_of(case))
        and name not in title
        and not _SAYS.search(name)
        for name in named
    )


def is_set_apart(case: Transaction, wish: str, heard: Heard) -> bool:
    """Whether the only sentence that names the request is about something else: 'the one on Lin'an is not needed. The
    other is urgent.' A wish that names nothing we know, beside a name that it may not mean.
    """
    names = [found for said, found in heard.by_sentence if named_in(folded(said), [case])]
    return len(heard.by_sentence) > 1 and bool(names) and all(found.kind != wish for found in names)


def _is_plain(
    case: Transaction, facts: Facts, own: Collection[Transaction], fits: Callable[[Transaction], bool]
) -> bool:
    """Whether a mail that names nothing of ours can only be about it: it answers it, or nothing else of the writer's is
    under way that its own words might name in a way that we do not know; who speaks of a loan means no copy.
    """
    query = facts.query
    answered = {*query.numbers, *query.tokens, *query.threads, *query.quoted}
    like = [t for t in own if t.number != case.number and (case.service is Service.COPY or t.service is case.service)]
    return case.number in answered or not any(fits(t) or t.state in UNDER_WAY for t in like)


def is_in_another_script(clauses: Collection[str], case: Transaction, own: Collection[Transaction]) -> bool:
    """Whether what names the request may be the translated title of another: '季风那篇', where one of two running
    titles has the word and the other is in English. Its number, its whole title or much of that cannot be.
    """
    title = folded(case.title)
    if any(is_named(clause, case) or _shared(clause, title) >= MUCH for clause in clauses):
        return False
    han = _HAN.search(title) is not None
    others = (t for t in own if t.number != case.number and t.state in OPEN)
    return any((_HAN.search(t.title) is not None) is not han for t in others)


def _shared(clause: str, title: str) -> int:
    """The length of the longest piece that both have."""
    match = SequenceMatcher(None, clause, title, autojunk=False).find_longest_match()
    return match.size


def speaks_of(reading: Reading, facts: Facts, case: Transaction, fee: Pattern) -> bool:
    """Whether the mail or what it answers names the request, says its fee, or has a fee for its subject: 'fine' below
    the news of a registration accepts none, whatever else that letter spoke of.
    """
    mail, query, subject = reading.mail, facts.query, folded(reading.mail.subject)
    topic = topic_of(subject)
    named = case.number in {*query.numbers, *query.tokens, *query.threads, *query.quoted}
    elsewhere = bool(mail.quoted_text.strip()) and not (named or named_in(folded(mail.quoted_text), [case]))
    of_fee = fee is not None and fee.search(subject) is not None and not elsewhere
    of_it = of_fee or case.number.lower() in subject or bool(subject_names(subject, [case]))
    if of_it or bool(named_in(subject, [case])):
        return True
    if topic != subject.strip() and topic and not _OF_REQUESTS.search(subject):
        return bool(sums_of(reading, case))  # an answer to a letter about something else
    return named or bool(sums_of(reading, case)) or bool(named_in(folded(mail.reply_text), [case]))
