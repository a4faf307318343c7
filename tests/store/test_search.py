"""Full-text search of the queue, on both databases: what is found, in which order, and that it follows every change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from maild.domain.desk.listing import NOBODY, Neighbours, ReviewFilter, Shown
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import MailKey
from maild.domain.records.journal import MailStatus, NewMail, ReviewItem, ReviewState
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TEXTS = (
    "您好，附件是转账凭证，请开电子发票。张三",
    "請問我的文獻什麼時候到？謝謝",
    "Dear library, where is my article on diatoms? Maria Weber",
    "付款人 李四 流水号 00010002 金额 1234.50",
    "电子\n发票抬头：浙江大学",
)


def _item(n: int, text: str, **more: Any) -> ReviewItem:
    return ReviewItem(id=0, mail_id=None, cause=Cause.QUESTION, sender=f"p{n}@patron.example",
                      subject=f"关于事务 ZJU-2026-{n:06}", text=text, **more)  # fmt: skip


@pytest.fixture
def ids(store: Store) -> list[int]:
    """Five items, as the pipeline puts them in."""
    with store.begin() as uow:
        uow.reviews.add_many([_item(n, text) for n, text in enumerate(TEXTS)], NOW)
    with store.read() as uow:
        return [item.id for item in uow.reviews.find()]


def found(store: Store, ids: list[int], text: str, **asked: Any) -> list[int]:
    """Which of the items a query finds, in the order of the list."""
    with store.read() as uow:
        return [ids.index(item.id) for item in uow.listings.queue.page(ReviewFilter(text=text, **asked)).items]


@pytest.mark.parametrize(("text", "expected"), [
    ("发票", [0, 4]), ("發票", [0, 4]), ("电子发票", [0, 4]), ("子发", [0, 4]), ("票", [0, 4]), ("文献", [1]), ("張三", [0]),
    ("maria", [2]), ("WEBER diat", [2]), ("eber", []), ("00010002", [3]), ("0001-0002", [3]), ("1,234.50", []),
    ("1234.50", [3]), ("发票 张三", [0]), ("发票 李四", []), ("p3@patron", [3]), ("zju-2026-000001", [1]), ("2026-0000", [0, 1, 2, 3, 4]),
    ("%", []), ('"', []), ("' OR 1=1 --", []), ("NOT 发票*", []), ("票发", []), ("浙江 大学", [4]), ("a" * 500, []), ("凭据", []),
])  # fmt: skip
def test_what_is_found(store: Store, ids: list[int], text: str, expected: list[int]) -> None:
    """Two characters, one, unfinished words, several terms, variants; signs of a query language are nothing."""
    assert found(store, ids, text) == expected


def test_the_order_is_the_queues(store: Store, ids: list[int]) -> None:
    """Pages of what is found go on like those of the queue; causes, assignee and counts apply as well."""
    with store.begin() as uow:
        uow.reviews.assign_to(ids[4], "li", expected_version=0)
    with store.read() as uow:
        queue, asked = uow.listings.queue, ReviewFilter(text="2026")
        first = queue.page(asked, limit=2)
        second = queue.page(asked, limit=2, after=first.after)
        assert [ids.index(item.id) for item in (*first.items, *second.items)] == [0, 1, 2, 3]
        assert queue.page(asked, limit=2, before=second.before).items == first.items
        assert [ids.index(item.id) for item in queue.page(asked, limit=2, backwards=True).items] == [4, 3]
        assert (queue.count(asked), queue.count(asked, most=2)) == (5, 3)
        assert queue.counts(asked) == {Cause.QUESTION: 5}
        assert queue.counts(ReviewFilter(text="发票")) == {Cause.QUESTION: 2}
        assert queue.neighbours(ids[0], ReviewFilter(text="发票")) == Neighbours(
            previous=None, next=ids[4], position=1, total=2
        )
    assert found(store, ids, "发票", assignee=NOBODY) == [0]
    assert found(store, ids, "发票", causes=(Cause.BOUNCE,)) == []
    assert found(store, ids, "发票", causes=(Cause.BOUNCE, Cause.QUESTION)) == [0, 4]


def _handle(store: Store, item_id: int, state: ReviewState, note: str = "") -> None:
    with store.begin() as uow:
        item = uow.reviews.get(item_id)
        assert item is not None
        uow.reviews.handle(
            item_id, state, expected_version=item.version, actor="li", note=note, transactions=(), now=NOW
        )


def test_handled_items_are_found_apart(store: Store, ids: list[int]) -> None:
    """What is handled leaves the open part and comes back when it is undone; its note is found from then on."""
    _handle(store, ids[0], ReviewState.DISMISSED, note="重复的付款凭据")
    assert found(store, ids, "发票") == [4]
    assert found(store, ids, "发票", shown=Shown.HANDLED) == [0]
    assert found(store, ids, "发票", shown=Shown.ANY) == [0, 4]
    assert found(store, ids, "凭据", shown=Shown.ANY) == [0]
    with store.read() as uow:
        assert uow.listings.queue.count(ReviewFilter(text="发票", shown=Shown.ANY)) == 2
        assert uow.listings.queue.counts(ReviewFilter(text="发票", shown=Shown.ANY)) == {Cause.QUESTION: 2}
    _handle(store, ids[0], ReviewState.OPEN)
    assert found(store, ids, "发票") == [0, 4]
    assert found(store, ids, "凭据") == [0]
    assert found(store, ids, "发票", shown=Shown.HANDLED) == []


def test_a_span_of_time_is_one_of_numbers(store: Store) -> None:
    """Whatever begins and ends it: those that came in it, first and last moment included and left out."""
    with store.begin() as uow:
        for hours in range(0, 24, 2):
            uow.reviews.add_many([_item(hours, TEXTS[0])], NOW + timedelta(hours=hours))
    edges = [None, *(NOW + timedelta(hours=hours) for hours in (-30, -1, 0, 1, 2, 11, 22, 23, 30))]
    with store.read() as uow:
        queue, every = uow.listings.queue, sorted(uow.reviews.find(), key=lambda item: item.id)
        assert len(every) == 12
        for since in edges:
            for until in edges:
                asked = ReviewFilter(text="发票", created_from=since, created_to=until)
                wanted = [
                    item.id
                    for item in every
                    if (since is None or item.created >= since) and (until is None or item.created < until)
                ]
                assert [item.id for item in queue.page(asked).items] == wanted
                assert queue.count(asked) == len(wanted)


@pytest.mark.long
@pytest.mark.parametrize("few", [0, 1, 2])
def test_the_same_is_found_where_many_have_the_words(
    store: Store, ids: list[int], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL names a few items and walks the queue where there are more: states, days, causes and pages are the
    same, whether what is open, what is handled, both or neither are many.
    """
    with store.begin() as uow:
        uow.reviews.add_many([_item(n, TEXTS[0]) for n in (5, 6)], NOW + timedelta(days=2))
    with store.read() as uow:
        all_ids = [item.id for item in uow.reviews.find()]
    for item_id in (all_ids[0], all_ids[6]):
        _handle(store, item_id, ReviewState.DISMISSED)
    asked = [
        ReviewFilter(text="发票", shown=shown, created_from=since, created_to=until, causes=causes)
        for shown in Shown
        for since in (None, NOW + timedelta(days=1))
        for until in (None, NOW + timedelta(days=1))
        for causes in ((), (Cause.QUESTION,), (Cause.BOUNCE,))
    ]

    def answers() -> list[object]:
        with store.read() as uow:
            queue = uow.listings.queue
            pages = [queue.page(one, limit=2, backwards=back) for one in asked for back in (False, True)]
            beside = [queue.neighbours(all_ids[4], one) for one in asked]
            return [pages, beside, [queue.page(one, limit=2, after=str(all_ids[0])) for one in asked]]

    before = answers()
    assert [[item.id for item in page.items] for page in before[0][:2]] == [  # type: ignore[index]
        [all_ids[4], all_ids[5]],
        [all_ids[5], all_ids[4]],
    ]
    monkeypatch.setattr("maild.store.search.FEW", few)
    assert answers() == before


