"""Whether a mail says that the office itself wished the end: whose request it is says nothing of that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from maild.office.providers.contradicted import claimed

OURS = ("您请求取消的文献已撤单", "贵馆申请取消，现已取消", "应贵馆要求，已取消", "根据您的申请，本单已撤销",
        "贵校来函要求取消，已办理", "您申请撤销的请求已撤销", "Cancelled as you requested.",
        "Per your e-mail the order is cancelled.", "You asked us to cancel this one.",
        "提示：事务已由请求馆取消。", "该单被借入馆撤销", "Request cancelled by the requesting library.")  # fmt: skip
NOT_OURS = ("您的请求已取消。", "您的申请已被取消", "贵馆的请求已取消", "您请求的文献已取消", "您的申请因版权被取消",
            "贵馆申请已取消", "贵馆申请的文献我馆已终止服务", "Your request has been cancelled.",
            "The request you placed was cancelled by the lender.")  # fmt: skip


@pytest.mark.parametrize("text", [*OURS, *NOT_OURS])
def test_whose_wish_it_was(text: str) -> None:
    """'Your request was cancelled' is plain news; 'cancelled as you asked' names who wished it."""
    reading = SimpleNamespace(mail=SimpleNamespace(subject="请求已取消：2026112000126", text=text))
    assert bool(claimed(cast("Any", reading))) == (text in OURS)
