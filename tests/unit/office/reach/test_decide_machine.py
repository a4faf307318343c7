"""What machines say of our notices: reports, complaints, receipts, automatic replies. No I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.domain.incoming.decision import Action, Cause
from maild.domain.incoming.mail import Address, Automatic, Bounce, BounceRecipient, Feedback, ParsedMail, ReadReceipt
from maild.domain.incoming.matching import Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import AddressBounce, Heard, HeardLine, News
from maild.domain.requests.patron import Document, Patron, PatronAddress
from maild.office.reach.facts_reach import ReachFacts
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LI, QQ, N163 = "li@163.example", "li@qq.example", "two@163.example"
PATRON = Patron(
    patron_id="p1", name="李珺", phone="0571-1", emails=tuple(PatronAddress(address=a) for a in (LI, N163, QQ))
)
REQUEST = NoticeRequest(
    kind=NoticeKind.FEE_NOTICE, subject="N1", recipient=LI, patron_id="p1", number="N1", revision="v3"
)
ENTRY = OutboxEntry(id=7, request=REQUEST, state=OutboxState.SENT, created=NOW, not_before=NOW)
DOCUMENT = replace(ENTRY, request=replace(REQUEST, kind=NoticeKind.DOCUMENT_DELIVERED))


def reading(kind: Kind = Kind.BOUNCE, author: str = "", **mail: object) -> Reading:
    """A machine's mail."""
    parsed = ParsedMail(sha256="b" * 64, size=1, from_=(Address(address=author),), automatic=Automatic.BOUNCE, **mail)  # type: ignore[arg-type]
    ruling = Ruling(kind=kind, rule="r", party=Party.MACHINE)
    return Reading(
        mail=parsed,
        auth=AuthReport(verdict=Verdict.NONE, made_here=True),
        classification=Classification(rulings=(ruling,)),
    )


def facts(
    entry: OutboxEntry | None = ENTRY, patron: Patron | None = PATRON, lines: tuple[HeardLine, ...] = ()
) -> Facts:
    """Facts in which the report is about `entry`."""
    reach = ReachFacts(parts=(entry,), patron=patron, phone="phone 李珺: 0571-1", lines=lines) if entry else None
    return Facts(now=NOW, query=Query(), outcome=Unmatched(reasons=()), own=(reach,) if reach else ())


def report(reason: str, *, permanent: bool = True, delayed: bool = False, to: str = LI) -> Reading:
    """A delivery report about one address."""
    one = BounceRecipient(address=to, status="", permanent=permanent, reason=reason, delayed=delayed)
    return reading(bounce=Bounce(recipients=(one,)))


def soft(outbox_id: int, days: int = 1) -> HeardLine:
    """A soft bounce of the past."""
    return HeardLine(
        id=outbox_id, at=NOW - timedelta(days=days), address=LI, domain="", what=Heard.SOFT_BOUNCE, outbox_id=outbox_id
    )


def test_soft_and_then_lost_is_one_notice_elsewhere() -> None:
    """Tried again here, and lost: the first and its repetition become the same row at the other address."""
    first = decide(report("5.1.1 user-unknown"), facts(), Policy()).notices
    again = replace(ENTRY, request=replace(REQUEST, revision="v3:later2"))
    assert decide(report("5.1.1 user-unknown"), facts(again), Policy()).notices == first != ()


@pytest.mark.parametrize("reason", ["5.1.1 user-unknown", "content-refused: 554 DT:SPM"])
def test_a_document_goes_elsewhere_by_a_person_alone(reason: str) -> None:
    """Whoever saw the notice could have written the report: the address is marked, the copy waits as a draft."""
    decision = decide(report(reason), facts(DOCUMENT), Policy())
    assert (decision.cause, decision.notices) == (Cause.BOUNCE, ())
    (draft,) = decision.drafts
    assert draft.recipient != LI
    assert draft.recipient in " ".join(decision.reasons)
    link = replace(DOCUMENT, request=replace(REQUEST, documents=(Document(number="N1", url="https://x.example/1"),)))
    assert decide(report(reason), facts(link), Policy()).notices == ()


@pytest.mark.parametrize(("days", "counts"), [(0, True), (5, True), (10, True), (11, False), (400, False)])
def test_a_late_report_is_no_evidence(days: int, counts: bool) -> None:
    """Servers give up after some days: what comes later marks nothing and sends nothing."""
    sent = replace(ENTRY, sent=NOW - timedelta(days=days))
    decision = decide(report("5.1.1 user-unknown"), facts(sent), Policy())
    assert (decision.action, bool(decision.of(AddressBounce))) == (
        (Action.APPLY, True) if counts else (Action.REVIEW, False)
    )


@pytest.mark.parametrize(("days", "verdict"), [(300, Verdict.NONE), (1, Verdict.FAIL)])
def test_a_complaint_is_held_to_the_same_law(days: int, verdict: Verdict) -> None:
    """Late, or of a sender that is disproven: nothing is marked."""
    feedback = Feedback(kind="abuse", recipients=(LI,), original_message_id="<m@x>")
    told = replace(reading(feedback=feedback), auth=AuthReport(verdict=verdict, made_here=True))
    decision = decide(told, facts(replace(ENTRY, sent=NOW - timedelta(days=days))), Policy())
    assert (decision.action, decision.of(News)) == (Action.REVIEW, ())


