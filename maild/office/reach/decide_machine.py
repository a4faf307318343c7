"""What machines say of our notices: delivery reports, complaints, read receipts, automatic replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.mail import BounceRecipient
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.trust import Verdict
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.outgoing.reach import AddressBounce, Heard, News, mark, of_report
from maild.domain.outgoing.readdress import elsewhere, later
from maild.office.reach import SAY
from maild.office.reach.facts_reach import ReachFacts, softs
from maild.office.reach.vouching import vouched
from maild.spine.facts import Facts
from maild.spine.outcome import outcome, review
from maild.spine.policy import Policy

NOT_SPAM = "not-spam"  # RFC 6430
LOST = {
    Heard.REFUSED: "refused_otherwise",
    Heard.CONTENT_REFUSED: "taken_for_spam",
}


def decide_bounce(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Only a report of a notice of ours, about the address it went to, marks that address. What binds it to the notice
    is the Message-ID or the token that it returns, which nobody can guess, but whoever saw the notice can write; so it
    has to be proven (`vouching`), and to come while a server may still report. Others wait (RFC 3464 section 4).
    """
    if reading.mail.feedback is not None:
        return _complaint(reading, facts, policy)
    ruling, bounce, reach = reading.classification.main, reading.mail.bounce, facts.of(ReachFacts)
    if bounce is None or not bounce.recipients:
        return review(ruling, facts, Cause.BOUNCE, SAY("no_recipient_named"))
    if reach is None or not reach.parts:
        return review(ruling, facts, Cause.BOUNCE, SAY("no_notice_of_ours"))
    sent_to = reach.parts[0].request.recipient
    ours = [r for r in bounce.recipients if r.address.lower() == sent_to]
    if not ours:
        return review(ruling, facts, Cause.BOUNCE, SAY("other_addresses", address=sent_to))
    if against := _against(reading, reach, facts, policy):
        return review(ruling, facts, Cause.BOUNCE, against, reach.phone)
    return _reported(reading, ours[0], reach, facts, policy)


def _against(reading: Reading, reach: ReachFacts, facts: Facts, policy: Policy) -> str:
    """Why a report of a notice of ours is no evidence, '' where it is."""
    addressee = reach.parts[0].request.recipient
    if reading.auth.verdict is Verdict.FAIL:
        return SAY("report_of_other")
    if not vouched(reading, addressee, facts.ties.own_address, policy.reach, returned=reach.returned):
        return SAY("report_unproven", address=addressee)
    sent, arrived = (
        reach.parts[0].sent or reach.parts[0].created,
        facts.standing.arrived if facts.standing else facts.now,
    )
    if arrived - sent > timedelta(days=policy.reach.report_days):
        # RFC 5321 section 4.5.4.1: servers give up after four to five days, and say so then.
        return SAY("report_too_late", days=(arrived - sent).days, most=policy.reach.report_days)
    return ""


def _reported(
    reading: Reading, recipient: BounceRecipient, reach: ReachFacts, facts: Facts, policy: Policy
) -> Decision:
    ruling, main = reading.classification.main, reach.parts[0]
    what = of_report(recipient.permanent, recipient.delayed, recipient.reason)
    reason = " ".join(f"{recipient.status} {recipient.reason}".split())[:300]
    news = News(address=main.request.recipient, what=what, reason=reason, outbox_id=main.id)
    said = f"{news.address}: {reason or 'refused'}"
    if what is Heard.DEFERRAL:
        return replace(outcome(ruling, Action.APPLY, reasons=(SAY("temporary", why=said),)), effects=(news,))
    bounce = _mark(news, reach, facts, policy)
    number = main.request.number
    heard = replace(outcome(ruling, Action.APPLY, reasons=()), effects=(news, bounce) if bounce else (news,))
    heard = heard.naming((number,) if number else ())
    if what is Heard.SOFT_BOUNCE and bounce is not None and not bounce.permanent:
        again = later(reach.parts)
        why = SAY("lost_and_sent_again", when=f"{bounce.until:%Y-%m-%d %H:%M}", why=said)
        return replace(heard.telling(again), reasons=(why, *ruling.reasons))
    return _lost(heard, what, said, reach, facts)


