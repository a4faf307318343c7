"""Who failed is read from what the server says, never from what it sends back."""

from __future__ import annotations

import pytest

from maild.parse.reports.regions import said
from tests.unit.parse.test_bounces import from_machine

HEADER = "Received: from a by b\nMessage-ID: <n7.24@library.example>\nFrom: Lin <lin@elsewhere.example>\nTo: wangtong@patron.example\nSubject: fee\n\nDear wangtong, ask desk@library2.example\n"
REPORTS = {
    "coremail, in angles": "系统退信\n您的邮件 <wangtong@patron.example> 未能投递\n原因：550 User not found\n",
    "to before the name": "The message could not be delivered to <wangtong@patron.example>: 550 5.1.1 User unknown\n",
    "header sent back": f"Your message could not be delivered.\nRecipient: wangtong@patron.example\n550 User unknown\n\n{HEADER}",
    "header in quotes": "Your message could not be delivered to wangtong@patron.example: user unknown\n\n"
    + "".join(f"> {line}\n" for line in HEADER.split("\n")),
    "identifier on a line": "Delivery failed.\nMessage-ID: <n7.24@library.example>\nwangtong@patron.example: 550 user unknown\n",
    "sender on a line": "退信通知\n发件人：lin@elsewhere.example\n收件人：wangtong@patron.example\n原因：550 用户不存在\n",
    "a name that ends in to": "投递失败\n收件人地址 wangtong@patron.example 无法投递\n",
}


@pytest.mark.parametrize("name", REPORTS)
def test_only_who_failed(name: str) -> None:
    """The whole address, and no other."""
    mail = from_machine(REPORTS[name], subject="退信: Undelivered mail")
    assert mail.bounce is not None
    found = {one.address for one in mail.bounce.recipients}
    assert found == {"wangtong@patron.example"}


def test_the_words_stay() -> None:
    """Codes and reasons above the returned header are kept; fields of ours below are not."""
    words = said(f"Host said: 550 no such user\nTo: a@b.example\n\n{HEADER}")
    assert words.startswith("Host said: 550 no such user\nTo: a@b.example")
    assert "library" not in words
