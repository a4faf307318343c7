"""A patron accepts the fee that a provider asks for: the request goes on. Who declines it wishes to cancel."""

from __future__ import annotations

import re
from dataclasses import replace

from maild.domain import SAY as DOMAIN
from maild.domain.incoming.decision import Cause, Decision, Transition
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import CONSENT, DECLINED, RESERVE, WAYS, said
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.asking import Asking
from maild.domain.requests.lifecycle import OPEN, Event, Move, State, advance
from maild.domain.requests.patron import Patron, Transaction
from maild.match.pieces import folded
from maild.office.answers.danger import Then
from maild.office.answers.decide_answer import ASKED_FOR, PAYING, how_to_pay
from maild.office.answers.heard import SUM, Heard, hear, signs
from maild.office.answers.sums import asks_another, other_currency, other_sums
from maild.office.answers.telling_policy import Telling
from maild.office.answers.wishing import has_fee, wishing
from maild.office.requests import SAY
from maild.office.requests.ask_provider import Wish, pass_on
from maild.office.requests.facts_requests import RequestFacts
from maild.office.requests.learned_wish import meant, names_another, speaks_of
from maild.office.requests.queries import About
from maild.office.requests.the_request import Unsure, the_request, writer
from maild.spine.facts import Facts
from maild.spine.outcome import review
from maild.spine.policy import Policy

_WORD = re.compile(r"\w")
SURE = 0.9  # how likely the second reader has to find that a fee is accepted
_ONLY = {Kind.PATRON_OTHER, Kind.THANKS}  # the kind of a mail that answers to a fee


