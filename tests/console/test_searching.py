"""What the queue of an office that really read its mails is found by."""

from __future__ import annotations

import pytest

from maild.domain.desk.listing import ReviewFilter
from maild.office.queue.reindex import Reindexed, reindex
from tests.console.world import World


def found(world: World, text: str) -> set[str]:
    """Subjects of the open items that the text finds."""
    with world.services.store.read() as uow:
        return {item.subject for item in uow.listings.queue.page(ReviewFilter(text=text)).items}


QUERIES = {
    "发票": "汇款凭证",  # the mail's text
    "發票抬頭": "汇款凭证",  # in the other characters
    "电子回单号码": "汇款凭证",  # what was recognised on a picture
    "0000-1111-2222-3333": "汇款凭证",  # a serial of the receipt
    "38.00 赵启明": "汇款凭证",  # amount and payer
    "大跨度结构": "",  # the title of a candidate's request; the mail has no subject
    "2026112000118": "Fwd: 请求已取消",  # a number
    "Ann Smi": "Renewal",  # a patron's name, unfinished
    "demo-chensi@qq": "请问 two questions",  # an address
    "forwarded calis": "Fwd: 请求已取消",  # inside a forwarded mail
}


@pytest.mark.parametrize("text", QUERIES)
def test_an_item_is_found_by_all_that_is_known_of_it(office: World, text: str) -> None:
    """Text, OCR, fields of receipts, numbers, names, titles: with each its item is found, and not all of them."""
    subjects = found(office, text)
    assert QUERIES[text] in subjects
    assert len(subjects) < 6


def test_items_of_before_are_indexed_again(office: World) -> None:
    """An index that is lost is made anew from the stored mails, finds the same, and a second run has nothing to do."""
    queries = (*QUERIES, "不存在的请求", "undelivered")
    before = {text: found(office, text) for text in queries}
    with office.services.store.begin() as uow:
        ids = [item.id for item in uow.reviews.find()]
        uow.search.forget(ids)
    assert not found(office, "发票")
    told: list[tuple[int, int]] = []
    assert reindex(office.services.parts, lambda done, total: told.append((done, total))) == Reindexed(items=len(ids))
    assert told[-1] == (len(ids), len(ids))
    assert {text: found(office, text) for text in queries} == before
    assert reindex(office.services.parts) == Reindexed()


def test_an_item_whose_mail_is_gone_is_indexed_without(office: World) -> None:
    """A blob that is missing costs one item its text, not the others theirs."""
    with office.services.store.begin() as uow:
        items = uow.reviews.find()
        uow.search.forget([item.id for item in items])
        lost = next(item for item in items if item.subject == "汇款凭证")
        digest = uow.mails.get(lost.mail_id or 0).sha256
    (office.folder / "blobs" / digest[:2] / digest).unlink()
    assert reindex(office.services.parts).unread == 1
    assert found(office, "汇款凭证 demo-zhao") == {"汇款凭证"}
    assert found(office, "请告诉我") == {"查询"}
