"""What patrons wish of a running request, on facts made by hand: granted what is plain, the rest before a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import pytest

from maild.classify.providers import Provider
from maild.domain.incoming.decision import Action, Cause, Decision, Transition
from maild.domain.incoming.mail import Address, ParsedMail
from maild.domain.incoming.matching import Candidate, Matched, Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry
from maild.domain.requests.asking import Asking
from maild.domain.requests.expectation import ServiceTimes, Times
from maild.domain.requests.lifecycle import Event, PaymentState, Service, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.requests.facts_requests import RequestFacts
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from maild.spine.request_policy import Contacts, RequestPolicy
from tests.deciding import decide

NOW = datetime(2026, 12, 14, 2, tzinfo=UTC)
PATRON = Patron(patron_id="p1", name="李珺", emails=(PatronAddress(address="li@patron.example"),))
OTHER = replace(PATRON, patron_id="p2")
COPY = Transaction(number="2026112400001", patron_id="p1", title="Deep learning", version=3)
LOAN = replace(COPY, number="2026112400002", service=Service.LOAN, state=State.ON_LOAN, due=date(2026, 12, 18))
PRICED = replace(COPY, number="2026112400003", state=State.CONDITIONAL, total=Money.of(26), payable=Money.of(26),
                 payment_state=PaymentState.DUE)  # fmt: skip
CALIS = Provider(id="calis", name_zh="中心", name_en="Centre", contact="ask@calis.example", language="zh-CN", system=True,
                 asks=frozenset({"renewal"}))  # fmt: skip
TIMES = ServiceTimes(zone=UTC, usual=MappingProxyType({Service.LOAN: Times(renewals=1, renew_late=2)}))


def policy(*, send: bool = False, contact: bool = True) -> Policy:
    """The office's policy, with a contact of CALIS or none."""
    system = CALIS if contact else replace(CALIS, contact="")
    return Policy(requests=RequestPolicy(times=TIMES, contacts=Contacts(system=system), send=send))


def wish(
    *kinds: Kind, requests: tuple[Transaction, ...], numbers: tuple[str, ...] = (), rest: tuple[str, ...] = (),
    auth: Verdict = Verdict.PASS, office: Policy | None = None, wishes: RequestFacts | None = None,
    patrons: tuple[Patron, ...] = (PATRON,), named: tuple[Transaction, ...] = (), outcome: Any = None, text: str = "",
    **fields: str,
) -> Decision:  # fmt: skip
    """The decision on a patron's mail of these kinds, from li@patron.example."""
    said = MappingProxyType({name: Field(value) for name, value in fields.items()})
    rulings = tuple(Ruling(kind=kind, rule="r", party=Party.PATRON, fields=said) for kind in kinds)
    mail = ParsedMail(sha256="b" * 64, size=1, from_=(Address(address="li@patron.example"),), message_id="<m@x>", text=text,
                      reply_text=text)  # fmt: skip
    reading = Reading(
        mail=mail, auth=AuthReport(verdict=auth), classification=Classification(rulings=rulings, rest=rest)
    )
    facts = Facts(
        now=NOW,
        query=Query(numbers=numbers),
        outcome=outcome or Unmatched(reasons=("none named",)),
        authors=patrons,
        candidates=tuple(Candidate(transaction=t, patron=PATRON, evidence=()) for t in (*requests, *named)),
        requests=requests,
        own=(wishes or RequestFacts(),),
    )
    return decide(reading, facts, office or policy())


def kinds(requests: tuple[NoticeRequest, ...]) -> list[NoticeKind]:
    return [request.kind for request in requests]


def test_a_plain_renewal() -> None:
    """Told to the address that wrote; the query names numbers and title, nobody; it waits for a person."""
    decision = wish(Kind.RENEW_REQUEST, requests=(LOAN, COPY))
    assert (decision.action, decision.cause, decision.of(Transition)) == (Action.REVIEW, Cause.QUESTION, ())
    (told,), (query,) = decision.notices, decision.drafts
    assert (told.kind, told.recipient, told.reply_to) == (NoticeKind.RENEWAL_ASKED, "li@patron.example", "<m@x>")
    assert (query.kind, query.recipient, query.locale) == (NoticeKind.PROVIDER_QUERY, "ask@calis.example", "zh-CN")
    assert (query.data["asking"], query.data["renews"], query.patron_id) == ("renewal", "2026-12-18", "")
    assert decision.about.transactions == (LOAN.number,)