def decide_consent(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """What accepting a fee causes; None where the mail does not, or says more than that."""
    return _understood(reading, facts, policy) or _learned(reading, facts, policy)


def _learned(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """That only the second reader finds, to the only fee that waits, or the one that is named; no other sum is said."""
    patron = writer(reading, facts)
    if patron is None or said(reading, DECLINED) or said(reading, RESERVE):
        return None
    wish = wishing(reading, facts, policy)
    if not wish.finds(CONSENT):
        return None
    fee = policy.of(Telling).words.get(Kind.FEE_QUESTION)
    case = meant(reading, facts, patron, has_fee, SAY("fee_told"), by_sum=True, alone=fee)
    if case is None or not speaks_of(reading, facts, case, fee):
        return None
    if _other_sum(case, reading) or other_sums(reading, case) or other_currency(reading, case):
        return None
    if asks_another(reading, case) or names_another(reading, case):
        return None
    if _waits(case):
        return _accepted(case, patron, reading, facts, policy, wish.why_found(CONSENT))
    told = _told_how_to_pay(case, patron, reading, facts)
    return replace(told, reasons=(*told.reasons, wish.why_found(CONSENT))) if told else None


def _understood(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """In words that rules know."""
    patron = writer(reading, facts)
    telling = policy.of(Telling)
    heard = hear(reading, facts, telling)
    said_more = reading.classification.rest
    ways = folded(said(reading, WAYS))
    left = [clause for clause in said_more if not signs(folded(clause), heard.writers, heard.houses)]
    left = [clause for clause in left if folded(clause) not in ways]
    rest = [clause for clause in left if not telling.danger.is_idle(folded(clause))]
    rest = [clause for clause in rest if not _agrees_again(clause, heard)]
    if not said(reading, CONSENT) or patron is None or rest:
        return None
    ruling = reading.classification.main
    others = ", ".join(kind for kind in reading.classification.kinds if kind not in _only(reading))
    if more := said(reading, DECLINED) or said(reading, RESERVE) or others:
        return review(ruling, facts, Cause.QUESTION, SAY("accepts_and_more", more=more))
    if turned := telling.danger.of(heard.text, {*heard.kinds, Kind.FEE_QUESTION}, Then.DENY):
        return review(ruling, facts, Cause.QUESTION, turned)
    case = the_request(facts, patron, _waits, SAY("waits_for_consent"))
    if isinstance(case, Unsure):
        return review(ruling, facts, case.cause, case.reason)
    if told := _told_how_to_pay(case, patron, reading, facts):
        return told
    if not all(_agrees_again(clause, heard) for clause in left):
        return None  # only what moves nothing may stand beside words of what its writer will do
    if against := _against(case, reading) or (SAY("names_other") if names_another(reading, case) else ""):
        return review(ruling, facts, Cause.QUESTION, against)
    if ways and not _is_sure(heard):
        return None  # a question stands beside it: then both readers have to find it
    return _accepted(case, patron, reading, facts, policy)


def _only(reading: Reading) -> set[Kind]:
    """The kinds of a mail that only accepts a fee, and may ask how it is paid."""
    about_fee = (r.value("topic") for r in reading.classification.rulings if r.kind is Kind.FEE_QUESTION)
    asked = {topic for value in about_fee for topic in value.split("\n")}
    return _ONLY | {Kind.FEE_QUESTION} if asked and asked <= PAYING and said(reading, WAYS) else _ONLY


def _is_sure(heard: Heard) -> bool:
    """Whether the second reader finds the consent as well."""
    return heard.opinion is not None and heard.opinion.probability(CONSENT) >= SURE


def _accepted(
    case: Transaction, patron: Patron, reading: Reading, facts: Facts, policy: Policy, learned: str = ""
) -> Decision:
    moved = advance(case.state, Event.FEE_ACCEPTED, case.service)
    if moved.move is not Move.MOVED:
        why = DOMAIN("named", name=case.number, why=moved.reason)
        return review(reading.classification.main, facts, Cause.QUESTION, why)
    transition = Transition(
        number=case.number,
        expected_version=case.version,
        event=Event.FEE_ACCEPTED,
        before=moved.before,
        after=moved.after,
    )
    amount = case.total or case.payable
    about = About(
        theirs=facts.known(RequestFacts).theirs.get(case.number, ""),
        amount=str(amount.amount) if amount else "",
        currency=amount.currency if amount else "",
    )
    wish = Wish(
        asking=Asking.FEE_ACCEPTED,
        case=case,
        patron=patron,
        told=NoticeKind.FEE_ACCEPTED,
        revision=f"v{case.version}",
        about=about,
        data={},
    )
    why = SAY("accepts_fee", patron=patron.patron_id, number=case.number)
    asks = said(reading, WAYS)
    learned = learned or (SAY("asks_ways") if asks else "")
    told = pass_on(wish, reading, facts, policy, why, (transition,), Event.FEE_ACCEPTED, learned=learned)
    return told.telling((*told.notices, *how_to_pay(case, patron, reading, facts))) if asks else told


def _agrees_again(clause: str, heard: Heard) -> bool:
    """Whether a clause that no rule knows only says once more that the sum is accepted ('24元可以接受'), as the second
    reader finds it of the mail as well; `_other_sum` holds the sum against what was told.
    """
    text, agrees = folded(clause), heard.telling.danger.agrees
    asks = f"{text}?" in folded(heard.reading.mail.reply_text) or agrees is None
    left = text if asks else agrees.sub(" ", SUM.sub(" ", text))
    if _WORD.search(left) or not _lines(heard.reading, "amount"):
        return False
    return _is_sure(heard)


def _told_how_to_pay(case: Transaction, patron: Patron, reading: Reading, facts: Facts) -> Decision | None:
    """A fee that is asked for while the request goes on: nothing waits for the consent, and what is next is to pay. A
    person sees what was accepted all the same.
    """
    if _waits(case) or case.state not in OPEN or case.payment_state not in ASKED_FOR or _other_sum(case, reading):
        return None
    notices = how_to_pay(case, patron, reading, facts)
    if not notices:
        return None
    ruling = reading.classification.main
    why = SAY("accepts_fee_asked", patron=patron.patron_id, number=case.number)
    return review(ruling, facts, Cause.QUESTION, why, notices=notices).naming((case.number,))


def _waits(case: Transaction) -> bool:
    return case.state is State.CONDITIONAL


def _against(case: Transaction, reading: Reading) -> str:
    """Consent is to the fee that was told, no other."""
    if not _waits(case):
        return SAY("waits_for_no_fee", number=case.number, state=case.state)
    if another := asks_another(reading, case):
        return SAY("letter_says_else", text=another)
    return _other_sum(case, reading)


def _other_sum(case: Transaction, reading: Reading) -> str:
    """Why the sum that the mail speaks of is not the one that was told, or ''."""
    if case.payable is None:
        return SAY("share_not_told", number=case.number)
    amounts, currencies = _lines(reading, "amount"), _lines(reading, "currency")
    told = {f"{case.payable.amount:.2f}", *([f"{case.total.amount:.2f}"] if case.total else [])}
    if amounts - told or currencies - {case.payable.currency, (case.total or case.payable).currency}:
        said = ", ".join(sorted(amounts) + sorted(currencies))
        return SAY("speaks_of_other_sum", amount=said, payable=case.payable)
    return ""


def _lines(reading: Reading, name: str) -> set[str]:
    return {line for ruling in reading.classification.rulings for line in ruling.value(name).split("\n") if line}
