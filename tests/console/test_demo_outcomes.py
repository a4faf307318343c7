"""The demo's mails end where they are meant to: what waits, and for which cause, is said here mail by mail."""

from __future__ import annotations

from maild.domain.incoming.decision import Cause
from tests.console.world import World

WAITING = {
    Cause.NO_USABLE_FILE: ["【CALIS馆际互借】文献已寄送：2026112000120", "【CALIS馆际互借】文献已寄送：2026112000122"],
    Cause.UNKNOWN_NUMBER: ["【CALIS馆际互借】文献已寄送：2026119999999"],
    Cause.UNAUTHENTICATED: ["", "【CALIS馆际互借】请求已取消：2026112000117"],
    Cause.UNKNOWN_SENDER: ["查询"],
    Cause.SENDER_MISFIT: ["查询 2026112000101"],
    Cause.NOT_RECEIVED: ["没收到文献"],
    Cause.INVOICE: ["Invoice for 2026112000115", "汇款凭证", "请问 two questions"],
    Cause.QUESTION: ["Fwd: 请求已取消", "NSTL 系统维护公告", "Renewal", "取消申请", "收费标准"],
    Cause.PERMISSION: ["下拉框选不了"],
    Cause.ADVERTISING: ["本周数据库培训讲座与试用通知", "（AD）各类发票优惠代开"],
    Cause.BOUNCE: ["Undelivered Mail Returned to Sender"],
    Cause.PAYMENT_PROOF: ["缴费凭证"],
}


def test_what_of_the_demo_waits(office: World) -> None:
    """Whoever changes this shows in the demo what changed: a mail that moves out of the queue or into it is no detail."""
    with office.services.store.read() as uow:
        items = uow.reviews.find(limit=200)
    found: dict[Cause, list[str]] = {}
    for item in items:
        found.setdefault(item.cause, []).append(item.subject)
    assert {cause: sorted(subjects) for cause, subjects in found.items()} == WAITING
