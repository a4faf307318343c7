"""Which of several named requests a wish is about: clause by clause, by what stands beside each name. Pure."""

from __future__ import annotations

from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.patron import Patron, Transaction
from maild.match.pieces import named_in
from maild.office.answers.heard import clauses
from maild.office.answers.telling_policy import Telling
from maild.office.requests.wish_clauses import belong
from maild.spine.facts import Facts


def wished(
    reading: Reading, facts: Facts, patron: Patron, telling: Telling, kind: Kind, *, alone: bool
) -> tuple[Transaction, ...] | None:
    """The writer's requests that the mail wishes this for, in its order; () where it names none of them beside the
    wish; None where something is to stay or left open, and it is not plain which.

    alone  the mail is about nothing else: then a request that it names anywhere is meant, unless it is to stay
    """
    own = {
        t.number: t
        for t in (*facts.requests, *(c.transaction for c in facts.candidates))
        if t.patron_id == patron.patron_id
    }
    words, keeps = telling.words.get(kind), telling.danger.keeps
    if words is None or keeps is None or set(facts.query.numbers) - own.keys():
        return ()
    said = [(clause, named_in(clause, [*own.values()])) for clause in clauses(reading)]
    stays = [(clause, names) for clause, names in said if keeps.search(clause) and (names or words.search(clause))]
    kept = {n for _, names in stays for n in names}
    beside = {n for clause, names in said if words.search(clause) for n in names if not keeps.search(clause)}
    named = list(dict.fromkeys(n for _, names in said for n in names))
    if stays and (not kept or kept & beside or any(words.search(clause) for clause, _ in stays)):
        return None
    if stays and alone and set(named) - kept - beside:
        return None
    if alone and not stays and not belong(reading, [own[n] for n in named], telling, kind):
        return None
    meant = [n for n in named if (n in beside or (alone and not stays)) and n not in kept]
    if kept and not meant:
        answered = {*facts.query.numbers, *facts.query.tokens, *facts.query.threads} & own.keys() - kept
        return tuple(own[n] for n in answered) if len(answered) == 1 else None
    return tuple(own[n] for n in meant)
