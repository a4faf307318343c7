"""A patron's questions: answered at once where all is certain, else put before a librarian with the answer ready.

Certain means: the writer is one known and proven patron, nothing of the mail is left over (Classification.rest), every
question of it is one that may be answered (rules/answers/table.toml), nothing is attached, every number is the
writer's, all that the answer says is known, and the fuse is whole. One mail gets one answer, a section a question.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.mail import Attachment, Automatic, Origin, ParsedMail
from maild.domain.incoming.matching import Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party, Ruling
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import Patron, Transaction
from maild.match.pieces import folded, foreign_titles, named_by_pieces
from maild.office import SAY as COMMON
from maild.office.answers import SAY
from maild.office.answers.facts_answer import AnswerFacts
from maild.office.answers.questions import AnswerPolicy, Question
from maild.office.answers.sections import Case, Section, login_of, make
from maild.office.answers.telling_policy import Telling
from maild.office.notices import announce
from maild.spine.facts import Facts
from maild.spine.outcome import about, review
from maild.spine.policy import Policy

QUIET = frozenset({Kind.THANKS})
CAUSES = {
    Kind.PERMISSION_PROBLEM: Cause.PERMISSION,
    Kind.REFUND_REQUEST: Cause.REFUND,
    Kind.REGISTRATION_QUESTION: Cause.REGISTRATION,
    Kind.INVOICE_REQUEST: Cause.INVOICE,
    Kind.NOT_RECEIVED: Cause.NOT_RECEIVED,
    Kind.PAYMENT_PROOF: Cause.PAYMENT_PROOF,
}
OFFERED = "offered"  # the topic of a question about invoices
LARGEST_LOGO = 10_000  # bytes of a signature's picture
PAYING = frozenset({"how_to_pay", "app", "many", "bank", "form"})
ASKED_FOR = frozenset({PaymentState.QUOTED, PaymentState.DUE})
MOST_QUOTED = 2000  # characters of a mail that a report quotes
# What looks like a transaction number and is none, unless there is one: a phone number, a day.
_NO_NUMBER = re.compile(r"\d{7,8}|1[3-9]\d{9}|20\d\d-?(?:0[1-9]|1[0-2])-?(?:[0-2]\d|3[01])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the mail, and the ruling that found it; `known`: its topic is in the table."""

    question: Question
    ruling: Ruling
    known: bool


