"""Decisions: what a mail causes, on facts made by hand. No I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from maild.domain.accounting.money import Money
from maild.domain.incoming.decision import Action, Cause, Decision, NewTransaction, RegistrationChange, Transition
from maild.domain.incoming.document import DocumentFault, DocumentReport
from maild.domain.incoming.mail import Address, Attachment, Automatic, Bounce, BounceRecipient, Origin, ParsedMail
from maild.domain.incoming.matching import (
    Ambiguous,
    Candidate,
    Evidence,
    Matched,
    MatchOutcome,
    Query,
    Signal,
    Unmatched,
)
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry
from maild.domain.outgoing.reach import AddressBounce
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import Event, PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Document, Patron, PatronAddress, Registration, Transaction
from maild.office.reach.facts_reach import ReachFacts
from maild.office.registration.facts_registration import RegistrationFacts
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
PATRON = Patron(patron_id="p1", name="李珺", emails=(PatronAddress(address="li@patron.example"),))
COPY = Transaction(number="2026112400001", patron_id="p1", title="Deep learning", version=3)
LOAN = replace(COPY, number="2026112400002", service=Service.LOAN)
PDF = Attachment(filename="paper.pdf", media_type="application/pdf", content=b"%PDF", sha256="a" * 64)
GOOD = DocumentReport(sha256="a" * 64, sniffed="application/pdf", pages=8)

EVENTS = {Kind.SHIPPED: Event.SHIPPED, Kind.DELIVERED: Event.DELIVERED, Kind.UNFILLED: Event.UNFILLED,
          Kind.REQUEST_ACCEPTED: Event.ACCEPTED, Kind.REQUEST_FORWARDED: Event.FORWARDED,
          Kind.FEE_QUOTED: Event.FEE_QUOTED, Kind.CANCELLED: Event.CANCELLED, Kind.CLOSED: Event.CLOSED,
          Kind.LOAN_ARRIVED: Event.ARRIVED, Kind.LOAN_DUE: Event.DUE, Kind.LOAN_OVERDUE: Event.OVERDUE,
          Kind.LOAN_RETURNED: Event.RETURNED, Kind.REQUEST_SUBMITTED: Event.SUBMITTED}  # fmt: skip


def reading(
    kind: Kind, *, trusted: bool = True, auth: Verdict = Verdict.PASS, documents: tuple[DocumentReport, ...] = (),
    attachments: tuple[Attachment, ...] = (), more: tuple[Kind, ...] = (), mail: dict[str, Any] | None = None,
    party: Party = Party.PROVIDER, **fields: str,
) -> Reading:  # fmt: skip
    """A reading of a mail of this kind with these fields."""
    values = MappingProxyType({k: Field(v) for k, v in fields.items()})
    rulings = tuple(
        Ruling(kind=k, rule="r", party=party, provider="calis", event=EVENTS.get(k), fields=values, trusted=trusted)
        for k in (kind, *more)
    )
    parsed = ParsedMail(sha256="b" * 64, size=1, attachments=attachments, **(mail or {}))
    return Reading(
        mail=parsed, auth=AuthReport(verdict=auth), classification=Classification(rulings=rulings), documents=documents
    )


def facts(outcome: MatchOutcome | None = None, *, transaction: Transaction = COPY, **more: Any) -> Facts:
    """Facts in which `transaction` is matched, unless told otherwise."""
    candidate = Candidate(transaction=transaction, patron=more.pop("patron", PATRON), evidence=())
    values: dict[str, Any] = {
        "now": NOW,
        "query": Query(numbers=(transaction.number,), provider="calis", system=True),
        "candidates": (candidate,),
        "outcome": outcome or Matched(candidates=(candidate,), reasons=("said",)),
    }
    return Facts(**{**values, **more})


def shipped(transaction: Transaction = COPY, **fields: str) -> Decision:
    """A shipped copy with a good PDF."""
    return decide(
        reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,), **fields), facts(transaction=transaction), Policy()
    )


def kinds(decision: Decision) -> list[NoticeKind]:
    return [n.kind for n in decision.notices]


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


def test_a_fee_that_differs_from_the_quoted_one_stops() -> None:
    """A fee once quoted never changes by itself."""
    decision = shipped(replace(COPY, total=Money.of(10)), total="12.00")
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.AMOUNT_DIFFERS)


def test_a_fully_subsidised_document_goes_out() -> None:
    """A share of zero is known, not unknown: nothing is asked and nothing waits."""
    decision = shipped(total="12.00", subsidy="12.00")
    assert (decision.action, decision.cause, kinds(decision)) == (
        Action.APPLY,
        Cause.NONE,
        [NoticeKind.DOCUMENT_DELIVERED],
    )
    assert decision.of(Transition)[0].payable == Money.of(0)
    assert kinds(shipped(total="0.00")) == [NoticeKind.DOCUMENT_DELIVERED]
    known = replace(COPY, total=Money.of(12), subsidy=Money.of(12), payable=Money.of(0))
    assert kinds(shipped(known)) == [NoticeKind.DOCUMENT_DELIVERED]


def test_a_document_that_goes_out_unpaid_is_still_owed_for() -> None:
    """release = always: the document and the fee notice go together (the relay makes one mail of them)."""
    owed = replace(COPY, payable=Money.of(6))
    read = reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,))
    decision = decide(read, facts(transaction=owed), Policy(release="always"))
    assert kinds(decision) == [NoticeKind.DOCUMENT_DELIVERED, NoticeKind.FEE_NOTICE]
    assert decision.of(Transition)[0].payment_after is PaymentState.DUE
    paid = replace(owed, payment_state=PaymentState.CONFIRMED)
    assert kinds(decide(read, facts(transaction=paid), Policy(release="always"))) == [NoticeKind.DOCUMENT_DELIVERED]


@pytest.mark.parametrize("said", [{"total": "10.00", "subsidy": "12.00"}, {"total": "10.00", "currency": "USD"}])
def test_fees_that_do_not_fit_together_go_to_a_person(said: dict[str, str]) -> None:
    """More subsidy than fee, or two currencies: no arithmetic, no notice."""
    known = replace(COPY, subsidy=None if "subsidy" in said else Money.of(4))
    decision = shipped(known, **said)
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.AMOUNT_DIFFERS)


def test_a_total_without_a_known_share_waits_for_staff() -> None:
    """The subsidy is not known: moved to shipped, nothing asked, nothing sent, staff look."""
    decision = shipped(total="12.00")
    assert (decision.action, decision.cause) == (Action.APPLY, Cause.FEE_UNKNOWN)
    assert not decision.notices


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


@pytest.mark.parametrize(
    ("state", "action", "cause"),
    [
        (State.SHIPPED, Action.IGNORE, Cause.NONE),
        (State.DELIVERED, Action.IGNORE, Cause.NONE),
        (State.CANCELLED, Action.REVIEW, Cause.ILLEGAL_MOVE),
    ],
)
def test_repeated_late_and_contradicting_mails(state: State, action: Action, cause: Cause) -> None:
    """The same document again moves nothing twice; a contradiction goes to a person; both are explained."""
    known = {COPY.number: (Document(number=COPY.number, sha256="a" * 64),)}
    decision = decide(
        reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,)),
        facts(transaction=replace(COPY, state=state), documents=known),
        Policy(),
    )
    assert (decision.action, decision.cause) == (action, cause)
    assert not decision.of(Transition)
    assert not decision.notices
    assert decision.reasons


def test_another_file_for_a_supplied_request_is_looked_at() -> None:
    """A second, different file is not sent by itself."""
    known = {COPY.number: (Document(number=COPY.number, sha256="d" * 64),)}
    decision = decide(
        reading(Kind.SHIPPED, documents=(GOOD,), attachments=(PDF,)),
        facts(transaction=replace(COPY, state=State.DELIVERED), documents=known),
        Policy(),
    )
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.SEEN_BEFORE)


def test_a_first_file_for_a_request_on_its_way_is_delivered() -> None:
    """Imported as 'shipped' without a document: the file that comes now is the document."""
    assert kinds(shipped(replace(COPY, state=State.SHIPPED))) == [NoticeKind.DOCUMENT_DELIVERED]


@pytest.mark.parametrize("state", [State.SHIPPED, State.RECEIVED, State.DELIVERED, State.CLOSED])
@pytest.mark.parametrize("kind", [Kind.SHIPPED, Kind.DELIVERED])
@pytest.mark.parametrize("known", [(), (Document(number=COPY.number, sha256="d" * 64),)], ids=["nothing had", "had"])
def test_what_is_missing_or_broken_reaches_staff_whatever_the_state(
    state: State, kind: Kind, known: tuple[Document, ...]
) -> None:
    """A cut file, a login page under the name of a PDF, and an attachment that is not there are never old news."""
    now = facts(transaction=replace(COPY, state=state), documents={COPY.number: known})
    cut = replace(GOOD, fault=DocumentFault.TRUNCATED, reason="the end is missing")
    page = replace(GOOD, fault=DocumentFault.LOGIN_PAGE, reason="a web page")
    lost = {"text": "Please find the article attached.", "reply_text": "Please find the article attached."}
    for mail in (
        reading(kind, documents=(cut,), attachments=(PDF,)),
        reading(kind, documents=(page,), attachments=(PDF,), url="https://ae.example/x"),
        reading(kind, mail=lost),
    ):
        decision = decide(mail, now, Policy())
        assert (decision.action, decision.cause) == (Action.REVIEW, Cause.NO_USABLE_FILE)


def test_only_what_was_had_is_old_news() -> None:
    """The same bytes, or a bare status while the document is here, cause nothing; the same link neither."""
    had = {
        COPY.number: (Document(number=COPY.number, sha256="a" * 64), Document(number=COPY.number, url="https://x.y"))
    }
    for state in (State.SHIPPED, State.DELIVERED, State.CLOSED):
        now = facts(transaction=replace(COPY, state=state), documents=had)
        for mail in (
            reading(Kind.DELIVERED, documents=(GOOD,), attachments=(PDF,)),
            reading(Kind.SHIPPED, url="https://x.y"),
            reading(Kind.SHIPPED, mail={"text": "Status: shipped"}),
        ):
            assert decide(mail, now, Policy()).action is Action.IGNORE, state


def test_an_unproven_provider_moves_nothing() -> None:
    """Anybody can write 'shipped': review, whatever the number."""
    decision = decide(reading(Kind.SHIPPED, trusted=False, auth=Verdict.NONE), facts(), Policy())
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.UNAUTHENTICATED)


def test_temporary_is_not_failed() -> None:
    """While the mail may wait it waits; then a person looks. Failed goes to a person at once."""
    held = reading(Kind.SHIPPED, trusted=False, auth=Verdict.TEMPORARY)
    assert decide(held, facts(patient=True), Policy()).action is Action.DEFER
    assert decide(held, facts(), Policy()).cause is Cause.UNAUTHENTICATED
    failed = reading(Kind.SHIPPED, trusted=False, auth=Verdict.FAIL)
    assert decide(failed, facts(patient=True), Policy()).cause is Cause.UNAUTHENTICATED


def test_unknown_and_missing_numbers() -> None:
    """A number nobody knows, one beside a known one, and none at all."""
    none = Unmatched(reasons=("nothing",))
    unknown = decide(reading(Kind.UNFILLED, transaction="999"), facts(none, candidates=()), Policy())
    assert unknown.cause is Cause.UNKNOWN_NUMBER
    missing = decide(reading(Kind.UNFILLED), facts(none, candidates=(), query=Query(provider="calis")), Policy())
    assert missing.cause is Cause.NO_NUMBER
    beside = decide(reading(Kind.UNFILLED, transaction=f"{COPY.number}\n999"), facts(), Policy())
    assert (beside.action, beside.cause) == (Action.REVIEW, Cause.UNKNOWN_NUMBER)


def test_misfits_are_named_as_such() -> None:
    """Staff see at once that the facts do not fit, rather than 'several candidates'."""
    evidence = (Evidence(Signal.PATRON_MISFIT, -60, "names another"),)
    candidate = Candidate(transaction=COPY, patron=PATRON, evidence=evidence)
    unsure = Ambiguous(candidates=(candidate,), reasons=("low",))
    assert decide(reading(Kind.SHIPPED), facts(unsure), Policy()).cause is Cause.SENDER_MISFIT


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


@pytest.mark.parametrize(("paid", "cause"), [
    (PaymentState.NONE, Cause.NONE), (PaymentState.DUE, Cause.QUESTION), (PaymentState.CONFIRMED, Cause.QUESTION),
])  # fmt: skip
def test_an_end_after_the_patron_was_asked_for_money_is_looked_at(paid: PaymentState, cause: Cause) -> None:
    """The refusal counts at once; that nobody pays for nothing is a person's."""
    asked = replace(COPY, state=State.CONDITIONAL, total=Money.of("24"), payable=Money.of("24"), payment_state=paid)
    decision = decide(reading(Kind.UNFILLED), facts(transaction=asked), Policy())
    assert ([t.event for t in decision.of(Transition)], decision.cause) == ([Event.UNFILLED], cause)


