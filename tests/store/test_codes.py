"""Codes beside what is stored: text as ever, sentences again when it is read, nothing of them left of an erased person."""

from __future__ import annotations

import sqlalchemy as sa

from maild.domain.incoming.decision import About, Action, Cause, Decision
from maild.domain.incoming.ruling import Kind
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.spine import SAY
from maild.store import open_store
from maild.store.records.wiping import Wiping
from maild.store.schema.tables import decision, journal, review
from maild.store.uow import Store
from maild.texts import CODES, Sentence, codes_of
from tests.store.people import LATER, NOW
from tests.store.test_store_mails import new

WHO = "li.jun@patron.example"
SAID = (SAY("no_known_patron", who=WHO), "by hand", SAY("sender_unproven"))


def fill(store: Store) -> int:
    """A mail with its decision, its item and a line of history; returns its id."""
    made = Decision(action=Action.REVIEW, cause=Cause.QUESTION, about=About(kind=Kind.UNKNOWN), reasons=SAID)
    with store.begin() as uow:
        mail_id = uow.mails.add([new(1, sender=WHO)], now=NOW)[0].mail_id
        uow.decisions.add(mail_id, made, NOW)
        uow.reviews.add(ReviewItem(id=0, mail_id=mail_id, cause=Cause.QUESTION, reasons=SAID), NOW)
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
    assert codes_of(item.reasons) == [None, *(codes_of(SAID) or ())]


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
