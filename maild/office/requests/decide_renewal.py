"""A patron would like to keep a loan longer: the lending library decides, and is asked."""

from __future__ import annotations

import re

from maild.classify.vocabulary.days import every_day_in
from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.matching import Matched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import said
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.asking import Asking
from maild.domain.requests.patron import Patron, Transaction
from maild.office.answers.heard import clauses
from maild.office.answers.wishing import is_out, wishing
from maild.office.notices import announce
from maild.office.requests import SAY
from maild.office.requests.ask_provider import Wish, is_plain, pass_on
from maild.office.requests.case_details import day_said
from maild.office.requests.facts_requests import RequestFacts
from maild.office.requests.learned_wish import meant
from maild.office.requests.queries import About
from maild.office.requests.the_request import Unsure, the_request, writer
from maild.spine.facts import Facts
from maild.spine.outcome import about, review
from maild.spine.policy import Policy

RENEWAL, REFUSED = "renewal", "refused"  # a field of a provider's mail, and its value
_RENEWING = re.compile(r"续借|续期|延期|展期|延长|續借|延長|\brenew|\bextension|\bextend", re.IGNORECASE)
# … and what answers such a wish by its own words.
_WISH = r"(?:贵馆|您|你们|贵方)[^,，。;；\n]{0,12}(?:续借|续期|延期|展期|續借)"
_WISHED = (
    r"(?:续借|续期|延期|展期|續借)(?:的)?(?:申请|请求|要求|申請|請求)?[^,，。;；\n]{0,6}"
    r"(?:未能|不予|未予|未获)(?:批准|同意|核准)"
)
_ANSWERED = re.compile(
    rf"{_WISH}|{_WISHED}|(?:歉|恕)?难(?:以)?(?:照准|同意)[^,，。;；\n]{{0,6}}续|续借[^,，。;；\n]{{0,6}}(?:歉|恕)?难"
    r"|\byour (?:request|wish|application) (?:for|to)\b[^.;\n]{0,24}\b(?:renew|exten)|\byour renewal\b"
    r"|\brenewals?(?: request)?(?: [^,.;\n]{1,40})? (?:denied|refused|rejected|declined|not (?:approved|granted))\b"
    r"|\b(?:denied|refused|rejected|declined)\b[^.;\n]{0,30}\brenew",
    re.IGNORECASE,
)
_DUE = re.compile(r"到期|应还|應還|该还|還書日|还书日|归还日|\bdue\b(?! to\b)")
# … of which a clause may speak without the day on which it is.
_NOT_DUE = re.compile(
    r"提醒|通知|来信|來信|收到|邮件|郵件|续.{0,6}(?:到|至|后)|延.{0,6}(?:到|至)"
    r"|\b(?:reminder|notice|mail|until|till)\b|\bam due\b"
)
_ALONE = ({Kind.RENEW_REQUEST}, {Kind.RENEW_REQUEST, Kind.THANKS})