def _mark(news: News, reach: ReachFacts, facts: Facts, policy: Policy) -> AddressBounce | None:
    since = facts.now - timedelta(days=policy.reach.soft_days)
    # One mail counts once, however many servers report it.
    before = {line.outbox_id for line in softs(reach) if line.at >= since} - {news.outbox_id}
    return mark(news, len(before), facts.now, policy.reach)


def _lost(heard: Decision, what: Heard, said: str, reach: ReachFacts, facts: Facts) -> Decision:
    """It does not reach this address: the patron's next one gets it, once; else somebody has to phone.

    A document never goes to another address on a report alone: whoever saw the notice could have written one.
    """
    others = elsewhere(reach.parts, reach.patron, facts.now, what) if what is not Heard.REFUSED else ()
    if any(notice.documents or notice.kind is NoticeKind.DOCUMENT_DELIVERED for notice in others):
        why = SAY("does_not_reach", why=said)
        ready = SAY("document_drafted", address=others[0].recipient)
        return replace(heard.drafting(others), cause=Cause.BOUNCE, reasons=(why, ready, reach.phone, *heard.reasons))
    if others:
        why = SAY("sent_to_instead", address=others[0].recipient, why=said)
        return replace(heard.telling(others), reasons=(why, *heard.reasons))
    why = f"{SAY(LOST[what]) if what in LOST else SAY('reaches_no_more')}: {said}"
    return replace(heard, cause=Cause.BOUNCE, reasons=(why, reach.phone, *heard.reasons))


def _complaint(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """The recipient marked a notice as spam (RFC 5965), or took that back. It is never sent anywhere else."""
    ruling, feedback, reach = reading.classification.main, reading.mail.feedback, facts.of(ReachFacts)
    if feedback is None or reach is None or not reach.parts:
        return review(ruling, facts, Cause.COMPLAINT, SAY("complaint_unknown"))
    if against := _against(reading, reach, facts, policy):
        return review(ruling, facts, Cause.COMPLAINT, against, reach.phone)
    main = reach.parts[0]
    number, address = main.request.number, main.request.recipient
    back = feedback.kind == NOT_SPAM
    news = News(
        address=address, what=Heard.NOT_SPAM if back else Heard.COMPLAINT, reason=feedback.kind, outbox_id=main.id
    )
    reasons: tuple[str, ...] = (SAY("no_spam", address=address),)
    if not back:
        reasons = (SAY("marked_as_spam", address=address, kind=main.request.kind, feedback=feedback.kind), reach.phone)
    decision = replace(outcome(ruling, Action.APPLY, reasons=reasons), effects=(news,))
    decision = decision.naming((number,) if number else ())
    return decision if back else replace(decision, cause=Cause.COMPLAINT)


def decide_heard(reading: Reading, facts: Facts) -> Decision | None:
    """A read receipt or an automatic reply to a notice of ours is a sign of life; None for any other."""
    ruling, receipt, reach = reading.classification.main, reading.mail.receipt, facts.of(ReachFacts)
    if reach is None or not reach.parts:
        return None
    main = reach.parts[0]
    news = News(address=main.request.recipient, what=Heard.OPENED, outbox_id=main.id)
    if receipt is not None and receipt.displayed:
        why = SAY("opened", address=news.address, id=main.id, kind=main.request.kind)
        return replace(outcome(ruling, Action.APPLY, reasons=(why,)), effects=(news,))
    if receipt is None and reading.mail.author.address == main.request.recipient:
        alive = replace(news, what=Heard.AUTO_REPLY, reason=reading.mail.subject[:200])
        why = SAY("automatic_reply", id=main.id)
        return replace(outcome(ruling, Action.IGNORE, reasons=(why,)), effects=(alive,))
    return None
