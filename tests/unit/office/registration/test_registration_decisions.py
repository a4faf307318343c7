"""What mails about registering cause, on facts made by hand. No I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from maild.config import Answers, Office
from maild.domain.errors import RuleError
from maild.domain.incoming.decision import Action, Cause, Decision, RegistrationChange
from maild.domain.incoming.mail import Address, Attachment, ParsedMail
from maild.domain.incoming.matching import Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import Patron, PatronAddress, PatronKind, Registration, RegistrationStep, Transaction
from maild.office.answers.questions import load_answers
from maild.office.registration.facts_registration import RegistrationFacts
from maild.office.registration.review_policy import REVIEW, load_review, read_review
from maild.office.watch.calendars import load_calendar
from maild.resources import data_folder
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from maild.tables import read_toml
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
POLICY = Policy(own=(load_review("", load_calendar(""), "Asia/Shanghai"),))
EMAIL = "guest@patron.example"
S, STEP = RegistrationState, RegistrationStep
WAITING = Registration(id=7, email=EMAIL, login="guest1", name="王方", submitted=NOW - timedelta(hours=3))
IDENTITY = replace(WAITING, id=6, step=STEP.IDENTITY, patron_kind="external")
PATRON = Patron(patron_id="p1", name="王方", kind=PatronKind.EXTERNAL, emails=(PatronAddress(address=EMAIL),))


def reading(
    *kinds: Kind,
    party: Party = Party.PROVIDER,
    auth: Verdict = Verdict.PASS,
    rest: tuple[str, ...] = (),
    mail: dict[str, Any] | None = None,
    **fields: str,
) -> Reading:
    values = MappingProxyType({k: Field(v) for k, v in fields.items()})
    rulings = tuple(Ruling(kind=k, rule="r", party=party, provider="calis", fields=values) for k in kinds)
    parsed = ParsedMail(sha256="b" * 64, size=1, **(mail or {}))
    return Reading(
        mail=parsed, auth=AuthReport(verdict=auth), classification=Classification(rulings=rulings, rest=rest)
    )


def provider(kind: Kind, known: Registration | None, *own: Registration, date: datetime | None = NOW, now: datetime = NOW,
             patrons: tuple[Patron, ...] = (), **fields: str) -> Decision:  # fmt: skip
    """What such a mail of the request system causes."""
    said = reading(kind, mail={"date": date}, **{"patron_email": EMAIL, **fields})
    facts = Facts(now=now, query=Query(), outcome=Unmatched(reasons=()), named_patrons=patrons,
                  own=(RegistrationFacts(registration=known, applications=own),))  # fmt: skip
    return decide(said, facts, POLICY)


def question(*own: Registration, kinds: tuple[Kind, ...] = (Kind.REGISTRATION_QUESTION,), now: datetime = NOW,
             authors: tuple[Patron, ...] = (), attachments: tuple[Attachment, ...] = (), rest: tuple[str, ...] = (),
             numbers: tuple[str, ...] = (), **fields: str) -> Decision:  # fmt: skip
    """What a mail of the applicant causes."""
    mail = {"from_": (Address(address=EMAIL),), "message_id": "<q@x>", "attachments": attachments}
    said = reading(*kinds, party=Party.PATRON, mail=mail, rest=rest, **{"state_asked": "审核了吗", **fields})
    facts = Facts(now=now, query=Query(numbers=numbers), outcome=Unmatched(reasons=()), authors=authors,
                  own=(RegistrationFacts(applications=own),))  # fmt: skip
    return decide(said, facts, POLICY)


def test_the_limit_is_told_where_it_is_certain() -> None:
    """The mail's date counts, not when it was read; a year that is not known is no fact for the applicant."""
    (notice,) = provider(Kind.REGISTRATION_PENDING, None).notices
    assert str(notice.data["due"]).startswith("2026-11-25T09:00")
    assert notice.data["unsure"] is False
    new_year = datetime(2026, 12, 31, 8, tzinfo=UTC)
    decision = provider(Kind.REGISTRATION_PENDING, None, date=new_year, now=new_year)
    assert decision.notices[0].data["unsure"] is True
    assert any("2027 are NOT known" in reason for reason in decision.reasons)
    older = provider(Kind.REGISTRATION_PENDING, None, date=NOW - timedelta(days=1))
    assert older.of(RegistrationChange)[0].at == NOW - timedelta(days=1)
    absurd = provider(Kind.REGISTRATION_PENDING, None, date=NOW + timedelta(days=400))
    assert absurd.of(RegistrationChange)[0].at is None


