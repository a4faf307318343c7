"""Who signs a circular says nothing by it; what asks for something does, whatever it ends with."""

from __future__ import annotations

import pytest

from maild.office.ignoring.circulars import CIRCULARS


@pytest.mark.parametrize(
    ("line", "polite"),
    [
        ("calis技术中心", True),
        ("联盟秘书处", True),
        ("文献保障系统 管理中心", True),
        ("请将名单报至管理中心", False),
        ("书已寄往文献中心", False),
        ("转入新的服务中心", False),
        ("账务由结算中心", False),
    ],
)
def test_who_signs(line: str, polite: bool) -> None:
    assert bool(CIRCULARS.load().polite.search(line)) is polite
