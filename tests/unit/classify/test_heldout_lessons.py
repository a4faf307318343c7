"""What the held-out mails taught, each law by a mail of its own."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Pair
from tests.unit.classify.classify_mails import mail, ruled

N = "2026112400017"


def test_a_sum_goes_before_its_parts() -> None:
    """A table's total is the fee, whatever column stands first; two parts alone are none."""
    heading = "请求号 | 复制费 | 邮费 | 总费用 | 状态"
    main = ruled(mail("", f"{heading}\n{N} | 9.00 | 4.00 | 13.00 | 待确认费用")).main
    assert (main.kind, main.value("total")) == ("fee_quoted", "13.00")
    parts = ruled(mail("", f"请求号 | 复制费 | 检索费 | 状态\n{N} | 9.00 | 4.00 | 待确认费用")).main
    assert parts.value("total") == ""


def test_labels_spread_to_a_width_are_labels() -> None:
    """'状　态' is '状态', in pairs of a table and in lines."""
    assert ruled(mail("", f"请求号：{N}\n状　态：已寄送")).main.kind == "shipped"
    table = mail("", "", pairs=(Pair("编　号", N), Pair("状　态", "已寄送")))
    assert ruled(table).main.kind == "shipped"


def test_a_piece_of_the_subject_may_be_the_status() -> None:
    """'OVERDUE: number' says it all; a subject without a number says nothing so shortly."""
    assert ruled(mail(f"CANCELLED: {N}", "See your account for details.")).main.kind == "cancelled"
    assert ruled(mail("CANCELLED: library concert", "See you next year.")).main.kind != "cancelled"


def test_the_reason_may_be_said_by_the_way() -> None:
    """Where nothing is called the reason, the one that the sentences give counts; of two, none."""
    main = ruled(mail("", f"请求号：{N}\n架上未找到这本书。\n请求未能满足。")).main
    assert (main.kind, main.value("reason_code")) == ("unfilled", "10")
    two = ruled(mail("", f"请求号：{N}\n一册不在架。\n一册正在装订。\n请求未能满足。")).main
    assert (two.kind, two.value("reason_code")) == ("unfilled", "")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("registration_approved", "通过"), ("registration_rejected", "不通过"), ("registration_pending", "待审核")],
)
def test_the_review_of_an_account_by_its_label(kind: str, value: str) -> None:
    """'审核状态: 不通过' speaks of an account, and whose it is."""
    main = ruled(mail("账户", f"登录名：reader7\n审核状态：{value}\n电子邮箱：reader@patron.example")).main
    assert (main.kind, main.value("patron_email")) == (kind, "reader@patron.example")


@pytest.mark.parametrize(
    "text",
    [
        f"请求号：{N}\n昨日误发了通知。\n请求已取消。",
        f"Request {N} was marked in error. It has been cancelled.",
        f"请求{N}已取消。\n更正：该请求并未取消。",
    ],
)
def test_what_is_taken_back_is_for_a_person(text: str) -> None:
    """A correction, or the same told and denied, moves nothing."""
    assert ruled(mail("", text)).main.kind == "provider_other"


def test_a_number_behind_a_clause_about_users_is_one() -> None:
    """'用户' in the greeting does not make the number of the next clause a user's."""
    main = ruled(mail("", f"尊敬的用户，编号为{N}的申请已取消。")).main
    assert (main.kind, main.value("transaction")) == ("cancelled", N)