def test_a_replaced_item_is_found_by_what_it_says_now(store: Store) -> None:
    """A mail that is processed again has one item, found by its new text alone."""
    with store.begin() as uow:
        new = NewMail(key=MailKey("a/b", 1, 1), sha256="0" * 64, size=1, status=MailStatus.REVIEW)
        mail_id = uow.mails.add([new], now=NOW)[0].mail_id
        item = ReviewItem(id=0, mail_id=mail_id, cause=Cause.QUESTION, text="发票")
        item_id = uow.reviews.add(item, NOW)
        uow.reviews.add_many([ReviewItem(id=0, mail_id=mail_id, cause=Cause.QUESTION, text="文献")], NOW)
    assert found(store, [item_id], "发票", shown=Shown.ANY) == []
    assert found(store, [item_id], "文献") == [0]


def test_an_item_without_mail_is_found_by_why_it_waits(store: Store) -> None:
    """What the clock found has no text: its reasons, numbers and key are looked through."""
    item = ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, subject="三天没有消息", transactions=("ZJU-7",),
                      candidates=({"transaction": "ZJU-8", "score": 1, "reasons": ("x",)},),
                      reasons=("calis has been silent for 3 days",), key="silence:ZJU-7")  # fmt: skip
    with store.begin() as uow:
        ids = [uow.reviews.add(item, NOW)]
    for text in ("没有消息", "ZJU-7", "zju-8", "silent calis", "silence"):
        assert found(store, ids, text) == [0], text


