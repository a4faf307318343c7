"""Decisions: what a mail causes, on facts made by hand. No I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.domain.incoming.decision import Action, Cause, NewTransaction, Transition
from maild.domain.incoming.document import DocumentFault, DocumentReport
from maild.domain.incoming.matching import Candidate, Matched, Query, Unmatched
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Document, PatronAddress, Transaction
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.spine.deciding import COPY, GOOD, LOAN, NOW, PATRON, PDF, facts, kinds, reading, shipped


def test_a_shipped_copy_with_a_pdf_is_delivered() -> None:
    """State moves to shipped, the document is kept, and the patron is sent it."""
    decision = shipped()
    assert decision.action is Action.APPLY
    (move,) = decision.of(Transition)
    assert (move.before, move.after, move.expected_version) == (State.SUBMITTED, State.SHIPPED, 3)
    (notice,) = decision.notices
    assert (notice.kind, notice.recipient) == (NoticeKind.DOCUMENT_DELIVERED, "li@patron.example")
    assert notice.documents == (("a" * 64, "paper.pdf"),)
    assert [d.sha256 for d in decision.of(Document)] == ["a" * 64]


def test_a_link_is_passed_on_with_password_and_expiry() -> None:
    """Article Exchange and its like: nothing is fetched, everything is said."""
    decision = decide(
        reading(Kind.SHIPPED, url="https://ae.example/x", password="pw", expires="2026-12-24"), facts(), Policy()
    )
    (link,) = decision.notices[0].data["links"]  # type: ignore[misc]
    assert link == {"url": "https://ae.example/x", "password": "pw", "filename": "",
                    "expires": "2026-12-24", "terms": ""}  # fmt: skip
    assert "password" not in decision.about.fields


@pytest.mark.parametrize(("words", "fields", "moved"), [
    ("STATUS: Available for pickup - electronic\nURL: https://d2d.host.example/doc/91aa7c", {"url": "https://d2d.host.example/doc/91aa7c"}, True),
    ("请凭下列信息取件：\n网址：http://wx.nlc.example/get/20261124", {}, False),
    ("Ready for collection here: https://host.example/c/7", {}, False),
])  # fmt: skip
def test_what_waits_behind_a_link_is_no_pick_up(words: str, fields: dict[str, str], moved: bool) -> None:
    """A copy 'for pick-up' that lies in the net is supplied, or looked at; nobody is called to the desk for it."""
    told = reading(Kind.LOAN_ARRIVED, mail={"text": words, "reply_text": words}, **fields)
    decision = decide(told, facts(), Policy())
    assert NoticeKind.PICK_UP not in kinds(decision)
    assert kinds(decision) == ([NoticeKind.DOCUMENT_DELIVERED] if moved else [])
    assert (decision.action is Action.APPLY) == moved


def test_a_paper_copy_is_fetched_at_the_desk() -> None:
    """The address of the library's own pages below the signature is no document."""
    words = "复印件已到馆，请到前台领取。\n图书馆 http://lib.host.example/"
    decision = decide(reading(Kind.LOAN_ARRIVED, mail={"text": words, "reply_text": words}), facts(), Policy())
    assert kinds(decision) == [NoticeKind.PICK_UP]


@pytest.mark.parametrize("fault", [f for f in DocumentFault if f is not DocumentFault.NONE])
def test_filled_without_a_usable_file_is_not_delivered(fault: DocumentFault) -> None:
    """No state moves and nothing is sent; the reason names the file."""
    bad = replace(GOOD, fault=fault, reason="because")
    decision = decide(reading(Kind.SHIPPED, documents=(bad,), attachments=(PDF,)), facts(), Policy())
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.NO_USABLE_FILE)
    assert not decision.of(Transition)
    assert not decision.notices
    assert "paper.pdf" in " ".join(decision.reasons)


def test_filled_with_nothing_goes_to_review() -> None:
    """The provider says shipped, and there is neither file nor link."""
    decision = decide(reading(Kind.DELIVERED), facts(), Policy())
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.NO_USABLE_FILE)


def test_a_logo_beside_the_pdf_does_no_harm_but_a_cut_file_does() -> None:
    """An unusable picture is passed over; a truncated second file casts doubt on the whole."""
    logo = replace(PDF, filename="logo.html", sha256="c" * 64)
    report = DocumentReport(sha256="c" * 64, sniffed="text/html", fault=DocumentFault.NOT_A_DOCUMENT)
    both = {"attachments": (PDF, logo), "documents": (GOOD, report)}
    assert decide(reading(Kind.SHIPPED, **both), facts(), Policy()).action is Action.APPLY  # type: ignore[arg-type]
    both["documents"] = (GOOD, replace(report, fault=DocumentFault.TRUNCATED))
    assert decide(reading(Kind.SHIPPED, **both), facts(), Policy()).action is Action.REVIEW  # type: ignore[arg-type]


