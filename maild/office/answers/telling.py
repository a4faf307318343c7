"""What of a mail that waits its writer may be told all the same: the writer's own facts, matter by matter. Pure.

An answer that moves nothing and discloses nothing (rules/risk.toml: facts) needs less than an act: a proven author who
is one known patron, a question that the rules read, and no sign of danger (rules/danger.toml). It says what it took the
question for. What of the mail nobody understood and that asks or wishes something stays in the queue; where nothing is
left, the mail is settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.matter import Risk
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.outgoing.notice import NoticeKind
from maild.office import SAY as COMMON
from maild.office.answers import SAY
from maild.office.answers.asked_for import is_asked_for, person_first
from maild.office.answers.danger import Then
from maild.office.answers.decide_answer import (
    PAYING,
    Asked,
    asked_in,
    case_of,
    files_of,
    is_proven,
    letters,
    sections_of,
)
from maild.office.answers.facts_answer import AnswerFacts
from maild.office.answers.heard import UNSAID, Heard
from maild.office.answers.questions import Answering, AnswerPolicy
from maild.office.answers.sections import Case, Section, make
from maild.office.answers.standing import evidence, may_ask
from maild.office.answers.telling_policy import GUESSES, Telling
from maild.office.notices.announce import RUNNING
from maild.spine.facts import Facts
from maild.spine.policy import Policy

# Who wrote, or about whom, is what has to be looked at: nobody is told anything.
UNTOLD = frozenset(
    {
        Cause.UNKNOWN_SENDER,
        Cause.UNAUTHENTICATED,
        Cause.SENDER_MISFIT,
        Cause.UNKNOWN_NUMBER,
        Cause.NOT_BINDING,
        Cause.COMPLAINT,
        Cause.ADVERTISING,
        Cause.SHUNTED,
        Cause.BOUNCE,
    }
)
ANSWERS = frozenset({NoticeKind.ANSWER, NoticeKind.QUERY_ANSWER})
ANSWERING_TO = ("consent", "declined", "reserve", "found", "no_more")  # fields: a fee is answered, or all is well
WISHED = "wished"  # the topic of what is told of a wish
ACCEPTED = frozenset({"consent", "reserve"})
REST = "rest"  # revision of the drafted answer to what was not told
MOST_CHARACTERS = 1500  # of new text: a longer letter is read by a person first
HEARD = "heard"  # of a letter's data: part | whole, what of the mail it answers; it says what it took the mail for then
SHOWN = 3  # clauses that staff are told of
# What a mail wishes beside a question bends it: 'how far is it, else cancel it'. A person reads both.
SHOWN_BY_PICTURES = frozenset({Kind.PERMISSION_PROBLEM, Kind.NOT_RECEIVED})
POSSIBLE = "possible"  # topic of who asks whether something could be had, and wishes nothing yet
SHOWN_TOPICS = frozenset({"whitelist"})
BENDING = frozenset({Kind.CANCEL_REQUEST, Kind.RENEW_REQUEST, Kind.REFUND_REQUEST, Kind.ADDRESS_CHANGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What of a mail is told: the questions with their sections, what is left of it, and why a person still looks.

    partly: some of what a question asks is not known for certain, and left out
    """

    asked: tuple[Asked, ...]
    sections: tuple[Section, ...]
    partly: bool
    left: tuple[str, ...]
    others: tuple[str, ...]
    read: str
    loose: bool

    @property
    def settles(self) -> bool:
        """Whether nobody has to look at the mail any more."""
        whole = not (self.partly or self.left or self.others or self.read or self.loose)
        return whole and all(one.question.answering is Answering.AUTO and one.known for one in self.asked)


def tell(decision: Decision, heard: Heard, facts: Facts, policy: Policy) -> Decision:
    """The decision with what may be told beside it; as it is where that is nothing."""
    if not _may(decision, heard.reading, facts, policy):
        return decision
    case = case_of(heard.reading, facts, policy, stranger=False)
    told = answered(decision, heard, case)
    if not ANSWERS.intersection(notice.kind for notice in told.notices):
        told = _stands(told, heard, case)
    if told.notices or not policy.of(AnswerPolicy).acknowledge:
        return told
    return _acknowledged(told, heard, case)


