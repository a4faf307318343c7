"""Items, history, decisions; savepoints, batches, reading alone."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from maild.domain.errors import NotFound, Permanent, StaleVersion
from maild.domain.incoming.decision import About, Action, Cause, Decision, NewTransaction, Transition
from maild.domain.incoming.mail import MailKey
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.records.journal import JournalEntry, MailStatus, NewMail, ReviewItem, ReviewState, Settled
from maild.domain.requests.lifecycle import Event, State
from maild.domain.requests.patron import Document
from maild.store.uow import Store
from tests.store.people import LATER, NOW, notice, person, request


@pytest.fixture
def patrons(store: Store) -> None:
    with store.begin() as uow:
        uow.patrons.upsert([person("p1", "li@patron.example"), person("p2", "wu@patron.example")], NOW)


# -- reviews and history -------------------------------------------------------------------------------


def test_reviews(store: Store) -> None:
    """Oldest first; handled once; JSON frozen on the way out."""
    item = ReviewItem(id=0, mail_id=None, cause=Cause.NO_NUMBER, kind="thanks", sender="s", subject="主题",
                      transactions=("n1",), candidates=({"transaction": "n1", "score": 5, "reasons": ["a"]},),
                      reasons=("r",))  # fmt: skip
    with store.begin() as uow:
        first, second = uow.reviews.add(item, NOW), uow.reviews.add(replace(item, cause=Cause.BOUNCE), LATER)
        assert [r.id for r in uow.reviews.find()] == [first, second]
        assert [r.id for r in uow.reviews.find(cause=Cause.BOUNCE)] == [second]
        uow.reviews.handle(first, ReviewState.ASSIGNED, expected_version=0, actor="wang", note="clear",
                           transactions=["n2", "n3"], now=LATER)  # fmt: skip
        done = uow.reviews.get(first)
        assert [r.id for r in uow.reviews.find(state=None)] == [first, second]
        assert uow.reviews.get(4711) is None
        keyed = uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key="silence:1"), NOW)
        assert [r.id for r in uow.reviews.of_keys(["silence:1", "silence:2", ""])] == [keyed]
    assert done == replace(item, id=first, state=ReviewState.ASSIGNED, created=NOW, handled_by="wang", handled=LATER,
                           note="clear", transactions=("n2", "n3"), version=1,
                           candidates=({"transaction": "n1", "score": 5, "reasons": ("a",)},))  # fmt: skip
    with pytest.raises(StaleVersion), store.begin() as uow:
        uow.reviews.handle(
            first, ReviewState.DISMISSED, expected_version=0, actor="li", note="", transactions=[], now=LATER
        )
    with pytest.raises(NotFound), store.begin() as uow:
        uow.reviews.handle(4711, ReviewState.DISMISSED, expected_version=0, actor="", note="", transactions=[], now=NOW)


def test_journal(store: Store) -> None:
    """Lines come back in order, by transaction and by mail."""
    line = JournalEntry(what="state", at=NOW, number="n1", mail_id=7, before="submitted", after="shipped",
                        reasons=("a", "b"), data={"x": [1, 2]})  # fmt: skip
    with store.begin() as uow:
        uow.journal.add([])
        uow.journal.add([line, replace(line, what="payment", actor="wang", mail_id=None, outbox_id=3)])
        lines = uow.journal.of_transaction("n1")
        assert uow.journal.of_mail(7) == lines[:1]
    assert [entry.what for entry in lines] == ["state", "payment"]
    assert lines[0] == replace(line, id=lines[0].id, data={"x": (1, 2)})


@pytest.mark.usefixtures("patrons")
def test_decisions_and_documents(store: Store, mail_id: int) -> None:
    """A decision is kept as JSON without a link's password; the same document is kept once."""
    link = Document(
        number="n1", url="https://provider.example/a?" + "x" * 5000, password="s3cret", expires=LATER.date()
    )
    blob = Document(number="n1", sha256="ab" * 32, filename="文.pdf", size=5, pages=2)
    decision = Decision(
        action=Action.APPLY,
        about=About(kind=Kind.SHIPPED, rule="calis", event=Event.SHIPPED, transactions=("n1",),
                    fields={"password": "s3cret", "url": "u"}),
        effects=(Transition(number="n1", expected_version=0, after=State.SHIPPED, payable=Money.of(1)), link,
                 notice(data={"password": "s3cret"})),
        reasons=("because",),
    )  # fmt: skip
    with store.begin() as uow:
        uow.transactions.upsert([request("n1")], NOW)
        uow.decisions.add(mail_id, decision, NOW)
        for document in (link, link, blob, blob):
            uow.documents.add(document, mail_id, NOW)
        assert uow.documents.of_transaction("n1") == [link, blob]
        (row,) = uow.decisions.of_mail(mail_id)
    assert (row["action"], row["kind"], row["at"], row["transactions"]) == ("apply", "shipped", NOW, ("n1",))
    assert "s3cret" not in str(row)
    assert "after" in str(row["transitions"])


