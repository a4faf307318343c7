"""What suppliers tell that our own record speaks against: what has not come is overdue, is due on another day, or is
'cancelled as you asked', which is true only where somebody here asked. Pure.
"""

from __future__ import annotations

import re
from datetime import date

from maild.classify.vocabulary.days import every_day_in
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Ruling
from maild.domain.requests.lifecycle import Advance, Event, Move, Service, State
from maild.domain.requests.patron import Transaction
from maild.domain.text import normalise
from maild.office.providers import SAY
from maild.office.providers.facts_provider import Cancelling
from maild.office.requests.case_details import day_said
from maild.spine.facts import Facts
from maild.traditional import simplified

MOST_TEXT = 20_000
# It is over by now: no threat of what comes after the day.
_OVER = re.compile(
    r"(?:现|今|目前)?(?:已|共)(?:经)?(?:超期|逾期|过期|超时|超|过)(?:了|过|限|期)*"
    r" ?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|多|数|半个?) ?[天日周月]"
    r"|(?:到期|应还)(?:日)?已(?:过|有)? ?\d{1,3} ?[天日]"
    r"|\b(?:is|are) (?:now|already) (?:\d+ days? )?(?:overdue|past due)\b"
    r"|\b(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten) (?:days?|weeks?) (?:overdue|late|past due)\b"
    r"|\boverdue (?:by|for) (?:\w+ ){1,2}(?:days?|weeks?)\b|\blonger than agreed\b|\bwas due\b",
    re.IGNORECASE,
)
_CANCELS = re.compile(r"取消|撤|\bcancel", re.IGNORECASE)
_AT_WORK = frozenset({Event.ACCEPTED, Event.FORWARDED})
_WISH = re.compile(
    r"(?:[贵您你][馆校方]|您|你们)的?[^,。;\n]{0,8}(?:撤[销消回单]|取消|终止|中止)[^,。;\n]{0,6}(?:申请|请求|要求|通知|来信|来函)"
    r"|(?:应|按照?|依|据|根据|遵照?)(?:[贵您你][馆校方]|您|你们)[^,。;\n]{0,14}(?:申请|请求|要求|来信|来函|意见|通知|意愿)"
    r"|(?:[贵您你][馆校方]|您|你们)[^,。;\n]{0,6}(?:要求|提出|来信|来函|通知)[^,。;\n]{0,6}(?:撤[销消回单]|取消|终止|中止)"
    # "您的请求已取消" says whose request it is, not who wished it to end
    r"|(?:[贵您你][馆校方]|您|你们)(?:[^,。;\n的]{0,6})(?:申请|请求)[^,。;\n已被遭业经]{0,4}(?:撤[销消回单]|取消|终止|中止)"
    r"|(?:由|被|应)(?:请求|借入|委托|申请|提交)(?:馆|方|单位)[^,。;\n]{0,4}(?:撤[销消回单]|取消|终止|中止)"
    r"|\bcancel+ed by (?:the )?(?:requesting|borrowing|requester|borrower|your)\b"
    r"|\b(?:as|like) (?:you|your library) (?:had |have )?(?:requested|asked|wished|wanted|instructed)\b"
    r"|\bas (?:requested|asked|instructed|agreed)\b|\byour (?:cancel+(?:ation|ing)|(?:request|wish) to cancel)\b"
    r"|\b(?:at|per|following|on|upon|in line with|according to) your (?:\w+ )?"
    r"(?:request|wish|instructions?|e-?mail|message|letter)\b"
    r"|\byou (?:have )?(?:asked (?:us )?to cancel|cancel+ed)\b",
    re.IGNORECASE,
)


def claimed(reading: Reading) -> str:
    """The words by which a mail says that the office itself wished it; ''. Pure."""
    hit = _WISH.search(normalise(f"{reading.mail.subject}\n{reading.mail.text[:MOST_TEXT]}"))
    return hit.group().strip() if hit else ""


