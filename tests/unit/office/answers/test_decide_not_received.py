"""'I have nothing': what is sent again, what is told, and what a librarian has to look at. No I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.mail import Address, ParsedMail
from maild.domain.incoming.matching import Ambiguous, Candidate, Matched, Query
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import AddressState, Heard, HeardLine
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Document, Patron, PatronAddress, Transaction
from maild.office.reach.facts_reach import ReachFacts, Supplier
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from maild.spine.recording.notices import drafted
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SENT = NOW - timedelta(days=3)
LI, LI_2, NUMBER = "li@patron.example", "li@qq.example", "2026112400001"
PATRON = Patron(
    patron_id="p1", name="李珺", phone="0571-1", emails=(PatronAddress(address=LI), PatronAddress(address=LI_2))
)
COPY = Transaction(number=NUMBER, patron_id="p1", title="Deep learning", state=State.DELIVERED, version=3)
LOAN = replace(COPY, service=Service.LOAN, state=State.RECEIVED)
FILE = Document(number=NUMBER, sha256="a" * 64, filename="paper.pdf")
DELIVERED, PICK_UP = NoticeKind.DOCUMENT_DELIVERED, NoticeKind.PICK_UP


def row(kind: NoticeKind = DELIVERED, state: OutboxState = OutboxState.SENT, *, id: int = 7, to: str = LI,
        revision: str = "v2", opened: datetime | None = None) -> OutboxEntry:  # fmt: skip
    """A notice about the request."""
    request = NoticeRequest(kind=kind, subject=NUMBER, recipient=to, patron_id="p1", number=NUMBER, revision=revision,
                            documents=(("a" * 64, "paper.pdf"),) if kind is DELIVERED else ())  # fmt: skip
    return OutboxEntry(id=id, request=request, state=state, created=SENT, not_before=SENT, message_id=f"<{id}@x>",
                       sent=SENT if state is OutboxState.SENT else None, opened=opened)  # fmt: skip


def complain(
    transaction: Transaction = COPY, *rows: OutboxEntry, topic: str = "nothing", documents: tuple[Document, ...] = (FILE,),
    rest: tuple[str, ...] = (), more: tuple[Kind, ...] = (), writer: str = LI, text: str = "还没有收到",
    states: tuple[AddressState, ...] = (), lines: tuple[HeardLine, ...] = (),
    others: tuple[Transaction, ...] = (), named: bool = True, auth: Verdict = Verdict.PASS,
    authors: tuple[Patron, ...] = (PATRON,),
) -> Decision:  # fmt: skip
    """What comes of the complaint about `transaction`."""
    fields = MappingProxyType({"topic": Field(topic)} if topic else {})
    kinds = (Kind.NOT_RECEIVED, *more)
    rulings = tuple(Ruling(kind=kind, rule="r", party=Party.PATRON, fields=fields) for kind in kinds)
    mail = ParsedMail(
        sha256="b" * 64, size=1, message_id="<q@patron.example>", from_=(Address(address=writer),), reply_text=text
    )
    reading = Reading(
        mail=mail, auth=AuthReport(verdict=auth), classification=Classification(rulings=rulings, rest=rest)
    )
    candidates = tuple(Candidate(transaction=t, patron=PATRON, evidence=()) for t in (transaction, *others))
    sure = named or not others
    facts = Facts(
        now=NOW, query=Query(numbers=(NUMBER,) if named else ()), candidates=candidates, authors=authors,
        outcome=Matched(candidates=candidates[:1], reasons=()) if sure else Ambiguous(candidates=candidates, reasons=()),
        documents={NUMBER: documents},
        own=(ReachFacts(
            patron=PATRON, phone="phone 李珺: 0571-1", about={NUMBER: rows}, lines=lines,
            states={s.address: s for s in states}, suppliers={NUMBER: Supplier(address="ill@supplier.example", at=SENT)},
        ),),
    )  # fmt: skip
    return decide(reading, facts, Policy())


def heard(what: Heard, address: str = LI, outbox_id: int = 7) -> HeardLine:
    """A line of the history."""
    return HeardLine(id=1, at=SENT, address=address, domain="", what=what, reason="why", outbox_id=outbox_id)


def test_sent_again_with_what_was_sent_before() -> None:
    """Once, at once, in reply, with the file, and with when and to where it had been sent."""
    decision = complain(COPY, row())
    (notice,) = decision.notices
    assert (decision.action, decision.cause, decision.drafts) == (Action.APPLY, Cause.NONE, ())
    assert (notice.kind, notice.recipient, notice.revision) == (DELIVERED, LI, "again")
    assert (notice.documents, notice.reply_to) == ((("a" * 64, "paper.pdf"),), "<q@patron.example>")
    assert (notice.data["again_to"], notice.data["again_at"]) == (LI, SENT.isoformat())


def test_a_pick_up_notice_is_sent_again() -> None:
    """A loan lies at the counter: the same notice once more."""
    decision = complain(LOAN, row(PICK_UP), documents=())
    assert [(n.kind, n.revision) for n in decision.notices] == [(PICK_UP, "again")]


BAD = [
    (AddressState(address=LI, trouble=Heard.HARD_BOUNCE, bounced_until=NOW + timedelta(days=80), permanent=True), ()),
    (AddressState(address=LI, trouble=Heard.COMPLAINT, complained=SENT), ()),
    (AddressState(address=LI, trouble=Heard.CONTENT_REFUSED, since=SENT), ()),
    (AddressState(address=LI), (heard(Heard.SOFT_BOUNCE),)),
]


@pytest.mark.parametrize(("state", "lines"), BAD)
def test_an_address_in_trouble_is_passed_over(state: AddressState, lines: tuple[HeardLine, ...]) -> None:
    """Bounced, complained, refused as spam, or this very notice lost there: the other address gets it."""
    (notice,) = complain(COPY, row(), states=(state,), lines=lines).notices
    assert notice.recipient == LI_2
    one = replace(PATRON, emails=PATRON.emails[:1])
    alone = complain(COPY, row(), states=(state,), lines=lines, authors=(one,))
    assert (alone.cause, alone.notices) == (Cause.NOT_RECEIVED, ())
    assert "phone 李珺: 0571-1" in alone.reasons


def test_the_address_that_writes_is_known_to_be_read() -> None:
    """The patron writes from the other of the known addresses: there it goes."""
    assert complain(COPY, row(), writer=LI_2).notices[0].recipient == LI_2


@pytest.mark.parametrize("topic", ["broken", "wrong", "incomplete", "password", "nothing\nwrong", "broken\nresend"])
def test_a_faulty_file_is_never_sent_again_blindly(topic: str) -> None:
    """Staff, with a query to whoever supplied it and an answer to the patron, both drafted."""
    decision = complain(COPY, row(), topic=topic)
    assert (decision.cause, decision.notices) == (Cause.NOT_RECEIVED, ())
    answer, query = decision.drafts
    assert (answer.kind, answer.recipient, answer.data["what"]) == (NoticeKind.NOT_RECEIVED_ANSWER, LI, "checking")
    assert (query.kind, query.recipient) == (NoticeKind.SUPPLY_QUERY, "ill@supplier.example")


PERSON: list[tuple[str, dict[str, Any], tuple[OutboxEntry, ...]]] = [
    ("for the second time", {}, (row(), row(id=9, revision="again"))),
    ("for the second time", {}, (row(), row(id=9, revision="again:elsewhere", to=LI_2))),
    ("it was opened", {}, (row(opened=NOW - timedelta(days=1)),)),
    (
        "not understood: 请发到另一个邮箱",
        {"rest": ("请发到另一个邮箱",), "text": "还没有收到,请发到另一个邮箱"},
        (row(),),
    ),
    ("also asks: fee_question", {"more": (Kind.FEE_QUESTION,)}, (row(),)),
    ("not certain what is the matter", {"topic": "", "text": "文件打不开"}, (row(),)),
    ("nothing was ever sent by us", {"documents": ()}, ()),
]


@pytest.mark.parametrize(("why", "how", "rows"), PERSON)
def test_what_a_librarian_looks_at_first(why: str, how: dict[str, Any], rows: tuple[OutboxEntry, ...]) -> None:
    """Nothing goes out by itself; what would help is drafted, and the history stands in the reasons."""
    decision = complain(COPY, *rows, **how)
    assert (decision.action, decision.cause, decision.notices) == (Action.REVIEW, Cause.NOT_RECEIVED, ())
    assert why in decision.reasons[0]
    assert decision.drafts
    assert decision.about.transactions == (NUMBER,)
    assert "phone 李珺: 0571-1" in decision.reasons
    for entry in rows:
        assert any(entry.request.recipient in reason and "document_delivered" in reason for reason in decision.reasons)


def test_what_was_sent_goes_once_more_where_the_second_reader_misses_it_too() -> None:
    """In words that are not all known: at once, to the same person, and a librarian reads the mail with its history."""
    strange = "系统里写着已送达,收件箱翻遍了也没有收到,烦请再发一次"
    decision = complain(COPY, row(), topic="nothing\nresend", text=strange, rest=("收件箱翻遍了也没有收到",))
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.NOT_RECEIVED)
    assert [(n.kind, n.recipient, n.revision) for n in decision.notices] == [(DELIVERED, LI, "again")]
    assert any("second reader" in reason for reason in decision.reasons)
    assert "phone 李珺: 0571-1" in decision.reasons
    again = complain(COPY, row(), row(id=9, revision="again"), text=strange, rest=("收件箱翻遍了也没有收到",))
    assert (again.cause, again.notices) == (Cause.NOT_RECEIVED, ())


def test_the_history_tells_everything() -> None:
    """Sent, bounced, opened, complained, in order."""
    lines = (heard(Heard.SOFT_BOUNCE), replace(heard(Heard.COMPLAINT), id=2, at=NOW))
    decision = complain(COPY, row(opened=NOW), row(id=9, revision="again"), lines=lines)
    text = " | ".join(decision.reasons)
    assert "2026-11-21 08:00 document_delivered to li@patron.example: sent, opened 2026-11-24 08:00" in text
    assert "soft bounce (why)" in text
    assert "complaint (why)" in text


def test_a_fee_is_the_reason() -> None:
    """Supplied and held back: the fee is asked for again, the document is not sent."""
    due = replace(COPY, state=State.SHIPPED, payable=Money.of("12.00"), payment_state=PaymentState.DUE)
    decision = complain(due, row(NoticeKind.FEE_NOTICE))
    assert [(n.kind, n.revision) for n in decision.notices] == [(NoticeKind.FEE_NOTICE, "again")]
    assert "12.00" in " ".join(decision.reasons)
    disputed = complain(replace(due, payment_state=PaymentState.DISPUTED), row(NoticeKind.FEE_NOTICE))
    assert (disputed.cause, disputed.notices) == (Cause.NOT_RECEIVED, ())


TRUE_STATES = [
    replace(COPY, state=State.SUBMITTED),
    replace(COPY, state=State.FORWARDED),
    replace(COPY, state=State.IN_PROCESS),
    replace(COPY, state=State.UNFILLED),
    replace(COPY, state=State.CANCELLED),
    replace(LOAN, state=State.SHIPPED),
]


@pytest.mark.parametrize("transaction", TRUE_STATES)
def test_the_true_state_where_nothing_came_yet(transaction: Transaction) -> None:
    """Not supplied, on its way, or come to nothing: that is the answer."""
    (notice,) = complain(transaction, documents=()).notices
    assert notice.kind is NoticeKind.QUERY_ANSWER
    rows = notice.data["rows"]
    assert isinstance(rows, list)
    assert [r["state"] for r in rows] == [transaction.state.value]


def test_what_was_never_sent_though_it_might_go() -> None:
    """It is here and may go (there was no address then): now it goes, and nobody says that it had been sent."""
    (notice,) = complain(replace(COPY, state=State.CLOSED)).notices
    assert (notice.kind, "again_to" in notice.data) == (DELIVERED, False)
    (failed,) = complain(COPY, row(state=OutboxState.FAILED, to=LI_2)).notices
    assert failed.recipient == LI


def test_dead_links() -> None:
    """Expired, or dead as the patron says: it is fetched again by staff. A file of ours is sent all the same."""
    link = Document(number=NUMBER, url="https://x.example/1", expires=(NOW - timedelta(days=1)).date())
    decision = complain(COPY, row(), documents=(link,))
    assert (decision.cause, decision.notices) == (Cause.NOT_RECEIVED, ())
    assert decision.drafts[0].data["what"] == "expired"
    alive = replace(link, expires=(NOW + timedelta(days=9)).date())
    assert complain(COPY, row(), documents=(alive,), topic="link").cause is Cause.NOT_RECEIVED
    (notice,) = complain(COPY, row(), documents=(alive,)).notices
    assert notice.data["links"]
    (file,) = complain(COPY, row(), documents=(link, FILE), topic="link").notices
    assert "links" not in file.data


def test_several_fit() -> None:
    """No number, two requests: the draft asks which, and lists them."""
    other = replace(COPY, number="2026112400009")
    decision = complain(COPY, row(), others=(other,), named=False)
    assert (decision.cause, decision.notices) == (Cause.NOT_RECEIVED, ())
    (draft,) = decision.drafts
    assert draft.data["what"] == "which"
    assert complain(COPY, row(), named=False).notices  # the only one


def test_who_may_not_know() -> None:
    """Unproven, unknown, somebody else's number: nothing leaves, nothing is drafted."""
    foreign = replace(COPY, patron_id="p2")
    for decision in (
        complain(COPY, row(), auth=Verdict.NONE),
        complain(COPY, row(), authors=()),
        complain(foreign, row()),
    ):
        assert (decision.action, decision.notices) == (Action.REVIEW, ())
        assert {(d.kind, d.number) for d in decision.drafts} <= {(NoticeKind.ANSWER, "")}