def answered(decision: Decision, heard: Heard, case: Case) -> Decision:
    """With the answers that may go; to a stranger (case.patron None) only what the guide tells everybody."""
    policy, kinds = case.policy, heard.kinds
    asked = asked_in(heard.reading, policy)[0]
    guide = bool(asked) and all(one.question.plain and is_public(one, policy) for one in asked)
    if danger := heard.danger(Then.HOLD, guide=guide) or heard.danger(Then.DENY):
        return untold(decision, danger)
    if heard.is_reply:
        return untold(decision, SAY("may_answer"))
    if bending := _bending(heard):
        return untold(decision, SAY("wishes_as_well", what=bending))
    if heard.only_thanks:
        return untold(decision, SAY("thanks_only"))
    if person_first(heard):
        return untold(decision, SAY("person_first"))
    if case.patron is not None:
        asked = [*asked, *_learned(heard, policy), *_wished(decision, heard, policy)]
    tellable = tuple(one for one in asked if _tellable(one, case, heard, policy))
    told_kinds = {one.question.kind for one in tellable}
    if not tellable or (case.strange and not case.names_what_to_request(one.question for one in tellable)):
        return decision
    another, plain = heard.unread({*told_kinds, *kinds}), all(one.question.plain for one in tellable)
    if another and (another in BENDING - set(kinds) or (not plain and heard.outweighs(another, told_kinds))):
        return untold(decision, SAY("may_be_kind", kind=another))
    found = sections_of(tellable, case)
    certain = tuple(section for section in found if _is_certain(section, policy))
    told = Told(
        asked=tellable,
        sections=certain,
        partly=len(certain) < len(found),
        left=heard.left(told_kinds),
        others=(*(k for k in kinds if k not in told_kinds and k is not Kind.THANKS), *([another] if another else [])),
        read=heard.danger(Then.READ) or heard.danger(Then.BEND) or heard.danger(Then.HOLD),
        loose=heard.is_loose(told_kinds),
    )
    return _told(decision, told, asked, case)


def _stands(decision: Decision, heard: Heard, case: Case) -> Decision:
    """How the writer's requests stand, where all that speaks for that question outweighs what speaks against it. A
    person reads the mail all the same: no words were understood.
    """
    weighing, question = case.policy.of(Telling).standing, case.policy.of(AnswerPolicy).find(Kind.STATUS_QUERY, "")
    if weighing is None or question is None or heard.opinion is None or case.strange or heard.is_reply:
        return decision
    if heard.only_thanks or person_first(heard):
        return decision
    signs = evidence(heard, case.facts)
    sure = weighing.sure(signs)
    if sure < weighing.at(heard.opinion.version) or not may_ask(heard, signs):
        return decision
    asked = Asked(question=question, ruling=heard.reading.classification.main, known=False)
    told = Told(
        asked=(asked,),
        sections=tuple(section for section in sections_of([asked], case) if _is_certain(section, case.policy)),
        partly=False,
        left=(),
        others=(),
        read=SAY("seems_to_ask_standing", sure=f"{sure:.2f}", signs=weighing.words(signs)),
        loose=True,
    )
    return _told(decision, told, [asked], case) if told.sections else decision


def _acknowledged(decision: Decision, heard: Heard, case: Case) -> Decision:
    """That it came and by when it is answered, with the open requests; once a thread and once a day, never where
    anything warns, and not to thanks: nobody waits for an answer to them.
    """
    limits = case.policy.queue
    days = limits.of(decision.cause).days
    warned = any(heard.danger(then) for then in (Then.HOLD, Then.READ))
    answered = case.facts.known(AnswerFacts).answered
    if heard.in_thread or heard.is_thankful or not days or warned or answered:
        return decision
    day = limits.calendar.add_working_days(case.facts.now.astimezone(limits.zone).date(), days).day
    running = any(request.state in RUNNING for request in case.own.values())
    rows = make("status", case) if running and not case.strange else []
    sections = [Section(topic="acknowledged", say={"by": day.isoformat()}), *rows]
    notices = tuple(replace(notice, data={**notice.data, "kinds": []}) for notice in letters(sections, case))
    return replace(decision.telling(notices), reasons=(*decision.reasons, SAY("told_it_came")))


