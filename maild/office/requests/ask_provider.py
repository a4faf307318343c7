"""A patron's wish that a provider must grant: the answer to the patron, and the query, sent or drafted for staff."""

from __future__ import annotations

from dataclasses import dataclass, replace

from maild.domain.incoming.decision import Action, Cause, Decision, Transition, drafts
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.asking import Asking
from maild.domain.requests.lifecycle import Event
from maild.domain.requests.patron import Patron, Transaction
from maild.match.pieces import is_in_another_language, misnamed
from maild.office.answers.danger import Then
from maild.office.answers.decide_answer import files_of
from maild.office.answers.heard import CONSENT, Heard, hear
from maild.office.answers.telling_policy import GUESSES, Telling
from maild.office.answers.wishing import wishing
from maild.office.notices import announce
from maild.office.requests import SAY
from maild.office.requests.queries import About, query
from maild.spine.binding import PIECE, WISHED
from maild.spine.facts import Facts
from maild.spine.outcome import about, review
from maild.spine.policy import Policy

ALL = 0.9  # how probable a wish has to be where the words beside it are of no kind
WISH_OF = {Asking.CANCEL: Kind.CANCEL_REQUEST, Asking.RENEWAL: Kind.RENEW_REQUEST, Asking.FEE_ACCEPTED: CONSENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of whom: `told` is what the patron hears, with `data`; `revision` makes both unique.

    named  all requests that the mail names beside this one, where it says of each what is wished
    """

    asking: Asking
    case: Transaction
    patron: Patron
    told: NoticeKind
    revision: str
    about: About
    data: dict[str, object]
    named: frozenset[str] = frozenset()


def answer_to(
    kind: NoticeKind,
    case: Transaction,
    patron: Patron,
    reading: Reading,
    facts: Facts,
    *,
    revision: str,
    data: dict[str, object],
) -> tuple[NoticeRequest, ...]:
    """A notice that answers the mail: it goes to the address that wrote, which is proven to be the patron's."""
    found = announce.to_patron(
        kind, case, patron, facts.now, revision=revision, data=data, reply_to=reading.mail.message_id
    )
    return tuple(replace(notice, recipient=reading.mail.author.address) for notice in found)


def is_plain(reading: Reading, facts: Facts, policy: Policy, kind: Kind) -> bool:
    """Whether the mail wishes this, takes nothing back and sets no condition: all is understood, or both readers find
    it.
    """
    heard = hear(reading, facts, policy.of(Telling))
    if heard.danger(Then.DENY):
        return False
    if not reading.classification.rest:
        return True
    loose = any(r.rule in GUESSES or not r.rule for r in reading.classification.rulings)
    if (loose and not _is_all(kind, heard)) or any(files_of(reading.mail)):
        return False
    return heard.confidence(kind)[0] > 0 and not heard.bends({kind})


def _is_all(kind: Kind, heard: Heard) -> bool:
    """Whether a wish that rules read beside words of no kind is all that the second reader finds there."""
    found, read = heard.opinion, {*heard.kinds} - heard.guessed
    if found is None or heard.telling.danger.question_in(heard.text) or read - {Kind.PATRON_OTHER} != {kind}:
        return False
    return found.probability(kind) >= ALL and found.probability(Kind.PATRON_OTHER) <= 1 - ALL


def _by_a_piece(wish: Wish, reading: Reading, facts: Facts, policy: Policy) -> bool:
    """Whether the request is named by a piece of its title alone, or by nothing and no other can be meant, and the
    second reader finds the wish as well: then the writer is told that it came, nothing moves, and a person passes it
    on.
    """
    standing, number = facts.standing, wish.case.number
    if standing is None or number in standing.named or not standing.pieces <= {number, *wish.named}:
        return False
    return wish.asking in WISH_OF and wishing(reading, facts, policy).finds(WISH_OF[wish.asking])


def _other_named(wish: Wish, facts: Facts) -> frozenset[str]:
    """The requests that the writer's words name by pieces of their titles, where that is none of its own, or where its
    number alone is said beside them: '取消 2026110900041（侨批文化研究）'.
    """
    standing, number = facts.standing, wish.case.number
    if standing is None or number in standing.pieces | {*facts.query.tokens}:
        return frozenset()
    return standing.pieces - wish.named if number in facts.query.numbers else standing.pieces


def pass_on(
    wish: Wish,
    reading: Reading,
    facts: Facts,
    policy: Policy,
    why: str,
    transitions: tuple[Transition, ...] = (),
    event: Event | None = None,
    *,
    learned: str = "",
) -> Decision:
    """The patron is told that the wish came; the provider is asked, by a draft in the queue or at once.

    learned  what the wish rests on, where no rule read it: then a person passes it on
    """
    ruling, case = reading.classification.main, wish.case
    if is_in_another_language(reading.mail.reply_text, case):
        why = SAY("title_in_other_language", number=case.number)
        return review(ruling, facts, Cause.SEVERAL_CANDIDATES, why)
    if other := _other_named(wish, facts):
        why = SAY("words_name_others", number=case.number, others=", ".join(sorted(other)))
        return review(ruling, facts, Cause.SEVERAL_CANDIDATES, why)
    own = [t for t in (*facts.requests, *(c.transaction for c in facts.candidates)) if t.patron_id == case.patron_id]
    if case.number not in facts.query.numbers and (
        said := misnamed(f"{reading.mail.subject}\n{reading.mail.reply_text}", own)
    ):
        return review(ruling, facts, Cause.SEVERAL_CANDIDATES, SAY("names_no_request", title=said))
    if piece := _by_a_piece(wish, reading, facts, policy):
        transitions, event = (), None
    data = wish.data | {WISHED: PIECE} if piece else wish.data
    told = answer_to(wish.told, case, wish.patron, reading, facts, revision=wish.revision, data=data)
    provider = policy.requests.contacts.ask(case)
    reasons = [why, learned] if learned else [why]
    queries: tuple[NoticeRequest, ...] = ()
    if provider is None:
        name = policy.requests.contacts.name(case)
        reasons.append(SAY("no_contact", name=name))
    else:
        subject = f"{wish.asking}:{case.number}"
        queries = (query(wish.asking, case, provider, wish.about, subject=subject, revision=wish.revision),)
    # What was not understood to the last word a librarian passes on: a provider that has acted cannot be called back.
    whole = not learned and not piece and not reading.classification.rest
    sends = whole and provider is not None and policy.requests.may_send(provider, wish.asking)
    if provider is not None:
        address = provider.contact
        reasons.append(SAY("query_sent", address=address) if sends else SAY("query_drafted", address=address))
    if not told:
        reasons.append(SAY("nobody_told"))
    # What a person must still send waits in the queue, unless the request has moved already.
    done = sends or bool(transitions)
    return Decision(
        action=Action.APPLY if done else Action.REVIEW,
        cause=Cause.NONE if sends else Cause.QUESTION,
        about=about(ruling, (case.number,), event=event, candidates=facts.candidates),
        effects=(*transitions, *told, *(queries if sends else drafts(queries))),
        reasons=(*reasons, *ruling.reasons),
    )