def test_what_is_rolled_back_is_not_found(store: Store) -> None:
    """The index is part of the transaction."""

    def fail() -> None:
        with store.begin() as uow:
            uow.reviews.add(_item(1, "发票"), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.read() as uow:
        assert uow.listings.queue.count(ReviewFilter(text="发票")) == 0


def test_what_is_missing_is_told_and_can_be_indexed(store: Store, ids: list[int]) -> None:
    """Items of before the index, open and handled: told by id, page by page, until they are in."""
    _handle(store, ids[1], ReviewState.DISMISSED)
    with store.begin() as uow:
        uow.search.forget(ids)
    assert found(store, ids, "发票", shown=Shown.ANY) == []
    with store.begin() as uow:
        assert uow.search.unindexed(limit=2) == ids[:2]
        assert uow.search.unindexed(after=ids[1]) == ids[2:]
        assert uow.search.missing() == 5
        uow.search.index({ids[0]: "发票", ids[1]: "文献", 10_000: "发票"})
        uow.search.index({ids[1]: "发票"})
        assert (uow.search.unindexed(), uow.search.missing()) == (ids[2:], 3)
    assert found(store, ids, "发票") == [0]
    assert found(store, ids, "发票", shown=Shown.HANDLED) == [1]


def test_hostile_texts_are_indexed(store: Store) -> None:
    """NUL, lone surrogates, quotes, very long words and very many of one: stored, and what can be found is."""
    text = "x\0y \ud800 ' \" \\ ' :*& " + "长" + "w" * 5000 + " 尾" + "發" * 20_000
    with store.begin() as uow:
        ids = [uow.reviews.add(_item(1, text), NOW)]
    for asked in ("發發", "w" * 60, "x"):
        assert found(store, ids, asked) == [0], asked[:9]
    _handle(store, ids[0], ReviewState.DISMISSED, note="'\0\ud800" * 3 + "注")
    assert found(store, ids, "注", shown=Shown.HANDLED) == [0]


def test_the_index_holds_nothing_of_what_is_forgotten(store: Store, ids: list[int], backend: str) -> None:
    """What is taken out leaves no word behind, as it will be deleted for good reason."""
    _handle(store, ids[0], ReviewState.DISMISSED)
    with store.begin() as uow:
        uow.search.forget(ids)
    with store._engine.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM search")).scalar_one() == 0
        if backend == "sqlite":
            for which in ("open", "handled"):
                connection.exec_driver_sql(
                    f"CREATE VIRTUAL TABLE temp.v{which} USING fts5vocab(main, search_{which}, row)"
                )
                assert connection.exec_driver_sql(f"SELECT count(*) FROM v{which}").scalar_one() == 0