def _bending(heard: Heard) -> str:
    """What the mail wishes on a condition, or answers to a fee, in words for staff; ''.

    Who accepts a fee and asks how to pay it is told how.
    """
    rulings = heard.reading.classification.rulings
    said = list(dict.fromkeys(name for name in ANSWERING_TO for ruling in rulings if ruling.value(name)))
    topics = {topic for ruling in rulings for topic in ruling.value("topic").split("\n") if topic}
    if said and not (set(said) <= ACCEPTED and topics and topics <= PAYING):
        return ", ".join(said)
    # By when a loan is due is told of any wish to keep it: what the wish hangs on does not change the day.
    wishes = dict.fromkeys(r.kind.value for r in rulings if r.kind in BENDING and r.value("topic") != POSSIBLE)
    if set(wishes) == {Kind.RENEW_REQUEST.value} and set(heard.kinds) <= {Kind.RENEW_REQUEST, *UNSAID}:
        return ""
    return ", ".join(wishes) if heard.danger(Then.BEND) else ""


def _learned(heard: Heard, policy: Policy) -> Iterator[Asked]:
    """How the writer's requests stand, where the rules only guess it (then the mail has to name one) or read nothing
    (then the second reader's word alone has to be proven).
    """
    kind, kinds = Kind.STATUS_QUERY, set(heard.kinds)
    question = policy.of(AnswerPolicy).find(kind, "")
    if question is None or not kinds <= {kind, Kind.PATRON_OTHER} or kinds - heard.guessed - {Kind.PATRON_OTHER}:
        return
    if heard.confidence(kind)[0] and (heard.names or kind not in kinds):
        yield Asked(question=question, ruling=heard.reading.classification.main, known=False)


def _wished(decision: Decision, heard: Heard, policy: Policy) -> Iterator[Asked]:
    """By when the writer's loans are due, where a librarian looks at the wish to keep one; the notice that it is
    passed on says that as well.
    """
    if any(notice.kind is NoticeKind.RENEWAL_ASKED for notice in decision.notices):
        return
    question = policy.of(AnswerPolicy).find(Kind.RENEW_REQUEST, WISHED)
    for ruling in heard.reading.classification.rulings:
        if question is not None and ruling.kind is Kind.RENEW_REQUEST and (heard.names or ruling.rule not in GUESSES):
            yield Asked(question=question, ruling=ruling, known=True)


def untold(decision: Decision, why: str) -> Decision:
    """The decision as it is, with the reason for which its writer is told nothing."""
    return replace(decision, reasons=(*decision.reasons, SAY("nothing_told", why=why)))


