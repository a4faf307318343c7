"""A row whose title alone names its request shows what the mail did with that request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Transaction
from maild.office.queue.mail_rows import RowOf, placed
from maild.store.uow import UnitOfWork
from tests.unit.spine.test_rows_effects import row


def test_a_titled_row_has_the_number_that_moved() -> None:
    """The one whose whole title stands in it; another row, and one that says its number, stay as they are."""
    moved = Transaction(number="2026112400017", patron_id="p1", title="Tea Classic annotated")
    line = SimpleNamespace(actor="maild", reasons=(), number=moved.number, what="state")
    uow = SimpleNamespace(
        journal=SimpleNamespace(of_mail=lambda mail_id: [line]),
        transactions=SimpleNamespace(get_many=lambda numbers: [moved]),
    )
    texts = ("Tea Classic annotated\n已受理", "Commentary on Waterways\n无馆藏")
    rows = [RowOf(n=n, number="", text=text, reading=row("")) for n, text in enumerate(texts, 1)]
    rows.append(RowOf(n=3, number="2026112400019", text="2026112400019 已受理", reading=row("2026112400019")))
    found = placed(cast(UnitOfWork, uow), cast(ReviewItem, SimpleNamespace(mail_id=1)), rows)
    assert [each.number for each in found] == [moved.number, "", "2026112400019"]