def test_a_fee_holds_the_document_until_a_proof_came() -> None:
    """Money due: the patron is asked for it and the document waits; policy decides."""
    decision = shipped(replace(COPY, total=Money.of(10), subsidy=Money.of(4), payable=Money.of(6)))
    assert kinds(decision) == [NoticeKind.FEE_NOTICE]
    assert decision.of(Transition)[0].payment_after is PaymentState.DUE
    assert decision.of(Document)
    paid = replace(COPY, payable=Money.of(6), payment_state=PaymentState.PROOF_RECEIVED)
    assert kinds(shipped(paid)) == [NoticeKind.DOCUMENT_DELIVERED]


@pytest.mark.parametrize(
    ("kind", "transaction", "after", "notice"),
    [
        (Kind.REQUEST_ACCEPTED, COPY, State.IN_PROCESS, NoticeKind.REQUEST_ACCEPTED),
        (Kind.REQUEST_FORWARDED, COPY, State.FORWARDED, NoticeKind.SENT_FOR_SUPPLY),
        (Kind.UNFILLED, COPY, State.UNFILLED, NoticeKind.UNFILLED),
        (Kind.CANCELLED, COPY, State.CANCELLED, NoticeKind.CANCELLED),
        (Kind.SHIPPED, LOAN, State.SHIPPED, NoticeKind.SENT_FOR_SUPPLY),
        (Kind.LOAN_ARRIVED, LOAN, State.RECEIVED, NoticeKind.PICK_UP),
        (Kind.LOAN_DUE, replace(LOAN, state=State.RECEIVED), State.ON_LOAN, NoticeKind.LOAN_DUE),
        (Kind.LOAN_OVERDUE, replace(LOAN, state=State.ON_LOAN), State.OVERDUE, NoticeKind.LOAN_OVERDUE),
        (Kind.LOAN_RETURNED, replace(LOAN, state=State.ON_LOAN), State.RETURNED, NoticeKind.LOAN_RETURNED),
        (Kind.CLOSED, replace(COPY, state=State.DELIVERED), State.CLOSED, None),
    ],
)
def test_each_event_moves_and_tells(
    kind: Kind, transaction: Transaction, after: State, notice: NoticeKind | None
) -> None:
    """One event, one move, at most one notice."""
    decision = decide(reading(kind, due="2026-12-20", reason="lacking"), facts(transaction=transaction), Policy())
    assert [t.after for t in decision.of(Transition)] == [after]
    assert kinds(decision) == ([notice] if notice else [])


def test_a_quote_asks_for_the_share() -> None:
    """Total less subsidy is asked for; where the share is zero nobody is asked."""
    decision = decide(reading(Kind.FEE_QUOTED, total="12.00", subsidy="4.00"), facts(), Policy())
    assert (kinds(decision), decision.of(Transition)[0].payable) == ([NoticeKind.FEE_NOTICE], Money.of(8))
    free = decide(reading(Kind.FEE_QUOTED, total="12.00", subsidy="12.00"), facts(), Policy())
    assert (free.action, kinds(free)) == (Action.APPLY, [])


def test_a_new_request_of_a_known_patron_is_opened() -> None:
    """The request system tells of it first; an unknown patron's waits for staff."""
    none = Unmatched(reasons=("new",))
    told = reading(
        Kind.REQUEST_SUBMITTED, transaction="777", title="T", service="loan", patron_email="li@patron.example"
    )
    query = Query(numbers=("777",), provider="calis", system=True)
    made = decide(told, facts(none, candidates=(), query=query, named_patrons=(PATRON,)), Policy())
    assert [(c.number, c.patron_id, c.service) for c in made.of(NewTransaction)] == [("777", "p1", "loan")]
    assert decide(told, facts(none, candidates=(), query=query), Policy()).cause is Cause.UNKNOWN_NUMBER


def test_no_usable_address_moves_and_asks_staff() -> None:
    """A bouncing address: the state moves, nobody is written to, staff are told."""
    bouncing = replace(PATRON, emails=(PatronAddress(address="li@patron.example", bounced_until=NOW + timedelta(90)),))
    decision = decide(reading(Kind.REQUEST_ACCEPTED), facts(patron=bouncing), Policy())
    assert (decision.action, decision.cause, decision.notices) == (Action.APPLY, Cause.NO_ADDRESS, ())
    assert decision.of(Transition)


def test_several_transactions_move_together_or_not_at_all() -> None:
    """One that contradicts stops them all."""
    one = Candidate(transaction=COPY, patron=PATRON, evidence=())
    two = replace(one, transaction=replace(LOAN, state=State.CLOSED))
    both = Matched(candidates=(one, two), reasons=())
    decision = decide(reading(Kind.CANCELLED), facts(both, candidates=(one, two)), Policy())
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.ILLEGAL_MOVE)
    assert not decision.of(Transition)