def decide_answer(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """The answer, or the mail in the queue with a draft of it; None where nothing of it is answered here."""
    asked, others = asked_in(reading, policy)
    if not asked:
        return None
    case = case_of(reading, facts, policy, stranger=not is_proven(reading, facts))
    sections = sections_of(asked, case)
    doubts = [*unsure(reading, facts, policy), *_doubts(asked, others, sections, case)]
    ruling, mends = reading.classification.main, any(a.question.kind is Kind.PERMISSION_PROBLEM for a in asked)
    notices = fee_again(asked, case) or letters(sections, case)
    if doubts:
        decision = review(ruling, facts, _cause(asked, case), *doubts)
        return decision.drafting((*notices, *(_report(case) if mends else ())))
    numbers = tuple(dict.fromkeys(n for s in sections for n in s.numbers))
    patron, topics = case.patron.patron_id if case.patron else "?", ", ".join(s.topic for s in sections)
    told = SAY("answered", address=reading.mail.author.address, patron=patron, topics=topics)
    if mends:
        decision = review(
            ruling,
            facts,
            Cause.PERMISSION,
            SAY("permission_missing", login=login_of(case) or SAY("no_login")),
            told,
            notices=notices,
        )
        return decision.drafting(_report(case))
    return Decision(
        action=Action.APPLY,
        about=about(ruling, numbers),
        effects=notices,
        reasons=(told, *ruling.reasons),
    )


def with_draft(
    decision: Decision,
    reading: Reading,
    facts: Facts,
    policy: Policy,
    *,
    stranger: bool = False,
    done: Collection[Kind] = (),
) -> Decision:
    """The decision that puts a mail before staff, with a draft of what can be answered of it. `done`: kinds that the
    decision itself has dealt with.
    """
    if not decision.cause or decision.drafts or reading.mail.automatic is not Automatic.NO:
        return decision
    if reading.classification.main.party is not Party.PATRON:
        return decision
    asked = [one for one in asked_in(reading, policy)[0] if one.question.kind not in done]
    if not asked:
        return decision
    case = case_of(reading, facts, policy, stranger=stranger or not is_proven(reading, facts))
    mends = any(a.question.kind is Kind.PERMISSION_PROBLEM for a in asked)
    drafts = (*letters(sections_of(asked, case), case), *(_report(case) if mends else ()))
    return decision.drafting(drafts)


def rewritten(reading: Reading, facts: Facts, policy: Policy, draft: NoticeRequest) -> NoticeRequest | None:
    """A draft of this mail with the facts of now; None where there is nothing to say any more."""
    case = case_of(reading, facts, policy, stranger=not draft.patron_id or not is_proven(reading, facts))
    said = draft.data.get("topics")
    entries = said if isinstance(said, list | tuple) else ()
    wanted = {str(entry.get("topic")) for entry in entries if isinstance(entry, Mapping)}
    sections = [s for s in sections_of(asked_in(reading, policy)[0], case) if s.topic in wanted]
    made = next(iter(letters(sections, case)), None)
    return replace(draft, data=made.data, number=made.number) if made and made.kind is draft.kind else None


def unsure(reading: Reading, facts: Facts, policy: Policy) -> list[str]:
    """Why this mail may not be answered without a person, whatever it asks."""
    mail, answers, doubts = reading.mail, policy.of(AnswerPolicy), []
    if not answers.automatic:
        doubts.append(COMMON("answers_are_drafts"))
    if len(facts.authors) > 1:
        doubts.append(COMMON("shared_address", address=mail.author.address, count=len(facts.authors)))
    elif not is_proven(reading, facts):
        doubts.append(SAY("unproven_writer"))
    if mail.automatic is not Automatic.NO or mail.return_path == "":
        doubts.append(SAY("machine"))
    if reading.classification.rest:
        doubts.append(COMMON("not_understood", text=" / ".join(reading.classification.rest[:3])[:200]))
    if files := [a.filename or a.media_type for a in files_of(mail)]:
        doubts.append(SAY("attached", names=", ".join(files[:3])))
    if len(mail.from_) > 1 or mail.forwarded:
        doubts.append(COMMON("several_authors") if len(mail.from_) > 1 else SAY("forwarded"))
    known = facts.of(AnswerFacts)
    if known is not None and known.answered >= answers.per_day:
        doubts.append(COMMON("fuse_blown", count=known.answered))
    return doubts


def is_proven(reading: Reading, facts: Facts) -> bool:
    return reading.auth.passed and len(facts.authors) == 1


def files_of(mail: ParsedMail) -> Iterator[Attachment]:
    """What is attached, but for the small inline pictures of signatures."""
    for one in mail.attachments:
        inline = one.origin is Origin.INLINE or bool(one.content_id)
        if not (inline and one.size < LARGEST_LOGO and (one.sniffed or one.media_type).startswith("image/")):
            yield one


# --- what is asked ------------------------------------------------------------------------------------------


def asked_in(reading: Reading, policy: Policy) -> tuple[list[Asked], list[Kind]]:
    """The questions in the order in which the mail asks them, and the kinds that none of them accounts for."""
    asked: list[Asked] = []
    others: list[Kind] = []
    for ruling in reading.classification.rulings:
        if ruling.kind in QUIET:
            continue
        topics = [t for t in ruling.value("topic").split("\n") if t] or [""]
        found = [_find(ruling, topic, policy) or _in_general(ruling, reading, policy) for topic in topics]
        asked += _meant([one for one in found if one])
        if None in found:
            others.append(ruling.kind)
    if others or any(not one.question.vague for one in asked):
        asked = [one for one in asked if not one.question.vague]
    text = f"{reading.mail.subject}\n{reading.mail.reply_text}".casefold()
    return sorted(asked, key=lambda one: _place(one.question, text)), others


def _meant(asked: Sequence[Asked]) -> list[Asked]:
    """Without topics that one beside them takes the place of."""
    over = {topic for one in asked for topic in one.question.over}
    return [one for one in asked if one.question.topic not in over]


def _find(ruling: Ruling, topic: str, policy: Policy) -> Asked | None:
    question = policy.of(AnswerPolicy).find(ruling.kind, topic)
    if question is not None:
        return Asked(question=question, ruling=ruling, known=True)
    general = policy.of(AnswerPolicy).find(ruling.kind, "")
    return Asked(question=general, ruling=ruling, known=False) if general else None


def _in_general(ruling: Ruling, reading: Reading, policy: Policy) -> Asked | None:
    """A question about invoices, where the mail says nothing of one: no title, number, sum or request."""
    asks = policy.of(Telling).danger.questions
    if ruling.kind is not Kind.INVOICE_REQUEST or ruling.fields or asks is None:
        return None
    question = policy.of(AnswerPolicy).find(ruling.kind, OFFERED)
    if question is None or not asks.search(folded(reading.mail.reply_text)):
        return None
    return Asked(question=question, ruling=ruling, known=False)


def _place(question: Question, text: str) -> int:
    """Where the mail comes to speak of it; at the end where no cue is found."""
    body = text.find("\n") + 1
    places = [at for word in question.cue if (at := text.find(word, body)) >= 0]
    places = places or [at for word in question.cue if (at := text.find(word)) >= 0]
    return min(places, default=len(text))


def sections_of(asked: Sequence[Asked], case: Case) -> list[Section]:
    """A section a topic, each once. A topic that general words asked for yields to one that says more."""
    found: dict[str, Section] = {}
    for one in asked:
        for topic in one.question.topics:
            for section in make(topic, replace(case, ruling=one.ruling)):
                found.setdefault(section.topic, section)
    return list(found.values())


def case_of(reading: Reading, facts: Facts, policy: Policy, *, stranger: bool) -> Case:
    patron = None if stranger else facts.authors[0]
    known = facts.of(AnswerFacts) or AnswerFacts(requests=facts.requests, documents=facts.documents)
    if patron is None:
        return Case(
            reading=reading,
            facts=facts,
            policy=policy,
            patron=None,
            known=AnswerFacts(),
            ruling=reading.classification.main,
        )
    own = {t.number: t for t in known.requests}
    for candidate in facts.candidates:
        if candidate.transaction.patron_id == patron.patron_id:
            own.setdefault(candidate.transaction.number, candidate.transaction)
    numbers = _numbers(reading, facts, patron)
    said = [n for n in numbers if n in own]
    named = said or [n for n in (*facts.query.tokens, *facts.query.threads) if n in own] or _titled(facts, own)
    # As people name them, or by the one that the letter below is about.
    named = named or sorted(named_by_pieces(reading.mail.subject, reading.mail.reply_text, [*own.values()]))
    named = named or (answered if len(answered := [n for n in facts.query.quoted if n in own]) == 1 else [])
    titled = [c.transaction.number for c in facts.candidates if c.titled]
    # Somebody else's title or one that nobody knows, and none of the writer's.
    others = [] if any(n in own for n in titled) else titled
    if not named:
        others += foreign_titles(f"{reading.mail.subject}\n{reading.mail.reply_text}", own.values())
    strange = [n for n in dict.fromkeys([*numbers, *facts.query.tokens, *others]) if n not in own]
    return Case(
        reading=reading,
        facts=facts,
        policy=policy,
        patron=patron,
        known=known,
        own=own,
        named=tuple(dict.fromkeys(named)),
        by_number=bool(said),
        strange=tuple(strange),
        ruling=reading.classification.main,
    )


def _titled(facts: Facts, own: Mapping[str, Transaction]) -> list[str]:
    """The writer's requests whose title the mail says."""
    return [c.transaction.number for c in facts.candidates if c.titled and c.transaction.number in own]


def _numbers(reading: Reading, facts: Facts, patron: Patron) -> list[str]:
    """The transaction numbers that the mail names: no login, phone number or day that only looks like one."""
    query: Query = facts.query
    logins = {patron.login, patron.phone, *(r.value("login") for r in reading.classification.rulings)}
    phones = {r.value("phone") for r in reading.classification.rulings}
    exist = {c.transaction.number for c in facts.candidates}
    said = [n for n in query.numbers if n in exist or not (n in logins | phones or _NO_NUMBER.fullmatch(n))]
    return list(dict.fromkeys(said))


def _doubts(asked: Sequence[Asked], others: Sequence[Kind], sections: Sequence[Section], case: Case) -> list[str]:
    """Why just these questions are not answered without a person."""
    policy, doubts = case.policy.of(AnswerPolicy), []
    if case.strange and not case.names_what_to_request(one.question for one in asked):
        doubts.append(COMMON("not_the_writers", numbers=", ".join(case.strange[:5])))
    if others:
        doubts.append(COMMON("also_asks", what=", ".join(dict.fromkeys(others))))
    looked_at = (one for one in asked if not one.question.automatic or not one.known)
    doubts += [
        SAY("person_looks", kind=one.question.kind, topic=one.question.topic or SAY("in_general")) for one in looked_at
    ]
    for section in sections:
        if lacking := policy.texts.lacking(section.topic, policy.set_facts):
            doubts.append(SAY("office_has_not_said", what=", ".join(lacking)))
        if section.doubt:
            doubts.append(section.doubt)
    return doubts


def _cause(asked: Sequence[Asked], case: Case) -> Cause:
    if case.strange and not case.names_what_to_request(one.question for one in asked):
        exist = {c.transaction.number for c in case.facts.candidates}
        return Cause.SENDER_MISFIT if exist.intersection(case.strange) else Cause.UNKNOWN_NUMBER
    kinds = [a.question.kind for a in asked]
    for kind in (Kind.PERMISSION_PROBLEM, Kind.REFUND_REQUEST):  # what staff look for first, whatever stands beside it
        if kind in kinds:
            return CAUSES[kind]
    return CAUSES.get(case.reading.classification.main.kind, Cause.QUESTION)


# --- what is written ----------------------------------------------------------------------------------------


def occasion(mail: ParsedMail) -> str:
    """What an answer is unique by: the same mail that comes in a second copy is not answered again."""
    if not mail.message_id:
        return f"mail:{mail.sha256[:32]}"
    said = "\0".join((mail.message_id, mail.author.address, mail.subject, mail.reply_text))
    return f"mail:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def fee_again(asked: Sequence[Asked], case: Case) -> tuple[NoticeRequest, ...]:
    """How a fee that is named is paid, its own notice says: the sum, the form, the code that the money is found by."""
    ways = all(one.question.kind is Kind.FEE_QUESTION and one.question.topic in PAYING for one in asked)
    due = [t for n in case.named if (t := case.own[n]).payable and t.payment_state in ASKED_FOR]
    if not ways or not due or len(due) != len(case.named):
        return ()
    return tuple(n for t in due for n in how_to_pay(t, case.patron, case.reading, case.facts))


def how_to_pay(
    request: Transaction, patron: Patron | None, reading: Reading, facts: Facts
) -> tuple[NoticeRequest, ...]:
    """The notice of one fee, in answer to a mail."""
    mail = reading.mail
    return announce.to_patron(
        NoticeKind.FEE_NOTICE,
        request,
        patron,
        facts.now,
        revision=f"asked:{occasion(mail)[5:21]}",
        reply_to=mail.message_id,
    )


def letters(sections: Sequence[Section], case: Case) -> tuple[NoticeRequest, ...]:
    """One answer to the address that the mail came from, in its thread; none where that is no address."""
    mail = case.reading.mail
    if not mail.author.address or not sections:
        return ()
    topics = [section.data() for section in sections]
    alone = [s.topic for s in sections] == ["status"]
    numbers = list(dict.fromkeys(n for s in sections for n in s.numbers))
    request = NoticeRequest(
        kind=NoticeKind.QUERY_ANSWER if alone else NoticeKind.ANSWER,
        subject=occasion(mail),
        recipient=mail.author.address,
        patron_id=case.patron.patron_id if case.patron else "",
        number=numbers[0] if len(numbers) == 1 else "",
        reply_to=mail.message_id,
        data={"topics": topics, **({"rows": topics[0]["rows"]} if alone else {})},
    )
    return (request,)


def _report(case: Case) -> tuple[NoticeRequest, ...]:
    """The letter to the system's technicians; without a login name there is nothing that they could do."""
    mail, patron, login = case.reading.mail, case.patron, login_of(case)
    to = case.policy.of(AnswerPolicy).technicians
    if not login or not to:
        return ()
    data = {
        "login": login,
        "patron_name": patron.name if patron else mail.author.name,
        "department": patron.department if patron else "",
        "email": mail.author.address,
        "phone": patron.phone if patron else "",
        "words": mail.reply_text[:MOST_QUOTED],
    }
    request = NoticeRequest(
        kind=NoticeKind.PERMISSION_REPORT,
        subject=occasion(mail),
        recipient=to,
        data=data,
        locale=case.policy.of(AnswerPolicy).language,
    )
    return (request,)
