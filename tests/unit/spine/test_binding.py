"""Nothing that a person's mail does slips past the law of what binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import EntryKind, LedgerEntry
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.commitment import NEEDS, Binding, Need, Standing
from maild.domain.incoming.decision import (
    About,
    Action,
    Answered,
    Cause,
    Decision,
    Draft,
    Effect,
    NewTransaction,
    RegistrationChange,
    Transition,
    Wish,
    Withdrawn,
)
from maild.domain.incoming.letter import Letter
from maild.domain.incoming.mail import Address, ParsedMail
from maild.domain.incoming.matching import Query, Unmatched
from maild.domain.incoming.peer import SupplierNews
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Seal, Verdict
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.outgoing.reach import AddressBounce, News
from maild.domain.records.ignored import IgnoredSender
from maild.domain.requests.asking import Asking
from maild.domain.requests.lifecycle import Event, PaymentEvent, RegistrationState
from maild.domain.requests.patron import Delivery, Document
from maild.office.recording import KEEPERS
from maild.spine.binding import PIECE, WISHED, bindings, hold_back, look_twice
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.cases import each

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
NUMBER = "2026112400001"
EFFECTS: dict[type, tuple[Any, Binding]] = {
    Transition: (Transition(number=NUMBER, expected_version=1, event=Event.CANCELLED), Binding.OTHER),
    NewTransaction: (NewTransaction(number=NUMBER, patron_id="p1"), Binding.OTHER),
    RegistrationChange: (RegistrationChange(email="a@b.example", state=RegistrationState.APPROVED), Binding.OTHER),
    LedgerEntry: (LedgerEntry(key="k", kind=next(iter(EntryKind)), postings=()), Binding.CLAIM),
    Invoice: (Invoice(patron_id="p1"), Binding.INVOICE),
    Wish: (Wish(patron_id="p1", delivery=Delivery.DAILY), Binding.WRITING),
    NoticeRequest: (
        NoticeRequest(kind=NoticeKind.CANCEL_ASKED, subject="x", recipient="a@b.example"),
        Binding.CANCELLATION,
    ),
}
# What no person's mail brings about, or what binds nobody: that a proof was seen is only remembered.
NOT_BY_PATRONS = {Document: "providers", AddressBounce: "reports", News: "reports", Withdrawn: "staff",
                  Answered: "staff", Letter: "staff", Receipt: "remembered", SupplierNews: "providers", Draft: "a person lets it go"}  # fmt: skip
TELLS_OF_AN_ACT = {NoticeKind.FEE_ACCEPTED, NoticeKind.CANCEL_ASKED, NoticeKind.RENEWAL_ASKED,
                   NoticeKind.DELIVERY_CHANGED, NoticeKind.PROVIDER_QUERY}  # fmt: skip


def decision(**more: Any) -> Decision:
    return Decision(action=Action.APPLY, about=About(kind=Kind.PATRON_OTHER, transactions=(NUMBER,)), **more)


def notice(kind: NoticeKind, **data: object) -> NoticeRequest:
    return NoticeRequest(kind=kind, subject="x", recipient="li@patron.example", data=data)


def reading(verdict: Verdict = Verdict.PASS, party: Party = Party.PATRON) -> Reading:
    ruling = Ruling(kind=Kind.PATRON_OTHER, rule="r", party=party)
    mail = ParsedMail(sha256="b" * 64, size=1, from_=(Address(address="li@patron.example"),))
    auth = AuthReport(verdict=verdict, seal=Seal() if verdict is Verdict.PASS else None)
    return Reading(mail=mail, auth=auth, classification=Classification(rulings=(ruling,)))


def facts(**more: Any) -> Facts:
    return Facts(now=NOW, query=Query(), outcome=Unmatched(reasons=()), **more)


def test_every_effect_is_known() -> None:
    """A type that is added to effects has to be placed: what binds, what patrons cannot bring about; and be kept."""
    assert set(get_args(Effect)) == set(EFFECTS) | set(NOT_BY_PATRONS)
    assert {kind for keeper in KEEPERS for kind in keeper.takes} == set(get_args(Effect))


@pytest.mark.parametrize("kind", EFFECTS)
def test_an_effect_binds(kind: type) -> None:
    """Whoever decides it: told from what the decision does, not from who made it."""
    effect, binding = EFFECTS[kind]
    assert bindings(decision(effects=(effect,))) == {binding}


@pytest.mark.parametrize("event", Event)
def test_no_event_moves_a_request_without_every_need(event: Event) -> None:
    """A patron's mail that moves a request, in whatever way, has to meet all of them."""
    moved = decision(effects=(Transition(number=NUMBER, expected_version=1, event=event),))
    (binding,) = bindings(moved)
    assert NEEDS[binding] == set(Need)