def test_an_account_waits_for_the_identity_step() -> None:
    """Approved by the system while an external reader is not confirmed: staff look, nobody is told to log in."""
    decision = provider(Kind.REGISTRATION_APPROVED, WAITING, IDENTITY, WAITING)
    assert (decision.action, decision.cause, decision.notices) == (Action.REVIEW, Cause.REGISTRATION, ())
    confirmed = replace(IDENTITY, state=S.APPROVED)
    assert provider(Kind.REGISTRATION_APPROVED, WAITING, confirmed, WAITING).action is Action.APPLY
    unknown = provider(Kind.REGISTRATION_APPROVED, WAITING, WAITING, patrons=(PATRON,))
    assert unknown.cause is Cause.REGISTRATION, "an external patron whose identity step nobody told us of"


def test_members_who_cannot_bind_a_card_go_the_external_way() -> None:
    """They are told to phone as well, their name is as the card has it, and their account waits for the confirmation."""
    member = replace(PATRON, kind=PatronKind.INTERNAL, name="John Smith")
    said = {"identity_step": "身份认证账号等待审核", "patron_name": "John Smith", "login": "0926001"}
    decision = provider(Kind.REGISTRATION_PENDING, None, patrons=(member,), **said)
    assert (decision.of(RegistrationChange)[0].patron_kind, decision.notices[0].data["step"]) == (
        "internal",
        "identity",
    )
    assert not any("wrong to the eye" in reason for reason in decision.reasons)
    waiting = replace(IDENTITY, patron_kind="internal")
    approval = provider(Kind.REGISTRATION_APPROVED, WAITING, waiting, WAITING, patrons=(member,))
    assert approval.cause is Cause.REGISTRATION


def test_a_step_is_told_by_the_mail() -> None:
    """Identity, account, or both: then a person says which."""
    identity = provider(Kind.REGISTRATION_PENDING, None, identity_step="身份认证账号等待审核")
    assert (identity.of(RegistrationChange)[0].step, identity.of(RegistrationChange)[0].patron_kind) == (
        STEP.IDENTITY,
        "external",
    )
    bound = provider(Kind.REGISTRATION_APPROVED, None, identity_step="已绑定一卡通", campus_card="已绑定一卡通")
    assert (bound.of(RegistrationChange)[0].state, bound.of(RegistrationChange)[0].patron_kind) == (
        S.APPROVED,
        "internal",
    )
    both = provider(Kind.REGISTRATION_APPROVED, None, identity_step="x", account_step="y")
    assert (both.action, both.of(RegistrationChange)) == (Action.REVIEW, ())


@pytest.mark.parametrize("fields", [{"login": "another"}, {"patron_email": "other@patron.example", "login": "guest1"}])
def test_perhaps_two_persons(fields: dict[str, str]) -> None:
    """The same address with another login, or the same login with another address, is for a person."""
    for kind in (Kind.REGISTRATION_APPROVED, Kind.REGISTRATION_PENDING):
        assert provider(kind, WAITING, WAITING, **fields).cause is Cause.REGISTRATION


def test_a_rejection_is_explained_in_both_languages() -> None:
    """The system's own words, and what they mean with the way to mend it."""
    decision = provider(Kind.REGISTRATION_REJECTED, WAITING, WAITING, reason="姓名中含有空格")
    assert decision.of(RegistrationChange)[0].reason == "name_characters\n姓名中含有空格"
    (notice,) = decision.notices
    assert notice.data["reason"] == "姓名中含有空格"
    whys = notice.data["whys"]
    assert isinstance(whys, list)
    assert "without spaces" in whys[0]["en"]
    other = provider(Kind.REGISTRATION_REJECTED, WAITING, WAITING, reason="材料不全")
    assert (other.of(RegistrationChange)[0].reason, other.notices[0].data["whys"]) == ("材料不全", [])


def test_each_round_is_told_once() -> None:
    """The revision of a notice is the round: a second host, or the same news again, adds none."""
    first = provider(Kind.REGISTRATION_PENDING, None).notices[0]
    refused = replace(WAITING, state=S.REJECTED, decided=NOW - timedelta(hours=1))
    again = provider(Kind.REGISTRATION_PENDING, refused, refused).notices[0]
    assert (first.subject, first.revision, again.revision) == (again.subject, "0", "1")
    assert provider(Kind.REGISTRATION_PENDING, WAITING, WAITING).action is Action.IGNORE


# --- questions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "authors", "then"),
    [
        ((IDENTITY,), (), "phone"),
        ((replace(IDENTITY, state=S.REJECTED),), (), "identity_again"),
        ((replace(IDENTITY, state=S.APPROVED),), (), "account"),
        ((replace(IDENTITY, state=S.APPROVED), WAITING), (), "wait"),
        ((WAITING,), (PATRON,), "phone"),
        ((WAITING,), (replace(PATRON, kind=PatronKind.INTERNAL),), "wait"),
        ((replace(WAITING, submitted=NOW - timedelta(days=5)),), (), "late"),
        ((replace(WAITING, state=S.APPROVED),), (), "submit"),
        ((replace(WAITING, state=S.REJECTED, reason="twice"),), (), "account_again"),
    ],
)
def test_the_true_state_is_told(own: tuple[Registration, ...], authors: tuple[Patron, ...], then: str) -> None:
    """Each state has its next act, for applicants who are patrons and who are not."""
    decision = question(*own, authors=authors)
    (notice,) = decision.notices
    assert (notice.kind, notice.recipient, notice.reply_to) == (NoticeKind.REGISTRATION_STATE, EMAIL, "<q@x>")
    assert notice.data["next"] == then
    assert decision.cause is Cause.NONE


