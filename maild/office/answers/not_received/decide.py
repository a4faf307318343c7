"""'It says ended, but I have nothing': held against what was really sent, and sent again once.

The writer is known and proven. A faulty file is never sent again blindly, the second complaint about a request is a
librarian's, and so is one about something that was opened. Without a person only where all of the mail is understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from maild.domain import SAY as DOMAIN
from maild.domain.incoming.decision import Action, Cause, Decision, Writer
from maild.domain.incoming.matching import Candidate, Matched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.match.pieces import folded, named_by_pieces
from maild.office import SAY as COMMON
from maild.office.answers import SAY
from maild.office.answers.decide_answer import unsure
from maild.office.answers.not_received.letters import Case, ask_provider, resend, say, status
from maild.office.answers.past_mails import AGAIN, Past, among, past, topics
from maild.office.answers.telling_policy import Telling
from maild.office.answers.wishing import wishing
from maild.office.notices import announce
from maild.office.reach.facts_reach import ReachFacts
from maild.spine.facts import Facts
from maild.spine.outcome import about, review
from maild.spine.policy import Policy

BESIDE = frozenset({Kind.NOT_RECEIVED, Kind.STATUS_QUERY, Kind.THANKS})  # what one answer answers with it
FAULTY = ("broken", "wrong", "incomplete", "password")
ASKED_FOR_MONEY = (PaymentState.QUOTED, PaymentState.DUE)
HAVE_IT = (State.ON_LOAN, State.OVERDUE, State.RETURNED)
ON_THE_WAY = (State.SUBMITTED, State.IN_PROCESS, State.FORWARDED, State.CONDITIONAL)
ENDED_WITHOUT = (State.UNFILLED, State.CANCELLED)
# An address to which something is to go; one from which nothing came is none.
_ADDRESS = re.compile(
    r"(?:[到给至往发寄传送]|\bto\b|\bat\b|\bcc\b)[^,。;\n@]{0,16}?(?<![\w.+-])([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})",
    re.ASCII,
)
# Where the rules did not say what is the matter: words after which nothing is sent again unread.
_DOUBT = re.compile(
    r"打不开|打開|损|坏|乱码|空白|缺|少了|错|不对|不是|失效|过期|链接|密码|下载|模糊|看不清|wrong|broken|corrupt|damag"
    r"|missing|blank|open|expired?|link|password|download|incomplete|illegible|blurr",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request's complaint comes to.

    notices  what may go out at once; `status`: its state is to be told (in one table with others)
    person   why a librarian has to look first; then `notices` and `drafts` are drafts
    """

    past: Past
    notices: tuple[NoticeRequest, ...] = ()
    drafts: tuple[NoticeRequest, ...] = ()
    status: bool = False
    person: str = ""
    reasons: tuple[str, ...] = ()