def test_a_query_goes_out_only_where_both_keys_turn() -> None:
    """The office says send, and the contact takes the matter."""
    sent = wish(Kind.RENEW_REQUEST, requests=(LOAN,), office=policy(send=True))
    assert (sent.action, sent.cause, sent.drafts) == (Action.APPLY, Cause.NONE, ())
    assert kinds(sent.notices) == [NoticeKind.RENEWAL_ASKED, NoticeKind.PROVIDER_QUERY]
    kept = wish(Kind.CANCEL_REQUEST, requests=(COPY,), office=policy(send=True))
    assert kinds(kept.drafts) == [NoticeKind.PROVIDER_QUERY]
    nobody = wish(Kind.RENEW_REQUEST, requests=(LOAN,), office=policy(send=True, contact=False))
    assert (nobody.cause, nobody.drafts) == (Cause.QUESTION, ())
    assert "ask by phone" in " ".join(nobody.reasons)


@pytest.mark.parametrize(("until", "told"), [("2027-01-10", "2027-01-10"), ("2026-12-01", ""), ("soon", "")])
def test_a_wished_day_is_passed_on(until: str, told: str) -> None:
    """Where it lies behind the due date; the lender decides."""
    assert wish(Kind.RENEW_REQUEST, requests=(LOAN,), until=until).drafts[0].data["until"] == told


ASKED = OutboxEntry(id=1, created=NOW, not_before=NOW, request=NoticeRequest(
    kind=NoticeKind.PROVIDER_QUERY, subject="x", recipient="a@b.example", number=LOAN.number,
    data={"asking": Asking.RENEWAL.value, "renews": "2026-12-18"}))  # fmt: skip


@pytest.mark.parametrize(("case", "why"), [
    ({"requests": (COPY,)}, "has no loan that is out"),
    ({"requests": (LOAN, replace(LOAN, number="L2"))}, "which loan that is out is meant"),
    ({"requests": (replace(LOAN, state=State.RETURNED),), "numbers": (LOAN.number,)}, "is not on loan"),
    ({"requests": (replace(LOAN, due=date(2026, 12, 11), state=State.OVERDUE),)}, "3 days overdue"),
    ({"requests": (LOAN,), "wishes": RequestFacts(renewals={LOAN.number: 1})}, "renewed 1 times already"),
    ({"requests": (LOAN,), "wishes": RequestFacts(queries={LOAN.number: (ASKED,)})}, "there is no answer yet"),
    ({"requests": (LOAN,), "numbers": ("X99",)}, "unknown here"),
    ({"requests": (LOAN,), "numbers": ("L9",), "named": (replace(LOAN, number="L9", patron_id="p2"),)}, "not the writer's"),
    ({"requests": (LOAN,), "numbers": (LOAN.number, COPY.number), "named": (COPY,)}, "names several"),
    ({"requests": (LOAN,), "outcome": Matched(candidates=(Candidate(transaction=COPY, patron=PATRON, evidence=()),),
                                              reasons=())}, "the mail speaks of"),
    ({"requests": (LOAN,), "rest": ("and my other book?",)}, "a patron writes"),
    ({"requests": (LOAN,), "auth": Verdict.NONE}, "not proven"),
    ({"requests": (LOAN,), "patrons": ()}, "no known patron"),
    ({"requests": (LOAN,), "patrons": (PATRON, OTHER)}, "a patron writes"),
])  # fmt: skip
def test_what_a_person_decides_of_renewals(case: dict[str, Any], why: str) -> None:
    """Each reason is said; nobody is told anything, and nobody is asked."""
    decision = wish(Kind.RENEW_REQUEST, **case)
    assert decision.action is Action.REVIEW
    assert (decision.notices, decision.drafts, decision.of(Transition)) == ((), (), ())
    assert why in " ".join(decision.reasons)