@pytest.mark.parametrize(
    "doubt",
    [
        {"rest": ("我的书呢",)},
        {"other_asked": "密码"},
        {"kinds": (Kind.REGISTRATION_QUESTION, Kind.PATRON_OTHER)},
        {"attachments": (Attachment(filename="a.png", media_type="image/png", content=b"x", sha256="c" * 64),)},
        {"kinds": (Kind.REGISTRATION_QUESTION, Kind.STATUS_QUERY), "numbers": ("2026112400001",)},
    ],
)
def test_what_is_not_all_understood_is_a_draft(doubt: dict[str, Any]) -> None:
    """A librarian gets the question with the answer beside it; nothing leaves by itself."""
    decision = question(WAITING, **doubt)
    assert (decision.action, decision.cause, decision.notices) == (Action.REVIEW, Cause.REGISTRATION, ())
    assert [d.kind for d in decision.drafts] == [NoticeKind.REGISTRATION_STATE]


def test_others_questions_are_left_to_others() -> None:
    """How to register, a payment beside it, or nobody's registration: not answered here."""
    assert question(WAITING, state_asked="").notices == ()
    assert question(WAITING, kinds=(Kind.REGISTRATION_QUESTION, Kind.INVOICE_REQUEST)).notices == ()
    stranger = question()
    assert (stranger.cause, stranger.notices) == (Cause.UNKNOWN_SENDER, ())
    assert NoticeKind.REGISTRATION_STATE not in {draft.kind for draft in stranger.drafts}


# --- the file --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "becomes", "where"),
    [
        ('until = "17:00"', 'until = "25:00"', "until"),
        ("working_days = 1", "working_days = 0", "working_days"),
        ("remind_hours = 3", "remind_hours = 99", "remind_hours"),
        ('code = "twice"', 'code = "login_email"', "there twice"),
        ('code = "login_email"', 'code = "login_mail"', "'login_email' is missing"),
        ("en_fix =", "en_fixes =", "en_fixes"),
        ("escalate_days = 1", "escalation = 1", "escalation"),
        (r"recognise = ['(?:重复", r"recognise = ['(?<=x)(?:重复", "recognise"),
    ],
)
def test_a_broken_file_stops_the_start(tmp_path: Path, was: str, becomes: str, where: str) -> None:
    """The message names the file and what is wrong."""
    text = (data_folder("rules") / REVIEW.name).read_text("utf-8")
    assert was in text
    broken = tmp_path / "review.toml"
    broken.write_text(text.replace(was, becomes, 1), "utf-8")
    with pytest.raises(RuleError, match=r"review\.toml") as raised:
        read_review(read_toml(broken), load_calendar(""), "Asia/Shanghai")
    assert where in str(raised.value)


def test_one_doubt_about_the_asker_is_enough_to_wait() -> None:
    """Two authors, two applicants at one address, requests that may be meant, too many answers, drafts only."""
    two = (Address(address=EMAIL), Address(address="else@evil.example"))
    other = replace(IDENTITY, login="guest2", name="李四")
    request = Transaction(number="2026112400001", patron_id="p1", title="Deep learning")
    careful = POLICY.with_(load_answers(Answers(automatic=False), Office()))
    cases: list[tuple[dict[str, Any], dict[str, Any], Policy, tuple[Kind, ...]]] = [
        ({"from_": two}, {}, POLICY, ()),
        ({}, {"own": (RegistrationFacts(applications=(other, WAITING)),)}, POLICY, ()),
        ({}, {"authors": (PATRON,), "requests": (request,)}, POLICY, (Kind.STATUS_QUERY,)),
        ({}, {"own": (RegistrationFacts(applications=(WAITING,), answered=6),)}, POLICY, ()),
        ({}, {}, careful, ()),
    ]
    for mail, known, policy, more in cases:
        said = reading(Kind.REGISTRATION_QUESTION, *more, party=Party.PATRON, state_asked="审核了吗",
                       mail={"from_": two[:1], "message_id": "<q@x>", **mail})  # fmt: skip
        facts = Facts(**{"now": NOW, "query": Query(), "outcome": Unmatched(reasons=()),
                         "own": (RegistrationFacts(applications=(WAITING,)),),
                         **known})  # fmt: skip
        decision = decide(said, facts, policy)
        assert (decision.action, decision.notices, len(decision.drafts)) == (Action.REVIEW, (), 1), (mail, known)