def decide_not_received(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """None where the mail is not about this."""
    ruling, kinds = reading.classification.main, reading.classification.kinds
    if Kind.NOT_RECEIVED not in kinds or (ruling.kind is not Kind.NOT_RECEIVED and not BESIDE.issuperset(kinds)):
        return None
    if len(facts.authors) != 1 or not reading.auth.passed:
        return None  # the token lets him in; what lies behind it is not for an address that is not his
    patron = facts.authors[0]
    said = next(r for r in reading.classification.rulings if r.kind is Kind.NOT_RECEIVED).value("topic")
    case = Case(reading=reading, facts=facts, policy=policy, patron=patron, topics=topics(said))
    named = {*facts.query.numbers, *facts.query.tokens}
    known = {c.transaction.number: c.transaction for c in facts.candidates}
    foreign = sorted(n for n in named if n in known and known[n].patron_id != patron.patron_id)
    if foreign:
        why = SAY("missing_not_the_writers", numbers=", ".join(foreign))
        return review(ruling, facts, Cause.SENDER_MISFIT, why)
    unknown = sorted(n for n in facts.query.numbers if n not in known)
    if unknown:
        return review(
            ruling, facts, Cause.NOT_RECEIVED, COMMON("unknown_numbers", numbers=", ".join(unknown)), *_phone(facts)
        )
    meant = _meant(case)
    if len(meant) > 1 and not named:
        return _which(case, meant)
    if not meant:
        why = SAY("missing_no_request")
        return review(ruling, facts, Cause.NOT_RECEIVED, why, *_phone(facts))
    if over := _over(reading):
        why = SAY("missing_and_more", text=over)
        return review(ruling, facts, Cause.NOT_RECEIVED, why, *_phone(facts))
    today = policy.requests.times.today(facts.now)
    return _conclude(case, meant, [_answer(case, past(c.transaction, facts, today)) for c in meant])


def _over(reading: Reading) -> str:
    """Words by which it was found after all, or is not to be sent again: then nothing is, not even as a draft."""
    rulings = reading.classification.rulings
    mine = [r for r in rulings if r.kind is Kind.NOT_RECEIVED]
    if any(r.value("found") for r in mine):
        return SAY("found_after_all")
    return next((words for r in mine if (words := r.value("no_more"))), "")[:100]


def _meant(case: Case) -> tuple[Candidate, ...]:
    """The writer's requests that are named, or else all that it may be about. A piece of a title outranks the letter
    that is answered: people write below whatever lies at hand.
    """
    facts, mail = case.facts, case.reading.mail
    own = [c for c in facts.candidates if c.transaction.patron_id == case.patron.patron_id]
    piece = named_by_pieces(mail.subject, mail.reply_text, [c.transaction for c in own])
    besides = case.policy.of(Telling).danger.besides
    if len(piece) != 1 or (besides is not None and besides.search(folded(f"{mail.subject}\n{mail.reply_text}"))):
        piece = frozenset()
    query = facts.query
    for numbers in (query.numbers, query.tokens, piece, query.threads, query.quoted):
        if named := tuple(c for c in own if c.transaction.number in numbers):
            return named
    if isinstance(facts.outcome, Matched):
        return tuple(c for c in facts.outcome.candidates if c in own)
    return tuple(c for c in own if c.transaction.state not in (*ENDED_WITHOUT, State.RETURNED))


def _which(case: Case, meant: Sequence[Candidate]) -> Decision:
    """Several fit: the draft asks which."""
    rows = [announce.request_row(c.transaction, (), released=False) for c in meant[:20]]
    draft = say(case, "which", data={"rows": rows})
    why = SAY("missing_several", count=len(meant), numbers=", ".join(c.transaction.number for c in meant[:5]))
    decision = review(case.reading.classification.main, case.facts, Cause.NOT_RECEIVED, why, *_phone(case.facts))
    return decision.drafting(draft).from_patron(case.patron.patron_id)


def _answer(case: Case, known: Past) -> Answer:
    """The first of STEPS that has something to say."""
    for step in STEPS:
        answer = step(case, known)
        if answer is not None:
            return answer
    raise AssertionError("the last of STEPS answers everything")


def _faulty(case: Case, known: Past) -> Answer | None:
    """What came is not right: the provider has to mend it, and sending it again would mend nothing."""
    fails = among(case.topics, FAULTY)
    if not fails:
        return None
    drafts = (*say(case, "checking", known, data={"fails": list(fails)}), *ask_provider(case, known, fails))
    return Answer(past=known, drafts=drafts, person=SAY("not_right", what=", ".join(fails)))


def _second(case: Case, known: Past) -> Answer | None:
    if not known.again:
        return None
    drafts = (*say(case, "looking", known), *ask_provider(case, known, ("nothing",)))
    return Answer(past=known, drafts=drafts, person=SAY("second_complaint"))


def _has_opened(case: Case, known: Past) -> Answer | None:
    opened = known.opened
    if opened is None:
        return None
    drafts = resend(case, known) or say(case, "looking", known)
    return Answer(past=known, drafts=drafts, person=SAY("opened_at", address=opened.request.recipient))


def _dead_link(case: Case, known: Past) -> Answer | None:
    """A link that no longer works has to be fetched again; a file that we have can be sent whatever became of it."""
    linked = any(document.url for document in known.documents)
    if known.files or not linked or (known.links and "link" not in case.topics):
        return None
    drafts = (*say(case, "expired", known), *ask_provider(case, known, ("link",)))
    return Answer(past=known, drafts=drafts, person=SAY("link_dead"))


def _unpaid(case: Case, known: Past) -> Answer | None:
    """Never sent because of a fee: the fee is asked for again."""
    transaction = known.transaction
    if known.told or not transaction.payable or case.policy.may_release(transaction):
        return None
    if transaction.state not in (State.SHIPPED, State.CONDITIONAL) or transaction.payment_state not in ASKED_FOR_MONEY:
        return None
    to = known.address(case.patron, case.writer)
    reason = SAY("amount_due", number=transaction.number, amount=transaction.payable)
    if not to:
        return Answer(past=known, person=SAY("no_usable_address", reason=reason))
    notice = NoticeRequest(
        kind=NoticeKind.FEE_NOTICE,
        subject=transaction.number,
        recipient=to,
        patron_id=case.patron.patron_id,
        number=transaction.number,
        revision=AGAIN,
        reply_to=case.reading.mail.message_id,
    )
    return Answer(past=known, notices=(notice,), reasons=(reason,))


def _in_hand(case: Case, known: Past) -> Answer | None:
    """By our books the patron has the book already."""
    if known.transaction.state not in HAVE_IT:
        return None
    return Answer(past=known, drafts=say(case, "looking", known), person=SAY("book_is", state=known.transaction.state))


def _sent(case: Case, known: Past) -> Answer | None:
    """It left the house: once more, to an address that takes our mail."""
    if not known.told and not (known.failed or _to_be_sent(case, known)):
        return None
    if not known.told and known.waiting:
        return None
    notices = resend(case, known)
    if not notices:
        return Answer(past=known, person=SAY("cannot_send_again"))
    if not known.told:
        return Answer(past=known, notices=notices, reasons=(SAY("never_sent", address=notices[0].recipient),))
    last = known.told[-1]
    day = case.policy.requests.times.today(known.sent_at(last))
    reason = SAY("sent_again", address=last.request.recipient, when=day, again=notices[0].recipient)
    return Answer(past=known, notices=notices, reasons=(DOMAIN("named", name=known.transaction.number, why=reason),))


def _to_be_sent(case: Case, known: Past) -> bool:
    """It is here and may go, and never went: there was no address, for instance."""
    case_ = known.transaction
    if case_.service is Service.LOAN:
        return case_.state is State.RECEIVED
    here = bool(known.files or known.links) and case_.state in (State.SHIPPED, State.DELIVERED, State.CLOSED)
    return here and case.policy.may_release(case_)


def _on_the_way(case: Case, known: Past) -> Answer | None:
    """Not supplied yet, being sent at this moment, or come to nothing: the true state is the answer."""
    case_ = known.transaction
    proof = case_.state is State.SHIPPED and case_.payment_state is PaymentState.PROOF_RECEIVED and known.documents
    posted = case_.state is State.SHIPPED and case_.service is Service.LOAN
    if case_.state in (*ON_THE_WAY, *ENDED_WITHOUT) or proof or posted:
        return Answer(past=known, status=True, reasons=(SAY("request_is", number=case_.number, state=case_.state),))
    if known.waiting and known.takes_mail(known.waiting[-1].request.recipient):
        return Answer(
            past=known, status=True, reasons=(SAY("notice_waits", number=case_.number, id=known.waiting[-1].id),)
        )
    return None


def _mystery(case: Case, known: Past) -> Answer:
    """It counts as supplied, and we have nothing to send."""
    drafts = (*say(case, "looking", known), *ask_provider(case, known, ("nothing",)))
    if known.waiting:
        row = known.waiting[-1]
        return Answer(
            past=known, drafts=drafts, person=SAY("address_in_trouble", id=row.id, address=row.request.recipient)
        )
    return Answer(past=known, drafts=drafts, person=SAY("never_sent_by_us", state=known.transaction.state))


STEPS: tuple[Callable[[Case, Past], Answer | None], ...] = (
    _faulty,
    _second,
    _has_opened,
    _dead_link,
    _unpaid,
    _in_hand,
    _sent,
    _on_the_way,
    _mystery,
)


def _conclude(case: Case, meant: Sequence[Candidate], answers: Sequence[Answer]) -> Decision:
    """All that is certain goes out; where anything of it needs a person, everything waits as drafts."""
    ruling, facts = case.reading.classification.main, case.facts
    notices = (*(n for a in answers for n in a.notices), *status(case, [a.past for a in answers if a.status]))
    why = [a.person for a in answers if a.person] + _unsure(case)
    reasons = (*why, *(reason for a in answers for reason in a.reasons))
    numbers = tuple(c.transaction.number for c in meant)
    if why:
        history = dict.fromkeys(line for answer in answers for line in answer.past.history())
        if learned := _learned(case, answers):
            decision = review(ruling, facts, Cause.NOT_RECEIVED, *reasons, learned, *history)
            return decision.telling(notices).naming(numbers).from_patron(case.patron.patron_id)
        decision = review(ruling, facts, Cause.NOT_RECEIVED, *reasons, *history)
        drafts = (*notices, *(d for a in answers for d in a.drafts))
        return decision.drafting(drafts).naming(numbers).from_patron(case.patron.patron_id)
    return Decision(
        action=Action.APPLY,
        about=about(ruling, numbers, candidates=meant),
        writer=Writer(patron_id=case.patron.patron_id),
        effects=notices,
        reasons=(SAY("writer_proven", address=case.writer, patron=case.patron.patron_id), *reasons, *ruling.reasons),
    )


def _learned(case: Case, answers: Sequence[Answer]) -> str:
    """What it rests on that the one thing that left the house is sent once more, where its words were not all
    understood and nothing else stands against it: the second reader misses something in it as well; ''. A person reads
    the mail all the same.
    """
    classified = case.reading.classification
    if len(answers) != 1 or answers[0].person or not answers[0].notices or not classified.rest:
        return ""
    text, danger = folded(case.reading.mail.reply_text), case.policy.of(Telling).danger
    if any(words is None or words.search(text) for words in (danger.besides, danger.came)):
        return ""
    understood = replace(case, reading=replace(case.reading, classification=replace(classified, rest=())))
    found = wishing(case.reading, case.facts, case.policy)
    if _unsure(understood) or not found.finds(Kind.NOT_RECEIVED):
        return ""
    return found.why_found(Kind.NOT_RECEIVED)


def _unsure(case: Case) -> list[str]:
    """Why the mail may say more than what is answered."""
    classified = case.reading.classification
    why = unsure(case.reading, case.facts, case.policy)
    others = [kind.value for kind in classified.kinds if kind not in BESIDE]
    if address := _another_address(case):
        why.append(SAY("to_another_address", address=address))
    if others:
        why.append(SAY("also_asks", what=", ".join(others)))
    if not case.topics and _DOUBT.search(case.reading.mail.reply_text):
        why.append(SAY("matter_uncertain"))
    return why


def _another_address(case: Case) -> str:
    """An address that the writer names and that is neither the writer's nor ours; ''."""
    mail = case.reading.mail
    ours = {each.address.lower() for each in (*mail.to, *mail.cc)}
    said = (each for each in _ADDRESS.findall(mail.reply_text) if each.lower() not in ours)
    return next((each for each in said if not case.patron.owns(each)), "")


def _phone(facts: Facts) -> tuple[str, ...]:
    phone = facts.known(ReachFacts).phone
    return (phone,) if phone else ()