@pytest.mark.parametrize(("text", "why"), [
    ("借书单写的是12月11日到期，想续借", "its reader has it due on 2026-12-11"),
    ("It is due on 5 December, please renew", "its reader has it due on 2026-12-05"),
    ("《Deep listening》想续借一个月", "the title of none of its writer's requests"),
])  # fmt: skip
def test_a_renewal_of_something_else_than_our_record(text: str, why: str) -> None:
    """Another day, another title: nobody is told anything."""
    decision = wish(Kind.RENEW_REQUEST, requests=(LOAN,), text=text)
    assert (decision.action, decision.notices, decision.drafts) == (Action.REVIEW, (), ())
    assert why in " ".join(decision.reasons)


@pytest.mark.parametrize(
    "text", ["12月18日到期，想续借", "12月18日到期，续到1月18日可以吗", "《Deep》想续借", "11月3日借的，想续借"]
)
def test_a_renewal_as_our_record_has_it(text: str) -> None:
    assert wish(Kind.RENEW_REQUEST, requests=(LOAN,), text=text).notices


def test_a_renewal_a_little_late() -> None:
    """Within the days that the rules allow it is passed on."""
    late = replace(LOAN, due=date(2026, 12, 12), state=State.OVERDUE)
    assert kinds(wish(Kind.RENEW_REQUEST, requests=(late,)).notices) == [NoticeKind.RENEWAL_ASKED]


def test_more_than_a_renewal_is_for_a_person() -> None:
    """Two wishes in one mail are not taken apart."""
    decision = wish(Kind.RENEW_REQUEST, Kind.INVOICE_REQUEST, requests=(LOAN,))
    assert NoticeKind.RENEWAL_ASKED not in kinds(decision.notices)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_PROCESS, State.FORWARDED, State.CONDITIONAL])
def test_cancelling_moves_nothing(state: State) -> None:
    """Acknowledged and passed on; the state is the provider's to change."""
    decision = wish(Kind.CANCEL_REQUEST, requests=(replace(COPY, state=state),))
    assert (kinds(decision.notices), decision.of(Transition)) == ([NoticeKind.CANCEL_ASKED], ())
    assert decision.drafts[0].data["asking"] == "cancel"


@pytest.mark.parametrize("state", [State.SHIPPED, State.RECEIVED, State.ON_LOAN])
def test_too_late_to_cancel(state: State) -> None:
    """The answer is drafted, nothing is sent."""
    sent = replace(COPY, state=state, service=Service.LOAN)
    decision = wish(Kind.CANCEL_REQUEST, requests=(sent,), numbers=(sent.number,))
    assert (decision.action, decision.notices, kinds(decision.drafts)) == (Action.REVIEW, (), [NoticeKind.CANCEL_LATE])


@pytest.mark.parametrize("state", [State.UNFILLED, State.CANCELLED, State.CLOSED])
def test_nothing_is_left_to_cancel(state: State) -> None:
    """What is over stays over."""
    decision = wish(Kind.CANCEL_REQUEST, requests=(replace(COPY, state=state),), numbers=(COPY.number,))
    assert (decision.action, decision.notices, decision.drafts) == (Action.REVIEW, (), ())


def test_a_fee_accepted() -> None:
    """The request goes on at once; the provider is told by a draft that says the amount."""
    decision = wish(Kind.PATRON_OTHER, requests=(PRICED, COPY), consent="同意费用", amount="26.00")
    (move,) = decision.of(Transition)
    assert (move.event, move.before, move.after) == (Event.FEE_ACCEPTED, State.CONDITIONAL, State.IN_PROCESS)
    assert kinds(decision.notices) == [NoticeKind.FEE_ACCEPTED]
    assert (decision.drafts[0].data["asking"], decision.drafts[0].data["amount"]) == ("fee_accepted", "26.00")