def contradicted(reading: Reading, transaction: Transaction, moved: Advance, facts: Facts) -> str:
    """Why news waits that our own record speaks against; ''. Pure."""
    ruling, event = reading.classification.main, moved.event
    written = (reading.mail.date or facts.now).date()
    if transaction.state is State.CONDITIONAL and event is Event.ACCEPTED and not (facts.query.system or facts.vouched):
        return SAY("waits_for_a_yes", number=transaction.number)
    if moved.move is Move.LATE and transaction.state is State.CANCELLED and event in _AT_WORK:
        return SAY("cancelled_here", number=transaction.number)
    if moved.move is not Move.MOVED:
        return ""
    day = day_said(ruling.value("due"))
    apart = _nowhere(ruling, event, transaction) or _still_to_come(event, transaction, day, written)
    return (
        apart or _dated_otherwise(ruling, event, transaction, written) or _day_unread(reading, event, transaction, day)
    )


def _nowhere(ruling: Ruling, event: Event, transaction: Transaction) -> str:
    """Why news of something that should be here waits: by our own records it is not."""
    if event is Event.ARRIVED and ruling.institution and transaction.service is Service.COPY:
        return SAY("copy_arrived_without")
    if event is Event.DUE and ruling.value("recalled") and transaction.state in (State.SHIPPED, State.RECEIVED):
        here = transaction.state is State.RECEIVED  # whether it is lent at all is for a person
        return SAY("recalled_not_fetched") if here else SAY("recalled_never_arrived")
    overdue = event is Event.OVERDUE and transaction.state is State.SHIPPED
    return SAY("overdue_never_arrived") if overdue else ""


def _still_to_come(event: Event, transaction: Transaction, said: date | None, written: date) -> str:
    """Why an overdue book waits that by our record is not, where the mail says no day by which it would be."""
    due = transaction.due
    if event is not Event.OVERDUE or due is None or due < written or (said is not None and said < written):
        return ""
    return SAY("overdue_not_due_yet", day=due)


def _dated_otherwise(ruling: Ruling, event: Event, transaction: Transaction, written: date) -> str:
    """Why a loan's day waits: it is on record for a later one, and nobody wants the book back before its time; or it
    was over when that was written, and no day until which anybody may keep a book.
    """
    known, said = transaction.due, day_said(ruling.value("due"))
    day = (said if said != known else None) if ruling.value("recalled") else said or known
    if event is Event.RENEWED and known is not None and said is not None and said < known:
        return SAY("due_differs", said=said, known=known)  # nobody gives less time by renewing
    if event is Event.DUE and day is not None and day < written:
        return SAY("due_day_over", said=day)
    if event is not Event.DUE or known is None or said is None or said >= known or ruling.value("recalled"):
        return ""
    return SAY("due_differs", said=said, known=known)


def _day_unread(reading: Reading, event: Event, transaction: Transaction, said: date | None) -> str:
    """Why a reminder waits in which no day was understood, where its words say one to come that is not the record's."""
    known, mail = transaction.due, reading.mail
    recalled = reading.classification.main.value("recalled")
    if event is not Event.DUE or said is not None or known is None or recalled:
        return ""
    text = simplified(normalise(f"{mail.subject}\n{mail.reply_text[:MOST_TEXT]}"))
    written = mail.date.date() if mail.date else known
    if _OVER.search(text) and known >= written:
        return SAY("overdue_not_due_yet", day=known)
    days = {day for day in every_day_in(text, written) if day > written}
    return SAY("due_differs", said=min(days), known=known) if days and known not in days else ""


def unasked(reading: Reading, transaction: Transaction, facts: Facts) -> str:
    """Why an end waits that is said to be our wish: nobody here has asked for it. A refusal is one where it cancels."""
    number, query = transaction.number, facts.query
    ends = reading.classification.main.event is Event.CANCELLED or _CANCELS.search(reading.mail.text[:MOST_TEXT])
    asked = number in facts.known(Cancelling).numbers or number in query.threads or number in query.answered
    said = claimed(reading) if ends and not asked else ""
    return SAY("cancelled_unasked", number=number, words=said[:40]) if said else ""
