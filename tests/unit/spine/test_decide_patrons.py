"""Patrons' mails: questions about requests, proofs, thanks, machines, bounces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.domain.incoming.decision import Action, Cause, RegistrationChange, Transition
from maild.domain.incoming.mail import Address, Attachment, Automatic, Bounce, BounceRecipient, Origin
from maild.domain.incoming.matching import Candidate, Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry
from maild.domain.outgoing.reach import AddressBounce
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import Document, PatronAddress, Registration
from maild.office.reach.facts_reach import ReachFacts
from maild.office.registration.facts_registration import RegistrationFacts
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.spine.deciding import COPY, GOOD, LOAN, NOW, PATRON, PDF, facts, kinds, reading

# --- registrations ---------------------------------------------------------------------------------------


def test_registration_is_followed() -> None:
    """Pending, then approved; the same news again is ignored; a change of mind goes to staff."""
    pending = reading(Kind.REGISTRATION_PENDING, patron_email="New@patron.example", patron_name="新读者")
    decision = decide(pending, facts(candidates=()), Policy())
    assert kinds(decision) == [NoticeKind.REGISTRATION_RECEIVED]
    assert decision.of(RegistrationChange)[0].email == "new@patron.example"
    known = Registration(email="new@patron.example")
    assert decide(pending, facts(own=(RegistrationFacts(registration=known),)), Policy()).action is Action.IGNORE
    done = replace(known, state=RegistrationState.APPROVED)
    assert decide(pending, facts(own=(RegistrationFacts(registration=done),)), Policy()).cause is Cause.REGISTRATION, (
        "old news, or a new one"
    )
    approved = reading(Kind.REGISTRATION_APPROVED, login="new")
    assert kinds(decide(approved, facts(own=(RegistrationFacts(registration=known),)), Policy())) == [
        NoticeKind.REGISTRATION_APPROVED
    ]
    assert decide(approved, facts(), Policy()).cause is Cause.REGISTRATION


# --- patrons ---------------------------------------------------------------------------------------------


def patron_mail(kind: Kind, *more: Kind, auth: Verdict = Verdict.PASS, automatic: Automatic = Automatic.NO) -> Reading:
    mail = {"from_": (Address(address="li@patron.example"),), "message_id": "<m@x>", "automatic": automatic}
    return reading(kind, more=more, party=Party.PATRON, auth=auth, mail=mail)


def test_my_requests_goes_to_the_proven_patron_only() -> None:
    """Known and authenticated: the table; else nothing is disclosed."""
    known = facts(authors=(PATRON,), requests=(COPY,), query=Query(sender="li@patron.example"))
    answer = decide(patron_mail(Kind.STATUS_QUERY), known, Policy())
    (notice,) = answer.notices
    assert (notice.kind, notice.recipient, notice.reply_to) == (NoticeKind.QUERY_ANSWER, "li@patron.example", "<m@x>")
    rows = notice.data["rows"]
    assert isinstance(rows, list)
    assert [r["number"] for r in rows] == [COPY.number]
    forged = decide(patron_mail(Kind.STATUS_QUERY, auth=Verdict.NONE), known, Policy())
    assert (forged.action, forged.cause, forged.notices) == (Action.REVIEW, Cause.UNAUTHENTICATED, ())
    stranger = decide(patron_mail(Kind.STATUS_QUERY), facts(candidates=(), query=Query()), Policy())
    assert (stranger.cause, stranger.notices) == (Cause.UNKNOWN_SENDER, ())


def test_an_old_request_asked_for_by_number_is_the_one_told() -> None:
    """Named and the patron's own, though not among the latest."""
    known = facts(authors=(PATRON,), requests=(LOAN,), query=Query(sender="li@patron.example", numbers=(COPY.number,)))
    (notice,) = decide(patron_mail(Kind.STATUS_QUERY), known, Policy()).notices
    rows = notice.data["rows"]
    assert isinstance(rows, list)
    assert [row["number"] for row in rows] == [COPY.number]


def test_asking_about_somebody_elses_request_discloses_nothing() -> None:
    """A foreign number sends the whole question to staff."""
    foreign = Candidate(transaction=replace(COPY, patron_id="p2"), patron=None, evidence=())
    known = facts(authors=(PATRON,), candidates=(foreign,), query=Query(numbers=(COPY.number,)))
    decision = decide(patron_mail(Kind.STATUS_QUERY), known, Policy())
    assert (decision.cause, decision.notices) == (Cause.SENDER_MISFIT, ())


def test_a_proof_is_a_claim() -> None:
    """Staff look at the picture; the patron hears that it came, where it did; no payment is confirmed by it."""
    mail = patron_mail(Kind.PAYMENT_PROOF)
    nothing = decide(mail, facts(authors=(PATRON,)), Policy())
    assert (nothing.action, nothing.cause, nothing.notices) == (Action.REVIEW, Cause.PAYMENT_PROOF, ())
    assert [draft.kind for draft in nothing.drafts] == [NoticeKind.PROOF_RECEIVED]
    picture = Attachment(filename="slip.jpg", media_type="image/jpeg", content=b"x" * 20_000, sha256="c" * 64)
    with_it = replace(mail, mail=replace(mail.mail, attachments=(picture,), reply_text="已付款"))
    decision = decide(with_it, facts(authors=(PATRON,)), Policy())
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.PAYMENT_PROOF)
    assert kinds(decision) == [NoticeKind.PROOF_RECEIVED]
    assert not decision.of(Transition)