@pytest.mark.parametrize(
    ("state", "kind", "known", "said", "waits"),
    [
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "88.00", "payable": "88.00"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"payable": "13.00"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, None, {"total": "40.00"}, True),
        (State.SHIPPED, Kind.FEE_QUOTED, "26.00", {"total": "31.00"}, True),
        (State.IN_PROCESS, Kind.REQUEST_ACCEPTED, "26.00", {"total": "30.00"}, True),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "26.00", "payable": "26.00"}, False),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {"total": "4.00", "currency": "USD"}, False),
        (State.CONDITIONAL, Kind.FEE_QUOTED, "26.00", {}, False),
    ],
)
def test_the_same_state_with_another_fee_is_not_the_same_news(
    state: State, kind: Kind, known: str | None, said: dict[str, str], waits: bool
) -> None:
    """A fee that is not on record reaches a person; the record's own, or its price before it was converted, does not."""
    money = Money.of(known) if known else None
    quoted = replace(COPY, state=state, total=money, payable=money)
    decision = decide(reading(kind, **said), facts(transaction=quoted), Policy())
    found = (Action.REVIEW, Cause.AMOUNT_DIFFERS) if waits else (Action.IGNORE, Cause.NONE)
    assert (decision.action, decision.cause, decision.notices) == (*found, ())
    assert ("on record" in decision.reasons[0]) == waits


