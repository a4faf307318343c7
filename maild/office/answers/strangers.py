"""What a writer is told who is no known patron: what the office's guide tells everybody, and nothing else. Pure.

It discloses nothing and moves nothing, so that it needs no patron; nobody reads it first, so that it needs more
certainty of the question than a patron's mail does: a proven address, questions of the guide, each read by a rule in
its own words and found by the second reader, and no sign that it is about anything else (docs/answers.md).
"""

from __future__ import annotations

from maild.domain.incoming.decision import Cause, Decision
from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.ruling import Kind
from maild.office.answers import SAY
from maild.office.answers.decide_answer import asked_in, case_of
from maild.office.answers.facts_answer import AnswerFacts
from maild.office.answers.heard import Heard
from maild.office.answers.questions import Answering, AnswerPolicy
from maild.office.answers.telling import MOST_CHARACTERS, answered, brings_more, untold
from maild.spine.facts import Facts
from maild.spine.policy import Policy

# Kinds of which the guide answers something. Of any other matter a person of the office has to know who writes.
GENERAL = frozenset(
    {
        Kind.REGISTRATION_QUESTION,
        Kind.FEE_QUESTION,
        Kind.PICKUP_QUESTION,
        Kind.STATUS_QUERY,
        Kind.DEPOSIT,
        Kind.INVOICE_REQUEST,
        Kind.REFUND_REQUEST,
        Kind.PATRON_OTHER,
        Kind.THANKS,
    }
)
PROVEN_BY = frozenset({"dkim", "authentication-results"})  # a forwarder's word (ARC) proves no one to answer


def tell_stranger(decision: Decision, heard: Heard, facts: Facts, policy: Policy) -> Decision:
    """The decision with what the guide says to it; as it is where that is nothing."""
    if not _may(decision, heard, facts, policy):
        return decision
    if why := _against(heard, facts, policy):
        return untold(decision, why)
    return answered(decision, heard, case_of(heard.reading, facts, policy, stranger=True))


def _may(decision: Decision, heard: Heard, facts: Facts, policy: Policy) -> bool:
    """Whether anything may be said to this address at all: by whom, and as often as the fuses let."""
    mail, auth, known = heard.reading.mail, heard.reading.auth, facts.of(AnswerFacts)
    if decision.cause is not Cause.UNKNOWN_SENDER or facts.authors or not auth.passed or auth.how not in PROVEN_BY:
        return False
    if mail.automatic is not Automatic.NO or mail.return_path == "" or mail.forwarded or len(mail.from_) != 1:
        return False
    if facts.lookalikes or facts.ignored is not None or known is None:
        return False
    # A reply is answered by who wrote what it answers: two programs never write to each other.
    if heard.in_thread or _answers_elsewhere(heard) or brings_more(heard.reading):
        return False
    answers = policy.of(AnswerPolicy)
    return answers.automatic and not known.answered and known.to_strangers < answers.strangers


def _answers_elsewhere(heard: Heard) -> bool:
    """Whether the writer wishes the answer at another address than the proven one."""
    mail = heard.reading.mail
    return any(one.address != mail.author.address for one in mail.reply_to)


def _against(heard: Heard, facts: Facts, policy: Policy) -> str:
    """Why a person answers, in words for staff; ''."""
    reading = heard.reading
    if len(reading.mail.reply_text) > MOST_CHARACTERS:
        return SAY("long")
    logins = {ruling.value("login") for ruling in reading.classification.rulings}
    if {*facts.query.numbers} - logins or facts.query.tokens:
        return SAY("names_request")
    if danger := heard.strange():
        return danger
    if other := next((kind for kind in heard.kinds if kind not in GENERAL), ""):
        return SAY("wishes_as_well", what=other)
    asked, others = asked_in(reading, policy)
    if not (asked and all(one.question.plain for one in asked)) and (more := heard.beyond(GENERAL)):
        return SAY("may_be_kind", kind=more)
    if others or any(one.question.answering is Answering.DRAFT for one in asked):
        return SAY("person_does")
    return ""