@pytest.fixture
def mail_id(store: Store) -> int:
    from maild.domain.incoming.mail import MailKey
    from maild.domain.records.journal import NewMail

    with store.begin() as uow:
        return uow.mails.add([NewMail(key=MailKey("a/b", 1, 1), sha256="00" * 32, size=1)])[0].mail_id


def test_one_open_review_a_mail(store: Store, mail_id: int) -> None:
    """A mail that is processed again replaces its open item instead of queueing twice."""
    item = ReviewItem(id=0, mail_id=mail_id, cause=Cause.NO_NUMBER)
    with store.begin() as uow:
        first = uow.reviews.add(item, NOW)
        assert uow.reviews.add(replace(item, cause=Cause.SEVERAL_CANDIDATES), LATER) == first
        (known,) = uow.reviews.find()
        assert (known.cause, known.version, known.created) == (Cause.SEVERAL_CANDIDATES, 1, NOW)
        uow.reviews.handle(
            first, ReviewState.DISMISSED, expected_version=1, actor="w", note="", transactions=[], now=LATER
        )
        assert uow.reviews.add(item, LATER) != first


# -- the unit of work ----------------------------------------------------------------------------------


def test_rollback_and_savepoint(store: Store) -> None:
    """An exception undoes everything; inside a savepoint only what happened there, at any error."""
    with pytest.raises(KeyError), store.begin() as uow:  # noqa: PT012
        uow.patrons.upsert([person("gone")], NOW)
        raise KeyError
    with store.begin() as uow:
        uow.patrons.upsert([person("kept")], NOW)
        with pytest.raises(Permanent), uow.savepoint():  # noqa: PT012
            uow.patrons.upsert([person("undone")], NOW)
            uow.transactions.create(NewTransaction(number="n1", patron_id="nobody"), NOW)
        uow.patrons.upsert([person("after")], NOW)
    with store.read() as uow:
        assert [p.patron_id for p in uow.patrons.find()] == ["after", "kept"]


def test_journal_in_savepoints(store: Store) -> None:
    """Lines are written at the end, or when they are asked for; those of a savepoint that failed never are."""
    with store.begin() as uow:
        uow.journal.add([JournalEntry(what="first", at=NOW, number="n1")])
        with pytest.raises(KeyError), uow.savepoint():  # noqa: PT012
            uow.journal.add([JournalEntry(what="undone", at=NOW, number="n1")])
            raise KeyError
        with pytest.raises(KeyError), uow.savepoint():  # noqa: PT012
            uow.journal.add([JournalEntry(what="undone", at=NOW, number="n1")])
            assert [line.what for line in uow.journal.of_transaction("n1")] == ["first", "undone"]
            raise KeyError
        with uow.savepoint():
            uow.journal.add([JournalEntry(what="second", at=NOW, number="n1")])
    with store.read() as uow:
        assert [line.what for line in uow.journal.of_transaction("n1")] == ["first", "second"]
    with pytest.raises(Permanent, match="may not be written"), store.read() as uow:
        uow.journal.add([JournalEntry(what="never", at=NOW, number="n1")])