@pytest.mark.parametrize(("code", "cause"), [("13", Cause.QUESTION), ("5", Cause.NONE), ("", Cause.NONE)])
def test_what_cost_too_much_ends_and_is_looked_at(code: str, cause: Cause) -> None:
    """With a higher limit it may be had: the patron is told, and a person sees it."""
    decision = decide(reading(Kind.UNFILLED, reason_code=code), facts(transaction=COPY), Policy())
    (transition,) = decision.of(Transition)
    assert (decision.action, decision.cause, transition.after) == (Action.APPLY, cause, State.UNFILLED)


def test_a_number_alone_does_not_say_who_has_the_request() -> None:
    """It is worked on, by whom stays open: else the next mail could end it by the number alone."""
    evidence = (Evidence(Signal.MILD, 20, "it only says that the request is being worked on"),)
    found = Candidate(transaction=replace(COPY, state=State.SUBMITTED), patron=PATRON, evidence=evidence)
    told = reading(Kind.REQUEST_ACCEPTED, provider_name="北京大学图书馆")
    (transition,) = decide(told, facts(Matched(candidates=(found,), reasons=())), Policy()).of(Transition)
    assert (transition.event, transition.provider) == (Event.ACCEPTED, None)


def elsewhere(words: str, transaction: Transaction = COPY, **fields: str) -> Decision:
    """A copy that is said to be supplied, and nothing came with the mail."""
    told = reading(Kind.SHIPPED, mail={"text": words, "reply_text": words}, **fields)
    return decide(told, facts(transaction=transaction), Policy())


