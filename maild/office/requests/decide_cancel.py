"""A patron needs a request no more, or does not accept its fee: nothing is cancelled before the provider agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maild.domain.incoming.decision import Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import CONSENT, DECLINED, RESERVE, said
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.asking import Asking
from maild.domain.requests.lifecycle import OPEN, Service, State
from maild.domain.requests.patron import Patron, Transaction
from maild.match.told_apart import Apart
from maild.office.answers.decide_answer import ASKED_FOR
from maild.office.answers.heard import CONSENT as CONSENTS
from maild.office.answers.heard import Heard, clauses
from maild.office.answers.telling_policy import Telling
from maild.office.answers.wishing import Wishing, wishing
from maild.office.requests import SAY
from maild.office.requests.ask_provider import Wish, answer_to, is_plain, pass_on
from maild.office.requests.facts_requests import RequestFacts
from maild.office.requests.learned_wish import is_in_another_script, is_set_apart, meant
from maild.office.requests.queries import About
from maild.office.requests.the_request import Unsure, the_request, writer
from maild.office.requests.which_requests import wished
from maild.office.requests.wish_clauses import elsewhere
from maild.spine.facts import Facts
from maild.spine.outcome import review
from maild.spine.policy import Policy

LATE = (State.SHIPPED, State.RECEIVED, State.DELIVERED, State.ON_LOAN, State.OVERDUE)
HERE = (State.RECEIVED, State.DELIVERED, State.ON_LOAN, State.OVERDUE)
REFUSES = 0.9  # how probable a refusal of a fee has to be in words that no rule knows
_ONLY = {Kind.CANCEL_REQUEST, Kind.THANKS}
# Questions that may stand beside it, where the mail says of each request what it wishes.
_BESIDE = _ONLY | {Kind.STATUS_QUERY, Kind.NOT_RECEIVED, Kind.FEE_QUESTION, Kind.PICKUP_QUESTION}
_WITH_FEE = _ONLY | {Kind.PATRON_OTHER}  # the kind of a mail that answers to a fee


def decide_cancel(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """What a wish to cancel causes; None where the mail wishes something else, or more than that."""
    return _understood(reading, facts, policy) or _learned(reading, facts, policy)


def _learned(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """A wish to cancel that only the second reader finds."""
    patron, telling = writer(reading, facts), policy.of(Telling)
    wish = wishing(reading, facts, policy)
    heard = wish.heard
    if patron is None or said(reading, CONSENT) or not wish.finds(Kind.CANCEL_REQUEST):
        return None
    learned, words = wish.why_found(Kind.CANCEL_REQUEST), telling.words.get(Kind.CANCEL_REQUEST)
    unsaid = words is None or not words.search(heard.text)
    if wish.apart and not wish.apart.ends:
        return None
    if wish.apart and (cases := _told_apart(wish.apart, reading, facts, patron)):
        if any(map(_fee_told, cases)) and unsaid and not _is_sure(heard):
            return None
        return _all_passed_on(cases, wish.apart.named, patron, reading, facts, policy, learned=learned)
    case = meant(reading, facts, patron, _runs, SAY("can_be_cancelled"))
    if case is None or _asked(case, facts) or is_set_apart(case, Kind.CANCEL_REQUEST, heard):
        return None
    if _fee_told(case) and unsaid and not _is_sure(heard):
        return None  # 'carry on' and 'stop' answer the same letter: there the reader has to be surer
    if case.state in LATE:
        return _too_late(case, patron, reading, facts)
    return _passed_on(case, patron, reading, facts, policy, learned=learned) if _runs(case) else None


def _understood(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """A wish to cancel in words that rules know."""
    patron, wish = writer(reading, facts), wishing(reading, facts, policy)
    kinds = _wished(wish)
    declined = bool(said(reading, DECLINED))
    wanted = Kind.CANCEL_REQUEST in kinds or declined
    more = said(reading, CONSENT) or (declined and said(reading, RESERVE))
    if not wanted or patron is None or more or not is_plain(reading, facts, policy, Kind.CANCEL_REQUEST):
        return None
    if not declined and kinds <= _BESIDE and (each := _each(wish, reading, facts, patron, policy, kinds)):
        return each
    if not kinds <= (_WITH_FEE if declined else _ONLY) or (declined and reading.classification.rest):
        return None
    ruling = reading.classification.main
    if not declined and wish.apart and not wish.apart.ends:
        return review(ruling, facts, Cause.SEVERAL_CANDIDATES, SAY("not_plain"))
    case = the_request(facts, patron, _waits_for_fee if declined else _runs, SAY("can_be_cancelled"))
    if isinstance(case, Unsure) and case.cause is Cause.SEVERAL_CANDIDATES and not declined:
        case = _by_its_clause(reading, facts, patron, policy) or case
    if isinstance(case, Unsure):
        late = _only_late(facts, patron) if case.cause is Cause.QUESTION and not declined else None
        return _too_late(late, patron, reading, facts) if late else review(ruling, facts, case.cause, case.reason)
    if not declined and (why := elsewhere(reading, facts, policy.of(Telling), Kind.CANCEL_REQUEST, case)):
        return review(ruling, facts, Cause.SEVERAL_CANDIDATES, why)
    if case.state in LATE:
        return _too_late(case, patron, reading, facts)
    if not _runs(case):
        return review(ruling, facts, Cause.QUESTION, SAY("already_is", number=case.number, state=case.state))
    if declined and not _waits_for_fee(case):
        return review(ruling, facts, Cause.QUESTION, SAY("waits_for_no_fee", number=case.number, state=case.state))
    if _asked(case, facts):
        return review(ruling, facts, Cause.QUESTION, SAY("asked_to_cancel", number=case.number))
    return _passed_on(case, patron, reading, facts, policy, declined=declined)


def _is_sure(heard: Heard) -> bool:
    """Whether the second reader takes a word about a fee for a refusal, and surely for no consent."""
    found = heard.opinion
    if found is None:
        return False
    return found.probability(Kind.CANCEL_REQUEST) >= REFUSES and found.probability(CONSENTS) <= 1 - REFUSES


def _passed_on(
    case: Transaction,
    patron: Patron,
    reading: Reading,
    facts: Facts,
    policy: Policy,
    *,
    declined: bool = False,
    learned: str = "",
    named: frozenset[str] = frozenset(),
) -> Decision:
    wish = Wish(
        asking=Asking.CANCEL,
        case=case,
        patron=patron,
        told=NoticeKind.CANCEL_ASKED,
        revision="cancel",
        about=About(theirs=facts.known(RequestFacts).theirs.get(case.number, "")),
        data={"declined": declined},
        named=named,
    )
    what = "does not accept the fee of" if declined else "would like to cancel"
    why = f"{patron.patron_id}, proven, {what} {case.number}"
    return pass_on(wish, reading, facts, policy, why, learned=learned)


def _wished(wish: Wishing) -> set[Kind]:
    """The kinds of the mail, but for what rules only guess where it asks nothing and the second reader finds the wish
    before all else: 'too dear, please cancel' is no question about a fee.
    """
    heard, kinds = wish.heard, {*wish.kinds}
    found = heard.opinion
    if found is None or found.kind != Kind.CANCEL_REQUEST or heard.telling.danger.question_in(heard.text):
        return kinds
    return kinds - {Kind.PATRON_OTHER, Kind.FEE_QUESTION} if Kind.CANCEL_REQUEST in kinds else kinds


def _each(
    wish: Wishing, reading: Reading, facts: Facts, patron: Patron, policy: Policy, kinds: set[Kind]
) -> Decision | None:
    """Several requests, or one beside others that stay or are asked about: each wish is passed on by itself. None where
    only one is in question.
    """
    alone, apart = kinds <= _ONLY, wish.apart
    if apart and not apart.ends:
        return review(reading.classification.main, facts, Cause.SEVERAL_CANDIDATES, SAY("not_plain"))
    cases = (
        _cases(apart, facts)
        if apart
        else wished(reading, facts, patron, policy.of(Telling), Kind.CANCEL_REQUEST, alone=alone)
    )
    if cases is None or (not apart and len(cases) > 1):
        return review(reading.classification.main, facts, Cause.SEVERAL_CANDIDATES, SAY("not_plain"))
    if not cases or (alone and len(cases) == 1 and {*facts.query.numbers} <= {cases[0].number} and not apart):
        return None
    named = apart.named if apart else frozenset[str]()
    return _all_passed_on(cases, named, patron, reading, facts, policy)


def _told_apart(apart: Apart, reading: Reading, facts: Facts, patron: Patron) -> tuple[Transaction, ...]:
    """What ends, where no name of it may be the translated title of another; ()."""
    own = [t for t in (*facts.requests, *(c.transaction for c in facts.candidates)) if t.patron_id == patron.patron_id]
    said, cases = [*clauses(reading)], _cases(apart, facts)
    others = [t for t in own if t.number not in apart.named]
    return () if any(is_in_another_script(said, case, others) for case in cases) else cases


def _cases(apart: Apart, facts: Facts) -> tuple[Transaction, ...]:
    known = {t.number: t for t in (*facts.requests, *(c.transaction for c in facts.candidates))}
    return tuple(known[number] for number in apart.ends)


def _all_passed_on(
    cases: Sequence[Transaction],
    named: frozenset[str],
    patron: Patron,
    reading: Reading,
    facts: Facts,
    policy: Policy,
    *,
    learned: str = "",
) -> Decision | None:
    """Each wish is told and passed on by itself; None where one of them cannot be cancelled any more."""
    if not all(_runs(case) and case.state not in LATE and not _asked(case, facts) for case in cases):
        return None
    found = [_passed_on(case, patron, reading, facts, policy, learned=learned, named=named) for case in cases]
    waits = next((one for one in found if one.cause), found[0])
    return replace(
        waits.naming(case.number for case in cases),
        effects=tuple(effect for one in found for effect in one.effects),
        reasons=tuple(dict.fromkeys(reason for one in found for reason in one.reasons)),
    )


def _by_its_clause(reading: Reading, facts: Facts, patron: Patron, policy: Policy) -> Transaction | None:
    """Of several the one that the clauses with the wish name by a piece of its title; no number is said."""
    if facts.query.numbers or facts.query.tokens:
        return None
    found = wished(reading, facts, patron, policy.of(Telling), Kind.CANCEL_REQUEST, alone=True)
    return found[0] if found and len(found) == 1 else None


def _runs(case: Transaction) -> bool:
    return case.state in OPEN


def _waits_for_fee(case: Transaction) -> bool:
    return case.state is State.CONDITIONAL


def _fee_told(case: Transaction) -> bool:
    return _waits_for_fee(case) or case.payment_state in ASKED_FOR


def _only_late(facts: Facts, patron: Patron) -> Transaction | None:
    """The only request on its way, where none runs that could still be cancelled."""
    late = [t for t in facts.requests if t.patron_id == patron.patron_id and t.state in (State.SHIPPED, State.RECEIVED)]
    return late[0] if len(late) == 1 else None


def _asked(case: Transaction, facts: Facts) -> bool:
    return any(
        row.request.data.get("asking") == Asking.CANCEL
        for row in facts.known(RequestFacts).queries.get(case.number, ())
    )


def _too_late(case: Transaction, patron: Patron, reading: Reading, facts: Facts) -> Decision:
    """It is on its way or here: a person looks, with the answer drafted."""
    loan, here = case.service is Service.LOAN, case.state in HERE
    drafts = answer_to(
        NoticeKind.CANCEL_LATE,
        case,
        patron,
        reading,
        facts,
        revision=f"late:{reading.mail.sha256[:16]}",
        data={"loan": loan, "here": here},
    )
    reason = SAY("too_late", number=case.number, state=case.state)
    decision = review(reading.classification.main, facts, Cause.QUESTION, reason)
    return decision.drafting(drafts).naming((case.number,))
