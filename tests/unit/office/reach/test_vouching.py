"""Who answers for a delivery report: our own servers, the addressee's mail system, our relay; nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.authenticate import authenticate
from maild.domain.incoming.decision import Action, Cause
from maild.domain.incoming.mail import Address, Automatic, Bounce, BounceRecipient, ParsedMail
from maild.domain.incoming.matching import Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import AddressBounce, News, ReachPolicy
from maild.office.reach.facts_reach import ReachFacts
from maild.office.reach.vouching import vouched
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
OFFICE, LI = "zjuill@zju.edu.cn", "li@gmail.com"
REACH = ReachPolicy(relay="smtp.relay.example", systems=(frozenset({"gmail.com", "googlemail.com"}),))


def reading(author: str, *, domain: str = "", made_here: bool = False, return_path: str | None = None) -> Reading:
    """A report that returns the Message-ID of a notice to LI; `domain`: which domain is proven."""
    bounce = Bounce(recipients=(BounceRecipient(address=LI, status="5.1.1", permanent=True, reason="user-unknown"),))
    mail = ParsedMail(sha256="b" * 64, size=1, from_=(Address(address=author),), automatic=Automatic.BOUNCE,
                      bounce=bounce, return_path=return_path)  # fmt: skip
    auth = AuthReport(verdict=Verdict.PASS if domain else Verdict.NONE, domain=domain, made_here=made_here)
    ruling = Ruling(kind=Kind.BOUNCE, rule="r", party=Party.MACHINE)
    return Reading(mail=mail, auth=auth, classification=Classification(rulings=(ruling,)))


@pytest.mark.parametrize(("author", "domain", "counts"), [
    ("mailer-daemon@googlemail.com", "googlemail.com", True), ("postmaster@mail.gmail.com", "gmail.com", True),
    ("postmaster@zju.edu.cn", "zju.edu.cn", True), ("mailer-daemon@mx3.relay.example", "relay.example", True),
    ("postmaster@qq.com", "qq.com", False), ("mailer-daemon@attacker.example", "attacker.example", False),
    ("wang@gmail.com", "gmail.com", False), ("student@zju.edu.cn", "zju.edu.cn", False),
    ("postmaster.li@gmail.com", "gmail.com", False), ("mailer-daemon@googlemail.com", "", False),
    ("postmaster@zju.edu.cn.example", "zju.edu.cn.example", False), ("", "", False),
])  # fmt: skip
def test_a_mail_system_answers_by_name(author: str, domain: str, counts: bool) -> None:
    """Proven, of the addressee's system, ours or the relay's, from an address that no user of it can own."""
    assert vouched(reading(author, domain=domain), LI, OFFICE, REACH) is counts


@pytest.mark.parametrize(("return_path", "counts"), [("", True), (None, True), ("who@zju.edu.cn", False)])
def test_what_our_own_servers_made_counts(return_path: str | None, counts: bool) -> None:
    """Whatever it calls itself; reports have no return path."""
    assert vouched(reading("x@y.example", made_here=True, return_path=return_path), LI, OFFICE, REACH) is counts


@pytest.mark.parametrize(("return_path", "counts"), [("", True), (None, True), ("who@attacker.example", False)])
def test_what_came_back_to_the_notice_s_own_return_path_counts(return_path: str | None, counts: bool) -> None:
    """Whoever reports it, and without a signature; but not what somebody sent from an address of his."""
    report = reading("mailer-daemon@mx.remote.example", return_path=return_path)
    assert vouched(report, LI, OFFICE, REACH, returned=True) is counts
    assert not vouched(report, LI, OFFICE, REACH)


@pytest.mark.parametrize(("lines", "here"), [
    ((), True),
    (("by mx.zju.edu.cn (Postfix) id 4A1; Tue, 24 Nov 2026 08:00:00 +0800",), True),
    (("from localhost (localhost [127.0.0.1]) by mx.zju.edu.cn with ESMTP; Tue, 24 Nov 2026 08:00:00 +0800",
      "by mx.zju.edu.cn (Postfix) id 4A1; Tue, 24 Nov 2026 08:00:00 +0800"), True),
    (("from smtp.zju.edu.cn (smtp.zju.edu.cn [10.202.0.5]) by mx.zju.edu.cn with ESMTPS; Tue, 24 Nov 2026 08:00:00 +0800",), True),
    (("from pc7.zju.edu.cn (pc7.zju.edu.cn [10.14.3.7]) by mx.zju.edu.cn with ESMTPSA; Tue, 24 Nov 2026 08:00:00 +0800",), False),
    (("from web.zju.edu.cn (web.zju.edu.cn [10.1.1.1]) by mx.zju.edu.cn with HTTP; Tue, 24 Nov 2026 08:00:00 +0800",), False),
    (("from smtp.zju.edu.cn (dsl.attacker.example [203.0.113.9]) by mx.zju.edu.cn with ESMTP; Tue, 24 Nov 2026 08:00:00 +0800",), False),
    (("from smtp.zju.edu.cn (unknown [10.9.9.9]) by mx.zju.edu.cn with ESMTP; Tue, 24 Nov 2026 08:00:00 +0800",), False),
    (("by mx.zju.edu.cn (Postfix) id 4A1; Tue, 24 Nov 2026 08:00:00 +0800",
      "from a.example (a.example [198.51.100.2]) by mx.zju.edu.cn with ESMTPS; Tue, 24 Nov 2026 07:59:00 +0800"), False),
])  # fmt: skip
def test_what_is_made_here(lines: tuple[str, ...], here: bool) -> None:
    """No other host and no user has had it in hand: by the address that was seen, never by the name that was told."""
    raw = "".join(f"Received: {line}\r\n" for line in lines) + "From: MAILER-DAEMON@zju.edu.cn\r\n\r\nfailed\r\n"
    author = Address(address="mailer-daemon@zju.edu.cn")
    report = authenticate(raw.encode(), author, 1, {}, authserv_id="mx.zju.edu.cn", now=NOW)
    assert report.made_here is here


@pytest.mark.parametrize(("author", "domain", "acts"), [
    ("mailer-daemon@googlemail.com", "googlemail.com", True), ("who@gmail.com", "gmail.com", False), ("mailer-daemon@gmail.com", "", False),
])  # fmt: skip
def test_other_reports_wait_and_mark_nothing(author: str, domain: str, acts: bool) -> None:
    """Those to whom a notice was forwarded know its Message-ID: that alone is no evidence."""
    request = NoticeRequest(kind=NoticeKind.FEE_NOTICE, subject="N1", recipient=LI, number="N1")
    sent = OutboxEntry(id=7, request=request, state=OutboxState.SENT, created=NOW, not_before=NOW)
    facts = Facts(now=NOW, query=Query(), outcome=Unmatched(reasons=()), own=(ReachFacts(parts=(sent,)),))
    made = decide(reading(author, domain=domain), facts, Policy(reach=REACH))
    if acts:
        assert (bool(made.of(AddressBounce)), bool(made.of(News))) == (True, True)
        return
    assert (made.action, made.cause, made.of(AddressBounce), made.of(News)) == (Action.REVIEW, Cause.BOUNCE, (), ())
    assert "neither our own servers made the report" in made.reasons[0]