@pytest.mark.parametrize("words", [
    "New status: Filled. Delivered via Odyssey.", "全文已上传至系统，登录即可取用。", "状态 已提供 途径 文献提供平台·我的文件夹",
])  # fmt: skip
def test_what_is_supplied_into_a_system_moves_and_a_person_fetches_it(words: str) -> None:
    """Nobody is told and nothing is asked for before the document is here."""
    decision = elsewhere(words, ready=words)
    assert (decision.action, decision.cause) == (Action.APPLY, Cause.NO_USABLE_FILE)
    assert [move.after for move in decision.of(Transition)] == [State.SHIPPED]
    assert not decision.notices
    assert not decision.of(Document)


@pytest.mark.parametrize("words", [
    "Filled. Please find the article attached.", "全文见附件，另已上传系统。", "已重新上传系统。", "Filled via Rapid. Continue?",
])  # fmt: skip
def test_what_should_have_come_with_the_mail_moves_nothing(words: str) -> None:
    """A missing file, one that is sent anew, or a question."""
    assert (elsewhere(words).action, elsewhere(words).of(Transition)) == (Action.REVIEW, ())


def test_nothing_moves_while_a_fee_is_owed() -> None:
    """It was not to be supplied before it is paid; what a form says of a request on which somebody works counts."""
    owing = replace(COPY, payable=Money.of("24.00"), payment_state=PaymentState.DUE)
    assert elsewhere("已上传系统。", owing, ready="已上传系统").action is Action.REVIEW
    begun = replace(owing, state=State.IN_PROCESS)
    assert elsewhere("已上传系统。", begun, ready="已上传系统").action is Action.REVIEW
    form = f"事务号：{begun.number}\n状态：已发送"
    assert [move.after for move in elsewhere(form, begun).of(Transition)] == [State.SHIPPED]