def test_a_notice_of_ours_that_came_back_is_ignored_with_a_reason() -> None:
    """Nobody waits for an answer, and no DNS answer is waited for."""
    nobody = facts(patient=True, candidates=(), query=Query())
    decision = decide(reading(Kind.OWN, party=Party.MACHINE, auth=Verdict.TEMPORARY), nobody, Policy())
    assert decision.action is Action.IGNORE
    assert decision.reasons


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.BULK])
def test_words_alone_make_no_robot(kind: Kind) -> None:
    """What only its wording calls bulk or automatic is looked at, whoever writes and whatever it names."""
    written = reading(kind, party=Party.MACHINE)
    nobody = facts(candidates=(), query=Query())
    for known in (nobody, facts(candidates=(), query=Query(), authors=(PATRON,)), facts()):
        assert decide(written, known, Policy()).action is Action.REVIEW
    declared = reading(
        Kind.AUTO_REPLY,
        party=Party.MACHINE,
        mail={"automatic": Automatic.AUTO_REPLIED, "headers": (("Auto-Submitted", "auto-replied"),)},
    )
    assert decide(declared, facts(authors=(PATRON,)), Policy()).action is Action.IGNORE
    assert decide(declared, nobody, Policy()).cause is Cause.ADVERTISING


def test_a_soft_bounce_delays_and_does_not_silence() -> None:
    """An address refused for now is still written to: the relay waits for it."""
    soft = replace(
        PATRON, emails=(PatronAddress(address="li@patron.example", bounced_until=NOW + timedelta(hours=20)),)
    )
    assert decide(reading(Kind.REQUEST_ACCEPTED), facts(patron=soft), Policy()).notices


def test_each_move_is_told_anew() -> None:
    """Unfilled, forwarded, unfilled again: the second time is news, with a revision of its own."""
    first = decide(reading(Kind.UNFILLED), facts(), Policy()).notices[0]
    later = decide(reading(Kind.UNFILLED), facts(transaction=replace(COPY, version=7)), Policy()).notices[0]
    assert first.revision != later.revision


def test_my_requests_shows_no_link_that_is_held_back() -> None:
    """While the fee is open or its share unknown, the answer names no link."""
    for held in (replace(COPY, payable=Money.of(6)), replace(COPY, total=Money.of(9))):
        known = facts(
            authors=(PATRON,),
            requests=(held,),
            query=Query(sender="li@patron.example"),
            documents={COPY.number: (Document(number=COPY.number, url="https://x.example/1"),)},
        )
        (notice,) = decide(patron_mail(Kind.STATUS_QUERY), known, Policy()).notices
        assert "x.example" not in str(notice.data)


def test_automatic_mail_is_never_answered() -> None:
    """A robot that asks 'status' gets nothing; staff see it."""
    known = facts(authors=(PATRON,), requests=(COPY,))
    decision = decide(patron_mail(Kind.STATUS_QUERY, automatic=Automatic.AUTO_GENERATED), known, Policy())
    assert (decision.action, decision.notices, decision.drafts) == (Action.REVIEW, (), ())


def test_thanks_alone_is_ignored_and_thanks_with_a_question_is_not() -> None:
    """Politeness needs no librarian; a question does."""
    known = facts(authors=(PATRON,))
    assert decide(patron_mail(Kind.THANKS), known, Policy()).action is Action.IGNORE
    assert decide(patron_mail(Kind.THANKS, Kind.FEE_QUESTION), known, Policy()).action is Action.REVIEW


# --- bounces ---------------------------------------------------------------------------------------------


def bounce(permanent: bool, address: str = "li@patron.example") -> Reading:
    report = Bounce(recipients=(BounceRecipient(address=address, status="5.1.1", permanent=permanent, reason="no"),))
    made = reading(Kind.BOUNCE, party=Party.MACHINE, mail={"bounce": report})
    return replace(made, auth=AuthReport(verdict=Verdict.NONE, made_here=True))


ENTRY = OutboxEntry(
    id=1,
    created=NOW,
    not_before=NOW,
    request=NoticeRequest(kind=NoticeKind.PICK_UP, subject="x", number=COPY.number, recipient="li@patron.example"),
)


def test_a_hard_bounce_of_our_notice_marks_the_address() -> None:
    """Marked with an expiry; staff see whom to phone. A soft one is shorter and bothers nobody."""
    hard = decide(bounce(True), facts(own=(ReachFacts(parts=(ENTRY,)),)), Policy())
    assert (hard.action, hard.cause, hard.about.transactions) == (Action.APPLY, Cause.BOUNCE, (COPY.number,))
    assert hard.of(AddressBounce)[0].permanent
    soft = decide(bounce(False), facts(own=(ReachFacts(parts=(ENTRY,)),)), Policy())
    assert soft.cause is Cause.NONE
    assert soft.of(AddressBounce)[0].until < hard.of(AddressBounce)[0].until


def test_a_forged_bounce_marks_nothing() -> None:
    """A report about no notice of ours, or about another address, is not believed."""
    assert not decide(bounce(True), facts(), Policy()).of(AddressBounce)
    assert not decide(bounce(True, "other@patron.example"), facts(own=(ReachFacts(parts=(ENTRY,)),)), Policy()).of(
        AddressBounce
    )


def test_inline_pictures_are_no_supply() -> None:
    """A signature logo shown in the text does not count as the document."""
    logo = replace(PDF, origin=Origin.INLINE)
    decision = decide(reading(Kind.SHIPPED, attachments=(logo,), documents=(GOOD,)), facts(), Policy())
    assert decision.cause is Cause.NO_USABLE_FILE


def test_statuses_cover_every_action_that_settles() -> None:
    """Each recorded action has a status for the balance sheet."""
    from maild.spine.recording.record import STATUS

    assert set(STATUS) == {Action.APPLY, Action.REVIEW, Action.IGNORE}
    assert MailStatus.PENDING not in STATUS.values()
