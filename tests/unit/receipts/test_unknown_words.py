"""A page that is built like a receipt, in words nobody listed, is one; but a person looks. So without day and number."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.receipts.extract import extract
from maild.receipts.sheet import Box, Origin, Sheet
from tests.receipts.shipped import shipped

OFFICE = Office()
LAYOUTS = shipped()


def _read(*lines: str) -> Receipt:
    """Lines of a page's own text, columns apart by '|'."""
    boxes = [Box(text=cell.strip(), left=60 + 420 * column, right=60 + 420 * column + 20 * len(cell.strip()),
                 top=80 + 50 * row, bottom=106 + 50 * row)
             for row, line in enumerate(lines) for column, cell in enumerate(line.split("|"))]  # fmt: skip
    (found,) = extract(
        Sheet(width=1000, height=900, origin=Origin.TEXT, boxes=tuple(boxes)), layouts=LAYOUTS, office=OFFICE
    )
    return found


def _screen(*, dated: bool) -> Receipt:
    day = ("交易时间 | 2026-11-24 10:23:45", "流水号 | 2026112410234512345") if dated else ()
    return _read("某某银行电子回单", "付款人户名 | 刘洋", "付款人账号 | 6231001234567890", "收款人户名 | 浙江大学",
                 "收款人账号 | 1202024609908808891", "金额（大写） | 叁拾元整", "金额（小写） | ¥30.00", *day)  # fmt: skip


def test_a_day_or_a_number_is_needed() -> None:
    """The same sheet with and without them: what is not paid yet shows neither."""
    assert _screen(dated=True).sure
    undated = _screen(dated=False)
    assert undated.amount is not None
    assert undated.amount.amount == Decimal("30.00")
    assert not undated.sure
    assert any("neither a day" in warning for warning in undated.warnings)


def test_unknown_words_are_never_sure() -> None:
    """A settlement note of a wallet nobody listed: read, and put before a person."""
    found = _read("云端小金库", "收款方 | 浙江大学", "付款方 | 刘洋", "合计金额 | ¥30.00", "大写金额 | 叁拾元整",
                  "支付时间 | 2026-11-24 10:23:45", "订单号 | 2026112410234512345", "用途 | 文献传递费", "账户余额 | 见首页")  # fmt: skip
    assert not (found.kind is not ReceiptKind.NOT_A_RECEIPT and found.sure)


@pytest.mark.parametrize("name", ["52-alipay-receipt.toml"])
def test_shipped(name: str) -> None:
    """The layout is among those that are loaded."""
    assert Path(name).stem in {layout.name for layout in LAYOUTS.layouts}


@pytest.mark.parametrize(
    ("changed", "sure"),
    [({}, True), ({"Completed": "Noted"}, False), ({"8808891": "8808892"}, False), ({"8808891": "8808992"}, False),
     ({"1202024609908808891": "****8891"}, True),
     ({"1202024609908808891": "****8891", "Transaction reference | FT26112412345": "Thank you"}, False)],
)  # fmt: skip
def test_unknown_words_may_be_sure_where_all_else_is_said(changed: dict[str, str], sure: bool) -> None:
    """A known final state, and to whom in full, or when and under which number: whose screen it is matters no more."""
    lines = ["Northern Lights Wallet", "Completed", "Beneficiary name | Zhejiang University", "Beneficiary account | 1202024609908808891",
             "Amount | CNY 30.00", "Value date | 24 November 2026", "Transaction reference | FT26112412345"]  # fmt: skip
    for old, new in changed.items():
        assert any(old in line for line in lines)
        lines = [line.replace(old, new) for line in lines]
    assert _read(*lines).sure is sure


@pytest.mark.parametrize(("more", "sure"), [((), True), (("余额提醒 | ¥912.00",), False), (("活动立减 ¥5.00",), False)])
def test_the_only_sum_of_a_page_is_its_headline(more: tuple[str, ...], sure: bool) -> None:
    """In letters like all others, beside the state; another sum, and nobody knows which it is."""
    page = ("收支明细", "转出成功 | ¥30.00", "对方户名 | 浙江大学", "对方账号 | 1202024609908808891", "交易时间 | 2026-11-24 10:23:45",
            "交易流水 | 7662219043493809")  # fmt: skip
    assert _read(*page, *more).sure is sure