def test_batches_do_what_single_calls_do(store: Store) -> None:
    """Mails are held while they are ours; settled, decided and put before staff in one go."""
    mails = [NewMail(key=MailKey("office/INBOX", 1, n), sha256=f"{n:064x}", size=1, message_id=f"<{n}@x.example>",
                     sender="li@patron.example", subject="s", internal_date=NOW) for n in (1, 2, 3)]  # fmt: skip
    with store.begin() as uow:
        uow.mails.add(mails, now=NOW)
        one, two, three = [record.id for record in uow.mails.claim(10, NOW, 60, "we")]
        uow.mails.settle(three, MailStatus.IGNORED, kind="", rule="", reason="", now=NOW)
        assert uow.mails.hold([one, two, three], "we") == {one, two}
        assert uow.mails.hold([one, two], "others") == set()
        uow.mails.settle_many(
            [Settled(mail_id=n, status=MailStatus.REVIEW, kind="k", rule="r", reason=f"why {n}") for n in (one, two)],
            NOW,
        )
        uow.decisions.add_many([(n, Decision(action=Action.REVIEW)) for n in (one, two)], NOW)
        first = uow.reviews.add(ReviewItem(id=0, mail_id=one, cause=Cause.QUESTION), NOW)
        uow.reviews.add_many([ReviewItem(id=0, mail_id=n, cause=Cause.BOUNCE) for n in (one, two)], NOW)
    with store.read() as uow:
        settled = [uow.mails.get(n) for n in (one, two)]
        assert [(m.status, m.reason) for m in settled] == [(MailStatus.REVIEW, f"why {n}") for n in (one, two)]
        assert [len(uow.decisions.of_mail(n)) for n in (one, two, three)] == [1, 1, 0]
        items = uow.reviews.find()
        assert [(item.mail_id, item.cause) for item in items] == [(one, Cause.BOUNCE), (two, Cause.BOUNCE)]
        assert items[0].id == first


def test_documents_and_messages_of_several(store: Store, patrons: None) -> None:
    """Asked for together, told apart."""
    with store.begin() as uow:
        uow.transactions.upsert([request("n1"), request("n2", "p2")], NOW)
        uow.documents.add(Document(number="n2", sha256="b" * 64, filename="2.pdf"), None, NOW)
        uow.documents.add(Document(number="n1", sha256="a" * 64, filename="1.pdf"), None, NOW)
        ids = uow.outbox.add([notice("n1"), notice("n2")], NOW)
        sent = [entry.message_id for n in ids if (entry := uow.outbox.get(n))]
        found = uow.documents.of_transactions(["n1", "n2", "none"])
        assert [d.number for d in found] == ["n2", "n1"]
        assert uow.transactions.by_message([*sent, "<none@x>"]) == {sent[0]: ["n1"], sent[1]: ["n2"]}


def test_read_refuses_writing(store: Store) -> None:
    """A read-only view is one, on both databases; the store goes on working."""
    with pytest.raises(Permanent, match="may not be written"), store.read() as uow:
        uow.patrons.upsert([person()], NOW)
    with store.begin() as uow:
        assert uow.patrons.upsert([person()], NOW) == (1, 0, 0)


def test_read_is_one_view(store: Store) -> None:
    """What another connection commits meanwhile is not seen half-way."""
    with store.read() as view:
        assert view.patrons.find() == []
        with store.begin() as uow:
            uow.patrons.upsert([person()], NOW)
        assert view.patrons.find() == []
    with store.read() as view:
        assert len(view.patrons.find()) == 1


def test_rows_are_json_able(store: Store) -> None:
    """What is not JSON (amounts, times, NaN) is kept as its text instead of failing in the database."""
    data = {"amount": Decimal("1.10"), "at": NOW, "nan": float("nan"), "money": Money.of(2), "none": None, "t": True}
    with store.begin() as uow:
        uow.outbox.add([notice(data=data)], NOW)
        (entry,) = uow.outbox.find()
    assert json.loads(json.dumps(dict(entry.request.data))) == {
        "amount": "1.10", "at": NOW.isoformat(), "nan": "nan", "money": "2.00 CNY", "none": None, "t": True,
    }  # fmt: skip


def test_two_hosts_raise_one_item_for_one_key(store: Store) -> None:
    """The second waits for the first, finds its item and goes on: nothing is refused."""
    item = ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key="silence:N1", subject="N1")
    ids: list[int] = []

    def second() -> None:
        with store.begin() as uow:
            ids.append(uow.reviews.add(item, NOW))

    other = threading.Thread(target=second)
    with store.begin() as uow:
        ids.append(uow.reviews.add(item, NOW))
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(20)
    assert len(ids) == 2
    assert len(set(ids)) == 1