def decide_renewal(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """What a wish for a renewal causes; None where the mail wishes something else, or more than that."""
    patron, wish = writer(reading, facts), Kind.RENEW_REQUEST
    if patron is None:
        return None
    if set(reading.classification.kinds) not in _ALONE or not is_plain(reading, facts, policy, wish):
        learned = wishing(reading, facts, policy)
        if not learned.finds(wish):
            return None
        loan = meant(reading, facts, patron, is_out, SAY("on_loan"))
        return _asked_for(loan, patron, reading, facts, policy, learned.why_found(wish)) if loan else None
    found = the_request(facts, patron, is_out, SAY("on_loan"))
    if isinstance(found, Unsure):
        return review(reading.classification.main, facts, found.cause, found.reason)
    return _asked_for(found, patron, reading, facts, policy)


def _asked_for(
    loan: Transaction, patron: Patron, reading: Reading, facts: Facts, policy: Policy, learned: str = ""
) -> Decision:
    if against := _against(loan, facts, policy) or _other_day(loan, reading, facts, policy):
        return review(reading.classification.main, facts, Cause.QUESTION, against)
    due = loan.due.isoformat() if loan.due else ""
    wish = Wish(
        asking=Asking.RENEWAL,
        case=loan,
        patron=patron,
        told=NoticeKind.RENEWAL_ASKED,
        revision=f"renewal:{due}",
        about=About(theirs=facts.known(RequestFacts).theirs.get(loan.number, ""), until=_until(loan, reading)),
        data={"due": due},
    )
    why = SAY("wishes_renewal", patron=patron.patron_id, number=loan.number)
    return pass_on(wish, reading, facts, policy, why, learned=learned)


def _until(loan: Transaction, reading: Reading) -> str:
    """The day that is wished, where one is told and it lies behind the due date."""
    day = day_said(said(reading, "until"))
    return day.isoformat() if day and loan.due and day > loan.due else ""


def _against(loan: Transaction, facts: Facts, policy: Policy) -> str:
    """Why a person decides about the wish, or ''."""
    if not is_out(loan):
        return SAY("not_on_loan", number=loan.number, state=loan.state)
    times, late = policy.requests.times_of(loan), policy.requests.days_late(loan, facts.now)
    if late > times.renew_late:
        return SAY("overdue", number=loan.number, days=late)
    done = facts.known(RequestFacts).renewals.get(loan.number, 0)
    if done >= times.renewals:
        return SAY("renewals_used_up", number=loan.number, done=done, most=times.renewals)
    due = loan.due.isoformat() if loan.due else ""
    asked = [
        row
        for row in facts.known(RequestFacts).queries.get(loan.number, ())
        if row.request.data.get("renews", "") == due and row.request.data.get("asking") == Asking.RENEWAL
    ]
    if asked:
        day = policy.requests.times.today(asked[0].created)
        return SAY("renewal_asked", number=loan.number, day=day)
    return ""


def _other_day(loan: Transaction, reading: Reading, facts: Facts, policy: Policy) -> str:
    """The day by which the book is due as its reader has it, where our record has another; ''."""
    today = policy.requests.times.today(facts.now)
    said = [(clause, every_day_in(clause, today)) for clause in clauses(reading) if _DUE.search(clause)]
    said = [(clause, days) for clause, days in said if not _NOT_DUE.search(clause)]
    days = frozenset(day for clause, found in said for day in found)
    if not days or loan.due is None or loan.due in days:
        return ""
    return SAY("other_due_day", said=min(days).isoformat(), due=loan.due.isoformat())


def decide_refusal(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """A provider does not renew: the patron is told, and the due date stays. None where it says nothing of that."""
    ruling, match = reading.classification.main, facts.outcome
    if ruling.value(RENEWAL) != REFUSED:
        return None
    if not isinstance(match, Matched) or len(match.candidates) != 1:
        return review(ruling, facts, Cause.QUESTION, SAY("refusal_unsure"), *match.reasons)
    candidate = match.candidates[0]
    loan = candidate.transaction
    if not is_out(loan):
        return review(ruling, facts, Cause.ILLEGAL_MOVE, SAY("refusal_of_other", number=loan.number, state=loan.state))
    if not (facts.vouched or _was_asked(loan, reading, facts)):
        why = SAY("refusal_unasked", number=loan.number)
        return review(ruling, facts, Cause.QUESTION, why)
    wanted = day_said(ruling.value("due"))
    if wanted and loan.due and wanted != loan.due:
        why = SAY("refusal_other_day", number=loan.number, said=wanted, due=loan.due)
        return review(ruling, facts, Cause.QUESTION, why)
    due = loan.due.isoformat() if loan.due else ""
    data: dict[str, object] = {"event": RENEWAL, "due": due, "reason": ruling.value("reason")}
    notices = announce.to_patron(
        NoticeKind.LOAN_NOT_RENEWED, loan, candidate.patron, facts.now, revision=f"renewal:{due}", data=data
    )
    return Decision(
        action=Action.APPLY,
        cause=Cause.NONE if notices else Cause.NO_ADDRESS,
        about=about(ruling, (loan.number,), candidates=match.candidates),
        effects=notices,
        reasons=(SAY("not_renewed", number=loan.number, due=due or SAY("day_told")), *match.reasons, *ruling.reasons),
    )


def _was_asked(loan: Transaction, reading: Reading, facts: Facts) -> bool:
    """Whether a renewal of the loan was asked for: by our record, or by what the mail answers. 'No renewals' beside a
    due day refuses nothing.
    """
    rows = facts.known(RequestFacts).queries.get(loan.number, ())
    mail = reading.mail
    answers = _RENEWING.search(f"{mail.subject}\n{mail.quoted_text}") or _ANSWERED.search(mail.reply_text)
    return bool(answers) or any(row.request.data.get("asking") == Asking.RENEWAL for row in rows)