@pytest.mark.parametrize(("more", "moves"), [
    ("", True), ("题名：{title}", True), ("时间：2026-11-23 16:05", True), ("提供馆：上海海洋大学图书馆", True), ("页数：9", True), ("本邮件由系统自动发出，请勿回复。", True),
    ("页数：0", False), ("备注：仅找到会议摘要", False), ("接收人：浙江理工大学图书馆", False), ("题名：另一篇文章的题名", False), ("完成情况：读者取消", False), ("方式：报价单", False),
    ("误发给浙江理工大学图书馆", False), ("请退回浙江大学图书馆", False), ("此系样本，正式件另寄", False), ("发送内容：账单", False), ("Reason for no: lacks volume", False),
])  # fmt: skip
def test_a_form_counts_that_says_nothing_else(more: str, moves: bool) -> None:
    """A remark, a recipient, a count or a label that nobody knows may take the status back."""
    decision = elsewhere(f"事务号：{COPY.number}\n状态：已发送\n{more.format(title=COPY.title)}")
    assert bool(decision.of(Transition)) is moves
    assert (decision.cause, decision.notices) == (Cause.NO_USABLE_FILE, ())


@pytest.mark.parametrize(("subject", "moves"), [
    ("【CALIS】事务状态变更：已发送", True), ("CALIS馆际互借系统 事务状态通知", True), ("BL On Demand: despatch confirmation", True), ("", True),
    ("撤销", False), ("测试", False), ("更正通知浙江大学", False), ("下列状态有误", False), ("Request cancelled", False), ("Error report", False),
])  # fmt: skip
def test_a_forms_subject_says_nothing_else_either(subject: str, moves: bool) -> None:
    """What it says that no kind of notice is called by may take the status back."""
    form = f"事务号：{COPY.number}\n状态：已发送"
    told = reading(Kind.SHIPPED, mail={"subject": subject, "text": form, "reply_text": form})
    assert bool(decide(told, facts(transaction=COPY), Policy()).of(Transition)) is moves


def test_a_form_of_thousands_of_lines_is_not_gone_through() -> None:
    """It is for a person, and costs nothing."""
    assert not elsewhere(f"事务号：{COPY.number}\n状态：已发送\n" + "时间：2026-11-23 16:05\n" * 100).of(Transition)


@pytest.mark.parametrize("status", ["账单已发送", "已发送（部分）", "已发送催办", "申请已发送", "sent TOC only"])
def test_a_status_of_something_else_moves_nothing(status: str) -> None:
    """What was sent is a bill, a reminder, a part, the request itself."""
    assert not elsewhere(f"事务号：{COPY.number}\n状态：{status}").of(Transition)


@pytest.mark.parametrize(("text", "reason", "event"), [
    ("事务已终止", "9", Event.UNFILLED), ("Request cancelled by lender", "3", Event.UNFILLED),
    ("应贵馆要求取消", "9", None), ("事务已取消", "", Event.CANCELLED), ("事务已取消", "15", Event.CANCELLED),
])  # fmt: skip
def test_what_a_supplier_ends_for_want_of_it_is_unfilled(text: str, reason: str, event: Event | None) -> None:
    """Whatever its form calls that; not what is said to be our wish, nor an end for another reason."""
    told = reading(
        Kind.CANCELLED, mail={"text": text, "reply_text": text}, **({"reason_code": reason} if reason else {})
    )
    moves = decide(told, facts(), Policy()).of(Transition)
    assert [move.event for move in moves] == ([event] if event else [])


@pytest.mark.parametrize(("state", "fields", "moved"), [
    (State.ON_LOAN, {"due": "2026-12-01"}, False), (State.ON_LOAN, {"due": "2026-12-20"}, True),
    (State.ON_LOAN, {"due": "2026-12-01", "recalled": "召回"}, True), (State.SHIPPED, {"recalled": "召回"}, False),
])  # fmt: skip
def test_a_day_before_the_one_on_record_waits_unless_the_book_is_recalled(
    state: State, fields: dict[str, str], moved: bool
) -> None:
    """And nobody gives back what has never arrived."""
    lent = replace(LOAN, state=state, due=NOW.date() + timedelta(days=26))
    decision = decide(reading(Kind.LOAN_DUE, **fields), facts(transaction=lent), Policy())
    assert bool(decision.of(Transition)) == moved


def test_a_fee_that_is_asked_for_after_the_supply_is_no_old_news() -> None:
    """It may be a second one."""
    had = replace(COPY, state=State.DELIVERED, payable=Money.of("12.00"), payment_state=PaymentState.CONFIRMED)
    assert decide(reading(Kind.FEE_QUOTED, total="12.00"), facts(transaction=had), Policy()).action is Action.REVIEW