@each("kind", NoticeKind)
def test_what_tells_of_an_act_binds(kind: NoticeKind) -> None:
    """A notice that only answers does not; a query to a provider is the wish itself."""
    data = {"asking": Asking.RENEWAL.value} if kind is NoticeKind.PROVIDER_QUERY else {}
    assert bool(bindings(decision(effects=(notice(kind, **data),)))) == (kind in TELLS_OF_AN_ACT)


@pytest.mark.parametrize("kind", [NoticeKind.CANCEL_ASKED, NoticeKind.RENEWAL_ASKED])
def test_a_wish_named_by_a_piece_of_a_title_is_told_and_moves_nothing(kind: NoticeKind) -> None:
    """Its writer may be told that it came; whatever moves beside it, or is asked of a provider, has to be named."""
    told = notice(kind, **{WISHED: PIECE})
    assert bindings(decision(effects=(told,))) == {Binding.WISH}
    assert NEEDS[Binding.WISH] == set(Need) - {Need.NAMED}
    asked = notice(NoticeKind.PROVIDER_QUERY, asking=Asking.CANCEL.value)
    moved = Transition(number=NUMBER, expected_version=1, event=Event.FEE_ACCEPTED)
    for effects in ((told, asked), (told, moved)):
        assert Need.NAMED in frozenset().union(*(NEEDS[each] for each in bindings(decision(effects=effects))))


def test_a_claim_and_a_document_sent_again() -> None:
    """What pays is the receipt's affair; a document goes again only to who wrote just now, and to us."""
    paid = Transition(number=NUMBER, expected_version=1, payment_event=PaymentEvent.PROOF)
    assert bindings(decision(effects=(paid,))) == {Binding.CLAIM}
    resent = (notice(NoticeKind.DOCUMENT_DELIVERED),)
    again = Decision(action=Action.APPLY, about=About(kind=Kind.NOT_RECEIVED), effects=resent)
    assert bindings(again) == {Binding.RESENDING}


def test_what_lacks_waits_with_its_reasons() -> None:
    """Nothing moves, nobody is told; drafts that only answer stay; the cause says what kind of thing is missing."""
    asked = decision(
        effects=(
            notice(NoticeKind.CANCEL_ASKED),
            Draft(notice(NoticeKind.ANSWER)),
            Draft(notice(NoticeKind.PROVIDER_QUERY, asking="cancel")),
        ),
        reasons=("p1, proven",),
    )
    held = hold_back(asked, reading(), facts(standing=Standing(now=NOW, arrived=NOW, seal=Seal(), before=3)), Policy())
    assert (held.action, held.cause, held.notices) == (Action.REVIEW, Cause.NOT_BINDING, ())
    assert [draft.kind for draft in held.drafts] == [NoticeKind.ANSWER]
    assert held.about.transactions == (NUMBER,)
    assert held.reasons[0].endswith("as mail 3: it acts once")
    assert "p1, proven" in held.reasons


def test_answers_and_what_a_person_vouches_for_go_on() -> None:
    """A mail that binds nobody is answered as ever; where a person stands for the sender, the law has nothing to say."""
    nothing = facts(standing=Standing(now=NOW, arrived=NOW))
    answered = decision(effects=(notice(NoticeKind.ANSWER),))
    assert hold_back(answered, reading(), nothing, Policy()) == answered
    moved = decision(effects=(Transition(number=NUMBER, expected_version=1, event=Event.UNFILLED),))
    assert hold_back(moved, reading(Verdict.NONE, Party.PROVIDER), nothing, Policy()) == moved


@pytest.mark.parametrize("action", [Action.APPLY, Action.REVIEW])
def test_who_only_looks_like_somebody_is_told_nothing(action: Action) -> None:
    """The item begins with what it looks like; advertising is ignored all the same."""
    like = facts(lookalikes=("the sender's domain ca1is.edu.cn looks like calis.edu.cn, and is another",))
    given = Decision(
        action=action,
        about=About(kind=Kind.PATRON_OTHER),
        effects=(notice(NoticeKind.PROOF_RECEIVED),),
        cause=Cause.PAYMENT_PROOF if action is Action.REVIEW else Cause.NONE,
    )
    held = look_twice(given, reading(), like)
    assert (held.action, held.notices, held.reasons[0]) == (Action.REVIEW, (), like.lookalikes[0])
    assert held.cause is (Cause.PAYMENT_PROOF if action is Action.REVIEW else Cause.SENDER_MISFIT)
    bulk = Decision(action=Action.IGNORE, about=About(kind=Kind.BULK))
    assert look_twice(bulk, reading(), like) == bulk
    unwanted = replace(like, ignored=IgnoredSender(address="x@evil.example", actor="desk", at=NOW, reason="spam"))
    ignored = Decision(action=Action.IGNORE)
    assert look_twice(ignored, reading(), unwanted) == ignored
    assert look_twice(ignored, reading(), like).action is Action.REVIEW
