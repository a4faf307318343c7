"""Codes beside what is stored: text as ever, sentences again when it is read, nothing of them left of an erased person."""

from __future__ import annotations

import json
from dataclasses import replace

import sqlalchemy as sa

from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.decision import About, Action, Cause, Decision, Writer, in_a_line
from maild.domain.incoming.matching import Candidate, Evidence, Signal
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.records.journal import JournalEntry, MailStatus, ReviewItem, Settled
from maild.match.texts import SAY as MATCH
from maild.office.queue.item_view import stored_auth
from maild.spine import SAY
from maild.spine.recording.record import candidate_row
from maild.store import open_store
from maild.store.accounting.receipt_json import receipt_data, receipt_of
from maild.store.records.wiping import Wiping
from maild.store.schema.tables import decision, journal, review
from maild.store.uow import Store
from maild.texts import CODES, Sentence, codes_of, parts_of
from tests.store.people import LATER, NOW, request
from tests.store.test_store_mails import new

WHO = "li.jun@patron.example"
SAID = (SAY("no_known_patron", who=WHO), "by hand", SAY("sender_unproven"))
SHOWN = Candidate(
    transaction=request("N1"),
    patron=None,
    evidence=(
        Evidence(Signal.SENDER, 45, MATCH("names_other_address", address=WHO)),
        Evidence(Signal.TITLE, 20, "names part of its title"),
    ),
)
AUTH = AuthReport(verdict=Verdict.NONE, reasons=(SAY("sender_unproven"), "as it came"))


def fill(store: Store) -> int:
    """A mail with its decision, its item and a line of history; returns its id."""
    made = Decision(
        action=Action.REVIEW,
        cause=Cause.QUESTION,
        about=About(kind=Kind.UNKNOWN, candidates=(SHOWN,)),
        writer=Writer(auth=AUTH),
        reasons=SAID,
    )
    item = ReviewItem(id=0, mail_id=None, cause=Cause.QUESTION, reasons=SAID, candidates=(candidate_row(SHOWN),))
    with store.begin() as uow:
        mail_id = uow.mails.add([new(1, sender=WHO)], now=NOW)[0].mail_id
        uow.decisions.add(mail_id, made, NOW)
        settled = Settled(mail_id=mail_id, status=MailStatus.REVIEW, kind="", rule="", reason=in_a_line(SAID))
        uow.mails.settle_many([settled], NOW)
        uow.reviews.add(replace(item, mail_id=mail_id), NOW)
        uow.journal.add(
            [
                JournalEntry(what="act", at=NOW, mail_id=mail_id, after=SAID[2], reasons=SAID[:2], data={"x": 1}),
                JournalEntry(what="act", at=NOW, mail_id=mail_id, after="done", reasons=("by hand",)),
            ]
        )
    return mail_id


def test_what_has_a_code_keeps_it(store: Store) -> None:
    """Decision, item and line of history: the same text as ever, with its code; data without it."""
    mail_id = fill(store)
    with store.read() as uow:
        (kept,) = uow.decisions.of_mail(mail_id)
        (item,) = uow.reviews.of_mails([mail_id])
        first, second = uow.journal.of_mail(mail_id)
        listed = uow.listings.journal.items(uow.journal._connection.execute(sa.select(journal)).all())
    assert kept["reasons"] == item.reasons == tuple(map(str, SAID))
    assert CODES not in kept
    assert codes_of(kept["reasons"]) == codes_of(item.reasons) == codes_of(SAID)  # type: ignore[arg-type]
    assert (first.before, first.after, first.reasons) == ("", str(SAID[2]), tuple(map(str, SAID[:2])))
    assert isinstance(first.after, Sentence)
    assert codes_of(first.reasons) == codes_of(SAID[:2])
    assert (dict(first.data), dict(second.data)) == ({"x": 1}, {})
    assert codes_of([second.after, *second.reasons]) is None
    assert listed == [first, second]
    assert isinstance(listed[0].after, Sentence)


def test_evidence_of_candidates_keeps_it(store: Store) -> None:
    """Beside its item, which shows it, and once: reasons are made of it, and a decision has them as text."""
    mail_id = fill(store)
    with store.read() as uow:
        (kept,) = uow.decisions.of_mail(mail_id)
        (item,) = uow.reviews.of_mails([mail_id])
    (row,), (told,) = item.candidates, kept["candidates"]  # type: ignore[misc]
    assert codes_of(row) == {"evidence": [{"reason": codes_of(SHOWN.evidence[0].reason)}, None]}
    assert list(row["reasons"]) == list(SHOWN.reasons) == list(told["reasons"])
    assert codes_of(told) is None
    assert parts_of(SHOWN.reasons[0]) == ["+45", SHOWN.evidence[0].reason]
    assert told["reasons"][1] == "+20 names part of its title"