def _may(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> bool:
    """Whether anything may be said at all: to one proven patron who wrote himself, and as often as the fuse lets."""
    mail, found = reading.mail, reading.classification
    waits = decision.action is Action.REVIEW and decision.cause not in UNTOLD
    if not waits or found.main.party is not Party.PATRON or not is_proven(reading, facts):
        return False
    if mail.automatic is not Automatic.NO or mail.return_path == "" or mail.forwarded or len(mail.from_) > 1:
        return False
    if facts.lookalikes or facts.ignored is not None or (known := facts.of(AnswerFacts)) is None:
        return False
    if brings_more(reading) or len(mail.reply_text) > MOST_CHARACTERS:
        return False
    if ANSWERS.intersection(n.kind for n in decision.notices):
        return False
    return policy.of(AnswerPolicy).automatic and known.answered < policy.of(AnswerPolicy).per_day


def brings_more(reading: Reading) -> bool:
    """Whether the files may say more than the words: a picture beside a trouble shows what the words say."""
    files = tuple(files_of(reading.mail))
    kinds = set(reading.classification.kinds)
    asks = {topic for ruling in reading.classification.rulings for topic in ruling.value("topic").split("\n")}
    shown = (kinds & SHOWN_BY_PICTURES or asks == SHOWN_TOPICS) and Kind.PAYMENT_PROOF not in kinds
    return bool(files) and not (shown and all((one.sniffed or one.media_type).startswith("image/") for one in files))


def _tellable(one: Asked, case: Case, heard: Heard, policy: Policy) -> bool:
    """Whether a question may be answered: its answer is harmless and known in full, and both readers find its kind."""
    kind = one.question.kind
    own = kind not in heard.kinds or one.question.plain or heard.speaks_of(kind)
    if one.question.answering is Answering.DRAFT or not own or not is_asked_for(one, heard):
        return False
    if not (one.question.plain or heard.confidence(kind)[0] or _asks_a_way(one, heard)):
        return False
    if case.patron is None and not is_public(one, policy):
        return False
    if any(policy.of(Telling).risks.of_topic(topic) is not Risk.FACTS for topic in one.question.topics):
        return False
    sections = sections_of([one], case)
    certain = [section for section in sections if _is_certain(section, policy)]
    # Part of an answer helps who asks something definite; not who misses what was sent, and hears that it was.
    definite = kind is not Kind.NOT_RECEIVED and one.known and bool(one.question.topic)
    return bool(certain) and (definite or len(certain) == len(sections))


def _asks_a_way(one: Asked, heard: Heard) -> bool:
    """Whether a sentence asks how a fee is paid: beside a consent the whole mail speaks of that."""
    return one.question.topic in PAYING and heard.in_a_sentence(one.question.kind) >= heard.telling.agrees


def is_public(one: Asked, policy: Policy) -> bool:
    """Whether the guide answers it to everybody: a definite question, all of whose answer is public."""
    definite = one.known and bool(one.question.topic) and one.question.answering is Answering.AUTO
    return definite and policy.of(Telling).risks.public.issuperset(one.question.topics)


def _is_certain(section: Section, policy: Policy) -> bool:
    return not section.doubt and not policy.of(AnswerPolicy).texts.lacking(
        section.topic, policy.of(AnswerPolicy).set_facts
    )


def _told(decision: Decision, told: Told, asked: Sequence[Asked], case: Case) -> Decision:
    kept = [*asked] if told.partly else [one for one in asked if one not in told.asked]
    drafts = tuple(draft for draft in decision.drafts if draft.kind not in ANSWERS)
    rest = tuple(replace(n, revision=REST) for n in letters(sections_of(kept, case), case)) if kept else ()
    settles = told.settles and not drafts and not rest and not decision.notices
    heard = "whole" if settles else "part"
    kinds = list(dict.fromkeys(one.question.kind.value for one in told.asked))
    if Kind.NOT_RECEIVED in case.reading.classification.kinds:  # how it stands answers that it has not come
        kinds = list(dict.fromkeys([*kinds, Kind.NOT_RECEIVED.value, Kind.STATUS_QUERY.value]))
    notices = tuple(replace(n, data={**n.data, HEARD: heard, "kinds": kinds}) for n in letters(told.sections, case))
    numbers = tuple(dict.fromkeys(n for section in told.sections for n in section.numbers))
    what = SAY("told_writer", kinds=", ".join(kinds))
    if settles:
        return replace(
            decision.naming(decision.about.transactions or numbers).telling(notices).drafting(()),
            action=Action.APPLY,
            cause=Cause.NONE,
            reasons=(*decision.reasons, what, SAY("nothing_else")),
        )
    decision = decision.telling((*decision.notices, *notices)).drafting((*drafts, *rest))
    return replace(decision, reasons=(*decision.reasons, what, *_why_read(told)))


def _why_read(told: Told) -> Iterator[str]:
    """Why a person looks at what is told all the same."""
    if told.left:
        yield SAY("still_to_read", text=" / ".join(told.left[:SHOWN])[:200])
    if told.others:
        yield COMMON("also_asks", what=", ".join(told.others))
    if told.read:
        yield SAY("person_reads", why=told.read)
