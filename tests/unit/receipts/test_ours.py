"""Whether a payee is the library."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.receipts.page.ours import account_is_ours, codes_are_ours, is_ours, name_is_ours
from tests.cases import each
from tests.receipts.shipped import shipped

OFFICE = Office()
LAYOUTS = shipped()
OURS, NEAR, LIKELY, OTHER, SILENT = "ours", "near", "likely", "other", "silent"


def said(text: str, *, account: bool) -> str:
    """The verdict in a word."""
    verdict = account_is_ours(text, OFFICE.bank_account, LAYOUTS.alike) if account else name_is_ours(text, LAYOUTS)
    if verdict.near:
        return LIKELY if verdict.likely else NEAR
    return {True: OURS, False: OTHER, None: SILENT}[verdict.ours]


@each(
    ("text", "verdict"),
    [("1202024609908808891", OURS), ("1202 0246 0990 8808 891", OURS), ("12020246099808808891", NEAR),
     ("1202024609908888891", LIKELY), ("12020246099088088891", LIKELY), ("120202460990880891", LIKELY),
     ("1202024609908808871", NEAR), ("1202024609908808892", NEAR), ("1202****8891", OURS), ("1202 **** **** 8891", OURS),
     ("120202******891", OURS), ("1202****8896", NEAR), ("1202****8691", LIKELY), ("1202024609***", SILENT), ("****8891", SILENT), ("尾号8891", SILENT),
     ("(8891)", SILENT), ("尾号1234", OTHER), ("6217001234567890123", OTHER), ("6217****8891", OTHER), ("1202****1234", OTHER),
     ("1202024600008808891", OTHER), ("", SILENT)],
)  # fmt: skip
def test_an_account(text: str, verdict: str) -> None:
    """One character off is near; a mask needs head and tail to say yes; a tail of ours alone says nothing."""
    assert said(text, account=True) == verdict


@each(
    ("text", "verdict"),
    [("浙江大学", OURS), ("浙江大学图书馆", OURS), ("浙江大学(图书馆)", OURS), ("浙江大字", LIKELY), ("浙江夫学", LIKELY), ("浙汉大学", NEAR),
     ("浙江工大学", NEAR), ("浙*大学", OURS), ("浙江**", SILENT), ("图书馆", OURS), ("浙江大学计划财务处", OURS), ("Zhejiang University", OURS),
     ("浙江大学出版社有限责任公司", OTHER), ("浙江大学教育基金会", OTHER), ("浙江工业大学", OTHER), ("浙江农林大学", OTHER),
     ("浙江大学医学院附属第一医院", OTHER), ("张小明", OTHER), ("浙江大学图书馆(*明)", SILENT), ("浙江", SILENT), ("江大学", NEAR), ("", SILENT)],
)  # fmt: skip
def test_a_name(text: str, verdict: str) -> None:
    """Ours with more after it is another's, unless that is harmless; a part of ours, or a person behind it, is silent."""
    assert said(text, account=False) == verdict


@each(
    ("name", "account", "text", "ours"),
    [("浙江大学", "6217001234567890123", True, None), ("张小明", "1202024609908808891", True, None), ("浙江大学", "", True, True),
     ("", "1202024609908808891", True, True), ("浙江大学", "****8891", True, True), ("", "", True, None),
     ("浙江大学", "1202024609908808892", True, None), ("浙江大字", "1202024609908808891", True, None), ("浙江大字", "", True, None),
     ("浙江大学", "1202024609908808892", False, True), ("", "1202024609908808892", False, None), ("", "1202024609908888891", False, True),
     ("浙汉大学", "1202024609908808891", False, True), ("浙汉大学", "", False, None), ("浙江大字", "", False, True),
     ("浙汉大学", "1202024609908808892", False, None), ("杭州文献信息服务有限公司", "571907733310801", False, False), ("杭州文献信息服务有限公司", "", False, None),
     ("杭州文献信息服务有限公司", "1202****1234", False, None), ("杭州文献信息服务有限公司", "1202024600008808891", False, None)],
)  # fmt: skip
def test_name_and_account_together(name: str, account: str, text: bool, ours: bool | None) -> None:
    """Text is exact or nothing; of a picture one exact value carries a near one; another's needs both, in full."""
    assert is_ours(name, account, LAYOUTS, OFFICE, text=text) is ours


def test_an_account_that_was_hard_to_read_never_says_no() -> None:
    """It is told to the payer that he paid somebody else."""
    assert is_ours("杭州文献信息服务有限公司", "571907733310801", LAYOUTS, OFFICE, text=False, clear=False) is None


@pytest.mark.parametrize(
    ("department", "project", "payee", "ours"),
    [("188610", "669105", "", True), ("188610", "", "", None), ("188610", "669106", "", None),
     ("168958", "642034", "出版社", False), ("168958", "642034", "图书馆", None), ("168958", "642034", "", None),
     ("188611", "642034", "出版社", None), ("492500", "", "", None)],
)  # fmt: skip
def test_the_codes_of_the_campus_form(department: str, project: str, payee: str, ours: bool | None) -> None:
    """Both must be ours, to the digit; that both are another's needs another's name beside them."""
    assert codes_are_ours(department, project, payee, LAYOUTS, OFFICE) is ours
