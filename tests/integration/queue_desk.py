"""A queue with items, and the acts on them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from maild.bootstrap import Services
from maild.domain.money import Money
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Transaction
from maild.office.acting.drafts import history_of
from tests.servers.office import Office

COUNT = count()  # of mails: no two are alike
NUMBER = "2026112000101"
UNNUMBERED = {"subject": "【CALIS馆际互借】文献已寄送", "text": "当前状态：已寄送\n", "attach": ["pdf:a.pdf"]}
STRANGER = {
    "from": "Somebody <somebody@patron.example>",
    "subject": "咨询",
    "text": "您好，请问文献传递可以用手机缴费吗？",
    "sign": False,
}
REFUND = {"from": "p02", "subject": "退款", "text": "老师您好，我的费用交重了，请退款给我，谢谢。"}


@dataclass
class Desk:
    """An office and its acts."""

    office: Office

    @property
    def services(self) -> Services:
        return self.office.services

    def waiting(self, *mails: dict[str, Any]) -> list[int]:
        """Let mails come; the items of mails that wait then and did not before."""
        before = {item.id for item in self.items()}
        self.office.receive(*(self.office.mail(next(COUNT), **mail) for mail in mails))
        return [item.id for item in self.items() if item.id not in before]

    def items(self) -> list[ReviewItem]:
        with self.services.store.read() as uow:
            return [item for item in uow.reviews.find(limit=1000) if item.mail_id is not None]

    def item(self, item_id: int) -> ReviewItem:
        with self.services.store.read() as uow:
            found = uow.reviews.get(item_id)
        assert found is not None
        return found

    def history(self, item_id: int) -> list[tuple[str, str, str, str]]:
        """(who, what, before, after) of the item's lines."""
        with self.services.store.read() as uow:
            return [(e.actor, e.what, e.before, e.after) for e in history_of(uow, self.item(item_id))]

    def owed(self, number: str) -> Money:
        with self.services.store.read() as uow:
            return uow.ledger.owed([number])[number]

    def transaction(self, number: str) -> Transaction:
        with self.services.store.read() as uow:
            found = uow.transactions.get(number)
        assert found is not None
        return found