def test_a_complaint_whose_answer_is_still_a_draft_was_the_first() -> None:
    """The second one is a librarian's, though nothing of the first has left: else it would be sent twice."""
    first = complain(COPY, row(opened=NOW))
    (draft,) = drafted(first.drafts, 1)
    held = OutboxEntry(id=8, request=draft, state=OutboxState.HELD, created=NOW, not_before=NOW)
    second = complain(COPY, row(), held)
    assert (second.action, second.cause, second.notices) == (Action.REVIEW, Cause.NOT_RECEIVED, ())
    assert "second time" in " ".join(second.reasons)


def test_a_piece_of_a_title_names_what_did_not_come() -> None:
    """'The lake paper': of two that may be meant the one that it names is sent again; where it names both, nobody knows."""
    lake = replace(COPY, number="2026112400077", title="Microcystins in shallow lakes")
    sure = complain(COPY, row(), others=(lake,), named=False, text="the learning paper never came")
    assert [one.number for one in sure.notices] == [NUMBER]
    both = complain(
        COPY, row(), others=(lake,), named=False, text="the learning paper and the microcystins one never came"
    )
    assert not both.notices
    assert any("2 requests fit" in reason for reason in both.reasons)


@pytest.mark.parametrize(
    "text",
    ["the learning paper arrived, the other one did not", "deep learning那篇收到了,另一篇没有", "only the learning paper came",
     "除了deep learning那篇都没收到", "I have the learning paper but nothing else came", "neither came",
     "the learning one is fine; the lakes paper never arrived"],
)  # fmt: skip
def test_what_is_named_in_passing_is_not_what_did_not_come(text: str) -> None:
    """Where a mail speaks of more than it names, which one is meant is asked, and nothing is sent again."""
    lake = replace(COPY, number="2026112400077", title="Microcystins in shallow lakes")
    asked = complain(COPY, row(), others=(lake,), named=False, text=text)
    assert not asked.notices
    assert any("2 requests fit" in reason for reason in asked.reasons)