def test_a_report_whose_sender_is_disproven_is_none() -> None:
    """It claims a domain whose policy refuses it."""
    forged = replace(report("5.1.1 user-unknown"), auth=AuthReport(verdict=Verdict.FAIL))
    decision = decide(forged, facts(), Policy())
    assert (decision.action, decision.of(AddressBounce), decision.of(News), decision.notices) == (
        Action.REVIEW,
        (),
        (),
        (),
    )


def test_a_lost_notice_goes_to_the_next_address_once() -> None:
    """To the next in the patron's order; what went elsewhere before goes nowhere more, and somebody has to ring."""
    decision = decide(report("mailbox-not-found: 550"), facts(), Policy())
    assert (decision.cause, [n.recipient for n in decision.notices]) == (Cause.NONE, [N163])
    assert decision.notices[0].revision == "v3:elsewhere"
    moved = replace(ENTRY, request=replace(REQUEST, revision="v3:elsewhere", recipient=N163))
    again = decide(report("mailbox-not-found: 550", to=N163), facts(moved), Policy())
    assert (again.cause, again.notices) == (Cause.BOUNCE, ())
    assert "phone 李珺: 0571-1" in again.reasons
    nobody = decide(report("mailbox-not-found: 550"), facts(patron=None), Policy())
    assert (nobody.cause, nobody.of(AddressBounce)[0].permanent) == (Cause.BOUNCE, True)


def test_refused_content_goes_to_another_system() -> None:
    """Who took it for spam would do so for the neighbour, too; the address itself is not avoided."""
    decision = decide(report("content-refused: 554 DT:SPM"), facts(), Policy())
    assert ([n.recipient for n in decision.notices], decision.of(AddressBounce)) == ([QQ], ())
    assert [n.what for n in decision.of(News)] == [Heard.CONTENT_REFUSED]


def test_what_is_not_the_addresses_fault_is_a_persons_case() -> None:
    """A black list of the recipient's, a size limit: nothing is marked, nothing sent elsewhere."""
    decision = decide(report("sender-refused: 550 User in blacklist"), facts(), Policy())
    assert (decision.cause, decision.notices, decision.of(AddressBounce)) == (Cause.BOUNCE, (), ())


def test_a_delay_is_no_loss() -> None:
    """The server goes on trying: heard, and no more."""
    decision = decide(report("unreachable: timed out", permanent=False, delayed=True), facts(), Policy())
    assert (decision.action, decision.cause, decision.notices, decision.of(AddressBounce)) == (
        Action.APPLY,
        Cause.NONE,
        (),
        (),
    )
    assert [n.what for n in decision.of(News)] == [Heard.DEFERRAL]


@pytest.mark.parametrize(("lines", "lasting"), [
    ((), False), ((soft(5),), False), ((soft(5), soft(6)), True), ((soft(5), soft(5)), False),
    ((soft(7), soft(6)), False), ((soft(5, 20), soft(6, 20)), False),
])  # fmt: skip
def test_soft_ones_are_sent_again_until_they_are_too_many(lines: tuple[HeardLine, ...], lasting: bool) -> None:
    """Later to the same address; the third mail lost within two weeks counts as hard: then elsewhere."""
    decision = decide(report("mailbox-full: 552", permanent=False), facts(lines=lines), Policy())
    (notice,) = decision.notices
    assert decision.of(AddressBounce)[0].permanent is lasting
    assert (notice.recipient, notice.revision) == ((N163, "v3:elsewhere") if lasting else (LI, "v3:later1"))


def test_a_complaint_is_a_persons_case_and_sent_nowhere() -> None:
    """Whoever it was told to in the report: the address that we wrote to complains."""
    feedback = Feedback(kind="abuse", recipients=("redacted@x.example",), original_message_id="<m@x>")
    decision = decide(reading(feedback=feedback), facts(), Policy())
    assert (decision.cause, decision.notices, decision.about.transactions) == (Cause.COMPLAINT, (), ("N1",))
    assert [(n.address, n.what) for n in decision.of(News)] == [(LI, Heard.COMPLAINT)]
    unknown = decide(reading(feedback=feedback), facts(None), Policy())
    assert (unknown.action, unknown.of(News)) == (Action.REVIEW, ())
    back = decide(reading(feedback=replace(feedback, kind="not-spam")), facts(), Policy())
    assert (back.cause, back.of(News)[0].what) == (Cause.NONE, Heard.NOT_SPAM)


def test_signs_of_life() -> None:
    """A read receipt opens; an automatic reply of the recipient arrives; of anybody else it is nothing."""
    shown = ReadReceipt(original_message_id="<m@x>", displayed=True)
    opened = decide(reading(Kind.AUTO_REPLY, receipt=shown), facts(), Policy())
    assert (opened.action, [n.what for n in opened.of(News)]) == (Action.APPLY, [Heard.OPENED])
    unread = decide(reading(Kind.AUTO_REPLY, receipt=replace(shown, displayed=False)), facts(), Policy())
    assert (unread.action, unread.of(News)) == (Action.IGNORE, ())
    away = decide(reading(Kind.AUTO_REPLY, LI, subject="自动回复"), facts(), Policy())
    assert (away.action, [n.what for n in away.of(News)]) == (Action.IGNORE, [Heard.AUTO_REPLY])
    other = decide(reading(Kind.AUTO_REPLY, "else@x.example"), facts(), Policy())
    assert other.of(News) == ()