def test_the_proof_of_a_sender_keeps_it(store: Store) -> None:
    """As the page of an item shows it, of the last decision."""
    mail_id = fill(store)
    with store.read() as uow:
        auth = stored_auth(uow.decisions.of_mail(mail_id))
    assert auth is not None
    assert auth.reasons == AUTH.reasons
    assert codes_of(auth.reasons) == codes_of(AUTH.reasons)


def test_a_mails_own_line_has_what_its_decision_has(store: Store) -> None:
    """Its row has the text; where that is no longer what was decided, nothing else."""
    mail_id = fill(store)
    with store.begin() as uow:
        mails = [uow.mails.get(mail_id)]
        (said,) = uow.decisions.said(mails)
        (other,) = uow.decisions.said([replace(mails[0], reason="dismissed by li")])
        assert uow.decisions.said([replace(mails[0], id=mail_id + 1)]) == [replace(mails[0], id=mail_id + 1)]
    assert codes_of(mails[0].reason) is None
    assert said == mails[0]
    assert codes_of(parts_of(said.reason)) == codes_of(SAID)
    assert codes_of(other.reason) is None


def test_rows_of_before_are_read(store: Store) -> None:
    """Of 0162: codes were those of the reasons alone; of before, there were none."""
    mail_id = fill(store)
    for codes in (codes_of(SAID), None):
        with store.begin() as uow:
            link = uow.journal._connection
            (body,) = link.scalars(sa.select(decision.c.body))
            body = {name: value for name, value in body.items() if name != CODES}
            link.execute(sa.update(decision).values(body={**body, CODES: codes} if codes else body))
            link.execute(sa.update(review).values(codes=codes))
        with store.read() as uow:
            (kept,) = uow.decisions.of_mail(mail_id)
            (item,) = uow.reviews.of_mails([mail_id])
        assert kept["reasons"] == item.reasons == tuple(map(str, SAID))
        assert codes_of(kept["reasons"]) == codes_of(item.reasons) == codes
        assert codes_of({**kept, "reasons": ()}) is codes_of(item.candidates) is None


def test_a_receipt_keeps_what_speaks_against_it(store: Store) -> None:
    """As a proof is stored; one that says nothing has nothing beside it."""
    doubted = Receipt(source="a.png", warnings=SAID)
    back = receipt_of(json.loads(json.dumps(receipt_data(doubted))))
    assert back == doubted
    assert codes_of(back.warnings) == codes_of(SAID)
    assert CODES not in receipt_data(Receipt(source="a.png", warnings=("by hand",)))


def test_the_text_stands_where_it_stood(url: str) -> None:
    """Whoever reads the columns alone finds the English; what has no code has nothing beside it."""
    store = open_store(url)
    fill(store)
    with store.read() as uow:
        link = uow.journal._connection
        lines = link.execute(sa.select(journal.c.reasons, journal.c.data).order_by(journal.c.id)).all()
        (body,) = link.scalars(sa.select(decision.c.body))
        (reasons,) = link.scalars(sa.select(review.c.reasons))
    store.close()
    assert [tuple(line.reasons) for line in lines] == [tuple(map(str, SAID[:2])), ("by hand",)]
    assert [set(line.data) for line in lines] == [{"x", CODES}, set()]
    assert tuple(body["reasons"]) == tuple(reasons) == tuple(map(str, SAID))


def test_an_item_that_others_join_keeps_its_codes_in_place(store: Store) -> None:
    """How many wait is told first; each reason has its own code still."""
    mail_id = fill(store)
    with store.begin() as uow:
        second, third = (one.mail_id for one in uow.mails.add([new(2, sender=WHO), new(3, sender=WHO)], now=LATER))
        uow.reviews.fold({second: mail_id})
        uow.reviews.fold({third: mail_id})
        (item,) = uow.reviews.of_mails([mail_id])
    assert item.reasons == ("2 more mails of this sender wait with this one", *map(str, SAID))
    assert codes_of(item.reasons) == [["store:more_wait", {"count": "2"}], *codes_of(SAID)]
    assert codes_of(item.candidates) == codes_of([candidate_row(SHOWN)])


def test_codes_go_with_what_is_erased(store: Store) -> None:
    """What filled the gaps names people as the sentences do."""
    mail_id = fill(store)
    with store.begin() as uow:
        link = uow.journal._connection
        Wiping(link, "00" * 32, LATER).mails([mail_id], (WHO,))
        left = [repr(row) for table in (decision, journal, review) for row in link.execute(sa.select(table))]
        said = [*link.scalars(sa.select(decision.c.body)), *link.scalars(sa.select(journal.c.data))]
        beside = link.scalars(sa.select(review.c.codes)).all()
    assert not [row for row in left if WHO in row or "spine:" in row]
    assert not [row for row in said if CODES in row]
    assert beside == [None]