def test_a_fee_accepted_and_asked_how_to_pay() -> None:
    """It goes on, how it is paid is told once more, and a person sees the question; of another's copy it does not."""
    at = {"requests": (PRICED,), "consent": "26元同意", "amount": "26.00", "text": "26元同意支付。怎么付?"}
    decision = wish(Kind.PATRON_OTHER, **at, ways="怎么付?", rest=("怎么付",))
    assert kinds(decision.notices) == [NoticeKind.FEE_ACCEPTED, NoticeKind.FEE_NOTICE]
    assert (len(decision.of(Transition)), decision.cause) == (1, Cause.QUESTION)
    for more in ("怎么付一半", "谁付"):
        assert wish(Kind.PATRON_OTHER, **at, ways="怎么付?", rest=("怎么付", more)).of(Transition) == ()
    of_another = at | {"text": "上图那份26元同意。"}
    assert wish(Kind.PATRON_OTHER, **of_another).of(Transition) == ()
    supplied = of_another | {"requests": (replace(PRICED, provider="上海图书馆"),)}
    assert len(wish(Kind.PATRON_OTHER, **supplied).of(Transition)) == 1


def test_a_fee_accepted_that_is_asked_for_already() -> None:
    """Nothing moves: how it is paid is told or drafted, a promise may stand beside it, a person sees it; no other sum."""
    asked = replace(PRICED, state=State.IN_PROCESS)
    at = {"requests": (asked,), "numbers": (asked.number,), "consent": "同意"}
    for decision in (
        wish(Kind.PATRON_OTHER, **at, amount="26.00"),
        wish(Kind.PATRON_OTHER, **at, rest=("i'll pay it tomorrow",)),
    ):
        assert (decision.action, decision.of(Transition)) == (Action.REVIEW, ())
        assert kinds((*decision.notices, *decision.drafts)) == [NoticeKind.FEE_NOTICE]
    paid = replace(asked, payment_state=PaymentState.CONFIRMED)
    for decision in (
        wish(Kind.PATRON_OTHER, **at, amount="20.00"),
        wish(Kind.PATRON_OTHER, **at, rest=("but only in colour",)),
        wish(Kind.PATRON_OTHER, **at | {"requests": (paid,)}),
    ):
        assert (decision.notices, decision.drafts) == ((), ())


@pytest.mark.parametrize(
    ("case", "fields", "why"),
    [
        ((PRICED,), {"consent": "同意", "amount": "20.00"}, "speaks of 20.00"),
        ((PRICED,), {"consent": "同意", "amount": "26.00", "currency": "USD"}, "26.00, USD; 26.00 CNY was told"),
        ((PRICED,), {"consent": "同意", "reserve": "但"}, "says more than that"),
        ((PRICED,), {"consent": "同意", "declined": "不同意"}, "says more than that"),
        ((PRICED, replace(PRICED, number="F2")), {"consent": "同意"}, "which request that waits"),
        ((COPY,), {"consent": "同意"}, "has no request that waits"),
        ((replace(PRICED, payable=None),), {"consent": "同意"}, "share of"),
        ((replace(PRICED, state=State.IN_PROCESS),), {"consent": "同意"}, "has no request that waits"),
    ],
)
def test_what_is_no_plain_consent(case: tuple[Transaction, ...], fields: dict[str, str], why: str) -> None:
    """Nothing moves, and the reason says why not."""
    decision = wish(Kind.PATRON_OTHER, requests=case, **fields)
    assert (decision.action, decision.of(Transition), decision.drafts) == (Action.REVIEW, (), ())
    assert why in " ".join(decision.reasons)


def test_a_fee_declined_asks_to_cancel() -> None:
    """With or without the word itself; the patron reads why."""
    for words in ((Kind.PATRON_OTHER,), (Kind.CANCEL_REQUEST, Kind.PATRON_OTHER)):
        decision = wish(*words, requests=(PRICED, COPY), declined="不同意费用")
        assert kinds(decision.notices) == [NoticeKind.CANCEL_ASKED]
        assert decision.notices[0].data["declined"] is True
        assert decision.about.transactions == (PRICED.number,)
